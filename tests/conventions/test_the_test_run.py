"""The run itself: what it may skip, and what it does once for all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

from azlinkscan.catalog.folders import shipped_trees
from azlinkscan.catalog.tree_cache import ship
from tests.conventions.source import ROOT
from tests.support.beside import SHARED, absent
from tests.support.parsed import is_due

TESTS = """
import pytest
from tests.support.beside import NOT_BESIDE

def test_proved(): pass

def test_no_tool(): pytest.skip("the tool is not installed")

@pytest.mark.skipif(True, reason="never on this system")
def test_marked(): pass

@pytest.fixture(scope="session")
def recordings(): pytest.skip(NOT_BESIDE + "../shared/recordings")

@pytest.mark.parametrize("which", ["one", "two"])
def test_recorded(recordings, which): pass

@pytest.mark.xfail(reason="known")
def test_expected_to_fail(): assert False
"""


def ran(folder, **environment):
    """A run of those tests, and of a file that skips itself, in workers."""
    (folder / "test_some.py").write_text(TESTS, "utf-8")
    (folder / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such_package')\n", "utf-8")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CI"))}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.support.skips",
            "-q",
            "-n1",
            "--rootdir",
            folder,
            folder,
        ],
        env={**bare, "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_is_a_failure_in_ci_but_for_what_lies_beside_the_project(tmp_path):
    ended = ran(tmp_path, CI="true")
    assert ended.returncode == 1
    assert "1 failed, 1 passed, 2 skipped, 1 xfailed, 2 errors" in ended.stdout
    for why in ("the tool is not installed", "never on this system", "could not import 'no_such_package'"):
        assert f"a skip is a failure in CI. Skipped: {why}" in ended.stdout
    assert "2 skipped, for what they need is not beside the project" in ended.stdout
    assert "\ntest_some.py::test_recorded[one]\ntest_some.py::test_recorded[two]\n" in ended.stdout


def test_elsewhere_a_skip_is_a_skip(tmp_path):
    ended = ran(tmp_path)
    assert ended.returncode == 0
    assert "1 passed, 5 skipped, 1 xfailed" in ended.stdout
    assert "2 skipped, for what they need is not beside the project" in ended.stdout


def test_the_reason_names_what_is_absent():
    assert absent(SHARED / "no" / "such.jsonl") == "not beside the project: ../shared/no/such.jsonl"


def test_the_catalogue_is_parsed_ahead_and_again_when_it_changed(tmp_path):
    check, out = tmp_path / "check.yaml", tmp_path / "trees.json"
    check.write_text("title: one", "utf-8")
    assert is_due(out, [check])
    ship([check], out)
    assert not is_due(out, [check])
    os.utime(out, (0, 0))
    assert is_due(out, [check])


def test_this_run_has_parsed_the_catalogue_ahead():
    parsed = json.loads(shipped_trees().read_bytes())["trees"]
    ours = [path for part in ("checks", "profiles") for path in (ROOT / part).rglob("*.yaml")]
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in ours} <= parsed.keys()
