"""Criteria that are met like another: what two standards ask in their own words is mapped once.

``like: <criterion>`` takes over how that criterion is met; whatever is written beside it stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text
from azlinkscan.written.form import Mistakes
from azlinkscan.written.tree import Tree

_TAKEN_OVER = ("met-by", "supporting", "settings", "note", "guaranteed-by")


def criteria_in(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Every criterion beneath a profile or a criterion, with its id."""
    if not isinstance(tree.value, dict) or "criteria" not in tree.value:
        return
    children = tree.value["criteria"].value
    for child in children if isinstance(children, tuple) else ():
        if isinstance(child.value, dict) and "id" in child.value and isinstance(child.value["id"].value, str):
            yield child.value["id"].value, child
        yield from criteria_in(child)


def resolved(tree: Tree, known: Mapping[str, Tree], mistakes: Mistakes) -> Tree:
    """The same tree with each ``like:`` replaced by what it stands for."""
    if isinstance(tree.value, tuple):
        return tree.standing_for(tuple(resolved(child, known, mistakes) for child in tree.value))
    if not isinstance(tree.value, dict):
        return tree
    entries = dict(tree.value)
    if "criteria" in entries:
        entries["criteria"] = resolved(entries["criteria"], known, mistakes)
    if "like" in entries and (other := _named(entries["like"], known, mistakes)) is not None:
        del entries["like"]
        for name in _TAKEN_OVER:
            if name in other:
                entries.setdefault(name, other[name])
    return tree.standing_for(entries)


def _named(name: Tree, known: Mapping[str, Tree], mistakes: Mistakes) -> Mapping[str, Tree] | None:
    other = known.get(name.value) if isinstance(name.value, str) else None
    if other is None or not isinstance(other.value, dict):
        mistakes.add(
            Text(en=f"there is no criterion '{name.plain()}'", ja=f"項目「{name.plain()}」は存在しない"),
            nearest(str(name.plain()), known),
            name.place,
        )
        return None
    if "met-by" not in other.value:
        mistakes.add(
            Text(
                en=f"criterion '{name.value}' does not itself say how it is met",
                ja=f"項目「{name.value}」自身に、どのように満たすかが書かれていない",
            ),
            Text(en="name one that has 'met-by:'", ja="「met-by:」のある項目を指定する"),
            name.place,
        )
        return None
    return other.value
