"""Criteria that are met like another: what two standards ask in their own words is mapped once.

``like: <criterion>`` takes over how that criterion is met; whatever is written beside it stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from azlinkscan.catalog.form import Mistakes, nearest
from azlinkscan.catalog.yaml_tree import Tree

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
        return replace(tree, value=tuple(resolved(child, known, mistakes) for child in tree.value))
    if not isinstance(tree.value, dict):
        return tree
    entries = dict(tree.value)
    if "criteria" in entries:
        entries["criteria"] = resolved(entries["criteria"], known, mistakes)
    if (named := entries.pop("like", None)) is not None:
        for name, entry in _taken_over(named, known, mistakes).items():
            entries.setdefault(name, entry)
    return replace(tree, value=entries)


def _taken_over(named: Tree, known: Mapping[str, Tree], mistakes: Mistakes) -> Mapping[str, Tree]:
    other = known.get(named.value) if isinstance(named.value, str) else None
    if other is None:
        mistakes.add(
            f"there is no criterion '{named.plain()}'", nearest(str(named.plain()), known), named.place
        )
        return {}
    assert isinstance(other.value, dict)
    if "met-by" not in other.value:
        mistakes.add(
            f"criterion '{named.value}' does not itself say how it is met",
            "name one that has 'met-by:'",
            named.place,
        )
    return {name: entry for name, entry in other.value.items() if name in _TAKEN_OVER}
