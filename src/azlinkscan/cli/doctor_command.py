"""``doctor``: before a scan, what will be unknown and what to do about it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from azlinkscan.cli import given, options, places, screen
from azlinkscan.cli.language import tr
from azlinkscan.cli.screen import clean
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

if TYPE_CHECKING:
    from azlinkscan.scan.doctoring import Diagnosis, Examined

FORMS = ("text", "json")
"""The values of ``--format``."""
_SHOWN = 5


def add(app: typer.Typer) -> None:
    """Hang the command under the app."""
    app.command(
        "doctor",
        help=tr(
            en="Sign in and say, before a scan, which checks will be unknown and which right is missing.",
            ja="サインインし、走査の前に、未確認となるチェックと不足している権限を示す。",
        ),
        epilog=tr(
            en="Example: azlinkscan doctor --profile chiba-online-linkage",
            ja="例：azlinkscan doctor --profile chiba-online-linkage",
        ),
    )(doctor)


def doctor(
    subscriptions: options.Subscriptions = None,
    every: options.AllSubscriptions = False,
    management_group: options.ManagementGroup = None,
    excluded: options.Excluded = None,
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    auth: options.Auth = None,
    tenant: options.Tenant = None,
    cloud: options.CloudName = None,
    data_plane: options.DataPlane = False,
    app_settings: options.AppSettings = False,
    inventory: options.Inventory = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="|".join(FORMS), help=tr(en="How it is printed.", ja="出力の形式。")
        ),
    ] = "text",
    lang: options.Lang = None,
    config: options.Config = None,
    debug: options.Debug = None,
) -> None:
    """What will be unknown."""
    from azlinkscan.cli.debug_log import debug_log
    from azlinkscan.scan import catalogue
    from azlinkscan.scan.doctoring import diagnose
    from azlinkscan.scan.exit_code import Exit
    from azlinkscan.scan.scanning import Surroundings

    if form not in FORMS:
        from azlinkscan.model.nearest import nearest

        raise UsageError(
            Text(en=f"a diagnosis is not printed as '{form}'", ja=f"「{form}」という形式では出力できない"),
            hint=nearest(form, FORMS),
            place=Place("--format"),
        )
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
    with debug_log(debug):
        diagnosis = diagnose(access, found, Surroundings(given.now, places.state(), stop=threading.Event()))
    print(_json(diagnosis) if form == "json" else "\n".join(_lines(diagnosis)))
    whole = all(one.is_whole for one in diagnosis.subscriptions) and not diagnosis.clock_is_wrong
    raise typer.Exit(Exit.OK if whole else Exit.UNKNOWN)


def _lines(found: Diagnosis) -> Iterator[str]:
    yield tr(
        en=f"signed in (--auth {found.auth}) to {found.endpoint}",
        ja=f"サインインした（--auth {found.auth}）：{found.endpoint}",
    )
    if found.line.proxy:
        yield tr(en=f"proxy: {found.line.proxy}", ja=f"プロキシ：{found.line.proxy}")
    if found.is_intercepted:
        issuer = clean(found.line.issuer or "")
        yield tr(
            en=f"TLS is opened on the way: the certificate of {found.endpoint} was issued by {issuer}, not for Azure. "
            "Whoever does that can read the tokens of this scan.",
            ja=f"通信が途中で復号されている：{found.endpoint} の証明書の発行者は {issuer} であり、Azure のものではない。"
            "途中の装置は、走査のトークンを読むことができる。",
        )
    if found.ahead is not None and found.clock_is_wrong:
        yield tr(
            en=f"this machine's clock is {_by(found.ahead)}; tokens may be refused for it. Next: set the clock (NTP)",
            ja=f"このマシンの時計が {_by(found.ahead)}。トークンが拒否されるおそれがある。対処：時計を合わせる（NTP）",
        )
    for one in found.subscriptions:
        yield ""
        yield f"{clean(one.name)} ({one.id.rpartition('/')[2]})"
        yield from (f"  {line}" for line in _subscription(one))


def _subscription(one: Examined) -> Iterator[str]:
    if one.is_whole:
        yield tr(
            en=f"all {len(one.rights)} rights are held, and every provider is registered",
            ja=f"必要な権限 {len(one.rights)} 件を全て有し、リソースプロバイダーも全て登録されている",
        )
    for missing in one.lacking or ():
        yield tr(en=f"missing right: {missing.right}", ja=f"不足している権限：{missing.right}")
        yield "  " + _will_be_unknown(missing.checks)
    if one.lacking:
        yield tr(
            en="next: grant the role Reader, or the one that `azlinkscan permissions --format az` prints",
            ja="対処：閲覧者ロール、又は `azlinkscan permissions --format az` が出力するロールを割り当てる",
        )
    for provider in one.unregistered or ():
        yield tr(
            en=f"resource provider not registered: {provider.namespace}",
            ja=f"登録されていないリソースプロバイダー：{provider.namespace}",
        )
        yield "  " + _will_be_unknown(provider.checks)
        yield "  " + tr(
            en=f"next: az provider register --namespace {provider.namespace}, or leave those checks out (--check)",
            ja=f"対処：az provider register --namespace {provider.namespace} を実行するか、--check で除外する",
        )
    for lock in one.locks:
        yield tr(
            en=f"read-only lock: {clean(lock)}; it blocks reads that Azure takes by POST",
            ja=f"読み取り専用ロック：{clean(lock)}（POST による読み取りを妨げる）",
        )
    for gap in one.gaps:
        yield tr(
            en=f"could not be read: {gap.kind} ({gap.code or gap.detail or gap.status}); a scan will tell",
            ja=f"読み取れなかったもの：{gap.kind}（{gap.code or gap.detail or gap.status}）。走査により判明する",
        )


def _will_be_unknown(checks: tuple[str, ...]) -> str:
    shown = ", ".join(checks[:_SHOWN])
    more = len(checks) - _SHOWN
    en = shown + (f" and {more} more" if more > 0 else "")
    ja = shown.replace(", ", "、") + (f" ほか {more} 件" if more > 0 else "")
    if not checks:
        return tr(en="no check depends on it", ja="これに左右されるチェックはない")
    return tr(
        en=f"{len(checks)} checks will be unknown: {en}", ja=f"{len(checks)} 件のチェックが未確認となる：{ja}"
    )


def _by(ahead: timedelta) -> str:
    minutes = round(abs(ahead).total_seconds() / 60)
    if ahead > timedelta():
        return tr(en=f"{minutes} minutes ahead of Azure's", ja=f"Azure より {minutes} 分進んでいる")
    return tr(en=f"{minutes} minutes behind Azure's", ja=f"Azure より {minutes} 分遅れている")


def _json(found: Diagnosis) -> str:
    document: dict[str, Any] = {
        "schema": "azlinkscan-diagnosis/1",
        "auth": found.auth,
        "endpoint": found.endpoint,
        "proxy": found.line.proxy,
        "certificate_issuer": found.line.issuer,
        "intercepted": found.is_intercepted,
        "clock_ahead_seconds": None if found.ahead is None else round(found.ahead.total_seconds()),
        "subscriptions": [_document(one) for one in found.subscriptions],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _document(one: Examined) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "rights": list(one.rights),
        "missing": None
        if one.lacking is None
        else [{"right": missing.right, "checks": list(missing.checks)} for missing in one.lacking],
        "unregistered": None
        if one.unregistered is None
        else [{"namespace": each.namespace, "checks": list(each.checks)} for each in one.unregistered],
        "read_only_locks": list(one.locks),
        "unread": [{"kind": gap.kind, "reason": gap.reason.value, "code": gap.code} for gap in one.gaps],
    }
