"""Results into a history and out of it: joins the files with wherever the history lies."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from azlinkscan.errors import Place, UsageError
from azlinkscan.history.kept import Kept, summarised
from azlinkscan.history.store import Store
from azlinkscan.model.text import Text
from azlinkscan.snapshot.archive import private_folder, writable, written_aside
from azlinkscan.snapshot.result_file import ResultFile

_BLOCK = 1 << 20


@contextlib.contextmanager
def opened(address: str | None, data: Path) -> Iterator[Store]:
    """The history at an address: ``postgresql://…``, or a file; None is the file in the user's data folder.

    Raises UsageError where the address is of no kind that we know, CannotRunError where it does not answer.
    """
    store = _store(address, data)
    try:
        yield store
    finally:
        store.close()


def _store(address: str | None, data: Path) -> Store:
    from azlinkscan.history.database import postgresql, sqlite

    if address is None:
        private_folder(data)
        return sqlite(data / "history.db")
    kind, scheme, _ = address.partition("://")
    if not scheme:
        writable(Path(address))
        return sqlite(Path(address))
    if kind in ("postgresql", "postgres"):
        return postgresql(address)
    raise UsageError(
        Text(en="a history cannot lie there", ja="履歴の保存先として使用できない"),
        hint=Text(
            en="give a file or postgresql://USER@HOST/DATABASE",
            ja="ファイル又は postgresql://USER@HOST/DATABASE を指定する",
        ),
        place=Place("--store"),
    )


def keep(store: Store, result: Path, now: datetime) -> tuple[Kept, bool]:
    """Put a result's file into a history; and whether it was not there before.

    Raises ForeignFileError where it is no result of ours.
    """
    digest, size = hashlib.sha256(), 0
    with ResultFile(result) as read:
        with result.open("rb") as given:
            while block := given.read(_BLOCK):
                digest.update(block)
                size += len(block)
        moment = now.replace(microsecond=0).isoformat().replace("+00:00", "Z")
        kept = summarised(read, kept=moment, sha256=digest.hexdigest(), size=size)
    return kept, store.keep(kept, result)


@contextlib.contextmanager
def fetched(store: Store, kept: Kept) -> Iterator[Path]:
    """A kept result's file, for as long as it is looked at."""
    with TemporaryDirectory(prefix="azlinkscan-") as folder:
        path = Path(folder) / f"{kept.id}.zip"
        store.fetch(kept, path)
        yield path


def export(store: Store, scans: Iterable[Kept], folder: Path) -> Iterator[Path]:
    """Write kept results into a folder, each under its id, and name each file as it is done.

    Raises UsageError where the folder cannot be written.
    """
    for kept in scans:
        path = folder / f"{kept.id}.zip"
        with fetched(store, kept) as read, written_aside(path) as out, read.open("rb") as given:
            shutil.copyfileobj(given, out)
        yield path
