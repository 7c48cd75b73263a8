"""One check on one world: a verdict for each resource, or for the scope where none could be judged."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from azlinkscan.assess.compiled import CompiledCheck, CompiledClause
from azlinkscan.assess.expression import Undecided
from azlinkscan.assess.messages import NoValue, filled, observed
from azlinkscan.assess.reads import Values, read_values
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import Unreadable, World
from azlinkscan.model import arm
from azlinkscan.model.check import Check
from azlinkscan.model.facts import Fact, Gap, Reason
from azlinkscan.model.result import ClauseOutcome, Finding
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict

_REMEMBERED = 20_000
"""Answers kept for each check: estates repeat their settings, so few are ever needed."""
NONE_THERE = Text("対象となるリソースがない", "there is no such resource")


@dataclass(frozen=True)
class Task:
    """A check under one choice of settings."""

    compiled: CompiledCheck
    settings: Mapping[str, Any]
    settings_digest: str | None
    changed: Mapping[str, Any] = field(default_factory=dict)
    """The settings that are not the check's own."""

    @property
    def check(self) -> Check:
        """The check."""
        return self.compiled.check


@dataclass(frozen=True)
class Decision:
    """One clause's truth with what it rests on."""

    clause: CompiledClause
    truth: bool | None
    gaps: tuple[Gap, ...]
    why: str | None
    """Of an undecided clause, the engine's own reason."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A check's answer, whatever resource it is about."""

    verdict: Verdict
    clauses: tuple[ClauseOutcome, ...]
    gaps: tuple[Gap, ...]
    problem: str | None
    observed: Mapping[str, Any]


class Memory(dict[int, dict[bytes, _Said]]):
    """What each task said of which values."""


