"""One check as a page for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azlinkscan.catalog.page import parts
from azlinkscan.cli.language import of, tr
from azlinkscan.model.check import Check
from azlinkscan.model.profile import Profile


def page(check: Check, profiles: Iterable[Profile]) -> str:
    """Its title and every part of what there is to say about it."""
    return "\n".join(_lines(check, profiles)) + "\n"


def _lines(check: Check, profiles: Iterable[Profile]) -> Iterator[str]:
    yield f"{check.id}  [{of(check.severity.label)}]"
    yield of(check.title)
    for part in parts(check, profiles):
        yield ""
        title = of(part.title)
        yield tr(en=f"{title}:", ja=f"{title}：")
        for row in part.rows:
            said = of(row).replace("`", "")
            yield from (f"  {line}".rstrip() for line in said.split("\n"))
