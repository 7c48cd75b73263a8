"""What lies beside the project and is no part of it: recorded answers and transcribed documents.

A test that needs some of it skips where it is absent, and says so with :func:`absent`. That is the only reason for
which a test may be skipped in CI: see :mod:`tests.support.skips`.
"""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).parents[3] / "shared"
NOT_BESIDE = "not beside the project: "


RECORDED = SHARED / "azure-responses"
"""Answers of Azure."""
TRANSCRIBED = SHARED / "criteria" / "criteria.yaml"
"""The cities' criteria, word by word."""


def absent(wanted: Path) -> str:
    """Why something of it cannot be used; empty where it is there."""
    return "" if wanted.exists() else f"{NOT_BESIDE}../{wanted.relative_to(SHARED.parent).as_posix()}"
