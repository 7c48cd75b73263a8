"""The options that several commands share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from azlinkscan.cli.language import tr

_SCOPE = tr(en="What is judged", ja="判定の対象")
_DECIDED = tr(en="What people decided", ja="承認と確認")
_OUTPUT = tr(en="Output", ja="出力")
_AZURE = tr(en="Azure", ja="Azure への接続")

Checks = Annotated[
    list[str] | None,
    typer.Option(
        "--check",
        metavar="PATTERN",
        help=tr(
            en="Judge only these checks: storage/*, or '!storage/*' to leave them out. Repeatable.",
            ja="判定するチェック。storage/* のように指定し、'!storage/*' で除外する。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Severities = Annotated[
    list[str] | None,
    typer.Option(
        "--severity",
        metavar="SEVERITY",
        help=tr(
            en="Judge only checks of this severity, or '!info' to leave it out. Repeatable.",
            ja="判定するチェックの重大度（critical, high, medium, low, info）。'!info' で除外する。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Profiles = Annotated[
    list[str] | None,
    typer.Option(
        "--profile",
        metavar="ID",
        help=tr(
            en="Map to this standard, and judge only what it asks for. Repeatable; default: those not marked on request.",
            ja="対応付ける基準。指定すると、その基準が求めるチェックだけを判定する。複数指定可。既定は、指定を要するもの以外の全て。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
ChecksFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--checks",
        metavar="DIR",
        help=tr(
            en="A folder of your own checks, added to ours. Repeatable.",
            ja="独自のチェックを置いたフォルダ。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
ProfilesFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--profiles",
        metavar="DIR",
        help=tr(
            en="A folder of your own profiles, added to ours. Repeatable.",
            ja="独自の基準を置いたフォルダ。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
ResourceGroups = Annotated[
    list[str] | None,
    typer.Option(
        "--resource-group",
        metavar="PATTERN",
        help=tr(
            en="Judge only resources in these groups; '!test-*' leaves out. Repeatable.",
            ja="判定するリソースグループ。'!test-*' で除外する。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="NAME[=VALUE]",
        help=tr(
            en="Judge only resources with this tag (their own or of what they belong to); '!' leaves out. Repeatable.",
            ja="判定するリソースのタグ（親リソースのタグを含む）。先頭の ! で除外する。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Resources = Annotated[
    list[str] | None,
    typer.Option(
        "--resource",
        metavar="ID|NAME",
        help=tr(
            en="Judge only this resource and what lies beneath it; '!' leaves out. Repeatable.",
            ja="判定するリソース（配下を含む）。先頭の ! で除外する。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="CHECK:NAME=VALUE",
        help=tr(
            en="Change a check's setting: storage/network-default-deny:widest_prefix=28. Repeatable.",
            ja="チェックの設定値を変更する。例 storage/network-default-deny:widest_prefix=28。複数指定可。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Subscriptions = Annotated[
    list[str] | None,
    typer.Option(
        "--subscription",
        metavar="ID",
        help=tr(
            en="The subscription to scan. Repeatable; default: the one that the sign-in is set to.",
            ja="走査するサブスクリプション。複数指定可。既定はサインインで選ばれているもの。",
        ),
        rich_help_panel=_AZURE,
    ),
]
AllSubscriptions = Annotated[
    bool,
    typer.Option(
        "--all-subscriptions",
        help=tr(
            en="Scan every enabled subscription that the sign-in sees.",
            ja="サインインした者から見える有効なサブスクリプションを全て走査する。",
        ),
        rich_help_panel=_AZURE,
    ),
]
ManagementGroup = Annotated[
    str | None,
    typer.Option(
        "--management-group",
        metavar="ID",
        help=tr(
            en="Scan every subscription beneath this management group.",
            ja="この管理グループの配下にあるサブスクリプションを全て走査する。",
        ),
        rich_help_panel=_AZURE,
    ),
]
Excluded = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="ID|NAME",
        help=tr(
            en="Leave these subscriptions out: an id, or a pattern on the name. Repeatable.",
            ja="走査しないサブスクリプション。ID 又は名前のパターン（test-* など）。複数指定可。",
        ),
        rich_help_panel=_AZURE,
    ),
]
Deadline = Annotated[
    str | None,
    typer.Option(
        "--deadline",
        metavar="TIME",
        help=tr(
            en="Stop reading after this time (90s, 30m, 2h); what was not reached is reported as unknown.",
            ja="読み取りを打ち切るまでの時間（90s, 30m, 2h）。読み取れなかったものは未確認として報告する。",
        ),
        rich_help_panel=_AZURE,
    ),
]
Spread = Annotated[
    str | None,
    typer.Option(
        "--spread",
        metavar="dask://HOST:PORT",
        help=tr(
            en="Let the workers of a Dask cluster read the subscriptions; each signs in for itself (azlinkscan[dask]).",
            ja="Dask クラスタのワーカーにサブスクリプションを読み取らせる。サインインは各ワーカーが行う（azlinkscan[dask]）。",
        ),
        rich_help_panel=_AZURE,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        help=tr(
            en="Processes that judge subscriptions side by side. Default: as many as there are cores, where it is worth it.",
            ja="サブスクリプションを並行して判定するプロセスの数。既定は、効果があるときにコアの数。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help=tr(
            en="Go on with an unfinished scan of the same options: the newest, or SCAN.",
            ja="同じオプションの中断した走査を再開する。走査の ID を省略すると最新のもの。",
        ),
        rich_help_panel=_AZURE,
    ),
]
ScanId = Annotated[
    str | None,
    typer.Argument(
        metavar="[SCAN]",
        show_default=False,
        help=tr(en="With --resume: which scan.", ja="--resume で再開する走査の ID。"),
    ),
]
Auth = Annotated[
    str | None,
    typer.Option(
        "--auth",
        metavar="WAY",
        help=tr(
            en="How to sign in: auto, cli, environment, managed-identity, workload-identity, browser, "
            "device-code, pipelines. Default: auto.",
            ja="サインインの方法：auto, cli, environment, managed-identity, workload-identity, browser, "
            "device-code, pipelines。既定は auto。",
        ),
        rich_help_panel=_AZURE,
    ),
]
Tenant = Annotated[
    str | None,
    typer.Option(
        "--tenant",
        metavar="ID|DOMAIN",
        help=tr(
            en="The Microsoft Entra tenant to sign in to (where you are a guest, say). Default: the sign-in's own.",
            ja="サインインする Microsoft Entra テナント（ゲストとして参加しているテナント等）。既定はサインインに設定されたもの。",
        ),
        rich_help_panel=_AZURE,
    ),
]
CloudName = Annotated[
    str | None,
    typer.Option(
        "--cloud",
        metavar="NAME|FILE",
        help=tr(
            en="public, usgov, china, or a file that describes another cloud. Default: public.",
            ja="public, usgov, china、又は別のクラウドを記述したファイル。既定は public。",
        ),
        rich_help_panel=_AZURE,
    ),
]
DataPlane = Annotated[
    bool,
    typer.Option(
        "--data-plane",
        help=tr(
            en="Also ask the storage accounts themselves for the access policies stored on blob containers, which "
            "Resource Manager does not know. Beyond the Reader role: takes containers/getAcl/action (--plan tells more).",
            ja="Resource Manager からは分からない、コンテナーの保存されたアクセスポリシーを、ストレージアカウントから読み取る。"
            "閲覧者ロールに含まれない権限 containers/getAcl/action が必要（詳細は --plan で表示）。",
        ),
        rich_help_panel=_AZURE,
    ),
]
AppSettings = Annotated[
    bool,
    typer.Option(
        "--app-settings",
        help=tr(
            en="Also read apps' settings and connection strings, each value reduced to its kind on the spot, and judge the "
            "SAS tokens and keys found there. Beyond the Reader role: takes sites/config/list/action (--plan tells more).",
            ja="アプリの設定及び接続文字列も読み取り、その中の SAS 及びキーを判定する（値は保存せず、直ちに種類だけに置き換える）。"
            "閲覧者ロールに含まれない権限 sites/config/list/action が必要（詳細は --plan で表示）。",
        ),
        rich_help_panel=_AZURE,
    ),
]
Inventory = Annotated[
    str | None,
    typer.Option(
        "--inventory",
        metavar="arm|resource-graph",
        help=tr(
            en="Where lists come from. resource-graph takes fewer calls; what it cannot vouch for (rights, recent "
            "changes, rows in part) is still read through Resource Manager. Default: arm.",
            ja="一覧の取得元。resource-graph は呼出しの回数を減らす。権限、最近の変更又は情報の不足により確実でないものは、"
            "引き続き Resource Manager から読み取る。既定は arm。",
        ),
        rich_help_panel=_AZURE,
    ),
]
Exceptions = Annotated[
    Path | None,
    typer.Option(
        "--exceptions",
        metavar="FILE",
        help=tr(
            en="Failures that somebody accepted, for a time: shown and counted, they do not fail the run.",
            ja="期限を定めて承認した不適合。表示し、件数に含めるが、終了コードには影響しない。",
        ),
        rich_help_panel=_DECIDED,
    ),
]
Attestations = Annotated[
    Path | None,
    typer.Option(
        "--attestations",
        metavar="FILE",
        help=tr(
            en="What people saw, for the criteria that are met by hand.",
            ja="目視による項目の確認記録。",
        ),
        rich_help_panel=_DECIDED,
    ),
]
BaselineResult = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="RESULT",
        help=tr(
            en="Accept what failed in this kept result; what fails anew fails the run.",
            ja="保存した判定結果において不適合であったものを承認済みとし、新たな不適合だけを終了コードに反映する。",
        ),
        rich_help_panel=_DECIDED,
    ),
]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="[FORMAT=]PATH",
        help=tr(
            en="Write the report to a file; the format follows from its name, or is named. - is stdout. Repeatable.",
            ja="報告書の出力先。形式は拡張子で決まり、「形式=」で明示できる。- は標準出力。複数指定可。",
        ),
        rich_help_panel=_OUTPUT,
    ),
]
Evidence = Annotated[
    Path | None,
    typer.Option(
        "--evidence",
        metavar="FILE.zip",
        help=tr(
            en="Put all that the result follows from into one bundle, for `azlinkscan evidence verify`.",
            ja="判定の根拠一式（設定の記録、チェック、判定結果、報告書）を保存する。`azlinkscan evidence verify` で検証できる。",
        ),
        rich_help_panel=_OUTPUT,
    ),
]
Sign = Annotated[
    Path | None,
    typer.Option(
        "--sign",
        metavar="KEY",
        help=tr(
            en="Sign the bundle with this Ed25519 private key (PEM).",
            ja="証拠一式に署名する Ed25519 の秘密鍵（PEM）。",
        ),
        rich_help_panel=_OUTPUT,
    ),
]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=tr(en="Print this format to stdout. Default: table.", ja="標準出力の形式。既定は table（表）。"),
        rich_help_panel=_OUTPUT,
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY|never",
        help=tr(
            en="Exit with 1 where something of this severity or above fails. Default: low.",
            ja="この重大度以上の不適合があれば終了コードを 1 とする。既定は low。never で無効。",
        ),
        rich_help_panel=_OUTPUT,
    ),
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="ja|en",
        help=tr(
            en="The language of the report. Default: the locale's.", ja="報告書の言語。既定はロケールに従う。"
        ),
        rich_help_panel=_OUTPUT,
    ),
]
Timezone = Annotated[
    str | None,
    typer.Option(
        "--timezone",
        metavar="ZONE",
        help=tr(
            en="The time zone of the report. Default: Asia/Tokyo in Japanese, UTC in English.",
            ja="報告書のタイムゾーン。既定は、日本語では Asia/Tokyo、英語では UTC。",
        ),
        rich_help_panel=_OUTPUT,
    ),
]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="FILE|postgresql://…|az://…",
        show_default=False,
        help=tr(
            en="Where scans are kept. Default: a file in your data folder.",
            ja="走査の保存先。既定は、利用者のデータフォルダにあるファイル。",
        ),
        rich_help_panel=_OUTPUT,
    ),
]
Keep = Annotated[
    bool,
    typer.Option(
        "--keep",
        help=tr(
            en="Keep the result in the history, for `diff` and `history`.",
            ja="判定結果を履歴に保存する（`diff` 及び `history` で使う）。",
        ),
        rich_help_panel=_OUTPUT,
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help=tr(
            en="Judge as of this moment (ISO 8601). Default: the start of the scan.",
            ja="判定の基準とする日時（ISO 8601）。既定は走査の開始日時。",
        ),
        rich_help_panel=_SCOPE,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help=tr(
            en="The configuration. Default: azlinkscan.toml here or in a folder above.",
            ja="設定ファイル。既定は、作業フォルダ又はその上位にある azlinkscan.toml。",
        ),
    ),
]
Debug = Annotated[
    Path | None,
    typer.Option(
        "--debug",
        metavar="LOG",
        help=tr(
            en="Write a log for a bug report, secrets redacted.",
            ja="調査用の記録を出力する（秘密情報は伏せる）。",
        ),
    ),
]
