"""The ``read:`` block: names to values, or to the gaps that say why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from azlinkscan.assess.world import World
from azlinkscan.model.check import UNSET, ReadSpec, ValueType
from azlinkscan.model.facts import Fact, Gap, Json, Reason, Remedy

_SHAPES: dict[ValueType, tuple[type, ...]] = {
    # bool is a kind of int in Python, not in JSON: types are compared exactly.
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
    value: Json = fact.body
    for step in spec.field:
        if type(value) is dict:
            value = value.get(step)
        elif value is None:
            break
        elif type(value) is list and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            return None, (_unrecognised(fact, spec, "not the shape that the API documents"),)
    if value is None:
        if spec.absent is UNSET or (spec.since_api is not None and fact.api_version < spec.since_api):
            return None, (Gap(fact.id, fact.kind, Reason.MISSING, detail=spec.path),)
        return spec.absent, ()
    if type(value) not in _SHAPES[spec.type]:
        return None, (_unrecognised(fact, spec, value),)
    if not spec.one_of or value in spec.one_of or value == "" == spec.absent:
        return value, ()
    folded = value.lower()
    for known in spec.one_of:
        if known.lower() == folded:
            return known, ()
    return None, (_unrecognised(fact, spec, value),)


def _unrecognised(fact: Fact, spec: ReadSpec, value: Any) -> Gap:
    shown = str(value)
    return Gap(fact.id, fact.kind, Reason.UNRECOGNISED_VALUE, detail=f"{spec.path} = {shown[:80]}")