class Judge:
    """Judges checks on one world; holds the words that the checks were compiled with."""

    def __init__(self, words: Words, world: World, memory: Memory | None = None) -> None:
        """``memory`` keeps what follows from values alone from one world to the next, under the same tasks."""
        self._words = words
        self._world = world
        self._memory = Memory() if memory is None else memory
        words.world = world

    def findings(self, task: Task, in_scope: Callable[[Fact], bool] = lambda fact: True) -> Iterator[Finding]:
        """Every finding of one check, in the order of their resources: at least one."""
        made: list[Finding] = []
        holes: set[Gap] = set()
        for kind in task.check.resource:
            made.extend(self.judge(task, fact) for fact in self._world.of_kind(kind) if in_scope(fact))
            holes |= set(self._world.holes(kind))
        judged = frozenset(finding.resource for finding in made)
        by_scope: dict[str, set[Gap]] = {}
        for gap in holes:
            by_scope.setdefault(self._stands_on(gap, judged), set()).add(gap)
        for scope, gaps in by_scope.items():
            made.append(self._of_scope(task, scope, Verdict.UNKNOWN, gaps=_ordered(gaps)))
        if not made:
            none = ClauseOutcome(0, False, NONE_THERE)
            made.append(
                self._of_scope(task, self._world.subscription, Verdict.NOT_APPLICABLE, clauses=(none,))
            )
        yield from sorted(made, key=lambda finding: finding.order)

    def _stands_on(self, gap: Gap, judged: frozenset[str]) -> str:
        """Where the unknown of a gap stands: on the gap's own scope, or on the subscription.

        On the subscription where the scope has a finding of its own already (a site whose slots could not be listed),
        and where nothing was judged, since that is where "there is none" would stand.
        """
        return gap.scope if judged and gap.scope not in judged else self._world.subscription

    def _of_scope(
        self,
        task: Task,
        scope: str,
        verdict: Verdict,
        *,
        gaps: tuple[Gap, ...] = (),
        clauses: tuple[ClauseOutcome, ...] = (),
    ) -> Finding:
        return Finding(
            check=task.check.id,
            resource=scope,
            shown_id=scope,
            kind=task.check.resource[0],
            subscription=self._world.subscription,
            verdict=verdict,
            severity=task.check.severity,
            settings_digest=task.settings_digest,
            settings=task.changed,
            clauses=clauses,
            gaps=gaps,
        )

    def judge(self, task: Task, fact: Fact) -> Finding:
        """One resource's finding."""
        values = read_values(task.compiled.specs, fact, self._world)
        said = self._said(task, fact, values)
        return Finding(
            check=task.check.id,
            resource=fact.id,
            shown_id=fact.shown_id,
            kind=fact.kind,
            subscription=self._world.subscription,
            verdict=said.verdict,
            severity=task.check.severity,
            settings_digest=task.settings_digest,
            settings=task.changed,
            clauses=said.clauses,
            gaps=said.gaps,
            observed=said.observed,
            problem=said.problem,
        )

    def _said(self, task: Task, fact: Fact, values: Values) -> _Said:
        """What the check says; taken from memory where the same values were judged before."""
        if not task.compiled.by_values or values.gaps:
            return self._judged(task, fact, values)
        memory = self._memory.setdefault(id(task), {})
        # Version 2 writes equal values as equal bytes; later ones abbreviate what happens to be shared.
        key = marshal.dumps(list(values.known.values()), 2)
        said = memory.get(key)
        if said is None:
            said = self._judged(task, fact, values)
            if not said.gaps and len(memory) < _REMEMBERED:
                memory[key] = said
        return said

    def _judged(self, task: Task, fact: Fact, values: Values) -> _Said:
        bound = self.bound(task, fact, values)
        verdict, clauses, gaps, problem = self._verdict(task.compiled, values, bound)
        seen = {name: observed(value) for name, value in values.known.items()}
        return _Said(verdict, clauses, gaps, problem, seen)

    def bound(self, task: Task, fact: Fact, values: Values) -> dict[str, Any]:
        """What the expressions see of one resource; the words look at it from now on."""
        words = self._words
        words.begin(fact.id, fact.kind)
        shown = fact.shown_id
        subject = {"id": fact.id, "name": arm.name_of(shown), "kind": fact.kind}
        bound = {name: words.outward(value) for name, value in values.known.items()}
        bound["settings"] = task.settings
        bound["subject"] = subject
        return bound

    def _verdict(
        self, compiled: CompiledCheck, values: Values, bound: dict[str, Any]
    ) -> tuple[Verdict, tuple[ClauseOutcome, ...], tuple[Gap, ...], str | None]:
        if compiled.holds.truth(bound) is True:
            return Verdict.PASS, (), (), None
        if compiled.applies is not None and compiled.applies.truth(bound) is not True:
            decisions = [self.decide(clause, values, bound) for clause in compiled.when]
            untrue = [(number, d) for number, d in enumerate(decisions, 1) if d.truth is not True]
            if any(decision.truth is False for _, decision in untrue):
                shown = [(number, d) for number, d in untrue if d.truth is False]
                return Verdict.NOT_APPLICABLE, self._outcomes(compiled, shown, bound), (), None
            return self._undecided(compiled, untrue, bound)
        decisions = [self.decide(clause, values, bound) for clause in compiled.expect]
        untrue = [(number, d) for number, d in enumerate(decisions, 1) if d.truth is not True]
        if any(decision.truth is False for _, decision in untrue):
            return Verdict.FAIL, self._outcomes(compiled, untrue, bound), (), None
        return self._undecided(compiled, untrue, bound)

    def _undecided(
        self, compiled: CompiledCheck, untrue: list[tuple[int, Decision]], bound: dict[str, Any]
    ) -> tuple[Verdict, tuple[ClauseOutcome, ...], tuple[Gap, ...], str | None]:
        outcomes = self._outcomes(compiled, untrue, bound)
        gaps = _ordered(gap for _, decision in untrue for gap in decision.gaps)
        groundless = [(number, d) for number, d in untrue if not d.gaps]
        if groundless:
            number, decision = groundless[0]
            return Verdict.ERROR, outcomes, gaps, f"clause {number}: {decision.why}"
        return Verdict.UNKNOWN, outcomes, gaps, None

    def decide(self, clause: CompiledClause, values: Values, bound: dict[str, Any]) -> Decision:
        """One clause's truth; where it has none, every gap that it rests on."""
        self._words.gaps.clear()
        truth = clause.condition.truth(bound)
        if not isinstance(truth, Undecided):
            return Decision(clause, truth, (), None)
        gaps = [gap for name in clause.names for gap in values.gaps.get(name, ())] + self._words.gaps
        if not gaps and truth.mismatch:
            # The expression's own types were checked when it was compiled: what does not fit came from Azure.
            detail = f"a value in: {clause.clause.that[:120]}"
            gaps = [Gap(self._words.subject, self._words.kind, Reason.UNRECOGNISED_VALUE, detail=detail)]
        return Decision(clause, None, _ordered(gaps), truth.why)

    def _outcomes(
        self, compiled: CompiledCheck, decisions: list[tuple[int, Decision]], bound: dict[str, Any]
    ) -> tuple[ClauseOutcome, ...]:
        @cache
        def lookup(name: str) -> Any:
            return self.value_of(compiled, name, bound)

        return tuple(
            ClauseOutcome(number, decision.truth, filled(decision.clause.clause.otherwise, lookup))
            for number, decision in decisions
        )

    def value_of(self, compiled: CompiledCheck, name: str, bound: dict[str, Any]) -> Any:
        """What a name stands for on the resource that is looked at; NoValue where that is not known."""
        value = bound.get(name, NoValue)
        if value is NoValue and name in compiled.lets:
            value = compiled.lets[name].value(bound)
        if isinstance(value, Undecided):
            return NoValue
        try:
            return self._words.inward(value)
        except Unreadable:
            return NoValue


def _ordered(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(set(gaps), key=lambda gap: gap.order))
