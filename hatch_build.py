"""Parses our YAML when the package is built or, for a checkout, installed: parsing it takes a first run seconds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_PACKED = "azlinkscan/_catalog/trees.json"


class ParsedCatalogue(BuildHookInterface[Any]):
    """Writes among the package's modules what ``azlinkscan.catalog.tree_cache`` takes from there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel, editable or not, is packed."""
        out = Path(self.root) / "src" / _PACKED
        parse_all(self.root, out)
        build_data["force_include"][str(out)] = _PACKED


def parse_all(root: str, out: str | Path) -> None:
    """Parses the checks and profiles of a source tree. Raises UsageError where one is no YAML."""
    sys.path.insert(0, str(Path(root) / "src"))
    try:
        from azlinkscan.catalog.folders import files
        from azlinkscan.catalog.tree_cache import ship
    finally:
        sys.path.pop(0)
    ship((path for part in ("checks", "profiles") for _, path in files(Path(root) / part, part)), Path(out))
