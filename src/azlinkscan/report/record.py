"""A finding as one flat record: what CSV, JSON Lines and annotations say of it, in this order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azlinkscan.model import arm
from azlinkscan.model.result import CheckCard, Finding, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.report.format import View
from azlinkscan.report.names import SubscriptionNames, resource_group, resource_name
from azlinkscan.report.phrases import message_of, settings_text

HEADINGS: Mapping[str, Text] = {
    "verdict": Text("判定", "verdict"),
    "severity": Text("重大度", "severity"),
    "check": Text("チェック", "check"),
    "title": Text("求める状態", "required state"),
    "message": Text("内容", "what was found"),
    "resource": Text("リソース", "resource"),
    "resource_group": Text("リソースグループ", "resource group"),
    "subscription": Text("サブスクリプション", "subscription"),
    "kind": Text("リソースの種類", "kind"),
    "settings": Text("変更した設定値", "changed settings"),
    "accepted": Text("例外の理由", "accepted because"),
    "accepted_until": Text("例外の期限", "accepted until"),
    "fix": Text("是正の方法", "how to fix"),
    "resource_id": Text("リソース ID", "resource id"),
    "subscription_id": Text("サブスクリプション ID", "subscription id"),
    "key": Text("判定の識別子", "finding key"),
}
"""The columns, in their order."""


def records(reader: ResultReader, view: View) -> Iterator[tuple[Finding, dict[str, str]]]:
    """Every finding with its record, in the result's order."""
    cards = reader.checks()
    names = SubscriptionNames(reader.header.subscriptions)
    for finding in reader.findings():
        yield finding, record(finding, cards[finding.check], names, view)


def record(finding: Finding, card: CheckCard, names: SubscriptionNames, view: View) -> dict[str, str]:
    """One finding; every value is text, an absent one is empty."""
    excepted = finding.excepted
    return {
        "verdict": view.said(finding.verdict.label),
        "severity": view.said(finding.severity.label),
        "check": finding.check,
        "title": view.said(card.title),
        "message": view.said(message_of(finding, card.title)),
        "resource": resource_name(finding.shown_id),
        "resource_group": resource_group(finding.shown_id),
        "subscription": names[finding.subscription],
        "kind": finding.kind,
        "settings": settings_text(finding),
        "accepted": excepted.reason if excepted else "",
        "accepted_until": str(excepted.until or "") if excepted else "",
        "fix": view.said(card.fix),
        "resource_id": finding.shown_id,
        "subscription_id": arm.name_of(finding.subscription),
        "key": finding.key,
    }
