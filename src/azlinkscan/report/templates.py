"""The HTML templates: every value is escaped, and made plain before that."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from azlinkscan.model.text import Text
from azlinkscan.report.format import View
from azlinkscan.report.plain import plain

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def template(name: str, view: View) -> Template:
    """A template that knows the reader's language: ``tr(ja, en)`` in it says what it says in both."""
    made = _environment().get_template(name)
    made.globals["language"] = view.language
    made.globals["tr"] = lambda ja, en: view.said(Text(ja, en))
    return made


def lines(text: str) -> str:
    """The text made plain, its own line ends kept."""
    return "\n".join(plain(line) for line in text.split("\n"))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("azlinkscan.report", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lines
    return environment
