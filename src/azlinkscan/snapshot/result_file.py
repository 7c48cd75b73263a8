"""A result: findings a subscription, then criteria, gaps and coverage, with the words they were judged by."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from azlinkscan.errors import ForeignFileError
from azlinkscan.model.decision import BaselineScan, BaselineState
from azlinkscan.model.decision_json import (
    attested_from_json,
    attested_to_json,
    baseline_scan_to_json,
    excepted_from_json,
    excepted_to_json,
    lapsed_from_json,
    lapsed_to_json,
)
from azlinkscan.model.facts import Gap
from azlinkscan.model.profile import Profile
from azlinkscan.model.profile_json import profile_from_json, profile_to_json
from azlinkscan.model.result import (
    CheckCard,
    CheckTally,
    ClauseOutcome,
    CoverageRow,
    CriterionResult,
    Finding,
    ResultHeader,
    SubscriptionSummary,
)
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.snapshot.archive import Archive, SegmentFile, dumps, pack

SCHEMA = "azlinkscan-result-file/1"
_RESULT = Text(en="result", ja="判定結果（result）")

Row = dict[str, Any]


def text_json(text: Text) -> Row:
    """A text in both languages."""
    return {"ja": text.ja, "en": text.en}


def _text(row: Row) -> Text:
    return Text(ja=str(row["ja"]), en=str(row["en"]))


def finding_json(finding: Finding) -> Row:
    """A finding with its empty fields left out."""
    row: Row = {
        "check": finding.check,
        "resource": finding.resource,
        "shown_id": finding.shown_id,
        "kind": finding.kind,
        "subscription": finding.subscription,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
    }
    if finding.settings_digest:
        row["settings_digest"] = finding.settings_digest
        row["settings"] = dict(finding.settings)
    if finding.clauses:
        row["clauses"] = [
            {"number": one.number, "truth": one.truth, "message": text_json(one.message)}
            for one in finding.clauses
        ]
    if finding.gaps:
        row["gaps"] = [gap.to_json() for gap in finding.gaps]
    if finding.observed:
        row["observed"] = dict(finding.observed)
    if finding.problem:
        row["problem"] = finding.problem
    if finding.excepted:
        row["excepted"] = excepted_to_json(finding.excepted)
    if finding.lapsed:
        row["lapsed"] = [lapsed_to_json(one) for one in finding.lapsed]
    if finding.baseline:
        row["baseline"] = finding.baseline.value
    return row


def _finding(row: Row) -> Finding:
    return Finding(
        check=row["check"],
        resource=row["resource"],
        shown_id=row["shown_id"],
        kind=row["kind"],
        subscription=row["subscription"],
        verdict=Verdict(row["verdict"]),
        severity=Severity(row["severity"]),
        settings_digest=row.get("settings_digest"),
        settings=row.get("settings", {}),
        clauses=tuple(
            ClauseOutcome(one["number"], one["truth"], _text(one["message"]))
            for one in row.get("clauses", ())
        ),
        gaps=tuple(Gap.from_json(gap) for gap in row.get("gaps", ())),
        observed=row.get("observed", {}),
        problem=row.get("problem"),
        excepted=excepted_from_json(row["excepted"]) if "excepted" in row else None,
        lapsed=tuple(lapsed_from_json(one) for one in row.get("lapsed", ())),
        baseline=BaselineState(row["baseline"]) if "baseline" in row else None,
    )


def _card_json(card: CheckCard) -> Row:
    return {
        "id": card.id,
        "title": text_json(card.title),
        "why": text_json(card.why),
        "severity": card.severity.value,
        "fix": text_json(card.fix),
        "cli": card.cli,
        "refs": list(card.refs),
        "resource": list(card.resource),
        "digest": card.digest,
    }


def _card(row: Row) -> CheckCard:
    return CheckCard(
        id=row["id"],
        title=_text(row["title"]),
        why=_text(row["why"]),
        severity=Severity(row["severity"]),
        fix=_text(row["fix"]),
        cli=row["cli"],
        refs=tuple(row["refs"]),
        resource=tuple(row["resource"]),
        digest=row["digest"],
    )


def _criterion_json(one: CriterionResult) -> Row:
    row: Row = {
        "profile": one.profile,
        "id": one.id,
        "verdict": one.verdict.value,
        "tallies": [_tally_json(tally) for tally in one.tallies],
        "by_hand": [text_json(text) for text in one.by_hand],
    }
    if one.attested:
        row["attested"] = [attested_to_json(attested) for attested in one.attested]
    return row


def _tally_json(tally: CheckTally) -> Row:
    row: Row = {
        "check": tally.check,
        "settings_digest": tally.settings_digest,
        "verdict": tally.verdict.value,
        "counts": {verdict.value: count for verdict, count in tally.counts.items()},
        "deciding": tally.deciding,
    }
    if tally.excepted:
        row["excepted"] = tally.excepted
    return row


def _criterion(row: Row) -> CriterionResult:
    return CriterionResult(
        profile=row["profile"],
        id=row["id"],
        verdict=Verdict(row["verdict"]),
        tallies=tuple(
            CheckTally(
                tally["check"],
                tally["settings_digest"],
                Verdict(tally["verdict"]),
                {Verdict(verdict): count for verdict, count in tally["counts"].items()},
                tally["deciding"],
                int(tally.get("excepted", 0)),
            )
            for tally in row["tallies"]
        ),
        by_hand=tuple(_text(text) for text in row["by_hand"]),
        attested=tuple(attested_from_json(one) for one in row.get("attested", ())),
    )


def _coverage_json(one: CoverageRow) -> Row:
    row: Row = {
        "subscription": one.subscription,
        "kind": one.kind,
        "read": one.read,
        "judged": one.judged,
        "complete": one.complete,
        "gaps": one.gaps,
    }
    if one.because:
        row["because"] = one.because
    if one.listed is not None:
        row["listed"] = one.listed
    if one.refused:
        row["refused"] = one.refused
    if one.not_reached:
        row["not_reached"] = one.not_reached
    return row


def _header_json(header: ResultHeader) -> Row:
    row: Row = {
        "schema": SCHEMA,
        "tool": header.tool,
        "clock": header.clock,
        "snapshot": header.snapshot,
        "catalog": header.catalog,
        "cloud": header.cloud,
        "profiles": list(header.profiles),
        "checks": list(header.checks),
        "scope": dict(header.scope),
        "cut_short": header.cut_short,
        "subscriptions": [
            {"id": one.id, "name": one.name, "facts": one.facts, "gaps": one.gaps, "complete": one.complete}
            for one in header.subscriptions
        ],
    }
    if header.decisions:
        row["decisions"] = dict(header.decisions)
    if header.baseline:
        row["baseline"] = baseline_scan_to_json(header.baseline)
    return row


def _header(row: Row) -> ResultHeader:
    return ResultHeader(
        tool=row["tool"],
        clock=row["clock"],
        snapshot=row["snapshot"],
        catalog=row["catalog"],
        cloud=row["cloud"],
        profiles=tuple(row["profiles"]),
        checks=tuple(row["checks"]),
        scope=row["scope"],
        cut_short=row["cut_short"],
        subscriptions=tuple(SubscriptionSummary(**one) for one in row["subscriptions"]),
        decisions=row.get("decisions", {}),
        baseline=BaselineScan(**row["baseline"]) if "baseline" in row else None,
    )


class ResultWriter:
    """A result while it is made: findings go to disk at once, the small parts at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._findings = SegmentFile(folder / "findings.jsonl")
        self._gaps = SegmentFile(folder / "gaps.jsonl")
        self._coverage = SegmentFile(folder / "coverage.jsonl")
        self._counts: Counter[Verdict] = Counter()
        self._excepted = 0

    def finding(self, finding: Finding) -> None:
        """Append one; the caller keeps the order: subscription, check, resource."""
        self._counts[finding.verdict] += 1
        self._excepted += finding.excepted is not None
        self._findings.line(dumps(finding_json(finding)))

    def gaps(self, gaps: Iterable[Gap]) -> None:
        """Append what a subscription could not read."""
        for gap in gaps:
            self._gaps.line(dumps(gap.to_json()))

    def coverage(self, rows: Iterable[CoverageRow]) -> None:
        """Append a subscription's ledger."""
        for row in rows:
            self._coverage.line(dumps(_coverage_json(row)))

    @property
    def counts(self) -> Counter[Verdict]:
        """How many findings of each verdict were appended so far."""
        return self._counts

    @property
    def excepted(self) -> int:
        """How many of them are accepted failures."""
        return self._excepted

    def take(self, folder: Path, counts: Counter[Verdict], excepted: int = 0) -> None:
        """Append what another writer, closed by now, has written to a folder; the folder is gone then."""
        self._counts.update(counts)
        self._excepted += excepted
        for part in (self._findings, self._gaps, self._coverage):
            part.take(folder / part.path.name)
        folder.rmdir()

    def finish(
        self,
        path: Path,
        header: ResultHeader,
        criteria: Iterable[CriterionResult],
        cards: Iterable[CheckCard],
        profiles: Iterable[Profile],
    ) -> None:
        """Write the small parts and pack everything into one file."""
        parts: dict[str, SegmentFile] = {
            name: SegmentFile(self._folder / f"{name}.jsonl") for name in ("criteria", "checks", "profiles")
        }
        for one in criteria:
            parts["criteria"].line(dumps(_criterion_json(one)))
        for card in cards:
            parts["checks"].line(dumps(_card_json(card)))
        for profile in profiles:
            parts["profiles"].line(dumps(profile_to_json(profile)))
        parts = {
            "profiles": parts["profiles"],
            "checks": parts["checks"],
            "criteria": parts["criteria"],
            "findings": self._findings,
            "gaps": self._gaps,
            "coverage": self._coverage,
        }
        for part in parts.values():
            part.close()
        counts = {verdict.value: self._counts[verdict] for verdict in Verdict if self._counts[verdict]}
        pack(
            path,
            _header_json(header),
            [(name, part.path) for name, part in parts.items()],
            {"counts": counts, **({"excepted": self._excepted} if self._excepted else {})},
        )

    def close(self) -> None:
        """Let go of the files."""
        for part in (self._findings, self._gaps, self._coverage):
            part.close()


