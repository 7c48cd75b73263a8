"""Filling a form from a YAML tree: each entry is asked for by name and type, and every mistake is kept.

A form does not stop at the first mistake, so that an author sees all of them at once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from azlinkscan.catalog.yaml_tree import Tree
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

T = TypeVar("T")

# YAML folds a line end into a space, which Japanese does not write.
_BETWEEN_JAPANESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])")


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where none is near."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return "known: " + ", ".join(words) if words else "nothing is known here"


@dataclass
class Mistakes:
    """The mistakes of one file, in the order found."""

    found: list[UsageError] = field(default_factory=list)

    def add(self, title: str, hint: str, place: Place) -> None:
        """Keep one."""
        self.found.append(UsageError(title, hint=hint, place=place))


class Form:
    """A mapping whose entries are taken out one by one; what is left over at the end is unknown."""

    def __init__(self, tree: Tree, mistakes: Mistakes, what: str) -> None:
        self.place = tree.place
        self.mistakes = mistakes
        self.what = what
        self._entries: dict[str, Tree] = {}
        self._known: list[str] = []
        self._written: frozenset[str] = frozenset()
        if isinstance(tree.value, dict):
            self._entries = dict(tree.value)
            self._written = frozenset(tree.value)
        else:
            mistakes.add(f"{what} must be a mapping", "write 'key: value' lines", tree.place)

    def tree(self, name: str, *, required: bool = False) -> Tree | None:
        """The entry as it stands, or None."""
        self._known.append(name)
        entry = self._entries.pop(name, None)
        if entry is None and required:
            self.mistakes.add(f"{self.what} lacks '{name}'", f"add '{name}:'", self.place)
        return entry

    def _typed(self, name: str, kind: type[T], called: str, default: T, required: bool) -> T:
        entry = self.tree(name, required=required)
        if entry is None:
            return default
        value = entry.value
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        self.mistakes.add(f"'{name}' must be {called}", f"write {called} after '{name}:'", entry.place)
        return default

    def string(self, name: str, *, required: bool = True, default: str = "") -> str:
        """A text on one or more lines."""
        return self._typed(name, str, "a text", default, required)

    def boolean(self, name: str, default: bool = False) -> bool:
        """True or false."""
        return self._typed(name, bool, "true or false", default, required=False)

    def one_of(self, name: str, words: Iterable[str], *, required: bool = True, default: str = "") -> str:
        """One word out of a known set."""
        entry = self.tree(name, required=required)
        known = list(words)
        if entry is None:
            return known[0] if required else default
        if isinstance(entry.value, str) and entry.value in known:
            return entry.value
        shown = entry.value if isinstance(entry.value, str | int | float) else "a list or mapping"
        self.mistakes.add(f"'{name}' cannot be {shown!r}", nearest(str(shown), known), entry.place)
        return default or known[0]

    def strings(self, name: str, *, required: bool = False, single: bool = False) -> tuple[tuple[str, Place], ...]:
        """A list of texts with their places; with ``single``, one text stands for a list of one."""
        entry = self.tree(name, required=required)
        if entry is None:
            return ()
        if single and isinstance(entry.value, str):
            return ((entry.value, entry.place),)
        taken: list[tuple[str, Place]] = []
        for item in self.items_of(entry, name):
            if isinstance(item.value, str):
                taken.append((item.value, item.place))
            else:
                self.mistakes.add(f"'{name}' must hold texts only", "write a text", item.place)
        return tuple(taken)

    def items_of(self, entry: Tree | None, name: str) -> Iterator[Tree]:
        """The members of a list entry."""
        if entry is None:
            return
        if isinstance(entry.value, tuple):
            yield from entry.value
        else:
            self.mistakes.add(f"'{name}' must be a list", "write '- item' lines or [a, b]", entry.place)

    def items(self, name: str, *, required: bool = False) -> Iterator[Tree]:
        """The members of a list."""
        return self.items_of(self.tree(name, required=required), name)

    def entries(self, name: str, *, required: bool = False) -> Iterator[tuple[str, Tree]]:
        """The entries of a mapping."""
        entry = self.tree(name, required=required)
        if entry is None:
            return
        if isinstance(entry.value, dict):
            yield from entry.value.items()
        else:
            self.mistakes.add(f"'{name}' must be a mapping", "write 'key: value' lines", entry.place)

    def plain(self, name: str) -> dict[str, Any]:
        """A mapping of JSON values."""
        return {key: child.plain() for key, child in self.entries(name)}

    def text(self, name: str, *, required: bool = True) -> Text:
        """A text in both languages."""
        entry = self.tree(name, required=required)
        return bilingual(entry, self.mistakes, f"'{name}'") if entry else Text("", "")

    def has(self, name: str) -> bool:
        """Whether the entry was written, taken or not."""
        return name in self._written

    def close(self) -> None:
        """Whatever was not asked for is a mistake."""
        for name, entry in self._entries.items():
            self.mistakes.add(
                f"{self.what} has no '{name}'", nearest(name, self._known), entry.key_place or entry.place
            )


def bilingual(entry: Tree, mistakes: Mistakes, what: str) -> Text:
    """``{en: …, ja: …}``, both required and not empty."""
    return bilingual_of(Form(entry, mistakes, what))


def bilingual_of(form: Form) -> Text:
    """The ``en`` and ``ja`` of a form, both required and not empty; closes the form."""
    english, japanese = form.string("en"), form.string("ja")
    for language, words in (("en", english), ("ja", japanese)):
        if form.has(language) and not words.strip():
            form.mistakes.add(f"{form.what} is empty in '{language}'", "write the text", form.place)
    form.close()
    return Text(ja=_BETWEEN_JAPANESE.sub("", japanese).strip(), en=" ".join(english.split()))


def each(trees: Iterable[Tree], build: Callable[[Tree], T | None]) -> tuple[T, ...]:
    """What ``build`` makes of each tree, without those it could not make."""
    return tuple(made for tree in trees if (made := build(tree)) is not None)
