"""The command line over the configuration: what a run was given, made ready for the rooms."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azlinkscan.cli import places
from azlinkscan.cli.language import use
from azlinkscan.cli.screen import prompt
from azlinkscan.errors import Place, UsageError
from azlinkscan.model import setting
from azlinkscan.model.text import LANGUAGES, Text
from azlinkscan.model.verdict import Severity
from azlinkscan.scan.choice import Choice

if TYPE_CHECKING:
    from azlinkscan.config import Configuration
    from azlinkscan.decisions.decisions import Decisions
    from azlinkscan.history.store import Store
    from azlinkscan.identity.clouds import Cloud
    from azlinkscan.identity.credential import Prompt
    from azlinkscan.model.check import Check
    from azlinkscan.scan.catalogue import Catalogue
    from azlinkscan.scan.scanning import Access
    from azlinkscan.scan.scope import Scope
    from azlinkscan.scan.spread import Spread

NEVER = "never"
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def configuration(path: Path | None, lang: str | None) -> Configuration:
    """The configuration that applies here; also settles the language of the run."""
    from azlinkscan import config

    found = path or config.find(Path.cwd())
    read = config.load(found) if found else config.Configuration()
    language = lang if lang is not None else read.language
    if language is not None:
        if language not in LANGUAGES:
            raise UsageError(
                Text(en=f"there is no language '{language}'", ja=f"言語「{language}」には対応していない"),
                hint=Text(en="write ja or en", ja="ja 又は en を指定する"),
                place=read.place("language", "--lang", lang is not None),
            )
        use("ja" if language == "ja" else "en")
    return read


def choice(
    conf: Configuration,
    checks: Sequence[str] | None,
    severities: Sequence[str] | None,
    profiles: Sequence[str] | None,
    checks_folders: Sequence[Path] | None,
    profiles_folders: Sequence[Path] | None,
) -> Choice:
    """The chosen part of the catalogue."""
    return Choice(
        checks=tuple(checks or conf.checks),
        severities=tuple(severities or ()),
        profiles=tuple(profiles or conf.profiles),
        checks_folders=(*conf.checks_folders, *(checks_folders or ())),
        profiles_folders=(*conf.profiles_folders, *(profiles_folders or ())),
        cache=parsed(),
        checks_place=conf.place("checks", "--check", checks),
        profiles_place=conf.place("profiles", "--profile", profiles),
    )


def catalogue(
    conf: Configuration, checks_folders: Sequence[Path] | None, profiles_folders: Sequence[Path] | None
) -> Catalogue:
    """All checks and profiles: decisions may be about any of them."""
    from azlinkscan.scan.catalogue import load

    return load(
        Choice(
            checks_folders=(*conf.checks_folders, *(checks_folders or ())),
            profiles_folders=(*conf.profiles_folders, *(profiles_folders or ())),
            cache=parsed(),
        )
    )


def decisions(
    conf: Configuration,
    found: Catalogue,
    exceptions: Path | None,
    attestations: Path | None,
    baseline: Path | None,
) -> Decisions:
    """What people decided.

    Raises CatalogError with every mistake in the files, ForeignFileError where the baseline is no result.
    """
    from azlinkscan.scan.deciding import decided

    return decided(found, exceptions or conf.exceptions, attestations or conf.attestations, baseline)


def parsed() -> Path:
    """Where parsed files are kept between runs."""
    return places.cache() / "catalog.json"


def spread(text: str | None, auth: str) -> Spread | None:
    """The cluster that reads. Raises UsageError where it is none, or cannot be used."""
    if text is None:
        return None
    from azlinkscan.cli.on_a_worker import read
    from azlinkscan.scan.spread import Spread, address_of

    return Spread(address_of(text, auth), read)


def scope(
    conf: Configuration,
    groups: Sequence[str] | None,
    tags: Sequence[str] | None,
    resources: Sequence[str] | None,
) -> Scope:
    """The resources that are judged."""
    from azlinkscan.scan.scope import Scope

    return Scope(
        _not_empty(groups or conf.resource_groups, conf.place("scope", "--resource-group", groups)),
        _not_empty(tags or conf.tags, conf.place("scope", "--tag", tags)),
        _not_empty(resources or (), Place("--resource")),
    )


def _not_empty(patterns: Sequence[str], place: Place) -> tuple[str, ...]:
    """An empty pattern (a variable of a script that is not set) fits nothing: it would leave everything out unseen."""
    if not all(pattern.removeprefix("!").strip("/ ") for pattern in patterns):
        raise UsageError(
            Text(en="the pattern is empty", ja="指定が空である"),
            hint=Text(
                en="write a name or a pattern, or leave it out", ja="名前又はパターンを書くか、指定をやめる"
            ),
            place=place,
        )
    return tuple(patterns)


def settings(
    conf: Configuration, given: Sequence[str] | None, known: Mapping[str, Check]
) -> Mapping[str, Mapping[str, Any]]:
    """The configuration's settings with the command line's on top.

    Raises UsageError where a ``--set`` has another form, or the check, the setting or its type is wrong.
    """
    merged: dict[str, dict[str, Any]] = {}
    for check, values in conf.settings.items():
        for name, value in values.items():
            _set(merged, known, check, name, value, conf.place(f"settings.{check}", "--config", None))
    for one in given or ():
        check, colon, rest = one.partition(":")
        name, equals, text = rest.partition("=")
        if not (colon and equals and check and name):
            raise UsageError(
                Text(en=f"'{one}' is no setting", ja=f"「{one}」は設定の形式ではない"),
                hint=Text(en="write CHECK:NAME=VALUE", ja="CHECK:NAME=VALUE の形で指定する"),
                place=Place("--set"),
            )
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        _set(merged, known, check, name, value, Place("--set"))
    return merged


def _set(
    merged: dict[str, dict[str, Any]],
    known: Mapping[str, Check],
    check: str,
    name: str,
    value: object,
    place: Place,
) -> None:
    if check not in known:
        raise no_such_check(check, known, place)
    if wrong := setting.mistake(known[check], name, value, place):
        raise wrong
    merged.setdefault(check, {})[name] = value


def no_such_check(check_id: str, known: Mapping[str, Check], place: Place) -> UsageError:
    """A check that does not exist, and the nearest one that does."""
    from azlinkscan.model.nearest import nearest

    return UsageError(
        Text(en=f"there is no check '{check_id}'", ja=f"チェック「{check_id}」は存在しない"),
        hint=nearest(check_id, known),
        place=place,
    )


def fail_on(conf: Configuration, given: str | None) -> Severity | None:
    """The lowest severity whose failure counts; None where none does."""
    word = given or conf.fail_on or Severity.LOW.value
    if word == NEVER:
        return None
    known = [severity.value for severity in Severity]
    if word not in known:
        from azlinkscan.model.nearest import nearest

        raise UsageError(
            Text(en=f"there is no severity '{word}'", ja=f"重大度「{word}」は存在しない"),
            hint=nearest(word, [*known, NEVER]),
            place=conf.place("fail-on", "--fail-on", given),
        )
    return Severity(word)


def store(conf: Configuration, given: str | None) -> str | None:
    """Where scans are kept; None is the user's data folder.

    Raises UsageError where an empty place is given.
    """
    if given == "":
        raise UsageError(
            Text(en="the place is empty", ja="保存先の指定が空である"),
            hint=Text(
                en="name a file or an address, or leave it out",
                ja="ファイル若しくは接続先を書くか、指定をやめる",
            ),
            place=Place("--store"),
        )
    return given or conf.store


@contextlib.contextmanager
def history(conf: Configuration, given: str | None) -> Iterator[Store]:
    """The history that the command line or the configuration names; a container is signed in to as a scan would.

    Raises UsageError or CannotRunError where it cannot be used.
    """
    from azlinkscan.scan.keeping import opened

    def sign_in() -> tuple[Cloud, object]:
        from azlinkscan.identity.clouds import cloud_of
        from azlinkscan.identity.credential import credential_for

        reached = access(conf, None, False, None, None, prompt)
        cloud = cloud_of(reached.cloud)
        return cloud, credential_for(
            reached.auth, cloud, environ=reached.environ, tenant=reached.tenant, prompt=prompt
        )

    with opened(store(conf, given), places.data(), sign_in) as found:
        yield found


def now() -> datetime:
    """The machine's clock, in UTC: the only place where it is read."""
    return datetime.now(UTC)


