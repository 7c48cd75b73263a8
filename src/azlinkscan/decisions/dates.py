"""Days in the files that people write: ISO 8601, and nothing that could be read in two ways."""

from __future__ import annotations

import contextlib
import re
from datetime import date

from azlinkscan.errors import Place
from azlinkscan.model.text import Text
from azlinkscan.written.form import Mistakes

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(text: str) -> date | None:
    """The day that a text names; None where it names none."""
    if _DAY.fullmatch(text):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text)
    return None


def told(name: str, text: str, place: Place, mistakes: Mistakes) -> None:
    """Keep a mistake where a text names no day."""
    if day(text) is None:
        mistakes.add(
            Text(en=f"'{name}' is no date: '{text}'", ja=f"「{name}」が日付ではない：「{text}」"),
            Text(en="write a day that exists as 2027-03-31", ja="実在する日を 2027-03-31 の形で書く"),
            place,
        )


def source_of(place: Place) -> str:
    """A file's name and the line, without the folder that it lies in on this machine."""
    name = place.source.replace("\\", "/").rpartition("/")[2]
    return f"{name}:{place.line}" if place.line else name
