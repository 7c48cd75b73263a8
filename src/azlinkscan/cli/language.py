"""Which language a text is shown in: ``--lang``, then the environment's locale."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from azlinkscan.errors import Said
from azlinkscan.model.text import Language


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language, known before the options are parsed: the help is written in it, too."""
    for index, argument in enumerate(arguments):
        given = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            given = arguments[index + 1]
        if given in ("ja", "en"):
            return "ja" if given == "ja" else "en"
    for name in ("AZLINKSCAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


_current: Language = chosen(sys.argv[1:], os.environ)


def current() -> Language:
    """The language of this run."""
    return _current


def use(language: Language) -> None:
    """Choose the language of this run."""
    global _current
    _current = language


def tr(*, en: str, ja: str) -> str:
    """The text in the language of this run."""
    return ja if _current == "ja" else en


def of(text: Said) -> str:
    """A text of another room in the language of this run."""
    return text.ja if _current == "ja" else text.en
