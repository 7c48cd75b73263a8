"""One YAML file to one Check."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from azlinkscan.catalog.folders import files, shipped
from azlinkscan.catalog.tree_cache import TreeCache
from azlinkscan.errors import CatalogError, Place, UsageError
from azlinkscan.model.check import UNSET, Check, Clause, Example, Fix, Let, ReadSpec, ValueType
from azlinkscan.model.nearest import nearest
from azlinkscan.model.path import split
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict
from azlinkscan.written.form import Form, Mistakes, bilingual_of, each, quoted
from azlinkscan.written.tree import Tree

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KIND = re.compile(r"[a-z][a-z0-9.]*(/[a-z0-9.\-]+)+")
_RESERVED = frozenset(
    "settings subject true false null in as break const continue else for function if import let loop package "
    "namespace return var void while int uint double bool string bytes list map type".split()
)
_EXAMPLE_VERDICTS = tuple(
    verdict.value for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
)


def digest_of(plain: Any) -> str:
    """SHA-256 of a value's canonical JSON."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def parse_check(
    check_id: str, tree: Tree, *, own: bool = True, readable: AbstractSet[str] = frozenset()
) -> Check:
    """The check that a tree describes; ``readable`` are the kinds that a scan can read, where they are known.

    Raises CatalogError with every mistake in it.
    """
    mistakes = Mistakes()
    form = Form(tree, mistakes, Text(en="the check", ja="チェック"))
    if mistakes.found:
        raise CatalogError(tuple(mistakes.found))
    if not _ID.fullmatch(check_id):
        mistakes.add(
            Text(en=f"'{check_id}' cannot be a check's id", ja=f"「{check_id}」はチェックの ID にできない"),
            Text(
                en="name the file <service>/<required-state>.yaml in lower case with hyphens",
                ja="ファイル名を、小文字とハイフンで <サービス>/<求める状態>.yaml とする",
            ),
            tree.place,
        )
    resource = _kinds(form, "resource", readable, required=True, single=True)
    settings = form.plain("settings")
    children = {
        kind.removeprefix(f"{of}/") for of in resource for kind in readable if kind.startswith(f"{of}/")
    }
    reads = each_read(form, children if readable else None)
    names = {spec.name: tree.place for spec in reads}
    lets = tuple(_let(name, entry, names, mistakes) for name, entry in form.entries("let"))
    scene = form.plain("scene")
    subject = scene.pop("subject", None)
    if not isinstance(subject, str) or (scene and subject not in scene):
        mistakes.add(
            Text(en="the scene does not say who is judged", ja="scene に判定の対象がない"),
            Text(en="add 'subject: <a name in the scene>'", ja="「subject: <scene にある名前>」を加える"),
            form.place,
        )
        subject = ""
    check = Check(
        id=check_id,
        title=form.text("title"),
        severity=Severity(form.one_of("severity", [s.value for s in Severity])),
        since=form.string("since"),
        resource=resource,
        why=form.text("why"),
        needs=_kinds(form, "needs", readable),
        settings=settings,
        read=reads,
        let=lets,
        when=each(form.items("when"), lambda item: _clause(item, mistakes)),
        expect=each(form.items("expect", required=True), lambda item: _clause(item, mistakes)),
        fix=_fix(form, mistakes),
        refs=tuple(url for url, _ in form.strings("refs", required=True)),
        scene=scene,
        subject=subject,
        examples=each(form.items("examples", required=True), lambda item: _example(item, mistakes)),
        digest=digest_of(tree.plain()),
        place=tree.place,
        replaces=form.boolean("replaces"),
        own=own,
    )
    form.close()
    if mistakes.found:
        raise CatalogError(tuple(mistakes.found))
    return check


def load_checks(
    extra: tuple[Path, ...] = (),
    trees: TreeCache | None = None,
    readable: AbstractSet[str] = frozenset(),
) -> Mapping[str, Check]:
    """Our checks and those of the user's folders, by id, in order; files already parsed come from ``trees``.

    ``readable`` are the kinds that a scan can read, where they are known: another one is a mistake.

    Raises CatalogError with the mistakes of every file.
    """
    trees = trees or TreeCache()
    found: dict[str, Check] = {}
    mistakes: list[UsageError] = []
    for folder, own in [(shipped("checks"), True), *((path, False) for path in extra)]:
        for check_id, path in files(folder, "--checks"):
            try:
                check = parse_check(check_id, trees.read(path), own=own, readable=readable)
                _admit(check, found)
            except CatalogError as error:
                mistakes.extend(error.mistakes)
            except UsageError as error:
                mistakes.append(error)
    if mistakes:
        raise CatalogError(tuple(mistakes))
    return dict(sorted(found.items()))


