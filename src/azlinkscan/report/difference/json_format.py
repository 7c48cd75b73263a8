"""A difference as JSON, for programs; its shape is ``schemas/diff.schema.json``. Every text in both languages."""

from __future__ import annotations

from collections import Counter
from typing import Any, BinaryIO

from azlinkscan.model.difference import Cause, CriterionChange, Difference, FindingChange, Side
from azlinkscan.model.result import CriterionResult, Finding
from azlinkscan.model.text import Text
from azlinkscan.report.difference.form import DifferenceFormat
from azlinkscan.report.format import View
from azlinkscan.report.json_stream import Items, Members, write

SCHEMA = "azlinkscan-diff/1"

Row = dict[str, Any]


def render(difference: Difference, out: BinaryIO, view: View) -> None:
    """Write the document."""
    counted = Counter(cause for change in difference.findings for cause in change.causes)
    counts = {cause.value: counted[cause] for cause in Cause}
    document = Members(
        (
            ("schema", SCHEMA),
            ("old", _side(difference.old)),
            ("new", _side(difference.new)),
            ("counts", {**counts, "new-failures": sum(1 for _ in difference.new_failures())}),
            ("criteria", Items(_criterion(change) for change in difference.criteria)),
            ("findings", Items(_change(change) for change in difference.findings)),
            ("checks", Items({"id": one.id, "old": one.old, "new": one.new} for one in difference.checks)),
        )
    )
    write(document, out)


def _side(side: Side) -> Row:
    return {
        "name": side.name,
        "clock": side.clock,
        "snapshot": side.snapshot,
        "tool": side.tool,
        "findings": side.findings,
    }


def _change(change: FindingChange) -> Row:
    shown = change.shown
    return {
        "key": shown.key,
        "check": shown.check,
        "resource": shown.resource,
        "shown_id": shown.shown_id,
        "subscription": shown.subscription,
        "severity": shown.severity.value,
        "causes": [cause.value for cause in change.causes],
        "new_failure": change.is_new_failure,
        "old": _finding(change.old),
        "new": _finding(change.new),
        "values": [{"name": one.name, "old": one.old, "new": one.new} for one in change.values],
    }


def _finding(finding: Finding | None) -> Row | None:
    if finding is None:
        return None
    return {
        "verdict": finding.verdict.value,
        "settings": dict(finding.settings),
        "excepted": finding.excepted is not None,
        "messages": [_text(clause.message) for clause in finding.clauses],
        "gaps": [gap.to_json() for gap in finding.gaps],
    }


def _criterion(change: CriterionChange) -> Row:
    return {
        "profile": change.profile,
        "id": change.id,
        "label": change.label,
        "text": _text(change.text) if change.text else None,
        "causes": [cause.value for cause in change.causes],
        "old": _verdict(change.old),
        "new": _verdict(change.new),
        "checks": list(change.checks),
    }


def _verdict(criterion: CriterionResult | None) -> str | None:
    return criterion.verdict.value if criterion else None


def _text(text: Text) -> Row:
    return {"ja": text.ja, "en": text.en}


FORMAT = DifferenceFormat(
    name="json",
    suffixes=(".json",),
    description=Text("日英両言語を持つ JSON（機械処理用）", "JSON in both languages, for programs"),
    render=render,
)
