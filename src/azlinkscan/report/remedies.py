"""What could not be assessed, by what would close the gap: grant this right, scan again with that option.

A finding waits on every gap that it carries, so one finding may stand under several remedies; under one remedy it is
counted once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from azlinkscan.model import arm
from azlinkscan.model.facts import Gap, Reason, Remedy
from azlinkscan.model.result import LIST_LIMIT, Finding
from azlinkscan.model.text import Language, Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.report.names import SubscriptionNames, resource_name

HEADINGS: Mapping[Remedy, Text] = {
    Remedy.RIGHT: Text("権限を付与すれば確認できるもの", "Can be assessed once a right is granted"),
    Remedy.OPTION: Text(
        "オプションを指定すれば確認できるもの", "Can be assessed once the scan is given an option"
    ),
    Remedy.NETWORK: Text(
        "許可された接続元から走査すれば確認できるもの", "Can be assessed from a network that is let in"
    ),
    Remedy.LOCK: Text("ロックにより読み取れなかったもの", "Kept from being read by a lock"),
    Remedy.REGISTRATION: Text("リソースプロバイダーが未登録のもの", "Resource provider not registered"),
    Remedy.RETRY: Text("再度走査すれば確認できる見込みがあるもの", "May be assessed when scanned again"),
    Remedy.NONE: Text(
        "権限又はオプションでは解消せず、目視により確認するもの",
        "No right or option would help: look by hand",
    ),
}
"""In the order in which they are shown: what is surest to help stands first."""


@dataclass(frozen=True)
class Want:
    """One thing to do, and the fields of the gaps that it closes."""

    remedy: Remedy
    subscription: str
    kind: str
    """The kind of fact, or the right that an option takes; empty where ``what`` says it all."""
    reason: Reason | None
    what: str
    """The action of a right, the name of an option, the detail of a value; may be empty."""

    @property
    def order(self) -> tuple[str, ...]:
        """A key that sorts wants the same way in every run."""
        return (self.what, self.kind, self.subscription, self.reason or "")


@dataclass
class Waiting:
    """What waits on one want."""

    findings: int = 0
    scopes: dict[str, None] = field(default_factory=dict)
    """Where the gaps are, in the order met."""


class Remedies:
    """Sorts unknown findings by remedy in one pass; keeps counts and scopes, no findings."""

    def __init__(self) -> None:
        self._waiting: dict[Want, Waiting] = {}
        self._groundless = 0

    def add(self, finding: Finding) -> None:
        """Count one; anything but an unknown is left alone."""
        if finding.verdict is not Verdict.UNKNOWN:
            return
        wants: dict[Want, None] = {}
        for gap in finding.gaps:
            want = want_of(gap, finding.subscription)
            wants[want] = None
            self._waiting.setdefault(want, Waiting()).scopes[gap.scope] = None
        for want in wants:
            self._waiting[want].findings += 1
        self._groundless += not wants

    def grouped(self) -> Mapping[Remedy, list[tuple[Want, Waiting]]]:
        """The wants of each remedy, the one that most findings wait on first."""
        groups: dict[Remedy, list[tuple[Want, Waiting]]] = {remedy: [] for remedy in HEADINGS}
        for want, waiting in self._waiting.items():
            groups[want.remedy].append((want, waiting))
        for members in groups.values():
            members.sort(key=lambda one: (-one[1].findings, one[0].order))
        return {remedy: members for remedy, members in groups.items() if members}

    @property
    def groundless(self) -> int:
        """Unknown findings that carry no gap."""
        return self._groundless


def want_of(gap: Gap, subscription: str) -> Want:
    """What would close a gap; ``subscription`` is the finding's, for a gap whose scope lies in none."""
    where = arm.subscription_of(gap.scope) or subscription
    match gap.remedy:
        case Remedy.RIGHT if gap.action:
            return Want(gap.remedy, where, "", None, gap.action)
        case Remedy.OPTION if gap.detail:
            return Want(gap.remedy, where, gap.action or "", None, gap.detail)
        case Remedy.REGISTRATION:
            return Want(gap.remedy, where, "", None, gap.kind.partition("/")[0])
        case Remedy.NONE if gap.reason is Reason.UNRECOGNISED_VALUE:
            return Want(gap.remedy, where, gap.kind, gap.reason, gap.detail or "")
        case _:
            return Want(gap.remedy, where, gap.kind, gap.reason, "")


