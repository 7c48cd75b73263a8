"""The subscriptions that the signed-in identity sees, and one of them by its id.

https://learn.microsoft.com/rest/api/resources/subscriptions/list
https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from uuid import UUID

from azlinkscan.collect.reader import Reader
from azlinkscan.collect.source import Scope, Shape, Source
from azlinkscan.collect.sources import SOURCES
from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, Reason, Remedy
from azlinkscan.model.text import Text

IN_GROUP_RIGHT = "Microsoft.Management/managementGroups/descendants/read"
"""To be held at the management group."""
_ONE: Source = next(row for row in SOURCES if row.kind == arm.SUBSCRIPTION)
_ALL = replace(_ONE, path="/subscriptions", shape=Shape.LIST)
_IN_GROUP = replace(
    _ONE,
    kind="microsoft.management/managementgroups/descendants",
    path="/providers/Microsoft.Management/managementGroups/{group}/descendants",
    api_version="2020-05-01",
    right=IN_GROUP_RIGHT,
    sdk=None,
    no_sdk="azure-mgmt-managementgroups is needed for nothing else",
    shape=Shape.LIST,
)
_TENANT = Scope("", "/")
_GROUP_NAME = re.compile(r"[\w().-]{1,90}", re.ASCII)
"""https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagement"""
_CANNOT_BEGIN = frozenset({400, 401, 404})
"""Statuses after which there is no subscription to be read: no such thing, or nobody is signed in."""


@dataclass(frozen=True)
class Subscription:
    """One subscription as Azure lists it."""

    id: str
    """Canonical: ``/subscriptions/…``."""
    name: str
    state: str
    """Enabled, Warned, PastDue, Disabled or Deleted; empty where Azure did not say."""
    tenant: str

    @property
    def guid(self) -> str:
        """The id without what stands before it."""
        return arm.name_of(self.id)


def visible_subscriptions(reader: Reader) -> tuple[Subscription, ...]:
    """Every subscription that the signed-in identity sees, by name.

    Raises CannotRunError where there is none, or where the list did not come whole: half a list must not pass for
    all.
    """
    outcome = reader.read(_ALL, _TENANT)
    if outcome.listing is None:
        raise _cannot_list(outcome.gaps[0])
    found = sorted((_subscription(fact) for fact in outcome.facts), key=lambda one: (one.name, one.id))
    if not found:
        raise CannotRunError(
            Text(
                en="the signed-in identity sees no subscription",
                ja="サインインした ID から見えるサブスクリプションがない",
            ),
            hint=Text(
                en="grant it the Reader role on a subscription, or sign in to another tenant: "
                "az login --tenant TENANT",
                ja="サブスクリプションの閲覧者ロールを割り当てるか、別のテナントにサインインする："
                "az login --tenant TENANT",
            ),
        )
    return tuple(found)


def subscriptions_in_group(reader: Reader, text: str) -> tuple[Subscription, ...]:
    """Every subscription beneath a management group, at whatever depth, by name; also those that cannot be read.

    Raises UsageError where ``text`` is no name or id of a group, CannotRunError where the list did not come whole.
    """
    name = arm.name_of(text.strip())
    if not _GROUP_NAME.fullmatch(name):
        raise UsageError(
            Text(en=f"'{text}' is no management group's id", ja=f"「{text}」は管理グループの ID ではない"),
            hint=_LIST_GROUPS,
            place=Place("--management-group"),
        )
    outcome = reader.read(replace(_IN_GROUP, path=_IN_GROUP.path.replace("{group}", name)), _TENANT)
    if outcome.listing is None:
        raise _cannot_list_group(name, outcome.gaps[0])
    found = [
        fact for fact in outcome.facts if arm.type_of(fact.id) == arm.SUBSCRIPTION and arm.is_id(fact.id)
    ]
    return tuple(sorted(map(_descendant, found), key=lambda one: (one.name, one.id)))


def _descendant(fact: Fact) -> Subscription:
    properties = fact.body.get("properties")
    name = properties.get("displayName") if isinstance(properties, dict) else None
    return Subscription(fact.id, name if isinstance(name, str) and name else arm.name_of(fact.id), "", "")


def guid_of(text: str, place: Place = Place("--subscription")) -> str:
    """A subscription's GUID from itself or its id. Raises UsageError where it is neither."""
    try:
        return str(UUID(arm.name_of(text.strip())))
    except ValueError:
        raise UsageError(
            Text(en=f"'{text}' is not a subscription id", ja=f"「{text}」はサブスクリプション ID ではない"),
            hint=_LIST_THEM,
            place=place,
        ) from None


