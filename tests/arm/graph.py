"""Azure Resource Graph over a world: what the caller may read of it, as of some time ago.

It knows one form of query, the collector's: ``Resources | where type in~ ('…', …) | project …``. Rows carry every
column that is projected, null or empty where the resource has none, and the api-version that they were read with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from azlinkscan.model import arm
from tests.arm import registry
from tests.arm.reply import Reply, error, ok
from tests.arm.rights import allows

PATH = "/providers/microsoft.resourcegraph/resources"
_QUERY = re.compile(
    r"Resources \| where type in~ \((?P<types>[^)]*)\) \| project (?P<columns>[\w, ]+) \| order by id asc"
)
_EMPTY_TEXTS = frozenset({"kind", "location", "managedBy", "name"})
Body = dict[str, Any]


@dataclass(frozen=True)
class Graph:
    """How Resource Graph stands to the world."""

    hidden: Collection[str] = ()
    """Canonical ids of resources that are too new for it."""
    aged: Mapping[str, Body] = field(default_factory=dict)
    """What it still shows, by canonical id: of a resource that was changed, or is gone."""
    versions: Mapping[str, str | None] = field(default_factory=dict)
    """The api-version that it reads a type with; the newest stable one where nothing is said."""
    page_size: int = 1000
    table: bool = False
    """Whether ``data`` comes as columns and rows, whatever was asked."""
    cut_after: int | None = None
    """The rows after which an answer says that it is not whole, and offers no more."""
    refuses: bool = False

    def answer(self, sent: bytes, bodies: Iterable[tuple[str, Body]], allowed: Iterable[str]) -> Reply:
        """The page of rows that a query asks for."""
        asked = json.loads(sent)
        query = _QUERY.fullmatch(asked["query"])
        if query is None:
            return error(400, "BadRequest", "Please provide below info when asking for support.")
        types = set(re.findall(r"'([^']*)'", query["types"]))
        scopes = {f"/subscriptions/{guid}".lower() for guid in asked["subscriptions"]}
        shown = {own: body for own, body in bodies if own not in self.hidden} | dict(self.aged)
        found = [
            (own, body)
            for own, body in sorted(shown.items())
            if arm.type_of(own) in types
            and arm.subscription_of(own) in scopes
            and allows(allowed, f"{arm.type_of(own)}/read")
        ]
        columns = query["columns"].split(", ")
        return self._page([self._row(own, body, columns) for own, body in found], asked["options"])

    def _row(self, own: str, body: Body, columns: list[str]) -> Body:
        kind = arm.type_of(own)
        known = {**body, "type": kind, "apiVersion": self.versions.get(kind, _newest(kind))}
        return {name: known.get(name, "" if name in _EMPTY_TEXTS else None) for name in columns}

    def _page(self, rows: list[Body], options: Mapping[str, Any]) -> Reply:
        start = int(options.get("$skipToken", "0"))
        end = start + min(self.page_size, options["$top"])
        cut = self.cut_after is not None and end > self.cut_after and len(rows) > self.cut_after
        page = rows[start : self.cut_after if cut else end]
        body: Body = {
            "totalRecords": len(rows),
            "count": len(page),
            "data": _table(page) if self.table else page,
            "facets": [],
            "resultTruncated": "true" if cut else "false",
        }
        if end < len(rows) and not cut:
            body["$skipToken"] = str(end)
        reply = ok(body)
        return Reply(
            200, reply.body, {"x-ms-user-quota-remaining": "14", "x-ms-user-quota-resets-after": "00:00:05"}
        )


def _newest(kind: str) -> str:
    return max(version for version in registry.versions(kind) if not version.endswith("preview"))


def _table(rows: list[Body]) -> Body:
    names = list(rows[0]) if rows else []
    return {
        "columns": [{"name": name, "type": "object"} for name in names],
        "rows": [[row[name] for name in names] for row in rows],
    }
