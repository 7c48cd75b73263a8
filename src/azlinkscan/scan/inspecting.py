"""SAS tokens that somebody hands in, judged by the catalogue's own checks. Nothing is sent anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from azlinkscan.assess.judge import Judge
from azlinkscan.assess.tasks import plan
from azlinkscan.assess.words import Words
from azlinkscan.assess.world import World
from azlinkscan.collect.sources.app_settings import TOKENS
from azlinkscan.model.check import Check
from azlinkscan.model.facts import Fact, KindAsked, Listing
from azlinkscan.model.result import Finding
from azlinkscan.sas.token import NotASas, Sas

NOWHERE = "/subscriptions/00000000-0000-0000-0000-000000000000"
"""Stands for the subscription of tokens that no scan found."""


@dataclass(frozen=True)
class Inspected:
    """One text, where it came from, and what is said of it."""

    place: str
    sas: Sas | NotASas
    findings: tuple[Finding, ...] = ()
    """None where the text is no SAS."""


def inspect(
    tokens: Iterable[tuple[str, Sas | NotASas]],
    checks: Mapping[str, Check],
    settings: Mapping[str, Mapping[str, Any]],
    clock: datetime,
) -> tuple[Inspected, ...]:
    """Each token with the findings of every check about tokens, in the order given.

    Raises UsageError where a setting is wrong.
    """
    given = tuple(tokens)
    words = Words(clock)
    about_tokens = {check.id: check for check in checks.values() if TOKENS in check.resource}
    tasks = plan(about_tokens, (), settings, words)
    facts = {
        number: _fact(number, place, sas) for number, (place, sas) in enumerate(given) if isinstance(sas, Sas)
    }
    world = World(
        NOWHERE, facts.values(), (), [Listing(TOKENS, NOWHERE, len(facts))], [KindAsked(TOKENS, None)]
    )
    judge = Judge(words, world)
    found: dict[str, list[Finding]] = {fact.id: [] for fact in facts.values()}
    for task in tasks.tasks if facts else ():
        for finding in judge.findings(task):
            found[finding.resource].append(finding)
    return tuple(
        Inspected(place, sas, tuple(found[facts[number].id]) if number in facts else ())
        for number, (place, sas) in enumerate(given)
    )


def _fact(number: int, place: str, sas: Sas) -> Fact:
    own = f"{NOWHERE}/providers/{TOKENS}/{number:06}"
    body = {"id": own, "name": place, "properties": sas.properties()}
    return Fact(TOKENS, own, NOWHERE, json.dumps(body, ensure_ascii=False).encode())
