"""A history in a container of Azure Storage, for runners that have no disk of their own.

Two blobs a scan: the result's file, and then what is remembered of it. Each is put whole or not at all, and never over
another (``If-None-Match: *``); a scan counts from its second blob on, so that a runner that dies in between leaves
nothing that anybody reads. https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import ContainerClient

from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.history.kept import Kept
from azlinkscan.history.store import damaged
from azlinkscan.model.text import Text

API_VERSION = "2021-12-02"
"""Of the service: all that is asked for here is older."""
AUDIENCE = "https://storage.azure.com"
"""For whom a token is asked, in every cloud (https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory)."""
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
"""https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata"""
_PREFIX = re.compile(r"[\w.-]+(/[\w.-]+)*", re.ASCII)


@dataclass(frozen=True)
class BlobPlace:
    """``az://account/container/prefix``."""

    account: str
    container: str
    prefix: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (f"az://{self.account}", self.container, self.prefix) if part)


def blob_place(address: str) -> BlobPlace:
    """What an address names.

    Raises UsageError where it is of another form; its words are not repeated: they may hold a SAS.
    """
    account, _, rest = address.removeprefix("az://").partition("/")
    container, _, prefix = rest.rstrip("/").partition("/")
    sound = _ACCOUNT.fullmatch(account) and _CONTAINER.fullmatch(container)
    if not sound or (prefix and not _PREFIX.fullmatch(prefix)):
        raise UsageError(
            Text(en="the address of the container is malformed", ja="コンテナーの指定の形式に誤りがある"),
            hint=Text(
                en="write az://ACCOUNT/CONTAINER or az://ACCOUNT/CONTAINER/PREFIX; the sign-in is Microsoft Entra's",
                ja="az://アカウント/コンテナー 又は az://アカウント/コンテナー/接頭辞 の形で書く（サインインは Microsoft Entra による）",
            ),
            place=Place("--store"),
        )
    return BlobPlace(account, container, prefix)


class BlobStore:
    """A store in a container that exists; safe to use by several processes at once."""

    def __init__(self, account_url: str, where: BlobPlace, credential: Any, **options: Any) -> None:
        self.place = str(where)
        self._prefix = f"{where.prefix}/" if where.prefix else ""
        self._container = ContainerClient(
            account_url,
            where.container,
            credential=credential,
            **{
                "api_version": API_VERSION,
                "audience": AUDIENCE,
                "connection_timeout": 10,
                "read_timeout": 60,
                **options,
            },
        )
        try:
            with self._reached():
                next(
                    iter(self._container.list_blobs(name_starts_with=self._prefix, results_per_page=1)), None
                )
        except CannotRunError:
            self._container.close()
            raise

    def close(self) -> None:
        """Let go of the connections."""
        self._container.close()

    def keep(self, kept: Kept, content: Path) -> bool:
        """Put a result's file in, then what is remembered of it; False where that is there already."""
        with self._reached():
            with content.open("rb") as given, contextlib.suppress(ResourceExistsError):
                self._put(f"{kept.id}.zip", given, kept.size)
            summary = json.dumps(kept.to_json(), ensure_ascii=False).encode()
            try:
                self._put(f"{kept.id}.json", summary, len(summary))
            except ResourceExistsError:
                return False
        return True

    def _put(self, name: str, content: Any, size: int) -> None:
        self._container.upload_blob(self._prefix + name, content, length=size, overwrite=False)

    def scans(self) -> list[Kept]:
        """Everything that is kept, oldest first."""
        with self._reached():
            return sorted(self._summaries(), key=lambda one: one.order)

    def _summaries(self) -> Iterator[Kept]:
        for name in list(self._container.list_blob_names(name_starts_with=self._prefix)):
            own = name.removeprefix(self._prefix)
            if not own.endswith(".json") or "/" in own:
                continue
            try:
                yield Kept.from_json(json.loads(self._container.download_blob(name).readall()))
            except ResourceNotFoundError:
                continue  # dropped by another since it was listed
            except (KeyError, TypeError, ValueError):
                raise damaged(self.place, own.removesuffix(".json")) from None

    def fetch(self, kept: Kept, out: Path) -> None:
        """Write a kept result's file to ``out``; what comes out is what went in."""
        with self._reached(), out.open("wb") as taken:
            self._container.download_blob(f"{self._prefix}{kept.id}.zip").readinto(taken)
        with out.open("rb") as given:
            if hashlib.file_digest(given, "sha256").hexdigest() != kept.sha256:
                raise damaged(self.place, kept.id)

    def drop(self, ids: Iterable[str]) -> None:
        """Take results out: first what makes each a scan, then its file."""
        with self._reached():
            for own in ids:
                for ending in ("json", "zip"):
                    with contextlib.suppress(ResourceNotFoundError):
                        self._container.delete_blob(f"{self._prefix}{own}.{ending}")

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        """What Azure says goes no further than its status and code."""
        try:
            yield
        except AzureError as error:
            raise _cannot(error, self.place) from None


def _cannot(error: AzureError, place: str) -> CannotRunError:
    status = error.status_code if isinstance(error, HttpResponseError) else None
    code = getattr(error, "error_code", None)
    said = " ".join(str(part) for part in (status, getattr(code, "value", code)) if part)
    if status in (401, 403):
        hint = Text(
            en="give the identity the role Storage Blob Data Contributor on the container, and let the account's firewall pass",
            ja="コンテナーに対するロール「ストレージ BLOB データ共同作成者」を付与し、アカウントのファイアウォールを確認する",
        )
    elif status == 404:
        hint = Text(en="make the container first", ja="先にコンテナーを作成する")
    else:
        hint = Text(
            en="check the account's name and the network, and run it again",
            ja="アカウント名及びネットワークを確認し、再度実行する",
        )
    what = said or type(error).__name__
    return CannotRunError(
        Text(
            en=f"the container does not take or give it ({what})",
            ja=f"コンテナーを読み書きできない（{what}）",
        ),
        hint=hint,
        place=Place(place),
    )
