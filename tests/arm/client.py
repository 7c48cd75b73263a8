"""A plain client for tests of the server: one connection pool, verified by the throw-away authority."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import urllib3

from tests.arm.server import ArmServer

VERSIONS = {
    "microsoft.web": "2023-12-01",
    "microsoft.storage": "2023-05-01",
    "microsoft.sql": "2023-08-01",
    "microsoft.network": "2024-05-01",
    "microsoft.recoveryservices": "2024-04-01",
    "microsoft.authorization": "2022-04-01",
    "microsoft.insights": "2021-05-01-preview",
}


class Client:
    """Asks a server with a token that it issued."""

    def __init__(self, arm: ArmServer, *, token: str | None = None) -> None:
        self.arm = arm
        self.token = arm.sign_in.issue(arm.url) if token is None else token
        self._pool = urllib3.PoolManager(ca_certs=str(arm.ca_file), retries=False, timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.clear()

    def send(self, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """A request as it is; a path is completed to an address."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        address = url if url.startswith("https:") else self.arm.url + url
        return self._pool.request(method, address, headers=headers, **options)

    def get(self, path: str, query: str = "") -> urllib3.BaseHTTPResponse:
        """A GET with an api-version that its type answers to."""
        namespace = path.rpartition("/providers/")[2].split("/")[0].lower()
        version = VERSIONS.get(namespace, "2022-09-01" if "resource" in path.lower() else "2021-01-01")
        if path.lower().rpartition("/")[0].endswith("/locks") or path.lower().endswith("/locks"):
            version = "2020-05-01"
        return self.send("GET", f"{path}?api-version={version}{query}")

    def pages(self, path: str) -> Iterator[list[Any]]:
        """The pages of a list."""
        answer = self.get(path).json()
        yield answer["value"]
        while link := answer.get("nextLink"):
            answer = self.send("GET", link).json()
            yield answer["value"]

    def names(self, path: str, query: str = "") -> list[str]:
        """The names in a list of one page."""
        return [item["name"] for item in self.get(path, query).json()["value"]]

    def error(self, path: str) -> tuple[int, str]:
        """The status and code of an error."""
        answer = self.get(path)
        return answer.status, answer.json()["error"]["code"]
