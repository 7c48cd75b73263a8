"""From findings to criteria: each tree of a profile folded in three-valued logic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from azlinkscan.assess.tasks import Plan
from azlinkscan.model.decision import Attested, Standing
from azlinkscan.model.profile import (
    ByCheck,
    ByHand,
    Criterion,
    Group,
    MetBy,
    NotCovered,
    Profile,
    checks_in,
    hands,
)
from azlinkscan.model.result import CheckTally, CriterionResult, Finding
from azlinkscan.model.verdict import Verdict, all_of, any_of

Key = tuple[str, str | None]
"""Check id and settings digest."""


class Tally:
    """Counts findings by check and settings; one pass, constant memory a check."""

    def __init__(self) -> None:
        self.counts: dict[Key, Counter[Verdict]] = {}
        self.excepted: Counter[Key] = Counter()

    def add(self, finding: Finding) -> None:
        """Count one."""
        key = (finding.check, finding.settings_digest)
        self.counts.setdefault(key, Counter())[finding.verdict] += 1
        if finding.excepted:
            self.excepted[key] += 1

    def merge(self, other: Tally) -> None:
        """Count what another one has counted."""
        for key, counts in other.counts.items():
            self.counts.setdefault(key, Counter()).update(counts)
        self.excepted.update(other.excepted)

    def of(self, key: Key, *, deciding: bool = True) -> CheckTally:
        """One check's counts and their fold. A check that was left out of the scan is unknown."""
        counts = self.counts.get(key)
        if counts is None:
            return CheckTally(key[0], key[1], Verdict.UNKNOWN, {}, deciding)
        ordered = {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}
        return CheckTally(key[0], key[1], all_of(ordered), ordered, deciding, self.excepted[key])


def by_hand(attested: Iterable[Attested]) -> Verdict:
    """What is met by hand, given what people attested of it.

    An attestation whose evidence is another one than it was is never outvoted by one that holds: somebody has to look.
    One that has run out is, since that is what renewing it means.
    """
    standings = {one.standing for one in attested}
    if not standings:
        return Verdict.BY_HAND
    if Standing.HOLDS in standings and not standings & {Standing.ALTERED, Standing.UNREADABLE_DATE}:
        return Verdict.PASS
    return Verdict.UNKNOWN


def fold(met_by: MetBy, verdicts: Mapping[str, Verdict], hand: Verdict = Verdict.BY_HAND) -> Verdict:
    """A tree's verdict from its checks' verdicts and what people attested."""
    match met_by:
        case ByCheck(check=check):
            return verdicts[check]
        case ByHand():
            return hand
        case NotCovered():
            return Verdict.NOT_COVERED
        case Group(fold="all-of", members=members):
            return all_of(fold(member, verdicts, hand) for member in members)
        case Group(members=members):
            return any_of(fold(member, verdicts, hand) for member in members)


def judge_criteria(
    profiles: Iterable[Profile],
    plan: Plan,
    tally: Tally,
    attested: Mapping[str, tuple[Attested, ...]] = MappingProxyType({}),
) -> Iterator[CriterionResult]:
    """Every criterion that says how it is met, in the profiles' order; ``attested`` is by criterion."""
    for profile in profiles:
        for criterion in profile.leaves():
            yield _criterion(profile, criterion, plan, tally, attested.get(criterion.id, ()))


def _criterion(
    profile: Profile, criterion: Criterion, plan: Plan, tally: Tally, attested: tuple[Attested, ...]
) -> CriterionResult:
    assert criterion.met_by is not None

    def of(by_check: ByCheck, *, deciding: bool) -> CheckTally:
        digest = plan.asked.get((profile.id, criterion.id, by_check.check))
        return tally.of((by_check.check, digest), deciding=deciding)

    deciding = {by.check: of(by, deciding=True) for by in checks_in(criterion.met_by)}
    supporting = [of(by, deciding=False) for by in criterion.supporting if by.check not in deciding]
    verdict = fold(
        criterion.met_by, {check: one.verdict for check, one in deciding.items()}, by_hand(attested)
    )
    return CriterionResult(
        profile=profile.id,
        id=criterion.id,
        verdict=verdict,
        tallies=(*deciding.values(), *supporting),
        by_hand=tuple(hands(criterion.met_by)),
        attested=attested,
    )
