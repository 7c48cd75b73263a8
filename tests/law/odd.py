"""Odd but true answers: what Azure may send without anything being wrong, in an estate that answers in this process.

Some of it makes another world (a property is null, a word is new): verdicts may differ. Some of it is the same world in
another spelling (letter case of ids, the cut into pages, the order): verdicts may not.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from azlinkscan.assess import alerting
from azlinkscan.collect.answer import Answer
from azlinkscan.collect.collect import Progress
from azlinkscan.collect.plan import Plan
from azlinkscan.model import arm
from tests.arm.asked import Asked
from tests.arm.world import Listed, World
from tests.collect.azure import AtOnce
from tests.law.catalogue import CHECKS
from tests.law.estate import PLAN, EstateAsker

UNKNOWN_WORD = "Zyzzyva"
Path = tuple[str | int, ...]


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
_HALF_A_PAIR = (b"@surrogate@", rb"\ud800")
"""A lone surrogate is legal in JSON, where it is written as an escape, and has no UTF-8."""
ODD: tuple[Any, ...] = (
    None,
    ABSENT,
    UNKNOWN_WORD,
    "",
    " ",
    "@surrogate@",
    "00000000",
    "P",
    0,
    3,
    -1.5,
    10**30,
    1e300,
    True,
    False,
    [],
    {},
    [UNKNOWN_WORD],
    {"zyzzyva": 1},
    [None],
    [[]],
    [{}],
    {"id": 1, "name": None, "properties": []},
)


# -- another value in a body ----------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """One property, by its number among all of the estate's, and what is sent instead."""

    number: int
    value: Any


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value inside a value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield (*path, index)
            yield from leaves(inner, (*path, index))


