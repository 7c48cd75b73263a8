"""The one source table: every module here is one service's rows, in ``TABLE``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from azlinkscan.collect.source import Source

SOURCES: tuple[Source, ...] = tuple(
    row for module in iter_modules(__path__) for row in import_module(f"{__name__}.{module.name}").TABLE
)
"""Every row; what a kind hangs under stands before it within its service."""
