"""What an author may write, and what is said when it is wrong: file, line and column, and what to do."""

from __future__ import annotations

import re

import pytest

from azlinkscan.catalog.profiles import load_profiles, parse_profile
from azlinkscan.errors import CatalogError, UsageError, said
from azlinkscan.model.profile import ByCheck, ByHand, Group, NotCovered, checks_in
from azlinkscan.model.text import Text
from azlinkscan.written.yaml_tree import parse
from tests.profiles.written import CHECKS, profile, text_of


def one_leaf(met_by):
    return f"""
        - id: one
          text: 扉を閉じること。
          met-by: {met_by}
    """


def met_by(written):
    (leaf,) = profile(one_leaf(written)).leaves()
    return leaf.met_by


def mistakes(criteria, tail=""):
    with pytest.raises(CatalogError) as caught:
        profile(criteria, tail)
    for mistake in caught.value.mistakes:
        for text in (mistake.title, mistake.hint):
            assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", said(text, "ja")), (
                f"not said in Japanese: {text}"
            )
    return [(str(m.place), said(m.title, "en"), said(m.hint, "en")) for m in caught.value.mistakes]


def only_mistake(criteria, tail=""):
    (found,) = mistakes(criteria, tail)
    return found


@pytest.mark.parametrize("written", ["sql/auditing-on", "{check: sql/auditing-on}"])
def test_a_check_is_named_plainly_or_under_check(written):
    tree = met_by(written)
    assert isinstance(tree, ByCheck)
    assert tree.check == "sql/auditing-on"


def test_groups_nest_in_the_order_written():
    tree = met_by(
        "{all-of: [sql/auditing-on, {any-of: [storage/https-only, {by-hand: {ja: 見る, en: look}}]}]}"
    )
    assert isinstance(tree, Group)
    assert tree.fold == "all-of"
    inner = tree.members[1]
    assert isinstance(inner, Group)
    assert inner.fold == "any-of"
    assert inner.members[1] == ByHand(Text("見る", "look"))
    assert [by.check for by in checks_in(tree)] == ["sql/auditing-on", "storage/https-only"]


def test_what_nothing_shows_is_not_covered_and_says_why():
    assert met_by("{not-covered: {ja: 設定に現れない。, en: It does not show.}}") == NotCovered(
        Text("設定に現れない。", "It does not show.")
    )


def test_a_heading_carries_criteria_and_a_leaf_says_how_it_is_met():
    read = profile("""
        - id: top
          label: "１"
          heading: 扉に関する項目
          text: 扉について措置を講ずること。
          criteria:
            - id: top-a
              text: 扉を閉じること。
              met-by: storage/network-default-deny
              supporting: [storage/https-only]
              settings: {storage/network-default-deny: {widest_prefix: 28}}
              note: {ja: 扉とは入口である。, en: A door is an entrance.}
              guaranteed-by:
                - {what: {ja: 扉がある, en: there is a door}, url: https://example.com/doors, since: "2017-10-20"}
    """)
    (heading,) = read.criteria
    (leaf,) = read.leaves()
    assert (heading.label, heading.heading, heading.met_by) == ("１", "扉に関する項目", None)
    assert leaf.label is None
    assert leaf.settings == {"storage/network-default-deny": {"widest_prefix": 28}}
    assert [by.check for by in leaf.supporting] == ["storage/https-only"]
    assert leaf.note == Text("扉とは入口である。", "A door is an entrance.")
    assert (leaf.guaranteed_by[0].url, leaf.guaranteed_by[0].since) == (
        "https://example.com/doors",
        "2017-10-20",
    )


def test_an_unknown_check_is_named_with_the_nearest():
    place, title, hint = only_mistake(one_leaf("{all-of: [sql/auditing-on, storage/http-only]}"))
    assert title == "there is no check 'storage/http-only'"
    assert hint == "did you mean 'storage/https-only'?"
    assert place == "kaku.yaml:10:40"


