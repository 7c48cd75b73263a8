"""A clause's text with its values filled in, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from azlinkscan.model.result import LIST_LIMIT
from azlinkscan.model.text import Language, Text

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LONGEST = 200
_MORE = {"en": "… ({n} in all)", "ja": "…（全 {n} 件）"}
_BETWEEN = {"en": ", ", "ja": "、"}
_EMPTY = {"en": "none", "ja": "なし"}
_NULL = {"en": "not set", "ja": "未設定"}
_UNKNOWN = {"en": "(unknown)", "ja": "（未確認）"}


class NoValue:
    """Stands for a value that could not be read."""


def filled(text: Text, lookup: Callable[[str], Any]) -> Text:
    """The text with each ``{name}`` or ``{name.path}`` replaced by what ``lookup`` gives for the name."""

    def fill(language: Language) -> str:
        def value(match: re.Match[str]) -> str:
            head, _, path = match.group(1).partition(".")
            return shown(_inside(lookup(head), path), language)

        return _PLACEHOLDER.sub(value, text.in_(language))

    return Text(ja=fill("ja"), en=fill("en"))


def _inside(value: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        if not isinstance(value, Mapping) or step not in value:
            return NoValue
        value = value[step]
    return value


def shown(value: Any, language: Language) -> str:
    """A value as a person reads it; lists are cut and say how many there are."""
    if value is NoValue:
        return _UNKNOWN[language]
    if value is None:
        return _NULL[language]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.4g}" if value % 1 else f"{int(value):,}"
    if isinstance(value, str | list) and not value:
        return _EMPTY[language]
    if isinstance(value, list):
        parts = _BETWEEN[language].join(shown(item, language) for item in value[:LIST_LIMIT])
        return parts + (_MORE[language].format(n=len(value)) if len(value) > LIST_LIMIT else "")
    if isinstance(value, Mapping):
        pairs = (f"{key}: {shown(item, language)}" for key, item in list(value.items())[:LIST_LIMIT])
        return _BETWEEN[language].join(pairs)
    text = str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def observed(value: Any) -> Any:
    """A value as it is kept on a finding: lists cut, long texts cut, depth bounded."""
    return _cut(value, 2)


def _cut(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str:
        return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    if kind is list:
        if depth == 0:
            return f"[{len(value)}]"
        kept = [_cut(item, depth - 1) for item in value[:LIST_LIMIT]]
        return [*kept, f"… ({len(value)})"] if len(value) > LIST_LIMIT else kept
    if kind is dict:
        if depth == 0:
            return f"{{{len(value)}}}"
        return {str(key): _cut(item, depth - 1) for key, item in list(value.items())[:LIST_LIMIT]}
    return value
