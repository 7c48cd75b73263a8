"""Secrets are reduced where they are read, before anything is kept.

Three nets, each catching what the others miss: the paths that a row names, property names that only ever hold
secrets, and the shapes of secrets in any text whatever its place. An address keeps its scheme and host: a person can
still tell where it leads, and nobody can call it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from azlinkscan.model.facts import Json

REDACTED = "REDACTED"

_SECRET_WORD = (
    r"(?:pass[-_ ]?word|passwd|pwd|secret|token|connection[-_ ]?string|"
    r"(?:api|access|account|shared|private|primary|secondary|instrumentation|subscription|sharedaccess)[-_ ]?key)"
)
_SECRET_NAME = re.compile(rf"{_SECRET_WORD}$", re.IGNORECASE)
_SECRET_VARIABLE = re.compile(_SECRET_WORD, re.IGNORECASE)
_SAYS_NOTHING = frozenset({"", "true", "false", "yes", "no", "enabled", "disabled", "none", REDACTED.lower()})

_SHAPES: tuple[tuple[str, str], ...] = (
    # a signature or a key in a query: SAS URLs, function keys, web hook tokens; also inside XML, or encoded once
    (
        rf"(?i)([?&;][^=&#;\s\"'<>]*(?:sig|code|key|{_SECRET_WORD})=)(?!REDACTED)[^&#\s\"'<>]+",
        rf"\1{REDACTED}",
    ),
    (r"(?i)((?<![a-z0-9])sig=|sig%3d)(?!REDACTED)[^&#\s\"'<>;]+", rf"\1{REDACTED}"),
    # name=value, up to the semicolon of a connection string
    (
        rf"(?i)((?:{_SECRET_WORD}|sharedaccesssignature)\s*=\s*+)"
        r"(?!REDACTED)(?:\"[^\"]*\"|'[^']*'|[^;\"'\r\n]+)",
        rf"\1{REDACTED}",
    ),
    (r"(?i)\b((?:bearer|basic)\s+)[a-z0-9\-._~+/]{16,}=*", rf"\1{REDACTED}"),
    (r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.?[A-Za-z0-9_-]*", REDACTED),
    # a storage, Cosmos DB or Batch key: 64 bytes in base64
    (r"[A-Za-z0-9+/]{86}==", REDACTED),
    # an Event Hubs, Service Bus, IoT or search key: 32 bytes, and nothing else in the text
    (r"^[A-Za-z0-9+/]{43}=$", REDACTED),
    # a client secret of Microsoft Entra
    (r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}", REDACTED),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", REDACTED),
    (r"([a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@\"]*:)(?!REDACTED@)[^/\s@\"]+@", rf"\1{REDACTED}@"),
    # a whole compose or pod file with its environment, in linuxFxVersion
    (r"\b((?:COMPOSE|KUBE)\|)(?!REDACTED)[A-Za-z0-9+/=]+", rf"\1{REDACTED}"),
)
_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in _SHAPES)

# Whatever a shape finds holds one of these (in lower case): a look for them is a hundred times cheaper.
_MARKS = ("=", "%3", "@", "|", "q~", "-----begin", "eyj", "bearer", "basic")
_NAME_MARKS = (
    'key":"',
    'token":"',
    'secret":"',
    'word":"',
    'passwd":"',
    'pwd":"',
    'string":"',
    '"value":"',
)


def redacted_text(text: str) -> str:
    """A text without what looks like a secret.

    >>> redacted_text("https://a.example/c?sv=1&sig=abc%3D&se=2")
    'https://a.example/c?sv=1&sig=REDACTED&se=2'
    """
    lowered = text.lower()
    if any(mark in lowered for mark in _MARKS):
        for pattern, replacement in _COMPILED:
            text = pattern.sub(replacement, text)
    return text


def dumped(body: Json) -> str:
    """The JSON text that is kept: Azure's order and spelling, no layout."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def redact(body: Json, paths: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The JSON text of a body without secrets, and the paths of what was taken out. Changes the body."""
    taken: list[str] = []
    for path in paths:
        _redact_path(body, _steps(path), "", taken)
    text = dumped(body)
    lowered = text.lower()
    if any(mark in lowered for mark in (*_MARKS, *_NAME_MARKS)):
        before = len(taken)
        _redact_all(body, taken)
        text = text if len(taken) == before else dumped(body)
    return text, tuple(dict.fromkeys(redacted_text(path) for path in taken))


