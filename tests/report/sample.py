"""A small result of a fictional city that holds everything a result can hold, hostile names among it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from azlinkscan.errors import Place
from azlinkscan.model import arm
from azlinkscan.model.facts import Gap, Reason, Remedy
from azlinkscan.model.profile import (
    Answer,
    ByCheck,
    ByHand,
    Criterion,
    Group,
    GuaranteedBy,
    MetBy,
    NotCovered,
    Profile,
    Standard,
)
from azlinkscan.model.result import (
    CheckCard,
    CheckTally,
    ClauseOutcome,
    CoverageRow,
    CriterionResult,
    Finding,
    ResultHeader,
    SubscriptionSummary,
)
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict, all_of

ONE = "/subscriptions/00000000-0000-0000-0000-000000000001"
TWO = "/subscriptions/00000000-0000-0000-0000-000000000002"
THREE = "/subscriptions/00000000-0000-0000-0000-000000000003"
HERE = Place("sample")
DIGEST = "0" * 64


def storage(name: str, subscription: str = ONE, group: str = "rg-points") -> str:
    return f"{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{name}"


def sql(server: str, database: str | None = None) -> str:
    own = f"{ONE}/resourceGroups/rg-points/providers/Microsoft.Sql/servers/{server}"
    return f"{own}/databases/{database}" if database else own


def site(name: str) -> str:
    return f"{ONE}/resourceGroups/rg-web/providers/Microsoft.Web/sites/{name}"


HOSTILE = {
    "formula": '=HYPERLINK("http:"&A1,"見る")',
    "html": "<img src=x onerror=alert(1)>&amp;<b>",
    "markdown": "[押す](https:example.com) **太字** `code` | col {0} ![x](y)",
    "terminal": "a\x1b[31m赤\x1b]0;title\x07\r\n\tb\x9bK\x00",
    "direction": "invoice\u202egpj.exe\u2066\u200b",
    "right-to-left": "שלום-عربي",
    "wide": "架空市の市民ポイント給付事業における利用者情報を保存するストレージアカウント",
    "long": "x" * 300,
    "half a pair": "\ud83d-half",
}


def card(
    check: str,
    severity: Severity,
    title: Text,
    *,
    kind: str = "microsoft.storage/storageaccounts",
    cli: str | None = None,
) -> CheckCard:
    return CheckCard(
        id=check,
        title=title,
        why=Text("個人情報に到達される。", "Personal data can be reached."),
        severity=severity,
        fix=Text(
            "設定を `Deny` に改め、<必要な> ものだけを許可する。",
            "Set it to `Deny` and list only *what* needs it.",
        ),
        cli=cli,
        refs=(f"https://learn.microsoft.com/azure/{check}", "https://learn.microsoft.com/azure/security"),
        resource=(kind,),
        digest=DIGEST,
    )


CARDS = (
    card(
        "ase/in-use",
        Severity.HIGH,
        Text("App Service Environment を使用している", "An App Service Environment is used"),
        kind="microsoft.resources/subscriptions",
    ),
    card(
        "backup/vault-immutable",
        Severity.MEDIUM,
        Text("バックアップを変更できない", "Backups cannot be changed"),
        kind="microsoft.recoveryservices/vaults",
    ),
    card(
        "identity/few-owners",
        Severity.INFO,
        Text("所有者は少数である", "There are few owners"),
        kind="microsoft.resources/subscriptions",
    ),
    card(
        "monitor/plan-cpu-alert",
        Severity.LOW,
        Text("プランの CPU を監視している", "The plan's CPU is watched"),
        kind="microsoft.web/serverfarms",
    ),
    card(
        "sql/firewall-not-any-ip",
        Severity.CRITICAL,
        Text("SQL サーバーは、全てのアドレスには開かれていない", "SQL server is not open to every address"),
        kind="microsoft.sql/servers",
        cli="az sql server firewall-rule delete --name NAME --server SERVER --resource-group GROUP",
    ),
    card("storage/https-only", Severity.MEDIUM, Text("HTTPS だけを受け付ける", "Only HTTPS is accepted")),
    card(
        "storage/network-default-deny",
        Severity.HIGH,
        Text(
            "ストレージアカウントは、許可したネットワーク以外からの通信を拒否する",
            "Storage account refuses traffic from unlisted networks",
        ),
        cli="az storage account update --name NAME --default-action Deny",
    ),
)
SEVERITY = {one.id: one.severity for one in CARDS}
KIND = {one.id: one.resource[0] for one in CARDS}


def finding(check: str, shown_id: str, verdict: Verdict, **more: object) -> Finding:
    own = arm.canonical(shown_id)
    return Finding(
        check=check,
        resource=own,
        shown_id=shown_id,
        kind=KIND[check],
        subscription=arm.subscription_of(own),
        verdict=verdict,
        severity=SEVERITY[check],
        **more,  # type: ignore[arg-type]
    )


def false(number: int, ja: str, en: str) -> ClauseOutcome:
    return ClauseOutcome(number, False, Text(ja, en))


def refused(scope: str, kind: str, action: str, correlation_id: str | None = None) -> Gap:
    return Gap(
        arm.canonical(scope),
        kind,
        Reason.REFUSED,
        403,
        "AuthorizationFailed",
        action,
        correlation_id,
        Remedy.RIGHT,
    )


NO_ALERTS = refused(
    ONE,
    "microsoft.insights/metricalerts",
    "Microsoft.Insights/metricAlerts/read",
    "11111111-2222-3333-4444-555555555555",
)
NO_VAULTS = refused(TWO, "microsoft.recoveryservices/vaults", "Microsoft.RecoveryServices/vaults/read")
NO_SETTINGS = Gap(
    arm.canonical(site("web")),
    "microsoft.web/sites/config/appsettings",
    Reason.NOT_ASKED,
    action="Microsoft.Web/sites/config/list/action",
    remedy=Remedy.OPTION,
    detail="--app-settings",
)
FIREWALLED = Gap(
    arm.canonical(storage("points")),
    "microsoft.storage/storageaccounts/blobservices/containers/acl",
    Reason.REFUSED,
    403,
    "AuthorizationFailure",
    remedy=Remedy.NETWORK,
)
LOCKED = Gap(
    arm.canonical(storage("locked")),
    "microsoft.web/sites/backups",
    Reason.REFUSED,
    409,
    "ScopeLocked",
    remedy=Remedy.LOCK,
)
UNREGISTERED = Gap(
    TWO,
    "microsoft.insights/metricalerts",
    Reason.REFUSED,
    409,
    "MissingSubscriptionRegistration",
    remedy=Remedy.REGISTRATION,
)
BUSY = Gap(TWO, "microsoft.web/serverfarms", Reason.UNAVAILABLE, 503, "ServerBusy", remedy=Remedy.RETRY)
NEW_WORD = Gap(
    arm.canonical(storage("points")),
    "microsoft.storage/storageaccounts",
    Reason.UNRECOGNISED_VALUE,
    detail="properties.networkAcls.defaultAction = Maybe",
)
ELSEWHERE = Gap(
    f"{THREE}/resourcegroups/rg/providers/microsoft.network/virtualnetworks/hub",
    "microsoft.network/virtualnetworks",
    Reason.OUT_OF_SCOPE,
)
NOT_COLLECTED = Gap(ONE, "microsoft.authorization/roleassignments", Reason.NOT_ASKED)
NO_PROPERTY = Gap(
    arm.canonical(storage("points")),
    "microsoft.storage/storageaccounts",
    Reason.MISSING,
    detail="properties.encryption",
)
GAPS = (NO_ALERTS, NO_SETTINGS, FIREWALLED, LOCKED, NO_VAULTS, UNREGISTERED, BUSY)

OPEN = false(1, "既定の動作が Allow である", "the default action is Allow")


def findings() -> Iterator[Finding]:
    yield from sorted(_findings(), key=lambda one: one.order)


def _findings() -> Iterator[Finding]:
    fail, unknown = Verdict.FAIL, Verdict.UNKNOWN
    none = ClauseOutcome(0, False, Text("対象となるリソースがない", "there is no such resource"))
    yield finding("ase/in-use", ONE, Verdict.NOT_APPLICABLE, clauses=(none,))
    yield finding("backup/vault-immutable", TWO, unknown, gaps=(NO_VAULTS,))
    yield finding(
        "backup/vault-immutable",
        f"{ONE}/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/vault",
        Verdict.ERROR,
        problem="clause 1: no such overload",
    )
    yield finding("identity/few-owners", ONE, unknown, gaps=(NOT_COLLECTED,))
    for name in ("plan-a", "plan-b"):
        plan = f"{ONE}/resourceGroups/rg-web/providers/Microsoft.Web/serverFarms/{name}"
        yield finding("monitor/plan-cpu-alert", plan, unknown, gaps=(NO_ALERTS, NO_SETTINGS))
    yield finding("monitor/plan-cpu-alert", TWO, unknown, gaps=(UNREGISTERED, BUSY))
    yield finding(
        "sql/firewall-not-any-ip",
        sql("points-sql"),
        fail,
        clauses=(
            false(1, "0.0.0.0～255.255.255.255 を許可している", "it lets in 0.0.0.0 to 255.255.255.255"),
            ClauseOutcome(2, None, Text("（未確認）", "(unknown)")),
        ),
        observed={"rules": [{"start": "0.0.0.0", "end": "255.255.255.255"}]},
    )
    for name in ("points", "logs", "backup"):
        yield finding("storage/https-only", storage(name), Verdict.PASS, observed={"https": True})
    yield finding("storage/https-only", storage("locked"), unknown, gaps=(LOCKED, FIREWALLED))
    yield finding("storage/network-default-deny", storage("logs"), Verdict.PASS)
    yield finding("storage/network-default-deny", storage("points"), unknown, gaps=(NEW_WORD, NO_PROPERTY))
    yield finding("storage/network-default-deny", storage("spoke"), unknown, gaps=(ELSEWHERE,))
    for name in HOSTILE.values():
        said = f"タグが {name} </b> である"
        yield finding(
            "storage/network-default-deny",
            storage(name),
            fail,
            clauses=(OPEN, false(2, said, f"tag: {name} </b>")),
        )
    yield finding(
        "storage/network-default-deny",
        storage("Strict", TWO, "RG-Test"),
        fail,
        settings_digest="ab12cd34",
        settings={"widest_prefix": 28},
        clauses=(
            false(
                2, "/28 より広い範囲を許可している：203.0.113.0/24", "ranges wider than /28: 203.0.113.0/24"
            ),
        ),
        observed={"ip_rules": ["203.0.113.0/24"]},
    )


def check(name: str) -> ByCheck:
    return ByCheck(name, HERE)


def criterion(
    own_id: str,
    label: str | None,
    text: str,
    met_by: MetBy | None = None,
    *,
    criteria: tuple[Criterion, ...] = (),
    supporting: tuple[ByCheck, ...] = (),
    heading: str | None = None,
    note: Text | None = None,
    guaranteed_by: tuple[GuaranteedBy, ...] = (),
    answered_by: tuple[Answer, ...] = (),
) -> Criterion:
    return Criterion(
        own_id,
        label,
        Text(text, text),
        met_by,
        supporting,
        {},
        criteria,
        HERE,
        note,
        guaranteed_by,
        heading,
        answered_by,
    )


LOOK = Text("ログイン画面を目視で確認する", "look at the sign-in page")
KAKUU = Profile(
    id="kakuu-online-linkage",
    title=Text("架空市オンライン結合基準", "Kakuu City online-linkage standard"),
    source=Standard(
        "資料１ 個人情報の保護措置",
        "２",
        "kept-by-contract",
        Text("架空市は、契約により引き続き適用している。", "The city keeps it by contract."),
        ("https://www.example.jp/kijun",),
        "実施機関が講ずる技術的措置",
    ),
    criteria=(
        criterion(
            "kakuu-1",
            "１",
            "ファイルへの不正なアクセスを排除するための適切な措置が講じられていること。",
            heading="不正アクセスの排除に関する項目",
            answered_by=(Answer("架空市条例第９条第１項", label="ａ", heading="安全性の確保について"),),
            criteria=(
                criterion(
                    "kakuu-1-a",
                    "（ア）",
                    "無資格者によるアクセスを禁止するため、原則としてパスワード、ＩＤカード等の措置が講じられたシステムとすること。",
                    Group(
                        "all-of", (check("storage/network-default-deny"), check("sql/firewall-not-any-ip"))
                    ),
                    supporting=(check("storage/https-only"),),
                    note=Text(
                        "通信元の制限も資格の確認に含まれると読んだ。",
                        "We read the limits on networks as part of it.",
                    ),
                ),
                criterion(
                    "kakuu-1-i", "（イ）", "パスワードが画面に表示されないようにすること。", ByHand(LOOK)
                ),
                criterion(
                    "kakuu-1-u",
                    "（ウ）",
                    "通信回線は専用回線とするか、公衆回線とする場合は、接続する相手方を確認する機能を確保すること。",
                    Group(
                        "any-of",
                        (
                            check("ase/in-use"),
                            Group("all-of", (check("storage/https-only"), check("monitor/plan-cpu-alert"))),
                            ByHand(
                                Text("専用回線の契約書を確認する", "look at the contract of the private line")
                            ),
                        ),
                    ),
                ),
            ),
        ),
        criterion(
            "kakuu-2",
            None,
            "更新が終わるまで同一のファイルに対する他のアクセスを禁止する機能を設けること。",
            NotCovered(Text("Azure の設定には表れない。", "No setting of Azure shows it.")),
        ),
        criterion(
            "kakuu-3",
            "①",
            "定期的にデータのバックアップを行うこと。",
            check("backup/vault-immutable"),
            guaranteed_by=(
                GuaranteedBy(
                    Text("保存データは常に三重化される", "Stored data is always kept three times"),
                    "https://learn.microsoft.com/azure/storage/common/storage-redundancy",
                    "2020-01-01",
                ),
            ),
        ),
    ),
    digest=DIGEST,
    place=HERE,
)
OWN = Profile(
    id="our-own",
    title=Text("庁内の取決め", "Our own rules"),
    source=Standard("庁内の取決め", "1", "in-force", Text("庁内で定めている。", "Kept in house.")),
    criteria=(
        criterion("own-1", "1", "HTTPS だけを使う。", check("storage/https-only")),
        criterion("own-2", "2", "予備の系統を持つ。", check("network/left-out")),
        criterion("own-3", "3", "ASE を使う場合は版を確かめる。", check("ase/in-use")),
    ),
    digest=DIGEST,
    place=HERE,
    own=False,
)


def tally(name: str, *, deciding: bool = True) -> CheckTally:
    counts = Counter(one.verdict for one in findings() if one.check == name)
    ordered = {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}
    return CheckTally(name, None, all_of(ordered) if ordered else Verdict.UNKNOWN, ordered, deciding)


CRITERIA = (
    CriterionResult(
        KAKUU.id,
        "kakuu-1-a",
        Verdict.FAIL,
        (
            tally("storage/network-default-deny"),
            tally("sql/firewall-not-any-ip"),
            tally("storage/https-only", deciding=False),
        ),
    ),
    CriterionResult(KAKUU.id, "kakuu-1-i", Verdict.BY_HAND, (), (LOOK,)),
    CriterionResult(
        KAKUU.id,
        "kakuu-1-u",
        Verdict.UNKNOWN,
        (tally("ase/in-use"), tally("storage/https-only"), tally("monitor/plan-cpu-alert")),
        (Text("専用回線の契約書を確認する", "look at the contract of the private line"),),
    ),
    CriterionResult(KAKUU.id, "kakuu-2", Verdict.NOT_COVERED),
    CriterionResult(KAKUU.id, "kakuu-3", Verdict.ERROR, (tally("backup/vault-immutable"),)),
    CriterionResult(OWN.id, "own-1", Verdict.UNKNOWN, (tally("storage/https-only"),)),
    CriterionResult(OWN.id, "own-2", Verdict.UNKNOWN, (tally("network/left-out"),)),
    CriterionResult(OWN.id, "own-3", Verdict.NOT_APPLICABLE, (tally("ase/in-use"),)),
)

HEADER = ResultHeader(
    tool="0.1.0",
    clock="2026-04-01T00:00:00Z",
    snapshot="a" * 64,
    catalog="b" * 64,
    cloud="public",
    profiles=(KAKUU.id, OWN.id),
    checks=tuple(one.id for one in CARDS),
    scope={"resource-groups": ["rg-*"], "tags": []},
    subscriptions=(
        SubscriptionSummary(ONE, "架空市共通基盤", 120, 4, True),
        SubscriptionSummary(TWO, "ポイント事業", 30, 3, False),
        SubscriptionSummary(THREE, "ポイント事業", 0, 0, True),
    ),
)
COVERAGE = (
    CoverageRow(ONE, "microsoft.storage/storageaccounts", 14, 14, True, 0),
    CoverageRow(ONE, "microsoft.web/sites/backups", 0, 0, True, 0, "BackupsNotSupportedForSku"),
    CoverageRow(TWO, "microsoft.recoveryservices/vaults", 0, 0, False, 1),
)


@dataclass(frozen=True)
class Sample:
    """A ResultReader over what lies in memory."""

    header: ResultHeader = HEADER
    made: Callable[[], Iterator[Finding]] = findings
    told: Iterable[Gap] = GAPS
    cards: tuple[CheckCard, ...] = CARDS
    mapped: tuple[Profile, ...] = (KAKUU, OWN)
    settled: tuple[CriterionResult, ...] = CRITERIA
    ledger: tuple[CoverageRow, ...] = COVERAGE

    def findings(self) -> Iterator[Finding]:
        return self.made()

    def criteria(self) -> Iterator[CriterionResult]:
        return iter(self.settled)

    def gaps(self) -> Iterator[Gap]:
        return iter(self.told)

    def coverage(self) -> Iterator[CoverageRow]:
        return iter(self.ledger)

    def counts(self) -> Mapping[Verdict, int]:
        return Counter(one.verdict for one in self.made())

    def excepted(self) -> int:
        return sum(one.excepted is not None for one in self.made())

    def checks(self) -> Mapping[str, CheckCard]:
        return {one.id: one for one in self.cards}

    def profiles(self) -> tuple[Profile, ...]:
        return self.mapped


EMPTY = Sample(
    header=ResultHeader("0.1.0", "2026-04-01T00:00:00Z", "a" * 64, "b" * 64, "public", (), ()),
    made=lambda: iter(()),
    told=(),
    cards=(),
    mapped=(),
    settled=(),
    ledger=(),
)
"""A scan that found nothing at all."""
