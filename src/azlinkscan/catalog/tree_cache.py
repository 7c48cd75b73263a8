"""Parsed YAML kept between runs: parsing is most of what loading the catalogue costs.

Keyed by the SHA-256 of a file's bytes, so that it can never be stale. Losing it costs time, nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from azlinkscan import __version__
from azlinkscan.catalog.yaml_tree import Tree, parse, text_of
from azlinkscan.errors import Place

_FORMAT = f"azlinkscan-trees/1 {__version__}"


class TreeCache:
    """Trees by the digest of their file; with no file of its own it only reads."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: dict[str, Any] = {}
        self._used: dict[str, Any] = {}
        if path is not None:
            with contextlib.suppress(OSError, ValueError):
                stored = json.loads(path.read_bytes())
                if isinstance(stored, dict) and stored.get("format") == _FORMAT:
                    self._known = stored["trees"]

    def read(self, path: Path) -> Tree:
        """The tree of one file. Raises UsageError as :func:`yaml_tree.parse`."""
        text = text_of(path)
        digest = hashlib.sha256(text.encode()).hexdigest()
        source = str(path)
        row = self._known.get(digest)
        if row is None:
            tree = parse(text, source)
            self._used[digest] = _row(tree)
            return tree
        self._used[digest] = row
        return _tree(row, source)

    def save(self) -> None:
        """Keep what was used, if anything new was parsed. A place that cannot be written is no fault."""
        if self._path is None or self._used.keys() <= self._known.keys():
            return
        aside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside.write_text(
                json.dumps({"format": _FORMAT, "trees": self._used}, ensure_ascii=False), "utf-8"
            )
            aside.replace(self._path)


def _row(tree: Tree) -> list[Any]:
    """``[line, column, key line, key column, value]``; lists and mappings wrapped to tell them apart."""
    value: Any = tree.value
    if isinstance(value, dict):
        value = {name: _row(child) for name, child in value.items()}
    elif isinstance(value, tuple):
        value = [_row(child) for child in value]
    key = tree.key_place
    return [tree.place.line, tree.place.column, key.line if key else None, key.column if key else None, value]


def _tree(row: list[Any], source: str) -> Tree:
    line, column, key_line, key_column, value = row
    if isinstance(value, dict):
        value = {name: _tree(child, source) for name, child in value.items()}
    elif isinstance(value, list):
        value = tuple(_tree(child, source) for child in value)
    key = Place(source, key_line, key_column) if key_line is not None else None
    return Tree(value, Place(source, line, column), key)
