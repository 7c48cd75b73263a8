"""The only sender of requests to Azure Resource Manager: it reads, and does nothing else.

Built on azure-core's pipeline rather than on azure-mgmt's operations. The same policies run, one operation costs a
fraction of the processor time (no models), and the answer stays as Azure sent it. Left out on purpose:

- ``ARMAutoResourceProviderRegistrationPolicy``, which answers a missing registration with a POST that registers;
- the retry policy: ``retry`` owns every repetition, on our clock;
- the redirect policy: it follows to any host, and the token must not leave ours.
"""

from __future__ import annotations

import logging
import ssl
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from azure.core import PipelineClient
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    ServiceRequestError,
    ServiceRequestTimeoutError,
    ServiceResponseTimeoutError,
)
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import HeadersPolicy, RequestIdPolicy, SansIOHTTPPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy, ARMHttpLoggingPolicy

from azlinkscan import __version__
from azlinkscan.collect.address import path_at
from azlinkscan.collect.answer import Answer, Broken, Cause

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

READING_POSTS: frozenset[str] = frozenset()
"""Paths (lower case, their end) of POSTs that read. None so far."""

_REDIRECTS = frozenset({301, 302, 307, 308})
_REDIRECT_LIMIT = 5


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
        self._session = requests.Session()
        adapter = requests.adapters.HTTPAdapter(pool_connections=2, pool_maxsize=workers, pool_block=True)
        self._session.mount("https://", adapter)
        transport = RequestsTransport(
            session=self._session,
            connection_timeout=connect_timeout,
            read_timeout=read_timeout,
            connection_verify=ca_file or True,
        )
        quiet = logging.getLogger("azlinkscan.collect.http")
        policies: list[Any] = [
            RequestIdPolicy(),
            HeadersPolicy({"Accept": "application/json"}),
            UserAgentPolicy(base_user_agent=f"azlinkscan/{__version__}"),
            ARMChallengeAuthenticationPolicy(credential, scope),
            ARMHttpLoggingPolicy(logger=quiet),
            ReadsOnly(),
        ]
        self._pipeline: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            self.host, policies=policies, transport=transport
        )

    def __enter__(self) -> ArmClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets the connections go."""
        self._pipeline.close()
        self._session.close()

    def ask(self, path_and_query: str) -> Answer | Broken:
        """One GET, with redirects to the same host followed; what breaks is returned."""
        path: str | None = path_and_query
        for _ in range(_REDIRECT_LIMIT):
            url = f"{self.host}{path}"
            answer = self._send(HttpRequest("GET", url))
            if isinstance(answer, Broken) or answer.status not in _REDIRECTS:
                return answer
            target = answer.headers.get("location")
            path = path_at(self.host, target, beside=url) if target else None
            if path is None:
                return answer
        return answer

    def _send(self, request: HttpRequest) -> Answer | Broken:
        try:
            response = self._pipeline.send_request(request)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, response.content)
        except AzureError as error:
            return Broken(_cause(error), type(error).__name__)
        except ValueError as error:
            # requests reads a Location even where it must not follow, and falls over a malformed one
            return Broken(Cause.CUT_OFF, type(error).__name__)


def _cause(error: AzureError) -> Cause:
    if isinstance(error, ClientAuthenticationError):
        return Cause.SIGN_IN
    if isinstance(error, ServiceResponseTimeoutError):
        return Cause.LATE
    if isinstance(error, ServiceRequestTimeoutError):
        return Cause.CONNECTION
    if _is_untrusted(error):
        return Cause.CERTIFICATE
    if isinstance(error, ServiceRequestError) and not isinstance(error, DecodeError):
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
        inner = (getattr(here, name, None) for name in ("inner_exception", "reason"))
        waiting += [here.__cause__, here.__context__, *inner, *here.args]
    return False
