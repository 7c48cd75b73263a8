"""Small checks and profiles, written as an author would."""

from __future__ import annotations

from textwrap import dedent, indent

from azlinkscan.catalog.checks import parse_check
from azlinkscan.catalog.profiles import parse_profile
from azlinkscan.written.yaml_tree import parse

_CHECK = """
title: {en: The door is shut, ja: 扉が閉じている}
severity: low
since: "0.1"
resource: microsoft.example/doors
why: {en: Doors let people in., ja: 扉から人が入る。}
settings: SETTINGS
expect: [{that: "true", else: {en: it is open, ja: 開いている}}]
fix: {en: Shut it., ja: 閉じる。}
refs: [https://example.com/doors]
scene: {subject: door, door: {id: /subscriptions/s/door}}
examples: [{it: shut, verdict: pass}]
"""

_HEAD = """\
title: {en: A standard, ja: 架空市の基準}
source:
  document: 架空市の資料
  section: "２"
  status: unverified
  status-note: {en: nothing is known, ja: 確認できていない。}
criteria:
"""


def check(check_id, settings="{}"):
    return parse_check(check_id, parse(_CHECK.replace("SETTINGS", settings), f"{check_id}.yaml"))


CHECKS = {
    one.id: one
    for one in (
        check("storage/https-only"),
        check("storage/network-default-deny", "{widest_prefix: 24}"),
        check("sql/auditing-on"),
    )
}


def text_of(criteria, tail=""):
    """A profile's file with these criteria."""
    return _HEAD + indent(dedent(criteria).strip("\n"), "  ") + "\n" + dedent(tail)


def profile(criteria, tail="", profile_id="kaku"):
    return parse_profile(profile_id, parse(text_of(criteria, tail), f"{profile_id}.yaml"), CHECKS)
