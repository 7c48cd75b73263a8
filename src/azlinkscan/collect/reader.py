"""One row and one scope in; facts, a listing or gaps, and the reads out. What stops us is returned, never raised.

A listing is made only of a list that was read to its end in the form that Azure documents: whatever else comes
(an empty answer, another shape, a page that failed, a link in a circle or to another host) leaves a gap.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from azlinkscan.collect.address import path_at
from azlinkscan.collect.answer import Answer
from azlinkscan.collect.data_plane import DataPlane
from azlinkscan.collect.gaps import code_of, gap_of
from azlinkscan.collect.redaction import redact, redacted_text
from azlinkscan.collect.retry import NOT_JSON, PatientAsker, Reply
from azlinkscan.collect.source import Scope, Shape, Source, quoted
from azlinkscan.model import arm
from azlinkscan.model.facts import Fact, Gap, Json, Listing, Read, Reason, Remedy

NAMES_NOTHING: tuple[tuple[int, str], ...] = (
    (404, "ResourceNotFound"),
    (404, "ResourceGroupNotFound"),
    (404, "ParentResourceNotFound"),
)
"""(HTTP status, error code) by which Azure truthfully says of an id that it names nothing.

Not SubscriptionNotFound, which Azure also says of a subscription in another tenant.
"""

PAGE_LIMIT = 5000

Reducer = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Makes of an answer full of secrets one that may be kept."""


@dataclass(frozen=True)
class Outcome:
    """What one read gave."""

    facts: tuple[Fact, ...] = ()
    listing: Listing | None = None
    """There where the list is complete."""
    gaps: tuple[Gap, ...] = ()
    reads: tuple[Read, ...] = ()
    again: tuple[Scope, ...] = ()
    """Listed items that are to be read one by one: see :attr:`Source.each`."""


@dataclass
class _List:
    """A list while it is read."""

    facts: dict[str, Fact] = field(default_factory=dict)
    again: dict[str, Scope] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)


@dataclass(frozen=True)
class _Page:
    items: list[Json]
    link: Json = None


