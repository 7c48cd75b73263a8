"""``profiles coverage`` says for each criterion what shows it, and for each check what it serves."""

from __future__ import annotations

import json

import pytest

from tests.cli.desk import Mistake

OURS = """
title: {en: House rules, ja: 庁内の取決め}
source:
  document: 庁内の取決め
  status: unverified
  status-note: {en: Nothing is known., ja: 確認できていない。}
criteria:
  - id: house-1
    label: "１"
    text: 暗号化しない通信を認めないこと。
    met-by: {all-of: [storage/https-only, {by-hand: {en: look at the design, ja: 設計書を確認する}}]}
    supporting: [storage/minimum-tls-1-2]
  - id: house-2
    text: {en: The doors are locked, ja: 施錠されている}
    met-by: {not-covered: {en: It does not show., ja: 設定に現れない。}}
"""
ASKED = ("profiles", "coverage", "--profiles", "ours", "--profile", "house")


@pytest.fixture
def house(desk):
    desk.write("ours/house.yaml", OURS)
    return desk


def test_the_table_is_read_both_ways(house):
    ended = house.run(*ASKED)
    head = """\
house  House rules
2 criteria: checks and a person 1, not covered 1
  house-1  [checks and a person]  １ 暗号化しない通信を認めないこと。
    decide: storage/https-only
    support: storage/minimum-tls-1-2
    by hand: look at the design
  house-2  [not covered]  The doors are locked
    It does not show.

Checks in use: 2
  storage/https-only  Storage account accepts requests over HTTPS only
    decides: house-1
  storage/minimum-tls-1-2  Storage account requires TLS 1.2 or newer
    supports: house-1

Checks that serve none of these: """
    assert (ended.code, ended.out[: len(head)]) == (0, head)
    assert "\n  sql/auditing-on  SQL server writes an audit log to a place that keeps it\n" in ended.out


def test_the_table_in_japanese(house):
    assert house.run(*ASKED, language="ja").out.startswith("""\
house  庁内の取決め
基準 2 項目：チェック及び目視 1・検証対象外 1
  house-1  [チェック及び目視]  １ 暗号化しない通信を認めないこと。
    判定：storage/https-only
    参考：storage/minimum-tls-1-2
    目視：設計書を確認する
  house-2  [検証対象外]  施錠されている
    設定に現れない。
""")


def test_the_document_holds_the_same(house):
    told = json.loads(house.run(*ASKED, "--format", "json").out)
    assert told["schema"] == "azlinkscan-coverage/1"
    (profile,) = told["profiles"]
    assert (profile["id"], profile["counts"]) == ("house", {"checks-and-hand": 1, "not-covered": 1})
    first, second = profile["criteria"]
    assert (first["deciding"], first["supporting"]) == (["storage/https-only"], ["storage/minimum-tls-1-2"])
    assert first["by_hand"] == [{"ja": "設計書を確認する", "en": "look at the design"}]
    assert second["not_covered"] == {"ja": "設定に現れない。", "en": "It does not show."}
    assert [(one["id"], one["criteria"]) for one in told["checks"]] == [
        ("storage/https-only", [{"profile": "house", "criterion": "house-1", "deciding": True}]),
        ("storage/minimum-tls-1-2", [{"profile": "house", "criterion": "house-1", "deciding": False}]),
    ]
    assert "storage/https-only" not in told["unused"]
    assert "sql/auditing-on" in told["unused"]


def test_without_a_choice_every_standard_is_told_and_no_check_of_ours_is_left_over(desk):
    told = json.loads(desk.run("profiles", "coverage", "--format", "json").out)
    assert [one["id"] for one in told["profiles"]] == [
        "chiba-online-linkage",
        "cis-azure-foundations-5.0",
        "microsoft-cloud-security-benchmark-v1",
        "stated-measures",
        "yachiyo-online-linkage",
    ]
    assert told["unused"] == []


def test_a_wrong_form_is_told(desk):
    desk.is_told(
        ("profiles", "coverage", "--format", "jsn"),
        Mistake("--format", "coverage is not printed as 'jsn'", "did you mean 'json'?"),
    )
