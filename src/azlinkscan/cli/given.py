"""The command line over the configuration: what a run was given, made ready for the rooms."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azlinkscan.cli import places
from azlinkscan.cli.language import tr, use
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.verdict import Severity
from azlinkscan.scan.choice import Choice

if TYPE_CHECKING:
    from azlinkscan.config import Configuration
    from azlinkscan.scan.scope import Scope

NEVER = "never"


def configuration(path: Path | None, lang: str | None) -> Configuration:
    """The configuration that applies here; also settles the language of the run."""
    from azlinkscan import config

    found = path or config.find(Path.cwd())
    read = config.load(found) if found else config.Configuration()
    language = lang or read.language
    if language is not None:
        if language not in ("ja", "en"):
            raise UsageError(
                tr(en=f"there is no language '{language}'", ja=f"言語「{language}」には対応していない"),
                hint=tr(en="write ja or en", ja="ja 又は en を指定する"),
                place=Place("--lang"),
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
        cache=places.cache() / "catalog.json",
    )


def scope(
    conf: Configuration,
    groups: Sequence[str] | None,
    tags: Sequence[str] | None,
    resources: Sequence[str] | None,
) -> Scope:
    """The resources that are judged."""
    from azlinkscan.scan.scope import Scope

    return Scope(tuple(groups or conf.resource_groups), tuple(tags or conf.tags), tuple(resources or ()))


def settings(conf: Configuration, given: Sequence[str] | None) -> Mapping[str, Mapping[str, Any]]:
    """The configuration's settings with the command line's on top.

    Raises UsageError where a ``--set`` has another form.
    """
    merged: dict[str, dict[str, Any]] = {check: dict(values) for check, values in conf.settings.items()}
    for one in given or ():
        check, colon, rest = one.partition(":")
        name, equals, value = rest.partition("=")
        if not (colon and equals and check and name):
            raise UsageError(
                tr(en=f"'{one}' is no setting", ja=f"「{one}」は設定の形式ではない"),
                hint=tr(en="write CHECK:NAME=VALUE", ja="CHECK:NAME=VALUE の形で指定する"),
                place=Place("--set"),
            )
        try:
            merged.setdefault(check, {})[name] = json.loads(value)
        except ValueError:
            merged.setdefault(check, {})[name] = value
    return merged


def fail_on(conf: Configuration, given: str | None) -> Severity | None:
    """The lowest severity whose failure counts; None where none does."""
    word = given or conf.fail_on or Severity.LOW.value
    if word == NEVER:
        return None
    known = [severity.value for severity in Severity]
    if word not in known:
        from azlinkscan.model.nearest import nearest

        raise UsageError(
            tr(en=f"there is no severity '{word}'", ja=f"重大度「{word}」は存在しない"),
            hint=nearest(word, [*known, NEVER]),
            place=Place("--fail-on"),
        )
    return Severity(word)


def now() -> datetime:
    """The machine's clock, in UTC: the only place where it is read."""
    return datetime.now(UTC)


def moment_of(text: str | None, started: str) -> datetime:
    """The moment to judge at: ``--at``, or the scan's start.

    Raises UsageError where it is no time.
    """
    try:
        parsed = datetime.fromisoformat(text if text is not None else started)
    except ValueError:
        raise UsageError(
            tr(en=f"'{text}' is no time", ja=f"「{text}」は日時ではない"),
            hint=tr(
                en="write 2026-04-01 or 2026-04-01T09:00:00+09:00",
                ja="2026-04-01T09:00:00+09:00 のように書く",
            ),
            place=Place("--at"),
        ) from None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