class Reader:
    """Reads rows of the source table. Safe to share between threads."""

    def __init__(
        self,
        asker: PatientAsker,
        *,
        data_plane: DataPlane | None = None,
        posts: PatientAsker | None = None,
        reducers: Mapping[str, Reducer] | None = None,
        page_limit: int = PAGE_LIMIT,
    ) -> None:
        self._asker = asker
        self._posts = posts
        self._reducers = reducers or {}
        self._data_plane = data_plane
        self._page_limit = page_limit
        self._numbers = count(1)

    def read(self, row: Source, scope: Scope) -> Outcome:
        """A kind under a scope: the subscription or a parent."""
        if row.skip and scope.fact and row.skip.applies(scope.fact):
            return Outcome(listing=Listing(row.kind, scope.id, 0, row.skip.because))
        if row.items_of:
            return _items_of(row, scope)
        try:
            return self._read_one(row, scope) if row.shape is Shape.ONE else self._read_list(row, scope)
        except RecursionError:
            return _too_deep(row, scope)

    def read_item(self, row: Source, scope: str, item: Scope) -> Outcome:
        """A listed item, by its own id; its fact stays in the scope in which it was listed."""
        try:
            return self._read_item(row, scope, item)
        except RecursionError:
            return _too_deep(row, item)

    def _read_item(self, row: Source, scope: str, item: Scope) -> Outcome:
        reply, number = self._ask(f"{quoted(item.path)}?api-version={row.api_version}")
        if (problem := _problem_of_one(reply)) is not None:
            gap = gap_of(row.kind, item.id, row.right, reply, detail=problem or None)
            return Outcome(gaps=(gap,), reads=(self._record(reply, number, item.path, row),))
        fact, taken = self._fact(row, item.id, scope, _body(reply), number)
        return Outcome(facts=(fact,), reads=(self._record(reply, number, item.path, row, (fact,), taken),))

    def look_up(self, row: Source, resource_id: str) -> Outcome:
        """What an id leads to; a listing of nothing where Azure truthfully says that it names nothing."""
        item = Scope.named(resource_id)
        outcome = self.read_item(row, item.id, item)
        for gap in outcome.gaps:
            if gap.status is not None and (gap.status, gap.code) in NAMES_NOTHING:
                return Outcome(listing=Listing(row.kind, item.id, 0, gap.code), reads=outcome.reads)
        return outcome

    # -- one ---------------------------------------------------------------------------------------

    def _read_one(self, row: Source, scope: Scope) -> Outcome:
        if row.service is not None:
            return self._read_at_account(row, scope)
        path = row.url_path(scope)
        if row.method == "POST":
            if self._posts is None or row.reduced_by not in {"", *self._reducers}:
                return Outcome(gaps=(row.not_asked(scope),))
            reply, number = self._posts.ask(f"{path}?{row.own_query}"), next(self._numbers)
        else:
            reply, number = self._ask(f"{path}?{row.own_query}")
        return self._one(row, scope, reply, number, f"{path}?api-version={row.api_version}")

    def _read_at_account(self, row: Source, scope: Scope) -> Outcome:
        plane = self._data_plane
        if plane is None:
            return Outcome(gaps=(row.not_asked(scope),))
        address = plane.address(row, scope)
        if isinstance(address, Gap):
            return Outcome(gaps=(address,))
        return self._one(row, scope, plane.asker.ask(address), next(self._numbers), address)

    def _one(self, row: Source, scope: Scope, reply: Reply, number: int, url: str) -> Outcome:
        problem = _problem_of_one(reply)
        if problem is None:
            # the answer's own id may be the parent's (encryption of a database) or a slot's: the path is the id
            own = arm.canonical(row.own_path(scope))
            fact, taken = self._fact(row, own, scope.id, _body(reply), number)
            read = self._record(reply, number, url, row, (fact,), taken, url=url)
            return Outcome((fact,), Listing(row.kind, scope.id, 1), reads=(read,))
        read = self._record(reply, number, url, row, url=url)
        if (none := _truthfully_none(row, scope, reply)) is not None:
            return Outcome(listing=none, reads=(read,))
        return Outcome(
            gaps=(gap_of(row.kind, scope.id, row.right, reply, detail=problem or None),), reads=(read,)
        )

    # -- lists -------------------------------------------------------------------------------------

    def _read_list(self, row: Source, scope: Scope) -> Outcome:
        found = _List()
        asked: set[str] = set()
        address: str | None = f"{row.url_path(scope)}?{row.own_query}"
        while address is not None:
            asked.add(address)
            reply, number = self._ask(address)
            page = _page(row.shape, reply)
            if isinstance(page, str):
                found.reads.append(self._record(reply, number, address, row, url=address))
                if len(asked) == 1 and (none := _truthfully_none(row, scope, reply)) is not None:
                    return Outcome(listing=none, reads=tuple(found.reads))
                gap = gap_of(row.kind, scope.id, row.right, reply, detail=page or None)
                if len(asked) > 1 and gap.reason is not Reason.NOT_REACHED:
                    gap = replace(gap, reason=Reason.CUT_SHORT)
                found.gaps.append(gap)
                break
            self._take(row, scope, page.items, number, reply, address, found)
            address = self._next(row, scope, page.link, asked, found)
        return Outcome(
            facts=tuple(found.facts.values()),
            listing=None if found.gaps else Listing(row.kind, scope.id, len(found.facts) + len(found.again)),
            gaps=tuple(found.gaps),
            reads=tuple(found.reads),
            again=tuple(found.again.values()),
        )

    def _take(
        self,
        row: Source,
        scope: Scope,
        items: list[Json],
        number: int,
        reply: Reply,
        address: str,
        found: _List,
    ) -> None:
        new: list[Fact] = []
        taken: list[str] = []
        for index, item in enumerate(items):
            own = _item_id(row, scope, item)
            if own is None:
                found.gaps.append(
                    Gap(scope.id, row.kind, Reason.MISSING, detail=f"value[{index}].id", remedy=Remedy.NONE)
                )
            elif arm.canonical(own) in found.facts or arm.canonical(own) in found.again:
                continue
            elif row.each:
                found.again[arm.canonical(own)] = Scope.named(own)
            else:
                fact, reduced = self._fact(row, arm.canonical(own), scope.id, item, number)
                found.facts[fact.id] = fact
                new.append(fact)
                taken.extend(f"value[{index}].{path}" for path in reduced)
        found.reads.append(self._record(reply, number, address, row, new, taken, url=address))

    def _next(self, row: Source, scope: Scope, link: Json, asked: set[str], found: _List) -> str | None:
        if link is None:
            return None
        address = path_at(self._asker.host, link) if isinstance(link, str) else None
        if address is None:
            problem = "nextLink: to another host" if isinstance(link, str) else "nextLink: no text"
        elif address in asked:
            problem = "nextLink: in a circle"
        elif len(asked) >= self._page_limit:
            problem = "nextLink: without end"
        else:
            return address
        found.gaps.append(
            Gap(scope.id, row.kind, Reason.CUT_SHORT, status=200, remedy=Remedy.RETRY, detail=problem)
        )
        return None

    # -- requests, facts and their record ----------------------------------------------------------

    def _ask(self, path_and_query: str) -> tuple[Reply, int]:
        return self._asker.ask(path_and_query), next(self._numbers)

    def _fact(
        self, row: Source, own: str, scope: str, body: Json, number: int
    ) -> tuple[Fact, tuple[str, ...]]:
        if row.reduced_by and isinstance(body, dict):
            body = self._reducers[row.reduced_by](body)
        text, taken = redact(body, row.redact)
        # a lone surrogate is legal in JSON and has no UTF-8
        raw = text.encode("utf-8", "replace")
        return Fact(row.kind, own, scope, raw, row.api_version, number), taken

    def _record(
        self,
        reply: Reply,
        number: int,
        path: str,
        row: Source,
        facts: Iterable[Fact] = (),
        taken: Iterable[str] = (),
        *,
        url: str | None = None,
    ) -> Read:
        outcome = reply.outcome
        status = outcome.status if isinstance(outcome, Answer) else None
        return Read(
            number=number,
            at=self._asker.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            method=row.method,
            url=redacted_text(url or f"{path}?api-version={row.api_version}"),
            status=status,
            api_version=row.api_version,
            digest=digest(facts) if status == 200 else None,
            attempts=reply.attempts,
            redacted=tuple(taken),
        )


