"""Two results' criteria to what became otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from azlinkscan.history.verdict_causes import verdict_causes
from azlinkscan.model.decision import Standing
from azlinkscan.model.difference import Cause, CriterionChange
from azlinkscan.model.profile import Criterion
from azlinkscan.model.result import CriterionResult, ResultReader

Key = tuple[str, str]


def criteria_changes(old: ResultReader, new: ResultReader) -> Iterator[CriterionChange]:
    """The criteria whose verdict or whose own words became otherwise, in the newer profiles' order."""
    before = {(one.profile, one.id): one for one in old.criteria()}
    after = {(one.profile, one.id): one for one in new.criteria()}
    old_words, new_words = _written(old), _written(new)
    both = {profile.id for profile in old.profiles()} & {profile.id for profile in new.profiles()}
    for key in dict.fromkeys((*after, *before)):
        words = new_words.get(key) or old_words.get(key)
        said = (words.label, words.text) if words else (None, None)
        one, other = before.get(key), after.get(key)
        if one is None or other is None:
            cause = Cause.CRITERIA_CHANGED if key[0] in both else Cause.SCOPE_CHANGED
            yield CriterionChange(*key, one, other, (cause,), (), *said)
            continue
        causes = [*verdict_causes(one.verdict, other.verdict), *_attestation_causes(one, other)]
        if old_words.get(key) != new_words.get(key):
            causes.append(Cause.CRITERIA_CHANGED)
        if causes:
            told = tuple(sorted(set(causes), key=lambda cause: cause.rank))
            yield CriterionChange(*key, one, other, told, tuple(_checks(one, other)), *said)


def _written(result: ResultReader) -> dict[Key, Criterion]:
    found: dict[Key, Criterion] = {}

    def walk(profile: str, criteria: tuple[Criterion, ...]) -> None:
        for criterion in criteria:
            found[profile, criterion.id] = criterion
            walk(profile, criterion.criteria)

    for profile in result.profiles():
        walk(profile.id, profile.criteria)
    return found


def _attestation_causes(old: CriterionResult, new: CriterionResult) -> Iterator[Cause]:
    holds, held = (any(one.standing is Standing.HOLDS for one in of.attested) for of in (new, old))
    if holds and not held:
        yield Cause.ATTESTATION_ADDED
    if held and not holds:
        yield Cause.ATTESTATION_ENDED


def _checks(old: CriterionResult, new: CriterionResult) -> Iterator[str]:
    before = {(one.check, one.settings_digest): one.verdict for one in old.tallies if one.deciding}
    after = {(one.check, one.settings_digest): one.verdict for one in new.tallies if one.deciding}
    changed = {key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    yield from sorted(changed)
