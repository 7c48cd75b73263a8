from __future__ import annotations

from azlinkscan.catalog.mapping import unused_checks
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