def want_text(want: Want, waiting: Waiting, names: SubscriptionNames) -> Text:
    """What to do and how many findings wait on it, without a full stop."""
    where = names[want.subscription]
    told = _told(want, where, _listed(waiting.scopes, "ja"), _listed(waiting.scopes, "en"))
    count = waiting.findings
    waits = "1 finding waits on it" if count == 1 else f"{count} findings wait on it"
    return Text(f"{told.ja}（関係する判定 {count} 件）", f"{told.en}: {waits}")


def _told(want: Want, where: str, ja: str, en: str) -> Text:
    what, kind = want.what, want.kind
    match want.remedy:
        case Remedy.RIGHT:
            return Text(
                f"サブスクリプション「{where}」において、走査に用いるアカウントに "
                f"{f'{what} の' if what else f'{kind} を読み取る'}権限を付与する",
                f"Grant {what or f'the right to read {kind}'} on subscription {where}",
            )
        case Remedy.OPTION if what:
            takes = (f"（必要な権限 {kind}）", f" (it takes {kind})") if kind else ("", "")
            return Text(
                f"サブスクリプション「{where}」を、{what} を指定して再度走査する{takes[0]}",
                f"Scan subscription {where} again with {what}{takes[1]}",
            )
        case Remedy.OPTION:
            return Text(
                f"サブスクリプション「{where}」を、{kind} を読み取るオプションを指定して再度走査する",
                f"Scan subscription {where} again with the option that reads {kind}",
            )
        case Remedy.NETWORK:
            return Text(
                f"{ja} が許可する接続元から走査し、又は走査に用いる端末の IP アドレスを許可する（{kind}）",
                f"Scan from a network that {en} lets in, or let this machine's address in ({kind})",
            )
        case Remedy.LOCK:
            return Text(
                f"{ja} のロックにより {kind} を読み取ることができない。ロックの管理者に設定を確認する",
                f"A lock on {en} keeps {kind} from being read; ask whoever keeps the lock for the setting",
            )
        case Remedy.REGISTRATION:
            return Text(
                f"サブスクリプション「{where}」に {what} が登録されていない。使用していないことを確認し、又は登録する",
                f"{what} is not registered in subscription {where}; confirm that it is not used, or register it",
            )
        case Remedy.RETRY:
            reason = want.reason.label if want.reason else Text("", "")
            return Text(
                f"サブスクリプション「{where}」の {kind} を再度走査する（{reason.ja}）",
                f"Scan {kind} in subscription {where} again ({reason.en})",
            )
        case Remedy.NONE:
            return _helpless(want, where, ja, en)


def _helpless(want: Want, where: str, ja: str, en: str) -> Text:
    kind = want.kind
    match want.reason:
        case Reason.UNRECOGNISED_VALUE:
            value = f" ({want.what})" if want.what else ""
            shown = f"（{want.what}）" if want.what else ""
            return Text(
                f"{kind} に本ツールの知らない値がある{shown}。目視で確認する（{ja}）",
                f"{kind} holds a value that this version does not know{value}; look at {en}",
            )
        case Reason.OUT_OF_SCOPE:
            return Text(
                f"走査の範囲の外にある {kind} を参照している。その参照先も走査する（{ja}）",
                f"Something refers to {kind} outside what was scanned; scan that, too ({en})",
            )
        case Reason.NOT_ASKED:
            return Text(
                f"サブスクリプション「{where}」の {kind} は、今回の走査の対象としていない",
                f"{kind} was not asked for in this scan of subscription {where}",
            )
        case _:
            reason = want.reason.label if want.reason else Text("", "")
            return Text(f"{kind}：{reason.ja}（{ja}）", f"{kind}: {reason.en} ({en})")


def _listed(scopes: Iterable[str], language: Language) -> str:
    names = [resource_name(scope) for scope in scopes]
    more = len(names) - LIST_LIMIT
    shown = ("、" if language == "ja" else ", ").join(names[:LIST_LIMIT])
    if more <= 0:
        return shown
    return f"{shown} ほか {more} 件" if language == "ja" else f"{shown} and {more} more"
