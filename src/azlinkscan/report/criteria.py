"""A profile's tree joined with what was found for each of its criteria."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from azlinkscan.model.profile import Criterion, Profile
from azlinkscan.model.result import CriterionResult, ResultReader
from azlinkscan.model.verdict import Verdict

Results = Mapping[tuple[str, str], CriterionResult]
"""By profile and criterion."""


@dataclass(frozen=True)
class CriterionRow:
    """A criterion, or a heading (then there is no result), at its depth in the document."""

    depth: int
    criterion: Criterion
    result: CriterionResult | None

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """The findings that decide the criterion, by verdict."""
        counts: Counter[Verdict] = Counter()
        for tally in self.result.tallies if self.result else ():
            if tally.deciding:
                counts.update(tally.counts)
        return counts

    def checks(self, verdict: Verdict) -> tuple[str, ...]:
        """The deciding checks whose findings fold to this verdict, each once."""
        judged = (one for one in (self.result.tallies if self.result else ()) if one.deciding and one.counts)
        return tuple(dict.fromkeys(one.check for one in judged if one.verdict is verdict))

    @property
    def left_out(self) -> int:
        """How many deciding checks were no part of the scan."""
        return sum(tally.deciding and not tally.counts for tally in self.result.tallies) if self.result else 0


def results_of(reader: ResultReader) -> Results:
    """Every criterion's result, by profile and id."""
    return {(one.profile, one.id): one for one in reader.criteria()}


def rows(profile: Profile, results: Results) -> Iterator[CriterionRow]:
    """The profile's criteria and headings in the document's order."""

    def below(criteria: tuple[Criterion, ...], depth: int) -> Iterator[CriterionRow]:
        for criterion in criteria:
            result = results[profile.id, criterion.id] if criterion.met_by is not None else None
            yield CriterionRow(depth, criterion, result)
            yield from below(criterion.criteria, depth + 1)

    return below(profile.criteria, 0)


def verdict_counts(profile: Profile, results: Results) -> Mapping[Verdict, int]:
    """How many criteria of a profile have each verdict."""
    return Counter(row.result.verdict for row in rows(profile, results) if row.result)
