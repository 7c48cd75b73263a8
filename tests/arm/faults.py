"""What can go wrong between a client and Azure, by rule.

A fault takes requests by a pattern and puts something else in place of their true answer.
"""

from __future__ import annotations

import fnmatch
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from re import Pattern

from tests.arm.asked import Asked
from tests.arm.reply import Reply, error
from tests.arm.sign_in import CLIENT, OBJECT
from tests.arm.sign_in import expired as _expired

Answer = Callable[[Asked, Callable[[], Reply]], Reply]
"""From a request and its true answer to what is sent."""


@dataclass(frozen=True)
class Fault:
    """A rule: which requests, what they get, how often."""

    matches: str | Pattern[str]
    """A glob without case over the canonical path (``/subscriptions/…``), the kind or type
    (``microsoft.sql/servers``) or the RBAC action (``microsoft.sql/servers/read``), or a regular expression that
    is searched in the canonical path."""
    answer: Answer
    times: int | None = None
    """How many requests it takes; None for all."""
    after: int = 0
    """How many matching requests pass first."""

    def takes(self, asked: Asked) -> bool:
        """Whether the rule is about this request."""
        if isinstance(self.matches, Pattern):
            return self.matches.search(asked.place) is not None
        wanted = self.matches.lower()
        names = (asked.place, asked.kind, asked.type, asked.action.lower())
        return any(fnmatch.fnmatchcase(name, wanted) for name in names)


class Faults:
    """The rules of one server and how often each has been met."""

    def __init__(self, rules: Iterable[Fault] = ()) -> None:
        self._met: list[tuple[Fault, list[int]]] = [(rule, [0]) for rule in rules]
        self._lock = threading.Lock()

    def add(self, rule: Fault) -> None:
        """A further rule, behind the others."""
        with self._lock:
            self._met.append((rule, [0]))

    def clear(self) -> None:
        """No rules any more."""
        with self._lock:
            self._met.clear()

    def of(self, asked: Asked) -> Answer | None:
        """The answer of the first rule that takes a request and is not used up."""
        with self._lock:
            for rule, met in self._met:
                if not rule.takes(asked):
                    continue
                met[0] += 1
                if met[0] > rule.after and (rule.times is None or met[0] <= rule.after + rule.times):
                    return rule.answer
        return None


# -- answers that Azure gives ---------------------------------------------------------------------


def refused(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """403: the caller lacks the right."""
    return error(
        403,
        "AuthorizationFailed",
        f"The client '{CLIENT}' with object id '{OBJECT}' does not have authorization to perform action "
        f"'{asked.action}' over scope '{asked.scope}' or the scope is invalid. If access was recently granted, "
        "please refresh your credentials.",
    )


def missing(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """404: gone since it was listed. A truth of another world, so not among FORGEABLE."""
    named = asked.path.rpartition("/providers/")[2]
    return error(404, "ResourceNotFound", f"The Resource '{named}' was not found.")


def unregistered(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """409: the subscription does not use this namespace."""
    namespace = asked.action.partition("/")[0]
    return error(
        409,
        "MissingSubscriptionRegistration",
        f"The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found "
        "for how to register subscriptions.",
    )


def locked(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """409: a lock stands in the way, as it does before every POST that reads."""
    return error(
        409,
        "ScopeLocked",
        f"The scope '{asked.scope}' cannot perform write operation because following scope(s) are locked: "
        f"'{asked.scope}'. Please remove the lock and try again.",
    )


def throttled(retry_after: int | None = 1) -> Answer:
    """429, saying when to come again or not."""

    def answer(asked: Asked, clean: Callable[[], Reply]) -> Reply:
        return too_many(asked, retry_after)

    return answer


def too_many(asked: Asked, retry_after: int | None) -> Reply:
    """The 429 of a request."""
    parts = asked.place.split("/")
    headers = {} if retry_after is None else {"Retry_After": str(retry_after)}
    return error(
        429,
        "SubscriptionRequestsThrottled",
        f"Number of 'read' requests for subscription '{parts[2] if len(parts) > 2 else ''}' actor '{OBJECT}' "
        f"exceeded. Please try again after '{retry_after or 1}' seconds after additional tokens are available. "
        "Refer to https://aka.ms/arm-throttling for additional information.",
        **headers,
    )


def broken(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """500 from the resource provider."""
    return error(
        500, "InternalServerError", "The server encountered an internal error. Please retry the request."
    )


def unavailable(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """503, as App Service words its errors."""
    body = {"Code": "ServiceUnavailable", "Message": "The service is unavailable. Try again later."}
    return Reply(503, json.dumps(body).encode())


def expired(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """401: the token has become too old."""
    return _expired(asked.base)


# -- what the network and proxies do --------------------------------------------------------------


def reset(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """The connection is reset."""
    return Reply(0, reset=True)


def slow(seconds: float) -> Answer:
    """The true answer, late."""

    def answer(asked: Asked, clean: Callable[[], Reply]) -> Reply:
        return replace(clean(), after=seconds)

    return answer


def truncated(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """Half of the JSON, sent as if it were all."""
    reply = clean()
    return replace(reply, body=reply.body[: max(1, len(reply.body) // 2)])


def cut_off(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """A length is announced, half arrives, the connection closes."""
    reply = clean()
    return replace(reply, sent=len(reply.body) // 2)


def html(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """200 with a proxy's page."""
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Network sign-in required</body></html>"
    return Reply(200, page, content_type="text/html; charset=utf-8")


def bad_gateway(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """502 with a page instead of JSON."""
    return Reply(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", content_type="text/html")


def empty(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """200 with nothing in it."""
    return Reply(200)


# -- lists that lie -------------------------------------------------------------------------------


def looped(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """A list whose next page is itself."""
    return _relisted(
        clean(), lambda page: {**page, "nextLink": asked.link(asked.query.get("$skiptoken", "0"))}
    )


def broken_off(asked: Asked, clean: Callable[[], Reply]) -> Reply:
    """Half a list, and a next page that answers 500."""
    if asked.query.get("$skiptoken") == "broken-off":
        return broken(asked, clean)

    def halved(page: Mapping[str, list[object]]) -> dict[str, object]:
        kept = page["value"][: len(page["value"]) // 2]
        return {**page, "value": kept, "nextLink": asked.link("broken-off")}

    return _relisted(clean(), halved)


def _relisted(reply: Reply, change: Callable[[dict[str, list[object]]], dict[str, object]]) -> Reply:
    """A changed list; anything but a list stays as it is."""
    page = reply.json if reply.status == 200 else None
    if not isinstance(page, dict) or not isinstance(page.get("value"), list):
        return reply
    return replace(reply, body=json.dumps(change(page), ensure_ascii=False).encode())


BY_NAME: Mapping[str, Answer] = {
    "refused": refused,
    "missing": missing,
    "unregistered": unregistered,
    "locked": locked,
    "throttled": throttled(),
    "throttled-without-hint": throttled(None),
    "broken": broken,
    "unavailable": unavailable,
    "expired": expired,
    "reset": reset,
    "slow": slow(30.0),
    "truncated": truncated,
    "cut-off": cut_off,
    "html": html,
    "bad-gateway": bad_gateway,
    "empty": empty,
    "looped": looped,
    "broken-off": broken_off,
}
"""Every answer under the name that a file of rules gives it."""

FORGEABLE = tuple(name for name in BY_NAME if name != "missing")
"""What may stand in place of a true answer without saying anything about the world: the faults of the law.

A 404 of ResourceNotFound, or what ``World.cannot`` says, is Azure's word that something is not there.
"""
