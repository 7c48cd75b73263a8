"""From what Azure says to a gap: the right reason, and the remedy that would really help."""

from __future__ import annotations

import json

import pytest

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.error_body import Said, said
from azlinkscan.collect.gaps import gap_of
from azlinkscan.collect.retry import NOT_JSON, Reply, decoded
from azlinkscan.model.facts import Reason, Remedy
from tests.collect.azure import SUB, error, refused
from tests.support.beside import RECORDED, absent

ERRORS = RECORDED / "errors.jsonl"
KIND, RIGHT = "microsoft.some/things", "Microsoft.Some/things/read"


def reply(outcome):
    body = decoded(outcome.body) if isinstance(outcome, Answer) else NOT_JSON
    return Reply(outcome, body, 1)


def gap(outcome, **options):
    return gap_of(KIND, SUB, RIGHT, reply(outcome), **options)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"error": {"code": "A", "message": "m"}}, "A", "m"),
        ({"code": "A", "message": "m"}, "A", "m"),
        ({"Code": "A", "Message": "m", "Target": None, "Details": [{"Message": "m"}]}, "A", "m"),
        ({"Message": "m"}, None, "m"),
        ({"code": 404002, "httpStatusCode": "NotFound", "message": "m"}, "404002", "m"),
        ({"error": {"code": "A", "message": None}}, "A", ""),
        ({"error": {"details": [{"code": "A", "message": "m"}]}}, "A", "m"),
        ({"ErrorResponse": {"error": {"code": "500", "message": "m"}}}, "500", "m"),
        ({"ErrorCode": "A", "Message": {"Language": "en-US", "Value": "m"}}, "A", "m"),
        ({"odata.error": {"code": "A", "message": {"lang": "en", "value": "m"}}}, "A", "m"),
        ({"error": "invalid_client", "error_description": "m"}, "invalid_client", "m"),
        ({"error": None}, None, ""),
        ({"error": {"code": True, "message": ["m"]}}, None, ""),
        ({}, None, ""),
        ([], None, ""),
        (None, None, ""),
        ("You have reached the limit", None, "You have reached the limit"),
    ],
)
def test_an_error_is_read_in_every_shape(body, code, message):
    raw = json.dumps(body).encode()
    if isinstance(body, list) or body is None:
        assert said(body, b"") == Said(code, message)
    else:
        assert said(body, raw) == Said(code, message)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_an_error_in_xml_is_read(mark):
    text = mark + b'<?xml version="1.0"?><Error><Code>BlobNotFound</Code><Message>gone</Message></Error>'
    assert said(NOT_JSON, text) == Said("BlobNotFound", "gone")


@pytest.mark.parametrize("text", [b"", b"<!DOCTYPE html><title>503</title>", b"plain words", b"\xff\xfe\x00"])
def test_a_text_without_a_code_has_none(text):
    assert said(NOT_JSON, text).code is None


@pytest.mark.skipif(absent(ERRORS) != "", reason=absent(ERRORS))
def test_every_recorded_error_gives_a_gap_with_its_code():
    for line in ERRORS.read_text(encoding="utf-8").splitlines():
        recorded = json.loads(line)
        body = recorded["body"]
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        found = gap(Answer(recorded["status"], {}, raw))
        assert found.reason in (Reason.REFUSED, Reason.MISSING, Reason.UNAVAILABLE), line[:200]
        if isinstance(body, dict) and isinstance(inner := body.get("error"), dict) and inner.get("code"):
            assert found.code == str(inner["code"]), line[:200]


R, U, M = Reason.REFUSED, Reason.UNAVAILABLE, Reason.MISSING


@pytest.mark.parametrize(
    ("outcome", "reason", "remedy"),
    [
        (refused(), R, Remedy.RIGHT),
        (error(403, "AuthorizationPermissionMismatch"), R, Remedy.RIGHT),
        (error(403, "RequestDisallowedByPolicy"), R, Remedy.NONE),
        (error(403, "LinkedAuthorizationFailed"), R, Remedy.NONE),
        (error(403, "DisabledSubscription"), R, Remedy.NONE),
        (error(403), R, Remedy.NONE),
        (error(403, "AuthorizationFailure", "This request is not authorized"), R, Remedy.NETWORK),
        (error(403, "RequestDeniedByNetworkRules"), R, Remedy.NETWORK),
        (error(403, "PublicNetworkAccessDisabled"), R, Remedy.NETWORK),
        (error(403, "ForbiddenByFirewall"), R, Remedy.NETWORK),
        (error(403, "ScopeLocked"), R, Remedy.LOCK),
        (error(409, "ScopeLocked"), R, Remedy.LOCK),
        (error(423), R, Remedy.LOCK),
        (error(403, "RequestBlocked"), R, Remedy.NONE),
        (error(409, "MissingSubscriptionRegistration"), R, Remedy.REGISTRATION),
        (error(404, "SubscriptionNotRegistered"), R, Remedy.REGISTRATION),
        (error(401, "ExpiredAuthenticationToken"), R, Remedy.NONE),
        (error(404, "ResourceNotFound"), M, Remedy.RETRY),
        (error(404), M, Remedy.RETRY),
        (error(429, "TooManyRequests"), U, Remedy.RETRY),
        (error(500), U, Remedy.RETRY),
        (error(502, "AuthorizationFailed", "perform action 'Microsoft.Other/x/delete'"), U, Remedy.RETRY),
        (error(400, "InvalidApiVersionParameter"), U, Remedy.NONE),
        (error(302), U, Remedy.NONE),
        (Answer(204, {}), U, Remedy.RETRY),
        (Broken(Cause.CONNECTION, "x"), U, Remedy.NETWORK),
        (Broken(Cause.CERTIFICATE, "x"), U, Remedy.NETWORK),
        (Broken(Cause.LATE, "x"), U, Remedy.RETRY),
        (Broken(Cause.CUT_OFF, "x"), U, Remedy.RETRY),
        (Broken(Cause.SIGN_IN, "x"), R, Remedy.NONE),
    ],
)
def test_what_went_wrong_says_what_helps(outcome, reason, remedy):
    found = gap(outcome)
    assert (found.reason, found.remedy) == (reason, remedy)
    assert (found.scope, found.kind) == (SUB, KIND)
    assert (found.action is not None) == (remedy is Remedy.RIGHT)


def test_a_missing_right_is_the_one_that_azure_names():
    found = gap(refused("Microsoft.Real/things/sub/read"))
    assert found.action == "Microsoft.Real/things/sub/read"
    assert (found.status, found.code, found.correlation_id) == (403, "AuthorizationFailed", "correlation-1")


def test_a_missing_right_that_azure_does_not_name_is_the_rows():
    assert gap(error(403, "AuthorizationFailed", "権限がありません")).action == RIGHT


def test_nothing_of_azures_message_is_kept():
    assert "someone@example.com" not in str(gap(error(403, "X", "someone@example.com may not")).to_json())


def test_a_good_answer_of_the_wrong_shape_has_no_error_code():
    found = gap(Answer(200, {}, b'{"code": "SubscriptionNotRegistered"}'), detail="value: missing")
    assert (found.reason, found.remedy, found.code, found.detail) == (U, Remedy.RETRY, None, "value: missing")
