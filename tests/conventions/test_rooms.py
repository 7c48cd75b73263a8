"""The rooms keep to themselves: who may import what, print, read the clock or the surroundings."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conventions.source import ROOT, modules

SAYS_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "base", "common", "misc"}
PRINTS = re.compile(r"print|sys\.(stdout|stderr|exit)")
SURROUNDINGS = re.compile(r"os\.(environ|getenv|getcwd)|Path\.(cwd|home)|sys\.argv")
WALL_CLOCK = re.compile(
    r"(datetime\.)?(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime)"
)
OWN_CLOCKS = {
    "collect/retry.py": "a Retry-After date is compared with the machine's clock where no other is given",
    "collect/fresh_token.py": "a claim's moment is compared by Microsoft Entra with its own clock",
}
"""Outside the command line, and why. No verdict depends on them: the clock of an assessment is handed in."""


def written(module, pattern):
    """Where something is called or named."""
    return {
        module.at(node): name for name, node in (*module.calls(), *module.names()) if pattern.fullmatch(name)
    }


@pytest.mark.parametrize(
    "module", [one for one in modules() if one.room != "cli"], ids=lambda module: module.name
)
def test_only_the_command_line_prints_reads_the_clock_or_the_surroundings(module):
    assert not written(module, PRINTS), "return it, and let cli print it"
    assert not written(module, SURROUNDINGS), "take it as a parameter; cli reads it"
    if module.name not in OWN_CLOCKS:
        assert not written(module, WALL_CLOCK), "take the moment as a parameter; cli reads it"


def test_whoever_has_a_clock_of_its_own_reads_it():
    readers = {module.name for module in modules() if written(module, WALL_CLOCK)}
    assert readers == {"cli/given.py", *OWN_CLOCKS}


def test_whoever_catches_everything_says_why():
    silent = []
    for module in modules():
        for node in ast.walk(module.tree):
            caught = isinstance(node, ast.ExceptHandler) and (
                ast.unparse(node.type) if node.type else "Exception"
            )
            if caught and re.search(r"\b(Base)?Exception\b", caught):
                _, _, comment = module.lines[node.lineno - 1].partition("#")
                if len(comment.replace("noqa: BLE001", "").strip(" -")) < 20:
                    silent.append(module.at(node))
    assert not silent, "add '# noqa: BLE001 - the reason'"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_is_named_for_what_it_does(module):
    parts = {part for name in Path(module.name).with_suffix("").parts for part in name.split("_")}
    assert not parts & SAYS_NOTHING, "name it for its one duty"


def test_the_layers_hold():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert f"Contracts: {len(contracts)} kept, 0 broken." in ended.stdout


def test_every_room_stands_in_the_layers():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    placed = {name.strip() for layer in layers for name in layer.split("|")}
    rooms = {f"azlinkscan.{module.room.removesuffix('.py')}" for module in modules()}
    assert rooms - placed == {"azlinkscan.__init__", "azlinkscan.__main__", "azlinkscan.schemas"}, (
        "put the room into the layers of pyproject.toml"
    )


def test_every_package_that_is_imported_is_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project.get("optional-dependencies", {}).values()
    every = (one for some in (project["dependencies"], *extras) for one in some)
    asked = {canonicalize_name(Requirement(one).name) for one in every}
    found = packages_distributions()
    imported = {name for module in modules() for name in module.imports()}
    roots = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names - {"azlinkscan"}
    for root in sorted(roots):
        owners = {canonicalize_name(owner) for owner in found.get(root, ())}
        assert owners & asked, f"add what gives '{root}' to the dependencies: {', '.join(sorted(owners))}"
