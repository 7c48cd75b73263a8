"""The published JSON Schemas: of the JSON report, and of the YAML files that an author writes."""

from __future__ import annotations

from importlib.resources import files

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text

_SUFFIX = ".schema.json"

NAMES: tuple[str, ...] = tuple(
    sorted(
        found.name.removesuffix(_SUFFIX)
        for found in files(__name__).iterdir()
        if found.name.endswith(_SUFFIX)
    )
)
"""Every schema, by name."""


def schema_text(name: str) -> str:
    """The text of a schema.

    Raises UsageError where there is none of that name.
    """
    if name not in NAMES:
        raise UsageError(
            Text(ja=f"スキーマ「{name}」は存在しない", en=f"there is no schema '{name}'"),
            hint=nearest(name, NAMES),
            place=Place("NAME"),
        )
    return (files(__name__) / f"{name}{_SUFFIX}").read_text("utf-8")
