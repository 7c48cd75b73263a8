"""``permissions``: the role that the chosen checks take, ready to be made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azlinkscan.cli import given, options
from azlinkscan.cli.language import tr
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text

if TYPE_CHECKING:
    from azlinkscan.permissions.role import Role
    from azlinkscan.scan.scanning import Access

FORMS = ("list", "json", "bicep", "az")
"""The values of ``--format``."""


def add(app: typer.Typer) -> None:
    """Hang the command under the app."""
    app.command(
        "permissions",
        help=tr(
            en="Print the rights that the chosen checks take, as a custom role. Does not sign in.",
            ja="選んだチェックに必要な権限を、カスタムロールとして出力する（サインインしない）。",
        ),
        epilog=tr(
            en="Example: azlinkscan permissions --profile chiba-online-linkage --format bicep -o role.bicep",
            ja="例：azlinkscan permissions --profile chiba-online-linkage --format bicep -o role.bicep",
        ),
    )(permissions)


def permissions(
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="|".join(FORMS),
            help=tr(
                en="A plain list, a role definition in JSON, a Bicep file, or az commands.",
                ja="一覧（list）、ロール定義の JSON、Bicep ファイル又は az コマンド。",
            ),
        ),
    ] = "list",
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help=tr(en="Write to a file.", ja="出力先のファイル。")),
    ] = None,
    subscriptions: options.Subscriptions = None,
    management_group: options.ManagementGroup = None,
    checks: options.Checks = None,
    severities: options.Severities = None,
    profiles: options.Profiles = None,
    checks_folders: options.ChecksFolders = None,
    profiles_folders: options.ProfilesFolders = None,
    data_plane: options.DataPlane = False,
    app_settings: options.AppSettings = False,
    inventory: options.Inventory = None,
    lang: options.Lang = None,
    config: options.Config = None,
) -> None:
    """The rights of a choice of checks."""
    from azlinkscan.permissions.role import role_of
    from azlinkscan.scan import catalogue, rights
    from azlinkscan.snapshot.archive import written_aside

    if form not in FORMS:
        from azlinkscan.model.nearest import nearest

        raise UsageError(
            Text(en=f"permissions are not printed as '{form}'", ja=f"「{form}」という形式では出力できない"),
            hint=nearest(form, FORMS),
            place=Place("--format"),
        )
    conf = given.configuration(config, lang)
    found = catalogue.load(given.choice(conf, checks, severities, profiles, checks_folders, profiles_folders))
    access = given.access(
        conf,
        subscriptions,
        False,
        None,
        None,
        lambda address, code: None,
        data_plane,
        inventory,
        management_group,
        app_settings=app_settings,
    )
    plan = rights.plan_of(found, access.options)
    asked = rights.rights_of(plan, inventory=access.inventory, management_group=management_group)
    role = role_of(asked, _scopes(access))
    text = _PRINTED[form](role)
    if out is None:
        sys.stdout.write(text)
        return
    with written_aside(out) as file:
        file.write(text.encode())


def _scopes(access: Access) -> tuple[str, ...]:
    if access.management_group:
        return (f"/providers/Microsoft.Management/managementGroups/{access.management_group}",)
    return tuple(f"/subscriptions/{one.rpartition('/')[2]}" for one in access.subscriptions)


def _listed(role: Role) -> str:
    return "\n".join(_lines(role)) + "\n"


def _lines(role: Role) -> Iterator[str]:
    from azlinkscan.permissions.role import as_commands

    yield tr(
        en=f"{len(role.actions)} rights, each of which only reads:",
        ja=f"必要な権限 {len(role.actions)} 件（いずれも読み取りだけを行う）：",
    )
    yield from (f"  {action}" for action in role.actions)
    yield ""
    yield tr(
        en="The built-in role Reader holds all that end in /read. A custom role holds exactly these:",
        ja="/read で終わるものは、組込みロール「閲覧者（Reader）」に全て含まれる。"
        "必要なものだけを含むカスタムロールは、次のとおり作成する。",
    )
    yield ""
    yield as_commands(role).rstrip()


def _json(role: Role) -> str:
    from azlinkscan.permissions.role import as_json

    return as_json(role)


def _bicep(role: Role) -> str:
    from azlinkscan.permissions.role import as_bicep

    return as_bicep(role)


def _az(role: Role) -> str:
    from azlinkscan.permissions.role import as_commands

    return as_commands(role)


_PRINTED: dict[str, Callable[[Role], str]] = {"list": _listed, "json": _json, "bicep": _bicep, "az": _az}
