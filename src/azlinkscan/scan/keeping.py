"""Results into a history and out of it: joins the files with wherever the history lies."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from azlinkscan.errors import Place, UsageError
from azlinkscan.history.kept import Kept, summarised
from azlinkscan.history.store import Store
from azlinkscan.model.text import Text
from azlinkscan.snapshot.archive import private_folder, writable, written_aside
from azlinkscan.snapshot.result_file import ResultFile

if TYPE_CHECKING:
    from azlinkscan.identity.clouds import Cloud

_BLOCK = 1 << 20

SignIn = Callable[[], "tuple[Cloud, object]"]
"""Signs in where a history needs it; the credential is handed on to the container's client."""


@contextlib.contextmanager
def opened(address: str | None, data: Path, sign_in: SignIn) -> Iterator[Store]:
    """The history at an address: ``postgresql://…``, ``az://…``, or a file; None is the file in the user's data folder.

    ``sign_in`` is asked for a container only. Raises UsageError where the address is of no kind that we know,
    CannotRunError where it does not answer.
    """
    store = _store(address, data, sign_in)
    try:
        yield store
    finally:
        store.close()


def _store(address: str | None, data: Path, sign_in: SignIn) -> Store:
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
    if kind == "az":
        return _container(address, sign_in)
    raise UsageError(
        Text(en="a history cannot lie there", ja="履歴の保存先として使用できない"),
        hint=Text(
            en="give a file, postgresql://USER@HOST/DATABASE or az://ACCOUNT/CONTAINER/PREFIX",
            ja="ファイル、postgresql://USER@HOST/DATABASE 又は az://アカウント/コンテナー/接頭辞 を指定する",
        ),
        place=Place("--store"),
    )


def _container(address: str, sign_in: SignIn) -> Store:
    from azlinkscan.history.blob import BlobStore, blob_place

    where = blob_place(address)
    cloud, credential = sign_in()
    if cloud.storage_suffix is None:
        raise UsageError(
            Text(
                en="it is not known where this cloud's storage answers",
                ja="このクラウドのストレージのドメインが分からない",
            ),
            hint=Text(
                en='add storage_suffix = "…", what stands behind "ACCOUNT.blob.", to the cloud\'s file',
                ja='クラウドのファイルに storage_suffix = "…"（「アカウント名.blob.」に続く部分）を追加する',
            ),
            place=Place("--store"),
        )
    return BlobStore(
        f"https://{where.account}.blob.{cloud.storage_suffix}",
        where,
        credential,
        connection_verify=cloud.ca_file or True,
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