def at(body: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        body = body[step]
    return body


def places(world: World) -> list[tuple[str, Path]]:
    """Every property of every resource, but the resources' own ids."""
    return [
        (own, path)
        for own, body in sorted(world.bodies.items())
        if own.count("/") > 2
        for path in leaves(body)
        if path != ("id",)
    ]


def changed(world: World, own: str, path: Path, value: Any) -> World:
    """The same world with one property changed, or taken away."""
    body = copy.deepcopy(world.bodies[own])
    holder = at(body, path[:-1])
    if value is ABSENT:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return replace(world, bodies={**world.bodies, own: body})


def edited(world: World, edits: tuple[Edit, ...]) -> World:
    """The world after some edits, one after the other."""
    for edit in edits:
        known = places(world)
        if known:
            own, path = known[edit.number % len(known)]
            world = changed(world, own, path, edit.value)
    return world


def all_edits() -> st.SearchStrategy[tuple[Edit, ...]]:
    """A few edits with any odd value."""
    return st.lists(st.builds(Edit, st.integers(0, 9999), st.sampled_from(ODD)), min_size=1, max_size=6).map(
        tuple
    )


# -- words that nobody knows ----------------------------------------------------------------------


@cache
def known_words() -> frozenset[str]:
    """Every word that a check compares with, in lower case."""
    words = {word for check in CHECKS.values() for spec in check.read for word in spec.one_of}
    for check in CHECKS.values():
        for text in (
            *(one.that for one in (*check.when, *check.expect)),
            *(one.expression for one in check.let),
        ):
            for listed in re.findall(r"\[((?:\s*\"[^\"]*\"\s*,?)+)\]", text):
                words |= set(re.findall(r"\"([^\"]*)\"", listed))
    words |= {word for words in alerting._OPERATORS.values() for word in words} | set(alerting._OPERATORS)
    words |= {"Inbound", "Outbound", "Allow", "Deny", "Enabled", "Disabled"}
    return frozenset(word.lower() for word in words if word)


def places_of_words(world: World) -> list[tuple[str, Path]]:
    """Every property that holds one of them."""
    found = []
    for own, path in places(world):
        value = at(world.bodies[own], path)
        if isinstance(value, str) and value.lower() in known_words() and path != ("name",):
            found.append((own, path))
    return found


# -- the same world in another spelling -----------------------------------------------------------


@dataclass(frozen=True)
class Style:
    """How the same answers are written."""

    page_size: int = 1000
    empty_pages: bool = False
    """Before every page an empty one, with a link."""
    repeats: bool = False
    """Each page begins with the last item of the page before."""
    mark: bool = False
    """A byte order mark before every body."""
    spacing: bool = False
    """Line ends and indents, as some services send them."""
    ids: str = "as they are"
    seed: int = 0
    """Of the order in which lists are answered and reads come back; 0 leaves it."""


AS_USUAL = Style()

IDS: dict[str, Callable[[str], str]] = {
    "as they are": lambda text: text,
    "lower": str.lower,
    "upper": str.upper,
    "mixed": lambda text: "".join(
        one.upper() if number % 3 else one.lower() for number, one in enumerate(text)
    ),
    "without a slash": lambda text: text.removeprefix("/"),
    "with a slash behind": lambda text: text + "/",
}


def respelt(value: Any, spell: Callable[[str], str]) -> Any:
    """A body whose ids are spelt in another way, its own id among them."""
    if isinstance(value, dict):
        return {name: respelt(inner, spell) for name, inner in value.items()}
    if isinstance(value, list):
        return [respelt(inner, spell) for inner in value]
    return spell(value) if arm.is_id(value) else value


class StyledAsker(EstateAsker):
    """An estate whose answers are written in a style."""

    def __init__(self, world: World, style: Style = AS_USUAL) -> None:
        bodies = list(world.bodies.items())
        if style.seed:
            Random(style.seed).shuffle(bodies)
        spell = IDS[style.ids]
        super().__init__(
            replace(world, bodies={own: respelt(body, spell) for own, body in bodies}), style.page_size
        )
        self._style = style

    def _answer(self, asked: Asked) -> Answer:
        answer = super()._answer(asked)
        body = answer.body.replace(*_HALF_A_PAIR)
        if self._style.spacing:
            body = json.dumps(json.loads(body), indent=2).replace("\n", "\r\n").encode()
        return Answer(answer.status, answer.headers, b"\xef\xbb\xbf" * self._style.mark + body)

    def page(self, asked: Asked, listed: Listed) -> dict[str, Any]:
        """A page; where there are empty ones, every second token stands for one."""
        token = int(asked.query.get("$skiptoken", "0"))
        start, full = divmod(token, 2) if self._style.empty_pages else (token, 1)
        link = (
            (lambda at: asked.link(str(2 * at)))
            if self._style.empty_pages
            else (lambda at: asked.link(str(at)))
        )
        if not full:
            return {"value": [], "nextLink": asked.link(str(token + 1))}
        end = start + self.page_size
        items = list(listed.bodies[max(0, start - self._style.repeats) : end])
        return {"value": items, "nextLink": link(end) if end < len(listed.bodies) else None}


def styles() -> st.SearchStrategy[Style]:
    """Any style."""
    return st.builds(
        Style,
        st.sampled_from((1, 2, 3, 1000)),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.sampled_from(tuple(IDS)),
        st.integers(0, 2**16),
    )


# -- another order --------------------------------------------------------------------------------


class ShufflingPool(AtOnce):
    """A pool without threads whose work is done in any order: a read waits until another comes back."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)
        self._waiting: list[tuple[Future[Any], Callable[[], Any]]] = []
        self._back = 0

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._waiting.append((future, lambda: work(*arguments)))
        self._keep_on()
        return future

    def came_back(self) -> None:
        """The caller has taken one answer; the very first it asked for outside the pool."""
        self._back = max(0, self._back - 1)
        self._keep_on()

    def _keep_on(self) -> None:
        """Never lets the caller wait for an answer that nobody works on."""
        if self._waiting and not self._back:
            self._do_one()

    def _do_one(self) -> None:
        future, work = self._waiting.pop(self._random.randrange(len(self._waiting)))
        self._back += 1
        future.set_result(work())


def watching(pool: AtOnce) -> Progress:
    """Progress that tells the pool when an answer was taken."""
    assert isinstance(pool, ShufflingPool)
    return lambda kind, done, known: pool.came_back()


def shuffled_plan(seed: int) -> Plan:
    """The plan with its rows in another order; the subscription's own stays first."""
    first, *others = PLAN.rows
    Random(seed).shuffle(others)
    return replace(PLAN, rows=(first, *others))
