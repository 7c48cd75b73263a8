"""The subscriptions that the signed-in identity sees, and one of them by its id.

https://learn.microsoft.com/rest/api/resources/subscriptions/list
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from azlinkscan.collect.reader import Reader
from azlinkscan.collect.source import Scope, Shape, Source
from azlinkscan.collect.sources import SOURCES
from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, Reason, Remedy
from azlinkscan.model.text import Text

_ONE: Source = next(row for row in SOURCES if row.kind == arm.SUBSCRIPTION)
_ALL = replace(_ONE, path="/subscriptions", shape=Shape.LIST)
_TENANT = Scope("", "/")


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


def subscription_by_id(reader: Reader, text: str) -> Subscription:
    """One subscription by GUID or id. Raises UsageError or CannotRunError, each naming what to do next."""
    try:
        guid = str(UUID(arm.name_of(text.strip())))
    except ValueError:
        raise UsageError(
            Text(en=f"'{text}' is not a subscription id", ja=f"「{text}」はサブスクリプション ID ではない"),
            hint=_LIST_THEM,
            place=Place("--subscription"),
        ) from None
    outcome = reader.read(_ONE, Scope.named(f"/subscriptions/{guid}"))
    if outcome.facts:
        return _subscription(outcome.facts[0])
    raise _cannot_see(guid, outcome.gaps[0])


def _subscription(fact: Fact) -> Subscription:
    body = fact.body

    def text(name: str) -> str:
        value = body.get(name)
        return value if isinstance(value, str) else ""

    guid = arm.name_of(fact.id)
    return Subscription(fact.id, text("displayName") or guid, text("state"), text("tenantId"))


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
