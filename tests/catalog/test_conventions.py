"""What holds for every check of the catalogue; each failure says what to do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from azlinkscan.assess import scene
from azlinkscan.assess.expression import identifiers
from azlinkscan.catalog.checks import load_checks
from azlinkscan.model.check import ValueType
from azlinkscan.model.verdict import Verdict
from tests.support.swapped import swapped

CHECKS = load_checks()
every_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def texts(check):
    yield "title", check.title
    yield "why", check.why
    yield "fix", check.fix.text
    if check.fix.portal:
        yield "fix.portal", check.fix.portal
    for number, clause in enumerate((*check.when, *check.expect), 1):
        yield f"the else of clause {number}", clause.otherwise


@every_check
def test_shows_a_pass_a_fail_and_an_unknown(check):
    missing = {Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN} - scene.promised(check)
    assert not missing, f"{check.place}: add an example whose verdict is {', '.join(sorted(missing))}"


@every_check
def test_a_condition_of_application_is_shown(check):
    if check.when:
        assert Verdict.NOT_APPLICABLE in scene.promised(check), (
            f"{check.place}: it has 'when:', so add an example whose verdict is not-applicable"
        )


@every_check
def test_first_example_is_the_scene_itself(check):
    first = check.examples[0]
    untouched = not first.change and not first.without and not first.unread and not first.settings
    assert untouched, f"{first.place}: let the first example be the scene as it stands"
    assert first.verdict is Verdict.PASS, f"{first.place}: the scene itself passes"


@every_check
def test_title_is_a_sentence_that_is_true_when_the_check_passes(check):
    assert not re.match(r"(ensure|check|verify|make sure|should)\b", check.title.en, re.I), (
        f"{check.place}: write the state that holds, not an instruction: 'Storage account refuses …'"
    )
    for text in (check.title.en, check.title.ja):
        assert not text.endswith((".", "。")), f"{check.place}: a title ends without a full stop"
    assert len(check.title.en) <= 100, f"{check.place}: shorten the English title to 100 characters"
    assert len(check.title.ja) <= 60, f"{check.place}: shorten the Japanese title to 60 characters"


@every_check
def test_both_languages_are_written(check):
    for what, text in texts(check):
        assert JAPANESE.search(text.ja), f"{check.place}: {what} has no Japanese in 'ja'"
        assert not JAPANESE.search(text.en), f"{check.place}: {what} has Japanese in 'en'"
        assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff],", text.ja), (
            f"{check.place}: {what}: write 、 in Japanese"
        )
        names_en = set(re.findall(r"\{[^}]+\}", text.en))
        names_ja = set(re.findall(r"\{[^}]+\}", text.ja))
        assert names_en == names_ja, f"{check.place}: {what} names {names_en ^ names_ja} in one language only"


@every_check
def test_a_sentence_in_japanese_uses_japanese_marks(check):
    for what, text in texts(check):
        if what in ("why", "fix", "fix.portal"):
            assert text.ja.endswith("。"), f"{check.place}: {what}: end the Japanese sentence with 。"
            assert text.en.endswith((".", ")")), (
                f"{check.place}: {what}: end the English sentence with a full stop"
            )


@every_check
def test_reads_that_are_compared_with_a_word_say_which_words_there_are(check):
    expressions = [let.expression for let in check.let] + [c.that for c in (*check.when, *check.expect)]
    for spec in check.read:
        if spec.type is not ValueType.TEXT or spec.one_of:
            continue
        compared = rf"\b{spec.name}\s*(==|!=)\s*[\"'][^\"']|[\"'][^\"']+[\"']\s*(==|!=)\s*{spec.name}\b"
        assert not any(
            re.search(compared, e) or re.search(rf"\b{spec.name}\s+in\s+\[", e) for e in expressions
        ), f"{check.place}: '{spec.name}' is compared with a word: list the known ones in 'one-of:'"


@every_check
def test_every_name_is_used(check):
    expressions = [let.expression for let in check.let] + [c.that for c in (*check.when, *check.expect)]
    used = set().union(*(identifiers(expression) for expression in expressions))
    said = " ".join(text.en for _, text in texts(check))
    for name in [*(spec.name for spec in check.read), *(let.name for let in check.let)]:
        assert name in used or f"{{{name}" in said, f"{check.place}: '{name}' is used nowhere: remove it"
    for setting in check.settings:
        assert any(f"settings.{setting}" in e for e in expressions), (
            f"{check.place}: setting '{setting}' is used nowhere"
        )


@every_check
def test_sources_are_named(check):
    assert check.refs, f"{check.place}: name the page that the check rests on"
    for url in check.refs:
        assert url.startswith("https://"), f"{check.place}: {url} is no https address"
        assert "/en-us/" not in url, f"{check.place}: leave the locale out of {url}"


@every_check
def test_bicep_shows_a_resource_of_a_kind_that_the_check_is_about(check):
    if check.fix.bicep is None:
        return
    shown = re.findall(
        r"^resource \w+ '([\w.]+(?:/\w+)+)@(\d{4}-\d\d-\d\d(?:-preview)?)' (?:existing )?= \{$",
        check.fix.bicep,
        re.M,
    )
    assert shown, f"{check.place}: fix.bicep: write \"resource name 'Microsoft.X/y@api-version' = {{\""
    for opening, closing in ("{}", "[]", "()"):
        assert check.fix.bicep.count(opening) == check.fix.bicep.count(closing), (
            f"{check.place}: fix.bicep: a {opening} or {closing} is missing"
        )
    assert check.fix.bicep.count("'") % 2 == 0, f"{check.place}: fix.bicep: a quotation mark is missing"
    kinds = {kind.lower() for kind, _ in shown}
    assert any(
        known == kind or known.startswith(f"{kind}/") or kind.startswith(f"{known}/")
        for kind in kinds
        for known in check.kinds
    ), f"{check.place}: fix.bicep: none of {sorted(kinds)} is among {check.kinds}"


def places(finding):
    """The gaps without the words of an expression, which are turned round too."""
    return {(gap.scope, gap.kind, gap.reason, gap.code) for gap in finding.gaps}


@every_check
def test_the_order_of_operands_does_not_matter(check):
    def turn(clauses):
        return tuple(replace(clause, that=swapped(clause.that)) for clause in clauses)

    turned = replace(
        check,
        when=turn(check.when),
        expect=turn(check.expect)[::-1],
        let=tuple(replace(let, expression=swapped(let.expression)) for let in check.let),
    )
    stage, stage_turned = scene.Stage(check), scene.Stage(turned)
    for example in check.examples:
        straight, other = stage.run(example).finding, stage_turned.run(example).finding
        assert other.verdict is straight.verdict, (
            f"{example.place}: {example.it}: the verdict depends on the order"
        )
        if straight.verdict is Verdict.UNKNOWN:
            assert places(other) == places(straight), (
                f"{example.place}: {example.it}: the gaps depend on the order"
            )
