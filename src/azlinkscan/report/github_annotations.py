"""Annotations as GitHub's workflow commands: print them in a step and the run shows them."""

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
        title = _property(one.title)
        out.write(f"::{one.level} title={title}::{_data(one.message)}\n".encode("utf-8", "replace"))


def _data(text: str) -> str:
    return plain(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMAT = Format(
    name="github-annotations",
    suffixes=(),
    description=Text("GitHub Actions の注釈", "annotations of a GitHub Actions run"),
    render=render,
)
