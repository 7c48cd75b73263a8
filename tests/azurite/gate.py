"""Stands before Azurite and takes a bearer token for Get Container ACL, which Azurite itself does not."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import urllib3
from azure.core.exceptions import HttpResponseError

from tests.arm.tls import HOST, Certificates
from tests.azurite.emulator import Azurite

_PASSED_ON = ("authorization", "x-ms-version", "x-ms-date", "x-ms-client-request-id")
_KEPT = ("content-type", "x-ms-blob-public-access", "x-ms-error-code", "x-ms-request-id", "x-ms-version")


class Gate:
    """A blob endpoint over TLS, with a log of the methods and targets that it was asked."""

    def __init__(self, certificates: Certificates, azurite: Azurite) -> None:
        self.azurite = azurite
        self.asked: list[tuple[str, str]] = []
        self._certificates = certificates
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._pool = opening.enter_context(
                urllib3.PoolManager(
                    ca_certs=str(self._certificates.ca), retries=False, timeout=10, maxsize=16
                )
            )
            http = opening.enter_context(_Http(self))
            http.socket = self._certificates.context().wrap_socket(http.socket, server_side=True)
            self.url = f"https://{HOST}:{http.server_address[1]}"
            thread = threading.Thread(target=http.serve_forever, args=(0.02,), name="gate")
            thread.start()
            opening.callback(thread.join)
            opening.callback(http.shutdown)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def answer(self, method: str, target: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Azurite's own answer to a read of an ACL by whoever may read the container's properties."""
        self.asked.append((method, target))
        parts = urlsplit(target)
        account, container = parts.path.strip("/").split("/")
        if method != "GET" or parse_qs(parts.query) != {"restype": ["container"], "comp": ["acl"]}:
            return 405, {}, b""
        passed_on = {name: value for name, value in headers.items() if name.lower() in _PASSED_ON}
        address = f"{self.azurite.url}{parts.path}?restype=container"
        judged = self._pool.request("GET", address, headers=passed_on)
        if judged.status != 200:
            return judged.status, _kept(judged.headers), judged.data
        sent: list[Any] = []
        with self.azurite.owner(account) as service, service.get_container_client(container) as client:
            try:
                client.get_container_access_policy(raw_response_hook=sent.append)
            except HttpResponseError:
                assert sent
        response = sent[-1].http_response
        return response.status_code, _kept(response.headers), response.content


def _kept(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _KEPT}


class _Http(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, gate: Gate) -> None:
        super().__init__((HOST, 0), _Handler)
        self.gate = gate


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def _serve(self) -> None:
        status, headers, body = self.server.gate.answer(self.command, self.path, dict(self.headers.items()))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - http.server looks for these names

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen: the log is ``Gate.asked``."""