def digest(facts: Iterable[Fact]) -> str:
    """SHA-256 over what was kept of an answer: the facts' bytes, sorted, each ended by a line feed."""
    hashed = hashlib.sha256()
    for raw in sorted(fact.raw for fact in facts):
        hashed.update(raw + b"\n")
    return hashed.hexdigest()


def _items_of(row: Source, scope: Scope) -> Outcome:
    """Facts that stand in their parent's own answer."""
    value: Any = scope.fact.body if scope.fact else {}
    for name in row.items_of:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, list):
        detail = f"{'.'.join(row.items_of)}: not a list"
        return Outcome(gaps=(Gap(scope.id, row.kind, Reason.MISSING, detail=detail),))
    facts = []
    for item in value:
        own = arm.canonical(f"{row.plain_path(scope)}/{item['name']}")
        raw = json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()
        read = scope.fact.read if scope.fact else 0
        facts.append(Fact(row.kind, own, scope.id, raw, row.api_version, read))
    return Outcome(tuple(facts), Listing(row.kind, scope.id, len(facts)))


def _too_deep(row: Source, scope: Scope) -> Outcome:
    """An answer that the JSON reader took and its writer did not."""
    return Outcome(gaps=(Gap(scope.id, row.kind, Reason.UNAVAILABLE, detail="answer: nested too deep"),))


def _body(reply: Reply) -> dict[str, Json]:
    assert isinstance(reply.body, dict)
    return reply.body


def _problem_of_one(reply: Reply) -> str | None:
    """What is wrong with a resource's answer: None where nothing is, an empty text where Azure says it itself."""
    if not isinstance(reply.outcome, Answer) or reply.outcome.status != 200:
        return _problem_of_status(reply)
    body = reply.body
    if not isinstance(body, dict):
        return "answer: not a JSON object" if body is not NOT_JSON else _problem_of_text(reply.outcome)
    if "error" in body and "id" not in body:
        return "answer: an error with status 200"
    if not isinstance(body.get("id"), str) and not isinstance(body.get("properties"), dict):
        return "answer: neither id nor properties"
    return None


def _page(shape: Shape, reply: Reply) -> _Page | str:
    """A page of a list, or what is wrong with it (an empty text where Azure says it itself)."""
    if not isinstance(reply.outcome, Answer) or reply.outcome.status != 200:
        return _problem_of_status(reply)
    body = reply.body
    if body is NOT_JSON:
        return _problem_of_text(reply.outcome)
    if shape is Shape.BARE_LIST:
        return _Page(body) if isinstance(body, list) else "answer: not a list"
    if not isinstance(body, dict):
        return "answer: not a JSON object"
    if body.get("error") is not None:
        return "answer: an error with status 200"
    if not isinstance(body.get("value"), list):
        return "value: missing" if body.get("value") is None else "value: not a list"
    links = [
        link
        for name, link in body.items()
        if name.lower().endswith("nextlink") and link is not None and link != ""
    ]
    return _Page(body["value"], links[0] if links else None)


def _problem_of_status(reply: Reply) -> str:
    outcome = reply.outcome
    return "answer: without content" if isinstance(outcome, Answer) and 200 < outcome.status < 300 else ""


def _problem_of_text(answer: Answer) -> str:
    return "answer: not JSON" if answer.body.strip() else "answer: empty"


def _truthfully_none(row: Source, scope: Scope, reply: Reply) -> Listing | None:
    if not isinstance(reply.outcome, Answer):
        return None
    code = code_of(reply)
    if code is not None and (reply.outcome.status, code) in row.none_when:
        return Listing(row.kind, scope.id, 0, code)
    return None


def _item_id(row: Source, scope: Scope, item: Json) -> str | None:
    """An item's id as sent; built from its name where the API documents how; None where neither is there."""
    if not isinstance(item, dict):
        return None
    sent, name = item.get("id"), item.get("name")
    own = sent if isinstance(sent, str) and _is_id(sent) else None
    beneath = own is not None and arm.canonical(own).startswith(scope.id + "/")
    if row.names_items and not beneath and isinstance(name, str) and name:
        return f"{row.plain_path(scope)}/{name}"
    return own


def _is_id(text: str) -> bool:
    canonical = arm.canonical(text)
    return canonical.startswith(("/subscriptions/", "/providers/"))
