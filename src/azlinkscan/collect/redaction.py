"""Secrets are reduced where they are read, before anything is kept.

Three nets, each catching what the others miss: the paths that a row names, property names that only ever hold
secrets, and the shapes of secrets in any text whatever its place. An address keeps its scheme and host: a person can
still tell where it leads, and nobody can call it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
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

_Test = Callable[[str], bool]


def _has(*marks: str) -> _Test:
    """Whether a lower-case text holds one of these: a hundred times cheaper than the pattern that needs one."""
    return lambda lowered: any(mark in lowered for mark in marks)


# In JSON, white space may be written as an escape.
_ASSIGNED = re.compile(r"(?:word|passwd|pwd|secret|token|string|key|signature)(?:\s|\\[a-z][0-9a-f]*)*=")
_SCHEME = re.compile(r"(?:bearer|basic)[\s\\]")


def _assigns(lowered: str) -> bool:
    return "=" in lowered and _ASSIGNED.search(lowered) is not None


_SHAPES: tuple[tuple[_Test, str, str], ...] = (
    # a signature or a key in a query: SAS URLs, function keys, web hook tokens; also inside XML, or encoded once
    (
        _has(
            *("sig=", "code=", "key=", "word=", "passwd=", "pwd=", "secret=", "token=", "string="),
        ),
        rf"(?i)([?&;][^=&#;\s\"'<>]*(?:sig|code|key|{_SECRET_WORD})=)(?!REDACTED)[^&#\s\"'<>]+",
        rf"\1{REDACTED}",
    ),
    (_has("sig=", "sig%3d"), r"(?i)((?<![a-z0-9])sig=|sig%3d)(?!REDACTED)[^&#\s\"'<>;]+", rf"\1{REDACTED}"),
    # name=value, up to the semicolon of a connection string
    (
        _assigns,
        rf"(?i)((?:{_SECRET_WORD}|sharedaccesssignature)\s*=\s*+)"
        r"(?!REDACTED)(?:\"[^\"]*\"|'[^']*'|[^;\"'\r\n]+)",
        rf"\1{REDACTED}",
    ),
    (
        lambda lowered: _SCHEME.search(lowered) is not None,
        r"(?i)\b((?:bearer|basic)\s+)[a-z0-9\-._~+/]{16,}=*",
        rf"\1{REDACTED}",
    ),
    (_has("eyj"), r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.?[A-Za-z0-9_-]*", REDACTED),
    # a storage, Cosmos DB or Batch key: 64 bytes in base64
    (_has("=="), r"[A-Za-z0-9+/]{86}==", REDACTED),
    # an Event Hubs, Service Bus, IoT or search key: 32 bytes in base64, by itself or in a sentence
    (_has("="), r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=(?![A-Za-z0-9+/=])", REDACTED),
    # a client secret of Microsoft Entra
    (_has("7q~", "8q~"), r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}", REDACTED),
    (
        _has("-----begin"),
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        REDACTED,
    ),
    (
        lambda lowered: "@" in lowered and "://" in lowered,
        r"([a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@\"]*:)(?!REDACTED@)[^/\s@\"]+@",
        rf"\1{REDACTED}@",
    ),
    # a whole compose or pod file with its environment, in linuxFxVersion
    (_has("compose|", "kube|"), r"\b((?:COMPOSE|KUBE)\|)(?!REDACTED)[A-Za-z0-9+/=]+", rf"\1{REDACTED}"),
)
# Whatever a shape finds holds one of these: most texts hold none.
_ANY_MARK = re.compile(r"[=@|]|%3|q~|-----begin|eyj|bearer|basic")
_COMPILED = tuple(
    (may_match, re.compile(pattern), replacement) for may_match, pattern, replacement in _SHAPES
)

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
    if _ANY_MARK.search(lowered):
        for may_match, pattern, replacement in _COMPILED:
            if may_match(lowered):
                text = pattern.sub(replacement, text)
    return text


def dumped(body: Json) -> str:
    """The JSON text that is kept: Azure's order and spelling, no layout."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def redact(body: Json, paths: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The JSON text of a body without secrets, and the paths of what was taken out. Changes the body."""
    taken: list[_Way] = []
    if paths:
        _redact_paths(body, _tree(paths), None, taken)
    text = dumped(body)
    lowered = text.lower()
    if any(may_match(lowered) for may_match, _, _ in _COMPILED) or any(
        mark in lowered for mark in _NAME_MARKS
    ):
        before = len(taken)
        _redact_all(body, taken)
        text = text if len(taken) == before else dumped(body)
    return text, tuple(dict.fromkeys(redacted_text(_shown(way)) for way in taken))


