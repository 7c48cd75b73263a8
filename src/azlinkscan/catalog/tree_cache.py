"""Parsed YAML kept between runs: parsing is most of what loading the catalogue costs.

Keyed by the SHA-256 of a file's bytes, so that it can never be stale. Losing it costs time, nothing else. What we ship
was parsed when the distribution was built, so that a first run is as fast as any; what a user or an author writes is
parsed once and kept in the user's own cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from azlinkscan import __version__
from azlinkscan.catalog.folders import shipped_trees
from azlinkscan.written.tree import Row, Tree, text_of

_FORMAT = f"azlinkscan-trees/2 {__version__}"


class TreeCache:
    """Trees by the digest of their file; with no file of its own it only reads."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._shipped = _stored(shipped_trees())
        self._known = _stored(path) if path else {}
        self._used: dict[str, Row] = {}

    def read(self, path: Path) -> Tree:
        """The tree of one file. Raises UsageError as :func:`yaml_tree.parse`."""
        text, source = text_of(path), str(path)
        digest = _digest(text)
        row = self._shipped.get(digest)
        if row is not None:
            return Tree(row, source)
        row = self._known.get(digest)
        if row is None:
            row = _parsed(text, source)
        self._used[digest] = row
        return Tree(row, source)

    def save(self) -> None:
        """Keep what was used, if anything new was parsed. A place that cannot be written is no fault."""
        if self._path is None or self._used.keys() <= self._known.keys():
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _store(self._used, self._path)


def ship(files: Iterable[Path], out: Path) -> None:
    """Parses files into the trees that a distribution brings along. Raises UsageError as :func:`yaml_tree.parse`."""
    texts = {_digest(text): (text, str(path)) for path in files if (text := text_of(path))}
    out.parent.mkdir(parents=True, exist_ok=True)
    _store({digest: _parsed(*texts[digest]) for digest in sorted(texts)}, out)


def _parsed(text: str, source: str) -> Row:
    from azlinkscan.written.yaml_tree import parse

    return parse(text, source).row


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _stored(path: Path) -> Mapping[str, Row]:
    """What a file holds; nothing where it is not there, or not what it should be."""
    with contextlib.suppress(OSError, ValueError):
        stored: Any = json.loads(path.read_bytes())
        if isinstance(stored, dict) and stored.get("format") == _FORMAT and isinstance(stored["trees"], dict):
            return stored["trees"]
    return {}


def _store(trees: Mapping[str, Row], path: Path) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    text = json.dumps({"format": _FORMAT, "trees": trees}, ensure_ascii=False, separators=(",", ":"))
    aside.write_text(text, "utf-8")
    aside.replace(path)
