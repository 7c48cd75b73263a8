"""One subscription's facts and gaps, indexed: relations are look-ups by id.

A question to the world has three answers: what is there, that there is none (only where every list that could
name it is complete), and a gap.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Reason, Remedy

# Extension resources are attached to what their id stands on: they concern that and all beneath it.
EXTENSIONS = frozenset(
    {
        "microsoft.authorization/locks",
        "microsoft.authorization/roleassignments",
        "microsoft.insights/diagnosticsettings",
        "microsoft.security/defenderforstoragesettings",
    }
)


UNREAD = "\ue000unread"
"""Stands in a list for what could not be read: a look into it is an error in CEL, so it never decides."""


class Unreadable(Exception):  # noqa: N818 - the word of the design: not an error, a gap on its way to the verdict
    """What was asked is not known; carries the gaps that say why."""

    def __init__(self, *gaps: Gap) -> None:
        super().__init__("; ".join(f"{gap.kind}: {gap.reason.value}" for gap in gaps))
        self.gaps = gaps


class World:
    """What is known of one subscription."""

    def __init__(
        self,
        subscription: str,
        facts: Iterable[Fact],
        gaps: Iterable[Gap] = (),
        listings: Iterable[Listing] = (),
        asked: Iterable[KindAsked] = (),
    ) -> None:
        self.subscription = subscription
        self._by_kind: dict[str, list[Fact]] = defaultdict(list)
        self._by_id: dict[tuple[str, str], Fact] = {}
        self._id_kinds: dict[str, str] = {}
        for fact in facts:
            if (fact.kind, fact.id) not in self._by_id:
                self._by_kind[fact.kind].append(fact)
                self._by_id[fact.kind, fact.id] = fact
                if fact.kind != arm.INVENTORY:
                    self._id_kinds.setdefault(fact.id, fact.kind)
        for found in self._by_kind.values():
            found.sort(key=lambda fact: fact.id)
        self.gaps = tuple(sorted(set(gaps), key=lambda gap: gap.order))
        self._gaps_by_kind: dict[str, list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            self._gaps_by_kind[gap.kind].append(gap)
        self._listed = {(listing.kind, listing.scope) for listing in listings}
        self._under: dict[str, list[str | None]] = defaultdict(list)
        for kind in asked:
            self._under[kind.kind].append(kind.under)
        self._holes: dict[str, tuple[Gap, ...]] = {}
        self._naming: dict[str, dict[str, list[Fact]]] = {}
        self._here: dict[str, tuple[Fact, ...]] = {}
        self._beneath: dict[str, dict[str, list[Fact]]] = {}
        self._holes_beneath: dict[str, dict[str, list[Gap]]] = {}
        self._standing: dict[str, dict[str, list[Gap]]] = {}

    def kinds(self) -> tuple[str, ...]:
        """Every kind that was asked for or found."""
        return tuple(sorted({*self._under, *self._by_kind}))

    def listed(self) -> Mapping[str, int] | None:
        """How many of each type Resource Manager itself lists; None where that list is not complete."""
        if self.holes(arm.INVENTORY):
            return None
        return Counter(arm.type_of(fact.id) for fact in self._by_kind.get(arm.INVENTORY, ()))

    def get(self, canonical_id: str) -> Fact | None:
        """The fact with an id, if it was read; says nothing of whether there is one."""
        kind = self._id_kinds.get(canonical_id)
        return self._by_id[kind, canonical_id] if kind else None

    def of_kind(self, kind: str) -> tuple[Fact, ...]:
        """The facts of a kind that lie in this subscription (not those that an id led to elsewhere)."""
        if kind not in self._here:
            inside = (self.subscription, "")
            found = self._by_kind.get(kind, ())
            self._here[kind] = tuple(fact for fact in found if arm.subscription_of(fact.id) in inside)
        return self._here[kind]

    def holes(self, kind: str) -> tuple[Gap, ...]:
        """Every reason why the facts of a kind may not be all: none where the list is complete."""
        if kind not in self._holes:
            self._holes[kind] = ()  # a kind that hangs under itself ends here
            self._holes[kind] = tuple(sorted(set(self._find_holes(kind)), key=lambda gap: gap.order))
        return self._holes[kind]

    def _find_holes(self, kind: str) -> Iterator[Gap]:
        if kind not in self._under:
            yield Gap(self.subscription, kind, Reason.NOT_ASKED)
            return
        known = {gap.scope for gap in self._gaps_by_kind.get(kind, ())}
        yield from (gap for gap in self._gaps_by_kind.get(kind, ()) if _within(gap.scope, self.subscription))
        for under in self._under[kind]:
            if under is None:
                scopes = [self.subscription]
            else:
                yield from self.holes(under)
                scopes = [fact.id for fact in self.of_kind(under)]
            for scope in scopes:
                if (kind, scope) not in self._listed and scope not in known:
                    yield Gap(scope, kind, Reason.NOT_REACHED, remedy=Remedy.RETRY)

    def about(self, kind: str, subject: str) -> tuple[tuple[Fact, ...], tuple[Gap, ...]]:
        """The facts of a kind that name the subject or a scope above it, and what may be missing from them.

        The scope searched is this subscription and whatever an id in it led to.
        """
        around = tuple(arm.scopes(subject))
        index = self._index(kind)
        found = {fact.id: fact for scope in around for fact in index.get(scope, ()) if fact.id != subject}
        holes = self.holes(kind)
        if kind in EXTENSIONS:
            # What hangs on the subject or above it is asked there: another parent's broken list hides none of it.
            holes = tuple(gap for gap in holes if gap.kind == kind and gap.scope in around)
        return tuple(found[key] for key in sorted(found)), holes

    def _index(self, kind: str) -> dict[str, list[Fact]]:
        if kind not in self._naming:
            index: dict[str, list[Fact]] = defaultdict(list)
            for fact in self._by_kind.get(kind, ()):
                names = arm.ids_in(fact.raw.decode()) - {fact.id}
                if kind in EXTENSIONS and (owner := arm.parent(fact.id)):
                    names.add(owner)
                for name in names:
                    index[name].append(fact)
            self._naming[kind] = index
        return self._naming[kind]

    def children(self, kind: str, subject: str) -> tuple[tuple[Fact, ...], tuple[Gap, ...]]:
        """The facts of a kind that lie beneath the subject, and what may be missing from them."""
        if kind not in self._beneath:
            self._beneath[kind], self._holes_beneath[kind] = defaultdict(list), defaultdict(list)
            for fact in self.of_kind(kind):
                for above in {*arm.scopes(fact.id), fact.scope} - {fact.id}:
                    self._beneath[kind][above].append(fact)
            for gap in self.holes(kind):
                for above in arm.scopes(gap.scope):
                    self._holes_beneath[kind][above].append(gap)
        found = self._beneath[kind].get(subject, ())
        holes = list(self._holes_beneath[kind].get(subject, ()))
        for above in arm.scopes(subject):
            if above != subject and above in self._holes_at(kind):
                holes += [gap for gap in self._holes_at(kind)[above] if self._hides(gap, kind, subject)]
        return tuple(found), tuple(holes)

    def _holes_at(self, kind: str) -> dict[str, list[Gap]]:
        if kind not in self._standing:
            standing: dict[str, list[Gap]] = defaultdict(list)
            for gap in self.holes(kind):
                standing[gap.scope].append(gap)
            self._standing[kind] = standing
        return self._standing[kind]

    def _hides(self, gap: Gap, kind: str, subject: str) -> bool:
        """Whether a hole at a scope above the subject may hide children of it.

        The subject itself is known, so a broken list of its own kind hides siblings, not its children.
        """
        own = self._id_kinds.get(subject)
        return gap.kind == kind or (own is not None and gap.kind != own and gap.kind.startswith(own + "/"))

    def child(self, kind: str, subject: str) -> tuple[Fact | None, tuple[Gap, ...]]:
        """The one fact of a kind directly beneath the subject."""
        found, holes = self.children(kind, subject)
        own = [fact for fact in found if fact.scope == subject or arm.parent(fact.id) == subject]
        return (own[0] if own else None), holes

    def fact(self, resource_id: str) -> Fact | None:
        """What an id names; None where it truly names nothing.

        Raises Unreadable where that cannot be told.
        """
        own = arm.canonical(resource_id)
        if kind := self._id_kinds.get(own):
            return self._by_id[kind, own]
        kind = arm.type_of(own)
        told = [gap for gap in self._gaps_by_kind.get(kind, ()) if gap.scope == own]
        if told:
            raise Unreadable(*told)
        if (kind, own) in self._listed:
            return None
        if arm.subscription_of(own) != self.subscription:
            raise Unreadable(Gap(own, kind, Reason.OUT_OF_SCOPE))
        if holes := self.holes(kind):
            raise Unreadable(*holes)
        return None


def _within(own: str, scope: str) -> bool:
    return own == scope or own.startswith(scope + "/")
