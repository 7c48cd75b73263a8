"""A check made ready to judge: its expressions compiled, its static mistakes told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from azlinkscan.assess.expression import Compiled, Vocabulary, called, calls, folded, identifiers
from azlinkscan.assess.words import Words
from azlinkscan.errors import CatalogError, Place, UsageError
from azlinkscan.model.check import Check, Clause, ReadSpec
from azlinkscan.model.text import Text

_SETTING = re.compile(r"(?<![\w.])settings\.(\w+)")
_SEEN = re.compile(r"(?<![\w.])(seen|seen_children)\(")
_SEEN_EXISTS = re.compile(r"(?<![\w.])(?:seen|seen_children)\(\s*(?:\"[^\"]*\"|'[^']*')\s*\)\s*\.exists\(")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# Words whose answer depends on more than what they are given.
_LOOKS_AROUND = re.compile(r"(?<![\w.])(about|seen|children|seen_children|fact|fires|reached)\(")
RELATIONS = ("about", "seen", "children", "seen_children")


@dataclass(frozen=True)
class CompiledClause:
    """One condition, and the names that it rests on."""

    clause: Clause
    condition: Compiled
    names: frozenset[str]
    """The ``read`` names, also through ``let``."""


@dataclass(frozen=True)
class CompiledCheck:
    """A check and its compiled expressions; the words are bound to one Words."""

    check: Check
    specs: tuple[ReadSpec, ...]
    when: tuple[CompiledClause, ...]
    expect: tuple[CompiledClause, ...]
    applies: Compiled | None
    """Every ``when`` at once; None where there is none."""
    holds: Compiled
    """Every ``when`` and every ``expect`` at once: a pass takes one evaluation."""
    lets: Mapping[str, Compiled]
    """Each ``let`` by itself, for messages and ``explain``."""
    let_names: Mapping[str, frozenset[str]]
    by_values: bool
    """Whether the verdict follows from the values read alone: equal values, equal verdict."""


def compile_check(check: Check, words: Words) -> CompiledCheck:
    """The check, ready to judge.

    Raises CatalogError with every wrong expression, name, type or setting in it.
    """
    mistakes: list[UsageError] = []
    names = Vocabulary({spec.name: spec.type for spec in check.read}, words.declared)
    holds = _sound(check, names)
    """Where the whole is right, its parts are: they are compiled when a verdict asks for one of them."""
    lets: dict[str, str] = {}
    compiled_lets: dict[str, Compiled] = {}
    wrong: set[str] = set()
    """Names whose own expression is wrong: what rests on them says nothing more."""
    for let in check.let:
        if wrong & identifiers(let.expression):
            wrong.add(let.name)
            continue
        try:
            compiled = (
                names.later(let.expression, dict(lets))
                if holds
                else names.compile(let.expression, let.place, lets)
            )
        except UsageError as error:
            mistakes.append(error)
            wrong.add(let.name)
            continue
        compiled_lets[let.name] = compiled
        lets[let.name] = let.expression
    reads = frozenset(spec.name for spec in check.read)

    def rests_on(expression: str) -> frozenset[str]:
        seen: set[str] = set()
        waiting = set(identifiers(expression))
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting |= identifiers(lets.get(name, ""))
        return frozenset(seen & reads)

    def clauses(given: Iterable[Clause]) -> tuple[CompiledClause, ...]:
        made: list[CompiledClause] = []
        for clause in given:
            if wrong & identifiers(clause.that):
                continue
            if holds:
                made.append(CompiledClause(clause, names.later(clause.that, lets), rests_on(clause.that)))
                continue
            try:
                condition = names.compile(clause.that, clause.place, lets)
            except UsageError as error:
                mistakes.append(error)
                continue
            if not condition.is_condition():
                gives = called(condition.type)
                mistakes.append(
                    UsageError(
                        Text(
                            en=f"the clause gives {gives.en}, not true or false",
                            ja=f"条件の値が真偽ではなく{gives.ja}である",
                        ),
                        hint=Text(en="compare it with something", ja="何かと比較する"),
                        place=clause.place,
                    )
                )
            made.append(CompiledClause(clause, condition, rests_on(clause.that)))
        return tuple(made)

    when, expect = clauses(check.when), clauses(check.expect)
    mistakes.extend(_static(check, {*reads, *lets, *wrong}))
    if mistakes:
        raise CatalogError(tuple(mistakes))

    return CompiledCheck(
        check=check,
        specs=check.read,
        when=when,
        expect=expect,
        applies=names.later(_joined(check.when), lets) if when else None,
        holds=holds or names.compile(_joined((*check.when, *check.expect)), check.place, lets),
        lets=compiled_lets,
        let_names={name: rests_on(lets[name]) for name in lets},
        by_values=_follows_from_values(check),
    )


def _joined(clauses: Iterable[Clause]) -> str:
    return " && ".join(f"({clause.that}\n)" for clause in clauses)


def _sound(check: Check, names: Vocabulary) -> Compiled | None:
    """Every clause at once, with every ``let``; None where something in them is wrong or stands for itself."""
    lets = {let.name: let.expression for let in check.let}
    joined = _joined((*check.when, *check.expect))
    used = folded(joined, lets)
    if not joined or not all(f"cel.bind({name}, " in used for name in lets):
        return None
    holds = names.attempt(joined, lets)
    return holds if isinstance(holds, Compiled) and holds.is_condition() else None


def _follows_from_values(check: Check) -> bool:
    texts = " ".join(
        text for one in (*check.when, *check.expect) for text in (one.otherwise.en, one.otherwise.ja)
    )
    return "{subject." not in texts and not any(
        "subject" in identifiers(expression) or _LOOKS_AROUND.search(expression)
        for expression, _ in _expressions(check)
    )


def _expressions(check: Check) -> Iterable[tuple[str, Place]]:
    yield from ((let.expression, let.place) for let in check.let)
    yield from ((clause.that, clause.place) for clause in (*check.when, *check.expect))


def _static(check: Check, names: set[str]) -> Iterable[UsageError]:
    """What the engine cannot see: settings, kinds, names in messages, and an unsafe use of ``seen``."""
    for expression, place in _expressions(check):
        for setting in _SETTING.findall(expression):
            if setting not in check.settings:
                yield UsageError(
                    Text(
                        en=f"the check has no setting '{setting}'",
                        ja=f"このチェックに設定値「{setting}」はない",
                    ),
                    hint=Text(en="add it under 'settings:'", ja="「settings:」に加える"),
                    place=place,
                )
        for word in RELATIONS:
            for kind in calls(expression, word):
                if kind not in check.kinds:
                    yield UsageError(
                        Text(
                            en=f"'{kind}' is related to but not listed",
                            ja=f"「{kind}」を参照しているが、一覧にない",
                        ),
                        hint=Text(en=f"add '{kind}' to 'needs:'", ja=f"「needs:」に「{kind}」を加える"),
                        place=place,
                    )
        if len(_SEEN.findall(expression)) != len(_SEEN_EXISTS.findall(expression)):
            yield UsageError(
                Text(
                    en="a list that may be incomplete only proves what is in it",
                    ja="不完全かもしれない一覧は、その中にあるものしか示さない",
                ),
                hint=Text(
                    en='write seen("kind").exists(x, …), or about("kind") where the whole list matters',
                    ja='seen("種類").exists(x, …) と書くか、一覧全体が必要なら about("種類") を用いる',
                ),
                place=place,
            )
    for clause in (*check.when, *check.expect):
        for text in (clause.otherwise.en, clause.otherwise.ja):
            for placeholder in _PLACEHOLDER.findall(text):
                head, _, rest = placeholder.partition(".")
                known = head in names or (head == "settings" and rest.partition(".")[0] in check.settings)
                if not known and placeholder not in ("subject.name", "subject.id"):
                    yield UsageError(
                        Text(
                            en=f"the message names '{{{placeholder}}}', which is no name of the check",
                            ja=f"文中の「{{{placeholder}}}」は、このチェックの名前ではない",
                        ),
                        hint=Text(
                            en="use a name from 'read:', 'let:' or 'settings.'",
                            ja="「read:」「let:」「settings.」の名前を使う",
                        ),
                        place=clause.place,
                    )
    if check.subject and not check.expect:
        yield UsageError(
            Text(en="the check expects nothing", ja="チェックに条件がない"),
            hint=Text(en="add a clause under 'expect:'", ja="「expect:」に条件を加える"),
            place=check.place,
        )
