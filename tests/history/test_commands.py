"""``history``, ``scan --keep`` and ``diff`` by the names of scans, as they are typed."""

from __future__ import annotations

import json

import pytest

from tests.cli.desk import Mistake
from tests.history.night import FAIL, Night, judged


@pytest.fixture
def nights(desk):
    """Three nights in files: clean, failing, failing."""
    night = Night((judged("a"),))
    night.write(desk.here / "one.zip")
    night.on(2, judged("a", FAIL)).write(desk.here / "two.zip")
    night.on(3, judged("a", FAIL), judged("b")).write(desk.here / "three.zip")
    assert desk.run("history", "import", "one.zip", "two.zip", "three.zip").code == 0
    return desk


def ids(desk):
    return [one["id"] for one in json.loads(desk.run("history", "list", "--format", "json").out)]


def test_it_lies_in_the_users_data_folder(nights):
    path = nights.here / "home" / ".local" / "share" / "azlinkscan" / "history.db"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_list_says_when_and_what(nights):
    first, second, _ = nights.run("history", "list").out.splitlines()
    assert first == f"{ids(nights)[0]}  2026-04-01 00:00 (UTC+00:00)  pass 1"
    assert second.endswith("  fail 1")
    assert "適合 1・不適合 1" in nights.run("history", "list", language="ja").out


def test_an_import_says_what_it_did(nights):
    again = nights.run("history", "import", "one.zip")
    assert (again.code, again.err) == (0, f"kept already as {ids(nights)[0]}\n")


def test_a_kept_scan_is_reported_as_its_file_is(nights):
    shown = nights.run("history", "show", "2026-04-02", "--format", "json")
    reported = nights.run("report", "two.zip", "--format", "json")
    assert (shown.code, shown.out) == (reported.code, reported.out)


def test_what_is_exported_is_what_was_imported(nights):
    (nights.here / "out").mkdir()
    written = nights.run("history", "export", "-o", "out").out.splitlines()
    assert [(nights.here / path).read_bytes() for path in written] == [
        (nights.here / f"{name}.zip").read_bytes() for name in ("one", "two", "three")
    ]


def test_pruning_says_what_goes_before_it_goes(nights):
    first, second, third = ids(nights)
    dry = nights.run("history", "prune", "--keep", "1", "--dry-run")
    assert ([line.split()[0] for line in dry.out.splitlines()], dry.err) == (
        [first, second],
        "2 scans would be dropped\n",
    )
    assert ids(nights) == [first, second, third]
    assert nights.run("history", "prune", "--keep", "1").err == "2 scans dropped\n"
    assert ids(nights) == [third]


def test_two_scans_are_compared_by_name(nights):
    first, _, third = ids(nights)
    assert "resource new 1" in nights.run("diff").out
    by_name = nights.run("diff", "last-clean", "last", "--format", "json")
    found = json.loads(by_name.out)
    assert (found["old"]["name"], found["new"]["name"]) == (first, third)
    assert found["counts"]["newly-failing"] == 1
    with_file = json.loads(nights.run("diff", "2026-04-01", "two.zip", "--format", "json").out)
    assert (with_file["old"]["name"], with_file["new"]["name"]) == (first, "two.zip")


def test_a_history_elsewhere(desk):
    Night((judged("a"),)).write(desk.here / "one.zip")
    assert desk.run("history", "import", "one.zip", "--store", "own.db").code == 0
    assert desk.run("history", "list").err == "nothing is kept\n"
    desk.write("azlinkscan.toml", 'store = "own.db"\n')
    assert desk.run("history", "list").out.startswith("20260401T000000Z-")


def test_a_history_on_a_server_shows_no_password(desk, fresh_database):
    Night((judged("a"),)).write(desk.here / "one.zip")
    kept = desk.run("history", "import", "one.zip", "--store", fresh_database)
    listed = desk.run("history", "list", "--store", fresh_database)
    password = fresh_database.partition("kakuu:")[2].partition("@")[0]
    assert (kept.code, listed.code) == (0, 0)
    assert password not in kept.out + kept.err + listed.out + listed.err
    refused = desk.run("history", "list", "--store", fresh_database.replace(password, f"{password}x"))
    assert (refused.code, password in refused.err) == (5, False)


def test_what_is_wrong_is_told_with_the_next_step(nights):
    see = "`azlinkscan history list` shows what is kept; `azlinkscan scan --keep` keeps a scan"
    nights.is_told(("diff", "2020-01-01", "last"), Mistake("OLD", "no kept scan is '2020-01-01'", see))
    nights.is_told(
        ("history", "list", "--store", "mysql://root:secret@host/db"),
        Mistake(
            "--store",
            "a history cannot lie there",
            "give a file, postgresql://USER@HOST/DATABASE or az://ACCOUNT/CONTAINER/PREFIX",
        ),
    )
    nights.is_told(
        ("history", "prune"),
        Mistake("history prune", "nothing says which scans are old", "give --keep N or --before DATE"),
    )
    nights.is_told(
        ("history", "list", "--format", "yaml"),
        Mistake("--format", "there is no format 'yaml'", "write text or json"),
    )
