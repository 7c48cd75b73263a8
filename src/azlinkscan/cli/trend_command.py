"""``trend``: criteria and severities over time."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from azlinkscan.cli import given, options
from azlinkscan.cli.language import tr
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

FORMS = ("text", "json")
"""The values of ``--format``."""


def add(app: typer.Typer) -> None:
    """Hang the command under the app."""
    app.command(
        "trend",
        help=tr(
            en="Criteria and severities over the kept scans, how long a fix takes, and what flaps.",
            ja="保存済みの走査から、基準の項目と重大度別の不適合の推移、是正までの時間及び変動を繰り返すものを示す。",
        ),
        epilog=tr(en="Example: azlinkscan trend --last 90", ja="例：azlinkscan trend --last 90"),
    )(trend)


def trend(
    last: Annotated[
        int,
        typer.Option(
            "--last",
            metavar="N",
            min=1,
            help=tr(en="The newest N scans.", ja="対象とする走査の件数（新しい順）。"),
        ),
    ] = 30,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="|".join(FORMS), help=tr(en="How it is printed.", ja="出力の形式。")
        ),
    ] = "text",
    store: options.Store = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Draw the trend."""
    from azlinkscan.cli.reporting import view, zone_of
    from azlinkscan.report.trend_chart import render
    from azlinkscan.scan.trending import read_trend

    conf = given.configuration(config, lang)
    zone = zone_of(timezone or conf.timezone, conf.place("timezone", "--timezone", timezone))
    if form not in FORMS:
        raise UsageError(
            Text(en=f"there is no format '{form}'", ja=f"形式「{form}」は存在しない"),
            hint=Text(en=f"write {' or '.join(FORMS)}", ja=f"{' 又は '.join(FORMS)} を指定する"),
            place=Place("--format"),
        )
    with given.history(conf, store) as kept:
        found = read_trend(kept, kept.scans()[-last:])
    if form == "json":
        print(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return
    sys.stdout.flush()
    render(found, sys.stdout.buffer, view(zone, sys.stdout))
    sys.stdout.buffer.flush()
