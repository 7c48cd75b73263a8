"""``scan --plan``: what would be read, with how many calls and which rights."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from azlinkscan.cli.language import of, tr
from azlinkscan.collect.plan import BESIDE_CHECKS, calls, plan_for
from azlinkscan.collect.source import APP_SETTINGS, DATA_PLANE, Source
from azlinkscan.model.text import Text
from azlinkscan.scan.catalogue import Catalogue

ROLES = {
    APP_SETTINGS: Text(
        en="The built-in role Website Contributor holds it, and may change apps; a custom role with this one action is "
        "enough: `azlinkscan permissions --app-settings`.",
        ja="これを含む組込みロール「Web サイト共同作成者」は、変更の権限も持つ。この操作だけを許可するカスタムロールで足りる"
        "（`azlinkscan permissions --app-settings` が出力する）。",
    ),
    DATA_PLANE: Text(
        en="Of Azure's built-in roles only such as may change things hold it (Storage Blob Data Owner); a custom role with "
        "this one action is enough, see the README.",
        ja="これを含む Azure の組込みロールは、変更の権限も持つもの（ストレージ BLOB データ所有者等）に限られる。この操作だけを許可する"
        "カスタムロールで足りる（README を参照）。",
    ),
}
"""Who holds the right that an option takes. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage"""


def page(catalogue: Catalogue, options: Collection[str] = ()) -> str:
    """The kinds in the order in which they are read, then the rights, each once."""
    return "\n".join(_lines(catalogue, options)) + "\n"


def _lines(catalogue: Catalogue, options: Collection[str]) -> Iterator[str]:
    plan = plan_for({*catalogue.kinds, *BESIDE_CHECKS}, options)
    rows = [(row.kind, _requests(row, options), row.right) for row in plan.rows]
    yield tr(
        en=f"{len(catalogue.checks)} checks, {len(plan.kinds)} kinds of fact. In each subscription:",
        ja=f"チェック {len(catalogue.checks)} 件、読み取る種類 {len(plan.kinds)} 件。サブスクリプションごとに次を読み取る。",
    )
    yield ""
    heads = (tr(en="kind", ja="種類"), tr(en="requests", ja="呼出しの回数"), tr(en="right", ja="必要な権限"))
    first = max(len(kind) for kind, _, _ in rows)
    for kind, number, right in [heads, *rows]:
        yield f"{kind:{first}}  {right}  ({number})"
    yield ""
    yield tr(en="Rights, each once:", ja="必要な権限（重複を除く）：")
    yield from (f"  {right}" for right in plan.rights)
    yield ""
    yield tr(
        en="Azure's built-in role Reader holds all of them. Every request is a GET.",
        ja="これらは全て、Azure の組込みロール「閲覧者（Reader）」に含まれる。要求は全て GET である。",
    )
    for option, right in plan.beyond_reader:
        yield ""
        yield tr(
            en=f"Beyond Reader, with {option}:",
            ja=f"{option} を指定した場合に、閲覧者ロールに加えて必要な権限：",
        )
        yield f"  {right}"
        yield of(ROLES[option])


def _requests(row: Source, options: Collection[str]) -> str:
    if row.option is None or row.option in options:
        return of(calls(row))
    return tr(en=f"not read without {row.option}", ja=f"{row.option} を指定しない場合は読み取らない")