@lru_cache(maxsize=256)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.replace("[*]", ".*").split("."))


def _redact_path(here: Json, steps: tuple[str, ...], way: str, taken: list[str]) -> None:
    step, *rest = steps
    for key, shown in _matching(here, step):
        if rest:
            _redact_path(here[key], tuple(rest), way + shown, taken)
        elif here[key] not in (None, "", [], {}, REDACTED):
            here[key] = _reduced(here[key])
            taken.append((way + shown).lstrip("."))


def _matching(here: Json, step: str) -> list[tuple[str | int, str]]:
    """The keys of a container that a step names; property names compare without case, as Azure's do."""
    if isinstance(here, dict):
        return [(key, f".{key}") for key in here if step == "*" or key.lower() == step.lower()]
    if isinstance(here, list) and step == "*":
        return [(index, f"[{index}]") for index in range(len(here))]
    return []


def _reduced(value: Json) -> str:
    if isinstance(value, str) and value.lower().startswith(("http://", "https://")):
        try:
            address = urlsplit(value)
            host, port = address.hostname or "", address.port
        except ValueError:
            return REDACTED
        return f"{address.scheme}://{host}{f':{port}' if port else ''}/{REDACTED}"
    return REDACTED


def _redact_all(body: Json, taken: list[str]) -> None:
    for holder, key, way in list(_texts(body)):
        value = holder[key]
        name = key if isinstance(key, str) else ""
        reduced = REDACTED if _is_secret_by_name(holder, name, value) else redacted_text(value)
        if reduced != value:
            holder[key] = reduced
            taken.append(way)
    _redact_names(body, taken)


def _is_secret_by_name(holder: Json, name: str, value: str) -> bool:
    if value.lower() in _SAYS_NOTHING:
        return False
    if _SECRET_NAME.search(name):
        return True
    variable = holder.get("name") if isinstance(holder, dict) and name == "value" else None
    return isinstance(variable, str) and bool(_SECRET_VARIABLE.search(variable))


def _texts(body: Json) -> Iterator[tuple[Json, str | int, str]]:
    """Every text in a body with what holds it; without recursion, since a body may be deep."""
    waiting: list[tuple[Json, str]] = [(body, "")]
    while waiting:
        here, way = waiting.pop()
        for key, value, inner in _inside(here, way):
            if isinstance(value, str):
                yield here, key, inner
            elif isinstance(value, dict | list):
                waiting.append((value, inner))


def _inside(here: Json, way: str) -> Iterator[tuple[str | int, Json, str]]:
    if isinstance(here, dict):
        for name, value in here.items():
            yield name, value, f"{way}.{name}".lstrip(".")
    elif isinstance(here, list):
        for index, value in enumerate(here):
            yield index, value, f"{way}[{index}]"


def _redact_names(body: Json, taken: list[str]) -> None:
    """A property's own name may carry a secret: a tag, a header that somebody put in the wrong place."""
    waiting: list[tuple[Json, str]] = [(body, "")]
    while waiting:
        here, way = waiting.pop()
        if isinstance(here, dict):
            for name in [name for name in here if redacted_text(name) != name]:
                here[redacted_text(name)] = here.pop(name)
                taken.append(f"{way}.{REDACTED}".lstrip("."))
        waiting.extend(
            (value, inner) for _, value, inner in _inside(here, way) if isinstance(value, dict | list)
        )
