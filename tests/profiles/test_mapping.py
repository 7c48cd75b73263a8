from __future__ import annotations

from azlinkscan.catalog.mapping import unused_checks
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
    assert unused_checks(CHECKS, [read]) == ("storage/network-default-deny",)


def test_without_a_profile_every_check_is_unused():
    assert unused_checks(CHECKS, []) == tuple(sorted(CHECKS))


def test_a_benchmark_is_mapped_only_where_it_is_named():
    plain = catalogue.load(Choice())
    assert list(plain.profiles) == ["chiba-online-linkage", "stated-measures", "yachiyo-online-linkage"]
    assert set(plain.known_profiles) > set(plain.profiles)
    named = catalogue.load(Choice(profiles=("cis-azure-foundations-5.0",)))
    assert list(named.profiles) == ["cis-azure-foundations-5.0"]
    assert len(named.checks) < len(plain.checks) == len(plain.known)
