"""``scan --plan``: what would be read, with how many calls and which rights."""

from __future__ import annotations

from collections.abc import Iterator

from azlinkscan.cli.language import of, tr
from azlinkscan.collect.plan import calls, plan_for
from azlinkscan.model import arm
from azlinkscan.scan.catalogue import Catalogue


def page(catalogue: Catalogue) -> str:
    """The kinds in the order in which they are read, then the rights, each once."""
    return "\n".join(_lines(catalogue)) + "\n"


def _lines(catalogue: Catalogue) -> Iterator[str]:
    plan = plan_for({*catalogue.kinds, arm.INVENTORY})
    rows = [(row.kind, of(calls(row)), row.right) for row in plan.rows]
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
