"""Reading beyond Resource Manager: at a storage account's own endpoint, and at no other.

The endpoint is what the account's fact names (``primaryEndpoints``), and only a host of the cloud's storage is asked:
the token must not leave. https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from azlinkscan.collect.answer import Asker
from azlinkscan.collect.plan import Plan
from azlinkscan.collect.redaction import redacted_text
from azlinkscan.collect.retry import PatientAsker
from azlinkscan.collect.source import Scope, Source, quoted
from azlinkscan.model import arm
from azlinkscan.model.facts import Gap, Json, Reason

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

_ACCOUNT = "microsoft.storage/storageaccounts"
# Stricter than a URL: what two parsers could read as two hosts is none.
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class DataPlane:
    """Who asks the accounts' own endpoints, and where they may lie."""

    asker: PatientAsker
    suffixes: tuple[str, ...]
    """The domains of the cloud's storage: ``core.windows.net``."""

    def address(self, row: Source, scope: Scope) -> str | Gap:
        """The URL that reads a container at its account's endpoint, or why there is none."""
        path = f"properties.primaryEndpoints.{row.service}"
        account = scope.above_of(_ACCOUNT)
        endpoint = _endpoint(account.body, row.service) if account else None
        if endpoint is None:
            return Gap(scope.id, row.kind, Reason.MISSING, detail=path)
        if not _is_within(endpoint, self.suffixes):
            shown = redacted_text(str(endpoint))[:80]
            return Gap(scope.id, row.kind, Reason.UNRECOGNISED_VALUE, detail=f"{path} = {shown}")
        return f"{str(endpoint).rstrip('/')}/{quoted(arm.name_of(scope.path))}?{row.query}"


@contextmanager
def opened(
    plan: Plan,
    credential: TokenCredential,
    suffixes: tuple[str, ...],
    patient: Callable[[Asker], PatientAsker],
    *,
    workers: int,
    ca_file: str | None,
    now: Callable[[], datetime],
    read_timeout: float,
) -> Iterator[DataPlane | None]:
    """How the accounts are asked where the plan does so, else None. The storage SDK is loaded only here."""
    rows = [row for row in plan.rows if row.service is not None and row.option in plan.options]
    if not rows:
        yield None
        return
    from azlinkscan.collect.blob_client import BlobClient

    client = BlobClient(
        credential,
        workers=workers,
        api_version=rows[0].api_version,
        ca_file=ca_file,
        now=now,
        read_timeout=read_timeout,
    )
    try:
        yield DataPlane(patient(client), suffixes)
    finally:
        client.close()


def _endpoint(account: Json, service: str | None) -> Json:
    here: Json = account
    for name in ("properties", "primaryEndpoints", service):
        here = here.get(name) if isinstance(here, dict) else None
    return here


def _is_within(endpoint: Json, suffixes: tuple[str, ...]) -> bool:
    if not isinstance(endpoint, str):
        return False
    try:
        parts = urlsplit(endpoint)
        host, well_formed = parts.hostname or "", parts.port != 0
    except ValueError:
        return False
    return (
        well_formed
        and parts.scheme == "https"
        and "@" not in parts.netloc
        and not parts.query
        and not parts.fragment
        and _HOST.fullmatch(host) is not None
        and any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)
    )
