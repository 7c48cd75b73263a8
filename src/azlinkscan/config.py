"""``azlinkscan.toml`` to settings, each with where it came from.

Found in the working folder or the nearest one above it. Every key is known here and nowhere else; an unknown key is
an error with the nearest name, so that a misspelt filter never widens or narrows a scan in silence.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.nearest import nearest
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text

FILE_NAME = "azlinkscan.toml"
_NETWORKS = re.compile(r"\s*\[\[\s*networks\s*\]\]")
_NOT_UTF_8 = Text(en="it is not UTF-8", ja="UTF-8 ではない")
OWN_NETWORKS = "own_networks"
"""The setting of a check that the configuration's networks fill."""


@dataclass(frozen=True)
class Network:
    """A network of the operator's own."""

    range: str
    owner: str
    until: date | None = None
    """The last day on which it counts as the operator's own."""


@dataclass(frozen=True)
class Configuration:
    """What the file says; None or empty where it says nothing."""

    path: Path | None = None
    profiles: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    checks_folders: tuple[Path, ...] = ()
    profiles_folders: tuple[Path, ...] = ()
    subscriptions: tuple[str, ...] = ()
    resource_groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    timezone: str | None = None
    fail_on: str | None = None
    auth: str | None = None
    tenant: str | None = None
    cloud: str | None = None
    inventory: str | None = None
    data_plane: bool = False
    app_settings: bool = False
    keep: bool = False
    store: str | None = None
    """A file's path is absolute."""
    exceptions: Path | None = None
    attestations: Path | None = None
    networks: tuple[Network, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each key stands: ``fail-on``, ``settings.storage/redundancy`` …"""

    def place(self, key: str, flag: str, given: object) -> Place:
        """Where a value came from: the flag where one was given, else the file's line."""
        return Place(flag) if given else self.places.get(key, Place(flag))

    def own_networks(self, clock: datetime) -> list[str]:
        """The ranges that are the operator's own at a moment: an expired network no longer counts."""
        today = clock.date()
        return [network.range for network in self.networks if network.until is None or network.until >= today]


_TOP = {
    "profiles": list,
    "checks": list,
    "checks-folders": list,
    "profiles-folders": list,
    "language": str,
    "timezone": str,
    "fail-on": str,
    "auth": str,
    "tenant": str,
    "cloud": str,
    "inventory": str,
    "data-plane": bool,
    "app-settings": bool,
    "keep": bool,
    "store": str,
    "exceptions": str,
    "attestations": str,
    "scope": dict,
    "networks": list,
    "settings": dict,
}
_SCOPE = {"subscriptions": list, "resource-groups": list, "tags": list}
_NETWORK = {"range": str, "owner": str, "until": date}
_CALLED: dict[type, Text] = {
    list: Text(en="a list", ja="一覧"),
    str: Text(en="a text", ja="文字列"),
    bool: Text(en="true or false", ja="true 又は false"),
    dict: Text(en="a table", ja="表"),
    date: Text(en="a date (2027-03-31)", ja="日付（2027-03-31）"),
}


def find(start: Path) -> Path | None:
    """The nearest configuration file at or above a folder."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def load(path: Path) -> Configuration:
    """The configuration in a file.

    Raises UsageError with the file, the line and the key where something is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = because(error) if isinstance(error, OSError) else _NOT_UTF_8
        raise UsageError(
            Text(
                en=f"the configuration cannot be read: {why.en}", ja=f"設定ファイルを読み取れない：{why.ja}"
            ),
            hint=Text(
                en="give an azlinkscan.toml, in UTF-8, that you may read",
                ja="読取り可能な UTF-8 の azlinkscan.toml を指定する",
            ),
            place=Place(str(path)),
        ) from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+), column (\d+)", str(error))
        place = Place(str(path), int(at[1]), int(at[2])) if at else Place(str(path))
        told = str(error).partition(" (at")[0]
        raise UsageError(
            Text(en=f"this is not TOML: {told}", ja=f"TOML として読み取れない（{told}）"),
            hint=Text(en="mend the line", ja="その行を直す"),
            place=place,
        ) from None
    reader = _Reader(path, text)
    reader.known(table, _TOP, "")
    scope = table.get("scope", {})
    reader.known(scope, _SCOPE, "scope.")
    settings = table.get("settings", {})
    places = {key: reader.place(key) for key in table}
    for check, values in settings.items():
        if not isinstance(values, dict):
            raise reader.mistake(
                check,
                Text(en=f"settings of {check} must be a table", ja=f"{check} の設定値は表でなければならない"),
                Text(en=f'write [settings."{check}"]', ja=f'[settings."{check}"] と書く'),
            )
        places[f"settings.{check}"] = reader.place(check)
    folder = path.parent
    return Configuration(
        path=path,
        profiles=reader.texts(table, "profiles"),
        checks=reader.texts(table, "checks"),
        checks_folders=tuple(folder / one for one in reader.texts(table, "checks-folders")),
        profiles_folders=tuple(folder / one for one in reader.texts(table, "profiles-folders")),
        subscriptions=reader.texts(scope, "subscriptions"),
        resource_groups=reader.texts(scope, "resource-groups"),
        tags=reader.texts(scope, "tags"),
        language=table.get("language"),
        timezone=table.get("timezone"),
        fail_on=table.get("fail-on"),
        auth=table.get("auth"),
        tenant=table.get("tenant"),
        cloud=table.get("cloud"),
        inventory=table.get("inventory"),
        data_plane=table.get("data-plane", False),
        app_settings=table.get("app-settings", False),
        keep=table.get("keep", False),
        store=_beside(folder, table.get("store")),
        exceptions=folder / table["exceptions"] if "exceptions" in table else None,
        attestations=folder / table["attestations"] if "attestations" in table else None,
        networks=tuple(reader.networks(table.get("networks", ()))),
        settings=settings,
        places=places,
    )


