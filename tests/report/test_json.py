"""The JSON report: its published shape, complete and the same for every reader."""

from __future__ import annotations

import json
from collections import Counter

import jsonschema
import pytest

from azlinkscan.model.facts import Reason, Remedy
from azlinkscan.model.profile import Status
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.schemas import schema_text
from tests.report.rendering import rendered, view
from tests.report.sample import EMPTY, GAPS, KAKUU, Sample, findings

SCHEMA = json.loads(schema_text("result"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module")
def document():
    return json.loads(rendered("json", Sample()))


@pytest.mark.parametrize("reader", [Sample(), EMPTY], ids=["sample", "empty"])
def test_the_document_has_the_published_shape(reader):
    assert not [error.message for error in VALIDATOR.iter_errors(json.loads(rendered("json", reader)))]


def objects(part, path="$"):
    if isinstance(part, dict):
        yield path, part
        for name, child in part.items():
            yield from objects(child, f"{path}.{name}")
    elif isinstance(part, list):
        for number, child in enumerate(part):
            yield from objects(child, f"{path}[{number}]")


def test_the_shape_is_closed():
    for path, part in objects(SCHEMA):
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False, f"{path}: add additionalProperties: false"


def test_a_key_too_many_is_refused(document):
    document = json.loads(json.dumps(document))
    document["findings"][0]["score"] = 1
    assert not VALIDATOR.is_valid(document)


def test_the_words_of_the_shape_are_the_models():
    defined = SCHEMA["$defs"]
    assert defined["verdict"]["enum"] == [verdict.value for verdict in Verdict]
    assert defined["severity"]["enum"] == [severity.value for severity in Severity]
    assert defined["gap"]["properties"]["reason"]["enum"] == [reason.value for reason in Reason]
    assert defined["gap"]["properties"]["remedy"]["enum"] == [remedy.value for remedy in Remedy]
    statuses = defined["profile"]["properties"]["source"]["properties"]["status"]["enum"]
    assert statuses == list(Status.__args__)


def test_nothing_vanishes(document):
    assert [row["key"] for row in document["findings"]] == [one.key for one in findings()]
    assert [row["scope"] for row in document["gaps"]] == [gap.scope for gap in GAPS]
    counted = Counter(row["verdict"] for row in document["findings"])
    assert {name: count for name, count in document["counts"]["findings"].items() if count} == counted
    assert document["counts"]["criteria"][KAKUU.id]["by-hand"] == 1
    assert document["counts"]["criteria"][KAKUU.id]["not-covered"] == 1


def test_the_document_is_the_same_for_every_view():
    assert rendered("json", Sample(), view("ja")) == rendered(
        "json", Sample(), view("en", width=40, colour=True)
    )


def test_every_text_is_in_both_languages(document):
    for path, part in objects(document):
        if "ja" in part or "en" in part:
            assert set(part) == {"ja", "en"}, path
            assert part["ja"], path
            assert part["en"], path


def test_a_finding_stands_on_a_line_of_its_own():
    lines = rendered("json", Sample()).splitlines()
    assert sum(line.startswith(b'{"key":') for line in lines) == len(list(findings()))


def test_half_a_surrogate_pair_survives(document):
    names = [row["shown_id"] for row in document["findings"]]
    assert any("\ud83d-half" in name for name in names)
