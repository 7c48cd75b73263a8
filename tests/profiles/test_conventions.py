"""What holds for every profile of ours; each failure says what to do."""

from __future__ import annotations

import re

import pytest

from azlinkscan.catalog.mapping import coverage
from azlinkscan.model.profile import ByHand, Group, NotCovered, checks_of

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
DOCUMENT = ("chiba-online-linkage", "yachiyo-online-linkage", "stated-measures")
"""Profiles of the document, in its words."""
BENCHMARKS = ("cis-azure-foundations-5.0", "microsoft-cloud-security-benchmark-v1")
"""Profiles of benchmarks whose words are not ours to print."""
NAMES = (*DOCUMENT, *BENCHMARKS)
every_benchmark = pytest.mark.parametrize("name", BENCHMARKS)
every_profile = pytest.mark.parametrize("name", NAMES)


def everything(criteria):
    for criterion in criteria:
        yield criterion
        yield from everything(criterion.criteria)


def members(tree):
    yield tree
    if isinstance(tree, Group):
        for member in tree.members:
            yield from members(member)


def hands(leaf):
    return [node.what for node in members(leaf.met_by) if isinstance(node, ByHand)]


def texts(profile):
    yield "the title", profile.title
    yield "the status note", profile.source.status_note
    for criterion in everything(profile.criteria):
        if criterion.text.ja != criterion.text.en:
            yield f"the text of {criterion.id}", criterion.text
        if criterion.note:
            yield f"the note of {criterion.id}", criterion.note
        for guarantee in criterion.guaranteed_by:
            yield f"a guarantee of {criterion.id}", guarantee.what
        for node in members(criterion.met_by):
            if isinstance(node, ByHand):
                yield f"by-hand of {criterion.id}", node.what
            if isinstance(node, NotCovered):
                yield f"not-covered of {criterion.id}", node.why


def sentences(profile):
    for what, text in texts(profile):
        if what.startswith(("the status note", "the note", "not-covered")):
            yield what, text


def test_these_are_our_profiles(shipped):
    assert set(shipped) == set(NAMES)


@every_profile
def test_every_text_is_in_both_languages(name, shipped):
    for what, text in texts(shipped[name]):
        assert JAPANESE.search(text.ja), f"{name}: {what} has no Japanese in 'ja'"
        assert not JAPANESE.search(text.en), f"{name}: {what} has Japanese in 'en'"
        assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff][,.]", text.ja), (
            f"{name}: {what}: write 、 and 。 in Japanese"
        )
        assert not re.search(r"[、。]\s", text.ja), f"{name}: {what}: no space after 、 and 。"


@every_profile
def test_a_sentence_ends_as_one(name, shipped):
    for what, text in sentences(shipped[name]):
        assert text.ja.endswith("。"), f"{name}: {what}: end the Japanese with 。"
        assert text.en.endswith("."), f"{name}: {what}: end the English with a full stop"


@every_profile
def test_what_a_person_looks_at_is_an_instruction_without_a_full_stop(name, shipped):
    for leaf in shipped[name].leaves():
        for what in hands(leaf):
            assert not what.ja.endswith("。"), f"{name}: {leaf.id}: end by-hand without 。"
            assert "確認する" in what.ja, f"{name}: {leaf.id}: say in by-hand what is to be confirmed"
            assert not what.en.endswith("."), f"{name}: {leaf.id}: end by-hand without a full stop"


def unexplained(criteria):
    """The criteria that neither themselves nor by a heading above them say why they are read so."""
    for criterion in criteria:
        if not (criterion.note or isinstance(criterion.met_by, NotCovered)):
            if criterion.met_by is not None:
                yield criterion.id
            yield from unexplained(criterion.criteria)


@every_profile
def test_every_leaf_says_why_it_is_read_so(name, shipped):
    silent = list(unexplained(shipped[name].criteria))
    assert not silent, f"{name}: the mapping is ours, so add 'note:' to {silent}, or to the heading above"


@every_profile
def test_what_supports_a_criterion_that_people_judge_is_explained_there(name, shipped):
    for leaf in shipped[name].leaves():
        if leaf.supporting and isinstance(leaf.met_by, ByHand):
            assert leaf.note, f"{name}: {leaf.id}: say in 'note:' what the supporting checks show and do not"


@every_profile
def test_a_claim_about_the_law_or_the_platform_names_its_page(name, shipped):
    profile = shipped[name]
    for url in profile.source.status_sources:
        assert url.startswith("https://"), f"{name}: {url} is no https address"
    for leaf in profile.leaves():
        for guarantee in leaf.guaranteed_by:
            assert guarantee.url.startswith("https://learn.microsoft.com/"), (
                f"{name}: {leaf.id}: name Microsoft's page"
            )
            assert "/en-us/" not in guarantee.url, (
                f"{name}: {leaf.id}: leave the locale out of {guarantee.url}"
            )
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", guarantee.since), (
                f"{name}: {leaf.id}: write 'since' as a date"
            )


