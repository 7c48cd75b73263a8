"""``profiles coverage``: the matrix of criteria and checks, both ways, for a person and for a machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from azlinkscan.catalog.mapping import Coverage, Covered, Serves
from azlinkscan.cli.language import of, tr
from azlinkscan.model.check import Check
from azlinkscan.model.profile import Profile
from azlinkscan.model.text import Text

FORMS = ("table", "json")
"""The values of ``--format``."""


def table(matrix: Coverage, profiles: Mapping[str, Profile], checks: Mapping[str, Check]) -> str:
    """Each standard's criteria with what they rest on, then each check with what it serves, then those that serve nothing."""
    return "\n".join(_lines(matrix, profiles, checks)) + "\n"


def document(matrix: Coverage, profiles: Mapping[str, Profile], checks: Mapping[str, Check]) -> str:
    """The same as JSON; texts in both languages."""
    whole: dict[str, Any] = {
        "schema": "azlinkscan-coverage/1",
        "profiles": [
            {
                "id": profile,
                "title": _text(profiles[profile].title),
                "counts": {way.value: count for way, count in matrix.counts(profile).items()},
                "criteria": [_criterion(row) for row in rows],
            }
            for profile, rows in matrix.profiles.items()
        ],
        "checks": [
            {"id": check, "title": _text(checks[check].title), "criteria": [_served(one) for one in serves]}
            for check, serves in matrix.checks.items()
        ],
        "unused": list(matrix.unused),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _lines(matrix: Coverage, profiles: Mapping[str, Profile], checks: Mapping[str, Check]) -> Iterator[str]:
    for profile, rows in matrix.profiles.items():
        counts = tr(en=", ", ja="・").join(
            f"{of(way.label)} {count}" for way, count in matrix.counts(profile).items()
        )
        yield f"{profile}  {of(profiles[profile].title)}"
        yield tr(en=f"{len(rows)} criteria: {counts}", ja=f"基準 {len(rows)} 項目：{counts}")
        for row in rows:
            yield from _row(row)
        yield ""
    yield tr(en=f"Checks in use: {len(matrix.checks)}", ja=f"用いているチェック {len(matrix.checks)} 件")
    for check, serves in matrix.checks.items():
        yield f"  {check}  {of(checks[check].title)}"
        for deciding, word in (
            (True, tr(en="decides", ja="判定")),
            (False, tr(en="supports", ja="参考")),
        ):
            served = [one.criterion.id for one in serves if one.deciding is deciding]
            if served:
                yield tr(en=f"    {word}: {', '.join(served)}", ja=f"    {word}：{'、'.join(served)}")
    yield ""
    yield tr(
        en=f"Checks that serve none of these: {len(matrix.unused)}",
        ja=f"いずれの項目にも用いていないチェック {len(matrix.unused)} 件",
    )
    yield from (f"  {check}  {of(checks[check].title)}" for check in matrix.unused)


def _row(row: Covered) -> Iterator[str]:
    mark = f"{row.criterion.label} " if row.criterion.label else ""
    way, text = of(row.way.label), of(row.criterion.text)
    yield f"  {row.criterion.id}  [{way}]  {mark}{text}"
    for word, named in (
        (tr(en="decide", ja="判定"), row.deciding),
        (tr(en="support", ja="参考"), row.supporting),
    ):
        if named:
            yield tr(en=f"    {word}: {', '.join(named)}", ja=f"    {word}：{'、'.join(named)}")
    for what in row.by_hand:
        yield tr(en="    by hand: ", ja="    目視：") + of(what)
    if row.not_covered:
        yield "    " + of(row.not_covered)


def _criterion(row: Covered) -> dict[str, Any]:
    return {
        "id": row.criterion.id,
        "label": row.criterion.label,
        "text": _text(row.criterion.text),
        "shown_by": row.way.value,
        "deciding": list(row.deciding),
        "supporting": list(row.supporting),
        "by_hand": [_text(what) for what in row.by_hand],
        "not_covered": _text(row.not_covered) if row.not_covered else None,
    }


def _served(one: Serves) -> dict[str, Any]:
    return {"profile": one.profile, "criterion": one.criterion.id, "deciding": one.deciding}


def _text(text: Text) -> dict[str, str]:
    return {"ja": text.ja, "en": text.en}
