"""The server: HTTP/1.1 over TLS on loopback, with a log of what was asked and faults by rule."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any, Self

from azlinkscan.model import arm
from tests.arm import sign_in
from tests.arm.asked import Asked
from tests.arm.faults import Answer, Fault, Faults, refused, too_many
from tests.arm.graph import PATH as GRAPH
from tests.arm.graph import Graph
from tests.arm.registry import NAMESPACES
from tests.arm.reply import Reply, error, ok
from tests.arm.rights import allows, permissions
from tests.arm.sign_in import SignIn
from tests.arm.throttle import Buckets, Limit
from tests.arm.tls import HOST, issue
from tests.arm.world import Listed, World

SECRET_LISTS = ("/config/appsettings/list", "/config/connectionstrings/list")
"""What Azure reads by POST."""


@dataclass(frozen=True)
class Request:
    """One line of the log."""

    method: str
    path: str
    """As sent, decoded."""
    query: str
    status: int
    at: float
    """Seconds on the monotonic clock."""
    kind: str
    action: str


class ArmServer:
    """Azure Resource Manager and its sign-in on one port, from entering the context to leaving it."""

    def __init__(
        self,
        world: World,
        *,
        faults: Iterable[Fault] = (),
        page_size: int = 1000,
        limit: Limit | None = None,
        allowed_actions: Iterable[str] = ("*",),
        token_lifetime: float = 3600.0,
        latency: float = 0.0,
        port: int = 0,
        graph: Graph | None = None,
        registered: Iterable[str] | None = None,
        date: str | None = None,
    ) -> None:
        self.world = world
        self.graph = graph or Graph()
        self.faults = Faults(faults)
        self.page_size = page_size
        self.buckets = Buckets(limit) if limit else None
        self.allowed_actions = frozenset(allowed_actions)
        self.sign_in = SignIn(lifetime=token_lifetime)
        self.latency = latency
        self.registered = frozenset(NAMESPACES if registered is None else registered)
        self.date = date
        self.requests: list[Request] = []
        self._port = port
        self._numbers = count(1)
        self._open = ExitStack()
        self._http: _Http

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.folder = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="arm-")))
            certificates = issue(self.folder)
            self.ca_file = certificates.ca
            self._http = opening.enter_context(_Http(self, certificates.context(), self._port))
            self.url = f"https://{HOST}:{self._http.server_address[1]}"
            self.cloud_file = write_cloud_file(self.folder / "cloud.json", self.url, self.ca_file)
            thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="arm")
            thread.start()
            opening.callback(thread.join)
            opening.callback(self._http.stop)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    # -- what a test asks -------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which azure-identity's EnvironmentCredential signs in here."""
        return {
            "AZURE_TENANT_ID": sign_in.TENANT,
            "AZURE_CLIENT_ID": sign_in.CLIENT,
            "AZURE_CLIENT_SECRET": sign_in.SECRET,
        }

    @property
    def writes(self) -> list[Request]:
        """Every request that was not a read: a scan must leave this empty."""
        return [
            request
            for request in self.requests
            if request.method not in ("GET", "HEAD")
            and request.path.lower() != GRAPH
            and not request.path.lower().endswith(SECRET_LISTS)
        ]

    def fault(self, matches: str, answer: Answer, times: int | None = None, after: int = 0) -> None:
        """Add a rule while the server runs."""
        self.faults.add(Fault(matches, answer, times, after))

    # -- one request ------------------------------------------------------------------------------

    def answer(self, method: str, target: str, authorization: str | None, body: bytes) -> Reply:
        """The whole of one exchange but its bytes."""
        asked = Asked.of(method, target, self.url)
        if signed := self.sign_in.answer(method, asked.path, body, self.url):
            return signed
        reply = self._stamped(self._answered(asked, authorization, body), asked)
        query = target.partition("?")[2]
        self.requests.append(
            Request(method, asked.path, query, reply.status, time.monotonic(), asked.kind, asked.action)
        )
        return replace(reply, after=reply.after + self.latency)

    def _answered(self, asked: Asked, authorization: str | None, body: bytes) -> Reply:
        is_query = asked.method == "POST" and asked.place == GRAPH
        is_secret = asked.method == "POST" and asked.place.endswith(SECRET_LISTS)
        if asked.method != "GET" and not is_query and not is_secret:
            return error(
                405,
                "MethodNotAllowed",
                f"The requested resource does not support http method '{asked.method}'.",
            )
        if refusal := self.sign_in.refuses(authorization, self.url):
            return refusal
        if self.buckets:
            _, wait = self.buckets.take(_bucket(asked))
            if wait:
                return too_many(asked, wait if self.buckets.limit.retry_after else None)
        answer = self.faults.of(asked)

        def clean() -> Reply:
            if is_query:
                return self._queried(asked, body)
            return self._secrets(asked) if is_secret else self._clean(asked)

        return answer(asked, clean) if answer else clean()

    def _queried(self, asked: Asked, body: bytes) -> Reply:
        if self.graph.refuses:
            return refused(asked, lambda: self._clean(asked))
        return self.graph.answer(body, self.world.tracked(), self.allowed_actions)

    def _secrets(self, asked: Asked) -> Reply:
        """What Azure reads by POST, an app's settings: an app without any has none."""
        if not allows(self.allowed_actions, asked.action):
            return refused(asked, lambda: self._secrets(asked))
        path = asked.path.removesuffix("/list")
        body = self.world.bodies.get(arm.canonical(path))
        return ok(
            body
            or {"id": path, "name": arm.name_of(path), "type": "Microsoft.Web/sites/config", "properties": {}}
        )

    def _clean(self, asked: Asked) -> Reply:
        # Everybody may list the subscriptions: the list holds those that the caller may see.
        if asked.type == "microsoft.authorization/permissions":
            return ok(permissions(self.allowed_actions))
        if asked.place != "/subscriptions" and not allows(self.allowed_actions, asked.action):
            return refused(asked, lambda: self._clean(asked))
        if asked.type == "microsoft.resources/providers" and asked.is_list:
            return self._page(asked, self._providers())
        found = self.world.answer(asked)
        return self._page(asked, found.bodies) if isinstance(found, Listed) else found

    def _page(self, asked: Asked, bodies: Sequence[dict[str, Any]]) -> Reply:
        token = asked.query.get("$skiptoken", "0")
        if not token.isdigit():
            return error(400, "InvalidSkipToken", f"The skip token '{token}' is invalid.")
        start = int(token)
        end = start + self.page_size
        page: dict[str, Any] = {"value": list(bodies[start:end])}
        if end < len(bodies):
            page["nextLink"] = asked.link(str(end))
        elif asked.type.startswith("microsoft.web/"):
            page["nextLink"] = None  # App Service writes it out; most providers leave it away
        return ok(page)

    def _providers(self) -> list[dict[str, Any]]:
        states = {True: "Registered", False: "NotRegistered"}
        return [
            {"namespace": one, "registrationState": states[one in self.registered]}
            for one in sorted(NAMESPACES)
        ]

    def _stamped(self, reply: Reply, asked: Asked) -> Reply:
        number = f"00000000-0000-0000-0000-{next(self._numbers):012}"
        stamped = {"x-ms-request-id": number, "x-ms-correlation-request-id": number, **reply.headers}
        if asked.method == "GET":
            remaining = self.buckets.remaining(_bucket(asked)) if self.buckets else Limit().size - 1
            stamped["x-ms-ratelimit-remaining-subscription-reads"] = str(remaining)
        return replace(reply, headers=stamped)


