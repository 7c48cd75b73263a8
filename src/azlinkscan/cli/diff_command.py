"""``diff``: what became otherwise between two results, and why."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from azlinkscan.cli import given, options
from azlinkscan.cli.language import tr
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

if TYPE_CHECKING:
    from datetime import tzinfo

    from azlinkscan.model.difference import Difference
    from azlinkscan.report.difference import DifferenceFormat

GATES = ("never", "new")
"""The values of ``--fail-on``."""


def add(app: typer.Typer) -> None:
    """Hang the command under the app."""
    app.command(
        "diff",
        help=tr(
            en="What became otherwise between two results, finding by finding and criterion by criterion, and why.",
            ja="二つの判定結果の差分と、その要因を示す。",
        ),
        epilog=tr(
            en="Example: azlinkscan diff last-clean last --format markdown --fail-on new",
            ja="例：azlinkscan diff last-clean last --format markdown --fail-on new",
        ),
    )(diff)


def diff(
    old: Annotated[
        str | None,
        typer.Argument(
            metavar="[OLD]",
            show_default=False,
            help=tr(
                en="The older result: a file, the id of a kept scan, last, last-clean, or a date. "
                "Default: the kept scan before NEW.",
                ja="前回の判定結果。ファイル、保存済みの走査の ID、last、last-clean 又は日付。既定は NEW の一つ前の走査。",
            ),
        ),
    ] = None,
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]",
            show_default=False,
            help=tr(
                en="The newer one, likewise. Default: last.",
                ja="今回の判定結果（同様に指定する）。既定は last。",
            ),
        ),
    ] = None,
    store: options.Store = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="PATH",
            help=tr(
                en="Write it to a file: .txt, .json, .md or .html. Repeatable.",
                ja="出力先のファイル（.txt, .json, .md, .html）。複数指定可。",
            ),
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="table|json|markdown|html",
            help=tr(en="Print this format to stdout. Default: table.", ja="標準出力の形式。既定は table。"),
        ),
    ] = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="|".join(GATES),
            help=tr(
                en="new: exit with 1 where something fails that did not before, with 3 where evidence was lost.",
                ja="new：新たな不適合があれば終了コードを 1、確認不能となったものがあれば 3 とする。既定は never。",
            ),
        ),
    ] = "never",
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Compare two results."""
    from azlinkscan.cli.reporting import zone_of
    from azlinkscan.scan.comparing import Asked, compared, gate
    from azlinkscan.scan.exit_code import Exit

    conf = given.configuration(config, lang)
    zone = zone_of(timezone or conf.timezone, conf.place("timezone", "--timezone", timezone))
    if fail_on not in GATES:
        raise UsageError(
            Text(
                en=f"'{fail_on}' is nothing to fail on",
                ja=f"「{fail_on}」は --fail-on の値ではない",
            ),
            hint=Text(en="write new or never", ja="new 又は never を指定する"),
            place=Place("--fail-on"),
        )
    chosen = _destinations(outputs or (), form)
    found = compared(Asked(old, new, zone), lambda: given.history(conf, store))
    _write(found, chosen, zone)
    raise typer.Exit(gate(found) if fail_on == "new" else Exit.OK)


def _destinations(
    outputs: Sequence[str], form: str | None
) -> tuple[tuple[DifferenceFormat, Path | None], ...]:
    """Each format with its file; None is stdout."""
    from azlinkscan.report.difference import format_for
    from azlinkscan.snapshot.archive import writable

    chosen: list[tuple[DifferenceFormat, Path | None]] = []
    if form or not outputs:
        chosen.append((format_for(form or "table", Place("--format")), None))
    for output in outputs:
        chosen.append((format_for(output, Place("--output")), Path(output)))
        writable(Path(output))
    return tuple(chosen)


def _write(found: Difference, chosen: Sequence[tuple[DifferenceFormat, Path | None]], zone: tzinfo) -> None:
    from azlinkscan.cli.reporting import view
    from azlinkscan.snapshot.archive import written_aside

    for form, path in chosen:
        if path is not None:
            with written_aside(path) as out:
                form.render(found, cast(BinaryIO, out), view(zone))
            continue
        sys.stdout.flush()
        form.render(found, sys.stdout.buffer, view(zone, sys.stdout))
        sys.stdout.buffer.flush()
