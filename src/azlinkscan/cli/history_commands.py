"""``history``: what is kept of earlier scans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azlinkscan.cli import given, options, screen
from azlinkscan.cli.language import of, tr
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict

if TYPE_CHECKING:
    from datetime import tzinfo

    from azlinkscan.history.kept import Kept
    from azlinkscan.history.store import Store

FORMS = ("text", "json")
"""The values of ``history list --format``."""

Which = Annotated[
    str,
    typer.Argument(
        metavar="SCAN",
        help=tr(
            en="Its id or the beginning of it, last, last-clean, or a date.",
            ja="走査の ID（先頭の一部でもよい）、last、last-clean 又は日付。",
        ),
    ),
]


def add(app: typer.Typer) -> None:
    """Hang the commands under the app."""
    history = typer.Typer(
        help=tr(en="What is kept of earlier scans.", ja="保存した走査の履歴を扱う。"),
        epilog=tr(en="Example: azlinkscan history list", ja="例：azlinkscan history list"),
        no_args_is_help=True,
    )
    history.command(
        "list",
        help=tr(en="The kept scans, oldest first.", ja="保存済みの走査を古い順に示す。"),
        epilog=tr(en="Example: azlinkscan history list", ja="例：azlinkscan history list"),
    )(list_scans)
    history.command(
        "show",
        help=tr(en="The report of a kept scan.", ja="保存済みの走査の報告書を出力する。"),
        epilog=tr(
            en="Example: azlinkscan history show last --output report.sarif",
            ja="例：azlinkscan history show last --output report.sarif",
        ),
    )(show)
    history.command(
        "prune",
        help=tr(en="Drop old scans.", ja="古い走査を削除する。"),
        epilog=tr(
            en="Example: azlinkscan history prune --keep 90", ja="例：azlinkscan history prune --keep 90"
        ),
    )(prune)
    history.command(
        "export",
        help=tr(
            en="Write kept results as files, to take them elsewhere.",
            ja="保存済みの判定結果をファイルに書き出す。",
        ),
        epilog=tr(
            en="Example: azlinkscan history export last -o results",
            ja="例：azlinkscan history export last -o results",
        ),
    )(export)
    history.command(
        "import",
        help=tr(en="Keep results that lie in files.", ja="ファイルにある判定結果を履歴に保存する。"),
        epilog=tr(
            en="Example: azlinkscan history import result.zip", ja="例：azlinkscan history import result.zip"
        ),
    )(import_results)
    app.add_typer(history, name="history")


def list_scans(
    store: options.Store = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="|".join(FORMS), help=tr(en="How it is printed.", ja="出力の形式。")
        ),
    ] = "text",
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """List what is kept."""
    from azlinkscan.cli.reporting import zone_of

    conf = given.configuration(config, lang)
    zone = zone_of(timezone or conf.timezone, conf.place("timezone", "--timezone", timezone))
    if form not in FORMS:
        raise UsageError(
            Text(en=f"there is no format '{form}'", ja=f"形式「{form}」は存在しない"),
            hint=Text(en=f"write {' or '.join(FORMS)}", ja=f"{' 又は '.join(FORMS)} を指定する"),
            place=Place("--format"),
        )
    with given.history(conf, store) as kept:
        scans = kept.scans()
    if form == "json":
        print(json.dumps([one.to_json() for one in scans], ensure_ascii=False, indent=2))
        return
    for one in scans:
        print(_line(one, zone))
    if not scans:
        screen.line(tr(en="nothing is kept", ja="保存済みの走査はない"))


def _line(kept: Kept, zone: tzinfo) -> str:
    from azlinkscan.cli.reporting import view

    counts = (verdict for verdict in Verdict if kept.counts.get(verdict))
    told = tr(en=", ", ja="・").join(f"{of(verdict.label)} {kept.counts[verdict]}" for verdict in counts)
    cut = tr(en="  (cut short)", ja="（途中で打切り）") if kept.cut_short else ""
    return screen.clean(f"{kept.id}  {view(zone).moment(kept.clock)}  {told}{cut}")


def show(
    scan: Which = "last",
    store: options.Store = None,
    outputs: options.Outputs = None,
    form: options.FormatName = None,
    fail_on: options.FailOn = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Report a kept result."""
    from azlinkscan.cli.reporting import report_on, wanted
    from azlinkscan.history.choosing import chosen
    from azlinkscan.scan.keeping import fetched

    conf = given.configuration(config, lang)
    asked = wanted(conf, outputs, form, timezone, fail_on)
    with given.history(conf, store) as kept:
        meant = chosen(kept.scans(), scan, asked.zone, Place("SCAN"))
        with fetched(kept, meant) as path:
            code = report_on(path, asked)
    raise typer.Exit(code)


def prune(
    most: Annotated[
        int | None,
        typer.Option(
            "--keep", metavar="N", min=1, help=tr(en="Keep the newest N.", ja="新しい順に残す件数。")
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(
            "--before",
            metavar="DATE",
            help=tr(en="Drop what was judged before this day.", ja="この日より前の走査を削除する。"),
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=tr(en="Only say what would be dropped.", ja="削除の対象を示すだけで、削除しない。"),
        ),
    ] = False,
    store: options.Store = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Drop old results."""
    from azlinkscan.cli.reporting import zone_of
    from azlinkscan.history.choosing import outdated

    conf = given.configuration(config, lang)
    zone = zone_of(timezone or conf.timezone, conf.place("timezone", "--timezone", timezone))
    with given.history(conf, store) as kept:
        dropped = outdated(kept.scans(), most, before, zone)
        if not dry_run:
            kept.drop(one.id for one in dropped)
    for one in dropped:
        print(_line(one, zone))
    count = len(dropped)
    if dry_run:
        screen.line(tr(en=f"{count} scans would be dropped", ja=f"削除の対象は {count} 件である"))
    else:
        screen.line(tr(en=f"{count} scans dropped", ja=f"{count} 件を削除した"))


def export(
    scans: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCAN]...",
            show_default=False,
            help=tr(en="Which scans. Default: all of them.", ja="書き出す走査。既定は全て。"),
        ),
    ] = None,
    folder: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="DIR", help=tr(en="The folder.", ja="書き出し先のフォルダ。")),
    ] = Path(),
    store: options.Store = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Write kept results as files."""
    from azlinkscan.cli.reporting import zone_of
    from azlinkscan.history.choosing import chosen
    from azlinkscan.scan.keeping import export as write

    conf = given.configuration(config, lang)
    zone = zone_of(timezone or conf.timezone, conf.place("timezone", "--timezone", timezone))
    with given.history(conf, store) as kept:
        every = kept.scans()
        meant = [chosen(every, one, zone, Place("SCAN")) for one in scans] if scans else every
        for path in write(kept, meant, folder):
            print(screen.clean(str(path)))


def import_results(
    results: Annotated[list[Path], typer.Argument(metavar="RESULT...")],
    store: options.Store = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """Keep results that lie in files."""

    conf = given.configuration(config, lang)
    with given.history(conf, store) as kept:
        for path in results:
            keep_one(kept, path)


def keep_one(store: Store, result: Path) -> None:
    """Keep a result's file and say so."""
    from azlinkscan.scan.keeping import keep

    kept, is_new = keep(store, result, given.now())
    if is_new:
        screen.line(tr(en=f"kept as {kept.id}", ja=f"{kept.id} として保存した"))
    else:
        screen.line(tr(en=f"kept already as {kept.id}", ja=f"{kept.id} として保存済みである"))
