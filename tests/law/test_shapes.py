"""The faults know every way in which Azure was seen to write an error."""

from __future__ import annotations

import json

import pytest

from tests.law.shapes import SHAPES
from tests.support.beside import RECORDED, absent

ERRORS = RECORDED / "errors.jsonl"


def form_of(value):
    """A value without its words: names, and the types of what they name; items of one form count once."""
    if isinstance(value, dict):
        return {name: form_of(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return sorted({json.dumps(form_of(item)) for item in value})
    return type(value).__name__


def form_of_text(text):
    try:
        return form_of(json.loads(text))
    except ValueError:
        return "str"


@pytest.mark.skipif(absent(ERRORS) != "", reason=absent(ERRORS))
def test_every_recorded_shape_of_an_error_is_among_those_of_the_faults():
    ours = [form_of_text(body(404, "Code", "message")) for body in SHAPES.values()]
    recorded = [json.loads(line)["body"] for line in ERRORS.read_text("utf-8").splitlines()]
    assert recorded
    assert [body for body in recorded if form_of(body) not in ours] == []


def test_a_shape_says_the_code_and_the_message_it_is_given():
    for name in ("arm in a correlation", "app service whole", "a capital pair"):
        body = SHAPES[name](403, "SomeCode", "Some words.")
        assert b'"SomeCode"' in body
        assert b'"Some words."' in body
