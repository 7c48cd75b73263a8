"""A difference as documents, and the command that makes them."""

from __future__ import annotations

import io
import json
from datetime import UTC

import jsonschema
import pytest

from azlinkscan.model.result import ClauseOutcome
from azlinkscan.model.text import LANGUAGES, Text
from azlinkscan.report import View
from azlinkscan.report.difference import FORMATS, format_for
from azlinkscan.scan.comparing import compare
from azlinkscan.schemas import schema_text
from tests.cli.conftest import desk, parsed_once
from tests.cli.desk import Mistake
from tests.history.night import CHECK, FAIL, UNKNOWN, Night, judged
from tests.report.sample import HOSTILE

__all__ = ["desk", "parsed_once"]

SCHEMA = json.loads(schema_text("diff"))


@pytest.fixture
def found(tmp_path):
    """A difference with something of everything, hostile names among it."""
    said = " ".join(HOSTILE.values()).encode("utf-8", "replace").decode()
    hostile = judged("a", FAIL, clauses=(ClauseOutcome(1, False, Text(said, said)),))
    old = Night((judged("a"), judged("b", FAIL), judged("c"), judged("d", FAIL)))
    new = old.on(2, hostile, judged("b"), judged("c", UNKNOWN), digests={CHECK: "b" * 64})
    return compare(old.write(tmp_path / "old.zip"), new.write(tmp_path / "new.zip"), "<old>", "new|er")


def written(found, name, language="en"):
    out = io.BytesIO()
    format_for(name).render(found, out, View(language, UTC, 100, colour=False))
    return out.getvalue().decode()


def test_the_json_keeps_to_its_schema_and_names_every_cause(found):
    document = json.loads(written(found, "json"))
    jsonschema.validate(document, SCHEMA)
    assert document["counts"]["newly-failing"] == 1
    assert [one["causes"][0] for one in document["findings"]] == [
        "newly-failing",
        "fixed",
        "resource-gone",
        "evidence-lost",
    ]


def test_the_schema_leaves_nothing_open():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_document_holds_no_markup_and_no_escape_of_a_name(found, form, language):
    text = written(found, form.name, language)
    assert "\x1b" not in text
    assert "<img src=x" not in text or form.name in ("json", "table")
    assert "\u202e" not in text or form.name == "json"
    assert "storage/https-only" in text


def test_markdown_keeps_a_row_on_one_line(found):
    rows = [line for line in written(found, "markdown").splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


def test_the_table_says_what_when_and_why(found):
    assert "newly failing 1, fixed 1, resource gone 1, evidence lost 1" in written(found, "table")
    assert "https_only: true → false" in written(found, "table")
    assert "新たな不適合 1・是正済み 1・リソースの削除 1・確認不能 1" in written(found, "table", "ja")


@pytest.fixture
def nights(desk):
    """Two results in the working folder."""
    night = Night((judged("a"),))
    night.write(desk.here / "old.zip")
    night.on(2, judged("a", FAIL)).write(desk.here / "new.zip")
    return desk


def test_the_command_gates_on_what_is_new(nights):
    assert nights.run("diff", "old.zip", "new.zip").code == 0
    assert nights.run("diff", "old.zip", "new.zip", "--fail-on", "new").code == 1
    same = nights.run("diff", "new.zip", "new.zip", "--fail-on", "new")
    assert (same.code, same.out.splitlines()[-1]) == (0, "  Nothing became otherwise.")


def test_the_command_writes_every_format(nights):
    outputs = ("diff.html", "diff.md", "diff.json", "diff.txt")
    given = [word for output in outputs for word in ("--output", output)]
    assert nights.run("diff", "old.zip", "new.zip", *given).out == ""
    for output in outputs:
        assert "newly" in (nights.here / output).read_text("utf-8")


def test_what_is_wrong_is_told_with_the_next_step(nights):
    nights.is_told(
        ("diff", "old.zip", "new.zip", "--fail-on", "high"),
        Mistake("--fail-on", "'high' is nothing to fail on", "write new or never"),
    )
    nights.is_told(
        ("diff", "old.zip", "gone.zip"),
        Mistake(
            "gone.zip",
            "the file cannot be read: there is no such file or folder",
            "give a result that azlinkscan wrote",
        ),
    )
    told = nights.run("diff", "old.zip", "new.zip", "--format", "jsn")
    assert (told.code, "'jsn' is no format of a difference" in told.err) == (2, True)
