"""``exceptions`` and ``attest``: what people decided, added, listed and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from azlinkscan.cli import given, options, screen
from azlinkscan.cli.language import of, tr
from azlinkscan.errors import CatalogError, Place, UsageError
from azlinkscan.model.text import Text

if TYPE_CHECKING:
    from datetime import date

    from azlinkscan.decisions.exceptions import ExceptionEntry
    from azlinkscan.written.form import Mistakes

EXCEPTIONS = Path("exceptions.yaml")
ATTESTATIONS = Path("attestations.yaml")

_ExceptionsFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        show_default=False,
        help=tr(
            en="Default: `exceptions` of azlinkscan.toml, else exceptions.yaml.",
            ja="既定は azlinkscan.toml の `exceptions`、なければ exceptions.yaml。",
        ),
    ),
]
_AttestationsFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        show_default=False,
        help=tr(
            en="Default: `attestations` of azlinkscan.toml, else attestations.yaml.",
            ja="既定は azlinkscan.toml の `attestations`、なければ attestations.yaml。",
        ),
    ),
]


def _text(flag: str, metavar: str, en: str, ja: str) -> Any:
    return typer.Option(flag, metavar=metavar, help=tr(en=en, ja=ja))


def add(app: typer.Typer) -> None:
    """Hang the commands under the app."""
    exceptions = typer.Typer(
        help=tr(en="Failures that somebody accepted, for a time.", ja="期限を定めて承認した不適合。"),
        no_args_is_help=True,
        epilog=tr(
            en="Example: azlinkscan scan --exceptions exceptions.yaml",
            ja="例：azlinkscan scan --exceptions exceptions.yaml",
        ),
    )
    exceptions.command("add", help=tr(en="Add one.", ja="例外を加える。"))(add_exception)
    exceptions.command("list", help=tr(en="List them with their days left.", ja="例外と残り日数の一覧。"))(
        list_exceptions
    )
    exceptions.command(
        "check",
        help=tr(
            en="Say what is wrong with the file, and what has run out; exits with 2 where something is.",
            ja="ファイルの誤りと期限切れを示す。あれば終了コード 2。",
        ),
    )(check_exceptions)
    app.add_typer(exceptions, name="exceptions")
    attest = typer.Typer(
        help=tr(
            en="What people saw, for the criteria that are met by hand.", ja="目視による項目の確認記録。"
        ),
        no_args_is_help=True,
        epilog=tr(
            en="Example: azlinkscan scan --attestations attestations.yaml",
            ja="例：azlinkscan scan --attestations attestations.yaml",
        ),
    )
    attest.command(
        "add", help=tr(en="Add one, with its evidence's SHA-256.", ja="証拠の SHA-256 と共に加える。")
    )(add_attestation)
    attest.command("list", help=tr(en="List them and whether they hold.", ja="確認記録と有効性の一覧。"))(
        list_attestations
    )
    attest.command(
        "check",
        help=tr(
            en="Say what is wrong with the file, what has run out and what was altered; exits with 2 where something is.",
            ja="ファイルの誤り、期限切れ、証拠の改変を示す。あれば終了コード 2。",
        ),
    )(check_attestations)
    app.add_typer(attest, name="attest")


def add_exception(
    check: Annotated[str, _text("--check", "ID", "The check.", "チェックの ID。")],
    resource: Annotated[
        str,
        _text("--resource", "ID|PATTERN", "An ARM id, or a pattern on it.", "ARM の ID 又はそのパターン。"),
    ],
    reason: Annotated[str, _text("--reason", "TEXT", "Why it is accepted.", "承認の理由。")],
    owner: Annotated[str, _text("--owner", "NAME", "Who mends it.", "是正の責任者。")],
    approver: Annotated[str, _text("--approver", "NAME", "Who accepts it.", "承認者。")],
    ticket: Annotated[str, _text("--ticket", "ID", "Where it is tracked.", "管理番号。")],
    until: Annotated[str, _text("--until", "DATE", "Its last day: 2027-03-31.", "終期：2027-03-31。")],
    since: Annotated[
        str | None, _text("--from", "DATE", "Its first day. Default: today.", "始期。既定は当日。")
    ] = None,
    accepts: Annotated[
        list[str] | None,
        _text(
            "--accept",
            "NAME=VALUE",
            "Only as long as this read has this value. Repeatable.",
            "読み取った値がこの値である間に限る。複数指定可。",
        ),
    ] = None,
    path: _ExceptionsFile = None,
    config: options.Config = None,
    checks_folders: options.ChecksFolders = None,
    lang: options.Lang = None,
) -> None:
    """Append an entry, after making sure that the file with it is right."""
    from azlinkscan.decisions.exceptions import mistaken_dates, parse
    from azlinkscan.decisions.writing import appended
    from azlinkscan.snapshot.archive import written_aside
    from azlinkscan.written.yaml_tree import parse as tree_of

    conf = given.configuration(config, lang)
    target = path or conf.exceptions or EXCEPTIONS
    entry: dict[str, Any] = {
        "check": check,
        "resource": resource,
        "reason": reason,
        "owner": owner,
        "approver": approver,
        "ticket": ticket,
        "from": since or given.now().date().isoformat(),
        "until": until,
    }
    if accepts:
        entry["accepts"] = dict(map(_accepted, accepts))
    text = appended(target, "exceptions", entry)
    made = parse(tree_of(text, str(target)), given.catalogue(conf, checks_folders, None).known)
    _raise(mistaken_dates(made))
    with written_aside(target) as out:
        out.write(text.encode())
    screen.line(tr(en=f"added to {target}", ja=f"{target} に加えた"))


def _accepted(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not (equals and name):
        raise UsageError(
            Text(en=f"'{text}' names no value", ja=f"「{text}」は値の指定ではない"),
            hint=Text(en="write NAME=VALUE", ja="NAME=VALUE の形で指定する"),
            place=Place("--accept"),
        )
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def list_exceptions(
    path: _ExceptionsFile = None,
    at: options.At = None,
    config: options.Config = None,
    checks_folders: options.ChecksFolders = None,
    lang: options.Lang = None,
) -> None:
    """Each entry with what it is today."""
    from azlinkscan.decisions.exceptions import load

    conf = given.configuration(config, lang)
    today = _today(at)
    made = load(path or conf.exceptions or EXCEPTIONS, given.catalogue(conf, checks_folders, None).known)
    for entry in made.entries:
        print(screen.clean(f"{_state_of(entry, today)}  {entry.check}  {entry.resource}"))
        print(
            screen.clean(
                tr(
                    en=f"    {entry.since} to {entry.until}; {entry.ticket}; owner {entry.owner}; approved by "
                    f"{entry.approver}; {entry.place}",
                    ja=f"    {entry.since}～{entry.until}、{entry.ticket}、責任者 {entry.owner}、承認者 "
                    f"{entry.approver}、{entry.place}",
                )
            )
        )
        print(screen.clean(f"    {entry.reason}"))


def _state_of(entry: ExceptionEntry, today: date) -> str:
    lapse = entry.lapse(today)
    if lapse is not None:
        return of(lapse.label)
    left = entry.ends_in(today)
    return tr(en=f"holds, {left} days left", ja=f"有効（残り {left} 日）")


def check_exceptions(
    path: _ExceptionsFile = None,
    at: options.At = None,
    config: options.Config = None,
    checks_folders: options.ChecksFolders = None,
    lang: options.Lang = None,
) -> None:
    """Whatever keeps an entry from holding, each with its place."""
    from azlinkscan.decisions.exceptions import load, mistaken_dates
    from azlinkscan.model.decision import Lapse

    conf = given.configuration(config, lang)
    today = _today(at)
    made = load(path or conf.exceptions or EXCEPTIONS, given.catalogue(conf, checks_folders, None).known)
    mistakes = mistaken_dates(made)
    for entry in made.entries:
        if entry.lapse(today) is Lapse.EXPIRED:
            mistakes.add(
                Text(
                    en=f"the exception ended on {entry.until}", ja=f"例外の期限（{entry.until}）が過ぎている"
                ),
                Text(
                    en="mend the resource and take the entry away, or have it approved anew",
                    ja="是正して項目を削除するか、改めて承認を得て期限を更新する",
                ),
                entry.date_places["until"],
            )
    _raise(mistakes)
    screen.exceptions_ending([(str(one.place), one.until, one.ends_in(today)) for one in made.entries])
    print(tr(en=f"{len(made.entries)} exceptions, all in order", ja=f"例外 {len(made.entries)} 件、誤りなし"))


def add_attestation(
    criterion: Annotated[str, _text("--criterion", "ID", "The criterion.", "基準の項目の ID。")],
    statement: Annotated[str, _text("--statement", "TEXT", "What was seen.", "確認した内容。")],
    who: Annotated[str, _text("--who", "NAME", "Who saw it.", "確認者。")],
    until: Annotated[
        str, _text("--until", "DATE", "The last day on which it holds.", "有効期限：2027-03-31。")
    ],
    when: Annotated[
        str | None, _text("--when", "DATE", "The day it was seen. Default: today.", "確認日。既定は当日。")
    ] = None,
    evidence: Annotated[
        list[Path] | None,
        _text(
            "--evidence",
            "FILE",
            "A file that shows it; its SHA-256 is kept. Repeatable.",
            "証拠ファイル。SHA-256 を記録する。複数指定可。",
        ),
    ] = None,
    path: _AttestationsFile = None,
    config: options.Config = None,
    profiles_folders: options.ProfilesFolders = None,
    lang: options.Lang = None,
) -> None:
    """Append an entry, after making sure that the file with it is right."""
    from azlinkscan.decisions.attestations import Attestations, mistaken, parse
    from azlinkscan.decisions.writing import appended, evidence_of
    from azlinkscan.snapshot.archive import written_aside
    from azlinkscan.written.yaml_tree import parse as tree_of

    conf = given.configuration(config, lang)
    target = path or conf.attestations or ATTESTATIONS
    files = evidence_of(target, evidence or ())
    entry: dict[str, Any] = {
        "criterion": criterion,
        "statement": statement,
        "who": who,
        "when": when or given.now().date().isoformat(),
        "until": until,
    }
    if files:
        entry["evidence"] = [{"file": name, "sha256": sha256} for name, sha256 in files.items()]
    text = appended(target, "attestations", entry)
    entries = parse(tree_of(text, str(target)), given.catalogue(conf, None, profiles_folders).by_hand)
    _raise(mistaken(Attestations(entries[-1:], files), given.now().date()))
    with written_aside(target) as out:
        out.write(text.encode())
    screen.line(tr(en=f"added to {target}", ja=f"{target} に加えた"))


def list_attestations(
    path: _AttestationsFile = None,
    at: options.At = None,
    config: options.Config = None,
    profiles_folders: options.ProfilesFolders = None,
    lang: options.Lang = None,
) -> None:
    """Each entry with whether it holds today."""
    from azlinkscan.decisions.attestations import load

    conf = given.configuration(config, lang)
    today = _today(at)
    made = load(
        path or conf.attestations or ATTESTATIONS, given.catalogue(conf, None, profiles_folders).by_hand
    )
    for entry in made.entries:
        attested = entry.attested(today, made.found.get)
        print(screen.clean(f"{of(attested.standing.label)}  {entry.criterion}  {entry.statement}"))
        print(
            screen.clean(
                tr(
                    en=f"    seen by {entry.who} on {entry.when}, until {entry.until}; {entry.place}",
                    ja=f"    確認者 {entry.who}、確認日 {entry.when}、有効期限 {entry.until}、{entry.place}",
                )
            )
        )
        for file in attested.evidence:
            state = (
                tr(en="as attested", ja="確認時のまま")
                if file.as_attested
                else tr(en="altered", ja="確認時と異なる")
                if file.found
                else tr(en="not there", ja="存在しない")
            )
            print(screen.clean(f"    {file.path}  {state}  sha256:{file.sha256}"))


def check_attestations(
    path: _AttestationsFile = None,
    at: options.At = None,
    config: options.Config = None,
    profiles_folders: options.ProfilesFolders = None,
    lang: options.Lang = None,
) -> None:
    """Whatever keeps an entry from holding, each with its place."""
    from azlinkscan.decisions.attestations import load, mistaken

    conf = given.configuration(config, lang)
    made = load(
        path or conf.attestations or ATTESTATIONS, given.catalogue(conf, None, profiles_folders).by_hand
    )
    _raise(mistaken(made, _today(at)))
    count = len(made.entries)
    print(tr(en=f"{count} attestations, all in order", ja=f"目視確認の記録 {count} 件、誤りなし"))


def _today(at: str | None) -> date:
    return (given.moment_of(at, "") if at is not None else given.now()).date()


def _raise(mistakes: Mistakes) -> None:
    found: Sequence[UsageError] = mistakes.found
    if found:
        raise CatalogError(tuple(found))
