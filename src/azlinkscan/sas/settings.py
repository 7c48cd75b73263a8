"""An app's settings and connection strings, each reduced on the spot to what kind of value it is. No value is kept.

https://learn.microsoft.com/rest/api/appservice/web-apps/list-application-settings,
https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azlinkscan.sas.finding_tokens import in_text
from azlinkscan.sas.token import NotASas, Sas, read

_PART = re.compile(r"(?:^|;)\s*([A-Za-z ]{1,40}?)\s*=\s*([^;]*)")
_SECRET_NAME = re.compile(r"password|passwd|secret|api[_-]?key|access[_-]?key|token$", re.IGNORECASE)
_REFERENCE = "@microsoft.keyvault("
_PASSWORDS = frozenset({"password", "pwd"})


def reduced(body: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of ``config/appsettings/list`` or ``config/connectionstrings/list``, as it may be kept.

    ``settings`` names each setting and the kind of its value: empty, key-vault, sas, account-key, access-key, password,
    secret-name (only its name says so), other. ``tokens`` has what each SAS found there says.
    """
    properties = body.get("properties")
    named = properties if isinstance(properties, dict) else {}
    settings: list[dict[str, Any]] = []
    tokens: list[dict[str, Any]] = []
    for name in sorted(named):
        value = named[name]
        text = value.get("value") if isinstance(value, dict) else value
        found = _sas_in(text) if isinstance(text, str) else []
        settings.append({"name": name, "kind": _kind(name, text, bool(found))})
        tokens += [
            {"name": name if number == 0 else f"{name}-{number + 1}", "properties": one.properties()}
            for number, one in enumerate(found)
        ]
    return {
        **{key: body[key] for key in ("id", "name", "type", "kind") if isinstance(body.get(key), str)},
        "properties": {"settings": settings, "tokens": tokens},
    }


def _sas_in(text: str) -> list[Sas]:
    parts = {name.lower(): value for name, value in _PART.findall(text)}
    candidates = [parts["sharedaccesssignature"]] if "sharedaccesssignature" in parts else []
    candidates += [candidate for _, candidate in in_text(text)] if not candidates else []
    return [one for one in (read(candidate) for candidate in candidates) if not isinstance(one, NotASas)]


def _kind(name: str, text: object, has_sas: bool) -> str:
    if not isinstance(text, str) or not text.strip():
        return "empty"
    if text.strip().lower().startswith(_REFERENCE):
        return "key-vault"
    if has_sas:
        return "sas"
    parts = {key.lower().replace(" ", ""): value for key, value in _PART.findall(text)}
    if parts.get("accountkey"):
        return "account-key"
    if parts.get("sharedaccesskey"):
        return "access-key"
    if any(parts.get(word) for word in _PASSWORDS) or re.search(r"://[^/\s:@]+:[^/\s@]+@", text):
        return "password"
    return "secret-name" if _SECRET_NAME.search(name) else "other"
