"""Every format's exact bytes, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azlinkscan.report import FORMATS
from tests.report.rendering import GOLDEN, assert_golden, rendered, shown, view
from tests.report.sample import EMPTY, HEADER, Sample

LANGUAGES = ("ja", "en")
ENDINGS = {
    "table": "txt",
    "json": "json",
    "sarif": "sarif",
    "sarif-github": "sarif",
    "csv": "csv",
    "jsonl": "jsonl",
    "junit": "xml",
    "markdown": "md",
    "github-annotations": "txt",
    "azure-pipelines": "txt",
    "sheet": "txt",
    "sheet-html": "html",
    "sheet-markdown": "md",
}
CUT = Sample(header=replace(HEADER, cut_short=True))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_the_bytes_are_the_agreed_ones(form, language):
    made = rendered(form.name, Sample(), view(language))
    spoken = "" if form.name == "json" else f".{language}"
    if (
        form.name == "sheet"
    ):  # its bytes depend on the machine's zlib: what stands in the cells is what counts
        made = shown(made)
    assert_golden(f"{form.name}{spoken}.{ENDINGS[form.name]}", made)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_the_same_result_gives_the_same_bytes(form):
    assert rendered(form.name, Sample()) == rendered(form.name, Sample())


def test_on_a_terminal_the_table_has_colours():
    assert_golden("table.ja.colour.txt", rendered("table", Sample(), view("ja", width=80, colour=True)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scan_that_was_cut_short_says_so(language):
    assert_golden(f"table.cut-short.{language}.txt", rendered("table", CUT, view(language)))


def test_a_scan_that_found_nothing_still_gives_a_table():
    assert_golden("table.empty.ja.txt", rendered("table", EMPTY))


def test_every_format_of_the_registry_has_goldens():
    named = {path.name.partition(".")[0] for path in GOLDEN.iterdir()}
    assert {form.name for form in FORMATS} <= named
