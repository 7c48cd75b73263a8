"""Where checks and profiles lie: one function for a checkout, a wheel and a user's own folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

Part = Literal["checks", "profiles"]


def shipped(part: Part) -> Path:
    """Our own folder: beside ``src`` in a checkout, inside the package in a wheel."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "_catalog" / part
    return packed if packed.is_dir() else package.parent.parent / part


def files(folder: Path, flag: str) -> Iterator[tuple[str, Path]]:
    """Every YAML file beneath a folder with its id, in order of id.

    Raises UsageError where the folder is not there.
    """
    if not folder.is_dir():
        raise UsageError(
            Text(en=f"there is no folder {folder}", ja=f"フォルダ {folder} がない"),
            hint=Text(en="give a folder of YAML files", ja="YAML ファイルを置いたフォルダを指定する"),
            place=Place(flag),
        )
    found = [path for path in folder.rglob("*.yaml") if path.is_file()]
    for path in sorted(found):
        yield path.relative_to(folder).with_suffix("").as_posix(), path
