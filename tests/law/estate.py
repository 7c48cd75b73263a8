"""Small random estates: what the catalogue's own scenes and the fictional city know, taken apart and mixed anew.

A recipe names its pieces, so that a falsifying example reads as a list of what stood in the subscription. A piece is
the world of one example of one check, so that checks really pass and fail on it, or one resource of the city with
some of what lies beneath it. Pieces that share a resource group meet: an alert of the one is about a resource of the
other. Settings that Azure has of every such resource, and that no piece brings, come from the same stock.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from azlinkscan.assess import scene
from azlinkscan.collect.answer import Answer
from azlinkscan.collect.plan import Plan, plan_for
from azlinkscan.collect.source import Scope, Shape
from azlinkscan.model import arm
from azlinkscan.model.check import Check
from azlinkscan.model.verdict import Verdict
from tests.arm import estates
from tests.arm.asked import Asked
from tests.arm.reply import Reply, error
from tests.arm.world import Body, Listed, World
from tests.law.catalogue import CHECKS

HOST = "https://arm.example"
SUBSCRIPTIONS = ("00000000-0000-0000-0000-000000000011", "00000000-0000-0000-0000-000000000022")
MOST_RESOURCES = 15
_MOST_BODIES = 45
_MOST_CHILDREN = 5
_MOST_IN_STOCK = 12

PLAN: Plan = plan_for({kind for check in CHECKS.values() for kind in check.kinds})
FOLLOWED = frozenset(row.kind for row in PLAN.rows if row.follow)
READ_EACH = frozenset(row.kind for row in PLAN.rows if row.each)
_SETTINGS = tuple(row for row in PLAN.rows if row.shape is Shape.ONE and row.under is not None)
_HERE, _ELSEWHERE, _GROUP = "@here@", "@elsewhere@", "@group@"
_NO_BLOBS, _NO_FILES = ("filestorage",), ("blobstorage", "blockblobstorage")


# -- pieces ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """Some resources that belong together."""

    name: str
    text: str = field(repr=False)
    """Their bodies as JSON, with places for the subscription and the group."""
    promised: Verdict | None = field(default=None, repr=False)
    """What the example's check says of them under its own settings."""

    def bodies(self, here: str, elsewhere: str, group: str, abroad: int | None = None) -> list[Body]:
        """The resources in a subscription and a group; ``abroad``: which of those that may be followed is not there."""
        text = self.text
        if abroad is not None and self._followed:
            tail = self._followed[abroad % len(self._followed)]
            text = re.sub(rf"(?i){_HERE}({re.escape(tail)})(?=[\"/])", rf"{_ELSEWHERE}\1", text)
        text = text.replace(_HERE, here).replace(_ELSEWHERE, elsewhere).replace(_GROUP, group)
        bodies: list[Body] = json.loads(text)
        return bodies

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of fact that its resources are."""
        return frozenset(kind_of(body["id"]) for body in self.bodies(*SUBSCRIPTIONS, ""))

    @cached_property
    def _followed(self) -> tuple[str, ...]:
        ids = (arm.canonical(str(body["id"])) for body in json.loads(self.text))
        return tuple(own.partition(_HERE)[2] for own in ids if arm.type_of(own) in FOLLOWED)


def _of_scenes() -> Iterator[tuple[str, tuple[Piece, ...]]]:
    for check in CHECKS.values():
        yield check.id, tuple(_of_examples(check))


def _of_examples(check: Check) -> Iterator[Piece]:
    for example in check.examples:
        changed, gaps = scene.apply(check.scene, example)
        if gaps or example.unread:
            continue
        facts = [body for name, body in changed.items() if name != "at"]
        text = json.dumps([_without_kind(body) for body in facts], ensure_ascii=False)
        text = re.sub(r'(?i)(subscriptions/)s(?=["/])', rf"\1{_HERE}", text)
        text = re.sub(r'(?i)(resourcegroups/)(rg)(?=["/])', rf"\1\2{_GROUP}", text)
        verdict = None if example.settings else example.verdict
        yield Piece(f"{check.id}: {example.it}", text, verdict)


def _without_kind(body: Mapping[str, Any]) -> Body:
    return {name: value for name, value in body.items() if name != "kind_of_fact"}


def _of_the_city() -> Iterator[Piece]:
    families: dict[str, list[Body]] = defaultdict(list)
    for own, body in estates.world_of(estates.KAKUU_CITY).bodies.items():
        if "/providers/" in own:
            families[_root(own)].append(body)
    for root, bodies in families.items():
        for start in range(0, max(1, len(bodies) - 1), _MOST_CHILDREN):
            some = [bodies[0], *bodies[1 + start : 1 + start + _MOST_CHILDREN]]
            text = re.sub(
                r"(?i)(subscriptions/)00000000-0000-0000-0000-00000000000[12]",
                rf"\1{_HERE}",
                json.dumps(some, ensure_ascii=False),
            )
            yield Piece(f"city: {root.rpartition('/providers/')[2]} {start}", text)


def _root(own: str) -> str:
    """The resource that something lies beneath or is attached to."""
    return next(one for one in reversed(list(arm.scopes(own))) if "/providers/" in one)


SCENES: Mapping[str, tuple[Piece, ...]] = dict(_of_scenes())
"""By check; the first is the scene itself, on which the check passes."""
CITY: tuple[Piece, ...] = tuple(_of_the_city())


@cache
def _stock() -> Mapping[str, tuple[Body, ...]]:
    """Every body of a kind, without its id and name."""
    found: dict[str, list[Body]] = defaultdict(list)
    for piece in (*CITY, *chain.from_iterable(SCENES.values())):
        for body in piece.bodies(SUBSCRIPTIONS[0], SUBSCRIPTIONS[1], ""):
            kept = {name: value for name, value in body.items() if name not in ("id", "name")}
            kind = kind_of(body["id"])
            if kept.get("properties") and kept not in found[kind] and len(found[kind]) < _MOST_IN_STOCK:
                found[kind].append(kept)
    return {kind: tuple(bodies) for kind, bodies in found.items()}


def kind_of(resource_id: str) -> str:
    """The kind of fact that a resource is."""
    return Asked.of("GET", resource_id).kind


# -- estates --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pick:
    """One piece and where it stands."""

    piece: Piece
    group: int = 0
    second: bool = False
    """In the second subscription."""
    abroad: int | None = None
    """Which of what may be followed stands in the other subscription."""
    whole: bool = False
    """What a body leaves out comes from the stock: then checks judge it that the piece was not made for."""


@dataclass(frozen=True)
class Estate:
    """A world by its recipe, and how its lists are cut into pages."""

    picks: tuple[Pick, ...]
    scanned: tuple[str, ...] = SUBSCRIPTIONS
    page_size: int = 1000
    variant: int = 0
    """Which of the stock completes it."""

    @cached_property
    def world(self) -> World:
        """The world; the same object whenever it is asked for."""
        bodies: dict[str, Body] = {}
        for number, guid in enumerate(SUBSCRIPTIONS):
            bodies[f"/subscriptions/{guid}"] = {
                "id": f"/subscriptions/{guid}",
                "subscriptionId": guid,
                "displayName": f"架空市 {number}",
                "state": "Enabled",
                "tenantId": "00000000-0000-0000-0000-0000000000aa",
            }
        for pick in self.picks:
            here, elsewhere = SUBSCRIPTIONS[:: -1 if pick.second else 1]
            further = {
                arm.canonical(body["id"]): self._whole(body) if pick.whole else body
                for body in pick.piece.bodies(here, elsewhere, str(pick.group or ""), pick.abroad)
            }
            together = {*bodies, *further}
            if len(together) > _MOST_BODIES or len(resources(together)) > MOST_RESOURCES:
                continue
            bodies.update(further)
        self._complete(bodies)
        return World({own: _named(body) for own, body in bodies.items()}, dict(_cannot(bodies)))

    def _complete(self, bodies: dict[str, Body]) -> None:
        for own in list(bodies):
            for above in list(arm.scopes(own))[1:]:
                if "/providers/" in above and above not in bodies and arm.type_of(above) in PLAN.kinds:
                    bodies[above] = self._out_of_stock(arm.type_of(above), above)
                elif arm.type_of(above) == arm.RESOURCE_GROUP and above not in bodies:
                    bodies[above] = {"id": above, "location": "japaneast", "properties": {}}
        for own, body in list(bodies.items()):
            for row in _SETTINGS:
                if row.under == kind_of(own):
                    path = row.plain_path(Scope.named(body["id"]))
                    if arm.canonical(path) not in bodies:
                        bodies[arm.canonical(path)] = self._out_of_stock(row.kind, path)

    def _out_of_stock(self, kind: str, resource_id: str) -> Body:
        stock = _stock().get(kind) or _stock().get(kind.replace("/slots", ""), ({},))
        return {"id": resource_id, **stock[self.variant % len(stock)]}

    def _whole(self, body: Body) -> Body:
        return _laid_over(self._out_of_stock(kind_of(body["id"]), body["id"]), body)


def resources(ids: Iterable[str]) -> set[str]:
    """The resources proper: no subscription, no group, nothing that lies beneath a resource or is attached to one."""
    return {_root(own) for own in ids if "/providers/" in own}


def _laid_over(beneath: Body, body: Body) -> Body:
    merged = dict(beneath)
    for name, value in body.items():
        under = merged.get(name)
        both = isinstance(value, dict) and isinstance(under, dict)
        merged[name] = _laid_over(under, value) if both else value
    return merged


def _named(body: Body) -> Body:
    own = body["id"]
    if own.count("/") <= 2:
        return body
    asked = Asked.of("GET", own)
    return {"id": own, "name": arm.name_of(own), "type": asked.type, **body}


def _cannot(bodies: Mapping[str, Body]) -> Iterator[tuple[str, Reply]]:
    """What Azure truthfully says of accounts that have no blobs or no files."""
    for own, body in bodies.items():
        kind = str(body.get("kind", "")).lower()
        if arm.type_of(own) == "microsoft.storage/storageaccounts":
            for service, kinds in (("blobservices", _NO_BLOBS), ("fileservices", _NO_FILES)):
                if kind in kinds:
                    said = error(400, "FeatureNotSupportedForAccount", f"{service} are not for this account.")
                    yield f"{own}/{service}", said


# -- an estate that answers -----------------------------------------------------------------------


class EstateAsker:
    """Azure Resource Manager over an estate, without a network; every answer is made once."""

    host = HOST

    def __init__(self, world: World, page_size: int = 1000) -> None:
        self.world = world
        self.page_size = page_size
        self.answers: dict[str, Answer] = {}
        self._asked: dict[str, Asked] = {}

    def ask(self, path_and_query: str) -> Answer:
        answer = self.answers.get(path_and_query)
        if answer is None:
            answer = self.answers[path_and_query] = self._answer(self.asked(path_and_query))
        return answer

    def asked(self, path_and_query: str) -> Asked:
        """What a request asks for."""
        asked = self._asked.get(path_and_query)
        if asked is None:
            asked = self._asked[path_and_query] = Asked.of("GET", path_and_query, HOST)
        return asked

    def _answer(self, asked: Asked) -> Answer:
        found = self.world.answer(asked)
        if not asked.query.get("$skiptoken", "0").isdecimal():  # a page that a fault has led to
            found = error(400, "InvalidSkipToken", "There is no such page.")
        if isinstance(found, Reply):
            return Answer(found.status, found.headers, found.body)
        return Answer(200, {}, json.dumps(self.page(asked, found), ensure_ascii=False).encode())

    def page(self, asked: Asked, listed: Listed) -> dict[str, Any]:
        """One page of a list; App Service writes an absent link as null."""
        start = int(asked.query.get("$skiptoken", "0"))
        end = start + self.page_size
        page: dict[str, Any] = {"value": list(listed.bodies[start:end])}
        if end < len(listed.bodies):
            page["nextLink"] = asked.link(str(end))
        elif asked.type.startswith("microsoft.web/"):
            page["nextLink"] = None
        return page


SELDOM_ABROAD = st.sampled_from((None, None, 0, 1))


def pieces() -> st.SearchStrategy[Piece]:
    """Any piece."""
    scenes = st.sampled_from(tuple(SCENES)).flatmap(lambda check: st.sampled_from(SCENES[check]))
    return st.one_of(scenes, scenes, st.sampled_from(CITY))


def pieces_of(kinds: Set[str]) -> st.SearchStrategy[Piece]:
    """A piece in which one of some kinds stands."""
    every = (*CITY, *chain.from_iterable(SCENES.values()))
    return st.sampled_from([piece for piece in every if piece.kinds & kinds])


ANY_PIECE = pieces()


def picks(
    abroad: st.SearchStrategy[int | None] = SELDOM_ABROAD, some: st.SearchStrategy[Piece] = ANY_PIECE
) -> st.SearchStrategy[Pick]:
    """One piece somewhere."""
    mostly_not = st.sampled_from((False, False, False, True))
    return st.builds(
        Pick,
        some,
        st.sampled_from((0, 0, 1)),
        mostly_not,
        abroad,
        st.booleans(),
    )


ANY_PICK = picks()


def small_estates(most: int = 8, picked: st.SearchStrategy[Pick] = ANY_PICK) -> st.SearchStrategy[Estate]:
    """Estates of up to so many pieces."""
    return st.builds(
        Estate,
        st.lists(picked, min_size=1, max_size=most).map(tuple),
        st.sampled_from((SUBSCRIPTIONS[:1], SUBSCRIPTIONS[:1], SUBSCRIPTIONS)),
        st.sampled_from((1, 2, 3, 1000)),
        st.integers(0, 30),
    )
