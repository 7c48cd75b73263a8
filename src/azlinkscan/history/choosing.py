"""Which kept scan is meant: ``last``, ``last-clean``, an id or its beginning, a date. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from azlinkscan.errors import Place, UsageError
from azlinkscan.history.kept import Kept
from azlinkscan.model.text import Text

LAST, LAST_CLEAN = "last", "last-clean"
_SEE = Text(
    en="`azlinkscan history list` shows what is kept; `azlinkscan scan --keep` keeps a scan",
    ja="保存済みの走査は `azlinkscan history list` で確認する。走査の保存は `azlinkscan scan --keep` による",
)


def chosen(scans: Sequence[Kept], word: str, zone: tzinfo, place: Place) -> Kept:
    """The scan that a word means; ``scans`` stand oldest first.

    Raises UsageError where it means none, or several.
    """
    if word == LAST:
        return _newest(scans, word, place)
    if word == LAST_CLEAN:
        return _newest([one for one in scans if one.is_clean], word, place)
    moment = _moment(word, zone)
    if moment is not None:
        return _newest([one for one in scans if datetime.fromisoformat(one.clock) <= moment], word, place)
    meant = [one for one in scans if word and one.id.startswith(word)]
    if len(meant) > 1:
        raise UsageError(
            Text(en=f"'{word}' begins several ids", ja=f"「{word}」で始まる ID が複数ある"),
            hint=Text(
                en=f"write more of it: {', '.join(one.id for one in meant[:3])}",
                ja=f"続きも書く（{'、'.join(one.id for one in meant[:3])}）",
            ),
            place=place,
        )
    return _newest(meant, word, place)


def before(scans: Sequence[Kept], one: Kept, place: Place) -> Kept:
    """The scan before one: of the same subscriptions where there is such a scan.

    Raises UsageError where there is none before it.
    """
    older = [other for other in scans if other.order < one.order]
    alike = [other for other in older if other.subscriptions == one.subscriptions]
    if not older:
        raise UsageError(
            Text(en="there is no older scan to compare with", ja="比較の対象となる以前の走査がない"),
            hint=_SEE,
            place=place,
        )
    return (alike or older)[-1]


def outdated(scans: Sequence[Kept], most: int | None, day: str | None, zone: tzinfo) -> list[Kept]:
    """What is beyond the newest ``most``, or was judged before a day; ``scans`` stand oldest first.

    Raises UsageError where neither is given, or the day is none.
    """
    if most is None and day is None:
        raise UsageError(
            Text(en="nothing says which scans are old", ja="削除する走査の指定がない"),
            hint=Text(en="give --keep N or --before DATE", ja="--keep N 又は --before 日付 を指定する"),
            place=Place("history prune"),
        )
    start = None
    if day is not None:
        moment = _moment(day, zone)
        if moment is None:
            raise UsageError(
                Text(en=f"'{day}' is no date", ja=f"「{day}」は日付ではない"),
                hint=Text(en="write 2026-04-01", ja="2026-04-01 のように指定する"),
                place=Place("--before"),
            )
        start = moment + timedelta(microseconds=1) - timedelta(1) if len(day) == 10 else moment
    kept = scans[-most:] if most is not None else scans
    return [
        one
        for one in scans
        if one not in kept or (start is not None and datetime.fromisoformat(one.clock) < start)
    ]


def _newest(scans: Sequence[Kept], word: str, place: Place) -> Kept:
    if not scans:
        raise UsageError(
            Text(en=f"no kept scan is '{word}'", ja=f"「{word}」に当たる保存済みの走査はない"),
            hint=_SEE,
            place=place,
        )
    return scans[-1]


def _moment(word: str, zone: tzinfo) -> datetime | None:
    """The end of a day, or a moment; None where the word is no date."""
    try:
        if len(word) == 10:
            return datetime.combine(date.fromisoformat(word) + timedelta(1), time(), zone) - timedelta(
                microseconds=1
            )
        parsed = datetime.fromisoformat(word) if "-" in word[:5] else None
    except (ValueError, OverflowError):
        return None
    if parsed is None:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone).astimezone(UTC)