def test_every_mistake_is_said_at_once():
    found = mistakes(
        """
        - id: one
          text: 扉を閉じること。
          met-by: sql/auditing
          supporting: [storage/https]
        - id: one
          txt: 窓を閉じること。
          met-by: {some-of: [sql/auditing-on]}
        """
    )
    assert [title for _, title, _ in found] == [
        "there is no check 'sql/auditing'",
        "there is no check 'storage/https'",
        "the id 'one' stands twice",
        "'met-by' has no 'some-of'",
        "criterion 'one' lacks 'text'",
        "criterion 'one' has no 'txt'",
    ]


def test_not_covered_cannot_hide_in_a_group():
    place, title, _ = only_mistake(
        one_leaf("{all-of: [sql/auditing-on, {not-covered: {ja: 現れない。, en: Not shown.}}]}")
    )
    assert title == "'not-covered' cannot stand in a group"
    assert place == "kaku.yaml:10:40"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("{all-of: []}", "'all-of' must be a list with members"),
        ("{any-of: sql/auditing-on}", "'any-of' must be a list with members"),
        ("{check: [sql/auditing-on]}", "'check' must be a check's id"),
        ("{by-hand: {ja: 見る}}", "'by-hand' lacks 'en'"),
        ("{by-hand: {ja: 見る, en: ''}}", "'by-hand' is empty in 'en'"),
        (
            "{all-of: [sql/auditing-on], any-of: [sql/auditing-on]}",
            "'met-by' must be a check's id or one of check, all-of, any-of, by-hand, not-covered",
        ),
        (
            "[sql/auditing-on]",
            "'met-by' must be a check's id or one of check, all-of, any-of, by-hand, not-covered",
        ),
    ],
)
def test_a_tree_of_another_shape_is_refused(written, title):
    assert only_mistake(one_leaf(written))[1] == title


def test_a_criterion_says_how_it_is_met_or_has_criteria_beneath_it():
    neither = "- {id: one, text: 扉}"
    both = """
        - id: one
          text: 扉
          met-by: sql/auditing-on
          criteria: [{id: two, text: 窓, met-by: sql/auditing-on}]
    """
    for written in (neither, both):
        assert only_mistake(written)[1] == "criterion 'one' must have either 'met-by' or 'criteria'"


def test_a_heading_cannot_be_supported():
    written = """
        - id: one
          text: 扉
          supporting: [storage/https-only]
          criteria: [{id: two, text: 窓, met-by: sql/auditing-on}]
    """
    assert only_mistake(written)[1] == "criterion 'one' is a heading, so 'supporting' has no effect"


def test_a_check_cannot_decide_and_support():
    written = one_leaf("sql/auditing-on").rstrip() + "\n          supporting: [sql/auditing-on]\n"
    assert only_mistake(written)[1] == "'sql/auditing-on' decides and supports"


def test_a_setting_must_be_one_that_the_check_has():
    written = (
        one_leaf("storage/network-default-deny").rstrip()
        + "\n          settings: {storage/network-default-deny: {widest_prefx: 28}}\n"
    )
    place, title, hint = only_mistake(written)
    assert title == "the check 'storage/network-default-deny' has no setting 'widest_prefx'"
    assert hint == "did you mean 'widest_prefix'?"
    assert place == "kaku.yaml:11:47"


def test_settings_of_a_check_that_is_not_used_have_no_effect():
    tail = "settings: {storage/network-default-deny: {widest_prefix: 28}}"
    assert only_mistake(one_leaf("sql/auditing-on"), tail)[1] == (
        "'storage/network-default-deny' is not used here"
    )


def test_a_status_other_than_unverified_needs_a_source():
    text = text_of(one_leaf("sql/auditing-on")).replace("status: unverified", "status: superseded")
    with pytest.raises(CatalogError) as caught:
        parse_profile("kaku", parse(text, "kaku.yaml"), CHECKS)
    assert said(caught.value.title, "en") == "'status: superseded' names no source"


def test_a_profile_without_criteria_is_refused():
    assert only_mistake("[]")[1] == "the profile has no criterion"


def test_the_name_of_the_file_is_the_id():
    with pytest.raises(CatalogError) as caught:
        profile(one_leaf("sql/auditing-on"), profile_id="Kaku City")
    assert said(caught.value.title, "en") == "'Kaku City' cannot be a profile's id"


