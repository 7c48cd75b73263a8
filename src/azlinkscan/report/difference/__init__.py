"""A difference between two results to documents: one module a format, each a pure function."""

from __future__ import annotations

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text
from azlinkscan.report.difference import html, json_format, markdown, table
from azlinkscan.report.difference.form import DifferenceFormat

__all__ = ["FORMATS", "DifferenceFormat", "format_for"]

FORMATS: tuple[DifferenceFormat, ...] = (html.FORMAT, json_format.FORMAT, markdown.FORMAT, table.FORMAT)
"""Every format, by name."""


def format_for(name_or_path: str, place: Place | None = None) -> DifferenceFormat:
    """The format of that name, else the one that the file name's ending means.

    Raises UsageError, naming the nearest.
    """
    named = {form.name: form for form in FORMATS}
    if name_or_path in named:
        return named[name_or_path]
    ending = {suffix: form for form in FORMATS for suffix in form.suffixes}
    for suffix, form in ending.items():
        if name_or_path.lower().endswith(suffix):
            return form
    raise UsageError(
        Text(
            ja=f"「{name_or_path}」がどの形式かわからない",
            en=f"'{name_or_path}' is no format of a difference",
        ),
        hint=nearest(name_or_path, [*named, *ending]),
        place=place,
    )
