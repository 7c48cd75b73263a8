"""``scan``, and its three steps by themselves: ``collect``, ``assess``, ``report``."""

from __future__ import annotations

import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from azlinkscan.cli import given, options, places, screen
from azlinkscan.cli.language import tr
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

if TYPE_CHECKING:
    from azlinkscan.cli.reporting import Wanted
    from azlinkscan.config import Configuration
    from azlinkscan.decisions.decisions import Decisions
    from azlinkscan.scan.catalogue import Catalogue
    from azlinkscan.scan.exit_code import Exit
    from azlinkscan.scan.scanning import Access, Collected
    from azlinkscan.scan.scope import Scope
    from azlinkscan.scan.spread import Spread
    from azlinkscan.snapshot.signing import Signer

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
    scan_id: options.ScanId = None,
    subscriptions: options.Subscriptions = None,
    every: options.AllSubscriptions = False,
    management_group: options.ManagementGroup = None,
    excluded: options.Excluded = None,
    resource_groups: options.ResourceGroups = None,
    tags: options.Tags = None,
    resources: options.Resources = None,
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    changed: options.Settings = None,
    exceptions: options.Exceptions = None,
    attestations: options.Attestations = None,
    baseline: options.BaselineResult = None,
    evidence: options.Evidence = None,
    sign: options.Sign = None,
    outputs: options.Outputs = None,
    form: options.FormatName = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(
            "--snapshot", metavar="FILE", help=tr(en="Keep the facts.", ja="読み取った設定を保存する。")
        ),
    ] = None,
    result: ResultPath = None,
    keep: options.Keep = False,
    store: options.Store = None,
    fail_on: options.FailOn = None,
    workers: options.Workers = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    auth: options.Auth = None,
    tenant: options.Tenant = None,
    cloud: options.CloudName = None,
    data_plane: options.DataPlane = False,
    app_settings: options.AppSettings = False,
    inventory: options.Inventory = None,
    deadline: options.Deadline = None,
    resume: options.Resume = False,
    spread: options.Spread = None,
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
    from azlinkscan.cli.reporting import wanted
    from azlinkscan.scan import catalogue
    from azlinkscan.scan.assessing import sound

    conf = given.configuration(config, lang)
    asked = wanted(conf, outputs, form, timezone, fail_on)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    settings = given.settings(conf, changed, found.known)
    scope = given.scope(conf, resource_groups, tags, resources)
    decided = given.decisions(conf, found, exceptions, attestations, baseline)
    bundle = _bundle(evidence, sign, conf, exceptions, attestations)
    access = given.access(
        conf,
        subscriptions,
        every,
        auth,
        cloud,
        screen.prompt,
        data_plane,
        inventory,
        management_group,
        excluded,
        tenant,
        app_settings,
    )
    reading = _Reading(
        given.seconds(deadline), given.resumed(resume, scan_id), given.spread(spread, access.auth)
    )
    if plan:
        from azlinkscan.cli.plan_page import page

        print(page(found, access.options), end="")
        return
    # Whatever is wrong with the checks or the history is said before Azure is read for an hour.
    sound(found, settings, given.now())
    history = _History(keep or conf.keep, conf, store)
    history.reached()
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        facts = snapshot or Path(folder) / "snapshot.zip"
        kept = result or Path(folder) / "result.zip"
        _writable(facts, kept)
        collected, interrupted = _collect(access, found, facts, debug, reading)
        code = _assess(conf, found, facts, scope, settings, None, kept, asked, workers, decided, bundle)
        history.take(kept)
        _say_how_to_go_on(collected)
    raise typer.Exit(_ending(code, interrupted))


