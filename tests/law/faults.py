"""Random mixes of what can go wrong between us and Azure, for an estate that answers in this process.

A fault never says anything untrue about the world: where Azure would by these words truthfully say "there is none",
or where a body of the same form would be a true answer, the true answer is given instead. See :func:`is_a_forgery`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Event
from typing import Any

from hypothesis import strategies as st

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.error_body import said
from azlinkscan.collect.reader import NAMES_NOTHING
from azlinkscan.collect.retry import NOT_JSON, decoded
from azlinkscan.collect.source import Source
from azlinkscan.model import arm
from tests.arm import faults as arm_faults
from tests.arm.asked import Asked
from tests.arm.reply import Reply
from tests.arm.throttle import Buckets, Limit
from tests.law.estate import FOLLOWED, PLAN, READ_EACH, EstateAsker
from tests.law.scan import VirtualClock
from tests.law.shapes import SHAPES, json_of

Outcome = Answer | Broken
MOST_REQUESTS = 20_000
"""A scan of so small an estate that asks more than this does not end."""
LATENCY = 0.06


# -- single faults --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What stands in place of a true answer."""

    name: str
    does: Callable[[Asked, Answer], Outcome] = field(repr=False)


def _said(status: int, code: str | None, shape: str, **headers: str) -> Fault:
    """An error of Azure's, in one of the shapes in which its services write them."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    told = "".join(f", {name} {value}" for name, value in named.items())
    body = SHAPES[shape](status, code or "", f"Something about {code or 'nothing'}.")
    return Fault(f"{status} {code or ''} as {shape}{told}", lambda asked, true: Answer(status, named, body))


_REFUSED = (
    (403, "AuthorizationFailed"),
    (403, "LinkedAuthorizationFailed"),
    (403, "AuthorizationFailure"),
    (403, "RequestDisallowedByPolicy"),
    (403, "RequestDeniedByNetworkSecurityPerimeter"),
    (403, "Forbidden"),
    (403, "FeatureNotSupportedForAccount"),
    (403, "ResourceNotFound"),
    (409, "ScopeLocked"),
    (423, "Locked"),
    (409, "MissingSubscriptionRegistration"),
    (409, "SubscriptionNotRegistered"),
    (401, "InvalidAuthenticationToken"),
    (401, "Unauthorized"),
)
_GONE = (
    (404, "ResourceNotFound"),
    (404, "ResourceGroupNotFound"),
    (404, "ParentResourceNotFound"),
    (404, "SubscriptionNotFound"),
    (404, "NotFound"),
    (404, "InvalidResourceType"),
    (404, "FeatureNotSupportedForAccount"),
    (404, None),
    (410, "Gone"),
)
_WRONG = (
    (400, "FeatureNotSupportedForAccount"),
    (400, "BadRequest"),
    (400, "OperationNotAllowed"),
    (405, "MethodNotAllowed"),
    (406, None),
    (409, "FeatureNotSupportedForAccount"),
    (409, "AnotherOperationInProgress"),
    (412, "PreconditionFailed"),
)
_FAILED = (
    (408, "RequestTimeout"),
    (429, "SubscriptionRequestsThrottled"),
    (500, "InternalServerError"),
    (500, "ResourceNotFound"),
    (502, "BadGatewayConnection"),
    (502, "AuthorizationFailed"),
    (503, "ServerTimeout"),
    (503, None),
    (504, "GatewayTimeout"),
)
# An answer of success or of "nothing new" that holds no answer.
_HOLLOW = ((200, "InternalServerError"), (201, ""), (202, ""), (204, ""), (206, ""), (302, ""), (304, ""))


def _throttled() -> Iterator[Fault]:
    for headers in (
        {},
        {"retry_after": "1"},
        {"retry_after": "17"},
        {"retry_after": "181"},
        {"retry_after": "86400"},
        {"retry_after": "0"},
        {"retry_after": "soon"},
        {"retry_after": "-5"},
        {"retry_after": "9" * 400},
        {"retry_after": "Wed, 01 Apr 2026 00:00:20 GMT"},
        {"retry_after": "Wed, 01 Apr 2026 09:00:00 GMT"},
        {"retry_after": "Wed, 01 Apr 2020 00:00:00 GMT"},
        {"x_ms_retry_after_ms": "1500"},
        {"retry_after_ms": "3600000"},
    ):
        for shape in ("arm", "app service", "a text", "nothing"):
            yield _said(429, "TooManyRequests", shape, **headers)
    for shape in ("arm", "nothing"):
        yield _said(503, "ServiceUnavailable", shape, retry_after="30")
        yield _said(503, "ServiceUnavailable", shape, retry_after="3600")


def _of_the_network() -> Iterator[Fault]:
    for cause in Cause:
        yield Fault(f"broken: {cause.value}", lambda asked, true, cause=cause: Broken(cause, "Planted"))
    for name in ("truncated", "html", "bad-gateway", "empty", "expired", "looped", "broken-off"):
        yield Fault(name, _as_served(arm_faults.BY_NAME[name]))
    for share in (1, 3, 9):
        yield Fault(f"the first {share} tenths", lambda asked, true, share=share: _cut(true, share))
    yield Fault("with a mark, cut", lambda asked, true: _with(true, b"\xef\xbb\xbf" + true.body[:-1]))
    yield Fault("followed by rubbish", lambda asked, true: _with(true, true.body + b"<!-- proxy -->"))
    yield Fault("another encoding", lambda asked, true: _with(true, b"\xff\xfe" + true.body))
    yield Fault("no number", lambda asked, true: _with(true, b'{"value": NaN}'))
    yield Fault("nested without end", lambda asked, true: _with(true, b'{"value":' + b"[" * 100_000))
    yield Fault(
        "to another host", lambda asked, true: Answer(302, {"location": "https://evil.example/"}, b"")
    )


def _as_served(answer: arm_faults.Answer) -> Callable[[Asked, Answer], Outcome]:
    def does(asked: Asked, true: Answer) -> Outcome:
        reply = answer(asked, lambda: Reply(true.status, true.body, true.headers))
        return Answer(
            reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body
        )

    return does


def _with(true: Answer, body: bytes) -> Answer:
    return Answer(true.status, true.headers, body)


def _cut(true: Answer, share: int) -> Answer:
    return _with(true, true.body[: max(1, len(true.body) * share // 10)])


def _on_lists() -> Iterator[Fault]:
    """Lists that lie about their length, or are none."""
    links: Mapping[str, Callable[[Asked], Any]] = {
        "itself": lambda asked: asked.link(asked.query.get("$skiptoken", "0")),
        "its first page": lambda asked: (
            asked.link("0").replace("%24skiptoken=0", "").replace("$skiptoken=0", "")
        ),
        "a page that fails": lambda asked: asked.link("fails"),
        "a page that is refused": lambda asked: asked.link("refused"),
        "an empty page that fails after": lambda asked: asked.link("empty"),
        "pages without end": lambda asked: asked.link(f"endless{_turned(asked) + 1}"),
        "another host": lambda asked: "https://evil.example/subscriptions?api-version=2021-01-01",
        "a host in disguise": lambda asked: f"{asked.base}@evil.example/",
        "a malformed address": lambda asked: "https://[::1/x",
        "no text": lambda asked: 7,
        "a list": lambda asked: [asked.base],
        "false": lambda asked: False,
    }
    for to, link in links.items():
        for kept, cut in _CUTS.items():
            yield Fault(f"{kept}, then {to}", _relinked(cut, link))
    for name, value in (
        ("null", None),
        ("an object", {}),
        ("a text", "[]"),
        ("a number", 0),
        ("false", False),
    ):
        yield Fault(f"value is {name}", _revalued(lambda page, value=value: {**page, "value": value}))
    yield Fault("no value", _revalued(lambda page: {"count": len(page["value"])}))
    yield Fault("a bare list", _revalued(lambda page: page["value"]))
    yield Fault(
        "an error beside the value", _revalued(lambda page: {**page, "error": {"code": "PartialResult"}})
    )
    for name, item in (("null", None), ("a text", "x"), ("an empty object", {}), ("a list", [])):
        yield Fault(
            f"an item is {name}",
            _revalued(
                lambda page, item=item: (
                    {**page, "value": [*page["value"][1:], item]} if page["value"] else page
                )
            ),
        )


def _turned(asked: Asked) -> int:
    """How many pages without end came before this one."""
    number = asked.query.get("$skiptoken", "").removeprefix("endless")
    return int(number) if number.isdecimal() else 0


_CUTS: Mapping[str, Callable[[list[Any]], list[Any]]] = {
    "all": lambda items: items,
    "half": lambda items: items[: len(items) // 2],
    "none": lambda items: [],
}


def _relinked(
    cut: Callable[[list[Any]], list[Any]], link: Callable[[Asked], Any]
) -> Callable[[Asked, Answer], Outcome]:
    def does(asked: Asked, true: Answer) -> Outcome:
        token = asked.query.get("$skiptoken", "")
        if token == "fails":
            return Answer(500, {}, SHAPES["arm"](500, "InternalServerError", "x"))
        if token == "refused":
            return Answer(403, {}, SHAPES["arm"](403, "AuthorizationFailed", "x"))
        if token == "empty":
            return Answer(200, {}, json_of({"value": [], "nextLink": asked.link("fails")}))
        if token.startswith("endless"):
            return Answer(200, {}, json_of({"value": [], "nextLink": link(asked)}))
        return _page_changed(true, lambda page: {"value": cut(page["value"]), "nextLink": link(asked)})

    return does


def _revalued(change: Callable[[dict[str, Any]], Any]) -> Callable[[Asked, Answer], Outcome]:
    return lambda asked, true: _page_changed(true, change)


def _page_changed(true: Answer, change: Callable[[dict[str, Any]], Any]) -> Answer:
    """A changed page; anything but a page of a list stays as it is."""
    page = decoded(true.body) if true.status == 200 else None
    if not isinstance(page, dict) or not isinstance(page.get("value"), list) or "id" in page:
        return true
    return _with(true, json_of(change(page)))


def _in_shapes(pairs: tuple[tuple[int, str | None], ...]) -> tuple[Fault, ...]:
    return tuple(_said(status, code, shape) for status, code in pairs for shape in SHAPES)


FAMILIES: Mapping[str, tuple[Fault, ...]] = {
    "refused": _in_shapes(_REFUSED),
    "plainly refused": tuple(_said(status, code, "arm") for status, code in _REFUSED),
    "gone": _in_shapes(_GONE),
    "plainly gone": tuple(_said(status, code, "arm") for status, code in _GONE),
    "wrong": _in_shapes(_WRONG),
    "failed": _in_shapes(_FAILED),
    "hollow": _in_shapes(_HOLLOW),
    "throttled": tuple(_throttled()),
    "network": tuple(_of_the_network()),
    "lists": tuple(_on_lists()),
}


# -- what a fault may not say ---------------------------------------------------------------------


@lru_cache(maxsize=4096)
def row_of(kind: str, listed: bool) -> Source | None:
    """The row of the source table that asks for a kind."""
    return next((row for row in PLAN.rows if row.kind == kind), None)


def is_a_forgery(asked: Asked, outcome: Outcome, walked: str, exists: Callable[[str], bool]) -> bool:
    """Whether an answer would be a true word about another world.

    Such are the pairs of operation and code by which Azure truthfully says "this one cannot have any"; of an id that
    is looked up, the codes that say that it names nothing; and an empty list that is whole in form.
    """
    if isinstance(outcome, Broken):
        return False
    body = decoded(outcome.body)
    if outcome.status == 200:
        return asked.is_list and isinstance(body, dict) and body.get("value") == [] and "nextLink" not in body
    pair = (outcome.status, said(None if body is NOT_JSON else body, outcome.body).code)
    if any(pair in row.none_when for row in PLAN.rows if row.kind == asked.kind):
        return True
    if pair not in NAMES_NOTHING or asked.is_list or asked.kind not in FOLLOWED:
        return False
    # An environment is read one by one because it was listed; every other followed id is looked up.
    row = row_of(asked.kind, False)
    is_listed = (
        row is not None and row.each and arm.subscription_of(asked.place) == walked and exists(asked.place)
    )
    return not is_listed


# -- rules, mixes, and the estate behind them -----------------------------------------------------


@dataclass(frozen=True)
class Aim:
    """Which requests a rule is about."""

    at: str
    """this, beneath (it), kind, provider, pages, followed (ids), (listed) items, or all."""
    number: int = 0
    """Of which of the requests that the clean scan made."""


@dataclass(frozen=True)
class Rule:
    """A fault, aimed, and how long it lasts."""

    aim: Aim
    fault: Fault
    after: int = 0
    """How many of its requests pass first."""
    times: int | None = None
    """How many it spoils; None for all."""


@dataclass(frozen=True)
class Throttle:
    """A bucket that the scan empties itself, or that a neighbour holds empty for a while."""

    size: int
    per_second: float
    says_when: bool
    neighbour: tuple[float, float] = (0.0, 0.0)
    """From when until when somebody else takes everything."""


@dataclass(frozen=True)
class Mix:
    """Everything that goes wrong in one scan."""

    rules: tuple[Rule, ...]
    throttle: Throttle | None = None
    ends_after: int | None = None
    """The scan is told to end after so many requests."""


class FaultyAsker:
    """An estate behind a mix of faults."""

    host = EstateAsker.host

    def __init__(self, estate: EstateAsker, mix: Mix, clock: VirtualClock) -> None:
        self._estate = estate
        self._mix = mix
        self._clock = clock
        self._met = [0] * len(mix.rules)
        self._known = tuple(estate.asked(address) for address in estate.answers)
        self._follows = any(_is_followed(asked) for asked in self._known)
        self._buckets = (
            Buckets(Limit(mix.throttle.size, mix.throttle.per_second), clock.seconds)
            if mix.throttle
            else None
        )
        self.cancelled = Event()
        self.requests = 0
        self.spoilt = 0
        self.walked = ""

    def ask(self, path_and_query: str) -> Outcome:
        self.requests += 1
        assert self.requests < MOST_REQUESTS, "the scan does not end"
        if self._mix.ends_after is not None and self.requests > self._mix.ends_after:
            self.cancelled.set()
        self._clock.sleep(LATENCY)
        asked = self._estate.asked(path_and_query)
        if not asked.is_list and asked.kind == arm.SUBSCRIPTION:
            self.walked = asked.place
        if (wait := self._throttled(asked)) is not None:
            return wait
        outcome = self._spoilt(asked, path_and_query)
        return self._estate.ask(path_and_query) if outcome is None else outcome

    def _throttled(self, asked: Asked) -> Answer | None:
        if self._buckets is None or self._mix.throttle is None:
            return None
        since, until = self._mix.throttle.neighbour
        _, wait = self._buckets.take("/".join(asked.place.split("/")[:3]))
        if since <= self._clock.passed < until:
            wait = wait or 1
        if not wait:
            return None
        reply = arm_faults.too_many(asked, wait if self._mix.throttle.says_when else None)
        self.spoilt += 1
        return Answer(429, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def _spoilt(self, asked: Asked, path_and_query: str) -> Outcome | None:
        for number, rule in enumerate(self._mix.rules):
            if not self._takes(rule.aim, asked):
                continue
            self._met[number] += 1
            met = self._met[number]
            if met <= rule.after or (rule.times is not None and met > rule.after + rule.times):
                continue
            outcome = rule.fault.does(asked, self._estate.ask(path_and_query))
            if not is_a_forgery(asked, outcome, self.walked, self._exists):
                self.spoilt += 1
                return outcome
        return None

    def _exists(self, place: str) -> bool:
        return place in self._estate.world.bodies

    def _takes(self, aim: Aim, asked: Asked) -> bool:
        like = self._known[aim.number % len(self._known)]
        match aim.at:
            case "all":
                return True
            case "pages":
                return "$skiptoken" in asked.query
            case "followed" if self._follows:
                return _is_followed(asked)
            case "items":
                return asked.kind in READ_EACH and not asked.is_list
            case "provider":
                return asked.namespace.lower() == like.namespace.lower()
            case "kind":
                return asked.kind == like.kind
            case "beneath":
                return asked.place == like.place or asked.place.startswith(like.place + "/")
        return asked.place == like.place


def _is_followed(asked: Asked) -> bool:
    return asked.kind in FOLLOWED and not asked.is_list


def aims(*at: str) -> st.SearchStrategy[Aim]:
    """An aim of one of some sorts."""
    return st.builds(Aim, st.sampled_from(at), st.integers(0, 199))


def _faults() -> st.SearchStrategy[Fault]:
    return st.sampled_from(tuple(FAMILIES)).flatmap(lambda family: st.sampled_from(FAMILIES[family]))


def rules(faults: st.SearchStrategy[Fault], aimed: st.SearchStrategy[Aim]) -> st.SearchStrategy[Rule]:
    """One rule."""
    return st.builds(
        Rule,
        aimed,
        faults,
        st.sampled_from((0, 0, 0, 0, 1, 2, 5, 20)),
        st.sampled_from((None, None, None, 1, 2, 4, 6)),
    )


ANY_FAULT = _faults()
ANY_AIM = aims("kind", "kind", "this", "this", "beneath", "provider", "pages", "followed", "all")


def mixes(
    faults: st.SearchStrategy[Fault] = ANY_FAULT, aimed: st.SearchStrategy[Aim] = ANY_AIM
) -> st.SearchStrategy[Mix]:
    """Some rules together, now and then with a throttle or an early end."""
    throttles = st.builds(
        Throttle,
        st.sampled_from((1, 5, 30)),
        st.sampled_from((0.01, 1.0, 25.0)),
        st.booleans(),
        st.sampled_from(((0.0, 0.0), (0.0, 3.0), (1.0, 90.0), (0.5, 1000.0))),
    )
    seldom = st.sampled_from((False,) * 7 + (True,))
    return st.builds(
        Mix,
        st.lists(rules(faults, aimed), min_size=1, max_size=4).map(tuple),
        seldom.flatmap(lambda yes: throttles if yes else st.none()),
        seldom.flatmap(lambda yes: st.integers(0, 120) if yes else st.none()),
    )
