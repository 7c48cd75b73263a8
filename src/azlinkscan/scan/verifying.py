"""Whether an evidence bundle says what it proves: whole, followed from its snapshot, signed by somebody who is trusted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azlinkscan import __version__
from azlinkscan.errors import CatalogError, UserError
from azlinkscan.model.text import Text
from azlinkscan.scan.assessing import assess
from azlinkscan.scan.evidence import RESULT, SNAPSHOT, read_assessment, reports
from azlinkscan.snapshot.bundle import Bundle, contents, sha256_of
from azlinkscan.snapshot.facts_file import Snapshot
from azlinkscan.snapshot.signing import fingerprint, public_key, signed_by

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Signed(StrEnum):
    """What a signature proves."""

    NOT = "not-signed"
    BROKEN = "broken"
    """There is a signature, and it is not one of this manifest by the key that the bundle names."""
    BY_A_STRANGER = "by-a-stranger"
    """By the key that the bundle itself names: whoever made the bundle could have made the key."""
    BY_THE_TRUSTED = "by-the-trusted"
    """By a key that the verifier brought."""


@dataclass(frozen=True)
class Verified:
    """What was found out about a bundle."""

    altered: tuple[Text, ...]
    """What is not as its manifest says; nothing was judged then."""
    follows: bool
    """Whether the result and the reports follow from the snapshot, byte for byte."""
    differs: tuple[Text, ...]
    """What does not follow, and why."""
    signed: Signed
    key: str | None
    """SHA-256 of the key that signed, or that the bundle names."""
    tool: str
    """The version that made it."""
    redacted_from: str | None
    """SHA-256 of the bundle that this one was redacted from."""

    @property
    def judged_by_this_version(self) -> bool:
        """Whether the version that verifies is the one that judged."""
        return self.tool == __version__


def verify(path: Path, trust: Iterable[Ed25519PublicKey] = ()) -> Verified:
    """Look at a bundle, judge its snapshot again, and compare. Reaches no network and runs nobody's code.

    Raises ForeignFileError where the file is no bundle, or is made to harm.
    """
    with Bundle(path) as bundle, tempfile.TemporaryDirectory(prefix="azlinkscan-") as name:
        folder = Path(name) / "bundle"
        signed, key = _signature(bundle, tuple(trust))
        altered = bundle.unpack(folder)
        differs = () if altered else tuple(_differences(folder, bundle.manifest, Path(name)))
        origin = bundle.manifest.get("redacted_from")
        return Verified(
            altered=altered,
            follows=not altered and not differs,
            differs=differs,
            signed=signed,
            key=key,
            tool=str(bundle.manifest.get("tool")),
            redacted_from=str(origin.get("sha256")) if isinstance(origin, dict) else None,
        )


def _signature(bundle: Bundle, trust: tuple[Ed25519PublicKey, ...]) -> tuple[Signed, str | None]:
    signature = bundle.signature
    signer = bundle.manifest.get("signer")
    named = public_key(str(signer.get("public_key"))) if isinstance(signer, dict) else None
    if signature is None:
        return (
            (Signed.NOT, None) if signer is None else (Signed.BROKEN, fingerprint(named) if named else None)
        )
    for key in trust:
        if signed_by(key, bundle.manifest_bytes, signature):
            return Signed.BY_THE_TRUSTED, fingerprint(key)
    if named is not None and signed_by(named, bundle.manifest_bytes, signature):
        return Signed.BY_A_STRANGER, fingerprint(named)
    return Signed.BROKEN, fingerprint(named) if named else None


def _differences(folder: Path, manifest: Mapping[str, Any], beside: Path) -> Iterable[Text]:
    """What does not follow from what the bundle holds."""
    made = beside / RESULT
    try:
        contents(folder / SNAPSHOT)  # an archive within the archive is looked at before it is read
        given = read_assessment(folder, manifest)
        with Snapshot(folder / SNAPSHOT) as snapshot:
            assess(snapshot, given, made)
            told = {"snapshot": snapshot.digest, "catalog": given.catalogue.digest}
        yield from _told(manifest, told, given.catalogue.checks, given.catalogue.profiles)
        yield from _other(contents(folder / RESULT), contents(made), RESULT)
        again = beside / "reports"
        again.mkdir()
        for name, path in reports(made, again).items():
            if not (folder / name).exists():
                yield Text(en=f"{name}: missing", ja=f"{name}：存在しない")
            elif sha256_of(folder / name) != sha256_of(path):
                yield Text(
                    en=f"{name}: does not follow from the result", ja=f"{name}：判定結果から導かれない"
                )
    except CatalogError as error:
        yield Text(
            en=f"its checks or decisions cannot be read: {error}",
            ja=f"チェック又は承認の記録を読み取れない：{error.title.ja}",
        )
    except UserError as error:
        yield Text(en=f"it cannot be judged: {error}", ja=f"判定できない：{error.title.ja}")
    except (KeyError, TypeError, ValueError, AttributeError, OSError, RecursionError) as error:
        kind = type(error).__name__
        yield Text(en=f"it cannot be judged: {kind}: {error}", ja=f"判定できない：{kind}: {error}")


def _told(
    manifest: Mapping[str, Any],
    told: Mapping[str, str],
    checks: Mapping[str, Any],
    profiles: Mapping[str, Any],
) -> Iterable[Text]:
    """Digests that the manifest states and that are others."""
    for name, digest in told.items():
        if manifest.get(name) != digest:
            yield Text(en=f"the manifest names another {name}", ja=f"目録の {name} のダイジェストが異なる")
    for part, known in (("checks", checks), ("profiles", profiles)):
        for name, digest in manifest["judged"][part].items():
            if known[name].digest != digest:
                yield Text(
                    en=f"the manifest names another {name}", ja=f"目録の {name} のダイジェストが異なる"
                )


def _other(there: Mapping[str, bytes], made: Mapping[str, bytes], what: str) -> Iterable[Text]:
    for name in sorted(there.keys() | made.keys()):
        if there.get(name) != made.get(name):
            yield Text(
                en=f"{what}, {name}: does not follow from the snapshot",
                ja=f"{what} の {name}：記録（snapshot）から導かれない",
            )
