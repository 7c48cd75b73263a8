"""Both SARIF documents: what they say of each verdict, and that Microsoft's validator finds no fault."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report.json_stream import write
from azlinkscan.report.sarif_github import run_of
from azlinkscan.report.sarif_parts import log
from tests.report.rendering import rendered, view
from tests.report.sample import (
    CARDS,
    EMPTY,
    GAPS,
    HEADER,
    HOSTILE,
    KAKUU,
    OPEN,
    Sample,
    check,
    criterion,
    finding,
    findings,
    storage,
)

NODE = Path(__file__).parent / "node"
MULTITOOL = NODE / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
NAMES = ("sarif", "sarif-github")
both = pytest.mark.parametrize("name", NAMES)


def run(name, reader=None, language="en"):
    (only,) = json.loads(rendered(name, reader or Sample(), view(language)))["runs"]
    return only


def notifications(of):
    return of["invocations"][0]["toolExecutionNotifications"]


def kinds(of):
    return [one["descriptor"]["id"] for one in notifications(of)]


# The complete one


def test_every_finding_is_a_result_in_order():
    keys = [result["fingerprints"]["azlinkscan/v1"] for result in run("sarif")["results"]]
    assert keys == [one.key for one in findings()]


@pytest.mark.parametrize(
    ("verdict", "kind", "level"),
    [
        (Verdict.PASS, "pass", "none"),
        (Verdict.FAIL, "fail", "error"),
        (Verdict.UNKNOWN, "open", "none"),
        (Verdict.ERROR, "open", "none"),
        (Verdict.NOT_APPLICABLE, "notApplicable", "none"),
    ],
)
def test_a_verdict_is_a_kind_and_only_a_failure_has_a_level(verdict, kind, level):
    def made():
        yield finding("storage/network-default-deny", storage("points"), verdict, clauses=(OPEN,))

    (result,) = run("sarif", Sample(made=made))["results"]
    assert (result["kind"], result["level"]) == (kind, level)
    assert result["properties"]["verdict"] == verdict.value
    assert result["suppressions"] == []


def test_our_own_fault_is_told_as_an_error():
    told = [one for one in notifications(run("sarif")) if one["descriptor"]["id"] == "not-assessed"]
    assert [(one["level"], one["associatedRule"]["id"]) for one in told] == [
        ("error", "backup/vault-immutable")
    ]


def test_a_profile_is_a_taxonomy_that_the_rules_refer_to():
    whole = run("sarif")
    assert [one["name"] for one in whole["taxonomies"]] == ["kakuu-online-linkage", "our-own"]
    for rule in whole["tool"]["driver"]["rules"]:
        for one in rule.get("relationships", ()):
            target = one["target"]
            taxonomy = whole["taxonomies"][target["toolComponent"]["index"]]
            assert taxonomy["taxa"][target["index"]]["id"] == target["id"]
    verdicts = {one["id"]: one["verdict"] for one in whole["properties"]["criteria"]}
    assert verdicts["kakuu-1-a"] == "fail"
    assert verdicts["kakuu-1-i"] == "by-hand"


def test_of_many_gaps_the_first_ten_are_told():
    gaps = tuple(replace(GAPS[0], scope=f"/subscriptions/s{number:03}") for number in range(42))

    def made():
        yield finding("storage/https-only", storage("points"), Verdict.UNKNOWN, gaps=gaps)

    (result,) = run("sarif", Sample(made=made))["results"]
    assert "s009" in result["message"]["text"]
    assert "s010" not in result["message"]["text"]
    assert result["message"]["text"].endswith("; and 32 more.")
    assert len(result["properties"]["gaps"]) == 42


# The one for GitHub


def test_only_failures_are_results_for_github():
    keys = [result["fingerprints"]["azlinkscan/v1"] for result in run("sarif-github")["results"]]
    assert keys == [one.key for one in findings() if one.verdict is Verdict.FAIL]


def test_github_is_told_of_everything_else_in_notifications():
    counted = {
        (one["associatedRule"]["id"], one["properties"]["verdict"]): one["properties"]["count"]
        for one in notifications(run("sarif-github"))
        if "count" in one.get("properties", {})
    }
    others = [one for one in findings() if one.verdict is not Verdict.FAIL]
    assert sum(counted.values()) == len(others)
    assert counted["storage/https-only", "pass"] == 3
    assert counted["backup/vault-immutable", "error"] == 1


def test_beyond_githubs_limit_the_least_severe_are_left_out_and_counted():
    severe, slight = "sql/firewall-not-any-ip", "monitor/plan-cpu-alert"

    def made():
        for check_id in (slight, severe, slight, severe, slight):
            yield finding(check_id, storage("points"), Verdict.FAIL, clauses=(OPEN,))

    out = io.BytesIO()
    write(log(run_of(Sample(made=made), view("en"), limit=3)), out)
    (only,) = json.loads(out.getvalue())["runs"]
    assert [result["ruleId"] for result in only["results"]] == [slight, severe, severe]
    assert any("2 failures of lower severity" in one["message"]["text"] for one in notifications(only))


# Both


@both
def test_there_is_a_notification_for_every_gap(name):
    told = [one for one in notifications(run(name)) if one["descriptor"]["id"] == "not-read"]
    assert [one["properties"]["scope"] for one in told] == [gap.scope for gap in GAPS]
    assert all(one["level"] == "warning" for one in told)


@both
def test_criteria_that_no_check_settles_are_told(name):
    assert kinds(run(name)).count("by-hand") == 1
    assert kinds(run(name)).count("not-covered") == 1


@both
def test_a_scan_that_was_cut_short_was_not_successful(name):
    whole, cut = run(name), run(name, Sample(header=replace(HEADER, cut_short=True)))
    assert whole["invocations"][0]["executionSuccessful"] is True
    assert cut["invocations"][0]["executionSuccessful"] is False
    assert "cut-short" in kinds(cut)
    assert "cut-short" not in kinds(whole)


@both
def test_a_result_is_found_again_and_stands_on_a_line(name):
    for result in run(name)["results"]:
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.startswith("azure/subscriptions/")
        assert uri.isascii()
        assert " " not in uri
        assert place["physicalLocation"]["region"]["startLine"] == 1
        assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("/subscriptions/")
        assert (
            result["partialFingerprints"]["primaryLocationLineHash"]
            == result["fingerprints"]["azlinkscan/v1"]
        )


@both
def test_no_two_results_have_one_fingerprint(name):
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run(name)["results"]]
    assert len(prints) == len(set(prints))


@both
@pytest.mark.parametrize(("language", "tag"), [("ja", "ja-JP"), ("en", "en-US")])
def test_texts_are_in_the_readers_language(name, language, tag):
    spoken = run(name, language=language)
    assert spoken["language"] == spoken["tool"]["driver"]["language"] == tag
    rule = spoken["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == CARDS[0].title.in_(language)
    full_stop = "。" if language == "ja" else "."
    assert all(result["message"]["text"].endswith(full_stop) for result in spoken["results"])


@both
def test_a_rule_says_how_severe_it_is_in_githubs_bands(name):
    bands = {
        Severity.CRITICAL: (9.1, 10),
        Severity.HIGH: (7, 8.9),
        Severity.MEDIUM: (4, 6.9),
        Severity.LOW: (0.1, 3.9),
    }
    for one, rule in zip(CARDS, run(name)["tool"]["driver"]["rules"], strict=True):
        assert rule["id"] == one.id
        score = rule["properties"]["security-severity"]
        lowest, highest = bands.get(one.severity, (0.1, 3.9))
        assert isinstance(score, str)
        assert lowest <= float(score) <= highest
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["helpUri"].startswith("https://")


@both
def test_a_rule_has_at_most_ten_tags(name):
    many = tuple(criterion(f"many-{n}", None, "措置", check("storage/https-only")) for n in range(20))
    settled = tuple(
        replace(Sample().settled[0], profile="many", id=one.id, verdict=Verdict.PASS, tallies=())
        for one in many
    )
    reader = Sample(mapped=(replace(KAKUU, id="many", criteria=many),), settled=settled)
    for rule in run(name, reader)["tool"]["driver"]["rules"]:
        tags = rule["properties"]["tags"]
        assert tags[0] == "security"
        assert len(tags) <= 10
        assert len(tags) == len(set(tags))


@both
def test_a_name_is_neither_link_nor_placeholder(name):
    texts = [result["message"]["text"] for result in run(name)["results"]]
    (text,) = (text for text in texts if "押す" in text.partition(":")[0])
    assert HOSTILE["markdown"] not in text
    assert r"\[押す](https:example.com)" in text
    assert "{{0}}" in text


@both
def test_the_category_stays_from_scan_to_scan(name):
    later = replace(HEADER, clock="2026-05-01T00:00:00Z")
    first, second = (
        run(name, reader)["automationDetails"]["id"] for reader in (Sample(), Sample(header=later))
    )
    assert first != second
    assert first.rpartition("/")[0] == second.rpartition("/")[0]


# The validator


def validator() -> Path:
    why = None
    if not sys.platform.startswith("linux"):
        why = "the packaged validator runs on Linux only"
    elif not MULTITOOL.exists():
        why = "the validator is not installed: run `npm ci` in tests/report/node"
    if why and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why:
        pytest.skip(why)
    MULTITOOL.chmod(MULTITOOL.stat().st_mode | stat.S_IXUSR)
    return MULTITOOL


def faults_of(document: bytes, folder: Path) -> set[tuple[str, str]]:
    """What the validator says, by rule and message."""
    written, found = folder / "report.sarif", folder / "found.sarif"
    tool = validator()
    written.write_bytes(document)
    told = subprocess.run(
        [
            *(tool, "validate", written, "--output", found, "--config", NODE / "validator.xml"),
            *("--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.exists(), told.stdout + told.stderr
    results = json.loads(found.read_text("utf-8-sig"))["runs"][0]["results"]
    return {(one["ruleId"], one["message"].get("id") or one["message"]["text"]) for one in results}


@both
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "reader",
    [Sample(), Sample(header=replace(HEADER, cut_short=True)), EMPTY],
    ids=["sample", "cut-short", "empty"],
)
def test_microsofts_validator_finds_no_fault(name, language, reader, tmp_path):
    # We have no home page to name.
    without_home = {("SARIF2005", "Warning_ProvideToolnformationUri")}
    assert faults_of(rendered(name, reader, view(language)), tmp_path) == without_home


def test_the_validator_would_find_one(tmp_path):
    broken = json.loads(rendered("sarif-github", Sample()))
    del broken["runs"][0]["results"][0]["locations"]
    assert any(rule.startswith("GH") for rule, _ in faults_of(json.dumps(broken).encode(), tmp_path))
