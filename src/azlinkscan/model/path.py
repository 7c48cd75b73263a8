"""Paths into JSON: ``a.b``, ``a['odata.type']``, ``a[0]``."""

from __future__ import annotations

import re
from functools import lru_cache

_STEP = re.compile(r"""\.?([^.\[\]'"]+)|\[(\d+)\]|\['([^']+)'\]""")


@lru_cache(maxsize=4096)
def split(path: str) -> tuple[str | int, ...]:
    """The steps of a path.

    Raises ValueError where the text is no path.

    >>> split("properties.criteria['odata.type']")
    ('properties', 'criteria', 'odata.type')
    >>> split("a.b[0].c")
    ('a', 'b', 0, 'c')
    """
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or (match.group(1) and (position > 0) != (path[position] == ".")):
            raise ValueError(f"'{path}' is not a path")
        name, index, quoted = match.groups()
        steps.append(int(index) if index is not None else name or quoted)
        position = match.end()
    if not steps:
        raise ValueError("a path cannot be empty")
    return tuple(steps)