def write_cloud_file(path: Path, url: str, ca_file: Path) -> Path:
    """The description of this cloud for ``--cloud``."""
    cloud = {
        "authority": url,
        "resource_manager": url,
        "audience": url,
        "ca_file": str(ca_file),
        "instance_discovery": False,
    }
    path.write_text(json.dumps(cloud, indent=2) + "\n", encoding="utf-8")
    return path


def _bucket(asked: Asked) -> str:
    return "/".join(asked.place.split("/")[:3])


class _Http(ThreadingHTTPServer):
    """Threads that are joined at the end; the handshake happens in the connection's own thread."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, arm: ArmServer, context: ssl.SSLContext, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.arm = arm
        self.stopping = threading.Event()
        self._context = context
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = super().get_request()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secure = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._connections.add(secure)
        return secure, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in mid-sentence is no news; anything else is a fault of this server."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stop accepting and end every connection, so that no thread waits for a client."""
        self.stopping.set()
        self.shutdown()
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def _serve(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.server.arm.answer(self.command, self.path, self.headers.get("Authorization"), sent)
        if reply.after and self.server.stopping.wait(reply.after):
            self.close_connection = True
            return
        if reply.reset:
            self._reset()
            return
        body = b"" if self.command == "HEAD" else reply.body[: reply.sent]
        phrase = HTTPStatus(reply.status).phrase
        head = [
            f"HTTP/1.1 {reply.status} {phrase}",
            f"Date: {self.server.arm.date or self.date_time_string()}",
        ]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        head += [f"Content-Type: {reply.content_type}", f"Content-Length: {len(reply.body)}", "", ""]
        self.wfile.write("\r\n".join(head).encode("latin-1") + body)
        if reply.sent is not None:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server looks for these names

    def _reset(self) -> None:
        # A linger of zero seconds makes close() send RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen: the log is ``ArmServer.requests``."""
