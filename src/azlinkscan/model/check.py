"""A check: what must be true of one resource, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from azlinkscan.errors import Place
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict


class ValueType(StrEnum):
    """The JSON type that a read must find; anything else is a gap, never a guess."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    MAP = "map"


class _Unset:
    """No value was written, which is not the same as null."""

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"  # the same one in every process


UNSET = _Unset()


@dataclass(frozen=True)
class ReadSpec:
    """One name and the property that it stands for."""

    name: str
    field: tuple[str | int, ...]
    """The path, split: names and list indices."""
    path: str
    """The path as the author wrote it."""
    type: ValueType
    child: str | None = None
    """``from:``, the child fact that holds the property: ``config/web`` under a site."""
    one_of: tuple[str, ...] = ()
    """Known words, compared without case; the author's spelling is canonical."""
    absent: Any = UNSET
    """What absence (or null) means; UNSET where absence is a gap."""
    since_api: str | None = None
    """The lowest api-version for which ``absent`` holds."""


@dataclass(frozen=True)
class Clause:
    """One condition and what is said when it is false."""

    that: str
    otherwise: Text
    place: Place


@dataclass(frozen=True)
class Let:
    """A named expression."""

    name: str
    expression: str
    place: Place


@dataclass(frozen=True)
class Example:
    """One change to the scene and the verdict that it leads to."""

    it: str
    verdict: Verdict
    change: Mapping[str, Any]
    """Dotted paths into the scene, to new values; ``{gap: reason}`` takes a fact away as unreadable."""
    without: tuple[str, ...]
    """Paths and names that are taken out of the scene."""
    unread: tuple[str, ...]
    """Kinds whose list is refused."""
    settings: Mapping[str, Any]
    place: Place


@dataclass(frozen=True)
class Fix:
    """How to mend a failure."""

    text: Text
    cli: str | None = None
    """A command of the Azure CLI that does it; words in capitals are for the reader to fill in."""
    bicep: str | None = None
    """The resource in Bicep with the properties that matter, for those who keep their estate as code."""
    portal: Text | None = None
    """Where to click, with what the screen says in each language."""


@dataclass(frozen=True)
class Check:
    """One file under ``checks/``; its path is its id."""

    id: str
    title: Text
    severity: Severity
    since: str
    resource: tuple[str, ...]
    """The kinds that are judged, lower case."""
    why: Text
    needs: tuple[str, ...]
    """Further kinds that the clauses relate to."""
    settings: Mapping[str, Any]
    read: tuple[ReadSpec, ...]
    let: tuple[Let, ...]
    when: tuple[Clause, ...]
    """Where one of these is false, the check is not applicable and the clause's text says why."""
    expect: tuple[Clause, ...]
    fix: Fix
    refs: tuple[str, ...]
    scene: Mapping[str, Any]
    subject: str
    """The name in the scene of what is judged."""
    examples: tuple[Example, ...]
    digest: str
    """SHA-256 of what the check means: its file without comments and layout."""
    place: Place
    replaces: bool = False
    own: bool = True
    """Whether it is one of ours (False: from the user's folder)."""

    @property
    def service(self) -> str:
        """The folder that the check lies in."""
        return self.id.partition("/")[0]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of fact that a verdict may depend on, in a fixed order."""
        children = {f"{kind}/{spec.child}" for kind in self.resource for spec in self.read if spec.child}
        return tuple(sorted({*self.resource, *self.needs, *children}))
