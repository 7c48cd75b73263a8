"""In CI a skipped test is a failed one, but for those that need what is not beside the project.

Those are listed by name, with their count, at the end of every run. So nothing that the project promises goes
unproved because a tool was missing, and what was not proved is said.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

from tests.support.beside import NOT_BESIDE


def _why(report: pytest.TestReport | pytest.CollectReport) -> str | None:
    """The reason of a skip; None of what was not skipped or is expected to fail."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return None
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)


def _strict(report: pytest.TestReport | pytest.CollectReport) -> None:
    why = _why(report)
    if why is not None and os.environ.get("CI") == "true" and NOT_BESIDE not in why:
        report.outcome = "failed"
        report.longrepr = f"a skip is a failure in CI. {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns the skip of a test into a failure."""
    report = yield
    _strict(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turns the skip of a whole file into an error."""
    report = yield
    _strict(report)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Lists what was not proved."""
    unproved = sorted(
        report.nodeid
        for report in terminalreporter.stats.get("skipped", ())
        if NOT_BESIDE in (_why(report) or "")
    )
    if unproved:
        terminalreporter.section(f"{len(unproved)} skipped, for what they need is not beside the project")
        for name in unproved:
            terminalreporter.line(name)
