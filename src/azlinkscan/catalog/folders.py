"""Where checks and profiles lie: one function for a checkout, a wheel and a user's own folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

Part = Literal["checks", "profiles"]
_PACKED = Path(__file__).resolve().parent.parent / "_catalog"


def shipped(part: Part) -> Path:
    """Our own folder: beside ``src`` in a checkout, inside the package in a wheel."""
    packed = _PACKED / part
    return packed if packed.is_dir() else _PACKED.parent.parent.parent / part


def shipped_trees() -> Path:
    """Our files as they were parsed when the package was built or, for a checkout, set up."""
    return _PACKED / "trees.json"


def files(folder: Path, flag: str) -> Iterator[tuple[str, Path]]:
    """Every YAML file beneath a folder with its id, in order of id.

    Raises UsageError where the folder is not there, holds none, or holds one whose name would be passed over.
    """
    if not folder.is_dir():
        raise UsageError(
            Text(en=f"there is no folder {folder}", ja=f"フォルダ {folder} がない"),
            hint=Text(en="give a folder of YAML files", ja="YAML ファイルを置いたフォルダを指定する"),
            place=Place(flag),
        )
    for path in sorted(folder.rglob("*.yml")):
        raise UsageError(
            Text(en="a file that ends in .yml is not read", ja="拡張子が .yml のファイルは読み込まない"),
            hint=Text(en=f"rename it to {path.stem}.yaml", ja=f"ファイル名を {path.stem}.yaml に変える"),
            place=Place(str(path)),
        )
    found = [path for path in folder.rglob("*.yaml") if path.is_file()]
    if not found:
        raise UsageError(
            Text(en=f"there is no YAML file in {folder}", ja=f"フォルダ {folder} に YAML ファイルがない"),
            hint=Text(
                en="name the files *.yaml, or give the folder above them",
                ja="ファイル名を *.yaml とするか、その上位のフォルダを指定する",
            ),
            place=Place(flag),
        )
    for path in sorted(found):
        yield path.relative_to(folder).with_suffix("").as_posix(), path
