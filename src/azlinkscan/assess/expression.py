"""CEL, the language of the clauses: the only module that imports an engine for it.

Common Expression Language is specified at https://github.com/google/cel-spec. ``&&``, ``||``, ``all`` and ``exists``
absorb an error on one side where the other decides, which is how a verdict becomes unknown exactly where
it depends on what could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.check import ValueType
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text

_TYPES: Mapping[ValueType, cel.Type] = {
    ValueType.TEXT: cel.Type.STRING,
    # JSON has one kind of number, CEL has two that compare with each other only when their types are open.
    ValueType.NUMBER: cel.Type.DYN,
    ValueType.BOOLEAN: cel.Type.BOOL,
    ValueType.LIST: cel.Type.List(cel.Type.DYN),
    ValueType.MAP: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
}
# A parameter of type DYN matches no argument when the engine picks an overload; ``any`` matches every one.
ANY = cel.Type("any")
OPEN = cel.Type.DYN
TEXT = cel.Type.STRING
# Declared open, so that ``iso_days(x) >= 30`` need not be written ``30.0``.
NUMBER = cel.Type.DYN
INTEGER = cel.Type.INT
BOOLEAN = cel.Type.BOOL
LIST = cel.Type.List(cel.Type.DYN)
TEXTS = cel.Type.List(cel.Type.STRING)

_STRING = re.compile(r'r?"(?:\\.|[^"\\])*"|r?\'(?:\\.|[^\'\\])*\'')
_IDENTIFIER = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\b(?!\s*\()")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
_NO_OVERLOAD = re.compile(r"found no matching overload for '([^']+)' applied to '(.+)'")
_NUMBER_CALLED = Text(en="a number", ja="数値")
_CALLED = {
    "STRING": Text(en="a text", ja="文字列"),
    "INT": _NUMBER_CALLED,
    "UINT": _NUMBER_CALLED,
    "DOUBLE": _NUMBER_CALLED,
    "LIST": Text(en="a list", ja="一覧"),
    "MAP": Text(en="a map", ja="キーと値の組"),
}
_STANDARD = frozenset(
    "size has all exists exists_one map filter contains startsWith endsWith matches int double string timestamp "
    "duration".split()
)
"""What CEL itself offers to an author (https://github.com/google/cel-spec/blob/master/doc/langdef.md)."""
_POSITION = re.compile(r"<input>:(\d+):(\d+): (.*?)(?:\n|$)")


@dataclass(frozen=True)
class Word:
    """A function that clauses may call: its types for the checker, and what it does."""

    name: str
    overloads: tuple[tuple[tuple[cel.Type, ...], cel.Type], ...]
    does: Callable[..., Any]


class Declared:
    """The words as the engine knows them: made once, used by every check."""

    def __init__(self, words: Collection[Word]) -> None:
        self.functions = [
            cel.FunctionDecl(
                word.name,
                [
                    cel.Overload(f"{word.name}_{number}", returns, list(takes), False, word.does)
                    for number, (takes, returns) in enumerate(word.overloads)
                ],
            )
            for word in words
        ]
        self.names = frozenset(word.name for word in words)


@dataclass(frozen=True)
class Undecided:
    """An expression that came to no value."""

    why: str

    @property
    def mismatch(self) -> bool:
        """Whether a value had another type or size than the engine takes (not: a key that is not there)."""
        said = ("No matching overloads found", "to non-message type", "out of range for")
        return any(words in self.why for words in said)


def identifiers(expression: str) -> frozenset[str]:
    """The free-standing names of an expression: no strings, no members, no functions."""
    return frozenset(_IDENTIFIER.findall(_STRING.sub('""', expression)))


def calls(expression: str, function: str) -> tuple[str, ...]:
    """The literal first arguments with which an expression calls a function."""
    return tuple(re.findall(rf"(?<![\w.]){function}\(\s*[\"']([^\"']+)[\"']", expression))


class Vocabulary:
    """The names and words that a check's expressions may use, each with its type."""

    def __init__(self, names: Mapping[str, ValueType], words: Declared) -> None:
        self._variables: dict[str, cel.Type] = {name: _TYPES[kind] for name, kind in names.items()}
        self._variables["settings"] = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
        self._variables["subject"] = cel.Type.Map(cel.Type.STRING, cel.Type.STRING)
        self._words = words
        self._env = self._environment({})

    def _environment(self, further: Mapping[str, cel.Type]) -> cel.Env:
        return cel.NewEnv(
            variables={**self._variables, **further},
            extensions=[ext_bindings.ExtBindings()],
            functions=self._words.functions,
        )

    def compile(self, expression: str, place: Place, lets: Mapping[str, str] | None = None) -> Compiled:
        """The expression, ready to run; the ``lets`` it uses are folded into it in their order.

        Raises UsageError with the place of the mistake where the expression or a name or type in it is wrong.
        """
        lets = lets or {}
        told = self.attempt(expression, lets)
        if isinstance(told, Compiled):
            return told
        # Once more by itself: the mistake is then told in the author's own line and column.
        further = {name: self._env.compile(folded(text, lets)).return_type() for name, text in lets.items()}
        try:
            self._environment(further).compile(expression)
        except RuntimeError as error:
            told = error
        raise _mistake(str(told), place, {*self._variables, *lets, *self._words.names, *_STANDARD}) from None

    def attempt(self, expression: str, lets: Mapping[str, str]) -> Compiled | RuntimeError:
        """The expression, ready to run, or the engine's complaint in words that are not the author's."""
        try:
            compiled = self._env.compile(folded(expression, lets))
        except RuntimeError as error:
            return error
        return Compiled(lambda: compiled)

    def later(self, expression: str, lets: Mapping[str, str]) -> Compiled:
        """The same of an expression that is known to be right; compiled when it is first run."""
        return Compiled(lambda: self._env.compile(folded(expression, lets)))


def folded(expression: str, lets: Mapping[str, str]) -> str:
    """The expression with the names that it uses bound around it, first defined outermost."""
    used: list[str] = []
    wanted = set(identifiers(expression))
    for name in reversed(list(lets)):
        if name in wanted:
            used.append(name)
            wanted |= identifiers(lets[name])
    for name in used:
        expression = f"cel.bind({name}, {lets[name]}, {expression})"
    return expression


class Compiled:
    """One expression, ready to run."""

    def __init__(self, compiled: Callable[[], cel.Expression]) -> None:
        self._compiled = compiled

    @cached_property
    def _expression(self) -> cel.Expression:
        return self._compiled()

    @property
    def type(self) -> cel.Type:
        """The type that the checker gave it."""
        return self._expression.return_type()

    def is_condition(self) -> bool:
        """Whether it can be true or false."""
        return self.type in (cel.Type.BOOL, cel.Type.DYN)

    def truth(self, values: Mapping[str, Any]) -> bool | Undecided:
        """True, false, or undecided with the engine's reason."""
        value = self._expression.eval(data=values)
        plain = value.value()
        if plain is True or plain is False:
            return bool(plain)
        if value.type() == cel.Type.ERROR:
            return Undecided(str(plain))
        return Undecided(f"the condition gave a {value.type().name()}, not true or false")

    def value(self, values: Mapping[str, Any]) -> Any:
        """The plain value, or Undecided."""
        value = self._expression.eval(data=values)
        if value.type() == cel.Type.ERROR:
            return Undecided(str(value.value()))
        return value.plain_value()


def called(given: cel.Type) -> Text:
    """What an author calls a type."""
    return _CALLED.get(given.name().partition("<")[0], Text(en="something else", ja="別のもの"))


def _mistake(message: str, place: Place, known: Iterable[str]) -> UsageError:
    """The engine's complaint in the author's line and column, with what to do about it."""
    match = _POSITION.search(message)
    words = re.sub(r" \(in container ''\)| \[INVALID_ARGUMENT\]", "", match.group(3) if match else message)
    if match is not None:
        line, column = int(match.group(1)), int(match.group(2))
        place = Place(
            place.source,
            (place.line or 1) + line - 1,
            (place.column or 1) + column - 1 if line == 1 else column,
        )
    if unknown := _UNDECLARED.search(words):
        name = unknown.group(1)
        return UsageError(
            Text(en=f"nothing is called '{name}'", ja=f"「{name}」という名前はない"),
            hint=nearest(name, known),
            place=place,
        )
    if mismatch := _NO_OVERLOAD.search(words):
        operator, operands = mismatch.group(1).strip("_"), mismatch.group(2)
        return UsageError(
            Text(en=f"'{operator}' does not take {operands}", ja=f"「{operator}」は {operands} には使えない"),
            hint=Text(
                en="compare values of one type, and give a word what docs/words.md says that it takes",
                ja="同じ型の値を比較する。語に与えるものは docs/words.md で確認できる",
            ),
            place=place,
        )
    return UsageError(
        Text(en=f"the expression is wrong: {words}", ja=f"式に誤りがある（{words}）"),
        hint=Text(en="mend the brackets, the quotes or the operators", ja="括弧、引用符又は演算子を直す"),
        place=place,
    )