def _admit(check: Check, found: dict[str, Check]) -> None:
    if check.id in found and not check.replaces:
        raise UsageError(
            Text(en=f"a check '{check.id}' exists already", ja=f"チェック「{check.id}」は既に存在する"),
            hint=Text(
                en="rename the file, or add 'replaces: true' to take its place",
                ja="ファイル名を変えるか、置き換えるなら「replaces: true」を加える",
            ),
            place=check.place,
        )
    if check.replaces and check.id not in found:
        raise UsageError(
            Text(
                en=f"there is no check '{check.id}' to replace",
                ja=f"置き換えるチェック「{check.id}」は存在しない",
            ),
            hint=Text(en="remove 'replaces:'", ja="「replaces:」を削除する"),
            place=check.place,
        )
    found[check.id] = check


def _kinds(
    form: Form, name: str, readable: AbstractSet[str], *, required: bool = False, single: bool = False
) -> tuple[str, ...]:
    kinds = form.strings(name, required=required, single=single)
    for kind, place in kinds:
        if not _KIND.fullmatch(kind):
            form.mistakes.add(
                Text(en=f"'{kind}' is not a kind of fact", ja=f"「{kind}」は読み取る種類の名前ではない"),
                Text(
                    en="write the ARM type in lower case: microsoft.sql/servers",
                    ja="ARM の型を小文字で書く（例 microsoft.sql/servers）",
                ),
                place,
            )
        elif readable and kind not in readable:
            form.mistakes.add(
                Text(en=f"nothing reads the kind '{kind}'", ja=f"種類「{kind}」を読み取る手段がない"),
                nearest(kind, readable),
                place,
            )
    return tuple(kind for kind, _ in kinds)


def each_read(form: Form, children: AbstractSet[str] | None = None) -> tuple[ReadSpec, ...]:
    """The ``read:`` block; ``children`` are what ``from:`` may name, where that is known."""
    return tuple(
        spec
        for name, entry in form.entries("read")
        if (spec := _read(name, entry, form.mistakes, children)) is not None
    )


def _name(name: str, place: Place, mistakes: Mistakes) -> None:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        mistakes.add(
            Text(en=f"'{name}' cannot be a name", ja=f"「{name}」は名前にできない"),
            Text(
                en="use lower case letters, digits and _, and no word that CEL keeps for itself",
                ja="英小文字、数字、_ を使う（CEL の予約語は使えない）",
            ),
            place,
        )


_TYPES: tuple[tuple[type, ValueType], ...] = (
    (bool, ValueType.BOOLEAN),
    (int, ValueType.NUMBER),
    (float, ValueType.NUMBER),
    (str, ValueType.TEXT),
    (list, ValueType.LIST),
    (dict, ValueType.MAP),
)


