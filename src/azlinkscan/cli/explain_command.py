"""``explain``: one verdict followed to its ground."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from azlinkscan.cli import given, options
from azlinkscan.cli.language import of, tr
from azlinkscan.cli.screen import clean
from azlinkscan.errors import Place

if TYPE_CHECKING:
    from azlinkscan.model.facts import Gap
    from azlinkscan.scan.explaining import Explanation


def add(app: typer.Typer) -> None:
    """Hang the command under the app."""
    app.command(
        "explain",
        help=tr(
            en="Follow one verdict: every name that the check reads, each clause and its truth, each gap.",
            ja="判定の根拠を示す。読み取った値、各条件の真偽、未確認の理由を全て表示する。",
        ),
        epilog=tr(
            en="Example: azlinkscan explain storage/https-only pointsstore --snapshot night.zip",
            ja="例：azlinkscan explain storage/https-only pointsstore --snapshot night.zip",
        ),
    )(explain)


def explain(
    check_id: Annotated[str, typer.Argument(metavar="CHECK")],
    resource: Annotated[
        str,
        typer.Argument(
            metavar="RESOURCE",
            help=tr(en="An ARM id, its end, or a name.", ja="リソース ID、その末尾、又は名前。"),
        ),
    ],
    snapshot: Annotated[
        Path,
        typer.Option("--snapshot", metavar="FILE", help=tr(en="The facts.", ja="読み取った設定のファイル。")),
    ],
    at: options.At = None,
    changed: options.Settings = None,
    checks_folders: options.ChecksFolders = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """Follow one verdict."""
    from azlinkscan.scan import catalogue, explaining
    from azlinkscan.snapshot.facts_file import Snapshot

    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, None, None, None, checks_folders, None))
    if check_id not in found.checks:
        raise given.no_such_check(check_id, found.checks, Place("CHECK"))
    settings = given.settings(conf, changed, found.known)
    with Snapshot(snapshot) as facts:
        clock = given.moment_of(at, facts.header.started)
        told = explaining.explain(facts, found.checks[check_id], resource, clock, settings)
    for row in _rows(told):
        print(clean(row))


def _rows(told: Explanation) -> Iterator[str]:
    finding = told.finding
    yield f"{finding.check}  {finding.shown_id}"
    yield f"{tr(en='verdict', ja='判定')}: {of(finding.verdict.label)}"
    if told.settings:
        yield f"{tr(en='settings', ja='設定値')}: {_json(dict(told.settings))}"
    yield ""
    yield tr(en="names:", ja="値:")
    for name in told.names:
        value = _json(name.value) if name.known else tr(en="not known", ja="未確認")
        yield f"  {name.name} = {value}    ← {name.source}"
        yield from _gaps(name.gaps)
    yield ""
    yield tr(en="clauses:", ja="条件:")
    words = {
        True: tr(en="true", ja="成立"),
        False: tr(en="false", ja="不成立"),
        None: tr(en="undecided", ja="判断不能"),
    }
    for clause in told.clauses:
        yield f"  {clause.part} {clause.number}: {words[clause.truth]}    {clause.that}"
        if clause.truth is not True:
            yield f"      {of(clause.message)}"
            if clause.why and not clause.gaps:
                yield f"      {clause.why}"
            yield from _gaps(clause.gaps)


def _gaps(gaps: Iterable[Gap]) -> Iterator[str]:
    for gap in gaps:
        told = [of(gap.reason.label), gap.kind, gap.scope]
        told += [str(part) for part in (gap.detail, gap.status, gap.code) if part is not None]
        if gap.action:
            told.append(tr(en=f"takes {gap.action}", ja=f"必要な権限: {gap.action}"))
        yield f"      {tr(en='gap', ja='未確認の理由')}: {' · '.join(told)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
