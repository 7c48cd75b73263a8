"""Filling a form from a YAML tree: each entry is asked for by name and type, and every mistake is kept.

A form does not stop at the first mistake, so that an author sees all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from azlinkscan.errors import Place, Said, UsageError
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text
from azlinkscan.written.tree import Tree

T = TypeVar("T")

_A_TEXT = Text(en="a text", ja="文字列")
_TRUE_OR_FALSE = Text(en="true or false", ja="true か false")
_KEY_VALUE = Text(en="write 'key: value' lines", ja="「キー: 値」の行を書く")
_ONE_WORD = Text(en="one word", ja="一つの語")

# YAML folds a line end into a space, which Japanese does not write.
_BETWEEN_JAPANESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])")


@dataclass
class Mistakes:
    """The mistakes of one file, in the order found."""

    found: list[UsageError] = field(default_factory=list)

    def add(self, title: Said, hint: Said, place: Place) -> None:
        """Keep one."""
        self.found.append(UsageError(title, hint=hint, place=place))


def quoted(name: str) -> Text:
    """A word of the file, as each language quotes it."""
    return Text(en=f"'{name}'", ja=f"「{name}」")


class Form:
    """A mapping whose entries are taken out one by one; what is left over at the end is unknown."""

    def __init__(self, tree: Tree, mistakes: Mistakes, what: Text) -> None:
        self.place = tree.place
        self.mistakes = mistakes
        self.what = what
        self._entries: dict[str, Tree] = {}
        self._known: list[str] = []
        self._written: frozenset[str] = frozenset()
        self._foreign = not isinstance(tree.value, dict)
        if isinstance(tree.value, dict):
            self._entries = dict(tree.value)
            self._written = frozenset(tree.value)
        else:
            mistakes.add(
                Text(en=f"{what.en} must be a mapping", ja=f"{what.ja}は「キー: 値」の形でなければならない"),
                _KEY_VALUE,
                tree.place,
            )

    def tree(self, name: str, *, required: bool = False) -> Tree | None:
        """The entry as it stands, or None; where the whole has another shape, that alone is said."""
        self._known.append(name)
        entry = self._entries.pop(name, None)
        if entry is None and required and not self._foreign:
            self.mistakes.add(
                Text(en=f"{self.what.en} lacks '{name}'", ja=f"{self.what.ja}に「{name}」がない"),
                Text(en=f"add '{name}:'", ja=f"「{name}:」を加える"),
                self.place,
            )
        return entry

    def _typed(self, name: str, kind: type[T], called: Text, default: T, required: bool) -> T:
        entry = self.tree(name, required=required)
        if entry is None:
            return default
        value = entry.value
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        self.mistakes.add(
            _must_be(name, called),
            Text(en=f"write {called.en} after '{name}:'", ja=f"「{name}:」の後に{called.ja}を書く"),
            entry.place,
        )
        return default

    def string(self, name: str, *, required: bool = True, default: str = "") -> str:
        """A text on one or more lines."""
        return self._typed(name, str, _A_TEXT, default, required)

    def boolean(self, name: str, default: bool = False) -> bool:
        """True or false."""
        return self._typed(name, bool, _TRUE_OR_FALSE, default, required=False)

    def one_of(self, name: str, words: Iterable[str], *, required: bool = True, default: str = "") -> str:
        """One word out of a known set."""
        entry = self.tree(name, required=required)
        known = list(words)
        if entry is None:
            return known[0] if required else default
        if isinstance(entry.value, str) and entry.value in known:
            return entry.value
        if isinstance(entry.value, str | int | float):
            title = Text(
                en=f"'{name}' cannot be '{entry.value}'",
                ja=f"「{name}」を「{entry.value}」とすることはできない",
            )
        else:
            title = _must_be(name, _ONE_WORD)
        self.mistakes.add(title, nearest(str(entry.value), known), entry.place)
        return default or known[0]

    def strings(
        self, name: str, *, required: bool = False, single: bool = False
    ) -> tuple[tuple[str, Place], ...]:
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
                self.mistakes.add(
                    Text(en=f"'{name}' must hold texts only", ja=f"「{name}」には文字列だけを書く"),
                    Text(en="write a text", ja="文字列を書く"),
                    item.place,
                )
        return tuple(taken)

    def items_of(self, entry: Tree | None, name: str) -> Iterator[Tree]:
        """The members of a list entry."""
        if entry is None:
            return
        if isinstance(entry.value, tuple):
            yield from entry.value
        else:
            self.mistakes.add(
                Text(en=f"'{name}' must be a list", ja=f"「{name}」は一覧でなければならない"),
                Text(en="write '- item' lines or [a, b]", ja="「- 項目」の行又は [a, b] の形で書く"),
                entry.place,
            )

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
            self.mistakes.add(
                Text(en=f"'{name}' must be a mapping", ja=f"「{name}」は「キー: 値」の形でなければならない"),
                _KEY_VALUE,
                entry.place,
            )

    def plain(self, name: str) -> dict[str, Any]:
        """A mapping of JSON values."""
        return {key: child.plain() for key, child in self.entries(name)}

    def text(self, name: str, *, required: bool = True) -> Text:
        """A text in both languages."""
        entry = self.tree(name, required=required)
        return bilingual(entry, self.mistakes, name) if entry else Text("", "")

    def words(self, name: str) -> Text:
        """A quotation, the same in both languages, or a text of ours in each of them."""
        entry = self.tree(name, required=True)
        if entry is None or isinstance(entry.value, dict):
            return bilingual(entry, self.mistakes, name) if entry else Text("", "")
        if isinstance(entry.value, str):
            return Text(ja=entry.value, en=entry.value)
        self.mistakes.add(
            _must_be(name, _A_TEXT),
            Text(
                en=f"write the standard's words after '{name}:', or yours as {{en: …, ja: …}}",
                ja=f"「{name}:」の後に原文を書くか、{{en: …, ja: …}} の形で要旨を書く",
            ),
            entry.place,
        )
        return Text("", "")

    def has(self, name: str) -> bool:
        """Whether the entry was written, taken or not."""
        return name in self._written

    def close(self) -> None:
        """Whatever was not asked for is a mistake."""
        for name, entry in self._entries.items():
            self.mistakes.add(
                Text(en=f"{self.what.en} has no '{name}'", ja=f"{self.what.ja}に「{name}」という項目はない"),
                nearest(name, self._known),
                entry.key_place or entry.place,
            )


def bilingual(entry: Tree, mistakes: Mistakes, name: str) -> Text:
    """``{en: …, ja: …}`` under a name, both required and not empty."""
    return bilingual_of(Form(entry, mistakes, quoted(name)))


def bilingual_of(form: Form) -> Text:
    """The ``en`` and ``ja`` of a form, both required and not empty; closes the form."""
    english, japanese = form.string("en"), form.string("ja")
    for language, words in (("en", english), ("ja", japanese)):
        if form.has(language) and not words.strip():
            form.mistakes.add(
                Text(
                    en=f"{form.what.en} is empty in '{language}'",
                    ja=f"{form.what.ja}の「{language}」が空である",
                ),
                Text(en="write the text", ja="文を書く"),
                form.place,
            )
    form.close()
    return Text(ja=_BETWEEN_JAPANESE.sub("", japanese).strip(), en=" ".join(english.split()))


def _must_be(name: str, what: Text) -> Text:
    return Text(en=f"'{name}' must be {what.en}", ja=f"「{name}」は{what.ja}でなければならない")


def each(trees: Iterable[Tree], build: Callable[[Tree], T | None]) -> tuple[T, ...]:
    """What ``build`` makes of each tree, without those it could not make."""
    return tuple(made for tree in trees if (made := build(tree)) is not None)