def subscription_by_id(reader: Reader, text: str) -> Subscription:
    """One subscription by GUID or id; one that refuses to be read goes by its id, and what is unknown of it is told later.

    Raises UsageError where ``text`` is no id, CannotRunError where there is no such subscription or nobody answers.
    """
    guid = guid_of(text)
    outcome = reader.read(_ONE, Scope.named(f"/subscriptions/{guid}"))
    if outcome.facts:
        return _subscription(outcome.facts[0])
    gap = outcome.gaps[0]
    if gap.status is None or gap.status in _CANNOT_BEGIN:
        raise _cannot_see(guid, gap)
    return Subscription(f"/subscriptions/{guid}", guid, "", "")


def _subscription(fact: Fact) -> Subscription:
    body = fact.body

    def text(name: str) -> str:
        value = body.get(name)
        return value if isinstance(value, str) else ""

    guid = arm.name_of(fact.id)
    return Subscription(fact.id, text("displayName") or guid, text("state"), text("tenantId"))


_LIST_GROUPS = Text(
    en="list the names that you can use: az account management-group list --output table",
    ja="使用できる名前の一覧を確認する：az account management-group list --output table",
)
_LIST_THEM = Text(
    en="list the ids that you can use: az account list --output table",
    ja="使用できる ID の一覧を確認する：az account list --output table",
)
_NAME_ONE = Text(
    en="try again, or name the subscriptions: --subscription ID",
    ja="再度実行するか、--subscription でサブスクリプションを指定する",
)
_LATER = Text(en="try again in a few minutes", ja="数分後に再度実行する")


def _cannot_list(gap: Gap) -> CannotRunError:
    return CannotRunError(
        Text(
            en=f"the list of subscriptions could not be read to its end ({_why(gap)})",
            ja=f"サブスクリプションの一覧を最後まで取得できない（{_why(gap)}）",
        ),
        hint=_next(gap, _NAME_ONE),
    )


def _cannot_list_group(name: str, gap: Gap) -> CannotRunError:
    if gap.status in (400, 404):
        return CannotRunError(
            Text(
                en=f"management group {name} does not exist or is not visible to the signed-in identity",
                ja=f"管理グループ {name} が存在しないか、サインインした ID から見えない",
            ),
            hint=_LIST_GROUPS,
        )
    return CannotRunError(
        Text(
            en=f"the subscriptions of management group {name} could not be read to their end ({_why(gap)})",
            ja=f"管理グループ {name} のサブスクリプションの一覧を最後まで取得できない（{_why(gap)}）",
        ),
        hint=_next(gap, _NAME_ONE),
    )


def _cannot_see(guid: str, gap: Gap) -> CannotRunError:
    if gap.status in (400, 404):
        return CannotRunError(
            Text(
                en=f"subscription {guid} does not exist or is not visible to the signed-in identity",
                ja=f"サブスクリプション {guid} が存在しないか、サインインした ID から見えない",
            ),
            hint=Text(
                en=f"{_LIST_THEM.en}; for another tenant, sign in there: az login --tenant TENANT",
                ja=f"{_LIST_THEM.ja}（別のテナントの場合は az login --tenant TENANT でサインインする）",
            ),
        )
    return CannotRunError(
        Text(
            en=f"subscription {guid} could not be read ({_why(gap)})",
            ja=f"サブスクリプション {guid} を取得できない（{_why(gap)}）",
        ),
        hint=_next(gap, _LATER),
    )


def _why(gap: Gap) -> str:
    parts = (str(gap.status) if gap.status else None, gap.code, gap.detail)
    return ", ".join(part for part in parts if part) or gap.reason.value


def _next(gap: Gap, otherwise: Text) -> Text:
    if gap.remedy is Remedy.RIGHT:
        return Text(
            en=f"grant the Reader role, which holds {gap.action}: az role assignment create --role Reader",
            ja=f"{gap.action} を含む閲覧者ロールを割り当てる：az role assignment create --role Reader",
        )
    if gap.remedy is Remedy.NETWORK:
        return Text(
            en="check the network, the proxy (HTTPS_PROXY) and, for a private cloud, ca_file in --cloud FILE",
            ja="ネットワーク、プロキシ（HTTPS_PROXY）及び独自クラウドの場合は --cloud のファイルの ca_file を確認する",
        )
    if gap.reason is Reason.REFUSED:
        return Text(en="sign in again: az login", ja="再度サインインする：az login")
    return otherwise
