"""A check on a world: at least one finding, and unknown exactly where the answer depends on what is missing."""

from __future__ import annotations

import textwrap

import pytest

from azlinkscan.assess import scene
from azlinkscan.assess.compiled import compile_check
from azlinkscan.assess.judge import Judge, Task
from azlinkscan.assess.tasks import effective
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import World
from azlinkscan.catalog.checks import parse_check
from azlinkscan.errors import CatalogError, UsageError
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Reason, Remedy
from azlinkscan.model.verdict import Verdict
from azlinkscan.written.yaml_tree import parse

SUB = "/subscriptions/s"
KIND = "microsoft.test/things"
CHECK = """
title: {en: Thing is safe, ja: 安全である}
severity: high
since: "0.1"
resource: microsoft.test/things
why: {en: Because., ja: 理由。}
settings: {limit: 3}
read:
  state: {field: properties.state, one-of: ["On", "Off"]}
  size: {field: properties.size, type: number}
let:
  big: size > settings.limit
expect:
  - that: state == "On" || big
    else: {en: "state {state}, size {size}, limit {settings.limit}", ja: "状態 {state}、大きさ {size}、上限 {settings.limit}"}
fix: {en: Mend it., ja: 直す。}
refs: [https://learn.microsoft.com/azure]
scene:
  subject: thing
  thing: {id: /subscriptions/s/resourceGroups/rg/providers/Microsoft.Test/things/a, properties: {state: "On", size: 1}}
examples:
  - {it: "on", verdict: pass}
"""


def check(text=CHECK):
    return parse_check("test/thing-safe", parse(textwrap.dedent(text), "thing.yaml"))


def findings(things, *, complete=True, gaps=(), settings=None, in_scope=lambda fact: True):
    words = Words(scene.DEFAULT_CLOCK)
    one = check()
    merged, digest = effective(one, ({one.id: settings or {}},))
    facts = [
        Fact.of(
            KIND,
            {
                "id": f"{SUB}/resourceGroups/rg/providers/Microsoft.Test/things/{name}",
                "properties": properties,
            },
        )
        for name, properties in things.items()
    ]
    listings = [Listing(KIND, SUB, len(facts))] if complete else []
    world = World(SUB, facts, gaps, listings, [KindAsked(KIND, None)])
    return list(Judge(words, world).findings(Task(compile_check(one, words), merged, digest), in_scope))


def test_what_decides_absorbs_what_is_missing():
    [finding] = findings({"a": {"state": "On"}})
    assert finding.verdict is Verdict.PASS
    assert finding.gaps == ()


def test_what_does_not_decide_leaves_the_verdict_open_with_every_gap():
    [finding] = findings({"a": {"state": "Perhaps"}})
    assert finding.verdict is Verdict.UNKNOWN
    assert {(gap.reason, gap.detail) for gap in finding.gaps} == {
        (Reason.UNRECOGNISED_VALUE, "properties.state = Perhaps"),
        (Reason.MISSING, "properties.size"),
    }


def test_a_failure_says_what_it_saw_in_both_languages():
    [finding] = findings({"a": {"state": "OFF", "size": 2}})
    assert finding.verdict is Verdict.FAIL
    [clause] = finding.clauses
    assert clause.message.en == "state Off, size 2, limit 3"
    assert clause.message.ja == "状態 Off、大きさ 2、上限 3"


def test_nothing_there_is_said_only_of_a_complete_list():
    [finding] = findings({})
    assert (finding.verdict, finding.resource) == (Verdict.NOT_APPLICABLE, SUB)
    [finding] = findings({}, complete=False)
    assert (finding.verdict, finding.resource) == (Verdict.UNKNOWN, SUB)


