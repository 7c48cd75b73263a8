"""How a criterion is met: a tree over checks that exist, or a person, or nothing and why."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from azlinkscan.errors import Place
from azlinkscan.model.check import Check
from azlinkscan.model.nearest import nearest
from azlinkscan.model.profile import ByCheck, ByHand, Group, MetBy, NotCovered
from azlinkscan.model.setting import mistake
from azlinkscan.model.text import Text
from azlinkscan.written.form import Form, Mistakes, bilingual, each
from azlinkscan.written.tree import Tree

_WAYS = ("check", "all-of", "any-of", "by-hand", "not-covered")

Settings = Mapping[str, Mapping[str, Any]]


class MetByReader:
    """Reads what names checks; a name that is not among them is a mistake with the nearest one for a hint."""

    def __init__(self, checks: Mapping[str, Check], mistakes: Mistakes) -> None:
        self._checks = checks
        self._mistakes = mistakes

    def whole(self, tree: Tree) -> MetBy | None:
        """All that stands under ``met-by:``; only here may a criterion be not covered."""
        if isinstance(tree.value, dict) and tuple(tree.value) == ("not-covered",):
            return NotCovered(bilingual(tree.value["not-covered"], self._mistakes, "not-covered"))
        return self._member(tree)

    def checks_named(self, form: Form, name: str) -> tuple[ByCheck, ...]:
        """A list of checks."""
        return tuple(by for check_id, place in form.strings(name) if (by := self._by_check(check_id, place)))

    def settings(self, form: Form, used: AbstractSet[str]) -> Settings:
        """The settings of checks that are used here, each by a name that the check has."""
        taken: dict[str, Mapping[str, Any]] = {}
        for check_id, entry in form.entries("settings"):
            place = entry.key_place or entry.place
            if not self._exists(check_id, place):
                continue
            if check_id not in used:
                self._mistakes.add(
                    Text(en=f"'{check_id}' is not used here", ja=f"「{check_id}」はここで用いていない"),
                    Text(en="drop its settings", ja="その設定を削除する"),
                    place,
                )
            if isinstance(entry.value, dict):
                for name, value in entry.value.items():
                    at = value.key_place or value.place
                    if wrong := mistake(self._checks[check_id], name, value.plain(), at):
                        self._mistakes.found.append(wrong)
                taken[check_id] = entry.plain()
            else:
                self._mistakes.add(
                    Text(
                        en=f"the settings of '{check_id}' must be a mapping",
                        ja=f"「{check_id}」の設定は「名前: 値」の形でなければならない",
                    ),
                    Text(en="write {name: value}", ja="{名前: 値} と書く"),
                    entry.place,
                )
        return taken

    def _member(self, tree: Tree) -> MetBy | None:
        if isinstance(tree.value, str):
            return self._by_check(tree.value, tree.place)
        if not isinstance(tree.value, dict) or len(tree.value) != 1:
            ways = ", ".join(_WAYS)
            self._mistakes.add(
                Text(
                    en=f"'met-by' must be a check's id or one of {ways}",
                    ja=f"「met-by」はチェックの ID か、{ways} のいずれか一つでなければならない",
                ),
                Text(
                    en="write one of them; put several under 'all-of:' or 'any-of:'",
                    ja="一つだけを書く。複数あるときは「all-of:」又は「any-of:」に並べる",
                ),
                tree.place,
            )
            return None
        ((way, inner),) = tree.value.items()
        match way:
            case "check":
                return self._one_check(inner)
            case "all-of" | "any-of":
                return self._group(way, inner)
            case "by-hand":
                return ByHand(bilingual(inner, self._mistakes, "by-hand"))
            case "not-covered":
                self._mistakes.add(
                    Text(
                        en="'not-covered' cannot stand in a group",
                        ja="「not-covered」を組の中に置くことはできない",
                    ),
                    Text(
                        en="let it be all of 'met-by:', or write 'by-hand:'",
                        ja="「met-by:」の全体とするか、「by-hand:」を書く",
                    ),
                    tree.place,
                )
            case _:
                self._mistakes.add(
                    Text(en=f"'met-by' has no '{way}'", ja=f"「met-by」に「{way}」はない"),
                    nearest(way, _WAYS),
                    inner.key_place or inner.place,
                )
        return None

    def _one_check(self, tree: Tree) -> MetBy | None:
        if isinstance(tree.value, str):
            return self._by_check(tree.value, tree.place)
        self._mistakes.add(
            Text(en="'check' must be a check's id", ja="「check」はチェックの ID でなければならない"),
            Text(en="write service/required-state", ja="「サービス/求める状態」を書く"),
            tree.place,
        )
        return None

    def _group(self, fold: Literal["all-of", "any-of"], tree: Tree) -> MetBy | None:
        if isinstance(tree.value, tuple) and tree.value:
            return Group(fold, each(tree.value, self._member))
        self._mistakes.add(
            Text(
                en=f"'{fold}' must be a list with members",
                ja=f"「{fold}」は一つ以上の項目の一覧でなければならない",
            ),
            Text(en="write '- item' lines or [a, b]", ja="「- 項目」の行か [a, b] を書く"),
            tree.place,
        )
        return None

    def _by_check(self, check_id: str, place: Place) -> ByCheck | None:
        return ByCheck(check_id, place) if self._exists(check_id, place) else None

    def _exists(self, check_id: str, place: Place) -> bool:
        if check_id in self._checks:
            return True
        service = check_id.partition("/")[0]
        siblings = [known for known in self._checks if known.partition("/")[0] == service]
        self._mistakes.add(
            Text(en=f"there is no check '{check_id}'", ja=f"チェック「{check_id}」は存在しない"),
            nearest(check_id, siblings or self._checks),
            place,
        )
        return False