def _read(name: str, entry: Tree, mistakes: Mistakes, children: AbstractSet[str] | None) -> ReadSpec | None:
    before = len(mistakes.found)
    _name(name, entry.key_place or entry.place, mistakes)
    form = Form(entry, mistakes, Text(en=f"read '{name}'", ja=f"read「{name}」"))
    path = form.string("field")
    steps: tuple[str | int, ...] | None = None
    try:
        steps = split(path) if path else None
    except ValueError:
        mistakes.add(
            Text(en=f"'{path}' is not a path", ja=f"「{path}」はプロパティの場所の形ではない"),
            Text(en="write a.b, a['b.c'] or a[0]", ja="a.b、a['b.c']、a[0] の形で書く"),
            entry.place,
        )
    child = form.string("from", required=False) or None
    if child and children is not None and child.lower() not in children:
        mistakes.add(
            Text(
                en=f"read '{name}': nothing reads '{child}' under what is judged",
                ja=f"read「{name}」：判定の対象の下に「{child}」を読み取る手段がない",
            ),
            nearest(child.lower(), children),
            entry.place,
        )
    one_of = tuple(word for word, _ in form.strings("one-of"))
    written = form.tree("absent")
    absent = UNSET if written is None else written.plain()
    since_api = form.string("since-api", required=False) or None
    stated = form.one_of("type", [t.value for t in ValueType], required=False)
    form.close()
    implied = ValueType.TEXT if one_of else next((t for p, t in _TYPES if isinstance(absent, p)), None)
    if stated and implied and stated != implied:
        mistakes.add(
            Text(
                en=f"read '{name}' is a {implied} by its words",
                ja=f"read「{name}」は、その語から {implied} である",
            ),
            Text(en=f"write 'type: {implied}' or drop it", ja=f"「type: {implied}」とするか、削除する"),
            entry.place,
        )
    if not stated and not implied:
        mistakes.add(
            Text(en=f"read '{name}' does not say its type", ja=f"read「{name}」に型がない"),
            Text(
                en="add 'type: text | number | boolean | list | map', 'one-of:' or 'absent:'",
                ja="「type: text | number | boolean | list | map」、「one-of:」又は「absent:」を加える",
            ),
            entry.place,
        )
    if one_of and isinstance(absent, str) and absent not in one_of and absent != "":
        mistakes.add(
            Text(
                en=f"read '{name}': '{absent}' is not one of its words",
                ja=f"read「{name}」の「{absent}」は one-of にない",
            ),
            Text(en="add it to 'one-of'", ja="「one-of」に加える"),
            entry.place,
        )
    if len(mistakes.found) > before or steps is None:
        return None
    kind = ValueType(stated) if stated else implied
    assert kind is not None
    return ReadSpec(
        name=name,
        field=steps,
        path=path,
        type=kind,
        child=child.lower() if child else None,
        one_of=one_of,
        absent=absent,
        since_api=since_api,
    )


def _let(name: str, entry: Tree, names: dict[str, Place], mistakes: Mistakes) -> Let:
    _name(name, entry.key_place or entry.place, mistakes)
    if name in names:
        mistakes.add(
            Text(en=f"the name '{name}' stands twice", ja=f"名前「{name}」が重複している"),
            Text(en="rename one of them", ja="一方の名前を変える"),
            entry.key_place or entry.place,
        )
    names[name] = entry.place
    expression = entry.value if isinstance(entry.value, str) else ""
    if not expression:
        mistakes.add(
            Text(en=f"let '{name}' must be an expression", ja=f"let「{name}」は式でなければならない"),
            Text(
                en="write it as a text, in quotes if need be", ja="文字列として書く（必要なら引用符で囲む）"
            ),
            entry.place,
        )
    return Let(name, expression.strip(), entry.place)


def _clause(item: Tree, mistakes: Mistakes) -> Clause | None:
    form = Form(item, mistakes, Text(en="a clause", ja="条件"))
    entry = form.tree("that", required=True)
    otherwise = form.text("else")
    form.close()
    if entry is None:
        return None
    if not isinstance(entry.value, str):
        mistakes.add(
            Text(en="'that' must be an expression", ja="「that」は式でなければならない"),
            Text(
                en="write it as a text, in quotes if need be", ja="文字列として書く（必要なら引用符で囲む）"
            ),
            entry.place,
        )
        return None
    return Clause(entry.value.strip(), otherwise, entry.place)


def _fix(form: Form, mistakes: Mistakes) -> Fix:
    entry = form.tree("fix", required=True)
    if entry is None:
        return Fix(Text("", ""))
    inner = Form(entry, mistakes, quoted("fix"))
    cli, bicep = (inner.string(name, required=False).strip() or None for name in ("cli", "bicep"))
    portal = inner.text("portal") if inner.has("portal") else None
    return Fix(bilingual_of(inner), cli, bicep, portal)


def _example(item: Tree, mistakes: Mistakes) -> Example | None:
    form = Form(item, mistakes, Text(en="an example", ja="例"))
    it = form.string("it")
    verdict = form.one_of("verdict", _EXAMPLE_VERDICTS)
    example = Example(
        it=it,
        verdict=Verdict(verdict),
        change=form.plain("change"),
        without=tuple(path for path, _ in form.strings("without", single=True)),
        unread=tuple(kind for kind, _ in form.strings("unread", single=True)),
        settings=form.plain("settings"),
        place=item.place,
    )
    form.close()
    return example
