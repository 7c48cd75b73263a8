"""``--inventory resource-graph``: one query a subscription in the place of many reads, where that is safe.

Resource Graph shows only what the caller may read, says nothing of what it leaves out, and lags behind: half a minute
as a rule, but up to a day or more for what was changed beside Resource Manager
(https://learn.microsoft.com/azure/governance/resource-graph/overview#how-resource-graph-is-kept-current). So a row
stands for a resource, and the rows of a kind for its list, only where something that does not lag bears them out:

- the caller's permissions on the whole subscription cover the kind's right, and that of the inventory;
- Resource Manager's own inventory holds exactly the same ids of that kind (under that parent);
- the inventory says that the resource itself was last changed longer ago than Resource Graph has ever been seen to lag;
- the row was read by Graph with a stable api-version at least as new as ours, and has every field whose absence no
  chosen check could explain. A kind without such a field is not taken from Graph: nothing would show a row in part.

Whatever fails this is read through Resource Manager as ever: item by item where its list leaves things out, else by its
list. What other resources write into one (private endpoint connections) does not move its time of change, and may
be as old as Graph's last look: that much a user of the option accepts.

Never taken from Graph, although other tables hold them:

- AppServiceResources: its settings are no REST answers (``MinTlsVersion``, ``IpSecurityRestrictions``), see
  https://learn.microsoft.com/azure/governance/resource-graph/samples/samples-by-table#appserviceresources;
- RecoveryServicesResources, AuthorizationResources, SecurityResources: no inventory counts protected items, jobs,
  assignments or plans, so Graph alone would be the witness of absence; each is one list in Resource Manager, and
  assignments above the subscription are outside a query's scope;
- action groups: whom they reach is not a field that a check names, so a row in part would not show as one;
- networks and their security groups, SQL servers, vaults: their children change them without moving their own time, or
  (a server's administrators) a plain GET leaves out what a check needs.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

from tenacity import sleep_using_event

from azlinkscan.collect.address import path_at
from azlinkscan.collect.answer import Answer, Broken
from azlinkscan.collect.caller import PERMISSIONS_API
from azlinkscan.collect.data_plane import DataPlane
from azlinkscan.collect.plan import Plan
from azlinkscan.collect.reader import PAGE_LIMIT, Outcome, Reader, Reducer, digest
from azlinkscan.collect.redaction import redacted_text
from azlinkscan.collect.retry import Patience, PatientAsker, Reply, now_utc
from azlinkscan.collect.source import Scope, Source
from azlinkscan.errors import Place, UsageError
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Json, Listing, Read
from azlinkscan.model.permission import Permission, holds, permissions_of
from azlinkscan.model.text import Text

API_VERSION = "2022-10-01"
"""The newest that every cloud answers to: https://github.com/microsoft/ARI/issues/306 shows the US Government's."""
PATH = "/providers/Microsoft.ResourceGraph/resources"
RESOURCE_GRAPH = "resource-graph"
INVENTORIES = ("arm", RESOURCE_GRAPH)
"""The values of ``--inventory``."""
ROWS_A_PAGE = 1000
"""The most that Azure gives: https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data."""
SETTLED = timedelta(hours=48)
"""Support has named 30 hours as the most that Graph lags (https://github.com/ansible-collections/azure/pull/2002)."""
TRACKED = frozenset(
    {
        "microsoft.web/hostingenvironments",
        "microsoft.web/serverfarms",
        "microsoft.web/sites",
        "microsoft.web/sites/slots",
        "microsoft.storage/storageaccounts",
        "microsoft.sql/servers/databases",
        "microsoft.sql/servers/elasticpools",
        "microsoft.dbforpostgresql/flexibleservers",
        "microsoft.dbformysql/flexibleservers",
        "microsoft.operationalinsights/workspaces",
    }
)
"""Kinds in the table Resources that Resource Manager's inventory lists too, and that only their own changes change."""

_COLUMNS = (
    "id", "name", "type", "kind", "location", "tags", "sku", "plan", "identity", "zones", "managedBy",
    "extendedLocation", "properties",
)  # fmt: skip
_STABLE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DURATION = re.compile(r"(\d+):(\d{2}):(\d{2})")
_WITH_TIMES = "$expand=createdTime,changedTime"

Fields = Collection[tuple[str | int, ...]]
"""Paths in a resource's body, each as its steps."""


def known_inventory(inventory: str, place: Place = Place("--inventory")) -> None:
    """Raises UsageError where no inventory has this name."""
    if inventory not in INVENTORIES:
        raise UsageError(
            Text(
                en=f"there is no inventory called '{inventory}'",
                ja=f"「{inventory}」という一覧の取得元はない",
            ),
            hint=Text(
                en=f"one of: {', '.join(INVENTORIES)}", ja=f"次のいずれかを指定する：{', '.join(INVENTORIES)}"
            ),
            place=place,
        )


