"""Names and ids of one estate, each with what stands for it: the same wherever it occurs.

What the catalogue itself says (``master``, ``Allow``, a built-in role's GUID) keeps its meaning, so it is left as it is;
everybody can read it there anyway. New names come in the order of the old ones, so that what is sorted by name stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from azlinkscan.model.check import UNSET, Check

_GUID = re.compile(
    r"(?i)(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])"
)
_E_MAIL = re.compile(r"[A-Za-z0-9_.+%-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ID = re.compile(
    r"(?i)/?(?:subscriptions/[0-9a-z-]+|providers/microsoft\.management/managementgroups/)[^\s\"'<>,;?#]*"
)
_WORD = re.compile(r"\$?[A-Za-z0-9_-]+")
_HOST = re.compile(r"(?i)(?<=://)(?:\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
_WHOLE_HOST = re.compile(
    r"(?i)(?:\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:jp|com|net|org|io|info|biz|dev|local|internal))"
)
_DATE_OR_NUMBER = re.compile(r"[\d\s.:/TZ+-]*")
_AZURE = (
    "azure.com", "azure.net", "azure.cn", "azure.us", "windows.net", "azurewebsites.net", "azurewebsites.us", "microsoft.com",
    "microsoftonline.com", "azurefd.net", "azureedge.net", "azure-api.net", "appserviceenvironment.net",
    "usgovcloudapi.net", "chinacloudapi.cn", "trafficmanager.net", "onmicrosoft.com", "windowsazure.com",
)  # fmt: skip
_DEFINED = re.compile(r"(?i)/(?:role|policy|policyset)definitions/([0-9a-f-]{36})")
"""Roles and policies: most are Azure's own, and checks ask for them by their GUID."""
_OF_PEOPLE = frozenset(
    "displayname description notes note comment comments friendlyname createdby lastmodifiedby principalname phonenumber "
    "fullname firstname lastname contact contactname companyname department summary title useremail username owner "
    "rolename groupshortname addedby updatedby modifiedby administratorlogin login".split()
)
"""Properties that hold what somebody wrote or who somebody is, in lower case."""
_OURS = frozenset(
    {
        "default",
        "web",
        "current",
        "master",
        "authsettingsv2",
        "logs",
        "backup",
        "appsettings",
        "slotconfignames",
        "azure",
        "$web",
        "$root",
        "$logs",
        "microsoft",
        "windows",
        "arm",
    }
)
"""Names that Azure gives, whoever owns the resource."""
_LEAST = 3
"""A shorter name is replaced where names stand, and not wherever its letters do."""


class Pseudonyms:
    """What stands for each name of some bodies; asked for one text after another."""

    def __init__(self, kept: frozenset[str], bodies: Iterable[Any]) -> None:
        """``kept`` is the vocabulary that keeps its meaning; ``bodies`` are all that hold names."""
        self._kept = kept | _OURS
        found: set[str] = set()
        spelt: set[str] = set()
        guids: set[str] = set()
        defined = {_NONE}
        others: dict[str, set[str]] = {"mail": set(), "host": set(), "tag": set(), "text": set()}
        for body in bodies:
            for key, text in _texts(body):
                guids.update(match.lower() for match in _GUID.findall(text))
                defined.update(match.lower() for match in _DEFINED.findall(text))
                others["mail"].update(match.lower() for match in _E_MAIL.findall(text))
                others["host"].update(match.lower() for match in _hosts(text))
                chosen = tuple(self._named(key, text))
                spelt.update(chosen)
                found.update(one.lower() for one in chosen)
                if key in ("tags", "text") or not text.isascii():
                    others["tag" if key == "tags" else "text"].add(text)
        self._spelt: frozenset[str] = frozenset(spelt)
        self._names = _numbered("n", (name for name in found if self._is_name(name)))
        self._guids = {
            one: f"00000000-0000-4000-8000-{number:012x}"
            for number, one in enumerate(sorted(guids - self._kept - defined), 1)
        }
        self._mails = {one: f"{new}@example.jp" for one, new in _numbered("p", others["mail"]).items()}
        self._hosts = {one: f"{new}.example" for one, new in _numbered("h", others["host"]).items()}
        self._tags = _numbered("tag-", others["tag"])
        self._written = _numbered("text-", others["text"])
        distinct = sorted(
            (name for name in self._names if len(name) >= _LEAST and not name.isdecimal()),
            key=lambda one: (-len(one), one),
        )
        alternatives = "|".join(map(re.escape, distinct))
        self._anywhere = re.compile(rf"(?i)(?<![a-z0-9])(?:{alternatives})(?![a-z0-9])") if distinct else None

    @property
    def count(self) -> int:
        """How many names and ids there are."""
        return sum(map(len, (self._names, self._guids, self._mails, self._hosts, self._tags, self._written)))

    def _is_name(self, text: str) -> bool:
        return (
            bool(text) and text not in self._kept and not _GUID.fullmatch(text) and bool(_WORD.search(text))
        )

    def _named(self, key: str, text: str) -> Iterator[str]:
        for match in _ID.findall(text):
            yield from (segment for segment, is_name in _segments(match) if is_name)
        if key == "name":
            yield from text.split("/")

    # -- one text -----------------------------------------------------------------------------------

    def id(self, resource_id: str) -> str:
        """An ARM id."""
        parts = []
        for segment, is_name in _segments(resource_id):
            lowered = segment.lower()
            if lowered in self._guids:
                segment = self._guids[lowered]
            elif is_name:
                segment = self._names.get(lowered) or self._inside(segment)
            parts.append(segment)
        return "/".join(parts)

    def text(self, text: str, key: str = "") -> str:
        """A text that stands under a property's name."""
        if not text:
            return text
        if key == "name":
            return "/".join(self._names.get(part.lower()) or self._inside(part) for part in text.split("/"))
        lowered = text.lower()
        if key in ("tags", "text"):
            if lowered in self._kept or _DATE_OR_NUMBER.fullmatch(text) or _says_nothing(lowered):
                return text
            replaced = self._names.get(lowered) or self._plain(text)
            return (
                replaced
                if replaced != text
                else (self._tags if key == "tags" else self._written).get(text, text)
            )
        if text.isalpha() and text != lowered and text not in self._spelt:
            return text  # one of Azure's own words, such as Inbound, that somebody also took for a name
        replaced = self._plain(text)
        # what is not written in ASCII is not Azure's: somebody wrote it
        return replaced if replaced.isascii() else self._written.get(text, replaced)

    def _plain(self, text: str) -> str:
        if _ID.search(text):
            pieces, at = [], 0
            for match in _ID.finditer(text):
                pieces += [self._inside(text[at : match.start()]), self.id(match[0])]
                at = match.end()
            return "".join((*pieces, self._inside(text[at:])))
        return self._inside(text)

    def _inside(self, text: str) -> str:
        """Whatever of an estate's own is in a text, and nothing else of it."""
        if "@" in text:
            text = _E_MAIL.sub(lambda match: self._mails.get(match[0].lower(), match[0]), text)
        if "." in text:
            for host in _hosts(text):
                if new := self._hosts.get(host.lower()):
                    text = text.replace(host, new)
        if "-" in text:
            text = _GUID.sub(lambda match: self._guids.get(match[0].lower(), match[0]), text)
        if self._anywhere is not None:
            text = self._anywhere.sub(lambda match: self._names[match[0].lower()], text)
        return text

    # -- one body -----------------------------------------------------------------------------------

    def body(self, value: Any, key: str = "") -> Any:
        """A JSON value, every text in it replaced."""
        if isinstance(value, str):
            return self.text(value, key)
        if isinstance(value, list):
            return [self.body(one, key) for one in value]
        if isinstance(value, dict):
            return {
                self._key(name, key): self.body(one, _kind_of(name, key, value))
                for name, one in value.items()
            }
        return value

    def _key(self, name: str, holder: str) -> str:
        if holder == "tags" and name.lower() not in self._kept:
            return self._names.get(name.lower()) or self._tags.get(name, name)
        return self._plain(name) if "/" in name or "-" in name or "." in name else name