@every_profile
def test_a_check_is_named_once_in_a_leaf(name, shipped):
    for leaf in shipped[name].leaves():
        named = [by.check for by in checks_of(leaf)]
        assert len(named) == len(set(named)), f"{name}: {leaf.id} names a check twice: keep one"


@every_profile
def test_nothing_is_left_to_chance(name, shipped):
    for leaf in shipped[name].leaves():
        if not list(checks_of(leaf)):
            assert hands(leaf) or isinstance(leaf.met_by, NotCovered), f"{name}: {leaf.id}: say who shows it"


def test_the_same_requirement_is_read_the_same_in_both_cities(shipped):
    chiba = {one.id: one for one in shipped["chiba-online-linkage"].leaves()}
    yachiyo = {one.id: one for one in shipped["yachiyo-online-linkage"].leaves()}
    same = {
        "yachiyo-2-1-2": "chiba-2-1-i",
        "yachiyo-2-1-3": "chiba-2-1-u",
        "yachiyo-2-1-4": "chiba-2-1-e",
        "yachiyo-2-2-1-a": "chiba-2-2-1-a",
        "yachiyo-2-2-1-i": "chiba-2-2-1-b",
        "yachiyo-2-2-2-a": "chiba-2-2-2-a",
        "yachiyo-2-2-2-i": "chiba-2-2-2-b",
    }
    for ours, theirs in same.items():
        assert yachiyo[ours].met_by == chiba[theirs].met_by


def test_yachiyo_asks_for_a_second_factor_where_chiba_does_not(shipped):
    (chiba,) = [one for one in shipped["chiba-online-linkage"].leaves() if one.id == "chiba-2-1-a"]
    (yachiyo,) = [one for one in shipped["yachiyo-online-linkage"].leaves() if one.id == "yachiyo-2-1-1"]
    must_see = [node for node in yachiyo.met_by.members if isinstance(node, ByHand)]
    assert len(must_see) == 1
    assert not [node for node in chiba.met_by.members if isinstance(node, ByHand)]


def test_every_check_serves_a_criterion(catalogue, shipped):
    assert coverage(catalogue, shipped.values()).unused == (), (
        "no profile uses these checks: add them to 'met-by:' or 'supporting:' of a criterion that they honestly serve"
    )


@every_benchmark
def test_a_benchmark_says_its_edition_and_is_mapped_only_where_it_is_asked_for(name, shipped):
    profile = shipped[name]
    assert profile.source.edition, f"{name}: add 'edition:' under 'source:'"
    major = profile.source.edition.removesuffix(".0")
    assert name.endswith(f"-{major}"), f"{name}: an edition is a file, so let its name end with {major}"
    assert profile.on_request, f"{name}: add 'on-request: true', so that a city's report stays the city's"


def test_the_documents_profiles_are_mapped_by_default(shipped):
    assert {name for name, profile in shipped.items() if not profile.on_request} == set(DOCUMENT)


@every_benchmark
def test_a_benchmarks_criteria_are_marked_as_it_marks_them(name, shipped):
    profile = shipped[name]
    prefix = {"cis-azure-foundations-5.0": "cis-5.0-", "microsoft-cloud-security-benchmark-v1": "mcsb-v1-"}[
        name
    ]
    for criterion in everything(profile.criteria):
        assert criterion.id == f"{prefix}{criterion.label.lower()}", f"{name}: {criterion.id}"


def test_every_control_of_the_microsoft_benchmark_stands_once(shipped):
    domains = {
        **{"NS": 10, "IM": 9, "PA": 8, "DP": 8, "AM": 5, "LT": 7},
        **{"IR": 7, "PV": 7, "ES": 3, "BR": 4, "DS": 7, "GS": 11},
    }
    labels = [leaf.label for leaf in shipped["microsoft-cloud-security-benchmark-v1"].leaves()]
    assert labels == [
        f"{domain}-{number}" for domain, most in domains.items() for number in range(1, most + 1)
    ]


def test_the_sections_of_the_cis_benchmark_are_numbered_without_a_hole(shipped):
    """Sections 1 (introduction) and 4 (database services, a benchmark of their own) hold no control in 5.0.0."""
    profile = shipped["cis-azure-foundations-5.0"]
    assert [section.label for section in profile.criteria] == ["2", "3", "5", "6", "7", "8", "9"]
    for heading in (one for one in everything(profile.criteria) if one.criteria):
        numbered = [f"{heading.label}.{number}" for number in range(1, len(heading.criteria) + 1)]
        assert [one.label for one in heading.criteria] == numbered
    assert sum(1 for _ in profile.leaves()) == 155
