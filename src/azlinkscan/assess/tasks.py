"""Which checks are judged under which settings, each once however many ask."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from azlinkscan.assess.compiled import compile_check
from azlinkscan.assess.judge import Task
from azlinkscan.assess.words import Words
from azlinkscan.errors import CatalogError, Place, UsageError
from azlinkscan.model.check import Check
from azlinkscan.model.profile import Profile, checks_of
from azlinkscan.model.setting import mistake

Settings = Mapping[str, Mapping[str, Any]]
"""Check id to settings."""


def effective(
    check: Check, layers: Iterable[Settings], place: Place = Place("settings")
) -> tuple[Mapping[str, Any], str | None]:
    """A check's settings after every layer, and their digest (None where they are the default).

    Raises UsageError where a layer names a setting that the check does not have or gives it another type.
    """
    merged = dict(check.settings)
    for layer in layers:
        for name, value in layer.get(check.id, {}).items():
            if wrong := mistake(check, name, value, place):
                raise wrong
            merged[name] = value
    if merged == dict(check.settings):
        return merged, None
    text = json.dumps(merged, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return merged, hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Plan:
    """The tasks of an assessment and which of them each criterion asks for."""

    tasks: tuple[Task, ...]
    asked: Mapping[tuple[str, str, str], str | None]
    """(profile, criterion, check) to the settings digest of the task that answers it."""


def plan(
    checks: Mapping[str, Check], profiles: Iterable[Profile], configured: Settings, words: Words
) -> Plan:
    """Every chosen check under its own settings (or a profile's), compiled once each.

    A check that no profile asks for is judged under its default and configured settings.
    Settings: check's default < profile < criterion < configuration and command line.
    Raises CatalogError with every expression that is wrong.
    """
    wanted: dict[tuple[str, str], tuple[Mapping[str, Any], str | None]] = {}
    asked: dict[tuple[str, str, str], str | None] = {}
    for profile in profiles:
        for criterion in profile.leaves():
            for by_check in checks_of(criterion):
                check = checks.get(by_check.check)
                if check is None:
                    continue
                merged, digest = effective(check, (profile.settings, criterion.settings, configured))
                wanted[check.id, digest or ""] = (merged, digest)
                asked[profile.id, criterion.id, check.id] = digest
    used = {check_id for check_id, _ in wanted}
    for check in checks.values():
        if check.id not in used:
            merged, digest = effective(check, (configured,))
            wanted[check.id, digest or ""] = (merged, digest)
    mistakes: list[UsageError] = []
    tasks: list[Task] = []
    compiled = {}
    for check_id in sorted({check_id for check_id, _ in wanted}):
        try:
            compiled[check_id] = compile_check(checks[check_id], words)
        except CatalogError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise CatalogError(tuple(mistakes))
    for (check_id, _), (merged, digest) in sorted(wanted.items(), key=lambda item: item[0]):
        defaults = checks[check_id].settings
        changed = {name: value for name, value in merged.items() if value != defaults[name]}
        tasks.append(Task(compiled[check_id], merged, digest, changed))
    return Plan(tuple(tasks), asked)