def _beside(folder: Path, store: str | None) -> str | None:
    """A file is meant relative to the configuration's folder, an address is left as it is."""
    return store if store is None or "://" in store else str(folder / store)


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._first = 1

    def place(self, key: str) -> Place:
        """The line that writes the key (or, failing that, mentions it), at or below where the reader is."""
        written = re.compile(rf"""\s*(\[+\s*([\w-]+\s*\.\s*)?)?["']?{re.escape(key)}["']?\s*[=.\]]""")
        lines = list(enumerate(self._lines, 1))[self._first - 1 :]
        writes = (number for number, line in lines if written.match(line))
        mentions = (number for number, line in lines if key in line)
        return Place(str(self._path), next(writes, next(mentions, None)))

    def mistake(self, key: str, title: Text, hint: Text) -> UsageError:
        return UsageError(title, hint=hint, place=self.place(key))

    def known(self, table: Mapping[str, Any], keys: Mapping[str, type], prefix: str) -> None:
        for key, value in table.items():
            if key not in keys:
                title = Text(en=f"there is no key '{prefix}{key}'", ja=f"キー「{prefix}{key}」は存在しない")
                raise self.mistake(key, title, nearest(key, keys))
            if not isinstance(value, keys[key]) or (keys[key] is date and isinstance(value, datetime)):
                called = _CALLED[keys[key]]
                raise self.mistake(
                    key,
                    Text(
                        en=f"'{prefix}{key}' must be {called.en}",
                        ja=f"「{prefix}{key}」は{called.ja}でなければならない",
                    ),
                    Text(en="mend the value", ja="値を直す"),
                )

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        values = table.get(key, [])
        if not all(isinstance(value, str) for value in values):
            raise self.mistake(
                key,
                Text(en=f"'{key}' must hold texts only", ja=f"「{key}」には文字列だけを書く"),
                Text(en="write texts in quotes", ja="引用符で囲む"),
            )
        return tuple(values)

    def networks(self, rows: Iterable[Any]) -> Iterator[Network]:
        """Each ``[[networks]]``, looked up from its own line on."""
        heads = [number for number, line in enumerate(self._lines, 1) if _NETWORKS.match(line)]
        for number, row in enumerate(rows):
            self._first = heads[number] if number < len(heads) else 1
            yield self._network(row)
        self._first = 1

    def _network(self, row: Any) -> Network:
        if not isinstance(row, dict):
            raise self.mistake(
                "networks",
                Text(en="a network must be a table", ja="ネットワークは表でなければならない"),
                Text(en="write [[networks]]", ja="[[networks]] と書く"),
            )
        self.known(row, _NETWORK, "networks.")
        for key in ("range", "owner"):
            if not row.get(key):
                raise self.mistake(
                    "[[networks]]",
                    Text(en=f"a network lacks '{key}'", ja=f"ネットワークに「{key}」がない"),
                    Text(en=f'add {key} = "…"', ja=f'{key} = "…" を加える'),
                )
        try:
            ipaddress.ip_network(row["range"])
        except ValueError as error:
            raise self.mistake(
                row["range"],
                Text(en=f"not a network: {error}", ja=f"ネットワークの範囲ではない：{error}"),
                Text(en='write "203.0.113.0/24"', ja='"203.0.113.0/24" のように書く'),
            ) from None
        return Network(row["range"], row["owner"], row.get("until"))
