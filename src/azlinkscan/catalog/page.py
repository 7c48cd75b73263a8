"""What there is to say about a check, in the order in which it is read: the terminal and the pages of docs/ show the same.

A check's file is its documentation; only the criteria that it serves are found in the profiles.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from azlinkscan.model.check import UNSET, Check, Clause, ReadSpec
from azlinkscan.model.profile import Profile, checks_of
from azlinkscan.model.text import Text


class Shape(Enum):
    """How the rows of a part are to be read."""

    PROSE = "prose"
    LIST = "list"
    NAMES = "names"
    """A list of words of Azure's or of the check's."""
    SHELL = "sh"
    BICEP = "bicep"


@dataclass(frozen=True)
class Part:
    """A heading and what stands beneath it."""

    title: Text
    rows: tuple[Text, ...]
    shape: Shape = Shape.PROSE


def parts(check: Check, profiles: Iterable[Profile]) -> Iterator[Part]:
    """Why, what is read, how it is judged, how to mend it, the criteria it serves, the sources; empty ones left out."""
    for part in _all_parts(check, profiles):
        if part.rows:
            yield part


def _all_parts(check: Check, profiles: Iterable[Profile]) -> Iterator[Part]:
    yield Part(Text(en="Why", ja="理由"), (check.why,))
    yield Part(Text(en="Judges", ja="判定の対象"), _same(check.resource), Shape.NAMES)
    yield Part(Text(en="Reads", ja="読み取る設定"), tuple(map(_read, check.read)), Shape.LIST)
    yield Part(Text(en="Relates to", ja="関連して読み取るもの"), _same(check.needs), Shape.NAMES)
    yield Part(Text(en="Settings", ja="設定値"), _same(_settings(check)), Shape.NAMES)
    yield Part(Text(en="Applies when", ja="適用の条件"), tuple(_clauses(check.when)), Shape.LIST)
    yield Part(
        Text(en="With", ja="途中の値"),
        _same(f"{let.name} = {_one_line(let.expression)}" for let in check.let),
        Shape.NAMES,
    )
    yield Part(Text(en="Expects", ja="求める状態"), tuple(_clauses(check.expect)), Shape.LIST)
    yield Part(
        Text(en="Examples", ja="例"),
        tuple(
            Text(en=f"{one.verdict.label.en}: {one.it}", ja=f"{one.verdict.label.ja}：{one.it}")
            for one in check.examples
        ),
        Shape.LIST,
    )
    yield Part(Text(en="Fix", ja="是正の方法"), (check.fix.text,))
    portal, cli, bicep = check.fix.portal, check.fix.cli, check.fix.bicep
    yield Part(Text(en="In the portal", ja="ポータルでの操作"), (portal,) if portal else ())
    yield Part(
        Text(en="With the Azure CLI", ja="Azure CLI での操作"), _same([cli] if cli else []), Shape.SHELL
    )
    yield Part(Text(en="In Bicep", ja="Bicep での記述"), _same([bicep] if bicep else []), Shape.BICEP)
    yield Part(
        Text(en="Serves the criteria", ja="対応する基準の項目"),
        tuple(_serves(check, profiles)) or (Text(en="none", ja="なし"),),
        Shape.LIST,
    )
    yield Part(Text(en="Sources", ja="典拠"), _same(check.refs), Shape.LIST)


def _same(rows: Iterable[str]) -> tuple[Text, ...]:
    """Rows that every language writes alike."""
    return tuple(Text(ja=row, en=row) for row in rows)


def _one_line(expression: str) -> str:
    return " ".join(expression.split())


def _settings(check: Check) -> Iterator[str]:
    return (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in check.settings.items())


def _clauses(clauses: Iterable[Clause]) -> Iterator[Text]:
    for clause in clauses:
        that, otherwise = _one_line(clause.that), clause.otherwise
        yield Text(
            en=f"`{that}` – otherwise: {otherwise.en}", ja=f"`{that}`　そうでなければ「{otherwise.ja}」"
        )


def _read(spec: ReadSpec) -> Text:
    where = f"{spec.child}: {spec.path}" if spec.child else spec.path
    words = " | ".join(spec.one_of) or spec.type.value
    since = f" (api-version ≥ {spec.since_api})" if spec.since_api else ""
    named = f"`{spec.name}` ← `{where}` (`{words}`)"
    if spec.absent is UNSET:
        return Text(en=f"{named}, absent: unknown{since}", ja=f"{named}　未設定なら未確認{since}")
    value = json.dumps(spec.absent, ensure_ascii=False)
    return Text(en=f"{named}, absent means {value}{since}", ja=f"{named}　未設定は {value} を意味する{since}")


def _serves(check: Check, profiles: Iterable[Profile]) -> Iterator[Text]:
    for profile in profiles:
        for leaf in profile.leaves():
            if check.id in {by.check for by in checks_of(leaf)}:
                mark = f"{profile.id}: {leaf.id} {leaf.label or ''}".rstrip()
                yield Text(ja=f"{mark} {leaf.text.ja}", en=f"{mark} {leaf.text.en}")
