"""Annotations as Azure Pipelines' logging commands: print them in a step and the run shows them."""

from __future__ import annotations

from typing import BinaryIO

from azlinkscan.model.result import ResultReader
from azlinkscan.model.text import Text
from azlinkscan.report.format import Format, View
from azlinkscan.report.plain import plain
from azlinkscan.report.run_issues import issues_of


def render(reader: ResultReader, out: BinaryIO, view: View) -> None:
    """Write the commands."""
    for one in issues_of(reader, view):
        said = _data(f"{one.title}: {one.message}")
        out.write(f"##vso[task.logissue type={one.level}]{said}\n".encode("utf-8", "replace"))


def _data(text: str) -> str:
    """Percent signs are Azure's escapes; the text behind the bracket ends with the line."""
    return (
        plain(text)
        .replace("##vso[", "## vso[")
        .replace("%", "%AZP25")
        .replace("\r", "%0D")
        .replace("\n", "%0A")
    )


FORMAT = Format(
    name="azure-pipelines",
    suffixes=(),
    description=Text("Azure Pipelines の警告及びエラー", "issues of an Azure Pipelines run"),
    render=render,
)
