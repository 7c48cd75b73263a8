"""Patience: which answers are worth another try, how long to wait, and when it is enough.

Azure Resource Manager throttles with 429 and Retry-After
(https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling); some providers
send x-ms-retry-after-ms. Waits are the same in every run: the jitter comes from the address and the attempt.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event

from tenacity import RetryCallState, Retrying, sleep_using_event

from azlinkscan.collect.answer import Answer, Asker, Broken, Cause
from azlinkscan.collect.error_body import said
from azlinkscan.collect.pacing import Pacing, Refusal, Turn
from azlinkscan.model.facts import Json

_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_LASTING = frozenset({Cause.CERTIFICATE, Cause.SIGN_IN, Cause.ENDED})
_MOST_ATTEMPTS = 40


@dataclass(frozen=True)
class Patience:
    """How much trouble one request is worth."""

    attempts: int = 5
    """Answers other than 429 that may fail in a row."""
    seconds: float = 180
    """All waits for one request together; a longer Retry-After ends the trying at once. Its turn may take longer."""
    first: float = 0.5
    """The first wait where Azure names none; each further one is twice as long."""
    longest: float = 30


class _NotJson:
    """The answer has no JSON body."""

    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON = _NotJson()


@dataclass(frozen=True)
class Reply:
    """What came of a request in the end."""

    outcome: Answer | Broken
    body: Json | _NotJson = field(repr=False)
    attempts: int


def now_utc() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class PatientAsker:
    """Asks until there is a usable answer or patience ends; each request takes its turn. Safe to share between threads.

    A wait ends at once where ``cancelled`` is set.
    """

    def __init__(
        self,
        asker: Asker,
        patience: Patience = Patience(),
        *,
        sleep: Callable[[float], None] | None = None,
        now: Callable[[], datetime] = now_utc,
        cancelled: Event | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        self._asker = asker
        self._patience = patience
        self.now = now
        self._cancelled = cancelled or Event()
        self._sleep = sleep or sleep_using_event(self._cancelled)
        self._pacing = pacing

    @property
    def host(self) -> str:
        """Scheme and host of the endpoint."""
        return self._asker.host

    def ask(self, path_and_query: str) -> Reply:
        """One question, put as often as it is worth."""
        asking = _Asking(path_and_query, self._patience, self.now, self._cancelled)
        first = self._once(path_and_query, asking)
        if isinstance(first.outcome, Answer) and first.outcome.status == 200 and first.body is not NOT_JSON:
            return first
        replies = [first]
        trying = Retrying(
            retry=asking.is_worth_another,
            wait=asking.wait,
            stop=asking.is_enough,
            sleep=self._sleep,
            retry_error_callback=_last,
        )
        reply: Reply = trying(lambda: replies.pop() if replies else self._once(path_and_query, asking))
        return reply

    def _once(self, path_and_query: str, asking: _Asking) -> Reply:
        turn = self._turn(path_and_query)
        if isinstance(turn, Refusal):
            asking.is_hopeless = True
            return Reply(turn.answer, decoded(turn.answer.body), asking.attempts)
        if isinstance(turn, Broken):
            return Reply(turn, NOT_JSON, asking.attempts)
        asking.attempts += 1
        outcome: Answer | Broken | None = None
        body: Json | _NotJson = NOT_JSON
        try:
            outcome = self._asker.ask(path_and_query)
            body = decoded(outcome.body) if isinstance(outcome, Answer) else NOT_JSON
        finally:
            if self._pacing is not None and turn is not None:
                if isinstance(outcome, Answer) and outcome.status == 429:
                    code = said(body, outcome.body).code
                    self._pacing.refused(turn, outcome, code, asking.pause(outcome))
                else:
                    self._pacing.heard(turn, outcome, body)
        return Reply(outcome, body, asking.attempts)

    def _turn(self, path_and_query: str) -> Turn | Refusal | Broken | None:
        """Leave to ask; None where nobody keeps count."""
        if self._pacing is None:
            return None
        while isinstance(turn := self._pacing.turn(path_and_query), float):
            if self._cancelled.is_set():
                return Broken(Cause.ENDED, "the scan ended first")
            self._sleep(turn)
        return turn


class _Asking:
    """The state of one question."""

    def __init__(
        self, address: str, patience: Patience, now: Callable[[], datetime], cancelled: Event
    ) -> None:
        self.address = address
        self.patience = patience
        self.now = now
        self.cancelled = cancelled
        self.attempts = 0
        self.faults = 0
        self.signed_in_again = False
        self.is_hopeless = False

    def is_worth_another(self, state: RetryCallState) -> bool:
        """Whether another try may help."""
        reply = _last(state)
        outcome = reply.outcome
        if isinstance(outcome, Broken):
            self.faults += 1
            return outcome.cause not in _LASTING
        if outcome.status == 401:
            # the pipeline has dropped its token on this answer: the next try signs in afresh, once
            again, self.signed_in_again = not self.signed_in_again, True
            return again
        if outcome.status != 429:
            self.faults += 1
        return outcome.status in _TRANSIENT or (outcome.status == 200 and reply.body is NOT_JSON)

    def wait(self, state: RetryCallState) -> float:
        """Seconds until the next try."""
        return self.pause(_last(state).outcome)

    def pause(self, outcome: Answer | Broken) -> float:
        """Seconds that an outcome asks for."""
        if isinstance(outcome, Answer):
            if outcome.status == 401:
                return 0
            if (named := self._named(outcome)) is not None:
                return named
        growing = self.patience.first * 2.0 ** min(self.attempts - 1, 16)
        chance = zlib.crc32(f"{self.address}#{self.attempts}".encode()) / 2**32
        return min(growing, self.patience.longest) * (0.5 + chance / 2)

    def _named(self, answer: Answer) -> float | None:
        for name in ("x-ms-retry-after-ms", "retry-after-ms"):
            if (value := answer.headers.get(name, "").strip()).isdecimal():
                return int(value[:12]) / 1000
        value = answer.headers.get("retry-after", "").strip()
        if value.isdecimal():
            return float(value[:12])
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((moment - self.now()).total_seconds(), 0)

    def is_enough(self, state: RetryCallState) -> bool:
        """Whether patience has ended."""
        waited = state.idle_for + state.upcoming_sleep
        return (
            self.cancelled.is_set()
            or self.is_hopeless
            or self.faults >= self.patience.attempts
            or self.attempts >= _MOST_ATTEMPTS
            or waited > self.patience.seconds
        )


def _last(state: RetryCallState) -> Reply:
    assert state.outcome is not None
    reply: Reply = state.outcome.result()
    return reply


def decoded(body: bytes) -> Json | _NotJson:
    """The JSON of a body, with or without a byte order mark; NOT_JSON for anything else, also for nothing."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return NOT_JSON


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
