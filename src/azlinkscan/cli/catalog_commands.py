"""``checks``, ``profiles`` and ``schema``: what the catalogue holds."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from azlinkscan.cli import given, options, screen
from azlinkscan.cli.language import of, tr
from azlinkscan.errors import Place


def add(app: typer.Typer) -> None:
    """Hang the commands under the app."""
    checks = typer.Typer(
        help=tr(en="What is checked, and how.", ja="チェックの一覧と内容。"),
        no_args_is_help=True,
        epilog=tr(
            en="Example: azlinkscan checks show storage/https-only",
            ja="例：azlinkscan checks show storage/https-only",
        ),
    )
    checks.command(
        "list",
        help=tr(en="List the checks.", ja="チェックの一覧を表示する。"),
        epilog=tr(
            en="Example: azlinkscan checks list --check 'storage/*'",
            ja="例：azlinkscan checks list --check 'storage/*'",
        ),
    )(list_checks)
    checks.command(
        "show",
        help=tr(
            en="Show one check: why, what is read, how it is judged, how to fix.",
            ja="チェックの内容を表示する。",
        ),
        epilog=tr(
            en="Example: azlinkscan checks show sql/firewall-not-any-ip",
            ja="例：azlinkscan checks show sql/firewall-not-any-ip",
        ),
    )(show_check)
    checks.command(
        "test",
        help=tr(
            en="Run the examples of every check, of a folder of yours, or of one file.",
            ja="チェックの例を全て実行する（独自のフォルダ又はファイルを指定できる）。",
        ),
        epilog=tr(
            en="Example: azlinkscan checks test ./my-checks", ja="例：azlinkscan checks test ./my-checks"
        ),
    )(test_checks)
    app.add_typer(checks, name="checks")

    profiles = typer.Typer(
        help=tr(en="The standards that results are mapped to.", ja="判定結果を対応付ける基準。"),
        no_args_is_help=True,
        epilog=tr(en="Example: azlinkscan profiles list", ja="例：azlinkscan profiles list"),
    )
    profiles.command(
        "list",
        help=tr(en="List the standards.", ja="基準の一覧を表示する。"),
        epilog=tr(en="Example: azlinkscan profiles list", ja="例：azlinkscan profiles list"),
    )(list_profiles)
    profiles.command(
        "show",
        help=tr(
            en="Show a standard: each criterion and how it is met.",
            ja="基準の各項目と、その確認方法を表示する。",
        ),
        epilog=tr(
            en="Example: azlinkscan profiles show chiba-online-linkage",
            ja="例：azlinkscan profiles show chiba-online-linkage",
        ),
    )(show_profile)
    profiles.command(
        "coverage",
        help=tr(
            en="Which checks each criterion rests on, and which criteria each check serves.",
            ja="基準の各項目に用いるチェックと、各チェックが対応する項目を表示する。",
        ),
        epilog=tr(
            en="Example: azlinkscan profiles coverage --profile chiba-online-linkage --format json",
            ja="例：azlinkscan profiles coverage --profile chiba-online-linkage --format json",
        ),
    )(show_coverage)
    app.add_typer(profiles, name="profiles")

    app.command(
        "schema",
        help=tr(
            en="Print a JSON Schema, so that an editor completes and validates a file.",
            ja="JSON Schema を出力する（編集ソフトの補完・検証用）。",
        ),
        epilog=tr(
            en="Example: azlinkscan schema check > check.schema.json",
            ja="例：azlinkscan schema check > check.schema.json",
        ),
    )(print_schema)


def list_checks(
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """List the checks."""
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    width = max(len(check) for check in found.checks)
    for check in found.checks.values():
        print(f"{check.id:{width}}  {check.severity.value:8}  {of(check.title)}")
    screen.line(tr(en=f"{len(found.checks)} checks", ja=f"チェック {len(found.checks)} 件"))


def show_check(
    check_id: Annotated[str, typer.Argument(metavar="ID")],
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """Show one check."""
    from azlinkscan.cli.check_page import page
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, None, None, None, checks_folders, profiles_folders))
    if check_id not in found.checks:
        raise given.no_such_check(check_id, found.checks, Place("ID"))
    print(page(found.checks[check_id], found.known_profiles.values()), end="")


def test_checks(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]",
            help=tr(en="A folder or a file of checks.", ja="チェックのフォルダ又はファイル。"),
        ),
    ] = None,
    lang: options.Lang = None,
) -> None:
    """Run the examples."""
    from azlinkscan.assess import scene
    from azlinkscan.catalog.checks import load_checks, parse_check
    from azlinkscan.catalog.tree_cache import TreeCache
    from azlinkscan.collect.plan import ALL_KINDS
    from azlinkscan.model.verdict import Verdict
    from azlinkscan.scan.exit_code import Exit
    from azlinkscan.written.yaml_tree import read

    given.configuration(None, lang)
    trees = TreeCache(given.parsed())
    if path is None:
        found = tuple(load_checks(trees=trees).values())
    elif path.is_dir():
        found = tuple(check for check in load_checks((path,), trees, ALL_KINDS).values() if not check.own)
    else:
        check_id = f"{path.resolve().parent.name}/{path.stem}"
        found = (parse_check(check_id, read(path), own=False, readable=ALL_KINDS),)
    wrong = examples = 0
    for check in found:
        for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN):
            if verdict not in scene.promised(check):
                wrong += 1
                name = of(verdict.label)
                print(
                    tr(
                        en=f"{check.place}: no example shows '{name}'",
                        ja=f"{check.place}: 「{name}」の例がない",
                    )
                )
        stage = scene.Stage(check)
        for example in check.examples:
            examples += 1
            outcome = stage.run(example)
            if not outcome.holds:
                wrong += 1
                promised, judged = of(example.verdict.label), of(outcome.finding.verdict.label)
                print(
                    tr(
                        en=f"{example.place}: {example.it}: promised {promised}, judged {judged}",
                        ja=f"{example.place}: {example.it}: 例では「{promised}」、判定は「{judged}」",
                    )
                )
                for clause in outcome.finding.clauses:
                    print(f"    {of(clause.message)}")
    screen.line(
        tr(
            en=f"{len(found)} checks, {examples} examples, {wrong} wrong",
            ja=f"チェック {len(found)} 件、例 {examples} 件、相違 {wrong} 件",
        )
    )
    if wrong:
        raise typer.Exit(Exit.FAILED)


def list_profiles(
    profiles_folders: options.ProfilesFolders = None,
    checks_folders: options.ChecksFolders = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """List the standards."""
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, None, None, None, checks_folders, profiles_folders))
    width = max(len(profile) for profile in found.known_profiles)
    asked = tr(en="  [on request]", ja="  ［指定したときに限る］")
    for profile in found.known_profiles.values():
        print(f"{profile.id:{width}}  {of(profile.title)}{asked if profile.on_request else ''}")


def show_profile(
    profile_id: Annotated[str, typer.Argument(metavar="ID")],
    profiles_folders: options.ProfilesFolders = None,
    checks_folders: options.ChecksFolders = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """Show a standard."""
    from azlinkscan.cli.profile_page import page
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    chosen = given.choice(conf, None, None, (profile_id,), checks_folders, profiles_folders)
    found = catalogue.load(replace(chosen, profiles_place=Place("ID")))
    print(page(found.profiles[profile_id], found.checks), end="")


def show_coverage(
    profiles: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            metavar="ID",
            help=tr(
                en="Only this standard. Repeatable; default: all of them.",
                ja="対象とする基準。複数指定可。既定は全て。",
            ),
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="table|json", help=tr(en="How it is printed.", ja="出力の形式。")),
    ] = "table",
    profiles_folders: options.ProfilesFolders = None,
    checks_folders: options.ChecksFolders = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """The matrix of criteria and checks."""
    from azlinkscan.catalog.mapping import coverage
    from azlinkscan.cli.coverage_page import FORMS, document, table
    from azlinkscan.errors import UsageError
    from azlinkscan.model.nearest import nearest
    from azlinkscan.model.text import Text
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    if form not in FORMS:
        raise UsageError(
            Text(en=f"coverage is not printed as '{form}'", ja=f"「{form}」という形式では出力できない"),
            hint=nearest(form, FORMS),
            place=Place("--format"),
        )
    chosen = given.choice(conf, None, None, profiles, checks_folders, profiles_folders)
    found = catalogue.load(replace(chosen, checks=()))
    asked = found.profiles if profiles else found.known_profiles
    matrix = coverage(found.known, asked.values())
    sys.stdout.write((document if form == "json" else table)(matrix, found.known_profiles, found.known))


def print_schema(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Print a JSON Schema."""
    from azlinkscan.schemas import schema_text

    sys.stdout.write(schema_text(name))
