"""What the server sends back, and Azure Resource Manager's own words when it refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """One answer, or what becomes of it on the way."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON
    after: float = 0.0
    """Seconds that the server waits first."""
    sent: int | None = None
    """The bytes of the body after which the connection breaks; None where all of it arrives."""
    reset: bool = False
    """The connection is reset instead of answered."""

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def ok(body: Any) -> Reply:
    """200 with a JSON body."""
    return Reply(200, _bytes(body))


def error(status: int, code: str, message: str, **headers: str) -> Reply:
    """An error in ARM's form; a header's name is written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, _bytes({"error": {"code": code, "message": message}}), named)


def _bytes(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
