"""One YAML file to one Profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast, get_args

from azlinkscan.catalog.checks import digest_of
from azlinkscan.catalog.folders import files, shipped
from azlinkscan.catalog.likeness import criteria_in, resolved
from azlinkscan.catalog.met_by import MetByReader
from azlinkscan.catalog.tree_cache import TreeCache
from azlinkscan.errors import CatalogError, Place, UsageError
from azlinkscan.model.check import Check
from azlinkscan.model.profile import (
    Answer,
    Criterion,
    GuaranteedBy,
    Profile,
    Standard,
    Status,
    checks_in,
    checks_of,
)
from azlinkscan.model.text import Text
from azlinkscan.written.form import Form, Mistakes, each, quoted
from azlinkscan.written.tree import Tree

_ID = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")
_OF_A_LEAF = ("supporting", "settings", "guaranteed-by")


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
    mistakes = Mistakes()
    reader = _Reader(MetByReader(checks, mistakes), mistakes)
    tree = resolved(tree, dict(criteria_in(tree)) if known is None else known, mistakes)
    form = Form(tree, mistakes, Text(en="the profile", ja="プロファイル"))
    if mistakes.found:
        raise CatalogError(tuple(mistakes.found))
    if not _ID.fullmatch(profile_id):
        mistakes.add(
            Text(
                en=f"'{profile_id}' cannot be a profile's id",
                ja=f"「{profile_id}」はプロファイルの ID にできない",
            ),
            Text(
                en="name the file <name>.yaml in lower case with hyphens and dots",
                ja="ファイル名を、小文字、ハイフン及びピリオドで <名前>.yaml とする",
            ),
            tree.place,
        )
    criteria = each(form.items("criteria", required=True), reader.criterion)
    leaves = [leaf for criterion in criteria for leaf in criterion.leaves()]
    used = {by.check for leaf in leaves for by in checks_of(leaf)}
    profile = Profile(
        id=profile_id,
        title=form.text("title"),
        source=_standard(form),
        criteria=criteria,
        digest=digest_of(tree.plain()),
        place=tree.place,
        settings=reader.met_by.settings(form, used),
        own=own,
        on_request=form.boolean("on-request"),
    )
    form.close()
    if not leaves and not mistakes.found:
        mistakes.add(
            Text(en="the profile has no criterion", ja="プロファイルに基準の項目がない"),
            Text(
                en="add one with 'met-by:' under 'criteria:'",
                ja="「criteria:」に「met-by:」のある項目を加える",
            ),
            tree.place,
        )
    if mistakes.found:
        raise CatalogError(tuple(mistakes.found))
    return profile


def load_profiles(
    extra: tuple[Path, ...], checks: Mapping[str, Check], files_read: TreeCache | None = None
) -> Mapping[str, Profile]:
    """Our profiles and those of the user's folders, by id, in order; files already parsed come from ``files_read``.

    Raises CatalogError with the mistakes of every file, each said once.
    """
    cache = files_read or TreeCache()
    mistakes: dict[str, UsageError] = {}
    trees: dict[str, tuple[Tree, bool]] = {}
    for folder, own in [(shipped("profiles"), True), *((path, False) for path in extra)]:
        for profile_id, path in files(folder, "--profiles"):
            try:
                tree = cache.read(path)
                if profile_id in trees:
                    raise _taken(profile_id, tree.place)
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


def _taken(profile_id: str, place: Place) -> UsageError:
    return UsageError(
        Text(
            en=f"a profile '{profile_id}' exists already",
            ja=f"プロファイル「{profile_id}」は既に存在する",
        ),
        hint=Text(en="rename the file", ja="ファイル名を変える"),
        place=place,
    )


def _standard(form: Form) -> Standard:
    entry = form.tree("source", required=True)
    if entry is None:
        return Standard("", None, "unverified", Text("", ""))
    inner = Form(entry, form.mistakes, quoted("source"))
    before = len(form.mistakes.found)
    standard = Standard(
        document=inner.string("document"),
        section=inner.string("section", required=False) or None,
        status=cast(Status, inner.one_of("status", get_args(Status))),
        status_note=inner.text("status-note"),
        status_sources=_urls(inner, "status-sources"),
        edition=inner.string("edition", required=False) or None,
        heading=inner.string("heading", required=False) or None,
        lead=inner.string("lead", required=False) or None,
    )
    sound = len(form.mistakes.found) == before
    if sound and inner.has("status") and standard.status != "unverified" and not standard.status_sources:
        form.mistakes.add(
            Text(
                en=f"'status: {standard.status}' names no source",
                ja=f"「status: {standard.status}」に典拠がない",
            ),
            Text(
                en="add 'status-sources:', or write 'status: unverified'",
                ja="「status-sources:」を加えるか、「status: unverified」とする",
            ),
            entry.place,
        )
    inner.close()
    return standard


def _urls(form: Form, name: str) -> tuple[str, ...]:
    urls = form.strings(name)
    for url, place in urls:
        _address(url, place, form.mistakes)
    return tuple(url for url, _ in urls)


def _address(url: str, place: Place, mistakes: Mistakes) -> None:
    if not url.startswith(("https://", "http://")):
        mistakes.add(
            Text(en=f"'{url}' is no web address", ja=f"「{url}」はウェブのアドレスではない"),
            Text(en="write https://…", ja="https://… と書く"),
            place,
        )


class _Reader:
    """Reads criteria; remembers the ids it has seen."""

    def __init__(self, met_by: MetByReader, mistakes: Mistakes) -> None:
        self.met_by = met_by
        self.mistakes = mistakes
        self._seen: dict[str, Place] = {}

    def criterion(self, tree: Tree) -> Criterion:
        """A criterion, or a heading with criteria beneath it."""
        form = Form(tree, self.mistakes, Text(en="a criterion", ja="項目"))
        own_id = self._own_id(form)
        form.tree("like")  # still there where it names nothing, which is said already
        written = form.tree("met-by")
        met_by = self.met_by.whole(written) if written else None
        supporting = self.met_by.checks_named(form, "supporting")
        deciding = {by.check for by in checks_in(met_by)}
        for by in supporting:
            if by.check in deciding:
                self.mistakes.add(
                    Text(
                        en=f"'{by.check}' decides and supports",
                        ja=f"「{by.check}」が判定と参考の双方にある",
                    ),
                    Text(en="drop it from 'supporting:'", ja="「supporting:」から削除する"),
                    by.place,
                )
        criterion = Criterion(
            id=own_id,
            label=form.string("label", required=False) or None,
            text=form.words("text"),
            met_by=met_by,
            supporting=supporting,
            settings=self.met_by.settings(form, deciding | {by.check for by in supporting}),
            criteria=each(form.items("criteria"), self.criterion),
            place=tree.place,
            note=form.text("note") if form.has("note") else None,
            guaranteed_by=each(form.items("guaranteed-by"), self._guarantee),
            heading=form.string("heading", required=False) or None,
            answered_by=each(form.items("answered-by"), self._answer),
        )
        if not form.has("like"):
            self._leaf_or_heading(form)
        form.close()
        return criterion

    def _own_id(self, form: Form) -> str:
        entry = form.tree("id", required=True)
        if entry is None:
            return ""
        if not isinstance(entry.value, str) or not _ID.fullmatch(entry.value):
            self.mistakes.add(
                Text(
                    en=f"'{entry.plain()}' cannot be a criterion's id",
                    ja=f"「{entry.plain()}」は項目の ID にできない",
                ),
                Text(en="use lower case letters, digits, - and .", ja="英小文字、数字、- 及び . を使う"),
                entry.place,
            )
            return ""
        form.what = Text(en=f"criterion '{entry.value}'", ja=f"項目「{entry.value}」")
        first = self._seen.setdefault(entry.value, entry.place)
        if first != entry.place:
            self.mistakes.add(
                Text(en=f"the id '{entry.value}' stands twice", ja=f"ID「{entry.value}」が重複している"),
                Text(en=f"rename it; the first is at {first}", ja=f"名前を変える（一つ目は {first}）"),
                entry.place,
            )
        return entry.value

    def _leaf_or_heading(self, form: Form) -> None:
        if form.has("met-by") == form.has("criteria"):
            self.mistakes.add(
                Text(
                    en=f"{form.what.en} must have either 'met-by' or 'criteria'",
                    ja=f"{form.what.ja}には「met-by」と「criteria」のいずれか一方がなければならない",
                ),
                Text(
                    en="say how it is met, or put criteria beneath it",
                    ja="どのように満たすかを書くか、下位の項目を置く",
                ),
                form.place,
            )
        elif form.has("criteria"):
            for name in filter(form.has, _OF_A_LEAF):
                self.mistakes.add(
                    Text(
                        en=f"{form.what.en} is a heading, so '{name}' has no effect",
                        ja=f"{form.what.ja}は見出しであり、「{name}」は働かない",
                    ),
                    Text(
                        en=f"move '{name}:' to a criterion that has 'met-by:'",
                        ja=f"「{name}:」を「met-by:」のある項目に移す",
                    ),
                    form.place,
                )

    def _answer(self, tree: Tree) -> Answer:
        form = Form(tree, self.mistakes, Text(en="an answer", ja="「answered-by」の内容"))
        own_id, label, heading, remark = (
            form.string(name, required=False) or None for name in ("id", "label", "heading", "remark")
        )
        answer = Answer(form.string("text"), own_id, label, heading, remark)
        form.close()
        return answer

    def _guarantee(self, tree: Tree) -> GuaranteedBy:
        form = Form(tree, self.mistakes, Text(en="a guarantee", ja="「guaranteed-by」の内容"))
        guarantee = GuaranteedBy(what=form.text("what"), url=form.string("url"), since=form.string("since"))
        if guarantee.url:
            _address(guarantee.url, tree.place, self.mistakes)
        form.close()
        return guarantee
