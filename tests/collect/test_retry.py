"""Patience: what is tried again, after how long, and when it ends. No second passes."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from email.utils import format_datetime
from threading import Event

import pytest

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.retry import NOT_JSON, Patience, PatientAsker, decoded
from tests.collect.azure import NOW, Naps, ScriptedAzure, asker, error, ok

PATH = "/subscriptions?api-version=1"
GOOD = ok({"value": []})
CUT = Answer(200, {}, b'{"value": [{"id": "/subscr')


def ask(*outcomes, patience=None, path=PATH, **options):
    azure, naps = ScriptedAzure().says(path.partition("?")[0], *outcomes), Naps()
    reply = asker(azure, patience or Patience(), sleep=naps, **options).ask(path)
    return reply, naps.taken


@pytest.mark.parametrize(
    "fault",
    [error(408), error(429), error(500), error(502, "Bad"), error(503), error(504), Broken(Cause.CONNECTION, "x"),
     Broken(Cause.LATE, "x"), Broken(Cause.CUT_OFF, "x"), CUT, Answer(200, {}, b""), Answer(200, {}, b"<html>busy</html>")],
)  # fmt: skip
def test_a_passing_fault_is_tried_again(fault):
    reply, naps = ask(fault, GOOD)
    assert reply.outcome is GOOD
    assert reply.attempts == 2
    assert len(naps) == 1


@pytest.mark.parametrize(
    "answer",
    [GOOD, error(400, "Bad"), error(403, "AuthorizationFailed"), error(404, "NotFound"), error(409, "Conflict"),
     Answer(204, {}, b""), error(302), Broken(Cause.CERTIFICATE, "x"), Broken(Cause.SIGN_IN, "x")],
)  # fmt: skip
def test_an_answer_that_will_not_change_is_taken_at_once(answer):
    reply, naps = ask(answer, GOOD)
    assert reply.outcome is answer
    assert naps == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"x-ms-retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "20", "retry-after": "9"}, 0.02),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=12), usegmt=True)}, 12),
        ({"retry-after": format_datetime(NOW - timedelta(hours=1), usegmt=True)}, 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_azures_word_on_when_to_come_again_is_kept(status, headers, seconds):
    reply, naps = ask(Answer(status, headers), GOOD)
    assert reply.outcome is GOOD
    assert naps == [seconds]


@pytest.mark.parametrize("odd", ["", "soon", "-3", "nan", "inf", "1e9", "٣", "Tue, 99 Foo 2026 00:00:00 GMT"])
def test_an_odd_retry_after_is_as_good_as_none(odd):
    _, naps = ask(Answer(429, {"retry-after": odd}), GOOD)
    assert len(naps) == 1
    assert 0 <= naps[0] <= 3


def test_without_a_word_the_waits_grow_and_are_bounded():
    patience = Patience(attempts=8, first=1, longest=10)
    _, naps = ask(error(503), patience=patience)
    assert len(naps) == 7
    for number, nap in enumerate(naps):
        full = min(2**number, 10)
        assert full / 2 <= nap <= full


def test_the_jitter_is_the_same_in_every_run_and_differs_between_addresses():
    assert ask(error(500))[1] == ask(error(500))[1]
    assert ask(error(500), path="/a")[1] != ask(error(500), path="/b")[1]


def test_a_lasting_fault_ends_with_its_last_answer():
    last = error(500, "Last")
    reply, naps = ask(error(500, "First"), error(500, "Second"), last, patience=Patience(attempts=3))
    assert reply.outcome is last
    assert reply.attempts == 3
    assert len(naps) == 2


def test_throttling_alone_does_not_use_up_the_attempts():
    busy = Answer(429, {"retry-after": "1"})
    reply, naps = ask(*[busy] * 20, GOOD, patience=Patience(attempts=2))
    assert reply.outcome is GOOD
    assert naps == [1] * 20


def test_throttling_that_outlasts_patience_ends():
    reply, naps = ask(Answer(429, {"retry-after": "40"}), patience=Patience(seconds=100))
    assert reply.outcome.status == 429
    assert sum(naps) <= 100


def test_a_wait_longer_than_patience_is_not_begun():
    reply, naps = ask(Answer(429, {"retry-after": "3600"}), GOOD)
    assert reply.outcome.status == 429
    assert naps == []


def test_throttling_without_a_wait_ends_too():
    reply, _ = ask(Answer(429, {"retry-after": "0"}))
    assert reply.outcome.status == 429
    assert reply.attempts <= 50


def test_a_refused_token_is_renewed_once():
    reply, naps = ask(error(401), GOOD)
    assert reply.outcome is GOOD
    assert naps == [0]
    reply, _ = ask(error(401, "ExpiredAuthenticationToken"))
    assert reply.outcome.status == 401
    assert reply.attempts == 2


def test_nobody_waits_after_the_end():
    cancelled = Event()
    cancelled.set()
    reply, naps = ask(error(503), GOOD, cancelled=cancelled)
    assert reply.outcome.status == 503
    assert naps == []


def test_a_wait_ends_when_the_scan_does():
    cancelled = Event()
    threading.Timer(0.05, cancelled.set).start()
    azure = ScriptedAzure().says("/subscriptions", Answer(503, {"retry-after": "60"}))
    began = time.monotonic()
    PatientAsker(azure, cancelled=cancelled).ask(PATH)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("body", "value"),
    [(b'{"a":1}', {"a": 1}), (b"\xef\xbb\xbf[]", []), (b"null", None), (b'"\\ud800"', "\ud800")],
)
def test_json_is_read_with_or_without_a_byte_order_mark(body, value):
    assert decoded(body) == value


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<html>", b'{"a":', b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b"9" * 5000]
)
def test_anything_else_is_no_json(body):
    assert decoded(body) is NOT_JSON
