"""The shapes in which Azure's services write an error: those of real answers in public recordings, in our own words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Shape = Callable[[int, str, str], bytes]
"""From status, code and message to a body."""


def json_of(value: Any) -> bytes:
    """A value as a service sends it."""
    return json.dumps(value, ensure_ascii=False).encode()


def _xml(status: int, code: str, message: str) -> bytes:
    head = '\ufeff<?xml version="1.0" encoding="utf-8"?>'
    return f"{head}<Error><Code>{code}</Code><Message>{message}\nRequestId:0</Message></Error>".encode()


def _written(template: str) -> Shape:
    """A shape by an example, in which CODE and MESSAGE stand for the words."""

    def body(status: int, code: str, message: str) -> bytes:
        return template.replace('"CODE"', json.dumps(code)).replace('"MESSAGE"', json.dumps(message)).encode()

    return body


SHAPES: Mapping[str, Shape] = {
    "arm": lambda status, code, message: json_of({"error": {"code": code, "message": message}}),
    "arm with details": lambda status, code, message: json_of(
        {
            "error": {
                "code": code,
                "message": message,
                "details": [{"code": code, "target": "t", "message": message}],
            }
        }
    ),
    "arm with nulls": lambda status, code, message: json_of(
        {"error": {"code": code, "message": message, "target": None, "details": None, "innerError": None}}
    ),
    "arm with information": lambda status, code, message: json_of(
        {
            "error": {
                "additionalInfo": [{"type": "UserFacingError", "info": {"message": message, "code": code}}],
                "code": code,
                "message": message,
            }
        }
    ),
    "arm with a status": lambda status, code, message: json_of(
        {"error": {"code": code, "message": message}, "status": "Failed"}
    ),
    "arm with text in details": lambda status, code, message: json_of(
        {"error": {"code": code, "message": message, "details": message}}
    ),
    "arm without a code": lambda status, code, message: json_of({"error": {"message": message}}),
    "a bare pair": lambda status, code, message: json_of({"code": code, "message": message}),
    "a bare pair with details": lambda status, code, message: json_of(
        {"code": code, "details": [{"code": code, "message": message}], "message": message, "subcode": ""}
    ),
    "a bare pair with an inner list": lambda status, code, message: json_of(
        {"code": code, "message": message, "target": None, "details": [], "innererror": []}
    ),
    "app service": lambda status, code, message: json_of(
        {
            "Code": code,
            "Message": message,
            "Target": None,
            "Details": [
                {"Message": message},
                {"Code": code},
                {"ErrorEntity": {"Code": code, "Parameters": []}},
            ],
            "Innererror": None,
        }
    ),
    "app service without a message": lambda status, code, message: json_of(
        {"Code": code, "Message": None, "Target": None, "Details": [{"Message": None}], "Innererror": None}
    ),
    "a number for a code": lambda status, code, message: json_of(
        {"code": status * 1000 + 16, "httpStatusCode": str(status), "message": message}
    ),
    "a message alone": lambda status, code, message: json_of({"Message": message}),
    "an exception": lambda status, code, message: json_of(
        {"HttpStatusCode": status, "ErrorCode": code, "Message": message, "Data": {}, "StackTrace": None}
    ),
    "a message with a language": lambda status, code, message: json_of(
        {"ErrorCode": code, "Message": {"Language": "en-us", "Value": message}, "Values": []}
    ),
    "an error in an envelope": lambda status, code, message: json_of(
        {"ErrorResponse": {"error": {"code": code, "message": message, "details": None}}}
    ),
    "odata": lambda status, code, message: json_of(
        {"odata.error": {"code": code, "message": {"lang": "en", "value": message}}}
    ),
    "sign-in": lambda status, code, message: json_of({"error": code, "error_description": message}),
    "a text": lambda status, code, message: message.encode(),
    "a text in quotes": lambda status, code, message: json_of(message),
    "xml": _xml,
    "html": lambda status, code, message: (
        f"<!DOCTYPE html>\r\n<HTML><HEAD><TITLE>{status}</TITLE></HEAD><BODY><h2>{code}</h2></BODY></HTML>".encode()
    ),
    "latin text": lambda status, code, message: b"\xe9chec " + message.encode(),
    "null": lambda status, code, message: b"null",
    "an empty list": lambda status, code, message: b"[]",
    "an empty object": lambda status, code, message: b"{}",
    "an empty list of things": lambda status, code, message: b'{"value": []}',
    "nothing": lambda status, code, message: b"",
    "arm with two nulls": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "details": null, "innerError": null}}'
    ),
    "arm with a null target": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "target": null, "details": null}}'
    ),
    "arm with a target": _written('{"error": {"code": "CODE", "message": "MESSAGE", "target": "t"}}'),
    "arm with plain details": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "details": [{"code": "CODE", '
        '"message": "MESSAGE"}]}}'
    ),
    "arm with information and nulls": _written(
        '{"error": {"additionalInfo": [{"type": "t", "info": {"message": "MESSAGE", '
        '"recommendedAction": ["t"], "details": null, "code": "CODE", "target": "t", '
        '"innerError": null, "isRetryable": false, "isUserError": false, '
        '"properties": {"ActivityId": "t"}}}], "code": "CODE", "message": "MESSAGE", "target": null, '
        '"details": null}}'
    ),
    "two numbers": _written('{"code": 7, "httpStatusCode": 7, "message": "MESSAGE"}'),
    "a capital pair": _written('{"Code": "CODE", "Message": "MESSAGE"}'),
    "arm with no information": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "additionalInfo": []}}'
    ),
    "arm in a correlation": _written(
        '{"error": {"code": "CODE", "severity": null, "message": "MESSAGE", "messageFormat": null, '
        '"messageParameters": null, "referenceCode": null, "detailsUri": null, "target": null, '
        '"details": [], "innerError": null, "debugInfo": null, "additionalInfo": null}, '
        '"correlation": {"operation": "t", "request": "t"}, "environment": "t", "location": "t", '
        '"time": "t", "componentName": "t"}'
    ),
    "arm with null details": _written('{"error": {"code": "CODE", "message": "MESSAGE", "details": null}}'),
    "arm with no details": _written('{"error": {"code": "CODE", "message": "MESSAGE", "details": []}}'),
    "arm with encoded content": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE"}, "encodedContent": "t"}'
    ),
    "arm with an inner text": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "details": [{"code": "CODE", '
        '"message": "MESSAGE"}], "innerError": "t"}}'
    ),
    "a message with a language and values": _written(
        '{"ErrorCode": "CODE", "Message": {"Language": "t", "Value": "MESSAGE"}, '
        '"Values": [{"Key": "t", "Value": "MESSAGE"}]}'
    ),
    "arm with causes in details": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "details": [{"code": "CODE", '
        '"message": "MESSAGE", "possibleCauses": "t", "recommendedAction": "t", '
        '"clientRequestId": "t", "activityId": "t"}]}}'
    ),
    "arm with a position in details": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "details": [{"code": "CODE", '
        '"message": "MESSAGE"}, {"code": "CODE", "message": "MESSAGE", "line": 7, '
        '"characterPositionInLine": 7, "token": "t", "expectedToken": "t"}]}}'
    ),
    "arm with details in details": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "details": [{"code": "CODE", '
        '"message": "MESSAGE", "details": []}]}}'
    ),
    "arm with a position": _written(
        '{"error": {"code": "CODE", "message": "MESSAGE", "additionalInfo": [{"type": "t", '
        '"info": {"lineNumber": 7, "linePosition": 7, "path": "t"}}]}}'
    ),
    "an exception whole": _written(
        '{"HttpStatusCode": 7, "ErrorCode": "CODE", "Message": "MESSAGE", "Data": {}, '
        '"InnerException": null, "StackTrace": null, "HelpLink": null, "Source": null, "HResult": 7}'
    ),
    "app service whole": _written(
        '{"Code": "CODE", "Message": "MESSAGE", "Target": null, "Details": [{"Message": "MESSAGE"}, '
        '{"Code": "CODE"}, {"ErrorEntity": {"ExtendedCode": "CODE", "MessageTemplate": "MESSAGE", '
        '"Parameters": [], "Code": "CODE", "Message": "MESSAGE"}}], "Innererror": null}'
    ),
    "app service with parameters": _written(
        '{"Code": "CODE", "Message": "MESSAGE", "Target": null, "Details": [{"Message": "MESSAGE"}, '
        '{"Code": "CODE"}, {"ErrorEntity": {"ExtendedCode": "CODE", "MessageTemplate": "MESSAGE", '
        '"Parameters": ["t"], "Code": "CODE", "Message": "MESSAGE"}}], "Innererror": null}'
    ),
    "app service with nulls": _written(
        '{"Code": "CODE", "Message": null, "Target": null, "Details": [{"Message": null}, '
        '{"Code": "CODE"}, {"ErrorEntity": {"Code": "CODE", "Message": null}}], "Innererror": null}'
    ),
}
