"""Results to documents: one module a format, each a pure function of a result."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text
from azlinkscan.report.format import Format, View

__all__ = ["FORMATS", "Format", "View", "format_for"]


def _found() -> Iterator[Format]:
    for module in pkgutil.iter_modules(__path__):
        form = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if isinstance(form, Format):
            yield form


FORMATS: tuple[Format, ...] = tuple(sorted(_found(), key=lambda form: form.name))
"""Every format, by name: a new file in this package is enough."""


def format_for(name_or_path: str, place: Place | None = None) -> Format:
    """The format of that name, else the one that the file name's ending means.

    Raises UsageError, naming the nearest.
    """
    named = {form.name: form for form in FORMATS}
    if name_or_path in named:
        return named[name_or_path]
    lowered = name_or_path.lower()
    ending = {suffix: form for form in FORMATS for suffix in form.suffixes}
    for suffix in sorted(ending, key=len, reverse=True):
        if lowered.endswith(suffix):
            return ending[suffix]
    _, dot, suffix = lowered.rpartition(".")
    raise UsageError(
        Text(
            ja=f"「{name_or_path}」がどの形式かわからない", en=f"'{name_or_path}' is no format that we write"
        ),
        hint=nearest(dot + suffix, ending if dot else named),
        place=place,
    )
