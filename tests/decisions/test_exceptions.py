"""An exception accepts a failure for a time, and no longer than what it accepts is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from azlinkscan.decisions.baseline import Baseline
from azlinkscan.decisions.decisions import Decisions
from azlinkscan.decisions.exceptions import load, mistaken_dates, parse
from azlinkscan.errors import CatalogError
from azlinkscan.model.decision import BaselineScan, BaselineState, Excepted, Excepting, Lapse, Lapsed
from azlinkscan.model.verdict import Verdict
from azlinkscan.written.yaml_tree import parse as tree_of
from tests.report.sample import HEADER, Sample, finding, storage

CHECKS = ("storage/https-only", "storage/network-default-deny")
TODAY = date(2026, 4, 1)
FAILS = finding(
    "storage/https-only", storage("points"), Verdict.FAIL, observed={"https": False, "hosts": ["a"]}
)


def entry(**more):
    """One entry as its author writes it."""
    fields = {
        "check": "storage/https-only",
        "resource": "'*/storageaccounts/points'",
        "reason": "旧端末の更新まで",
        "owner": "情報政策課",
        "approver": "課長",
        "ticket": "JP-12",
        "from": "2026-01-01",
        "until": "2026-12-31",
        **more,
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return "  - " + "\n    ".join(lines) + "\n"


def exceptions(*entries):
    return parse(tree_of("exceptions:\n" + "".join(entries), "exceptions.yaml"), CHECKS)


def decided(text, one=FAILS, today=TODAY):
    return Decisions(exceptions=exceptions(text)).on(one, today)


def mistakes(text):
    with pytest.raises(CatalogError) as caught:
        exceptions(text)
    return [str(one) for one in caught.value.mistakes]


def test_a_failure_that_is_accepted_stays_one_and_says_by_whom():
    one = decided(entry())
    assert one.verdict is Verdict.FAIL
    assert not one.fails
    assert one.excepted == Excepted(
        Excepting.EXCEPTION, "exceptions.yaml:2", "旧端末の更新まで", "情報政策課", "課長", "JP-12",
        "2026-01-01", "2026-12-31",
    )  # fmt: skip


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.FAIL])
def test_nothing_but_a_failure_is_accepted(verdict):
    assert decided(entry(), replace(FAILS, verdict=verdict)).excepted is None


@pytest.mark.parametrize(
    ("more", "lapse"),
    [
        ({"until": "2026-03-31"}, Lapse.EXPIRED),
        ({"until": "2026-04-01"}, None),
        ({"from": "2026-04-01"}, None),
        ({"from": "2026-04-02"}, Lapse.NOT_YET),
        ({"until": "2026-02-30"}, Lapse.UNREADABLE_DATE),
        ({"until": "31.12.2026"}, Lapse.UNREADABLE_DATE),
        ({"until": "'20261231'"}, Lapse.UNREADABLE_DATE),
        ({"from": "someday"}, Lapse.UNREADABLE_DATE),
        ({"accepts": "{https: false}"}, None),
        ({"accepts": "{https: false, hosts: [a]}"}, None),
        ({"accepts": "{hosts: [a, b]}"}, Lapse.VALUE_CHANGED),
        ({"accepts": "{https: true}"}, Lapse.VALUE_CHANGED),
        ({"accepts": "{tls: '1.0'}"}, Lapse.VALUE_UNKNOWN),
    ],
)
def test_it_holds_from_its_first_day_to_its_last_and_for_the_value_it_accepts(more, lapse):
    one = decided(entry(**more))
    assert one.fails == (lapse is not None)
    assert [lapsed.why for lapsed in one.lapsed] == ([] if lapse is None else [lapse])


@pytest.mark.parametrize(
    "value", [["a"] * 10 + ["… (12)"], "x" * 200 + "…", ["[3]"], {str(n): n for n in range(10)}]
)
def test_a_value_that_is_kept_in_part_is_not_the_accepted_one(value):
    one = replace(FAILS, observed={"hosts": value})
    entries = exceptions(entry(accepts="{hosts: [a]}")).entries
    bound = replace(entries[0], accepts={"hosts": value})
    assert bound.lapse_of(one, TODAY) is Lapse.VALUE_UNKNOWN


def test_of_several_the_one_that_holds_accepts():
    one = Decisions(exceptions=exceptions(entry(until="2026-03-01"), entry(ticket="JP-13"))).on(FAILS, TODAY)
    assert (one.excepted.ticket, one.lapsed) == ("JP-13", ())


@pytest.mark.parametrize(("until", "left"), [("2026-04-15", 14), ("2026-04-01", 0), ("2026-04-16", None)])
def test_its_end_is_announced_a_fortnight_before(until, left):
    assert decided(entry(until=until)).excepted.ends_in == left


@pytest.mark.parametrize(
    ("resource", "about"),
    [
        (storage("points"), True),
        (storage("POINTS").upper(), True),
        (storage("point"), False),
        ("'*/rg-points/*'", True),
        ("'*/RG-POINTS/*/points'", True),
        ("'*/rg-other/*'", False),
    ],
)
def test_the_resource_is_an_id_or_a_pattern_without_regard_to_case(resource, about):
    assert (decided(entry(resource=resource)).excepted is not None) == about


def test_bad_entries_are_told_with_line_column_and_next_step():
    assert mistakes(entry(check="storage/https-onyl", owner=None, reason="''", tikcet="x")) == [
        "exceptions.yaml:2:5: the exception lacks 'owner' (add 'owner:')",
        "exceptions.yaml:9:5: the exception has no 'tikcet' (did you mean 'ticket'?)",
        "exceptions.yaml:4:13: 'reason' of the exception is empty (write it after 'reason:')",
        "exceptions.yaml:2:12: there is no check 'storage/https-onyl' (did you mean 'storage/https-only'?)",
    ]
    assert mistakes(entry(resource="'*'")) == [
        "exceptions.yaml:3:15: the exception is about every resource there is "
        "(name a resource, or leave the check out with --check '!ID')"
    ]


def test_dates_that_cannot_be_read_and_ends_before_the_beginning_are_told():
    told = mistaken_dates(exceptions(entry(until="2026-02-30"), entry(until="2025-12-31")))
    assert [str(one) for one in told.found] == [
        "exceptions.yaml:9:12: 'until' is no date: '2026-02-30' (write a day that exists as 2027-03-31)",
        "exceptions.yaml:17:12: the exception ends (2025-12-31) before it begins (2026-01-01) "
        "(write a later day after 'until:')",
    ]


def test_the_digest_is_of_what_is_meant_not_of_the_layout(tmp_path):
    path = tmp_path / "exceptions.yaml"
    path.write_text("# a note\nexceptions:\n" + entry() + "\n\n", "utf-8")
    assert load(path, CHECKS).digest == exceptions(entry()).digest
    assert exceptions(entry(until="2027-01-01")).digest != exceptions(entry()).digest


# -- a baseline -----------------------------------------------------------------------------------


def baseline(*findings):
    return Decisions(baseline=Baseline.of(Sample(made=lambda: iter(findings)), "night.zip"))


def test_what_failed_then_is_accepted_and_names_its_scan_and_what_fails_anew_is_not():
    passes = replace(FAILS, verdict=Verdict.PASS, resource="/other", shown_id="/other")
    then = baseline(FAILS, passes)
    same, anew = then.on(FAILS, TODAY), then.on(replace(passes, verdict=Verdict.FAIL), TODAY)
    assert same.excepted == Excepted(
        Excepting.BASELINE, "night.zip", scan=HEADER.clock, snapshot=HEADER.snapshot
    )
    assert (same.baseline, anew.baseline, anew.fails) == (
        BaselineState.UNCHANGED,
        BaselineState.UPDATED,
        True,
    )
    new = then.on(replace(FAILS, check="storage/network-default-deny"), TODAY)
    assert (new.baseline, new.fails) == (BaselineState.NEW, True)
    assert then.scan == BaselineScan("night.zip", HEADER.clock, HEADER.snapshot)


def test_other_settings_make_another_finding():
    assert baseline(FAILS).on(replace(FAILS, settings_digest="ab12"), TODAY).fails


def test_a_failure_keeps_the_scan_that_it_was_first_accepted_from():
    first = Excepted(Excepting.BASELINE, "first.zip", scan="2026-01-01T00:00:00Z", snapshot="b" * 64)
    assert baseline(replace(FAILS, excepted=first)).on(FAILS, TODAY).excepted == first


def test_what_an_exception_accepted_then_is_not_accepted_by_having_been_there():
    then = decided(entry(until="2026-04-01"))
    both = replace(baseline(then), exceptions=exceptions(entry(until="2026-04-01")))
    assert both.on(FAILS, date(2026, 4, 2)).lapsed == (
        Lapsed("exceptions.yaml:2", Lapse.EXPIRED, "2026-04-01"),
    )
    assert both.on(FAILS, date(2026, 4, 2)).fails


def test_a_baseline_is_written_and_read_as_it_was():
    then = baseline(FAILS, replace(FAILS, verdict=Verdict.UNKNOWN, resource="/x")).baseline
    again = Baseline.from_json(then.to_json())
    assert (again.scan, again.kept) == (then.scan, then.kept)
