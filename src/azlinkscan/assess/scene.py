"""A check's scene and its examples: one small world, and one change a line.

A scene's names stand for facts; each has an ``id`` (its kind follows from the id, or from ``kind_of_fact:``). In an example,
``change`` sets dotted paths (``{gap: refused}`` on a name takes the fact away as unreadable), ``without`` takes names
or paths out, ``unread`` refuses whole kinds.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from azlinkscan.assess.compiled import compile_check
from azlinkscan.assess.judge import Judge, Task
from azlinkscan.assess.tasks import effective
from azlinkscan.assess.words import Words, moment
from azlinkscan.assess.world import EXTENSIONS, World
from azlinkscan.errors import Place, UsageError
from azlinkscan.model import arm
from azlinkscan.model.check import Check, Example
from azlinkscan.model.facts import Fact, Gap, KindAsked, Listing, Reason, Remedy
from azlinkscan.model.nearest import nearest
from azlinkscan.model.path import split
from azlinkscan.model.result import Finding
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict

DEFAULT_CLOCK = datetime(2026, 4, 1, tzinfo=UTC)
_NOT_FACTS = ("at",)


@dataclass(frozen=True)
class Outcome:
    """What an example said and what it should have said."""

    check: str
    example: Example
    finding: Finding

    @property
    def holds(self) -> bool:
        """Whether the verdict is the promised one."""
        return self.finding.verdict is self.example.verdict


def kind_of(named: Mapping[str, Any]) -> str:
    """The kind of a scene's fact."""
    stated = named.get("kind_of_fact")
    return str(stated) if stated else arm.type_of(arm.canonical(str(named["id"])))


def apply(scene: Mapping[str, Any], example: Example) -> tuple[dict[str, Any], dict[str, str]]:
    """The scene after an example's change, and the names that became gaps with their reasons.

    Raises UsageError where a path leads nowhere.
    """
    changed = copy.deepcopy(dict(scene))
    gaps: dict[str, str] = {}
    for path, value in example.change.items():
        steps = _steps(path, example.place)
        if len(steps) == 1 and isinstance(value, dict) and set(value) == {"gap"}:
            gaps[_name_of(steps[0], scene, path, example.place)] = _reason(str(value["gap"]), example.place)
            continue
        _set(changed, steps, copy.deepcopy(value), path, example.place)
    for path in example.without:
        steps = _steps(path, example.place)
        holder = _walk(changed, steps[:-1], path, example.place)
        try:
            del holder[steps[-1]]
        except (KeyError, IndexError, TypeError):
            raise _nowhere(path, example.place) from None
    return changed, gaps


def _steps(path: str, place: Place) -> tuple[str | int, ...]:
    try:
        return split(path)
    except ValueError:
        raise _nowhere(path, place) from None


def _name_of(step: str | int, scene: Mapping[str, Any], path: str, place: Place) -> str:
    if step not in scene:
        raise _nowhere(path, place)
    return str(step)


def _reason(word: str, place: Place) -> str:
    known = [reason.value for reason in Reason]
    if word not in known:
        raise UsageError(
            Text(
                en=f"nothing is unreadable because it is '{word}'",
                ja=f"読み取れない理由として「{word}」は使えない",
            ),
            hint=nearest(word, known),
            place=place,
        )
    return word


def _nowhere(path: str, place: Place) -> UsageError:
    return UsageError(
        Text(
            en=f"the path '{path}' leads nowhere in the scene", ja=f"「{path}」は scene のどこも指していない"
        ),
        hint=Text(en="start it with a name of the scene", ja="scene にある名前から書き始める"),
        place=place,
    )


def _walk(value: Any, steps: tuple[str | int, ...], path: str, place: Place) -> Any:
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise _nowhere(path, place) from None
    return value


def _set(scene: dict[str, Any], steps: tuple[str | int, ...], value: Any, path: str, place: Place) -> None:
    holder: Any = scene
    for step in steps[:-1]:
        if isinstance(holder, dict) and isinstance(step, str) and holder is not scene:
            holder = holder.setdefault(step, {})
        else:
            holder = _walk(holder, (step,), path, place)
    last = steps[-1]
    try:
        if isinstance(holder, list) and last == len(holder):
            holder.append(value)
        else:
            holder[last] = value
    except (IndexError, TypeError):
        raise _nowhere(path, place) from None


