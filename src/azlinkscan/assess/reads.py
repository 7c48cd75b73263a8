"""The ``read:`` block: names to values, or to the gaps that say why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from azlinkscan.assess.world import World
from azlinkscan.model.check import UNSET, ReadSpec, ValueType
from azlinkscan.model.facts import Fact, Gap, Json, Reason, Remedy

_SHAPES: dict[ValueType, tuple[type, ...]] = {
    ValueType.TEXT: (str,),
    ValueType.NUMBER: (int, float),
    ValueType.BOOLEAN: (bool,),
    ValueType.LIST: (list,),
    ValueType.MAP: (dict,),
}


@dataclass(frozen=True)
class Values:
    """What the names of a check stand for on one resource."""

    known: dict[str, Json]
    gaps: dict[str, tuple[Gap, ...]]
    """Of each name that has no value."""


def read_values(specs: Iterable[ReadSpec], fact: Fact, world: World) -> Values:
    """Every name's value on one resource."""
    known: dict[str, Json] = {}
    gaps: dict[str, tuple[Gap, ...]] = {}
    for spec in specs:
        value, why = _read(spec, fact, world)
        if why:
            gaps[spec.name] = why
        else:
            known[spec.name] = value
    return Values(known, gaps)


def _read(spec: ReadSpec, subject: Fact, world: World) -> tuple[Json, tuple[Gap, ...]]:
    fact = subject
    if spec.child is not None:
        kind = f"{subject.kind}/{spec.child}"
        child, holes = world.child(kind, subject.id)
        if child is None:
            if holes:
                return None, holes
            if spec.absent is UNSET:
                return None, (Gap(subject.id, kind, Reason.MISSING, detail=spec.path, remedy=Remedy.RETRY),)
            return spec.absent, ()
        fact = child
    value = _walk(fact.body, spec.field)
    if value is _WRONG:
        return None, (_unrecognised(fact, spec, "not the shape that the API documents"),)
    if value is None:
        if spec.absent is UNSET or (spec.since_api is not None and fact.api_version < spec.since_api):
            return None, (Gap(fact.id, fact.kind, Reason.MISSING, detail=spec.path),)
        return spec.absent, ()
    if not isinstance(value, _SHAPES[spec.type]) or (isinstance(value, bool) != (spec.type is ValueType.BOOLEAN)):
        return None, (_unrecognised(fact, spec, value),)
    if spec.one_of:
        if value in spec.one_of:
            return value, ()
        folded = str(value).lower()
        for known in spec.one_of:
            if known.lower() == folded:
                return known, ()
        if value == "" == spec.absent:
            return value, ()
        return None, (_unrecognised(fact, spec, value),)
    return value, ()


_WRONG = object()


def _walk(body: Json, steps: tuple[str | int, ...]) -> Any:
    here = body
    for step in steps:
        if here is None:
            return None
        if isinstance(step, int):
            if not isinstance(here, list):
                return _WRONG
            here = here[step] if step < len(here) else None
        else:
            if not isinstance(here, dict):
                return _WRONG
            here = here.get(step)
    return here


def _unrecognised(fact: Fact, spec: ReadSpec, value: Any) -> Gap:
    shown = str(value)
    return Gap(
        fact.id, fact.kind, Reason.UNRECOGNISED_VALUE, detail=f"{spec.path} = {shown[:80]}"
    )
