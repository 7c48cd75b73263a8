"""Our own source as syntax trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "azlinkscan"


@dataclass(frozen=True)
class Module:
    """One module of ours."""

    name: str
    """Its path below the package: ``cli/app.py``."""
    lines: tuple[str, ...]
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room that it belongs to: the first part of its path."""
        return self.name.partition("/")[0]

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as an editor opens it."""
        return f"src/azlinkscan/{self.name}:{getattr(node, 'lineno', 1)}"

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the name that is called, dotted as it is written."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    def names(self) -> Iterator[tuple[str, ast.AST]]:
        """Every dotted name as it is written."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield ast.unparse(node), node

    def imports(self) -> Iterator[str]:
        """Every module that is imported, also inside functions."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


@lru_cache
def modules() -> tuple[Module, ...]:
    """Every module, by name."""
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def _module(path: Path) -> Module:
    text = path.read_text("utf-8")
    return Module(path.relative_to(PACKAGE).as_posix(), tuple(text.splitlines()), ast.parse(text))


@lru_cache
def tracked() -> tuple[Path, ...]:
    """Every file that git knows or would add; empty where this is no checkout."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())
