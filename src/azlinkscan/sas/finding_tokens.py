"""SAS tokens in texts and source trees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from azlinkscan.sas.token import Flaw, NotASas, Sas, read

_RUN = re.compile(r"(?:&amp;|\\u0026|[^\s\"'<>`|\\^{}();])+")
"""Text without what ends a token in any language: markup and JSON write an ampersand in their own ways."""
_MARK = re.compile(r"(?:\b|&|%26|u0026)sig(?:=|%3[dD])")
_BEGINS = re.compile(r"https?://")
_ASSIGNED = re.compile(
    r"[A-Za-z_][\w.-]{0,100}[=:](?=(?:sv|sp|st|se|sr|ss|srt|si|sig|spr|sip|skoid|sktid|tn|sharedaccesssignature)=)",
    re.IGNORECASE,
)
LARGEST = 5 * 1024 * 1024
"""Bytes of a file; a larger one is counted as skipped."""
_LEFT_OUT = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"})


@dataclass(frozen=True)
class Found:
    """A token and where it stands."""

    path: Path
    line: int
    column: int
    sas: Sas | NotASas


@dataclass
class Searched:
    """What a search came by."""

    files: int = 0
    skipped: list[tuple[Path, str]] = field(default_factory=list)
    """Files that were not searched: ``too-large``, ``binary``, or the kind of error."""


def in_text(text: str) -> Iterator[tuple[int, str]]:
    """Where, and what, looks like a SAS."""
    for run in _RUN.finditer(text):
        whole = run.group()
        marks = [mark.start() for mark in _MARK.finditer(whole)]
        begins = [begin.start() for begin in _BEGINS.finditer(whole)] if marks else []
        cuts = [0, *begins, len(whole)]
        for begin, end in pairwise(sorted(set(cuts))):
            if any(begin <= mark < end for mark in marks):
                candidate = whole[begin:end].replace("&amp;", "&").replace("\\u0026", "&")
                while assigned := _ASSIGNED.match(candidate):
                    candidate = candidate[assigned.end() :]
                yield run.start() + begin, candidate.rstrip(",.")


def in_tree(root: Path, searched: Searched) -> Iterator[Found]:
    """Every token in a file, or in the files beneath a folder, in a fixed order. Links are not followed."""
    for path in _files(root):
        text = _text(path, searched)
        if text is None:
            continue
        searched.files += 1
        for start, candidate in in_text(text):
            sas = read(candidate)
            if isinstance(sas, NotASas) and sas.flaw is Flaw.NOT_A_SAS:
                continue
            before = text.rfind("\n", 0, start)
            yield Found(path, text.count("\n", 0, start) + 1, start - before, sas)


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for path in sorted(root.iterdir()):
        if path.is_symlink() or path.name in _LEFT_OUT:
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _text(path: Path, searched: Searched) -> str | None:
    try:
        if path.stat().st_size > LARGEST:
            searched.skipped.append((path, "too-large"))
            return None
        content = path.read_bytes()
    except OSError as error:
        searched.skipped.append((path, type(error).__name__))
        return None
    if b"\0" in content[:8192]:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16", "replace")
        searched.skipped.append((path, "binary"))
        return None
    return content.decode("utf-8", "replace")
