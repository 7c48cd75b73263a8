"""What Azure says in an error's body, whichever of its shapes it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from azlinkscan.model.facts import Json

_XML_CODE = re.compile(r"<Code>\s*([^<\s]+)\s*</Code>", re.IGNORECASE)
_XML_MESSAGE = re.compile(r"<Message>([^<]*)</Message>", re.IGNORECASE)
_WRAPPERS = ("error", "odata.error", "errorresponse", "innererror")
_ACTION = re.compile(r"perform action '([A-Za-z0-9._/-]+)'")


@dataclass(frozen=True)
class Said:
    """An error's code and message."""

    code: str | None = None
    message: str = ""

    @property
    def action(self) -> str | None:
        """The RBAC action that Azure's message names."""
        found = _ACTION.search(self.message)
        return found.group(1) if found else None


def said(body: Json, raw: bytes) -> Said:
    """The code and message of an error body; ``body`` is its JSON or anything else where it has none."""
    if isinstance(body, dict):
        return _of_object(body)
    if isinstance(body, str):
        return Said(None, body)
    text = raw.decode("utf-8-sig", "replace")
    code, message = _XML_CODE.search(text), _XML_MESSAGE.search(text)
    return Said(code.group(1) if code else None, message.group(1) if message else "")


def _of_object(body: dict[str, Any]) -> Said:
    found = Said()
    here: Json = body
    for _ in range(5):
        if not isinstance(here, dict):
            break
        fields = {name.lower(): value for name, value in here.items()}
        found = Said(
            found.code or _text(fields, "code", "errorcode", "statuscode"),
            found.message or _text(fields, "message", "error_description") or "",
        )
        if isinstance(fields.get("error"), str):
            return Said(found.code or fields["error"], found.message)
        here = next((fields[name] for name in _WRAPPERS if isinstance(fields.get(name), dict)), None)
        if here is None and found.code is None:
            details = fields.get("details")
            here = details[0] if isinstance(details, list) and details else None
    return found


def _text(fields: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, dict):
            value = value.get("value", value.get("Value"))
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None
