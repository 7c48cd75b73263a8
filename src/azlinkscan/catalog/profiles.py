"""One YAML file to one Profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast, get_args

from azlinkscan.catalog.checks import digest_of
from azlinkscan.catalog.folders import files, shipped
from azlinkscan.catalog.form import Form, Mistakes, bilingual, each, nearest
from azlinkscan.catalog.likeness import criteria_in, resolved
from azlinkscan.catalog.yaml_tree import Tree, read
from azlinkscan.errors import CatalogError, Place, UsageError
from azlinkscan.model.check import Check
from azlinkscan.model.profile import (
    ByCheck,
    ByHand,
    Criterion,
    Group,
    GuaranteedBy,
    MetBy,
    NotCovered,
    Profile,
    Standard,
    Status,
    checks_in,
    checks_of,
)
from azlinkscan.model.text import Text

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FOLDS: tuple[Literal["all-of", "any-of"], ...] = ("all-of", "any-of")
_WAYS = ("check", *_FOLDS, "by-hand", "not-covered")

Settings = Mapping[str, Mapping[str, Any]]


def parse_profile(
    profile_id: str,
    tree: Tree,
    checks: Mapping[str, Check],
    *,
    own: bool = True,
    known: Mapping[str, Tree] | None = None,
) -> Profile:
    """The profile that a tree describes; ``known`` are the criteria that its own may be met like.

    Raises CatalogError with every mistake in it, a check that does not exist among them.
    """
    reader = _Reader(checks)
    mistakes = reader.mistakes
    tree = resolved(tree, dict(criteria_in(tree)) if known is None else known, mistakes)
    form = Form(tree, mistakes, "the profile")
    if not _ID.fullmatch(profile_id):
        mistakes.add(
            f"'{profile_id}' cannot be a profile's id",
            "name the file <name>.yaml in lower case with hyphens",
            tree.place,
        )
    criteria = each(form.items("criteria", required=True), reader.criterion)
    leaves = [leaf for criterion in criteria for leaf in criterion.leaves()]
    used = {by.check for leaf in leaves for by in checks_of(leaf)}
    profile = Profile(
        id=profile_id,
        title=form.text("title"),
        source=_standard(form, mistakes),
        criteria=criteria,
        digest=digest_of(tree.plain()),
        place=tree.place,
        settings=reader.settings(form, used, "the profile"),
        own=own,
    )
    form.close()
    if not leaves and not mistakes.found:
        mistakes.add("the profile has no criterion", "add one with 'met-by:' under 'criteria:'", tree.place)
    if mistakes.found:
        raise CatalogError(tuple(mistakes.found))
    return profile


def load_profiles(extra: tuple[Path, ...], checks: Mapping[str, Check]) -> Mapping[str, Profile]:
    """Our profiles and those of the user's folders, by id, in order.

    Raises CatalogError with the mistakes of every file, each said once.
    """
    mistakes: dict[str, UsageError] = {}
    trees: dict[str, tuple[Tree, bool]] = {}
    for folder, own in [(shipped("profiles"), True), *((path, False) for path in extra)]:
        for profile_id, path in files(folder, "--profiles"):
            try:
                tree = read(path)
                if profile_id in trees:
                    taken = f"a profile '{profile_id}' exists already"
                    raise UsageError(taken, hint="rename the file", place=tree.place)
                trees[profile_id] = (tree, own)
            except UsageError as error:
                mistakes[str(error)] = error
    known = {key: criterion for tree, _ in trees.values() for key, criterion in criteria_in(tree)}
    found: dict[str, Profile] = {}
    for profile_id, (tree, own) in sorted(trees.items()):
        try:
            found[profile_id] = parse_profile(profile_id, tree, checks, own=own, known=known)
        except CatalogError as error:
            for mistake in error.mistakes:
                mistakes.setdefault(str(mistake), mistake)
    if mistakes:
        raise CatalogError(tuple(mistakes.values()))
    return found


def _standard(form: Form, mistakes: Mistakes) -> Standard:
    entry = form.tree("source", required=True)
    if entry is None:
        return Standard("", "", "unverified", Text("", ""))
    inner = Form(entry, mistakes, "'source'")
    standard = Standard(
        document=inner.string("document"),
        section=inner.string("section"),
        status=cast(Status, inner.one_of("status", get_args(Status))),
        status_note=inner.text("status-note"),
        status_sources=_urls(inner, "status-sources"),
        heading=inner.string("heading", required=False) or None,
        lead=inner.string("lead", required=False) or None,
    )
    if standard.status != "unverified" and not standard.status_sources:
        mistakes.add(
            f"'status: {standard.status}' names no source",
            "add 'status-sources:', or write 'status: unverified'",
            entry.place,
        )
    inner.close()
    return standard


def _urls(form: Form, name: str) -> tuple[str, ...]:
    urls = form.strings(name)
    for url, place in urls:
        _https(url, place, form.mistakes)
    return tuple(url for url, _ in urls)


def _https(url: str, place: Place, mistakes: Mistakes) -> None:
    if not url.startswith(("https://", "http://")):
        mistakes.add(f"'{url}' is no web address", "write https://…", place)


class _Reader:
    """Reads criteria against the checks that exist; remembers the ids it has seen."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self.mistakes = Mistakes()
        self._checks = checks
        self._seen: dict[str, Place] = {}

    def criterion(self, tree: Tree) -> Criterion | None:
        """A criterion, or a heading with criteria beneath it."""
        form = Form(tree, self.mistakes, "a criterion")
        own_id = self._own_id(form)
        form.tree("like")  # still there where it names nothing, which is said already
        written = form.tree("met-by")
        met_by = self._met_by(written, alone=True) if written else None
        supporting = tuple(by for name, at in form.strings("supporting") if (by := self._by_check(name, at)))
        deciding = {by.check for by in checks_in(met_by)}
        for by in supporting:
            if by.check in deciding:
                self.mistakes.add(
                    f"'{by.check}' decides and supports", "drop it from 'supporting:'", by.place
                )
        criterion = Criterion(
            id=own_id,
            label=form.string("label", required=False) or None,
            text=form.string("text"),
            met_by=met_by,
            supporting=supporting,
            settings=self.settings(form, deciding | {by.check for by in supporting}, form.what),
            criteria=each(form.items("criteria"), self.criterion),
            place=tree.place,
            note=form.text("note") if form.has("note") else None,
            guaranteed_by=each(form.items("guaranteed-by"), self._guarantee),
            heading=form.string("heading", required=False) or None,
        )
        self._leaf_or_heading(form)
        form.close()
        return criterion

    def _own_id(self, form: Form) -> str:
        entry = form.tree("id", required=True)
        if entry is None:
            return ""
        if not isinstance(entry.value, str) or not _ID.fullmatch(entry.value):
            self.mistakes.add(
                f"'{entry.plain()}' cannot be a criterion's id",
                "use lower case letters, digits and -",
                entry.place,
            )
            return ""
        form.what = f"criterion '{entry.value}'"
        if entry.value in self._seen:
            first = self._seen[entry.value]
            self.mistakes.add(
                f"the id '{entry.value}' stands twice", f"rename it; the first is at {first}", entry.place
            )
        self._seen.setdefault(entry.value, entry.place)
        return entry.value

    def _leaf_or_heading(self, form: Form) -> None:
        if form.has("like"):
            return
        if form.has("met-by") == form.has("criteria"):
            self.mistakes.add(
                f"{form.what} must have either 'met-by' or 'criteria'",
                "say how it is met, or put criteria beneath it",
                form.place,
            )
        elif form.has("criteria"):
            for name in ("supporting", "settings", "guaranteed-by"):
                if form.has(name):
                    self.mistakes.add(
                        f"{form.what} is a heading, so '{name}' has no effect",
                        f"move '{name}:' to a criterion that has 'met-by:'",
                        form.place,
                    )

    def _met_by(self, tree: Tree, *, alone: bool = False) -> MetBy | None:
        if isinstance(tree.value, str):
            return self._by_check(tree.value, tree.place)
        if not isinstance(tree.value, dict) or len(tree.value) != 1:
            self.mistakes.add(
                "'met-by' must be a check's id or one of " + ", ".join(_WAYS),
                "write one of them; put several under 'all-of:' or 'any-of:'",
                tree.place,
            )
            return None
        ((way, inner),) = tree.value.items()
        match way:
            case "check":
                if isinstance(inner.value, str):
                    return self._by_check(inner.value, inner.place)
                self.mistakes.add("'check' must be a check's id", "write service/required-state", inner.place)
                return None
            case "by-hand":
                return ByHand(bilingual(inner, self.mistakes, "'by-hand'"))
            case "not-covered":
                if not alone:
                    self.mistakes.add(
                        "'not-covered' cannot stand in a group",
                        "let it be all of 'met-by:', or write 'by-hand:'",
                        tree.place,
                    )
                return NotCovered(bilingual(inner, self.mistakes, "'not-covered'"))
            case "all-of" | "any-of":
                return self._group(next(fold for fold in _FOLDS if fold == way), inner)
            case _:
                self.mistakes.add(
                    f"'met-by' has no '{way}'", nearest(way, _WAYS), inner.key_place or inner.place
                )
                return None

    def _group(self, fold: Literal["all-of", "any-of"], tree: Tree) -> MetBy | None:
        if not isinstance(tree.value, tuple) or not tree.value:
            self.mistakes.add(
                f"'{fold}' must be a list with members", "write '- item' lines or [a, b]", tree.place
            )
            return None
        return Group(fold, each(tree.value, self._met_by))

    def _by_check(self, check_id: str, place: Place) -> ByCheck | None:
        return ByCheck(check_id, place) if self._exists(check_id, place) else None

    def _exists(self, check_id: str, place: Place) -> bool:
        if check_id in self._checks:
            return True
        siblings = [known for known in self._checks if known.partition("/")[0] == check_id.partition("/")[0]]
        self.mistakes.add(
            f"there is no check '{check_id}'", nearest(check_id, siblings or self._checks), place
        )
        return False

    def settings(self, form: Form, used: set[str], where: str) -> Settings:
        """The settings of checks that are used here, each by a name that the check has."""
        taken: dict[str, Mapping[str, Any]] = {}
        for check_id, entry in form.entries("settings"):
            place = entry.key_place or entry.place
            if not self._exists(check_id, place):
                continue
            if check_id not in used:
                self.mistakes.add(f"{where} does not use '{check_id}'", "drop its settings", place)
            if not isinstance(entry.value, dict):
                self.mistakes.add(
                    f"the settings of '{check_id}' must be a mapping", "write {name: value}", entry.place
                )
                continue
            known = self._checks[check_id].settings
            for name, value in entry.value.items():
                if name not in known:
                    at = value.key_place or value.place
                    self.mistakes.add(
                        f"the check '{check_id}' has no setting '{name}'", nearest(name, known), at
                    )
            taken[check_id] = entry.plain()
        return taken

    def _guarantee(self, tree: Tree) -> GuaranteedBy | None:
        form = Form(tree, self.mistakes, "a guarantee")
        guarantee = GuaranteedBy(what=form.text("what"), url=form.string("url"), since=form.string("since"))
        if guarantee.url:
            _https(guarantee.url, tree.place, self.mistakes)
        form.close()
        return guarantee