class ResultFile:
    """A result that is read as a stream; a ResultReader."""

    def __init__(self, path: Path) -> None:
        """Open and verify. Raises ForeignFileError."""
        self._archive = Archive(path, SCHEMA, _RESULT)
        try:
            self._header = _header(self._archive.header)
            counted = self._archive.closing.get("counts", {})
            self._counts = {Verdict(name): int(count) for name, count in counted.items()}
            self._excepted = int(self._archive.closing.get("excepted", 0))
            self._checks = {card.id: card for card in self._rows("checks", _card)}
            self._profiles = tuple(self._rows("profiles", profile_from_json))
        except ForeignFileError:
            self._archive.close()
            raise
        except (KeyError, TypeError, ValueError) as error:
            self._archive.close()
            raise self._damaged(str(error)) from None

    def _damaged(self, why: str) -> ForeignFileError:
        return ForeignFileError(
            self._archive.path,
            Text(en=f"the result is damaged: {why}", ja=f"判定結果（result）が壊れている：{why}"),
            hint=Text(
                en="assess the snapshot again with `azlinkscan assess`", ja="`azlinkscan assess` で判定し直す"
            ),
        )

    def _rows(self, name: str, make: Any) -> Iterator[Any]:
        try:
            for line in self._archive.lines(name):
                yield make(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(f"{name}: {error}") from None

    @property
    def header(self) -> ResultHeader:
        """What the result was made from."""
        return self._header

    def findings(self) -> Iterator[Finding]:
        """Every finding, by subscription, check, resource."""
        return self._rows("findings", _finding)

    def finding_lines(self) -> Iterator[bytes]:
        """Every finding as it was written, in the same order: equal lines are equal findings."""
        return self._archive.lines("findings")

    def finding_of(self, line: bytes) -> Finding:
        """One of these lines as a finding. Raises ForeignFileError where it is damaged."""
        try:
            return _finding(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(f"findings: {error}") from None

    def finding_places(self) -> Iterator[tuple[str, str]]:
        """Check and resource of every finding."""
        return self._rows("findings", lambda row: (row["check"], row["resource"]))

    def criteria(self) -> Iterator[CriterionResult]:
        """Every criterion of every profile, in the profile's order."""
        return self._rows("criteria", _criterion)

    def gaps(self) -> Iterator[Gap]:
        """Everything that could not be read."""
        return self._rows("gaps", Gap.from_json)

    def coverage(self) -> Iterator[CoverageRow]:
        """The ledger, by subscription and kind."""
        return self._rows("coverage", lambda row: CoverageRow(**row))

    def counts(self) -> Mapping[Verdict, int]:
        """How many findings have each verdict."""
        return self._counts

    def excepted(self) -> int:
        """How many failures are accepted."""
        return self._excepted

    def checks(self) -> Mapping[str, CheckCard]:
        """The checks that were judged, by id."""
        return self._checks

    def profiles(self) -> tuple[Profile, ...]:
        """The profiles that were mapped to."""
        return self._profiles

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def __enter__(self) -> ResultFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
