"""Which formats go where: ``--format`` and ``--output``."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from azlinkscan.cli import given, screen
from azlinkscan.cli.language import current
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity
from azlinkscan.report import FORMATS, Format, View, format_for
from azlinkscan.snapshot.archive import writable, written_aside

if TYPE_CHECKING:
    from azlinkscan.config import Configuration
    from azlinkscan.scan.exit_code import Exit

STDOUT = "-"
_NARROWEST, _WIDEST = 80, 200


@dataclass(frozen=True)
class Wanted:
    """What is written where, and when the run counts as failed: settled before the work begins."""

    chosen: tuple[tuple[Format, str], ...]
    zone: tzinfo
    fail_on: Severity | None


def wanted(
    conf: Configuration,
    outputs: Sequence[str] | None,
    single: str | None,
    timezone: str | None,
    fail_on: str | None,
) -> Wanted:
    """What the command line and the configuration ask for.

    Raises UsageError where a format, a place, a time zone or a severity is wrong.
    """
    zone = zone_of(timezone or conf.timezone, conf.place("timezone", "--timezone", timezone))
    return Wanted(destinations(outputs or (), single), zone, given.fail_on(conf, fail_on))


def zone_of(name: str | None, place: Place = Place("--timezone")) -> tzinfo:
    """The time zone of a document: as named, else Japan's in Japanese and UTC in English.

    Raises UsageError where there is no such zone.
    """
    wanted = name or ("Asia/Tokyo" if current() == "ja" else "UTC")
    try:
        return ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            Text(en=f"there is no time zone '{wanted}'", ja=f"タイムゾーン「{wanted}」は存在しない"),
            hint=Text(en="write one like Asia/Tokyo", ja="Asia/Tokyo のように指定する"),
            place=place,
        ) from None


def view(zone: tzinfo, out: IO[str] | None = None) -> View:
    """How a document is written; as wide as the terminal, in colour only on one."""
    terminal = out is not None and out.isatty()
    width = min(max(shutil.get_terminal_size((100, 24)).columns, _NARROWEST), _WIDEST)
    colour = terminal and not os.environ.get("NO_COLOR")
    return View(language=current(), zone=zone, width=width, colour=colour)


def destinations(outputs: Sequence[str], single: str | None) -> tuple[tuple[Format, str], ...]:
    """Each format with its place; ``-`` is stdout. Nothing asked for: the table on stdout.

    Raises UsageError where a format is unknown, a place cannot be written or is asked for twice.
    """
    chosen: list[tuple[Format, str]] = []
    if single:
        chosen.append((format_for(single, Place("--format")), STDOUT))
    for output in outputs:
        name, equals, path = output.partition("=")
        known = {one.name for one in FORMATS}
        if equals and name in known:
            chosen.append((format_for(name), path))
        elif output == STDOUT:
            chosen.append((format_for("table"), STDOUT))
        else:
            chosen.append((format_for(output, Place("--output")), output))
    taken: set[str] = set()
    for _, place in chosen:
        if place in taken:
            raise UsageError(
                Text(en="two formats cannot both go to stdout", ja="標準出力に複数の形式は出力できない")
                if place == STDOUT
                else Text(en=f"{place} is given twice", ja=f"{place} を二度指定している"),
                hint=Text(en="give one of them a path of its own", ja="一方に別のファイル名を指定する"),
                place=Place("--output"),
            )
        taken.add(place)
        if place != STDOUT:
            writable(Path(place))
    return tuple(chosen) or ((format_for("table"), STDOUT),)


def write(result: ResultReader, asked: Wanted) -> None:
    """Render every format to its place.

    Raises UsageError where a file cannot be written.
    """
    zone = asked.zone
    for form, place in asked.chosen:
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


def report_on(path: Path, asked: Wanted) -> Exit:
    """Render the result in a file to every place, sum it up, and say how the run ends.

    Raises ForeignFileError where it is no result of ours, UsageError where a file cannot be written.
    """
    from azlinkscan.report.accepted import endings
    from azlinkscan.scan.exit_code import exit_code
    from azlinkscan.snapshot.result_file import ResultFile

    with ResultFile(path) as result:
        write(result, asked)
        screen.summary(result.counts(), result.excepted())
        screen.exceptions_ending(endings(result))
        return exit_code(result, asked.fail_on)