def access(
    conf: Configuration,
    subscriptions: Sequence[str] | None,
    every: bool,
    auth: str | None,
    cloud: str | None,
    prompt: Prompt,
    data_plane: bool = False,
    inventory: str | None = None,
    management_group: str | None = None,
    excluded: Sequence[str] | None = None,
    tenant: str | None = None,
    app_settings: bool = False,
) -> Access:
    """How Azure is reached.

    Raises UsageError where a way, a cloud or an id is wrong: before anybody is asked to sign in.
    """
    from azlinkscan.collect.resource_graph import known_inventory
    from azlinkscan.collect.source import APP_SETTINGS, DATA_PLANE
    from azlinkscan.collect.subscriptions import guid_of
    from azlinkscan.identity.clouds import cloud_of
    from azlinkscan.identity.credential import known_tenant, known_way
    from azlinkscan.scan.scanning import Access

    way = auth or conf.auth or "auto"
    known_way(way, conf.place("auth", "--auth", auth))
    where = tenant or conf.tenant
    known_tenant(where, conf.place("tenant", "--tenant", tenant))
    lists = inventory or conf.inventory or "arm"
    known_inventory(lists, conf.place("inventory", "--inventory", inventory))
    name = cloud or conf.cloud or "public"
    if not cloud and conf.path and (beside := conf.path.parent / name).is_file():
        name = str(beside)
    described = cloud_of(name, conf.place("cloud", "--cloud", cloud))
    asked = {DATA_PLANE: data_plane or conf.data_plane, APP_SETTINGS: app_settings or conf.app_settings}
    beyond = frozenset(option for option, is_asked in asked.items() if is_asked)
    if DATA_PLANE in beyond and not described.storage_suffixes:
        raise UsageError(
            Text(
                en="it is not known where this cloud's storage answers",
                ja="このクラウドのストレージのドメインが分からない",
            ),
            hint=Text(
                en=f'add storage_suffix = "…", what stands behind "ACCOUNT.blob.", to {name}',
                ja=f'{name} に storage_suffix = "…"（「アカウント名.blob.」に続く部分）を追加する',
            ),
            place=conf.place("data-plane", DATA_PLANE, data_plane),
        )
    ways = {
        "--subscription": bool(subscriptions),
        "--all-subscriptions": every,
        "--management-group": management_group is not None,
    }
    named = [way for way, is_given in ways.items() if is_given]
    if len(named) > 1:
        raise UsageError(
            Text(
                en=f"{' and '.join(named)} each say which subscriptions are scanned",
                ja=f"{'と'.join(named)}は、いずれも走査の対象を定めるものであり、両立しない",
            ),
            hint=Text(en="give one of them", ja="一つだけを指定する"),
            place=Place(named[-1]),
        )
    chosen = () if every or management_group is not None else tuple(subscriptions or conf.subscriptions)
    for one in chosen:
        guid_of(one, conf.place("scope", "--subscription", subscriptions))
    return Access(
        auth=way,
        cloud=name,
        environ=os.environ,
        home=Path.home(),
        subscriptions=chosen,
        every_subscription=every,
        prompt=prompt,
        options=beyond,
        inventory=lists,
        management_group=management_group,
        excluded=tuple(excluded or ()),
        tenant=where,
    )


