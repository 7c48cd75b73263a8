"""The registry: which format a name or a file means."""

from __future__ import annotations

import pytest

from azlinkscan.errors import UsageError, said
from azlinkscan.report import FORMATS, format_for


def test_formats_are_listed_by_name_once():
    names = [form.name for form in FORMATS]
    assert names == sorted(set(names))
    assert {"json", "sarif", "sarif-github", "table"} <= set(names)


def test_no_two_formats_claim_one_suffix():
    suffixes = [suffix for form in FORMATS for suffix in form.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in suffixes)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_a_format_describes_itself_in_both_languages(form):
    assert form.description.ja
    assert form.description.en
    assert form.description.ja != form.description.en


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("table", "table"),
        ("sarif-github", "sarif-github"),
        ("out/result.json", "json"),
        ("RESULT.JSON", "json"),
        ("a.sarif", "sarif"),
        ("a.sarif.json", "sarif"),
        ("報告.txt", "table"),
    ],
)
def test_a_name_or_a_file_name_means_a_format(given, meant):
    assert format_for(given).name == meant


@pytest.mark.parametrize(
    ("given", "near"),
    [("jsn", "json"), ("out.jsno", ".json"), ("serif", "sarif"), ("sarif-gitub", "sarif-github")],
)
def test_a_misspelt_format_names_the_nearest(given, near):
    with pytest.raises(UsageError) as raised:
        format_for(given)
    assert f"'{near}'" in said(raised.value.hint, "en")
    assert f"「{near}」" in said(raised.value.hint, "ja")


def test_a_name_that_is_near_none_is_told_the_formats():
    with pytest.raises(UsageError) as raised:
        format_for("報告書")
    assert "known: azure-pipelines, csv, " in said(raised.value.hint, "en")
    assert "使えるもの：azure-pipelines, csv, " in said(raised.value.hint, "ja")
