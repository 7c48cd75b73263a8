"""From findings to criteria: each tree of a profile folded in three-valued logic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from azlinkscan.assess.tasks import Plan
from azlinkscan.model.profile import ByCheck, ByHand, Criterion, Group, MetBy, NotCovered, Profile, checks_in
from azlinkscan.model.result import CheckTally, CriterionResult, Finding
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict, all_of, any_of

Key = tuple[str, str | None]
"""Check id and settings digest."""


class Tally:
    """Counts findings by check and settings; one pass, constant memory a check."""

    def __init__(self) -> None:
        self.counts: dict[Key, Counter[Verdict]] = {}

    def add(self, finding: Finding) -> None:
        """Count one."""
        self.counts.setdefault((finding.check, finding.settings_digest), Counter())[finding.verdict] += 1

    def of(self, key: Key, *, deciding: bool = True) -> CheckTally:
        """One check's counts and their fold. A check that was left out of the scan is unknown."""
        counts = self.counts.get(key)
        if counts is None:
            return CheckTally(key[0], key[1], Verdict.UNKNOWN, {}, deciding)
        ordered = {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}
        return CheckTally(key[0], key[1], all_of(ordered), ordered, deciding)


def fold(met_by: MetBy, verdicts: Mapping[str, Verdict]) -> Verdict:
    """A tree's verdict from its checks' verdicts."""
    match met_by:
        case ByCheck(check=check):
            return verdicts[check]
        case ByHand():
            return Verdict.BY_HAND
        case NotCovered():
            return Verdict.NOT_COVERED
        case Group(fold="all-of", members=members):
            return all_of(fold(member, verdicts) for member in members)
        case Group(members=members):
            return any_of(fold(member, verdicts) for member in members)


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


def judge_criteria(profiles: Iterable[Profile], plan: Plan, tally: Tally) -> Iterator[CriterionResult]:
    """Every criterion that says how it is met, in the profiles' order."""
    for profile in profiles:
        for criterion in profile.leaves():
            yield _criterion(profile, criterion, plan, tally)


def _criterion(profile: Profile, criterion: Criterion, plan: Plan, tally: Tally) -> CriterionResult:
    assert criterion.met_by is not None

    def of(by_check: ByCheck, *, deciding: bool) -> CheckTally:
        digest = plan.asked.get((profile.id, criterion.id, by_check.check))
        return tally.of((by_check.check, digest), deciding=deciding)

    deciding = {by.check: of(by, deciding=True) for by in checks_in(criterion.met_by)}
    supporting = [of(by, deciding=False) for by in criterion.supporting if by.check not in deciding]
    verdict = fold(criterion.met_by, {check: one.verdict for check, one in deciding.items()})
    return CriterionResult(
        profile=profile.id,
        id=criterion.id,
        verdict=verdict,
        tallies=(*deciding.values(), *supporting),
        by_hand=tuple(hands(criterion.met_by)),
    )
