"""``scan``, and its three steps by themselves: ``collect``, ``assess``, ``report``."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from azlinkscan.cli import given, options, places, screen
from azlinkscan.cli.language import tr

if TYPE_CHECKING:
    from azlinkscan.config import Configuration
    from azlinkscan.scan.catalogue import Catalogue
    from azlinkscan.scan.exit_code import Exit
    from azlinkscan.scan.scope import Scope

ResultPath = Annotated[
    Path | None,
    typer.Option(
        "--result",
        "-o",
        metavar="FILE",
        help=tr(
            en="Keep the result, for `azlinkscan report`.",
            ja="判定結果を保存する（`azlinkscan report` で使う）。",
        ),
    ),
]


def add(app: typer.Typer) -> None:
    """Hang the commands under the app."""
    app.command(
        "scan",
        help=tr(
            en="Sign in, read the configuration, judge it, map it to the criteria, report. Only ever reads.",
            ja="サインインし、設定を読み取り、判定して、基準の項目ごとに報告する。読み取りだけを行う。",
        ),
        epilog=tr(
            en="Example: azlinkscan scan --profile chiba-online-linkage --output report.sarif --snapshot night.zip",
            ja="例：azlinkscan scan --profile chiba-online-linkage --output report.sarif --snapshot night.zip",
        ),
    )(scan)
    app.command(
        "collect",
        help=tr(
            en="Only read: write a snapshot to judge later.",
            ja="読み取りだけを行い、後で判定するための記録を作る。",
        ),
        epilog=tr(en="Example: azlinkscan collect -o night.zip", ja="例：azlinkscan collect -o night.zip"),
    )(collect)
    app.command(
        "assess",
        help=tr(
            en="Judge a snapshot, without Azure: last year's facts under this year's standard.",
            ja="保存した記録を判定する（Azure への接続は不要）。",
        ),
        epilog=tr(
            en="Example: azlinkscan assess night.zip --profile yachiyo-online-linkage",
            ja="例：azlinkscan assess night.zip --profile yachiyo-online-linkage",
        ),
    )(assess)
    app.command(
        "report",
        help=tr(
            en="Write a kept result in another format or language.",
            ja="保存した判定結果を、別の形式や言語で出力する。",
        ),
        epilog=tr(
            en="Example: azlinkscan report result.zip --format json",
            ja="例：azlinkscan report result.zip --format json",
        ),
    )(report)


def scan(
    subscriptions: options.Subscriptions = None,
    every: options.AllSubscriptions = False,
    resource_groups: options.ResourceGroups = None,
    tags: options.Tags = None,
    resources: options.Resources = None,
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    changed: options.Settings = None,
    outputs: options.Outputs = None,
    form: options.FormatName = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(
            "--snapshot", metavar="FILE", help=tr(en="Keep the facts.", ja="読み取った設定を保存する。")
        ),
    ] = None,
    result: ResultPath = None,
    fail_on: options.FailOn = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    auth: options.Auth = None,
    cloud: options.CloudName = None,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan",
            help=tr(
                en="Show which kinds, how many calls and which rights the chosen checks take; does not sign in.",
                ja="読み取る種類、呼出しの回数、必要な権限を表示する（サインインしない）。",
            ),
        ),
    ] = False,
    config: options.Config = None,
    debug: options.Debug = None,
) -> None:
    """The three steps in one."""
    from azlinkscan.cli.reporting import destinations, zone_of
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    zone_of(timezone or conf.timezone)
    destinations(outputs or (), form)
    given.fail_on(conf, fail_on)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    if plan:
        from azlinkscan.cli.plan_page import page

        print(page(found), end="")
        return
    scope = given.scope(conf, resource_groups, tags, resources)
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        facts = snapshot or Path(folder) / "snapshot.zip"
        interrupted = _collect(conf, found, subscriptions, auth, cloud, every, facts, debug)
        code = _assess(conf, found, facts, scope, changed, None, result, outputs, form, timezone, fail_on)
    raise typer.Exit(_ending(code, interrupted))


def collect(
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="SNAPSHOT", help=tr(en="The snapshot.", ja="記録の出力先。")),
    ],
    subscriptions: options.Subscriptions = None,
    every: options.AllSubscriptions = False,
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    lang: options.Lang = None,
    auth: options.Auth = None,
    cloud: options.CloudName = None,
    config: options.Config = None,
    debug: options.Debug = None,
) -> None:
    """Only read."""
    from azlinkscan.scan import catalogue
    from azlinkscan.scan.exit_code import Exit

    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    interrupted = _collect(conf, found, subscriptions, auth, cloud, every, out, debug)
    raise typer.Exit(_ending(Exit.OK, interrupted))


def assess(
    snapshot: Annotated[Path, typer.Argument(metavar="SNAPSHOT")],
    result: ResultPath = None,
    at: options.At = None,
    resource_groups: options.ResourceGroups = None,
    tags: options.Tags = None,
    resources: options.Resources = None,
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    changed: options.Settings = None,
    outputs: options.Outputs = None,
    form: options.FormatName = None,
    fail_on: options.FailOn = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Judge a snapshot."""
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    scope = given.scope(conf, resource_groups, tags, resources)
    raise typer.Exit(
        _assess(conf, found, snapshot, scope, changed, at, result, outputs, form, timezone, fail_on)
    )


