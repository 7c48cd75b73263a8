"""What a user gets: the wheel holds what it must and nothing else, and works far from the checkout."""

from __future__ import annotations

import hashlib
import json
import tarfile
import tomllib
import zipfile
from email.parser import BytesParser
from pathlib import PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from azlinkscan import __version__
from azlinkscan.catalog.checks import load_checks
from tests.fixtures.goldens import SNAPSHOT, judged
from tests.package.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CATALOG = "azlinkscan/_catalog"
NEVER_INSIDE = ("tests", "bench", "fixtures", "docs", "dist", ".ci", ".venv", "node_modules", "__pycache__")


def contents(path):
    """Every file of a distribution by its name."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    with tarfile.open(path) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: archive.extractfile(member).read() for member in files}


def asked(requirements):
    """What is required, by name: what a developer needs is none of a user's business."""
    return {canonicalize_name(one.name): one.specifier for one in map(Requirement, requirements)}


@pytest.fixture(scope="module")
def wheel(built):
    return contents(built.wheel)


@pytest.fixture(scope="module")
def sdist(built):
    return contents(built.sdist)


@pytest.mark.parametrize("part", ["checks", "profiles"])
def test_the_wheel_holds_the_whole_catalogue_as_it_is(wheel, part):
    own = {
        path.relative_to(ROOT / part).as_posix(): path.read_bytes() for path in (ROOT / part).rglob("*.yaml")
    }
    packed = {
        name.removeprefix(f"{CATALOG}/{part}/"): content
        for name, content in wheel.items()
        if name.startswith(f"{CATALOG}/{part}/")
    }
    assert packed == own


def test_the_wheel_brings_every_file_parsed(wheel):
    """So that the first run is as fast as any."""
    parsed = json.loads(wheel[f"{CATALOG}/trees.json"])["trees"]
    yaml = [content for name, content in wheel.items() if name.endswith(".yaml")]
    assert sorted(parsed) == sorted(hashlib.sha256(content).hexdigest() for content in yaml)


def test_the_wheel_holds_every_module_and_schema(wheel):
    package = ROOT / "src" / "azlinkscan"
    own = {
        f"azlinkscan/{path.relative_to(package).as_posix()}"
        for pattern in ("*.py", "*.json", "*.j2", "py.typed")
        for path in package.rglob(pattern)
    }
    assert own <= wheel.keys()
    info = f"azlinkscan-{__version__}.dist-info/"
    others = {name for name in wheel.keys() - own if not name.startswith((f"{CATALOG}/", info))}
    assert not others, "the wheel holds what nobody asked for"


def test_the_sdist_makes_the_same_wheel(built, wheel):
    assert contents(built.wheel_of_sdist) == wheel


@pytest.mark.parametrize("which", ["wheel", "sdist"])
def test_nothing_of_the_workshop_is_inside(request, which):
    inside = request.getfixturevalue(which)
    for name in inside:
        assert not {*PurePosixPath(name).parts} & {*NEVER_INSIDE}, name
    here = str(ROOT).encode()
    assert not [name for name, content in inside.items() if here in content], (
        "a path of this machine is inside"
    )


def test_the_licence_and_the_change_log_travel_along(wheel, sdist):
    licence = (ROOT / "LICENSE").read_bytes()
    assert wheel[f"azlinkscan-{__version__}.dist-info/licenses/LICENSE"] == licence
    assert sdist["LICENSE"] == licence
    assert {"README.md", "README.ja.md", "CHANGELOG.md", "pyproject.toml"} <= sdist.keys()


def test_the_metadata_says_what_pyproject_says(wheel):
    info = f"azlinkscan-{__version__}.dist-info"
    told = BytesParser().parsebytes(wheel[f"{info}/METADATA"])
    assert (told["Name"], told["Version"]) == ("azlinkscan", __version__)
    assert told["License-Expression"] == "MIT"
    assert told["Requires-Python"] == PROJECT["requires-python"]
    always = [one for one in told.get_all("Requires-Dist") if "extra ==" not in one]
    assert asked(always) == asked(PROJECT["dependencies"])
    assert set(told.get_all("Provides-Extra")) == set(PROJECT["optional-dependencies"])
    assert told["Description-Content-Type"] == "text/markdown"
    assert b"azlinkscan = azlinkscan.cli:main" in wheel[f"{info}/entry_points.txt"]


def test_the_installed_command_comes_from_the_wheel(home):
    where = home.python("import azlinkscan; print(azlinkscan.__file__)")
    assert str(home.commands.parent) in where
    assert str(ROOT) not in where
    told = home.run("--version")
    assert told.stdout.decode().split() == ["azlinkscan", __version__]


def test_the_installed_command_lists_our_checks(home):
    listed = home.run("checks", "list")
    assert listed.returncode == 0, listed.stderr.decode()
    assert [line.split()[0] for line in listed.stdout.decode().splitlines()] == list(load_checks())


def test_the_installed_command_parses_none_of_our_files(home):
    code = "import sys; from azlinkscan.scan.catalogue import Choice, load; load(Choice()); print('ruamel.yaml' in sys.modules)"
    assert home.python(code) == "False"


def test_the_installed_command_judges_the_city_as_the_checkout_does(home, tmp_path):
    judged(tmp_path / "here.zip")
    there = tmp_path / "there.zip"
    ended = home.run("assess", SNAPSHOT, "--result", there, "--format", "json")
    assert ended.returncode == 1, ended.stderr.decode()
    assert there.read_bytes() == (tmp_path / "here.zip").read_bytes()
    assert json.loads(ended.stdout)["header"]["tool"] == __version__
