"""A scan that is kept, and compared with the one before."""

from __future__ import annotations

import json

from tests.end_to_end.machine import QUICK


def test_what_is_kept_is_the_result_to_the_byte(machine, city):
    ended = machine.scan(city(), *QUICK, "--keep", "--result", "night.zip")
    (said,) = [line for line in ended.err.splitlines() if line.startswith("kept as ")]
    own = said.removeprefix("kept as ")
    assert machine.run("history", "export", own, "--out", ".").code == 0
    # What a result holds no secret of, the history holds none of, either.
    assert (machine.here / f"{own}.zip").read_bytes() == (machine.here / "night.zip").read_bytes()


def test_two_nights_of_the_same_city_differ_in_nothing(machine, city):
    arm = city()
    machine.write("azlinkscan.toml", "keep = true\nstore = 'own.db'\n")
    machine.scan(arm, *QUICK, "--result", "one.zip")
    machine.scan(arm, *QUICK, "--result", "two.zip")
    found = json.loads(machine.run("diff", "one.zip", "two.zip", "--format", "json").out)
    assert (found["findings"], found["criteria"], found["checks"]) == ([], [], [])
    assert machine.run("diff", "last", "two.zip", "--fail-on", "new").code == 0


def test_a_history_that_cannot_be_written_is_told_before_anything_is_read(machine, city):
    arm = city()
    ended = machine.scan(arm, *QUICK, "--keep", "--store", "no-such-folder/history.db")
    assert (ended.code, arm.requests) == (2, [])
    assert "no-such-folder/history.db" in ended.err
