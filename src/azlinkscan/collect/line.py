"""What lies between this machine and Azure: a proxy, and who vouches for the certificate at the other end.

https://learn.microsoft.com/azure/security/fundamentals/azure-certificate-authority-details
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies, select_proxy

AZURES_ISSUERS = frozenset({"Microsoft Corporation", "DigiCert Inc", "DigiCert, Inc."})
"""Organisations whose certificates Azure's endpoints show."""


@dataclass(frozen=True)
class Line:
    """The way to an endpoint."""

    proxy: str | None
    """Scheme, host and port; never a password."""
    issuer: str | None
    """The organisation that issued the certificate; None where no certificate was seen."""


def line_to(endpoint: str, ca_file: str | None, timeout: float = 10) -> Line:
    """The way to an endpoint, with one unauthenticated GET that any answer ends."""
    proxy = select_proxy(endpoint, get_environ_proxies(endpoint))
    try:
        with requests.get(
            endpoint, verify=ca_file or True, timeout=timeout, stream=True, allow_redirects=False
        ) as answer:
            issuer = _issuer(answer)
    except requests.RequestException:
        issuer = None
    return Line(_without_secrets(proxy) if proxy else None, issuer)


def _issuer(answer: requests.Response) -> str | None:
    socket: Any = getattr(getattr(answer.raw, "connection", None), "sock", None)
    certificate = socket.getpeercert() if hasattr(socket, "getpeercert") else None
    names = dict(_pairs((certificate or {}).get("issuer", ())))
    return names.get("organizationName") or names.get("commonName")


def _pairs(issuer: Iterable[Iterable[tuple[str, str]]]) -> Iterable[tuple[str, str]]:
    return (pair for part in issuer for pair in part)


def _without_secrets(proxy: str) -> str:
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme or 'http'}://{parts.hostname or ''}{port}"
