"""How checks and profiles fit together, read both ways.

Only profiles map, so a check that none of them uses serves nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from azlinkscan.model.check import Check
from azlinkscan.model.profile import Criterion, NotCovered, Profile, checks_in, hands
from azlinkscan.model.text import Text


class Way(Enum):
    """Who or what shows that a criterion is met; the value is its name in machine-readable output."""

    CHECKS = "checks"
    BOTH = "checks-and-hand"
    HAND = "by-hand"
    NOTHING = "not-covered"

    @property
    def label(self) -> Text:
        """What a reader calls it."""
        return _LABELS[self]


_LABELS = {
    Way.CHECKS: Text(en="checks", ja="チェックによる判定"),
    Way.BOTH: Text(en="checks and a person", ja="チェック及び目視"),
    Way.HAND: Text(en="by hand", ja="要目視"),
    Way.NOTHING: Text(en="not covered", ja="検証対象外"),
}


@dataclass(frozen=True)
class Covered:
    """One criterion and what it rests on."""

    criterion: Criterion
    deciding: tuple[str, ...]
    supporting: tuple[str, ...]
    by_hand: tuple[Text, ...]

    @property
    def not_covered(self) -> Text | None:
        """Why nothing shows it, where nothing does."""
        met_by = self.criterion.met_by
        return met_by.why if isinstance(met_by, NotCovered) else None

    @property
    def way(self) -> Way:
        """Who or what shows that it is met."""
        if self.not_covered:
            return Way.NOTHING
        if not self.deciding:
            return Way.HAND
        return Way.BOTH if self.by_hand else Way.CHECKS


@dataclass(frozen=True)
class Serves:
    """A criterion that a check speaks to."""

    profile: str
    criterion: Criterion
    deciding: bool


@dataclass(frozen=True)
class Coverage:
    """The matrix of some profiles and checks."""

    profiles: Mapping[str, tuple[Covered, ...]]
    """Each profile's criteria by its id, in the document's order."""
    checks: Mapping[str, tuple[Serves, ...]]
    """Each check that is used, by id, in order."""
    unused: tuple[str, ...]
    """The checks that no criterion of these rests on or is supported by, in order. The other half, a profile that names
    a check which does not exist, is a mistake when the profile is read."""

    def counts(self, profile: str) -> Mapping[Way, int]:
        """How many criteria of a profile are shown in each way."""
        counts = Counter(one.way for one in self.profiles[profile])
        return {way: counts[way] for way in Way if counts[way]}


def coverage(checks: Mapping[str, Check], profiles: Iterable[Profile]) -> Coverage:
    """Criterion to checks and back."""
    serves: dict[str, list[Serves]] = defaultdict(list)
    covered: dict[str, tuple[Covered, ...]] = {}
    for profile in profiles:
        covered[profile.id] = tuple(_covered(leaf) for leaf in profile.leaves())
        for one in covered[profile.id]:
            for check in one.deciding:
                serves[check].append(Serves(profile.id, one.criterion, deciding=True))
            for check in one.supporting:
                serves[check].append(Serves(profile.id, one.criterion, deciding=False))
    used = {check: tuple(serves[check]) for check in sorted(serves) if check in checks}
    return Coverage(covered, used, tuple(sorted(set(checks) - set(used))))


def _covered(leaf: Criterion) -> Covered:
    return Covered(
        criterion=leaf,
        deciding=tuple(dict.fromkeys(by.check for by in checks_in(leaf.met_by))),
        supporting=tuple(by.check for by in leaf.supporting),
        by_hand=tuple(hands(leaf.met_by)),
    )
