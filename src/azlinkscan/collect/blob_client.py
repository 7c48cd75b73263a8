"""The only sender of requests to blob endpoints: it asks for a container's access policies, and for nothing else.

Built on azure-storage-blob, which is imported where ``--data-plane`` is given. Its own repetitions and redirects are
off: ``retry`` owns the former, and the token must not follow the latter. Its reading of the answer is not used, since
it takes whatever is no access policy for "there is none".

The fact is a reduced form of the XML answer, in the words that Resource Manager uses of a file share::

    {"name": "members",
     "properties": {"publicAccess": "container" | "blob" | null,
                    "signedIdentifiers": [{"id": …, "accessPolicy": {"startTime": …, "expiryTime": …, "permission": …}}]}}

https://learn.microsoft.com/rest/api/storageservices/get-container-acl
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import requests
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseTimeoutError,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import ContainerClient

from azlinkscan import __version__
from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.client import WriteAttempted
from azlinkscan.collect.retry import now_utc
from azlinkscan.model.facts import Json

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

AUDIENCE = "https://storage.azure.com"
"""For whom a token is asked, in every cloud (https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory)."""
_SOON = 300
"""Seconds before its end at which a token is renewed."""

# The SDK warns of bodies that it cannot read; without a handler Python would print that.
logging.getLogger("azure.storage").addHandler(logging.NullHandler())


class _ReadsOnly(RequestsTransport):  # type: ignore[misc] # azure-core exports it lazily
    """Lets nothing pass but a GET."""

    def send(self, request: Any, **options: Any) -> Any:
        if request.method.upper() != "GET":
            raise WriteAttempted(f"a scan only reads: {request.method} {urlsplit(request.url).path}")
        return super().send(request, **options)


class _StorageToken:
    """Gives a token for storage, whatever it is asked for: an endpoint's challenge may name any resource.

    Kept until it ends, since every container has a client of its own and a credential may ask a program each time.
    """

    def __init__(self, credential: TokenCredential, now: Callable[[], datetime]) -> None:
        self._credential = credential
        self._now = now
        self._token: AccessToken | None = None
        self._lock = threading.Lock()

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        with self._lock:
            if self._token is None or self._token.expires_on - self._now().timestamp() < _SOON:
                self._token = self._credential.get_token(f"{AUDIENCE}/.default")
            return self._token

    def forget(self) -> None:
        """Ask for another the next time."""
        with self._lock:
            self._token = None


class BlobClient:
    """Asks the blob endpoints of one cloud as one signed-in identity. Safe to share between threads."""

    host = ""  # every account has its own: the address says which

    def __init__(
        self,
        credential: TokenCredential,
        *,
        workers: int,
        api_version: str,
        ca_file: str | None = None,
        now: Callable[[], datetime] = now_utc,
        connect_timeout: float = 10,
        read_timeout: float = 60,
    ) -> None:
        self._token = _StorageToken(credential, now)
        self._api_version = api_version
        self._session = requests.Session()
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=workers, pool_block=True)
        self._session.mount("https://", adapter)
        self._transport = _ReadsOnly(
            session=self._session,
            session_owner=False,
            connection_timeout=connect_timeout,
            read_timeout=read_timeout,
            connection_verify=ca_file or True,
        )

    def close(self) -> None:
        """Lets the connections go."""
        self._session.close()

    def ask(self, path_and_query: str) -> Answer | Broken:
        """What the address of a container's ACL says: the access policies as JSON, an error as it was sent."""
        parts = urlsplit(path_and_query)
        account, _, container = parts._replace(query="").geturl().rpartition("/")
        name = unquote(container)
        answer = self._send(account, name)
        if isinstance(answer, Broken) or answer.status != 200:
            if isinstance(answer, Answer) and answer.status == 401:
                self._token.forget()
            return answer
        body = reduced(answer.body, name, answer.headers.get("x-ms-blob-public-access"))
        if body is None:
            return Broken(Cause.CUT_OFF, "no access policies")
        return Answer(answer.status, answer.headers, json.dumps(body, ensure_ascii=False).encode())

    def _send(self, account: str, container: str) -> Answer | Broken:
        sent: list[Any] = []
        try:
            client = ContainerClient(
                account,
                container,
                credential=self._token,
                audience=AUDIENCE,
                api_version=self._api_version,
                transport=self._transport,
                retry_total=0,
                permit_redirects=False,
                user_agent=f"azlinkscan/{__version__}",
            )
            client.get_container_access_policy(raw_response_hook=sent.append)
        except HttpResponseError as error:
            if not sent:
                return Broken(_cause(error), type(error).__name__)
        except AzureError as error:
            return Broken(_cause(error), type(error).__name__)
        except ValueError as error:
            # no https, a malformed Location, a body of another type than it says
            return Broken(Cause.CUT_OFF, type(error).__name__)
        response = sent[-1].http_response
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.content)


def _cause(error: AzureError) -> Cause:
    if isinstance(error, ClientAuthenticationError):
        return Cause.SIGN_IN
    if isinstance(error, ServiceResponseTimeoutError):
        return Cause.LATE
    if isinstance(error.inner_exception, requests.exceptions.SSLError):
        return Cause.CERTIFICATE
    return Cause.CONNECTION if isinstance(error, ServiceRequestError) else Cause.CUT_OFF


def reduced(xml: bytes, name: str, public_access: str | None) -> dict[str, Json] | None:
    """The fact's body, or None where the answer is not the list of access policies that Azure documents."""
    try:
        root = ElementTree.fromstring(xml)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    if root.tag != "SignedIdentifiers" or any(one.tag != "SignedIdentifier" for one in root):
        return None
    return {
        "name": name,
        "properties": {
            "publicAccess": public_access,
            "signedIdentifiers": [_identifier(one) for one in root],
        },
    }


def _identifier(one: ElementTree.Element) -> dict[str, Json]:
    policy = one.find("AccessPolicy")
    own = _texts(one, {"Id": "id"})
    if policy is None:
        return own
    named = {"Start": "startTime", "Expiry": "expiryTime", "Permission": "permission"}
    return {**own, "accessPolicy": _texts(policy, named)}


def _texts(holder: ElementTree.Element, named: dict[str, str]) -> dict[str, Json]:
    """The elements that are there, under the names that they get; an empty one is an empty text."""
    return {name: holder.findtext(tag) for tag, name in named.items() if holder.find(tag) is not None}
