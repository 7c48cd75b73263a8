"""What is said of a difference, the same in every format that a person reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from azlinkscan.model.difference import (
    CheckChange,
    CriterionChange,
    Difference,
    FindingChange,
    Side,
    ValueChange,
)
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.report.format import View
from azlinkscan.report.names import resource_group, resource_name
from azlinkscan.report.phrases import gap_text
from azlinkscan.report.plain import shortened

TITLE = Text("判定結果の差分", "What became otherwise")
NOTHING = Text("差分はない。", "Nothing became otherwise.")
CRITERIA = Text("基準の項目", "Criteria")
CHECKS = Text("チェックの改訂", "Checks that changed")
_LONGEST_VALUE = 120


@dataclass(frozen=True)
class Told:
    """One change in words."""

    causes: tuple[str, ...]
    verdicts: str
    """``pass → fail``; one word where it stands on one side only."""
    severity: Severity | None
    what: str
    """The check's id, or the criterion."""
    title: str
    """What the check asks for, or the criterion's text."""
    where: str
    """The resource with its group; empty of a criterion."""
    details: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Changes under one heading."""

    heading: str
    changes: tuple[Told, ...]


def sides(difference: Difference, view: View) -> tuple[str, str]:
    """Which scans are compared."""

    def side(one: Side, word: Text) -> str:
        return f"{view.said(word)}: {one.name} ({view.moment(one.clock)})"

    return side(difference.old, Text("前回", "old")), side(difference.new, Text("今回", "new"))


def counted(difference: Difference, view: View) -> str:
    """Each cause that occurs with the number of findings: 新たな不適合 2・是正済み 1."""
    counts = Counter(change.causes[0] for change in difference.findings)
    between = view.said(Text("・", ", "))
    return between.join(
        f"{view.said(cause.label)} {counts[cause]}" for cause in sorted(counts, key=lambda one: one.rank)
    )


def sections(difference: Difference, view: View) -> Iterator[Section]:
    """The criteria, then the findings cause by cause, then the checks."""
    if difference.criteria:
        yield Section(view.said(CRITERIA), tuple(_criterion(change, view) for change in difference.criteria))
    by_cause: dict[str, list[Told]] = {}
    for change in difference.findings:
        by_cause.setdefault(view.said(change.causes[0].label), []).append(_finding(change, difference, view))
    for heading, changes in by_cause.items():
        yield Section(heading, tuple(changes))
    if difference.checks:
        yield Section(view.said(CHECKS), tuple(_check(one, difference, view) for one in difference.checks))


def _finding(change: FindingChange, difference: Difference, view: View) -> Told:
    shown = change.shown
    group = resource_group(shown.shown_id)
    name = resource_name(shown.shown_id)
    title = difference.titles.get(shown.check)
    old, new = (one.verdict if one else None for one in (change.old, change.new))
    return Told(
        causes=tuple(view.said(cause.label) for cause in change.causes),
        verdicts=_verdicts(old, new, view),
        severity=shown.severity,
        what=shown.check,
        title=view.said(title) if title else "",
        where=f"{group}/{name}" if group else name,
        details=tuple(_details(change, view)),
    )


def _details(change: FindingChange, view: View) -> Iterator[str]:
    for value in change.values:
        yield value_text(value)
    if change.new is None:
        return
    if change.new.verdict is Verdict.FAIL:
        yield from (view.said(clause.message) for clause in change.new.clauses)
    if change.new.verdict is Verdict.UNKNOWN:
        yield from (view.said(gap_text(gap)) for gap in change.new.gaps)
    if change.new.excepted and change.new.excepted.reason:
        yield view.said(Text("例外の理由：", "excepted: ")) + change.new.excepted.reason
    if change.old is not None and change.old.settings != change.new.settings:
        before, after = (_written(dict(one.settings)) for one in (change.old, change.new))
        yield view.said(Text("設定：", "settings: ")) + f"{before} → {after}"


def value_text(value: ValueChange) -> str:
    """``default_action: "Deny" → "Allow"``."""
    return f"{value.name}: {_written(value.old)} → {_written(value.new)}"


def _written(value: object) -> str:
    return shortened(json.dumps(value, ensure_ascii=False, default=str), _LONGEST_VALUE)


def _criterion(change: CriterionChange, view: View) -> Told:
    old, new = (one.verdict if one else None for one in (change.old, change.new))
    by = view.said(Text("関係するチェック：", "by: "))
    return Told(
        causes=tuple(view.said(cause.label) for cause in change.causes),
        verdicts=_verdicts(old, new, view),
        severity=None,
        what=f"{change.profile} {change.label or change.id}",
        title=view.said(change.text) if change.text else "",
        where="",
        details=(by + ", ".join(change.checks),) if change.checks else (),
    )


def _check(change: CheckChange, difference: Difference, view: View) -> Told:
    none = view.said(Text("なし", "none"))
    old, new = (digest[:12] if digest else none for digest in (change.old, change.new))
    title = difference.titles.get(change.id)
    return Told((), f"{old} → {new}", None, change.id, view.said(title) if title else "", "", ())


def _verdicts(old: Verdict | None, new: Verdict | None, view: View) -> str:
    labels = [view.said(verdict.label) for verdict in (old, new) if verdict is not None]
    return " → ".join(dict.fromkeys(labels))
