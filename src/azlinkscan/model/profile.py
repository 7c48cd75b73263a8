"""A profile: a standard's criteria in its own words, each saying how it is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from azlinkscan.errors import Place
from azlinkscan.model.text import Text

Status = Literal["in-force", "superseded", "kept-by-contract", "unverified"]


@dataclass(frozen=True)
class ByCheck:
    """Met by the findings of one check."""

    check: str
    place: Place


@dataclass(frozen=True)
class ByHand:
    """Met by a person who looks; the text says at what."""

    what: Text


@dataclass(frozen=True)
class Group:
    """A fold over members."""

    fold: Literal["all-of", "any-of"]
    members: tuple[MetBy, ...]


@dataclass(frozen=True)
class NotCovered:
    """Nothing that can be read from Azure shows it, and why."""

    why: Text


MetBy = ByCheck | ByHand | Group | NotCovered


@dataclass(frozen=True)
class GuaranteedBy:
    """What the platform does for everyone, so that no check could fail."""

    what: Text
    url: str
    since: str
    """ISO date: since when, or the date of the page that says so where no source tells the beginning."""


@dataclass(frozen=True)
class Answer:
    """What the document itself says of how a criterion is met, in its own words: claimed, not judged."""

    text: str
    id: str | None = None
    label: str | None = None
    """The mark as printed."""
    heading: str | None = None
    """What the answer is about, where the document names it."""
    remark: str | None = None
    """What the document adds to it."""

    @property
    def whole(self) -> str:
        """All of it on one line, as it stands in the document."""
        parts = (self.label, self.heading, self.text, self.remark)
        return "\u3000".join(part for part in parts if part)


@dataclass(frozen=True)
class Criterion:
    """A criterion, or a heading with criteria beneath it (then ``met_by`` is None): a section is a heading too."""

    id: str
    label: str | None
    """The mark as printed; None where the document prints none."""
    text: Text
    """The document's own words, to the character and then in both languages the same; or ours, where its words are
    not ours to print."""
    met_by: MetBy | None
    supporting: tuple[ByCheck, ...]
    """Shown, never deciding."""
    settings: Mapping[str, Mapping[str, Any]]
    """Check id to settings."""
    criteria: tuple[Criterion, ...]
    place: Place
    note: Text | None = None
    """Why the criterion is read this way: the mapping is ours, not the document's."""
    guaranteed_by: tuple[GuaranteedBy, ...] = ()
    heading: str | None = None
    """The document's name for this place, where it prints one beside the text."""
    answered_by: tuple[Answer, ...] = ()

    def leaves(self) -> Iterator[Criterion]:
        """Every criterion at or beneath this one that says how it is met, in the document's order."""
        if self.met_by is not None:
            yield self
        for child in self.criteria:
            yield from child.leaves()


@dataclass(frozen=True)
class Standard:
    """Where the criteria come from, and whether they are in force."""

    document: str
    section: str | None
    """The section's mark, where the criteria are those of one; a standard of several has them for headings."""
    status: Status
    status_note: Text
    status_sources: tuple[str, ...] = ()
    heading: str | None = None
    """The section's own title."""
    lead: str | None = None
    """The sentence that the section opens with."""
    edition: str | None = None
    """The edition that the criteria are of: two editions of a standard are two profiles."""

    @property
    def place(self) -> str:
        """The document and the part of it that the criteria come from, in its own words."""
        parts = (self.document, self.edition, self.section, self.heading)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Profile:
    """One file under ``profiles/``; its name is its id."""

    id: str
    title: Text
    source: Standard
    criteria: tuple[Criterion, ...]
    digest: str
    place: Place
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    own: bool = True
    on_request: bool = False
    """Whether results are mapped to it only where it is asked for by name."""

    def leaves(self) -> Iterator[Criterion]:
        """Every criterion that says how it is met, in the document's order."""
        for criterion in self.criteria:
            yield from criterion.leaves()


def checks_in(met_by: MetBy | None) -> Iterator[ByCheck]:
    """The checks that a tree names, in order."""
    match met_by:
        case ByCheck():
            yield met_by
        case Group(members=members):
            for member in members:
                yield from checks_in(member)
        case _:
            return


def hands(met_by: MetBy | None) -> Iterator[Text]:
    """What a tree leaves to a person, in order."""
    match met_by:
        case ByHand(what=what):
            yield what
        case Group(members=members):
            for member in members:
                yield from hands(member)
        case _:
            return


def checks_of(criterion: Criterion) -> Iterator[ByCheck]:
    """The checks that decide or support a criterion, in order."""
    yield from checks_in(criterion.met_by)
    yield from criterion.supporting
