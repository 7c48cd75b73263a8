"""The only sender of requests to Azure Resource Manager: it reads, and does nothing else.

Built on azure-core's pipeline rather than on azure-mgmt's operations: the same sign-in and challenges, a fraction of
the processor time (no models, a lean transport), and the answer stays as Azure sent it. Left out on purpose:

- ``ARMAutoResourceProviderRegistrationPolicy``, which answers a missing registration with a POST that registers;
- the retry policy: ``retry`` owns every repetition, on our clock;
- the redirect policy: it follows to any host, and the token must not leave ours.
"""

from __future__ import annotations

import logging
import platform
import ssl
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from azure.core.exceptions import AzureError, ClientAuthenticationError, ServiceRequestError
from azure.core.pipeline import Pipeline, PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from azlinkscan import __version__
from azlinkscan.collect.address import path_at
from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.fresh_token import FreshTokenPolicy
from azlinkscan.collect.transport import Transport

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

READING_POSTS: frozenset[str] = frozenset(
    {
        "/providers/microsoft.resourcegraph/resources",
        "/config/appsettings/list",
        "/config/connectionstrings/list",
    }
)
"""Paths (lower case, their end) of POSTs that read: https://learn.microsoft.com/rest/api/azureresourcegraph,
https://learn.microsoft.com/rest/api/appservice/web-apps/list-application-settings."""

_REDIRECTS = frozenset({301, 302, 307, 308})
_REDIRECT_LIMIT = 5
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"azlinkscan/{__version__} Python/{platform.python_version()} ({platform.system()})",
}
_BEFORE_AN_ANSWER = (NewConnectionError, ConnectTimeoutError, ProxyError, SSLError)
_log = logging.getLogger("azlinkscan.collect.http")


class WriteAttempted(AssertionError):  # noqa: N818 - a fault of ours that nothing should handle
    """Something in us tried to change Azure."""


class ReadsOnly(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """Lets nothing pass but a GET and a POST of the explicit list. Stands last, before the wire."""

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Raises WriteAttempted where the request could change something."""
        method = request.http_request.method.upper()
        path = urlsplit(request.http_request.url).path.lower()
        if method == "GET" or (method == "POST" and any(path.endswith(end) for end in READING_POSTS)):
            return
        raise WriteAttempted(f"a scan only reads: {method} {path}")


class ArmClient:
    """Asks one cloud's Resource Manager as one signed-in identity. Safe to share between threads."""

    def __init__(
        self,
        endpoint: str,
        credential: TokenCredential,
        scope: str,
        *,
        workers: int,
        ca_file: str | None = None,
        connect_timeout: float = 10,
        read_timeout: float = 60,
    ) -> None:
        self.host = endpoint.rstrip("/")
        self._transport = Transport(
            self.host,
            workers=workers,
            ca_file=ca_file,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
        )
        policies: list[Any] = [FreshTokenPolicy(credential, scope), ReadsOnly()]
        self._pipeline: Pipeline[HttpRequest, HttpResponse] = Pipeline(self._transport, policies)

    def __enter__(self) -> ArmClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets the connections go."""
        self._transport.close()

    def ask(self, path_and_query: str) -> Answer | Broken:
        """One GET, with redirects to the same host followed; what breaks is returned."""
        path: str | None = path_and_query
        for _ in range(_REDIRECT_LIMIT):
            url = f"{self.host}{path}"
            answer = self._send(HttpRequest("GET", url, headers=_headers()))
            if isinstance(answer, Broken) or answer.status not in _REDIRECTS:
                return answer
            target = answer.headers.get("location")
            path = path_at(self.host, target, beside=url) if target else None
            if path is None:
                return answer
        return answer

    def post(self, path_and_query: str, body: bytes) -> Answer | Broken:
        """One POST of JSON to a path of the explicit list; a redirect is an answer like others."""
        headers = {**_headers(), "Content-Type": "application/json"}
        return self._send(HttpRequest("POST", f"{self.host}{path_and_query}", headers=headers, content=body))

    def _send(self, request: HttpRequest) -> Answer | Broken:
        started = time.monotonic() if _log.isEnabledFor(logging.DEBUG) else 0.0
        outcome = self._sent(request)
        if started:
            came = outcome.status if isinstance(outcome, Answer) else f"{outcome.cause} ({outcome.detail})"
            _log.debug("%s %s: %s in %.3f s", request.method, request.url, came, time.monotonic() - started)
        return outcome

    def _sent(self, request: HttpRequest) -> Answer | Broken:
        try:
            response = self._pipeline.run(request).http_response
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, response.content)
        except (AzureError, HTTPError) as error:
            return Broken(_cause(error), type(error).__name__)
        except ValueError as error:
            # a Location or a challenge that nobody can read
            return Broken(Cause.CUT_OFF, type(error).__name__)


class Posts:
    """Asks with POST where Azure reads by it; beside that an asker like the client itself."""

    def __init__(self, client: ArmClient) -> None:
        self._client = client

    @property
    def host(self) -> str:
        """Scheme and host of the endpoint."""
        return self._client.host

    def ask(self, path_and_query: str) -> Answer | Broken:
        """One POST without content."""
        return self._client.post(path_and_query, b"")


def _headers() -> dict[str, str]:
    return {**_HEADERS, "x-ms-client-request-id": str(uuid4())}


def _cause(error: AzureError | HTTPError) -> Cause:
    if isinstance(error, ClientAuthenticationError):
        return Cause.SIGN_IN
    if isinstance(error, ReadTimeoutError):
        return Cause.LATE
    if _is_untrusted(error):
        return Cause.CERTIFICATE
    if isinstance(error, (ServiceRequestError, *_BEFORE_AN_ANSWER)):
        return Cause.CONNECTION
    return Cause.CUT_OFF


def _is_untrusted(error: BaseException) -> bool:
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        here = waiting.pop()
        if id(here) in seen or not isinstance(here, BaseException):
            continue
        if isinstance(here, ssl.SSLCertVerificationError):
            return True
        seen.add(id(here))
        inner = (getattr(here, name, None) for name in ("inner_exception", "reason", "original_error"))
        waiting += [here.__cause__, here.__context__, *inner, *here.args]
    return False