class Poster(Protocol):
    """Whatever can put a query to Resource Graph."""

    @property
    def host(self) -> str:
        """Scheme and host of the endpoint."""
        ...

    def post(self, path_and_query: str, body: bytes) -> Answer | Broken:
        """One POST that reads."""
        ...


class ResourceGraph:
    """Puts queries, one at a time and no faster than Resource Graph's own quota. Safe to share between threads.

    https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
    """

    def __init__(
        self,
        poster: Poster,
        patience: Patience,
        *,
        sleep: Callable[[float], None] | None = None,
        now: Callable[[], datetime] = now_utc,
        cancelled: Event | None = None,
    ) -> None:
        self._poster = poster
        self._patience = patience
        self._cancelled = cancelled or Event()
        self._sleep = sleep or sleep_using_event(self._cancelled)
        self._now = now
        self._turn = threading.Lock()
        self._wait = 0.0

    def ask(self, query: str, subscription: str, token: str | None) -> Reply:
        """A page of a query's rows in one subscription, given by GUID."""
        options: dict[str, Json] = {"resultFormat": "objectArray", "$top": ROWS_A_PAGE}
        if token is not None:
            options["$skipToken"] = token
        body = {"subscriptions": [subscription], "query": query, "options": options}
        asker = PatientAsker(
            _Query(self._poster, json.dumps(body).encode()),
            self._patience,
            sleep=self._sleep,
            now=self._now,
            cancelled=self._cancelled,
        )
        with self._turn:
            if self._wait:
                self._sleep(self._wait)
            reply = asker.ask(f"{PATH}?api-version={API_VERSION}")
            self._wait = _quota_wait(reply)
        return reply


@dataclass(frozen=True)
class _Query:
    """A query as something that can be asked again."""

    poster: Poster
    body: bytes

    @property
    def host(self) -> str:
        return self.poster.host

    def ask(self, path_and_query: str) -> Answer | Broken:
        answer = self.poster.post(path_and_query, self.body)
        if isinstance(answer, Answer) and answer.status == 429 and "retry-after" not in answer.headers:
            resets = _seconds(answer)
            if resets is not None:
                return replace(answer, headers={**answer.headers, "retry-after": str(resets)})
        return answer


def _quota_wait(reply: Reply) -> float:
    """Seconds until the next query: none while the quota lasts."""
    outcome = reply.outcome
    if isinstance(outcome, Answer) and outcome.headers.get("x-ms-user-quota-remaining", "").strip() == "0":
        return _seconds(outcome) or 0
    return 0


def _seconds(answer: Answer) -> int | None:
    found = _DURATION.fullmatch(answer.headers.get("x-ms-user-quota-resets-after", "").strip())
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None


# -- pages -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """A page of rows."""

    rows: tuple[dict[str, Json], ...]
    total: int
    token: str | None


def page_of(reply: Reply) -> Page | None:
    """The rows of an answer in either format; None for anything but a page that says what is missing of the whole."""
    body = reply.body
    if not isinstance(reply.outcome, Answer) or reply.outcome.status != 200 or not isinstance(body, dict):
        return None
    rows, total, token = _rows(body.get("data")), body.get("totalRecords"), body.get("$skipToken")
    if (
        body.get("error") is not None
        or rows is None
        or type(total) is not int
        or body.get("count") != len(rows)
    ):
        return None
    if token is not None and (not isinstance(token, str) or not token):
        return None
    # a text, as Azure sends it, or what the specification says; without a token the rest cannot be had
    if str(body.get("resultTruncated")).lower() != "false" and token is None:
        return None
    return Page(rows, total, token)


def _rows(data: Json) -> tuple[dict[str, Json], ...] | None:
    if isinstance(data, dict):
        columns, values = data.get("columns"), data.get("rows")
        if not isinstance(columns, list) or not isinstance(values, list):
            return None
        names = [column.get("name") if isinstance(column, dict) else None for column in columns]
        if any(not isinstance(row, list) or len(row) != len(names) for row in values):
            return None
        data = [dict(zip(names, row, strict=True)) for row in values]
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        return None
    return tuple(data)


def query_for(kinds: Iterable[str]) -> str:
    """The query for all rows of some kinds; in order, without which pages may overlap."""
    types = ", ".join(f"'{kind}'" for kind in sorted(kinds))
    columns = ", ".join((*_COLUMNS, "apiVersion"))
    return f"Resources | where type in~ ({types}) | project {columns} | order by id asc"


def body_of(row: Mapping[str, Json]) -> dict[str, Json]:
    """The resource as its own REST API writes it: Graph fills every column, with null or an empty text."""
    return {name: row[name] for name in _COLUMNS if row.get(name) not in (None, "")}


