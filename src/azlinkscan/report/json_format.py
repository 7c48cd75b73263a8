"""The result as one JSON document: every text in both languages, every key always in the same place.

Its shape is published as ``schemas/result.schema.json``. The view does not matter to it: same result, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from azlinkscan.model.decision_json import (
    attested_to_json,
    baseline_scan_to_json,
    excepted_to_json,
    lapsed_to_json,
)
from azlinkscan.model.profile import ByCheck, ByHand, Criterion, Group, MetBy, NotCovered, Profile
from azlinkscan.model.result import CheckCard, CheckTally, CoverageRow, Finding, ResultHeader, ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.criteria import Results, results_of, verdict_counts
from azlinkscan.report.format import Format, View
from azlinkscan.report.json_stream import Items, Members, write

SCHEMA = "azlinkscan-result/1"
OF_FINDINGS = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.ERROR)
"""The verdicts that a finding can have; a criterion can have them all."""

Row = dict[str, Any]


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the document."""
    results = results_of(reader)
    document = Members(
        (
            ("schema", SCHEMA),
            ("header", _header(reader.header)),
            ("subscriptions", Items(_subscriptions(reader.header))),
            ("profiles", Items(_profile(profile, results) for profile in reader.profiles())),
            ("checks", Items(_card(card) for card in reader.checks().values())),
            ("findings", Items(_finding(finding) for finding in reader.findings())),
            ("gaps", Items(gap.to_json() for gap in reader.gaps())),
            ("coverage", Items(_coverage(row) for row in reader.coverage())),
            ("counts", _counts(reader, results)),
        )
    )
    write(document, out)


def _text(text: Text) -> Row:
    return {"ja": text.ja, "en": text.en}


def _header(header: ResultHeader) -> Row:
    return {
        "tool": header.tool,
        "clock": header.clock,
        "snapshot": header.snapshot,
        "catalog": header.catalog,
        "cloud": header.cloud,
        "profiles": list(header.profiles),
        "checks": list(header.checks),
        "scope": dict(header.scope),
        "cut_short": header.cut_short,
        "decisions": dict(header.decisions),
        "baseline": baseline_scan_to_json(header.baseline) if header.baseline else None,
    }


def _subscriptions(header: ResultHeader) -> Iterator[Row]:
    for one in header.subscriptions:
        yield {"id": one.id, "name": one.name, "facts": one.facts, "gaps": one.gaps, "complete": one.complete}


def _profile(profile: Profile, results: Results) -> Row:
    source = profile.source
    return {
        "id": profile.id,
        "title": _text(profile.title),
        "source": {
            "document": source.document,
            "edition": source.edition,
            "section": source.section,
            "heading": source.heading,
            "lead": source.lead,
            "status": source.status,
            "status_note": _text(source.status_note),
            "status_sources": list(source.status_sources),
        },
        "own": profile.own,
        "digest": profile.digest,
        "criteria": [_criterion(profile, criterion, results) for criterion in profile.criteria],
    }


def _criterion(profile: Profile, criterion: Criterion, results: Results) -> Row:
    row: Row = {
        "id": criterion.id,
        "label": criterion.label,
        "heading": criterion.heading,
        "text": _text(criterion.text),
        "answered_by": [
            {
                "id": answer.id,
                "label": answer.label,
                "heading": answer.heading,
                "text": answer.text,
                "remark": answer.remark,
            }
            for answer in criterion.answered_by
        ],
        "note": _text(criterion.note) if criterion.note else None,
    }
    if criterion.met_by is not None:
        result = results[profile.id, criterion.id]
        row |= {
            "verdict": result.verdict.value,
            "met_by": _met_by(criterion.met_by),
            "supporting": [by.check for by in criterion.supporting],
            "tallies": [_tally(tally) for tally in result.tallies],
            "by_hand": [_text(what) for what in result.by_hand],
            "attested": [attested_to_json(one) for one in result.attested],
            "guaranteed_by": [
                {"what": _text(one.what), "url": one.url, "since": one.since}
                for one in criterion.guaranteed_by
            ],
        }
    row["criteria"] = [_criterion(profile, child, results) for child in criterion.criteria]
    return row


def _met_by(met_by: MetBy) -> Row:
    match met_by:
        case ByCheck(check=check):
            return {"check": check}
        case ByHand(what=what):
            return {"by_hand": _text(what)}
        case NotCovered(why=why):
            return {"not_covered": _text(why)}
        case Group(fold=fold, members=members):
            return {fold.replace("-", "_"): [_met_by(member) for member in members]}


def _tally(tally: CheckTally) -> Row:
    return {
        "check": tally.check,
        "settings_digest": tally.settings_digest,
        "deciding": tally.deciding,
        "verdict": tally.verdict.value,
        "counts": _by_verdict(tally.counts, OF_FINDINGS),
        "excepted": tally.excepted,
    }


def _card(card: CheckCard) -> Row:
    return {
        "id": card.id,
        "title": _text(card.title),
        "severity": card.severity.value,
        "resource": list(card.resource),
        "why": _text(card.why),
        "fix": _text(card.fix),
        "cli": card.cli,
        "refs": list(card.refs),
        "digest": card.digest,
    }


def _finding(finding: Finding) -> Row:
    return {
        "key": finding.key,
        "check": finding.check,
        "resource": finding.resource,
        "shown_id": finding.shown_id,
        "kind": finding.kind,
        "subscription": finding.subscription,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "settings_digest": finding.settings_digest,
        "settings": dict(finding.settings),
        "clauses": [
            {"number": one.number, "truth": one.truth, "message": _text(one.message)}
            for one in finding.clauses
        ],
        "gaps": [gap.to_json() for gap in finding.gaps],
        "observed": dict(finding.observed),
        "problem": finding.problem,
        "excepted": excepted_to_json(finding.excepted) if finding.excepted else None,
        "lapsed": [lapsed_to_json(one) for one in finding.lapsed],
        "baseline": finding.baseline.value if finding.baseline else None,
    }


def _coverage(row: CoverageRow) -> Row:
    return {
        "subscription": row.subscription,
        "kind": row.kind,
        "read": row.read,
        "judged": row.judged,
        "complete": row.complete,
        "gaps": row.gaps,
        "because": row.because,
        "listed": row.listed,
        "refused": row.refused,
        "not_reached": row.not_reached,
    }


def _counts(reader: ResultReader, results: Results) -> Row:
    return {
        "findings": _by_verdict(reader.counts(), OF_FINDINGS),
        "excepted": reader.excepted(),
        "criteria": {
            profile.id: _by_verdict(verdict_counts(profile, results), tuple(Verdict))
            for profile in reader.profiles()
        },
    }


def _by_verdict(counts: Mapping[Verdict, int], verdicts: tuple[Verdict, ...]) -> Row:
    return {verdict.value: counts.get(verdict, 0) for verdict in verdicts}


FORMAT = Format(
    name="json",
    suffixes=(".json",),
    description=Text(
        "全ての情報を日英両言語で持つ JSON（機械処理用）",
        "JSON that holds everything in both languages, for programs",
    ),
    render=render,
)
