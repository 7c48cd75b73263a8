"""Documents that people open in programs of their own: nothing in a name calculates, runs or points anywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html.parser import HTMLParser

import junitparser
import openpyxl
import pytest

from azlinkscan.model.verdict import Verdict
from azlinkscan.report.japanese_date import era_date, fiscal_year
from tests.report.rendering import rendered, view
from tests.report.sample import EMPTY, HOSTILE, Sample, finding, findings, storage


def hostile():
    """A finding for every hostile name."""
    for name in HOSTILE.values():
        yield finding("storage/network-default-deny", storage(name), Verdict.PASS)


HOSTILE_RESULT = Sample(made=hostile)
EVERY = (
    "csv",
    "jsonl",
    "junit",
    "markdown",
    "github-annotations",
    "azure-pipelines",
    "sheet",
    "sheet-html",
    "sheet-markdown",
)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("reader", [EMPTY, HOSTILE_RESULT, Sample()], ids=["empty", "hostile", "sample"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_result_can_be_written(name, reader, language):
    rendered(name, reader, view(language))


# -- CSV, JSON Lines --------------------------------------------------------------------------------


def rows_of(reader):
    text = rendered("csv", reader).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_line_for_each_finding():
    assert len(rows_of(Sample())) == sum(1 for _ in findings())


def test_no_cell_starts_a_formula():
    for row in rows_of(HOSTILE_RESULT):
        for value in row.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_json_lines_are_json_and_speak_no_language():
    lines = rendered("jsonl", Sample()).decode().splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == [one.verdict.value for one in findings()]


# -- JUnit ------------------------------------------------------------------------------------------


def test_junit_is_read_by_a_parser_that_is_not_ours():
    xml = junitparser.JUnitXml.fromstring(rendered("junit", Sample(), view("en")))
    cases = [case for suite in xml for case in suite]
    assert len(cases) == sum(1 for _ in findings())
    words = {type(result).__name__ for case in cases for result in case.result}
    assert words == {"Failure", "Error", "Skipped"}
    unknown = sum(one.verdict in (Verdict.UNKNOWN, Verdict.ERROR) for one in findings())
    assert sum(suite.errors for suite in xml) == unknown, "what is unknown may not look like a pass or a skip"


def test_junit_takes_any_name():
    junitparser.JUnitXml.fromstring(rendered("junit", HOSTILE_RESULT))


# -- what a CI service reads ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["github-annotations", "azure-pipelines"])
def test_an_annotation_is_one_line_and_a_name_gives_no_command(name):
    def bad():
        for text in (*HOSTILE.values(), "x\n::set-output name=a::b", "##vso[task.setvariable variable=a]b"):
            yield finding("storage/network-default-deny", storage(text.replace("/", "-")), Verdict.FAIL)

    for line in rendered(name, Sample(made=bad), view("en")).decode("utf-8", "replace").splitlines():
        assert line.startswith(("::error ", "::warning ", "##vso[task.logissue "))

        assert line.count("##vso[") <= 1, "the agent looks for a command anywhere in a line"


def test_markdown_holds_no_link_image_or_markup_of_a_name():
    text = rendered("markdown", HOSTILE_RESULT).decode("utf-8", "replace")
    assert "<img" not in text.replace("\\<img", "")
    assert not re.search(r"(?<!\\)\]\((?!\\)", text)


# -- sheets -----------------------------------------------------------------------------------------


def test_no_cell_of_the_workbook_calculates():
    book = openpyxl.load_workbook(io.BytesIO(rendered("sheet", HOSTILE_RESULT)))
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                assert cell.hyperlink is None


def test_the_workbook_is_set_up_for_a4_with_its_headings_repeated():
    book = openpyxl.load_workbook(io.BytesIO(rendered("sheet", Sample())))
    for page in book.worksheets[1:]:
        assert page.page_setup.paperSize == 9
        assert page.print_title_rows == "$1:$1"
        assert page.page_setup.fitToHeight == 0
    assert book.worksheets[-1].auto_filter.ref


class Tags(HTMLParser):
    """What a browser would see."""

    def __init__(self):
        super().__init__()
        self.seen, self.events = set(), []

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.events += [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]


def test_the_page_has_no_script_and_asks_for_nothing():
    tags = Tags()
    tags.feed(rendered("sheet-html", HOSTILE_RESULT).decode("utf-8", "replace"))
    assert not tags.seen & {"script", "img", "iframe", "link", "object", "form", "a"}
    assert tags.events == []


@pytest.mark.parametrize(
    ("day", "written", "year"),
    [
        (date(2026, 4, 1), "令和8年4月1日", "令和8年度"),
        (date(2026, 3, 31), "令和8年3月31日", "令和7年度"),
        (date(2019, 5, 1), "令和元年5月1日", "平成31年度"),
        (date(2019, 4, 30), "平成31年4月30日", "平成31年度"),
        (date(2020, 4, 1), "令和2年4月1日", "令和2年度"),
    ],
)
def test_dates_are_written_by_era_and_fiscal_year(day, written, year):
    assert (era_date(day), fiscal_year(day)) == (written, year)


def test_the_sheet_says_its_date_by_era_and_counts():
    text = rendered("sheet-html", Sample(), view("ja")).decode()
    assert "令和" in text
    assert "件中" in text