def collect(
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="SNAPSHOT", help=tr(en="The snapshot.", ja="記録の出力先。")),
    ],
    scan_id: options.ScanId = None,
    subscriptions: options.Subscriptions = None,
    every: options.AllSubscriptions = False,
    management_group: options.ManagementGroup = None,
    excluded: options.Excluded = None,
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    lang: options.Lang = None,
    auth: options.Auth = None,
    tenant: options.Tenant = None,
    cloud: options.CloudName = None,
    data_plane: options.DataPlane = False,
    app_settings: options.AppSettings = False,
    inventory: options.Inventory = None,
    deadline: options.Deadline = None,
    resume: options.Resume = False,
    spread: options.Spread = None,
    config: options.Config = None,
    debug: options.Debug = None,
) -> None:
    """Only read."""
    from azlinkscan.scan import catalogue
    from azlinkscan.scan.exit_code import Exit

    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    access = given.access(
        conf,
        subscriptions,
        every,
        auth,
        cloud,
        screen.prompt,
        data_plane,
        inventory,
        management_group,
        excluded,
        tenant,
        app_settings,
    )
    reading = _Reading(
        given.seconds(deadline), given.resumed(resume, scan_id), given.spread(spread, access.auth)
    )
    _writable(out)
    collected, interrupted = _collect(access, found, out, debug, reading)
    _say_how_to_go_on(collected, "collect")
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
    exceptions: options.Exceptions = None,
    attestations: options.Attestations = None,
    baseline: options.BaselineResult = None,
    evidence: options.Evidence = None,
    sign: options.Sign = None,
    outputs: options.Outputs = None,
    form: options.FormatName = None,
    fail_on: options.FailOn = None,
    workers: options.Workers = None,
    lang: options.Lang = None,
    timezone: options.Timezone = None,
    config: options.Config = None,
) -> None:
    """Judge a snapshot."""
    from azlinkscan.cli.reporting import wanted
    from azlinkscan.scan import catalogue

    conf = given.configuration(config, lang)
    asked = wanted(conf, outputs, form, timezone, fail_on)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    settings = given.settings(conf, changed, found.known)
    scope = given.scope(conf, resource_groups, tags, resources)
    decided = given.decisions(conf, found, exceptions, attestations, baseline)
    bundle = _bundle(evidence, sign, conf, exceptions, attestations)
    with tempfile.TemporaryDirectory(prefix="azlinkscan-") as folder:
        kept = result or Path(folder) / "result.zip"
        _writable(kept)
        code = _assess(conf, found, snapshot, scope, settings, at, kept, asked, workers, decided, bundle)
    raise typer.Exit(code)


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
    from azlinkscan.cli.reporting import report_on, wanted

    conf = given.configuration(config, lang)
    raise typer.Exit(report_on(result, wanted(conf, outputs, form, timezone, fail_on)))


def _writable(*paths: Path) -> None:
    from azlinkscan.snapshot.archive import writable

    for path in paths:
        writable(path)


def _assess(
    conf: Configuration,
    found: Catalogue,
    facts: Path,
    scope: Scope,
    settings: Mapping[str, Mapping[str, Any]],
    at: str | None,
    kept: Path,
    asked: Wanted,
    workers: int | None,
    decisions: Decisions,
    bundle: _Bundle | None,
) -> Exit:
    from azlinkscan.cli.reporting import report_on
    from azlinkscan.scan.assessing import Assessment
    from azlinkscan.scan.assessing import assess as judge
    from azlinkscan.scan.evidence import write_evidence
    from azlinkscan.scan.processes import workers_for
    from azlinkscan.snapshot.facts_file import Snapshot

    with Snapshot(facts) as snapshot:
        clock = given.moment_of(at, snapshot.header.started)
        assessment = Assessment(
            catalogue=found,
            clock=clock,
            scope=scope,
            settings=settings,
            own_networks=tuple(conf.own_networks(clock)),
            decisions=decisions,
        )
        judge(snapshot, assessment, kept, workers=workers or workers_for(snapshot, places.cores()))
    if bundle is not None:
        write_evidence(bundle.out, facts, kept, assessment, bundle.decided, bundle.signer)
    return report_on(kept, asked)


@dataclass(frozen=True)
class _Bundle:
    """An evidence bundle that is asked for."""

    out: Path
    decided: Mapping[str, Path]
    signer: Signer | None


