"""From the kinds that a choice of checks needs to the rows that are read, in order, with what that takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from azlinkscan.collect.source import Source
from azlinkscan.collect.sources import SOURCES
from azlinkscan.model import arm
from azlinkscan.model.facts import KindAsked
from azlinkscan.model.text import Text

ALL_KINDS: frozenset[str] = frozenset(row.kind for row in SOURCES)
"""Every kind that can be read."""
BESIDE_CHECKS: frozenset[str] = frozenset({arm.INVENTORY, arm.RESOURCE_GROUP})
"""What a scan reads whatever the checks: what the ledger of coverage counts by, and the groups, whose tags are those
of what lies in them."""

NOUNS = {
    "microsoft.resources/resourcegroups": Text("リソースグループ", "resource group"),
    "microsoft.network/networkwatchers": Text("Network Watcher", "network watcher"),
    "microsoft.network/connections": Text("VPN 等の接続", "VPN or ExpressRoute connection"),
    "microsoft.web/hostingenvironments": Text("App Service Environment", "App Service Environment"),
    "microsoft.web/sites": Text("App Service アプリ", "App Service app"),
    "microsoft.web/sites/slots": Text("デプロイスロット", "deployment slot"),
    "microsoft.storage/storageaccounts": Text("ストレージアカウント", "storage account"),
    "microsoft.storage/storageaccounts/blobservices": Text(
        "Blob のあるストレージアカウント", "storage account with blobs"
    ),
    "microsoft.storage/storageaccounts/blobservices/containers": Text("Blob コンテナー", "blob container"),
    "microsoft.storage/storageaccounts/fileservices": Text(
        "ファイル共有のあるストレージアカウント", "storage account with files"
    ),
    "microsoft.storage/storageaccounts/fileservices/shares": Text("ファイル共有", "file share"),
    "microsoft.sql/servers": Text("SQL サーバー", "SQL server"),
    "microsoft.sql/servers/databases": Text("SQL データベース", "SQL database"),
    "microsoft.dbforpostgresql/flexibleservers": Text("PostgreSQL サーバー", "PostgreSQL server"),
    "microsoft.dbformysql/flexibleservers": Text("MySQL サーバー", "MySQL server"),
    "microsoft.recoveryservices/vaults": Text("Recovery Services コンテナー", "Recovery Services vault"),
    "microsoft.dataprotection/backupvaults": Text("バックアップコンテナー", "Backup vault"),
    "microsoft.operationalinsights/workspaces": Text(
        "Log Analytics ワークスペース", "Log Analytics workspace"
    ),
}
"""What a parent is called where calls are counted."""


@dataclass(frozen=True)
class Plan:
    """The rows of one scan; what a row hangs under stands before it."""

    rows: tuple[Source, ...]
    options: frozenset[str] = frozenset()
    """The options that were given for what reads beyond the Reader role."""
    unreadable: frozenset[str] = frozenset()
    """Kinds that were wanted and that no row reads."""

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind that is read."""
        return frozenset(row.kind for row in self.rows)

    @property
    def rights(self) -> tuple[str, ...]:
        """The RBAC actions that the plan takes and that the Reader role holds, each once, in order."""
        return tuple(sorted({row.right for row in self.rows if row.option is None}))

    @property
    def beyond_reader(self) -> tuple[tuple[str, str], ...]:
        """The options that this choice of kinds has a use for, given or not, each with the right that it takes."""
        return tuple(sorted({(row.option, row.right) for row in self.rows if row.option is not None}))

    def asked(self) -> tuple[KindAsked, ...]:
        """What the snapshot records of the plan."""
        return tuple(KindAsked(row.kind, row.under) for row in self.rows)

    def under(self, kind: str | None) -> tuple[Source, ...]:
        """The rows that hang under a kind; None stands for the subscription."""
        return tuple(row for row in self.rows if row.under == kind)


def plan_for(kinds: Iterable[str], options: Iterable[str] = ()) -> Plan:
    """The rows that give these kinds and all that they hang under; the subscription itself is always read.

    A kind that hangs under several (diagnostic settings) is read under the subscription and under those that are
    wanted anyway; where none of them is, and the subscription has no such list, under all.
    """
    wanted = {kind.lower() for kind in kinds} | {arm.SUBSCRIPTION}
    unreadable = wanted - ALL_KINDS
    wanted -= unreadable
    grown = True
    while grown:
        needed = {parent for kind in wanted for parent in _parents_needed(kind, wanted)}
        grown = not needed <= wanted
        wanted |= needed
    chosen = [row for row in SOURCES if row.kind in wanted and (row.under is None or row.under in wanted)]
    chosen.sort(key=lambda row: (row.kind != arm.SUBSCRIPTION, _depth(row)))
    return Plan(tuple(chosen), frozenset(options), frozenset(unreadable))


def _parents_needed(kind: str, wanted: set[str]) -> set[str]:
    parents = {row.under for row in SOURCES if row.kind == kind}
    if None in parents or parents & wanted:
        return set()
    return {parent for parent in parents if parent is not None}


def _depth(row: Source) -> int:
    if row.under is None:
        return 0
    return 1 + max(_depth(above) for above in SOURCES if above.kind == row.under)


def calls(row: Source) -> Text:
    """How many requests a row takes, pages aside, as ``--plan`` prints it."""
    if row.items_of:
        return Text("0（親の応答に含まれる）", "0 (in its parent's answer)")
    parts = [] if row.under is None else [NOUNS[row.under]]
    if row.each:
        parts.append(NOUNS.get(row.kind, Text("1 件", "item")))
    first = Text("1", "1") if row.under is None else _per(parts[0])
    if not row.each:
        return first
    more = _per(parts[-1])
    return Text(f"{first.ja} ＋ {more.ja}", f"{first.en} + {more.en}")


def _per(noun: Text) -> Text:
    return Text(f"{noun.ja}ごとに 1", f"1 per {noun.en}")
