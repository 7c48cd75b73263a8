"""Result files of every version of the format stay readable: each was written by the version of its time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azlinkscan.scan.comparing import compare
from azlinkscan.snapshot.result_file import SCHEMA, ResultFile
from tests.history.night import Night, judged

GOLDEN = sorted((Path(__file__).parent / "golden").glob("result-*.zip"))


def test_there_is_one_of_todays_version():
    _, _, version = SCHEMA.rpartition("/")
    assert f"result-{version}" in {path.stem for path in GOLDEN}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_old_result_says_what_it_said(path):
    agreed = json.loads(path.with_suffix(".json").read_text("utf-8"))
    with ResultFile(path) as result:
        seen = {
            "clock": result.header.clock,
            "findings": {one.key: one.verdict.value for one in result.findings()},
            "gaps": [gap.scope for gap in result.gaps()],
            "criteria": {one.id: one.verdict.value for one in result.criteria()},
            "coverage": [row.kind for row in result.coverage()],
            "checks": list(result.checks()),
            "profiles": [profile.id for profile in result.profiles()],
            "excepted": result.excepted(),
        }
    assert seen == agreed


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_old_result_can_be_compared_with_todays(path, tmp_path):
    today = Night((judged("a"),)).write(tmp_path / "today.zip")
    assert compare(path, today, "old", "today").old.findings == 4
