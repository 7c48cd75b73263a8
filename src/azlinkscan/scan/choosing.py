"""Which subscriptions a scan is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from azlinkscan.collect.reader import Reader
from azlinkscan.collect.subscriptions import (
    Subscription,
    subscription_by_id,
    subscriptions_in_group,
    visible_subscriptions,
)
from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.identity.az_profile import default_subscription
from azlinkscan.identity.credential import Prompt
from azlinkscan.model import arm
from azlinkscan.model.text import Text

_READABLE = frozenset({"Enabled", "Warned", "PastDue", ""})
"""States of a subscription in which it can be read (https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states)."""


@dataclass(frozen=True)
class Access:
    """How Azure is reached, and which subscriptions."""

    auth: str
    cloud: str
    environ: Mapping[str, str]
    home: Path
    subscriptions: tuple[str, ...] = ()
    every_subscription: bool = False
    prompt: Prompt | None = None
    options: frozenset[str] = frozenset()
    """What is read beyond the Reader role: ``--data-plane``."""
    inventory: str = "arm"
    """Where lists come from: ``arm``, or ``resource-graph`` where that is as good."""
    management_group: str | None = None
    """All subscriptions beneath it."""
    excluded: tuple[str, ...] = ()
    """Subscriptions that are left out: GUIDs, or patterns on names."""
    tenant: str | None = None
    """The Microsoft Entra tenant to sign in to; None: the one that the way to sign in is set to."""

    @property
    def chosen_by(self) -> tuple[str, ...]:
        """How subscriptions are chosen, as options."""
        options = [f"--subscription {arm.name_of(one).lower()}" for one in self.subscriptions]
        options += [f"--exclude {one}" for one in self.excluded]
        options += ["--all-subscriptions"] if self.every_subscription else []
        options += [f"--management-group {self.management_group}"] if self.management_group else []
        return tuple(sorted(options))


def choose(reader: Reader, access: Access) -> tuple[Subscription, ...]:
    """The subscriptions to scan: those named or in a group, every readable one, or the one of the sign-in; none twice.

    Raises UsageError or CannotRunError, each naming what to do next.
    """
    chosen = {one.id: one for one in _chosen(reader, access)}
    for pattern in access.excluded:
        if not any(_is_excluded(one, (pattern,)) for one in chosen.values()):
            raise UsageError(
                Text(
                    en=f"no subscription is called '{pattern}'",
                    ja=f"「{pattern}」に当てはまるサブスクリプションがない",
                ),
                hint=Text(
                    en=f"there are: {_named(tuple(chosen.values()))}",
                    ja=f"対象：{_named(tuple(chosen.values()))}",
                ),
                place=Place("--exclude"),
            )
    left = tuple(one for one in chosen.values() if not _is_excluded(one, access.excluded))
    if left:
        return left
    raise UsageError(
        Text(
            en=f"--exclude leaves none of {len(chosen)} subscriptions",
            ja=f"--exclude により、{len(chosen)} 件のサブスクリプションが全て除外される",
        ),
        hint=Text(
            en=f"leave out fewer; there are: {_named(tuple(chosen.values()))}",
            ja=f"除外の指定を減らす。対象：{_named(tuple(chosen.values()))}",
        ),
        place=Place("--exclude"),
    )


def _chosen(reader: Reader, access: Access) -> tuple[Subscription, ...]:
    if access.subscriptions:
        return tuple(subscription_by_id(reader, text) for text in access.subscriptions)
    if access.management_group:
        return _in_group(reader, access.management_group)
    readable = _readable(reader)
    if access.every_subscription or len(readable) == 1:
        return readable
    default = access.environ.get("AZURE_SUBSCRIPTION_ID") or (
        default_subscription(access.environ, access.home) if access.auth in ("auto", "cli") else None
    )
    for one in readable:
        if default and one.guid == default.lower():
            return (one,)
    listed = ", ".join(one.guid for one in readable[:5])
    raise UsageError(
        Text(
            en=f"the sign-in sees {len(readable)} subscriptions, and none of them is its default",
            ja=f"サブスクリプションが {len(readable)} 件見えるが、既定のものが定まっていない",
        ),
        hint=Text(
            en=f"name one (--subscription {listed} …) or take all: --all-subscriptions",
            ja=f"--subscription で指定する（{listed} …）か、--all-subscriptions で全てを走査する",
        ),
        place=Place("--subscription"),
    )


def _readable(reader: Reader) -> tuple[Subscription, ...]:
    readable = tuple(one for one in visible_subscriptions(reader) if one.state in _READABLE)
    if readable:
        return readable
    raise CannotRunError(
        Text(
            en="every subscription that the sign-in sees is disabled",
            ja="サインインした者から見えるサブスクリプションは、全て無効である",
        ),
        hint=Text(en="name one: --subscription ID", ja="--subscription ID で指定する"),
    )


def _in_group(reader: Reader, group: str) -> tuple[Subscription, ...]:
    """Those beneath the group, also those that the sign-in does not see: they are rows of unknown, not absent."""
    found = subscriptions_in_group(reader, group)
    if found:
        return found
    raise CannotRunError(
        Text(
            en=f"there is no subscription beneath management group {group}",
            ja=f"管理グループ {group} の配下にサブスクリプションがない",
        ),
        hint=Text(
            en="look at the hierarchy: az account management-group show --expand --recurse --name NAME",
            ja="階層を確認する：az account management-group show --expand --recurse --name 名前",
        ),
    )


def _is_excluded(one: Subscription, patterns: tuple[str, ...]) -> bool:
    names = (one.guid, one.id, one.name.lower())
    return any(fnmatchcase(name, pattern.lower()) for pattern in patterns for name in names)


def _named(these: tuple[Subscription, ...]) -> str:
    shown = ", ".join(f"{one.name} ({one.guid})" for one in these[:5])
    return shown + (" …" if len(these) > 5 else "")
