"""Which formats go where: ``--format`` and ``--output``."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import IO, BinaryIO, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from azlinkscan.cli.language import current, tr
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.result import ResultReader
from azlinkscan.report import FORMATS, Format, View, format_for
from azlinkscan.snapshot.archive import written_aside

STDOUT = "-"
_NARROWEST, _WIDEST = 80, 200


def zone_of(name: str | None) -> tzinfo:
    """The time zone of a document: as named, else Japan's in Japanese and UTC in English.

    Raises UsageError where there is no such zone.
    """
    wanted = name or ("Asia/Tokyo" if current() == "ja" else "UTC")
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            tr(en=f"there is no time zone '{wanted}'", ja=f"タイムゾーン「{wanted}」は存在しない"),
            hint=tr(en="write one like Asia/Tokyo", ja="Asia/Tokyo のように指定する"),
            place=Place("--timezone"),
        ) from None


def view(zone: tzinfo, out: IO[str] | None = None) -> View:
    """How a document is written; as wide as the terminal, in colour only on one."""
    terminal = out is not None and out.isatty()
    width = min(max(shutil.get_terminal_size((100, 24)).columns, _NARROWEST), _WIDEST)
    colour = terminal and not os.environ.get("NO_COLOR")
    return View(language=current(), zone=zone, width=width, colour=colour)


def destinations(outputs: Sequence[str], single: str | None) -> list[tuple[Format, str]]:
    """Each format with its place; ``-`` is stdout. Nothing asked for: the table on stdout.

    Raises UsageError where a format is unknown or stdout is asked for twice.
    """
    chosen: list[tuple[Format, str]] = []
    if single:
        chosen.append((format_for(single), STDOUT))
    for output in outputs:
        name, equals, path = output.partition("=")
        known = {one.name for one in FORMATS}
        if equals and name in known:
            chosen.append((format_for(name), path))
        elif output == STDOUT:
            chosen.append((format_for("table"), STDOUT))
        else:
            chosen.append((format_for(output), output))
    if sum(1 for _, place in chosen if place == STDOUT) > 1:
        raise UsageError(
            tr(en="two formats cannot both go to stdout", ja="標準出力に複数の形式は出力できない"),
            hint=tr(en="give one of them a path", ja="一方にファイル名を指定する"),
            place=Place("--output"),
        )
    return chosen or [(format_for("table"), STDOUT)]


def write(result: ResultReader, chosen: Sequence[tuple[Format, str]], zone: tzinfo) -> None:
    """Render every format to its place.

    Raises UsageError where a file cannot be written.
    """
    for form, place in chosen:
        if place == STDOUT:
            sys.stdout.flush()
            binary = getattr(sys.stdout, "buffer", None)
            if binary is None:
                held = io.BytesIO()
                form.render(result, held, view(zone, sys.stdout))
                sys.stdout.write(held.getvalue().decode())
            else:
                form.render(result, binary, view(zone, sys.stdout))
                binary.flush()
        else:
            with written_aside(Path(place)) as out:
                form.render(result, cast(BinaryIO, out), view(zone))
