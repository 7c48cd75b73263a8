"""Many scans together: what they say of a fix's time and of what flaps is counted by hand here."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import pytest

from azlinkscan.history.database import sqlite
from azlinkscan.model.text import LANGUAGES
from azlinkscan.model.verdict import Verdict
from azlinkscan.report import View
from azlinkscan.report.trend_chart import bars, render
from azlinkscan.scan.keeping import keep
from azlinkscan.scan.trending import read_trend
from tests.history.night import FAIL, PASS, UNKNOWN, Night, judged, of_scope

DAY = 86_400
NOW = datetime(2026, 4, 30, tzinfo=UTC)
OF_LETTER = {"p": PASS, "f": FAIL, "?": UNKNOWN}


@pytest.fixture
def trend_of(tmp_path):
    """The trend of nights in a row: one text an account, one letter a night, a blank where it is not there."""

    def made(**accounts):
        own = sqlite(tmp_path / "history.db")
        for number, letters in enumerate(zip(*accounts.values(), strict=True), 1):
            found = [
                judged(name, OF_LETTER[letter])
                for name, letter in zip(accounts, letters, strict=True)
                if letter != " "
            ]
            night = Night(()).on(number, *(found or [of_scope(Verdict.NOT_APPLICABLE)]))
            keep(own, night.write(tmp_path / f"{number}.zip"), NOW)
        try:
            return read_trend(own, own.scans())
        finally:
            own.close()

    return made


def test_a_fix_takes_from_the_first_failure_to_the_first_pass(trend_of):
    found = trend_of(a="pffp", b="pfpp")
    assert [(one.shown_id.rpartition("/")[2], one.seconds) for one in found.fixes] == [
        ("b", DAY),
        ("a", 2 * DAY),
    ]
    assert found.mean_seconds_to_fix == 1.5 * DAY


def test_what_failed_before_does_not_enter_the_mean(trend_of):
    found = trend_of(a="ffp")
    assert (found.fixes, found.fixed_of_unknown_start, found.mean_seconds_to_fix) == ((), 1, None)


def test_what_could_not_be_read_in_between_is_not_fixed_until_it_is_seen_to_pass(trend_of):
    found = trend_of(a="pf?p")
    assert [one.seconds for one in found.fixes] == [2 * DAY]
    assert trend_of(b="pf??").fixes == ()


def test_what_is_gone_was_not_fixed(trend_of):
    assert trend_of(a="pf ", b="ppp").fixes == ()


def test_what_is_new_and_fails_has_a_start(trend_of):
    assert [one.seconds for one in trend_of(a="pppp", b=" ffp").fixes] == [2 * DAY]


def test_what_turns_three_times_flaps(trend_of):
    found = trend_of(a="pfpf", b="pfpp", c="p?p?", d="fpfp")
    assert [(one.shown_id.rpartition("/")[2], one.turns) for one in found.flaps] == [("a", 3), ("d", 3)]


def test_points_and_criteria_follow_the_scans(trend_of):
    found = trend_of(a="pf?", b="ppp")
    assert [dict(one.failures) for one in found.points] == [{}, {"high": 1}, {}]
    (line,) = found.criteria
    assert (line.profile, line.id, line.verdicts) == ("kakuu", "kakuu-1", (PASS, FAIL, UNKNOWN))


def test_subscriptions_are_followed_each_by_itself(tmp_path):
    own = sqlite(tmp_path / "history.db")
    other = "/subscriptions/00000000-0000-0000-0000-000000000002"
    nights = [
        Night(()).on(1, judged("a")),
        Night((), subscriptions=(other,)).on(2, of_scope(Verdict.NOT_APPLICABLE)),
        Night(()).on(3, judged("a", FAIL)),
        Night(()).on(5, judged("a")),
    ]
    for number, night in enumerate(nights):
        keep(own, night.write(tmp_path / f"{number}.zip"), NOW)
    found = read_trend(own, own.scans())
    own.close()
    assert [one.seconds for one in found.fixes] == [2 * DAY]
    assert len(found.points) == 4


def test_the_highest_bar_is_the_most():
    assert bars([0, 1, 4, 8]) == " ▁▄█"
    assert bars([0, 0]) == "  "


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_shows_every_part(trend_of, language):
    out = io.BytesIO()
    render(trend_of(a="pfpf", b="ppp?"), out, View(language, UTC, 80, colour=False))
    text = out.getvalue().decode()
    assert ".x.x│" in text
    assert " █ █│ 0 → 1" in text
    assert ("平均 1.0 日（1 件）" if language == "ja" else "mean 1.0 days (1 fixed)") in text
    assert ("3 回" if language == "ja" else "3 turns") in text


def test_the_command_draws_and_tells_programs(desk):
    night = Night((judged("a"),))
    night.write(desk.here / "1.zip")
    night.on(2, judged("a", FAIL)).write(desk.here / "2.zip")
    desk.run("history", "import", "1.zip", "2.zip")
    drawn = desk.run("trend")
    assert (drawn.code, ".x│" in drawn.out) == (0, True)
    told = json.loads(desk.run("trend", "--format", "json", "--last", "1").out)
    assert [one["failures"] for one in told["points"]] == [{"high": 1}]
    assert desk.run("trend", "--store", "empty.db").out == "Over time\n  Nothing is kept.\n"
