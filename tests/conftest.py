"""What every test has: fixtures, the catalogue parsed ahead, and the rule on skips."""

from __future__ import annotations

import pytest

from tests.arm.fixtures import arm_server, kakuu_city, recordings
from tests.support.parsed import refresh
from tests.support.skips import pytest_make_collect_report, pytest_runtest_makereport, pytest_terminal_summary

__all__ = [
    "arm_server",
    "kakuu_city",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "pytest_terminal_summary",
    "recordings",
]


def pytest_configure(config: pytest.Config) -> None:
    """Once a run, before its workers start."""
    if not hasattr(config, "workerinput"):
        refresh()
