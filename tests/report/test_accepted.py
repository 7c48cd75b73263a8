"""Failures that are accepted, in each format: shown, counted, and told from those that nobody accepted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from azlinkscan.model.decision import BaselineState, Excepted, Excepting, Lapse, Lapsed
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.accepted import endings
from tests.report.rendering import rendered, view
from tests.report.sample import HEADER, Sample, finding, storage

BY_ENTRY = Excepted(
    Excepting.EXCEPTION, "exceptions.yaml:3", "旧端末の更新まで", "情報政策課", "課長", "JP-12",
    "2026-01-01", "2026-04-10", 9,
)  # fmt: skip
BY_BASELINE = Excepted(Excepting.BASELINE, "night.zip", scan="2026-03-01T00:00:00Z", snapshot="a" * 64)


def fails(name, **more):
    return finding("storage/https-only", storage(name), Verdict.FAIL, **more)


FINDINGS = (
    fails("by-entry", excepted=BY_ENTRY, baseline=BaselineState.NEW),
    fails("by-baseline", excepted=BY_BASELINE, baseline=BaselineState.UNCHANGED),
    fails(
        "lapsed",
        lapsed=(Lapsed("exceptions.yaml:9", Lapse.VALUE_CHANGED, "2026-12-31"),),
        baseline=BaselineState.UPDATED,
    ),
)
RESULT = Sample(
    header=replace(HEADER, cut_short=False),
    made=lambda: iter(FINDINGS),
    told=(),
    mapped=(),
    settled=(),
    ledger=(),
)


def results(form):
    (run,) = json.loads(rendered(form, RESULT, view("en")))["runs"]
    return {one["locations"][0]["logicalLocations"][0]["name"]: one for one in run["results"]}, run


def test_sarif_tells_an_exception_as_a_suppression_and_a_baseline_as_its_state():
    found, _ = results("sarif")
    assert found["by-entry"]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "excepted until 2026-04-10, 9 days left (approved by 課長, owner 情報政策課, JP-12, "
            "exceptions.yaml:3): 旧端末の更新まで",
        }
    ]
    assert [found[name]["suppressions"] for name in ("by-baseline", "lapsed")] == [[], []]
    assert {name: one["baselineState"] for name, one in found.items()} == {
        "by-entry": "new",
        "by-baseline": "unchanged",
        "lapsed": "updated",
    }
    assert {one["kind"] for one in found.values()} == {"fail"}
    assert found["lapsed"]["properties"]["lapsed"] == [
        {"source": "exceptions.yaml:9", "why": "value-changed", "until": "2026-12-31"}
    ]


def test_github_gets_what_nobody_accepted_and_is_told_how_many_were():
    found, run = results("sarif-github")
    assert list(found) == ["lapsed"]
    told = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert "excepted failures 2: Only HTTPS is accepted." in told


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ja",
            (
                "承認済み（2026-04-10 まで、残り 9 日、承認者 課長、責任者 情報政策課、JP-12、",
                "2026-03-01 の走査（night.zip）で既に不適合であったため、承認済み",
                "例外 exceptions.yaml:9 は効力がない：承認時の値から変わった",
                "不適合のうち、承認済み 2 件（終了コードに影響しない）",
            ),
        ),
        (
            "en",
            (
                "excepted until 2026-04-10, 9 days left (approved by 課長, owner 情報政策課, JP-12,",
                "accepted: it failed already in the scan of 2026-03-01 (night.zip)",
                "the exception exceptions.yaml:9 does not hold: the value that it accepts has changed",
                "of the failures 2 are excepted, and do not fail the run",
            ),
        ),
    ],
)
def test_the_table_shows_them_and_says_why_and_until_when(language, said):
    told = rendered("table", RESULT, view(language, width=200)).decode()
    for words in said:
        assert words in told


def test_the_json_report_holds_all_of_it():
    document = json.loads(rendered("json", RESULT))
    assert document["counts"]["findings"]["fail"] == 3
    assert document["counts"]["excepted"] == 2
    assert document["findings"][0]["excepted"]["until"] == "2026-04-10"
    assert [one["baseline"] for one in document["findings"]] == ["new", "unchanged", "updated"]


def test_an_end_is_announced_once():
    both = Sample(made=lambda: iter((FINDINGS[0], replace(FINDINGS[0], resource="/another"))))
    assert list(endings(both)) == [("exceptions.yaml:3", "2026-04-10", 9)]