def is_whole(row: Mapping[str, Json], source: Source, required: Fields) -> bool:
    """Whether a row says as much as a GET with our api-version would: else an absence in it means nothing."""
    version, properties = row.get("apiVersion"), row.get("properties")
    if not isinstance(version, str) or not _STABLE.fullmatch(version) or version < source.api_version:
        return False
    body = body_of(row)
    return isinstance(properties, dict) and bool(properties) and all(_has(body, path) for path in required)


def _has(row: Mapping[str, Json], path: tuple[str | int, ...]) -> bool:
    here: Json = row
    for step in path:
        if not isinstance(here, Mapping) or here.get(step) is None:
            return False
        here = here[step]
    return True


# -- reading -----------------------------------------------------------------------------------------


@dataclass
class _Known:
    """What Graph said of a subscription, with the reads that it took."""

    facts: dict[str, Fact] = field(default_factory=dict)
    """Whole rows, by id."""
    shown: dict[str, str] = field(default_factory=dict)
    """Every row's id as sent, by its canonical form."""
    reads: list[Read] = field(default_factory=list)


class GraphReader(Reader):
    """A reader that answers from Resource Graph what it safely can, and asks Resource Manager for the rest.

    The walk reads a subscription itself before all else: with it comes the query, and its answers are handed out, each
    once, when the walk asks for them.
    """

    def __init__(
        self,
        asker: PatientAsker,
        graph: ResourceGraph,
        plan: Plan,
        required: Mapping[str, Fields],
        *,
        data_plane: DataPlane | None = None,
        posts: PatientAsker | None = None,
        reducers: Mapping[str, Reducer] | None = None,
        page_limit: int = PAGE_LIMIT,
    ) -> None:
        super().__init__(asker, data_plane=data_plane, posts=posts, reducers=reducers, page_limit=page_limit)
        self._graph = graph
        self._required = required
        self._rows = {row.kind: row for row in plan.rows if row.kind in TRACKED and required.get(row.kind)}
        self._inventory = next((row for row in plan.rows if row.kind == arm.INVENTORY), None)
        self._held: dict[tuple[str, str], Outcome] = {}

    def read(self, row: Source, scope: Scope) -> Outcome:
        """A kind under a scope; see :meth:`Reader.read`."""
        held = self._held.pop((row.kind, scope.id), None)
        if held is not None:
            return held
        outcome = super().read(row, scope)
        if row.kind == arm.SUBSCRIPTION and scope.id and outcome.facts:
            return replace(outcome, reads=(*outcome.reads, *self._ahead(scope)))
        return outcome

    def _ahead(self, subscription: Scope) -> Iterable[Read]:
        """Holds ready what may be answered from Graph; gives the reads that this took."""
        if self._inventory is None or not self._rows:
            return ()
        permissions, reads = self._permissions(subscription)
        rows = {kind: row for kind, row in self._rows.items() if holds(permissions, row.right)}
        if not rows or not holds(permissions, self._inventory.right):
            return reads
        inventory = super().read(replace(self._inventory, query=_WITH_TIMES), subscription)
        self._held[arm.INVENTORY, subscription.id] = inventory
        if inventory.listing is None:
            return reads
        known, whole = self._known(subscription, rows)
        if whole:
            self._hold(subscription, rows, inventory.facts, known)
        return (*reads, *known.reads)

    def _hold(
        self, subscription: Scope, rows: Mapping[str, Source], inventory: Iterable[Fact], known: _Known
    ) -> None:
        listed: dict[tuple[str, str], dict[str, Fact]] = defaultdict(dict)
        for own in inventory:
            listed[_place(own.id)][own.id] = own
        shown: dict[tuple[str, str], set[str]] = defaultdict(set)
        for resource_id in known.shown:
            shown[_place(resource_id)].add(resource_id)
        for place in self._places(subscription, rows, known):
            if listed[place].keys() == shown[place]:
                outcome = self._outcome(rows[place[0]], place[1], listed[place], known)
                if outcome is not None:
                    self._held[place] = outcome

    def _places(
        self, subscription: Scope, rows: Mapping[str, Source], known: _Known
    ) -> Iterator[tuple[str, str]]:
        """Every list that the rows could answer: of a kind under the subscription, or under each parent shown."""
        for kind, row in rows.items():
            if row.under is None:
                yield kind, subscription.id
            elif row.under in rows:
                yield from ((kind, own) for own in known.shown if arm.type_of(own) == row.under)
            else:
                yield from {_place(own) for own in known.shown if arm.type_of(own) == kind}

    def _outcome(self, row: Source, scope: str, listed: Mapping[str, Fact], known: _Known) -> Outcome | None:
        """A list from Graph; None where Resource Manager's own list is the shorter way to the truth."""
        good = {
            own
            for own, fact in listed.items()
            if own in known.facts and is_settled(fact.body, self._asker.now())
        }
        if len(good) < len(listed) and not row.each:
            return None
        return Outcome(
            facts=tuple(replace(known.facts[own], scope=scope) for own in sorted(good)),
            listing=Listing(row.kind, scope, len(listed)),
            again=tuple(Scope.named(known.shown[own]) for own in sorted(listed.keys() - good)),
        )

    # -- what is asked -----------------------------------------------------------------------------

    def _permissions(self, scope: Scope) -> tuple[tuple[Permission, ...], list[Read]]:
        """What the caller may do on the whole subscription; nothing where that cannot be read to its end."""
        items: list[Json] = []
        reads: list[Read] = []
        asked: set[str] = set()
        address: str | None = (
            f"{scope.path}/providers/Microsoft.Authorization/permissions?api-version={PERMISSIONS_API}"
        )
        while address is not None and address not in asked and len(asked) < self._page_limit:
            asked.add(address)
            reply, number = self._ask(address)
            reads.append(self._asked(reply, number, "GET", address, PERMISSIONS_API))
            body = reply.body
            if not isinstance(reply.outcome, Answer) or reply.outcome.status != 200:
                return (), reads
            if not isinstance(body, dict) or not isinstance(body.get("value"), list):
                return (), reads
            items += body["value"]
            link = body.get("nextLink")
            if not link:
                return permissions_of(items), reads
            address = path_at(self._asker.host, link) if isinstance(link, str) else None
        return (), reads

    def _known(self, subscription: Scope, rows: Mapping[str, Source]) -> tuple[_Known, bool]:
        """What Graph says of some kinds, and whether it said it to the end."""
        known = _Known()
        query, guid = query_for(rows), arm.name_of(subscription.path)
        tokens: set[str] = set()
        token: str | None = None
        while True:
            reply, number = self._graph.ask(query, guid, token), next(self._numbers)
            page = page_of(reply)
            found = self._page(page, rows, subscription, number, known) if page is not None else None
            address = f"{PATH}?api-version={API_VERSION}"
            known.reads.append(self._asked(reply, number, "POST", address, API_VERSION, *(found or ())))
            if page is None or found is None:
                return known, False
            if page.token is None:
                return known, page.total == len(known.shown)
            if page.token in tokens or len(tokens) >= self._page_limit:
                return known, False
            tokens.add(page.token)
            token = page.token

    def _page(
        self, page: Page, rows: Mapping[str, Source], subscription: Scope, number: int, known: _Known
    ) -> tuple[list[Fact], list[str]] | None:
        """A page's whole rows and what was redacted in them; None where a row is no answer to the query."""
        new: list[Fact] = []
        taken: list[str] = []
        for index, row in enumerate(page.rows):
            sent = row.get("id")
            if not isinstance(sent, str):
                return None
            own = arm.canonical(sent)
            source = rows.get(arm.type_of(own))
            if source is None or arm.subscription_of(own) != subscription.id or own in known.shown:
                return None
            known.shown[own] = sent
            if is_whole(row, source, self._required[source.kind]):
                try:
                    fact, reduced = self._fact(source, own, subscription.id, body_of(row), number)
                except RecursionError:
                    return None
                known.facts[own] = replace(fact, api_version=row["apiVersion"])
                new.append(known.facts[own])
                taken.extend(f"data[{index}].{path}" for path in reduced)
        return new, taken

    def _asked(
        self,
        reply: Reply,
        number: int,
        method: str,
        address: str,
        api_version: str,
        facts: Iterable[Fact] = (),
        taken: Iterable[str] = (),
    ) -> Read:
        status = reply.outcome.status if isinstance(reply.outcome, Answer) else None
        return Read(
            number=number,
            at=self._asker.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            method=method,
            url=redacted_text(address),
            status=status,
            api_version=api_version,
            digest=digest(facts) if status == 200 else None,
            attempts=reply.attempts,
            redacted=tuple(taken),
        )


def is_settled(listed: Mapping[str, Json], now: datetime) -> bool:
    """Whether the inventory says that a resource was last changed long enough ago for Graph to know."""
    changed = listed.get("changedTime")
    try:
        moment = datetime.fromisoformat(changed) if isinstance(changed, str) else None
    except ValueError:
        return False
    if moment is None:
        return False
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return now - moment > SETTLED


def _place(resource_id: str) -> tuple[str, str]:
    """The kind of a resource and the list that it stands in: under its parent resource, or under the subscription."""
    kind = arm.type_of(resource_id)
    above = arm.parent(resource_id) if kind.count("/") > 1 else None
    return kind, above or arm.subscription_of(resource_id)