def test_a_list_cut_short_keeps_what_was_found_and_adds_an_unknown_above_it():
    gap = Gap(SUB, KIND, Reason.CUT_SHORT, remedy=Remedy.RETRY)
    found = findings({"a": {"state": "On"}}, complete=False, gaps=[gap])
    assert [(finding.resource.rpartition("/")[2], finding.verdict) for finding in found] == [
        ("s", Verdict.UNKNOWN),
        ("a", Verdict.PASS),
    ]
    assert found[0].gaps == (gap,)


def test_what_is_out_of_scope_is_not_judged_and_still_not_silent():
    [finding] = findings({"a": {"state": "Off", "size": 1}}, in_scope=lambda fact: False)
    assert finding.verdict is Verdict.NOT_APPLICABLE


def test_settings_change_the_verdict_and_the_key():
    [default] = findings({"a": {"state": "Off", "size": 2}})
    [changed] = findings({"a": {"state": "Off", "size": 2}}, settings={"limit": 1})
    assert (default.verdict, changed.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert default.key != changed.key
    [same] = findings({"a": {"state": "Off", "size": 2}}, settings={"limit": 3})
    assert same.key == default.key


def test_a_setting_that_the_check_does_not_have_is_refused():
    with pytest.raises(UsageError, match="no setting 'limits'"):
        findings({}, settings={"limits": 1})
    with pytest.raises(UsageError, match='cannot be "wide"'):
        findings({}, settings={"limit": "wide"})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'state == "On" || big',
            'stat == "On"',
            "thing.yaml:14:11: nothing is called 'stat'",
        ),
        ('state == "On" || big', "state == 1", "'==' does not take (string, int)"),
        ('state == "On" || big', "size", "size"),
        ("settings.limit", "settings.limt", "no setting 'limt'"),
        ("{state}, size", "{stat}, size", "'{stat}', which is no name"),
        (
            'state == "On" || big',
            'about("microsoft.test/others") == []',
            "add 'microsoft.test/others' to 'needs:'",
        ),
        ('state == "On" || big', 'seen("microsoft.test/things").size() > 0', "only proves what is in it"),
    ],
)
def test_a_wrong_expression_is_told_with_its_place(old, new, says):
    text = CHECK.replace(old, new, 1)
    if says == "size":
        words = Words(scene.DEFAULT_CLOCK)
        compile_check(check(text), words)  # an open type may still be a condition; the examples decide
        return
    with pytest.raises(CatalogError) as caught:
        compile_check(check(text), Words(scene.DEFAULT_CLOCK))
    assert says in "\n".join(str(mistake) for mistake in caught.value.mistakes)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "severity: high",
            "severity: hihg",
            "thing.yaml:3:11: 'severity' cannot be 'hihg' (did you mean 'high'?)",
        ),
        ("severity: high", "severty: high", "did you mean 'severity'?"),
        (
            "  size: {field: properties.size, type: number}",
            "  size: {field: properties.size}",
            "does not say its type",
        ),
        ("type: number", "type: integer", "'type' cannot be 'integer'"),
        ("since:", "since: '1'\nsince:", "the key 'since' stands twice"),
        ('["On", "Off"]', '["On", "Off"], absent: "Maybe"', "'Maybe' is not one of its words"),
        ("ja: 安全である", "ja: ''", "is empty in 'ja'"),
        ("resource: microsoft.test/things", "resource: Things", "'Things' is not a kind of fact"),
        ("field: properties.size", "field: properties..size", "is not a path"),
        ("  big:", "  size:", "the name 'size' stands twice"),
        ("fix:", "fxi:", "did you mean 'fix'?"),
    ],
)
def test_a_wrong_file_is_told_with_file_line_and_column(old, new, says):
    with pytest.raises((CatalogError, UsageError)) as caught:
        check(CHECK.replace(old, new, 1))
    told = caught.value.mistakes if isinstance(caught.value, CatalogError) else (caught.value,)
    assert says in "\n".join(str(mistake) for mistake in told)
    assert all(mistake.place.line and mistake.place.column for mistake in told)
