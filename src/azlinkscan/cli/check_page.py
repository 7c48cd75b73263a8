"""One check as a page for the terminal: its file is its documentation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from azlinkscan.cli.language import of, tr
from azlinkscan.model.check import UNSET, Check, ReadSpec
from azlinkscan.model.profile import Profile, checks_of


def page(check: Check, profiles: Iterable[Profile]) -> str:
    """Why, what is read, how it is judged, its settings and examples, how to fix, the criteria it serves."""
    return "\n".join(_lines(check, profiles)) + "\n"


def _lines(check: Check, profiles: Iterable[Profile]) -> Iterator[str]:
    yield f"{check.id}  [{of(check.severity.label)}]"
    yield of(check.title)
    yield ""
    yield of(check.why)
    yield from _part(tr(en="Judges", ja="判定の対象"), check.resource)
    yield from _part(tr(en="Reads", ja="読み取る設定"), (_read(spec) for spec in check.read))
    if check.needs:
        yield from _part(tr(en="Relates to", ja="関連して読み取るもの"), check.needs)
    if check.when:
        yield from _part(tr(en="Applies when", ja="適用の条件"), (clause.that for clause in check.when))
    if check.let:
        yield from _part(
            tr(en="With", ja="途中の値"), (f"{let.name} = {let.expression}" for let in check.let)
        )
    yield from _part(tr(en="Expects", ja="求める状態"), (clause.that for clause in check.expect))
    if check.settings:
        shown = (
            f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in check.settings.items()
        )
        yield from _part(tr(en="Settings", ja="設定値"), shown)
    yield from _part(
        tr(en="Examples", ja="例"),
        (
            tr(en=f"{example.verdict.label.en}: ", ja=f"{example.verdict.label.ja}：") + example.it
            for example in check.examples
        ),
    )
    yield from _part(tr(en="Fix", ja="是正の方法"), [of(check.fix.text)])
    if check.fix.portal:
        yield from _part(tr(en="In the portal", ja="ポータルでの操作"), [of(check.fix.portal)])
    if check.fix.cli:
        yield from _part(tr(en="With the Azure CLI", ja="Azure CLI での操作"), [check.fix.cli])
    if check.fix.bicep:
        yield from _part(tr(en="In Bicep", ja="Bicep での記述"), [check.fix.bicep])
    serves = [
        f"{profile.id}: {leaf.id} {leaf.label or ''}".rstrip()
        for profile in profiles
        for leaf in profile.leaves()
        if check.id in {by.check for by in checks_of(leaf)}
    ]
    yield from _part(
        tr(en="Serves the criteria", ja="対応する基準の項目"), serves or [tr(en="none", ja="なし")]
    )
    yield from _part(tr(en="Sources", ja="典拠"), check.refs)


def _part(title: str, rows: Iterable[str]) -> Iterator[str]:
    yield ""
    yield tr(en=f"{title}:", ja=f"{title}：")
    for row in rows:
        yield from (f"  {line}" for line in row.split("\n"))


def _read(spec: ReadSpec) -> str:
    where = f"{spec.child}: {spec.path}" if spec.child else spec.path
    words = f" ({' | '.join(spec.one_of)})" if spec.one_of else f" ({spec.type.value})"
    if spec.absent is UNSET:
        absent = tr(en="absent: unknown", ja="未設定なら未確認")
    else:
        value = json.dumps(spec.absent, ensure_ascii=False)
        absent = tr(en=f"absent means {value}", ja=f"未設定は {value} を意味する")
    since = f", api-version ≥ {spec.since_api}" if spec.since_api else ""
    return f"{spec.name} ← {where}{words}, {absent}{since}"
