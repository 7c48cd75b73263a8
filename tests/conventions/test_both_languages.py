"""Whatever a user is told of a mistake is written in English and in Japanese, side by side."""

from __future__ import annotations

import ast
import re

import pytest

from tests.conventions.source import modules

ERRORS = ("UsageError", "CannotRunError", "ForeignFileError", "UserError")
KEEPS = re.compile(r"(^|\.)_?mistakes\.add$|^(self|reader)\.mistake$")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SAME_IN_BOTH = re.compile(r"[A-Za-z0-9 ():./,_{}%…+「」（）：、＋-]*")
"""Names, numbers and what is filled in need no translation."""


def told(module):
    """Every call that makes an error, with what it says: the title and the hint."""
    for name, call in module.calls():
        if name in ERRORS:
            yield call, [*call.args[-1:], *(one.value for one in call.keywords if one.arg == "hint")]
        elif KEEPS.search(name):
            # mistakes.add(title, hint, place) and mistake(key, title, hint)
            yield call, call.args[:2] if name.endswith("add") else call.args[1:3]


def values(node):
    """The node, or both sides where it is a choice."""
    return [*values(node.body), *values(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def is_plain(node):
    """Whether a text is in one language only."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("tr", "str", "said", "of")
    return isinstance(node, ast.Constant | ast.JoinedStr)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_an_error_says_its_title_and_its_hint_in_both_languages(module):
    plain = {
        module.at(call): ast.unparse(value)
        for call, said in told(module)
        for part in said
        for value in values(part)
        if is_plain(value)
    }
    assert not plain, "write Text(en=…, ja=…)"


def test_the_errors_are_found():
    assert sum(1 for module in modules() for _ in told(module)) > 100


def texts(module):
    """Every text that is written out in both languages."""
    for name, call in module.calls():
        if name in ("Text", "tr"):
            written = {one.arg: one.value for one in call.keywords}
            written.update(zip(("ja", "en"), call.args, strict=False))
            if {"ja", "en"} <= written.keys():
                yield call, words(written["ja"]), words(written["en"])


def words(node):
    """What is written out in a text, or None where it is made elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_each_side_of_a_text_is_in_its_language(module):
    wrong = {}
    for call, japanese, english in texts(module):
        if japanese and not JAPANESE.search(japanese) and not SAME_IN_BOTH.fullmatch(japanese):
            wrong[module.at(call)] = f"is no Japanese: {japanese}"
        if english and JAPANESE.search(english):
            wrong[module.at(call)] = f"is no English: {english}"
        if japanese is not None and english is not None and bool(japanese.strip()) != bool(english.strip()):
            wrong[module.at(call)] = "one side is empty"
    assert not wrong
