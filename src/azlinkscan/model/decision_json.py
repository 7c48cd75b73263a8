"""Decisions to JSON and back, with empty fields left out: the shape that result files and the JSON report share."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from azlinkscan.model.decision import (
    Attested,
    BaselineScan,
    EvidenceFile,
    Excepted,
    Excepting,
    Lapse,
    Lapsed,
    Standing,
)

Row = dict[str, Any]


def _row(of: Excepted | Lapsed | BaselineScan | EvidenceFile) -> Row:
    written = {field.name: getattr(of, field.name) for field in fields(of)}
    return {name: value for name, value in written.items() if value not in (None, "", {})}


def excepted_to_json(excepted: Excepted) -> Row:
    """Why a failure is accepted."""
    return {**_row(excepted), "by": excepted.by.value}


def excepted_from_json(row: Row) -> Excepted:
    """The inverse of :func:`excepted_to_json`. Raises KeyError, TypeError or ValueError on a foreign shape."""
    return Excepted(**{**row, "by": Excepting(row["by"])})


def lapsed_to_json(lapsed: Lapsed) -> Row:
    """An exception that does not hold."""
    return {**_row(lapsed), "why": lapsed.why.value}


def lapsed_from_json(row: Row) -> Lapsed:
    """The inverse of :func:`lapsed_to_json`. Raises KeyError, TypeError or ValueError on a foreign shape."""
    return Lapsed(**{**row, "why": Lapse(row["why"])})


def baseline_scan_to_json(scan: BaselineScan) -> Row:
    """The scan of a baseline."""
    return _row(scan)


def attested_to_json(attested: Attested) -> Row:
    """What a person says of a criterion."""
    return {
        "source": attested.source,
        "statement": attested.statement,
        "who": attested.who,
        "when": attested.when,
        "until": attested.until,
        "standing": attested.standing.value,
        "evidence": [_row(one) for one in attested.evidence],
    }


def attested_from_json(row: Row) -> Attested:
    """The inverse of :func:`attested_to_json`. Raises KeyError, TypeError or ValueError on a foreign shape."""
    evidence = tuple(EvidenceFile(**one) for one in row["evidence"])
    return Attested(**{**row, "standing": Standing(row["standing"]), "evidence": evidence})