_Way = tuple["_Way | None", "str | int"]
"""Where something is: where its holder is, and its name or index there."""


def _shown(way: _Way | None) -> str:
    steps: list[str] = []
    while way is not None:
        way, step = way
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "".join(reversed(steps)).lstrip(".")


_Tree = Mapping[str, "_Tree"]


@lru_cache(maxsize=256)
def _tree(paths: tuple[str, ...]) -> _Tree:
    """The paths as one tree of lower-case steps, so that a body is walked once however many there are."""
    root: dict[str, Any] = {}
    for path in sorted(paths, key=len):
        here = root
        for step in path.replace("[*]", ".*").lower().split("."):
            if step in here and not here[step]:
                break  # all of it is taken out already
            here = here.setdefault(step, {})
    return root


def _redact_paths(here: Json, tree: _Tree, way: _Way | None, taken: list[_Way]) -> None:
    for key, branch in _matching(here, tree):
        value = here[key]
        if branch:
            _redact_paths(value, branch, (way, key), taken)
        elif value not in (None, "", [], {}, REDACTED):
            here[key] = _reduced(value)
            taken.append((way, key))


def _matching(here: Json, tree: _Tree) -> Iterator[tuple[str | int, _Tree]]:
    """What the steps of a tree name in a container; property names compare without case, as Azure's do."""
    every = tree.get("*")
    if isinstance(here, dict):
        for key in here:
            for branch in (tree.get(key.lower()), every):
                if branch is not None:
                    yield key, branch
    elif isinstance(here, list) and every is not None:
        for index in range(len(here)):
            yield index, every


def _reduced(value: Json) -> str:
    if isinstance(value, str) and value.lower().startswith(("http://", "https://")):
        try:
            address = urlsplit(value)
            host, port = address.hostname or "", address.port
        except ValueError:
            return REDACTED
        return f"{address.scheme}://{host}{f':{port}' if port else ''}/{REDACTED}"
    return REDACTED


def _redact_all(body: Json, taken: list[_Way]) -> None:
    for holder, key, way in list(_texts(body)):
        if key == "id" and isinstance(holder, dict) and "accessPolicy" in holder:
            continue  # the name of a stored access policy, often in base64: it opens nothing without a signature
        value = holder[key]
        name = key if isinstance(key, str) else ""
        reduced = REDACTED if _is_secret_by_name(holder, name, value) else redacted_text(value)
        if reduced != value:
            holder[key] = reduced
            taken.append((way, key))
    _redact_names(body, taken)


def _is_secret_by_name(holder: Json, name: str, value: str) -> bool:
    if value.lower() in _SAYS_NOTHING:
        return False
    if _SECRET_NAME.search(name):
        return True
    variable = holder.get("name") if isinstance(holder, dict) and name == "value" else None
    return isinstance(variable, str) and bool(_SECRET_VARIABLE.search(variable))


def _texts(body: Json) -> Iterator[tuple[Json, str | int, _Way | None]]:
    """Every text in a body with what holds it and where that is."""
    for holder, way in _holders(body):
        for key, value in _inside(holder):
            if isinstance(value, str):
                yield holder, key, way


def _holders(body: Json) -> Iterator[tuple[Json, _Way | None]]:
    """Every object and list in a body, and where it is; without recursion, since a body may be deep."""
    waiting: list[tuple[Json, _Way | None]] = [(body, None)]
    while waiting:
        here, way = waiting.pop()
        yield here, way
        waiting.extend((value, (way, key)) for key, value in _inside(here) if isinstance(value, (dict, list)))


def _inside(here: Json) -> Iterable[tuple[str | int, Json]]:
    if isinstance(here, dict):
        return here.items()
    return enumerate(here) if isinstance(here, list) else ()


def _redact_names(body: Json, taken: list[_Way]) -> None:
    """A property's own name may carry a secret: a tag, a header that somebody put in the wrong place."""
    for holder, way in _holders(body):
        if isinstance(holder, dict):
            for name in [name for name in holder if redacted_text(name) != name]:
                holder[redacted_text(name)] = holder.pop(name)
                taken.append((way, REDACTED))