_NONE = "00000000-0000-0000-0000-000000000000"


def _says_nothing(lowered: str) -> bool:
    return lowered in {"true", "false", "yes", "no", "none", "null", "redacted"}


def _kind_of(name: str, holder: str, beside: Mapping[str, Any]) -> str:
    """What stands under a property: tags, a resource's name, what somebody wrote, or anything else."""
    lowered = name.lower()
    if lowered == "tags" or holder == "tags":
        return "tags"
    if lowered == "name":
        # a name beside an id is a resource's; one beside an address is a rule's; others are Azure's own words
        return "name" if "id" in beside else "text" if "ipAddress" in beside else ""
    return "text" if lowered in _OF_PEOPLE else ""


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a body, with what kind of place it stands at; property names count as texts, too."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, key)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield ("tags" if key == "tags" else ""), name
            yield from _texts(one, _kind_of(name, key, value))


def _hosts(text: str) -> Iterator[str]:
    """The host names in a text that are not Azure's own."""
    whole = _WHOLE_HOST.fullmatch(text)
    for host in [whole[1]] if whole else _HOST.findall(text):
        if not host.lower().endswith(_AZURE) and not re.fullmatch(r"[\d.]+", host):
            yield host


def _segments(resource_id: str) -> Iterator[tuple[str, bool]]:
    """The parts of an id between its slashes, and whether each is a name that somebody chose."""
    comes = "word"
    for segment in resource_id.split("/"):
        lowered = segment.lower()
        yield segment, comes == "name" and bool(segment)
        if comes == "name":
            comes = "type"
        elif lowered == "providers":
            comes = "namespace"
        elif comes == "namespace":
            comes = "type"
        elif segment and (comes == "type" or lowered == "resourcegroups"):
            comes = "name"


_LITERAL = re.compile(r'"([^"]*)"')


def vocabulary(checks: Iterable[Check]) -> frozenset[str]:
    """Every word that a check may ask by, in lower case."""
    return frozenset(_words_of(checks))


def _words_of(checks: Iterable[Check]) -> Iterator[str]:
    for check in checks:
        yield from check.kinds
        texts: list[Any] = [check.settings]
        for spec in check.read:
            texts += [
                spec.path,
                spec.child or "",
                list(spec.one_of),
                "" if spec.absent is UNSET else spec.absent,
            ]
        texts += [let.expression for let in check.let]
        texts += [clause.that for clause in (*check.when, *check.expect)]
        for _, text in _texts(texts):
            yield text.lower()
            yield from (word.lower() for word in _WORD.findall(text))
            yield from (match.lower() for match in _GUID.findall(text))
            # what an expression adds to an id ("/configurations/pgaudit.log") is Azure's own name
            yield from (
                part for literal in _LITERAL.findall(text.lower()) for part in literal.split("/") if part
            )


def _numbered(prefix: str, names: Iterable[str]) -> Mapping[str, str]:
    """New names in the order of the old ones."""
    return {name: f"{prefix}{number:04d}" for number, name in enumerate(sorted(set(names)), 1)}
