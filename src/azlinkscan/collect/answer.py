"""What came of one request: an answer, or what broke before there was one. Values, never exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False, default=b"")


class Cause(StrEnum):
    """What broke."""

    CONNECTION = "connection"
    """Nobody answered: refused, unreachable, no such name, a proxy in between."""
    CERTIFICATE = "certificate"
    """The other side's TLS certificate is not trusted."""
    LATE = "late"
    """No answer in time."""
    CUT_OFF = "cut-off"
    """The answer ended before it was whole, or could not be decoded."""
    SIGN_IN = "sign-in"
    """No token could be had."""
    ENDED = "ended"
    """Nothing broke: the scan ended before the request had its turn."""


@dataclass(frozen=True)
class Broken:
    """A request without an answer."""

    cause: Cause
    detail: str
    """The kind of error, for a person: no address, no secret."""


class Asker(Protocol):
    """Whatever can put a question to Azure Resource Manager."""

    @property
    def host(self) -> str:
        """Scheme and host of the endpoint: no other is asked."""
        ...

    def ask(self, path_and_query: str) -> Answer | Broken:
        """One GET."""
        ...
