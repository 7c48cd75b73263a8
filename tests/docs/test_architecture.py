"""The page on the architecture names the rooms that there are."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conventions.source import ROOT, modules

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_table_of_rooms_names_each_and_no_other():
    named = {room.rstrip("/") for room in re.findall(r"^\| `([a-z_.]+/?)` \|", PAGE, re.MULTILINE)}
    assert named == {module.room for module in modules()} - {"__init__.py", "__main__.py"}


def test_every_file_that_is_named_exists():
    for name in re.findall(r"`((?:tests|docs|src|checks)/[\w/.]+)`", PAGE):
        assert Path(ROOT, name).exists(), name
