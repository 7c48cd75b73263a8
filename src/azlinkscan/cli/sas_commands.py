"""``sas``: what a shared access signature says, and whether the checks hold. The signature is never shown."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from azlinkscan.cli import given, options, screen
from azlinkscan.cli.language import of, tr
from azlinkscan.cli.screen import clean
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text
from azlinkscan.model.verdict import Severity, Verdict

if TYPE_CHECKING:
    from azlinkscan.config import Configuration
    from azlinkscan.model.check import Check
    from azlinkscan.sas.token import NotASas, Sas
    from azlinkscan.scan.exit_code import Exit
    from azlinkscan.scan.inspecting import Inspected

FORMS = ("text", "json")
STDIN = "-"
_STDIN_LIMIT = 16 * 1024 * 1024
Form = Annotated[
    str,
    typer.Option("--format", metavar="|".join(FORMS), help=tr(en="How it is printed.", ja="出力の形式。")),
]


def add(app: typer.Typer) -> None:
    """Hang the commands under the app."""
    sas = typer.Typer(
        help=tr(
            en="Shared access signatures: what they say, and whether they keep to the checks.",
            ja="SAS（共有アクセス署名）の内容を示し、チェックにより判定する。",
        ),
        no_args_is_help=True,
        epilog=tr(en="Example: azlinkscan sas find .", ja="例：azlinkscan sas find ."),
    )
    sas.command(
        "inspect",
        help=tr(
            en="Judge SAS URLs or tokens from standard input, files or environment variables. The signature is never "
            "shown, stored or sent.",
            ja="標準入力、ファイル又は環境変数から SAS の URL 又はトークンを読み、判定する（署名を表示、保存又は送信することはない）。",
        ),
        epilog=tr(
            en="Example: azlinkscan sas inspect - < tokens.txt",
            ja="例：azlinkscan sas inspect - < tokens.txt",
        ),
    )(inspect)
    sas.command(
        "find",
        help=tr(
            en="Search a file or a source tree for SAS tokens, and judge each.",
            ja="ファイル又はソースコードのフォルダから SAS を探し、判定する。",
        ),
        epilog=tr(en="Example: azlinkscan sas find src", ja="例：azlinkscan sas find src"),
    )(find)
    app.add_typer(sas, name="sas")


def inspect(
    tokens: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[-|TOKEN]...",
            help=tr(
                en="- is standard input. A token given here lands in the shell's history.",
                ja="- は標準入力。ここに直接書いたトークンは、シェルの履歴に残る。",
            ),
        ),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help=tr(en="One token a line. Repeatable.", ja="1 行に 1 件を書いたファイル。複数指定可。"),
        ),
    ] = None,
    variables: Annotated[
        list[str] | None,
        typer.Option(
            "--env",
            metavar="NAME",
            help=tr(en="An environment variable. Repeatable.", ja="環境変数の名前。複数指定可。"),
        ),
    ] = None,
    at: options.At = None,
    changed: options.Settings = None,
    checks_folders: options.ChecksFolders = None,
    fail_on: options.FailOn = None,
    form: Form = "text",
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """Judge tokens."""
    conf = given.configuration(config, lang)
    _known(form)
    if not (tokens or files or variables):
        raise UsageError(
            Text(en="there is nothing to inspect", ja="検査するものがない"),
            hint=Text(
                en="give - and the tokens on standard input, --file FILE or --env NAME",
                ja="- を指定して標準入力から渡すか、--file 又は --env を指定する",
            ),
            place=Place("TOKEN"),
        )
    if any(token != STDIN for token in tokens or ()):
        screen.line(
            tr(
                en="warning: a token on the command line lands in the shell's history and in process lists; "
                "use - (standard input), --file or --env",
                ja="注意：コマンドラインに書いたトークンは、シェルの履歴及びプロセスの一覧に残る。"
                "-（標準入力）、--file 又は --env を用いる",
            )
        )
    texts = [*_given(tokens or ()), *_of_files(files or ()), *_of_environment(variables or ())]
    raise typer.Exit(_judged(conf, texts, at, changed, checks_folders, fail_on, form))


def find(
    path: Annotated[Path, typer.Argument(metavar="PATH")],
    at: options.At = None,
    changed: options.Settings = None,
    checks_folders: options.ChecksFolders = None,
    fail_on: options.FailOn = None,
    form: Form = "text",
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """Search and judge."""
    from azlinkscan.sas.finding_tokens import Searched, in_tree

    conf = given.configuration(config, lang)
    _known(form)
    if not path.exists():
        raise UsageError(
            Text(en=f"there is no {path}", ja=f"{path} が存在しない"),
            hint=Text(en="name a file or a folder", ja="ファイル又はフォルダを指定する"),
            place=Place("PATH"),
        )
    searched = Searched()
    texts = [(f"{one.path}:{one.line}:{one.column}", one.sas) for one in in_tree(path, searched)]
    code = _judged(conf, texts, at, changed, checks_folders, fail_on, form)
    for skipped, why in searched.skipped:
        screen.line(tr(en=f"not searched ({why}): {skipped}", ja=f"検索していない（{why}）：{skipped}"))
    screen.line(
        tr(
            en=f"{searched.files} files searched, {len(searched.skipped)} not; {len(texts)} tokens",
            ja=f"検索したファイル {searched.files} 件、していないファイル {len(searched.skipped)} 件、見付かった SAS {len(texts)} 件",
        )
    )
    raise typer.Exit(code)


def _known(form: str) -> None:
    if form in FORMS:
        return
    from azlinkscan.model.nearest import nearest

    raise UsageError(
        Text(en=f"tokens are not printed as '{form}'", ja=f"「{form}」という形式では出力できない"),
        hint=nearest(form, FORMS),
        place=Place("--format"),
    )


def _given(tokens: Iterable[str]) -> Iterator[tuple[str, Sas | NotASas]]:
    from azlinkscan.sas.token import read

    for number, token in enumerate(tokens, 1):
        if token == STDIN:
            yield from _lines("stdin", sys.stdin.buffer.read(_STDIN_LIMIT).decode("utf-8", "replace"))
        else:
            yield f"TOKEN {number}", read(token)


def _of_files(paths: Iterable[Path]) -> Iterator[tuple[str, Sas | NotASas]]:
    from azlinkscan.model.os_error import because

    for path in paths:
        try:
            yield from _lines(str(path), path.read_bytes().decode("utf-8-sig", "replace"))
        except OSError as error:
            why = because(error)
            raise UsageError(
                Text(en=f"the file cannot be read: {why.en}", ja=f"ファイルを読み取れない：{why.ja}"),
                hint=Text(en="check the path and its rights", ja="パス及びアクセス権を確認する"),
                place=Place(str(path)),
            ) from None


def _of_environment(names: Iterable[str]) -> Iterator[tuple[str, Sas | NotASas]]:
    for name in names:
        if name not in os.environ:
            raise UsageError(
                Text(
                    en=f"the variable {clean(name)} is not set",
                    ja=f"環境変数 {clean(name)} が設定されていない",
                ),
                hint=Text(en="set it, or name another one", ja="設定するか、別の変数を指定する"),
                place=Place("--env"),
            )
        yield from _lines(name, os.environ[name])


def _lines(place: str, text: str) -> Iterator[tuple[str, Sas | NotASas]]:
    from azlinkscan.sas.finding_tokens import in_text
    from azlinkscan.sas.token import read

    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            found = [candidate for _, candidate in in_text(line)] or [line]
            yield from ((f"{place}:{number}", read(candidate)) for candidate in found)


def _judged(
    conf: Configuration,
    texts: list[tuple[str, Sas | NotASas]],
    at: str | None,
    changed: list[str] | None,
    checks_folders: list[Path] | None,
    fail_on: str | None,
    form: str,
) -> Exit:
    from azlinkscan.scan import catalogue
    from azlinkscan.scan.inspecting import inspect as judge

    threshold = given.fail_on(conf, fail_on)
    found = catalogue.load(given.choice(conf, ["sas/*"], None, None, checks_folders, None))
    settings = given.settings(conf, changed, found.known)
    clock = given.moment_of(at, given.now().isoformat())
    inspected = judge(texts, found.checks, settings, clock)
    if form == "json":
        print(json.dumps([_document(one) for one in inspected], ensure_ascii=False, indent=2))
    else:
        for one in inspected:
            print("\n".join(_page(one, found.checks)))
    return _code(inspected, threshold)


def _code(inspected: Iterable[Inspected], threshold: Severity | None) -> Exit:
    from azlinkscan.scan.exit_code import Exit

    seen = tuple(inspected)
    findings = [finding for one in seen for finding in one.findings]
    failed = [one for one in findings if one.verdict is Verdict.FAIL]
    if threshold and any(one.severity.rank <= threshold.rank for one in failed):
        return Exit.FAILED
    if any(one.verdict is Verdict.ERROR for one in findings):
        return Exit.COULD_NOT_RUN
    if any(one.verdict is Verdict.UNKNOWN for one in findings) or any(not one.findings for one in seen):
        return Exit.UNKNOWN
    return Exit.OK if seen else Exit.NOTHING


_KINDS = {
    "account": Text(
        en="account SAS, signed with an account key", ja="アカウント SAS（アカウントキーによる署名）"
    ),
    "service": Text(
        en="service SAS, signed with an account key", ja="サービス SAS（アカウントキーによる署名）"
    ),
    "user-delegation": Text(
        en="user delegation SAS, signed by way of Microsoft Entra ID",
        ja="ユーザー委任 SAS（Microsoft Entra ID による署名）",
    ),
}
_FLAWS = {
    "empty": Text(en="empty", ja="空である"),
    "too-long": Text(en="longer than any SAS", ja="SAS としては長過ぎる"),
    "not-text": Text(en="holds control characters", ja="制御文字を含む"),
    "no-signature": Text(en="fields of a SAS without a signature", ja="SAS の項目はあるが、署名がない"),
    "truncated": Text(
        en="a SAS that was cut off: the signature is too short", ja="途中で切れた SAS である（署名が短い）"
    ),
    "bad-signature": Text(en="what stands in sig is no signature", ja="sig の値が署名の形式でない"),
    "twice": Text(en="a field stands twice", ja="同じ項目が二つある"),
    "not-a-sas": Text(en="not a SAS", ja="SAS ではない"),
}


def _page(one: Inspected, checks: dict[str, Check] | Any) -> Iterator[str]:
    from azlinkscan.sas.token import NotASas

    if isinstance(one.sas, NotASas):
        fields = f" ({', '.join(one.sas.fields)})" if one.sas.fields else ""
        yield clean(f"{one.place}  {of(_FLAWS[one.sas.flaw.value])}{fields}")
        return
    yield clean(f"{one.place}  {of(_KINDS[one.sas.kind.value])}")
    for name, value in one.sas.properties().items():
        if value not in (None, [], False) and name != "kind":
            shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"  {name}: {shown}"
    for finding in one.findings:
        if finding.verdict is Verdict.NOT_APPLICABLE and finding is not one.findings[0]:
            continue
        yield f"  {of(finding.verdict.label):8}  {of(checks[finding.check].title)}  {finding.check}"
        if finding.verdict is not Verdict.PASS:
            yield from (f"            {clean(of(clause.message))}" for clause in finding.clauses)


def _document(one: Inspected) -> dict[str, Any]:
    from azlinkscan.sas.token import NotASas

    if isinstance(one.sas, NotASas):
        return {"place": one.place, "flaw": one.sas.flaw.value, "fields": list(one.sas.fields)}
    return {
        "place": one.place,
        **one.sas.properties(),
        "findings": [
            {
                "check": finding.check,
                "verdict": finding.verdict.value,
                "severity": finding.severity.value,
                "messages": [
                    {"ja": clause.message.ja, "en": clause.message.en} for clause in finding.clauses
                ],
            }
            for finding in one.findings
        ],
    }
