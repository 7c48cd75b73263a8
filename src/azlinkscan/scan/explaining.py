"""One verdict followed to its ground: every name, every clause, every gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from azlinkscan.assess.compiled import compile_check
from azlinkscan.assess.judge import Judge, Task
from azlinkscan.assess.messages import NoValue, filled, observed
from azlinkscan.assess.reads import read_values
from azlinkscan.assess.tasks import effective
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import World
from azlinkscan.errors import Place, UsageError
from azlinkscan.model import arm
from azlinkscan.model.check import Check
from azlinkscan.model.facts import Fact, Gap
from azlinkscan.model.nearest import nearest
from azlinkscan.model.result import Finding
from azlinkscan.model.text import Text
from azlinkscan.snapshot.facts_file import Snapshot

_MOST = 5
"""Resources that a hint lists."""


@dataclass(frozen=True)
class Name:
    """A name of the check: what it stands for, or why it stands for nothing."""

    name: str
    source: str
    """The property's path, or the expression."""
    value: Any
    gaps: tuple[Gap, ...]
    known: bool


@dataclass(frozen=True)
class ClauseTruth:
    """A clause and its truth; None where it could not be decided."""

    part: str
    """``when`` or ``expect``."""
    number: int
    that: str
    truth: bool | None
    message: Text
    gaps: tuple[Gap, ...]
    why: str | None


@dataclass(frozen=True)
class Explanation:
    """Everything that led to one finding."""

    finding: Finding
    settings: Mapping[str, Any]
    names: tuple[Name, ...]
    clauses: tuple[ClauseTruth, ...]


def explain(
    snapshot: Snapshot,
    check: Check,
    resource: str,
    clock: datetime,
    settings: Mapping[str, Mapping[str, Any]],
) -> Explanation:
    """How the check judges a resource (an ARM id, the end of one, or a name that fits only one).

    Raises UsageError where the resource is not in the snapshot or fits several, CatalogError and ForeignFileError as
    an assessment does.
    """
    words = Words(clock)
    merged, digest = effective(check, (settings,))
    task = Task(compile_check(check, words), merged, digest)
    found: list[tuple[World, Fact]] = []
    names: set[str] = set()
    for own, _ in snapshot.header.subscriptions:
        facts = snapshot.subscription(own)
        world = World(own, facts.facts, facts.gaps, facts.listings, facts.asked)
        judged = [fact for kind in check.resource for fact in world.of_kind(kind)]
        names.update(arm.name_of(fact.shown_id) for fact in judged)
        found += [(world, fact) for fact in judged if _fits(resource, fact.id)]
    if len(found) != 1:
        raise _not_one(check, resource, [fact for _, fact in found], names)
    [(world, fact)] = found
    return _explained(Judge(words, world), words, world, task, fact)


def _not_one(check: Check, resource: str, found: list[Fact], names: set[str]) -> UsageError:
    if found:
        listed = ", ".join(fact.shown_id for fact in found[:_MOST])
        return UsageError(
            Text(
                en=f"'{resource}' fits {len(found)} resources",
                ja=f"「{resource}」に当てはまるリソースが {len(found)} 件ある",
            ),
            hint=Text(en=f"give one of: {listed}", ja=f"次のいずれかを指定する：{listed}"),
            place=Place("RESOURCE"),
        )
    if names:
        return UsageError(
            Text(
                en=f"nothing that {check.id} judges is named '{resource}'",
                ja=f"{check.id} の対象に「{resource}」という名前のリソースはない",
            ),
            hint=nearest(resource, names),
            place=Place("RESOURCE"),
        )
    kinds = ", ".join(check.resource)
    return UsageError(
        Text(
            en=f"the snapshot holds nothing that {check.id} judges",
            ja=f"この記録（snapshot）に {check.id} の対象はない",
        ),
        hint=Text(
            en=f"it judges {kinds}: give another check or another snapshot",
            ja=f"対象は {kinds} である。別のチェック又は記録を指定する",
        ),
        place=Place("RESOURCE"),
    )


def _fits(wanted: str, own: str) -> bool:
    lowered = wanted.lower()
    if arm.is_id(lowered):
        return arm.canonical(lowered) == own
    return own.endswith("/" + lowered.strip("/"))


def _explained(judge: Judge, words: Words, world: World, task: Task, fact: Fact) -> Explanation:
    finding = judge.judge(task, fact)
    values = read_values(task.compiled.specs, fact, world)
    bound = judge.bound(task, fact, values)

    def lookup(name: str) -> Any:
        return judge.value_of(task.compiled, name, bound)

    def let_gaps(name: str) -> tuple[Gap, ...]:
        words.gaps.clear()
        task.compiled.lets[name].value(bound)
        unread = [gap for read in task.compiled.let_names[name] for gap in values.gaps.get(read, ())]
        return tuple(sorted({*unread, *words.gaps}, key=lambda gap: gap.order))

    names = [
        Name(
            spec.name,
            f"{spec.child + ': ' if spec.child else ''}{spec.path}",
            observed(values.known.get(spec.name)),
            values.gaps.get(spec.name, ()),
            spec.name in values.known,
        )
        for spec in task.check.read
    ]
    for let in task.check.let:
        value = lookup(let.name)
        known = value is not NoValue
        gaps = () if known else let_gaps(let.name)
        names.append(Name(let.name, let.expression, observed(value) if known else None, gaps, known))
    clauses: list[ClauseTruth] = []
    for part, compiled in (("when", task.compiled.when), ("expect", task.compiled.expect)):
        for number, clause in enumerate(compiled, 1):
            decision = judge.decide(clause, values, bound)
            message = filled(clause.clause.otherwise, lookup)
            clauses.append(
                ClauseTruth(
                    part, number, clause.clause.that, decision.truth, message, decision.gaps, decision.why
                )
            )
    return Explanation(finding, task.settings, tuple(names), tuple(clauses))