def seconds(text: str | None) -> float | None:
    """A length of time: ``90s``, ``30m``, ``2h``.

    Raises UsageError where it is none.
    """
    if text is None:
        return None
    number, unit = text[:-1], text[-1:].lower()
    if unit in _SECONDS and number.isdecimal() and number.isascii() and int(number[:9]) > 0:
        return float(int(number[:9]) * _SECONDS[unit])
    raise UsageError(
        Text(en=f"'{text}' is no length of time", ja=f"「{text}」は時間の長さではない"),
        hint=Text(en="write 90s, 30m or 2h", ja="90s、30m、2h のように指定する"),
        place=Place("--deadline"),
    )


def resumed(resume: bool, scan_id: str | None) -> str | None:
    """The unfinished scan to go on with, the newest where none is named; None for a scan that begins anew.

    Raises UsageError where one is named without ``--resume``.
    """
    from azlinkscan.scan.unfinished import NEWEST

    if scan_id is not None and not resume:
        raise UsageError(
            Text(en=f"'{scan_id}' stands by itself", ja=f"「{scan_id}」に対応するオプションがない"),
            hint=Text(
                en="an unfinished scan is named behind --resume; see `azlinkscan scan --help`",
                ja="中断した走査は --resume の後に指定する。`azlinkscan scan --help` を参照する",
            ),
            place=Place("SCAN"),
        )
    return (scan_id or NEWEST) if resume else None


def moment_of(text: str | None, started: str) -> datetime:
    """The moment to judge at: ``--at``, or the scan's start.

    Raises UsageError where it is no time.
    """
    try:
        parsed = datetime.fromisoformat(text if text is not None else started)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            Text(en=f"'{text}' is no time", ja=f"「{text}」は日時ではない"),
            hint=Text(
                en="write 2026-04-01 or 2026-04-01T09:00:00+09:00",
                ja="2026-04-01T09:00:00+09:00 のように書く",
            ),
            place=Place("--at"),
        ) from None