SHARED_MAPPING = """
    - id: first
      text: 扉を閉じること。
      met-by: {all-of: [storage/https-only, sql/auditing-on]}
      supporting: [storage/network-default-deny]
      note: {ja: 一つ目の読み方。, en: The first reading.}
    - id: second
      text: 扉，窓を閉じること。
      like: first
      note: {ja: 二つ目の読み方。, en: The second reading.}
"""


def test_a_criterion_may_be_met_like_another_in_its_own_words():
    first, second = profile(SHARED_MAPPING).leaves()
    assert second.text == Text("扉，窓を閉じること。", "扉，窓を閉じること。")
    assert second.met_by == first.met_by
    assert second.supporting == first.supporting
    assert second.note == Text("二つ目の読み方。", "The second reading.")


def test_what_is_taken_over_counts_in_the_digest():
    before = profile(SHARED_MAPPING)
    after = profile(
        SHARED_MAPPING.replace("{all-of: [storage/https-only, sql/auditing-on]}", "sql/auditing-on")
    )
    assert before.digest != after.digest


def test_like_names_a_criterion_that_says_how_it_is_met():
    place, title, hint = only_mistake(SHARED_MAPPING.replace("like: first", "like: frst"))
    assert (title, hint) == ("there is no criterion 'frst'", "did you mean 'first'?")
    assert place == "kaku.yaml:15:11"
    assert only_mistake(SHARED_MAPPING.replace("like: first", "like: second"))[1] == (
        "criterion 'second' does not itself say how it is met"
    )


def folder(path, **files):
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(text, "utf-8")
    return path


def test_a_users_folder_is_read_beside_ours(tmp_path, catalogue, shipped):
    used = sorted(catalogue)[0]
    own = folder(tmp_path / "own", kaku=text_of(one_leaf(used)))
    loaded = load_profiles((own,), catalogue)
    assert set(loaded) == {*shipped, "kaku"}
    assert not loaded["kaku"].own
    assert all(loaded[name].own for name in shipped)


def test_a_users_criterion_may_be_met_like_one_of_ours(tmp_path, catalogue, shipped):
    written = "- {id: kaku-1, text: パスワードを画面に出さないこと。, like: chiba-2-1-i}"
    own = folder(tmp_path / "own", kaku=text_of(written))
    (leaf,) = load_profiles((own,), catalogue)["kaku"].leaves()
    ours = {one.id: one for one in shipped["chiba-online-linkage"].leaves()}
    assert leaf.met_by == ours["chiba-2-1-i"].met_by


def test_the_mistakes_of_every_file_are_said(tmp_path, catalogue):
    wrong = text_of(one_leaf("no/such-check"))
    own = folder(tmp_path / "own", one=wrong, two=wrong, three="title: [", **{"stated-measures": wrong})
    with pytest.raises(CatalogError) as caught:
        load_profiles((own,), catalogue)
    said_of = {m.place.source.rpartition("/")[2] for m in caught.value.mistakes}
    assert {"one.yaml", "two.yaml", "three.yaml", "stated-measures.yaml"} <= said_of
    assert "a profile 'stated-measures' exists already" in [
        said(m.title, "en") for m in caught.value.mistakes
    ]


def test_a_folder_that_is_not_there_is_said(tmp_path, catalogue):
    with pytest.raises(UsageError, match="there is no folder"):
        load_profiles((tmp_path / "nowhere",), catalogue)


def test_what_a_standard_asks_may_be_said_in_our_words_in_both_languages():
    read = profile("""
        - id: one-1.2
          text: {ja: 扉が閉じている, en: The door is shut}
          met-by: {by-hand: {ja: 扉を確認する, en: confirm it}}
    """)
    (leaf,) = read.leaves()
    assert (leaf.id, leaf.text) == ("one-1.2", Text("扉が閉じている", "The door is shut"))


def test_a_text_is_a_quotation_or_both_languages():
    place, title, hint = only_mistake("""
        - id: one
          text: 3
          met-by: {by-hand: {ja: 扉を確認する, en: confirm it}}
    """)
    assert title == "'text' must be a text"
    assert hint == "write the standard's words after 'text:', or yours as {en: …, ja: …}"
    assert place == "kaku.yaml:9:11"