def report(
    result: Annotated[Path, typer.Argument(metavar="RESULT")],
    outputs: options.Outputs = None,
    form: options.FormatName = None,
    fail_on: options.FailOn = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Write a kept result again."""
    conf = given.configuration(config, lang)
    raise typer.Exit(_report(conf, result, outputs, form, timezone, fail_on))


def _assess(
    conf: Configuration,
    found: Catalogue,
    facts: Path,
    scope: Scope,
    changed: list[str] | None,
    at: str | None,
    result: Path | None,
    outputs: list[str] | None,
    form: str | None,
    timezone: str | None,
    fail_on: str | None,
) -> Exit:
    from azlinkscan.scan.assessing import Assessment
    from azlinkscan.scan.assessing import assess as judge
    from azlinkscan.snapshot.facts_file import Snapshot

    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder, Snapshot(facts) as snapshot:
        clock = given.moment_of(at, snapshot.header.started)
        kept = result or Path(folder) / "result.zip"
        assessment = Assessment(
            catalogue=found,
            clock=clock,
            scope=scope,
            settings=given.settings(conf, changed),
            own_networks=tuple(conf.own_networks(clock)),
        )
        judge(snapshot, assessment, kept)
        return _report(conf, kept, outputs, form, timezone, fail_on)


def _report(
    conf: Configuration,
    path: Path,
    outputs: list[str] | None,
    form: str | None,
    timezone: str | None,
    fail_on: str | None,
) -> Exit:
    from azlinkscan.cli.reporting import destinations, write, zone_of
    from azlinkscan.scan.exit_code import exit_code
    from azlinkscan.snapshot.result_file import ResultFile

    limit = given.fail_on(conf, fail_on)
    chosen = destinations(outputs or (), form)
    zone = zone_of(timezone or conf.timezone)
    with ResultFile(path) as result:
        write(result, chosen, zone)
        screen.summary(result.counts())
        return exit_code(result, limit)


def _collect(
    conf: Configuration,
    found: Catalogue,
    subscriptions: list[str] | None,
    auth: str | None,
    cloud: str | None,
    every: bool,
    out: Path,
    debug: Path | None,
) -> bool:
    """Collect into ``out``; True where the user interrupted it."""
    from azlinkscan.cli.debug_log import debug_log
    from azlinkscan.scan.scanning import Access, Surroundings, collect_snapshot

    access = Access(
        auth=auth or conf.auth or "auto",
        cloud=cloud or conf.cloud or "public",
        environ=os.environ,
        home=Path.home(),
        subscriptions=() if every else tuple(subscriptions or conf.subscriptions),
        every_subscription=every,
        prompt=_prompt,
    )
    with (
        debug_log(debug),
        _interruptible() as stop,
        screen.progress(tr(en="reading", ja="読み取り中")) as progress,
    ):
        around = Surroundings(given.now, places.state(), progress, stop)
        collect_snapshot(access, found.kinds, out, around)
        return stop.is_set()


def _prompt(address: str, code: str) -> None:
    screen.line(
        tr(en=f"open {address} and enter the code {code}", ja=f"{address} を開き、コード {code} を入力する")
    )


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM end the reading; what was read is still judged. A second one ends the program."""
    stop = threading.Event()

    def asked(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        screen.line(
            tr(
                en="stopping: what was read so far will be reported (once more to stop at once)",
                ja="中断する。ここまでに読み取ったものを報告する（もう一度押すと直ちに終了する）",
            )
        )

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ending(code: Exit, interrupted: bool) -> Exit:
    from azlinkscan.scan.exit_code import Exit

    return Exit.INTERRUPTED if interrupted else code
