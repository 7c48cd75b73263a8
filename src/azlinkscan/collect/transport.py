"""azure-core's transport over urllib3 itself, without requests in between.

A scan of many subscriptions is bound by processor time. Per request, requests looks up proxies and certificates in the
environment again and builds and merges a session's settings, which takes more time than the request. Here all of that
is settled once for the one host that is asked. Proxies are honoured as requests honours them (``HTTPS_PROXY``,
``NO_PROXY``, SOCKS, the system's own), and ``REQUESTS_CA_BUNDLE`` too.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest, HttpResponse
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy

from azlinkscan.errors import CannotRunError, Place
from azlinkscan.model.text import Text


@dataclass(frozen=True)
class Received:
    """As much of an HTTP answer as azure-core's policies and we look at."""

    status_code: int
    headers: Mapping[str, str]
    """Compare without case."""
    content: bytes = field(repr=False)
    reason: str | None = None

    def text(self) -> str:
        """The content, as azure-core quotes it in an error."""
        return self.content.decode("utf-8", "replace")


class Transport(HttpTransport[HttpRequest, HttpResponse]):
    """Sends to one host over connections that are kept open. Follows nothing, repeats nothing."""

    def __init__(
        self, endpoint: str, *, workers: int, ca_file: str | None, connect_timeout: float, read_timeout: float
    ) -> None:
        self._prefix = len(endpoint)
        with requests.Session() as session:
            around = session.merge_environment_settings(endpoint, {}, None, ca_file or True, None)
        # one context for all connections: to read the certificates takes longer than a handshake
        context = _context(around["verify"])
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=workers, pool_block=True)
        proxy = select_proxy(endpoint, around["proxies"])
        manager = adapter.proxy_manager_for(proxy) if proxy else adapter.poolmanager
        self._pool: urllib3.HTTPConnectionPool = manager.connection_from_url(
            endpoint, pool_kwargs=_tls(endpoint, context)
        )
        self._timeout = urllib3.Timeout(connect=connect_timeout, read=read_timeout)

    def send(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """The answer, read to its end. Raises HTTPError, of urllib3, where there is none."""
        answer = self._pool.urlopen(
            request.method,
            request.url[self._prefix :],
            body=request.content,
            headers=request.headers,
            retries=False,
            redirect=False,
            timeout=self._timeout,
        )
        received: Any = Received(answer.status, answer.headers, answer.data, answer.reason)
        response: HttpResponse = received
        return response

    def open(self) -> None:
        """Connections are opened when they are needed."""

    def close(self) -> None:
        """Lets the connections go."""
        self._pool.close()

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.close()


def _tls(endpoint: str, context: ssl.SSLContext) -> dict[str, Any]:
    return {"ssl_context": context} if urlsplit(endpoint).scheme == "https" else {}


def _context(verify: str | bool) -> ssl.SSLContext:
    """What the other side must prove: by a file's or folder's certificates, or by those that come with requests.

    Raises CannotRunError where they cannot be read.
    """
    path = Path(verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except OSError as error:
        raise CannotRunError(
            Text(
                en=f"the certificates to trust cannot be read ({type(error).__name__})",
                ja=f"信頼する証明書を読み取れない（{type(error).__name__}）",
            ),
            hint=Text(
                en="name a PEM file in REQUESTS_CA_BUNDLE, or as ca_file in --cloud FILE",
                ja="REQUESTS_CA_BUNDLE 又は --cloud のファイルの ca_file で PEM ファイルを指定する",
            ),
            place=Place(str(path)),
        ) from None
