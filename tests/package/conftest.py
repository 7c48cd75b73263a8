"""What is built from the tree, once a session: the wheel, the sdist, the sdist's own wheel, and a home for the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def ran(command: Sequence[object], where: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command, in an environment that knows nothing of this checkout or of the network."""
    bare = {"PATH": os.environ.get("PATH", ""), "HOME": str(where), "LANG": "C.UTF-8", **environment}
    return subprocess.run(
        [str(part) for part in command], cwd=where, env=bare, capture_output=True, check=False
    )


def must(command: Sequence[object], where: Path) -> None:
    """The same, where anything but success is a fault of the test's own."""
    ended = ran(command, where)
    assert ended.returncode == 0, (ended.stdout + ended.stderr).decode()


@dataclass(frozen=True)
class Built:
    """The distributions."""

    wheel: Path
    sdist: Path
    wheel_of_sdist: Path


def _built(out: Path, source: Path, *what: str) -> None:
    # Without isolation: the build backend is one of the development packages, so nothing is downloaded.
    must([sys.executable, "-m", "build", "--no-isolation", *what, "--outdir", out, source], out)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel straight from the tree, the sdist, and the wheel that the sdist makes."""
    out = tmp_path_factory.mktemp("dist")
    _built(out, ROOT, "--wheel", "--sdist")
    [wheel], [sdist] = out.glob("*.whl"), out.glob("*.tar.gz")
    unpacked = tmp_path_factory.mktemp("sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    [source] = unpacked.iterdir()
    again = tmp_path_factory.mktemp("again")
    _built(again, source, "--wheel")
    return Built(wheel, sdist, next(again.glob("*.whl")))


@dataclass(frozen=True)
class Home:
    """An environment of its own into which the wheel was installed, and a working folder far from the checkout."""

    commands: Path
    work: Path

    def run(self, *arguments: object) -> subprocess.CompletedProcess[bytes]:
        """``azlinkscan ARGUMENTS`` as its user would."""
        return ran([self.commands / "azlinkscan", *arguments], self.work)

    def python(self, code: str) -> str:
        """What some code prints there."""
        ended = ran([self.commands / "python", "-c", code], self.work)
        assert ended.returncode == 0, ended.stderr.decode()
        return ended.stdout.decode().strip()


@pytest.fixture(scope="session")
def home(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The dependencies come from the development environment, azlinkscan only from the wheel."""
    folder, work = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, symlinks=os.name != "nt")
    paths = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    commands = Path(paths["scripts"])
    pip = [sys.executable, "-m", "pip", "--python", commands / "python", "--disable-pip-version-check"]
    must([*pip, "install", "--quiet", "--no-deps", "--no-index", built.wheel], work)
    # A folder named in a .pth file is searched, but its own .pth files are not read: the editable install stays out.
    (Path(paths["purelib"]) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return Home(commands, work)