def subscription_in(scene: Mapping[str, Any]) -> str:
    """The subscription that a scene plays in."""
    for named in scene.values():
        if isinstance(named, dict) and arm.is_id(named.get("id")):
            return arm.subscription_of(arm.canonical(named["id"]))
    return "/subscriptions/00000000-0000-0000-0000-000000000000"


def build(
    check: Check,
    scene: Mapping[str, Any],
    gaps: Mapping[str, str],
    unread: tuple[str, ...],
    original: Mapping[str, Any],
) -> World:
    """The world of a scene; every kind that the check needs is read, but for the gaps."""
    subscription = subscription_in(original)
    facts: list[Fact] = []
    told: list[Gap] = []
    for name, named in scene.items():
        if name in _NOT_FACTS:
            continue
        if not isinstance(named, dict) or not arm.is_id(named.get("id")):
            raise UsageError(
                Text(en=f"'{name}' in the scene has no ARM id", ja=f"scene の「{name}」に ARM の ID がない"),
                hint=Text(en="add 'id: /subscriptions/…'", ja="「id: /subscriptions/…」を加える"),
                place=check.place,
            )
        kind = kind_of(named)
        fact = Fact.of(kind, {key: value for key, value in named.items() if key != "kind_of_fact"})
        if name in gaps:
            told.append(_gap(kind, _container(fact), gaps[name]))
        else:
            facts.append(fact)
    told.extend(_gap(kind, subscription, Reason.REFUSED.value) for kind in unread)
    kinds = {*check.kinds, *(fact.kind for fact in facts)}
    asked = {KindAsked(kind, None) for kind in kinds}
    told_at = {(gap.kind, gap.scope) for gap in told}
    listings = [Listing(kind, subscription, 0) for kind in kinds if (kind, subscription) not in told_at]
    return World(subscription, facts, told, listings, asked)


def _container(fact: Fact) -> str:
    above = arm.parent(fact.id) or fact.id
    if fact.kind in EXTENSIONS or (len(arm.type_of(above).split("/")) > 1 and "/providers/" in above):
        return above
    return arm.subscription_of(fact.id)


def _gap(kind: str, scope: str, reason: str) -> Gap:
    refused = reason == Reason.REFUSED.value
    return Gap(
        scope=scope,
        kind=kind,
        reason=Reason(reason),
        status=403 if refused else None,
        code="AuthorizationFailed" if refused else None,
        action=f"{kind}/read" if refused else None,
        remedy=Remedy.RIGHT if refused else Remedy.RETRY,
    )


class Stage:
    """A check made ready once for all of its examples: compiling its conditions is most of what one costs."""

    def __init__(self, check: Check) -> None:
        """Raises CatalogError where a condition is wrong."""
        self._check = check
        self._words = words_of(check)
        self._compiled = compile_check(check, self._words)

    def run(self, example: Example) -> Outcome:
        """One example, judged. Raises UsageError where it is wrong."""
        check = self._check
        scene, gaps = apply(check.scene, example)
        world = build(check, scene, gaps, example.unread, check.scene)
        settings, digest = effective(check, ({check.id: example.settings},), example.place)
        task = Task(self._compiled, settings, digest)
        return Outcome(check.id, example, judged(check, task, self._words, world))


def run(check: Check, example: Example) -> Outcome:
    """One example, judged. Raises CatalogError or UsageError where the check or the example is wrong."""
    return Stage(check).run(example)


def words_of(check: Check) -> Words:
    """Words whose clock is the scene's ``at:``, or a fixed one."""
    at = check.scene.get("at")
    return Words(moment(str(at)) if at else DEFAULT_CLOCK)


def judged(check: Check, task: Task, words: Words, world: World) -> Finding:
    """The finding on the scene's subject, or on the scope above where it could not be read."""
    findings = list(Judge(words, world).findings(task))
    subject = check.scene.get(check.subject)
    own = arm.canonical(subject["id"]) if isinstance(subject, dict) else ""
    return next((finding for finding in findings if finding.resource == own), findings[0])


def promised(check: Check) -> set[Verdict]:
    """The verdicts that the examples show."""
    return {example.verdict for example in check.examples}
