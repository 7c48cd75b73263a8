"""``exceptions.yaml``: failures that somebody accepted, for a reason and for a time.

An exception that has run out, has not begun, has a date that cannot be read, or is bound to a value that is another
one now, does not hold: the failure counts again, and says which exception no longer covers it.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from azlinkscan.decisions.dates import day, source_of, told
from azlinkscan.errors import CatalogError, Place
from azlinkscan.model import arm
from azlinkscan.model.decision import NEAR, Excepted, Excepting, Lapse, Lapsed
from azlinkscan.model.nearest import nearest
from azlinkscan.model.result import LIST_LIMIT, Finding
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Verdict
from azlinkscan.written.form import Form, Mistakes
from azlinkscan.written.tree import Tree
from azlinkscan.written.yaml_tree import read

FIELDS = ("check", "resource", "reason", "owner", "approver", "ticket", "from", "until", "accepts")
_WHAT = Text(en="the exception", ja="例外")
# What assess/messages writes in place of what it cuts.
_CUT = re.compile(r"… \(\d+\)|\[\d+\]|\{\d+\}|.*…", re.DOTALL)


@dataclass(frozen=True)
class ExceptionEntry:
    """One entry of the file."""

    check: str
    resource: str
    """An ARM id, or a pattern on one, as written."""
    reason: str
    owner: str
    approver: str
    ticket: str
    since: str
    """``from``, as written."""
    until: str
    """The last day, as written."""
    accepts: Mapping[str, Any]
    """Names of what the check reads, and the values that are accepted; empty where any is."""
    place: Place
    date_places: Mapping[str, Place] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> str:
        """In lower case, as canonical ids are."""
        return arm.canonical(self.resource) if arm.is_id(self.resource) else self.resource.lower()

    def names(self, finding: Finding) -> bool:
        """Whether it is about a finding, holding or not."""
        return finding.check == self.check and fnmatch.fnmatchcase(finding.resource, self.pattern)

    def ends_in(self, today: date) -> int | None:
        """Days from today to its last day; below zero where that is over, None where it cannot be read."""
        last = day(self.until)
        return None if last is None else (last - today).days

    def lapse(self, today: date) -> Lapse | None:
        """Why it holds for nothing today; None where it may hold."""
        first, last = day(self.since), day(self.until)
        if first is None or last is None:
            return Lapse.UNREADABLE_DATE
        if today > last:
            return Lapse.EXPIRED
        return Lapse.NOT_YET if today < first else None

    def lapse_of(self, finding: Finding, today: date) -> Lapse | None:
        """Why it does not hold for a finding that it names; None where it does."""
        if (lapse := self.lapse(today)) is not None:
            return lapse
        for name, accepted in self.accepts.items():
            if name not in finding.observed or not _whole(finding.observed[name]):
                return Lapse.VALUE_UNKNOWN
            if finding.observed[name] != accepted:
                return Lapse.VALUE_CHANGED
        return None

    def as_excepted(self, today: date) -> Excepted:
        """What a finding carries of it."""
        left = self.ends_in(today)
        return Excepted(
            by=Excepting.EXCEPTION,
            source=source_of(self.place),
            reason=self.reason,
            owner=self.owner,
            approver=self.approver,
            ticket=self.ticket,
            since=self.since,
            until=self.until,
            ends_in=left if left is not None and left <= NEAR else None,
            accepts=self.accepts,
        )

    def to_json(self) -> dict[str, Any]:
        """The entry as it is written, without its place."""
        values = (
            self.check,
            self.resource,
            self.reason,
            self.owner,
            self.approver,
            self.ticket,
            self.since,
            self.until,
        )
        row: dict[str, Any] = dict(zip(FIELDS, values, strict=False))
        return {**row, "accepts": dict(self.accepts)} if self.accepts else row


def _whole(value: Any) -> bool:
    """Whether a value is kept in full: what was cut may differ where nobody sees it."""
    if isinstance(value, str):
        return _CUT.fullmatch(value) is None
    if isinstance(value, list):
        return len(value) <= LIST_LIMIT and all(map(_whole, value))
    if isinstance(value, dict):
        return len(value) < LIST_LIMIT and all(map(_whole, value.values()))
    return True


class Exceptions:
    """The entries of a file, by check."""

    def __init__(self, entries: Iterable[ExceptionEntry]) -> None:
        self.entries = tuple(entries)
        self._by_check: dict[str, list[ExceptionEntry]] = defaultdict(list)
        for entry in self.entries:
            self._by_check[entry.check].append(entry)

    @property
    def digest(self) -> str:
        """SHA-256 of what they mean."""
        text = json.dumps([one.to_json() for one in self.entries], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def about(self, finding: Finding, today: date) -> tuple[Excepted | None, tuple[Lapsed, ...]]:
        """What accepts a failure, else the entries that name it and do not hold."""
        if finding.verdict is not Verdict.FAIL:
            return None, ()
        lapsed = []
        for entry in self._by_check.get(finding.check, ()):
            if entry.names(finding):
                why = entry.lapse_of(finding, today)
                if why is None:
                    return entry.as_excepted(today), ()
                lapsed.append(Lapsed(source_of(entry.place), why, entry.until))
        return None, tuple(lapsed)


def load(path: Path, known: Iterable[str]) -> Exceptions:
    """The exceptions in a file; ``known`` are the ids of all checks.

    A date that cannot be read makes an entry void, not the file: see :func:`mistaken_dates`.
    Raises CatalogError with every mistake.
    """
    return parse(read(path), known)


def parse(tree: Tree, known: Iterable[str]) -> Exceptions:
    """The exceptions that a tree holds. Raises CatalogError with every mistake."""
    checks, mistakes = frozenset(known), Mistakes()
    form = Form(tree, mistakes, Text(en="the file of exceptions", ja="例外のファイル"))
    entries = [_entry(item, checks, mistakes) for item in form.items("exceptions", required=True)]
    form.close()
    if mistakes.found:
        raise CatalogError(tuple(mistakes.found))
    return Exceptions(entries)


def _entry(tree: Tree, known: frozenset[str], mistakes: Mistakes) -> ExceptionEntry:
    form = Form(tree, mistakes, _WHAT)
    places = dict.fromkeys(FIELDS, tree.place)
    if isinstance(tree.value, dict):
        places |= {name: child.place for name, child in tree.value.items()}
    texts = {name: form.string(name) for name in FIELDS[:-1]}
    entry = ExceptionEntry(
        check=texts["check"],
        resource=texts["resource"],
        reason=texts["reason"],
        owner=texts["owner"],
        approver=texts["approver"],
        ticket=texts["ticket"],
        since=texts["from"],
        until=texts["until"],
        accepts=form.plain("accepts"),
        place=tree.place,
        date_places={name: places[name] for name in ("from", "until")},
    )
    form.close()
    for name, text in texts.items():
        if form.has(name) and not text.strip():
            mistakes.add(
                Text(en=f"'{name}' of the exception is empty", ja=f"例外の「{name}」が空である"),
                Text(en=f"write it after '{name}:'", ja=f"「{name}:」の後に書く"),
                places[name],
            )
    if entry.check.strip() and entry.check not in known:
        mistakes.add(
            Text(en=f"there is no check '{entry.check}'", ja=f"チェック「{entry.check}」は存在しない"),
            nearest(entry.check, known),
            places["check"],
        )
    if entry.resource.strip() and not entry.resource.lstrip("/").strip("*?"):
        mistakes.add(
            Text(en="the exception is about every resource there is", ja="例外が全てのリソースに及んでいる"),
            Text(
                en="name a resource, or leave the check out with --check '!ID'",
                ja="リソースを特定するか、--check '!ID' でチェックを除外する",
            ),
            places["resource"],
        )
    return entry


def mistaken_dates(exceptions: Exceptions) -> Mistakes:
    """The dates that cannot be read, and the entries that end before they begin."""
    mistakes = Mistakes()
    for entry in exceptions.entries:
        for name, text in (("from", entry.since), ("until", entry.until)):
            told(name, text, entry.date_places.get(name, entry.place), mistakes)
        first, last = day(entry.since), day(entry.until)
        if first is not None and last is not None and last < first:
            mistakes.add(
                Text(
                    en=f"the exception ends ({last}) before it begins ({first})",
                    ja=f"例外の終期（{last}）が始期（{first}）より前である",
                ),
                Text(en="write a later day after 'until:'", ja="「until:」により後の日を書く"),
                entry.date_places.get("until", entry.place),
            )
    return mistakes
