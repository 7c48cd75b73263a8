from __future__ import annotations

from azlinkscan.catalog.mapping import Way, coverage
from azlinkscan.model.text import Text
from azlinkscan.scan import catalogue
from azlinkscan.scan.choice import Choice
from tests.profiles.written import CHECKS, profile


def test_deciding_and_supporting_both_count_as_use():
    read = profile("""
        - id: one
          text: 扉を閉じること。
          met-by: {any-of: [storage/https-only, {by-hand: {ja: 見る, en: look}}]}
          supporting: [sql/auditing-on]
    """)
    assert coverage(CHECKS, [read]).unused == ("storage/network-default-deny",)


MATRIX = """
    - id: one
      text: 扉を閉じること。
      met-by: {all-of: [storage/https-only, {by-hand: {ja: 扉を確認する, en: look at the door}}]}
      supporting: [sql/auditing-on]
    - id: two
      text: 窓を閉じること。
      met-by: {any-of: [storage/https-only, {all-of: [sql/auditing-on, storage/https-only]}]}
    - id: three
      text: 鍵を預かること。
      met-by: {by-hand: {ja: 鍵を確認する, en: look at the key}}
    - id: four
      text: 屋根を葺くこと。
      met-by: {not-covered: {ja: 設定に現れない。, en: It does not show.}}
"""


def test_each_criterion_says_who_or_what_shows_it():
    told = coverage(CHECKS, [profile(MATRIX)])
    rows = told.profiles["kaku"]
    assert [(row.criterion.id, row.way, row.deciding, row.supporting) for row in rows] == [
        ("one", Way.BOTH, ("storage/https-only",), ("sql/auditing-on",)),
        ("two", Way.CHECKS, ("storage/https-only", "sql/auditing-on"), ()),
        ("three", Way.HAND, (), ()),
        ("four", Way.NOTHING, (), ()),
    ]
    assert told.counts("kaku") == dict.fromkeys(Way, 1)
    assert rows[3].not_covered == Text("設定に現れない。", "It does not show.")


def test_each_check_says_which_criteria_it_serves():
    told = coverage(CHECKS, [profile(MATRIX)])
    assert {
        check: [(one.profile, one.criterion.id, one.deciding) for one in serves]
        for check, serves in told.checks.items()
    } == {
        "sql/auditing-on": [("kaku", "one", False), ("kaku", "two", True)],
        "storage/https-only": [("kaku", "one", True), ("kaku", "two", True)],
    }
    assert told.unused == ("storage/network-default-deny",)


def test_without_a_profile_every_check_is_unused():
    assert coverage(CHECKS, []).unused == tuple(sorted(CHECKS))


def test_a_benchmark_is_mapped_only_where_it_is_named():
    plain = catalogue.load(Choice())
    assert list(plain.profiles) == ["chiba-online-linkage", "stated-measures", "yachiyo-online-linkage"]
    assert set(plain.known_profiles) > set(plain.profiles)
    named = catalogue.load(Choice(profiles=("cis-azure-foundations-5.0",)))
    assert list(named.profiles) == ["cis-azure-foundations-5.0"]
    assert len(named.checks) < len(plain.checks) == len(plain.known)
