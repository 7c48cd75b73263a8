"""A profile to JSON and back, so that a result carries the standard's own words with it.

Places are left out: they name files of the machine that judged.
"""

from __future__ import annotations

from typing import Any

from azlinkscan.errors import Place
from azlinkscan.model.profile import (
    Answer,
    ByCheck,
    ByHand,
    Criterion,
    Group,
    GuaranteedBy,
    MetBy,
    NotCovered,
    Profile,
    Standard,
)
from azlinkscan.model.text import Text

_PLACE = Place("profile")

Row = dict[str, Any]


def profile_to_json(profile: Profile) -> Row:
    """The profile with its empty fields left out."""
    return _without_empty(
        {
            "id": profile.id,
            "title": _text_to(profile.title),
            "source": _standard_to(profile.source),
            "criteria": [_criterion_to(criterion) for criterion in profile.criteria],
            "settings": {check: dict(settings) for check, settings in profile.settings.items()},
            "digest": profile.digest,
            "own": profile.own,
            "on_request": profile.on_request or None,
        }
    )


def profile_from_json(row: Row) -> Profile:
    """The inverse of :func:`profile_to_json`. Raises KeyError, TypeError or ValueError on a foreign shape."""
    return Profile(
        id=row["id"],
        title=_text_from(row["title"]),
        source=_standard_from(row["source"]),
        criteria=tuple(_criterion_from(criterion) for criterion in row["criteria"]),
        digest=row["digest"],
        place=_PLACE,
        settings=row.get("settings", {}),
        own=row["own"],
        on_request=row.get("on_request", False),
    )


def _without_empty(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in (None, [], {})}


def _text_to(text: Text) -> Row:
    return {"ja": text.ja, "en": text.en}


def _text_from(row: Row) -> Text:
    return Text(ja=row["ja"], en=row["en"])


def _standard_to(standard: Standard) -> Row:
    return _without_empty(
        {
            "document": standard.document,
            "edition": standard.edition,
            "section": standard.section,
            "heading": standard.heading,
            "lead": standard.lead,
            "status": standard.status,
            "status_note": _text_to(standard.status_note),
            "status_sources": list(standard.status_sources),
        }
    )


def _standard_from(row: Row) -> Standard:
    return Standard(
        document=row["document"],
        section=row.get("section"),
        status=row["status"],
        status_note=_text_from(row["status_note"]),
        status_sources=tuple(row.get("status_sources", ())),
        edition=row.get("edition"),
        heading=row.get("heading"),
        lead=row.get("lead"),
    )


def _criterion_to(criterion: Criterion) -> Row:
    return _without_empty(
        {
            "id": criterion.id,
            "label": criterion.label,
            "heading": criterion.heading,
            "text": _text_to(criterion.text),
            "met_by": _met_by_to(criterion.met_by) if criterion.met_by else None,
            "supporting": [by.check for by in criterion.supporting],
            "settings": {check: dict(settings) for check, settings in criterion.settings.items()},
            "answered_by": [_answer_to(answer) for answer in criterion.answered_by],
            "note": _text_to(criterion.note) if criterion.note else None,
            "guaranteed_by": [
                {"what": _text_to(one.what), "url": one.url, "since": one.since}
                for one in criterion.guaranteed_by
            ],
            "criteria": [_criterion_to(child) for child in criterion.criteria],
        }
    )


def _criterion_from(row: Row) -> Criterion:
    return Criterion(
        id=row["id"],
        label=row.get("label"),
        text=_text_from(row["text"]),
        met_by=_met_by_from(row["met_by"]) if "met_by" in row else None,
        supporting=tuple(ByCheck(check, _PLACE) for check in row.get("supporting", ())),
        settings=row.get("settings", {}),
        criteria=tuple(_criterion_from(child) for child in row.get("criteria", ())),
        place=_PLACE,
        note=_text_from(row["note"]) if "note" in row else None,
        guaranteed_by=tuple(
            GuaranteedBy(_text_from(one["what"]), one["url"], one["since"])
            for one in row.get("guaranteed_by", ())
        ),
        heading=row.get("heading"),
        answered_by=tuple(Answer(**answer) for answer in row.get("answered_by", ())),
    )


def _answer_to(answer: Answer) -> Row:
    return _without_empty(
        {
            "id": answer.id,
            "label": answer.label,
            "heading": answer.heading,
            "text": answer.text,
            "remark": answer.remark,
        }
    )


def _met_by_to(met_by: MetBy) -> Row:
    match met_by:
        case ByCheck(check=check):
            return {"check": check}
        case ByHand(what=what):
            return {"by-hand": _text_to(what)}
        case NotCovered(why=why):
            return {"not-covered": _text_to(why)}
        case Group(fold=fold, members=members):
            return {fold: [_met_by_to(member) for member in members]}


def _met_by_from(row: Row) -> MetBy:
    ((way, inner),) = row.items()
    match way:
        case "check":
            return ByCheck(inner, _PLACE)
        case "by-hand":
            return ByHand(_text_from(inner))
        case "not-covered":
            return NotCovered(_text_from(inner))
        case "all-of" | "any-of":
            return Group(way, tuple(_met_by_from(member) for member in inner))
        case _:
            raise ValueError(f"'{way}' is no way to meet a criterion")
