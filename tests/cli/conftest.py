"""A desk for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from azlinkscan.scan import catalogue
from azlinkscan.scan.choice import Choice
from tests.cli.desk import Desk


@pytest.fixture(scope="session")
def parsed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where parsed files are kept, so that the catalogue is parsed once a session."""
    folder = tmp_path_factory.mktemp("cache")
    catalogue.load(Choice(cache=folder / "azlinkscan" / "catalog.json"))
    return folder


@pytest.fixture
def desk(
    tmp_path: Path,
    parsed_once: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Desk:
    """A working folder and the command line on it."""
    return Desk(tmp_path, parsed_once, monkeypatch, capsys)