def _bundle(
    out: Path | None,
    sign: Path | None,
    conf: Configuration,
    exceptions: Path | None,
    attestations: Path | None,
) -> _Bundle | None:
    """Known to be writable, and the key to be one, before the work begins."""
    if out is None:
        if sign is not None:
            raise UsageError(
                Text(en="there is no bundle to sign", ja="署名する証拠一式の指定がない"),
                hint=Text(en="add --evidence FILE.zip", ja="--evidence FILE.zip を加える"),
                place=Place("--sign"),
            )
        return None
    from azlinkscan.snapshot.signing import signer

    _writable(out)
    files = {"exceptions": exceptions or conf.exceptions, "attestations": attestations or conf.attestations}
    decided = {name: path for name, path in files.items() if path is not None}
    return _Bundle(out, decided, signer(sign) if sign is not None else None)


@dataclass(frozen=True)
class _History:
    """Whether a scan is kept, and where."""

    wanted: bool
    conf: Configuration
    store: str | None

    def reached(self) -> None:
        """Raises UsageError or CannotRunError where nothing could be kept there."""

        if self.wanted:
            with given.history(self.conf, self.store):
                pass

    def take(self, result: Path) -> None:
        """Keep a result, and say under which id."""
        from azlinkscan.cli.history_commands import keep_one

        if self.wanted:
            with given.history(self.conf, self.store) as store:
                keep_one(store, result)


@dataclass(frozen=True)
class _Reading:
    """How a reading is bounded, and what it goes on with."""

    deadline: float | None
    resume: str | None
    spread: Spread | None


def _collect(
    access: Access, found: Catalogue, out: Path, debug: Path | None, reading: _Reading
) -> tuple[Collected, bool]:
    """Collect into ``out``; and whether the user interrupted it."""
    from azlinkscan.cli.debug_log import debug_log
    from azlinkscan.scan.scanning import Surroundings, collect_snapshot

    with (
        debug_log(debug),
        _interruptible() as interruption,
        screen.progress(tr(en="reading", ja="読み取り中")) as progress,
    ):
        around = Surroundings(
            given.now,
            places.state(),
            progress,
            interruption.stop,
            deadline=reading.deadline,
            spread=reading.spread,
        )
        collected = collect_snapshot(
            access,
            found.kinds,
            out,
            around,
            found.required,
            checks=found.checks,
            resume=reading.resume,
            keep=True,
        )
    screen.spent(collected.spent)
    return collected, interruption.came


def _say_how_to_go_on(collected: Collected, command: str = "scan") -> None:
    """What a scan that was cut short leaves behind; one that was not leaves nothing."""
    if not collected.cut_short:
        collected.unfinished.forget()
        return
    again = f"azlinkscan {command} --resume {collected.unfinished.id}"
    screen.line(
        tr(
            en=f"not everything was read; to go on, with the same options: {again}",
            ja=f"読み取りは完了していない。続きは、同じオプションを付けて {again} で再開できる",
        )
    )


@dataclass
class _Interruption:
    """Whether the user wants the reading to end."""

    stop: threading.Event = field(default_factory=threading.Event)
    """Set by the user, or at the deadline."""
    came: bool = False


@contextmanager
def _interruptible() -> Iterator[_Interruption]:
    """Ctrl-C and SIGTERM end the reading; what was read is still judged. A second one ends the program."""
    interruption = _Interruption()

    def asked(number: int, frame: FrameType | None) -> None:
        if interruption.came:
            raise KeyboardInterrupt
        interruption.came = True
        interruption.stop.set()
        screen.line(
            tr(
                en="stopping: what was read so far will be reported (once more to stop at once)",
                ja="中断する。ここまでに読み取ったものを報告する（もう一度押すと直ちに終了する）",
            )
        )

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ending(code: Exit, interrupted: bool) -> Exit:
    from azlinkscan.scan.exit_code import Exit

    return Exit.INTERRUPTED if interrupted else code
