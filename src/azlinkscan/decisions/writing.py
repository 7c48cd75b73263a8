"""An entry put at the end of a file that people write, whose comments and order stay."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from azlinkscan.decisions.attestations import sha256_of
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text
from azlinkscan.written.tree import text_of
from azlinkscan.written.yaml_tree import parse


def appended(path: Path, key: str, entry: Mapping[str, Any]) -> str:
    """The text of the file with one entry more in the list ``key``; a file that is not there begins with it.

    Raises UsageError where the file is none of ours.
    """
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 1 << 16
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = text_of(path) if path.exists() else ""
    document: Any = {key: []}
    if text.strip():
        value = parse(text, str(path)).value
        if not isinstance(value, dict) or key not in value or not isinstance(value[key].value, tuple):
            raise UsageError(
                Text(en=f"the file has no list '{key}'", ja=f"ファイルに一覧「{key}」がない"),
                hint=Text(en=f"begin it with '{key}: []'", ja=f"先頭に「{key}: []」と書く"),
                place=Place(str(path), 1, 1),
            )
        document = yaml.load(text)
        document[key].fa.set_block_style()
    document[key].append(dict(entry))
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def evidence_of(attestations: Path, files: Iterable[Path]) -> dict[str, str | None]:
    """Each evidence file, named from where the attestations lie, with its SHA-256.

    Raises UsageError where one cannot be read.
    """
    found: dict[str, str | None] = {}
    for file in files:
        sha256 = sha256_of(file)
        if sha256 is None:
            raise UsageError(
                Text(en=f"the evidence {file} cannot be read", ja=f"証拠ファイル {file} を読み取れない"),
                hint=Text(en="name a file that you may read", ja="読取り可能なファイルを指定する"),
                place=Place("--evidence"),
            )
        found[_from(attestations.parent.resolve(), file.resolve())] = sha256
    return found


def _from(folder: Path, file: Path) -> str:
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.as_posix()
