"""``evidence``: bundles verified, and made fit to be shared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azlinkscan.cli import given, options, screen
from azlinkscan.cli.language import of, tr

if TYPE_CHECKING:
    from azlinkscan.scan.exit_code import Exit
    from azlinkscan.scan.verifying import Verified

_File = Annotated[Path, typer.Argument(metavar="FILE.zip")]


def add(app: typer.Typer) -> None:
    """Hang the commands under the app."""
    evidence = typer.Typer(
        help=tr(en="Bundles that prove what a result follows from.", ja="判定の根拠一式の検証と匿名化。"),
        no_args_is_help=True,
        epilog=tr(
            en="Example: azlinkscan evidence verify night.evidence.zip --trust auditor.pem",
            ja="例：azlinkscan evidence verify night.evidence.zip --trust auditor.pem",
        ),
    )
    evidence.command(
        "verify",
        help=tr(
            en="Judge the bundle's snapshot again, without Azure, and say whether its result follows and who signed it.",
            ja="記録を改めて判定し（Azure への接続は不要）、判定結果が導かれるか、誰が署名したかを示す。",
        ),
    )(verify)
    evidence.command(
        "redact",
        help=tr(
            en="Write a new, unsigned bundle with names and ids replaced, the verdicts the same.",
            ja="名称及び ID を置き換えた、署名のない証拠一式を作る。判定は変わらない。",
        ),
    )(redact)
    app.add_typer(evidence, name="evidence")


def verify(
    path: _File,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            "--trust",
            metavar="KEY",
            help=tr(
                en="A public key (PEM) that you trust, received by another way than the bundle. Repeatable.",
                ja="信頼する公開鍵（PEM）。証拠一式とは別の経路で受け取ったもの。複数指定可。",
            ),
        ),
    ] = None,
    lang: options.Lang = None,
) -> None:
    """Exits with 0 where the result follows and a trusted key signed, 3 where nobody known did, 1 where it is wrong."""
    from azlinkscan.scan.verifying import verify as looked_at
    from azlinkscan.snapshot.signing import trusted

    given.configuration(None, lang)
    found = looked_at(path, [trusted(key) for key in trust or ()])
    for line in _told(found):
        print(screen.clean(line))
    raise typer.Exit(_ending(found, bool(trust)))


def _told(found: Verified) -> list[str]:
    from azlinkscan import __version__

    lines = [f"{tr(en='altered', ja='改変')}: {of(one)}" for one in found.altered]
    lines += [f"{tr(en='differs', ja='相違')}: {of(one)}" for one in found.differs]
    if found.follows:
        lines.append(
            tr(
                en="The result and its reports follow from the snapshot, byte for byte.",
                ja="判定結果及び報告書は、記録（snapshot）から一字一句そのまま導かれる。",
            )
        )
    elif found.altered:
        lines.append(
            tr(
                en="The bundle is not what its manifest says: nothing in it was judged.",
                ja="証拠一式が目録と一致しないため、判定していない。",
            )
        )
    else:
        lines.append(
            tr(
                en="The result does not follow from the snapshot.",
                ja="判定結果は、記録（snapshot）から導かれない。",
            )
        )
    if not found.judged_by_this_version:
        lines.append(
            tr(
                en=f"It was judged by version {found.tool}, and verified by {__version__}.",
                ja=f"判定した版は {found.tool}、検証した版は {__version__} である。",
            )
        )
    if found.redacted_from:
        lines.append(
            tr(
                en=f"Its names were replaced; the original bundle has the SHA-256 {found.redacted_from}.",
                ja=f"名称を置き換えたものである。原本の SHA-256 は {found.redacted_from}。",
            )
        )
    lines.append(_signature(found))
    return lines


def _signature(found: Verified) -> str:
    from azlinkscan.scan.verifying import Signed

    match found.signed:
        case Signed.BY_THE_TRUSTED:
            return tr(
                en=f"Signed by a key that you trust (SHA-256 {found.key}).",
                ja=f"信頼する鍵により署名されている（SHA-256 {found.key}）。",
            )
        case Signed.BY_A_STRANGER:
            return tr(
                en=f"Signed by the key that the bundle itself brings (SHA-256 {found.key}): that proves nothing about who "
                "made it. Ask the signer for the public key by another way, and give it with --trust.",
                ja=f"証拠一式に同梱された鍵（SHA-256 {found.key}）による署名であり、作成者の証明にはならない。"
                "公開鍵を別の経路で署名者から受け取り、--trust で指定する。",
            )
        case Signed.BROKEN:
            return tr(
                en="The signature is not one of this manifest: the bundle was altered after it was signed.",
                ja="署名が目録と一致しない。署名の後に改変されている。",
            )
        case Signed.NOT:
            return tr(
                en="Not signed: anybody may have made it.",
                ja="署名がない。作成者は証明されない。",
            )


def _ending(found: Verified, asked: bool) -> Exit:
    from azlinkscan.scan.exit_code import Exit
    from azlinkscan.scan.verifying import Signed

    if not found.follows or found.signed is Signed.BROKEN:
        return Exit.FAILED
    if found.signed is Signed.BY_THE_TRUSTED:
        return Exit.OK
    return Exit.FAILED if asked else Exit.UNKNOWN


def redact(
    path: _File,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE.zip", help=tr(en="The new bundle.", ja="出力先。"))
    ],
    lang: options.Lang = None,
) -> None:
    """Replace names and ids; refuses where a verdict would change."""
    from azlinkscan.scan.redacting import redact_bundle
    from azlinkscan.snapshot.archive import writable

    given.configuration(None, lang)
    writable(out)
    replaced = redact_bundle(path, out)
    screen.line(
        tr(
            en=f"replaced {replaced} names and ids; every verdict is the same. Not replaced: IP addresses, times, "
            "regions, settings, and the texts of your own checks and profiles",
            ja=f"名称及び ID を {replaced} 件置き換えた。判定は全て同じである。置き換えないもの：IP アドレス、日時、"
            "リージョン、設定値、独自のチェック及び基準の文言",
        )
    )
