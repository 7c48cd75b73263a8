"""A CEL expression with the operands of every ``&&``, ``||``, ``==`` and ``!=`` in the opposite order."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""\s*(r?"(?:\\.|[^"\\])*"|r?'(?:\\.|[^'\\])*'|&&|\|\||==|!=|<=|>=|[A-Za-z_]\w*|\d[\w.]*|.)""", re.S
)
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
_LEVELS = (("||",), ("&&",), ("==", "!=", "<=", ">=", "<", ">", "in"))
_MIRROR = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def swapped(expression: str) -> str:
    """The same meaning, every commutative operator's operands the other way round."""
    tokens = [token for token in _TOKEN.findall(expression.strip()) if token.strip()]
    return " ".join(_expression(tokens))


def _expression(tokens: list[str]) -> list[str]:
    question = _find(tokens, ("?",))
    if question:
        condition, rest = tokens[: question[0]], tokens[question[0] + 1 :]
        colon = _ternary_colon(rest)
        return [
            *_expression(condition),
            "?",
            *_expression(rest[:colon]),
            ":",
            *_expression(rest[colon + 1 :]),
        ]
    for level, operators in enumerate(_LEVELS):
        at = _find(tokens, operators)
        if not at:
            continue
        parts, marks = _split(tokens, at)
        turned = [_expression(part) for part in parts]
        if level < 2:
            turned.reverse()
            return _join(turned, marks)
        if len(parts) == 2 and marks[0] in _MIRROR:
            return [*turned[1], _MIRROR[marks[0]], *turned[0]]
        return _join(turned, marks)
    return _inside(tokens)


def _find(tokens: list[str], operators: tuple[str, ...]) -> list[int]:
    depth, found = 0, []
    for index, token in enumerate(tokens):
        if token in _OPEN:
            depth += 1
        elif token in _CLOSE:
            depth -= 1
        elif depth == 0 and token in operators and index:
            found.append(index)
    return found


def _ternary_colon(tokens: list[str]) -> int:
    depth = nested = 0
    for index, token in enumerate(tokens):
        if token in _OPEN:
            depth += 1
        elif token in _CLOSE:
            depth -= 1
        elif depth == 0 and token == "?":
            nested += 1
        elif depth == 0 and token == ":":
            if nested == 0:
                return index
            nested -= 1
    raise AssertionError(f"no ':' in {tokens}")


def _split(tokens: list[str], at: list[int]) -> tuple[list[list[str]], list[str]]:
    parts, start = [], 0
    for index in at:
        parts.append(tokens[start:index])
        start = index + 1
    parts.append(tokens[start:])
    return parts, [tokens[index] for index in at]


def _join(parts: list[list[str]], marks: list[str]) -> list[str]:
    joined = list(parts[0])
    for mark, part in zip(marks, parts[1:], strict=True):
        joined += [mark, *part]
    return joined


def _inside(tokens: list[str]) -> list[str]:
    """The same tokens with what stands in brackets swapped, argument by argument."""
    done: list[str] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        done.append(token)
        index += 1
        if token not in _OPEN:
            continue
        depth, start = 1, index
        while depth:
            depth += (tokens[index] in _OPEN) - (tokens[index] in _CLOSE)
            index += 1
        inner = tokens[start : index - 1]
        commas = _find([",", *inner], (",",))
        arguments, marks = _split(inner, [comma - 1 for comma in commas])
        for number, argument in enumerate(arguments):
            if number:
                done.append(",")
            colons = _find(argument, (":",)) if token == "{" else []
            if colons:
                done += [*argument[: colons[0]], ":", *_expression(argument[colons[0] + 1 :])]
            elif argument:
                done += _expression(argument)
        assert len(marks) == max(len(arguments) - 1, 0)
        done.append(tokens[index - 1])
    return done
