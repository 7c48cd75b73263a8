"""A scripted Azure: what it answers to which path, and what it was asked. No network, no clock."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from azlinkscan.collect.answer import Answer, Broken
from azlinkscan.collect.reader import Reader
from azlinkscan.collect.retry import Patience, PatientAsker
from azlinkscan.collect.source import Source
from azlinkscan.collect.sources import SOURCES

HOST = "https://arm.example"
GUID = "00000000-0000-0000-0000-000000000001"
SUB = f"/subscriptions/{GUID}"
GROUP = f"{SUB}/resourceGroups/points"
NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
Outcome = Answer | Broken
IMPATIENT = Patience(attempts=2)


def ok(body: Any, **headers: str) -> Answer:
    return Answer(200, headers, json.dumps(body, ensure_ascii=False).encode())


def page(*items: Any, link: Any = None) -> Answer:
    return ok({"value": list(items), "nextLink": link})


def error(status: int, code: str | None = None, message: str = "", **headers: str) -> Answer:
    body = json.dumps({"error": {"code": code, "message": message}}) if code else ""
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body.encode())


def refused(action: str = "Microsoft.Some/things/read") -> Answer:
    return error(
        403,
        "AuthorizationFailed",
        f"The client 'a' with object id 'b' does not have authorization to perform action '{action}' over scope "
        f"'{SUB}' or the scope is invalid.",
        x_ms_correlation_request_id="correlation-1",
    )


class ScriptedAzure:
    """Answers by path (case-insensitive, without its query), each answer once, the last one for ever."""

    host = HOST

    def __init__(self, **_: Any) -> None:
        self.answers: dict[str, list[Outcome]] = {}
        self.otherwise: Callable[[str], Outcome] = lambda path: error(404, "NotScripted", path)
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def says(self, path: str, *outcomes: Outcome) -> ScriptedAzure:
        self.answers[path.lower()] = list(outcomes)
        return self

    def ask(self, path_and_query: str) -> Outcome:
        path = urlsplit(path_and_query).path.lower()
        with self._lock:
            self.asked.append(path_and_query)
            script = self.answers.get(path_and_query.lower()) or self.answers.get(path)
            if script is None:
                return self.otherwise(path)
            return script.pop(0) if len(script) > 1 else script[0]

    def paths(self) -> list[str]:
        return [urlsplit(asked).path for asked in self.asked]


class Naps:
    """A sleep that takes no time and remembers."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def asker(azure: ScriptedAzure, patience: Patience = IMPATIENT, **options: Any) -> PatientAsker:
    options.setdefault("sleep", Naps())
    options.setdefault("now", lambda: NOW)
    return PatientAsker(azure, patience, **options)


def reader(
    azure: ScriptedAzure, patience: Patience = IMPATIENT, *, page_limit: int = 50, **options: Any
) -> Reader:
    return Reader(asker(azure, patience, **options), page_limit=page_limit)


def row(kind: str, under: str | None = None) -> Source:
    return next(one for one in SOURCES if one.kind == kind and (under is None or one.under == under))


class AtOnce:
    """A pool without threads: work is done where it is submitted."""

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments))
        except Exception as fault:  # noqa: BLE001 - as a pool does
            future.set_exception(fault)
        return future
