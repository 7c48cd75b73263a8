"""The table: aligned, safe on a terminal, and honest about what is not known."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest

from azlinkscan.model.facts import Reason
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.page import wrapped
from azlinkscan.report.plain import plain
from tests.report.rendering import rendered, view
from tests.report.sample import (
    CARDS,
    HOSTILE,
    NO_ALERTS,
    NO_VAULTS,
    ONE,
    TWO,
    Sample,
    finding,
    findings,
    storage,
)


def cells(text: str) -> int:
    widths = {"W": 2, "F": 2}
    return sum(
        0 if unicodedata.combining(char) else widths.get(unicodedata.east_asian_width(char), 1)
        for char in text
    )


def table(made=findings, language="en", width=100, **more) -> str:
    return rendered("table", Sample(made=made, **more), view(language, width=width)).decode()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [60, 80, 133])
def test_no_line_is_wider_than_the_terminal(language, width):
    for line in table(language=language, width=width).splitlines():
        assert cells(line) <= width, line


def test_what_stands_beside_wide_characters_is_aligned():
    lines = table(language="ja").splitlines()
    starts = {
        cells(line[: line.index(text)])
        for line in lines
        for text in ("無資格者", "パスワードが画面", "通信回線は", "更新が終わる", "定期的に")
        if text in line
    }
    assert len(starts) == 1


@pytest.mark.parametrize("colour", [False, True])
def test_nothing_that_a_name_holds_reaches_the_terminal_raw(colour):
    text = rendered("table", Sample(), view("ja", colour=colour)).decode()
    bare = re.sub(r"\x1b\[[0-9;]+m", "", text) if colour else text
    odd = {char for char in bare if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") and char != "\n"}
    assert not odd


def test_an_escape_is_shown_by_its_number():
    assert plain(HOSTILE["terminal"]).startswith(r"a\x1b[31m赤\x1b]0;title\x07")
    assert plain(HOSTILE["direction"]) == r"invoice\u202egpj.exe\u2066\u200b"
    assert plain(HOSTILE["right-to-left"]) == HOSTILE["right-to-left"]


def test_a_finding_waits_once_on_each_remedy():
    def made():
        plans = [storage(f"plan{number}") for number in range(42)]
        again = replace(NO_ALERTS, scope=f"{ONE}/resourcegroups/rg", correlation_id="another")
        for plan in plans:
            yield finding("storage/https-only", plan, Verdict.UNKNOWN, gaps=(NO_ALERTS, again, NO_VAULTS))

    text = " ".join(table(made, width=200).split())
    assert (
        "Grant Microsoft.Insights/metricAlerts/read on subscription 架空市共通基盤: 42 findings wait on it"
        in text
    )
    assert "Grant Microsoft.RecoveryServices/vaults/read on subscription" in text


def test_an_unknown_that_carries_no_gap_is_counted():
    def made():
        yield finding("storage/https-only", storage("points"), Verdict.UNKNOWN)

    assert "without a recorded reason: 1" in table(made)


def test_a_right_is_named_only_where_a_right_would_help():
    for reason in Reason:
        gap = replace(NO_ALERTS, reason=reason, remedy="none")

        def made(gap=gap):
            yield finding("storage/https-only", storage("points"), Verdict.UNKNOWN, gaps=(gap,))

        assert "Grant" not in table(made)


def test_a_gap_that_another_finding_of_the_subscription_has_is_told_apart_by_subscription():
    def made():
        for subscription in (ONE, TWO):
            gap = replace(NO_ALERTS, scope=subscription)
            yield finding("storage/https-only", storage("points", subscription), Verdict.UNKNOWN, gaps=(gap,))

    assert table(made, width=200).count("1 finding waits on it") == 2


def test_the_most_severe_failure_stands_first():
    def made():
        for one in CARDS:
            yield finding(one.id, storage("points"), Verdict.FAIL)

    text = table(made)
    failing = text[text.index("Checks that fail") :]
    severities = [one.severity for one in sorted(CARDS, key=lambda one: failing.index(one.id))]
    assert severities == sorted(severities, key=lambda severity: severity.rank)


def test_every_finding_is_counted():
    summary = table(width=200).splitlines()[-2]
    assert summary == "25 findings: pass 4, fail 11, unknown 8, not applicable 1, error 1"


def test_subscriptions_of_one_name_are_told_apart():
    assert "ポイント事業 (00000000-0000-0000-0000-000000000002)" in table(width=200)


def test_japanese_marks_do_not_begin_a_line():
    text = "個人情報を保護する、ための措置（適切なもの）。" * 8
    for width in range(10, 60):
        lines = list(wrapped(text, width))
        assert "".join(lines) == text
        assert all(cells(line) <= width for line in lines)
        assert not any(line[0] in "、。）" or line[-1] == "（" for line in lines)


def test_a_word_without_blanks_is_cut_rather_than_lost():
    assert "".join(wrapped("x" * 95, 20)) == "x" * 95
