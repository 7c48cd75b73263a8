"""A check's setting and what may be given for it: a value like its default."""

from __future__ import annotations

import json
from typing import Any

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.check import Check
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text

_HAS_NONE = Text(en="drop it: the check has no settings", ja="削除する（このチェックに設定はない）")


def mistake(check: Check, name: str, value: Any, place: Place) -> UsageError | None:
    """What is wrong with a value that is given for a setting; None where nothing is."""
    if name not in check.settings:
        return UsageError(
            Text(
                en=f"the check '{check.id}' has no setting '{name}'",
                ja=f"チェック「{check.id}」に設定「{name}」はない",
            ),
            hint=nearest(name, check.settings) if check.settings else _HAS_NONE,
            place=place,
        )
    default = check.settings[name]
    if default is None or _alike(default, value):
        return None
    written, like = (json.dumps(one, ensure_ascii=False, default=str) for one in (value, default))
    return UsageError(
        Text(
            en=f"the setting '{name}' of '{check.id}' cannot be {written}",
            ja=f"チェック「{check.id}」の設定「{name}」を {written} とすることはできない",
        ),
        hint=Text(
            en=f"give it a value of the same type as its default, {like}",
            ja=f"既定値 {like} と同じ型の値とする",
        ),
        place=place,
    )


def _alike(default: Any, value: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))
