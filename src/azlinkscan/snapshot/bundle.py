"""An evidence bundle on disk: files in a ZIP, a manifest with the SHA-256 of each, and a signature over the manifest.

A bundle comes from somebody else, and may be made to harm: nothing of it is believed before it was looked at, nothing
is written outside the folder that is given, and nothing is unpacked that says it is larger than it may be.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azlinkscan.errors import ForeignFileError
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text
from azlinkscan.snapshot.archive import entry_of, written_aside

SCHEMA = "azlinkscan-evidence/1"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
MOST_BYTES = 4 << 30
"""A bundle that unpacks to more is refused, and so is a file in it that is an archive itself."""
MOST_FILES = 20_000
_MOST_OF_MANIFEST = 64 << 20
_MOST_RATIO = 200
_FREE = 64 << 20
"""Beneath this many bytes nobody minds how well they were packed."""
_BLOCK = 1 << 16
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")

_WHAT = Text(
    en="give a bundle that `azlinkscan scan --evidence` wrote",
    ja="`azlinkscan scan --evidence` が作成したものを指定する",
)
_DISTRUST = Text(
    en="do not unpack it; ask whoever sent it for another one",
    ja="展開せず、送付元に改めて提供を求める",
)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as given:
        while block := given.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_bundle(out: Path, about: Mapping[str, Any], files: Mapping[str, Path], sign: Any = None) -> None:
    """Put files (name in the bundle to where it lies) into one bundle; ``sign`` makes a signature of bytes.

    Raises UsageError where the place cannot be written.
    """
    seals = {
        name: {"bytes": files[name].stat().st_size, "sha256": sha256_of(files[name])}
        for name in sorted(files)
    }
    manifest = (
        json.dumps({"schema": SCHEMA, **about, "files": seals}, ensure_ascii=False, indent=1) + "\n"
    ).encode()
    with written_aside(out) as aside, zipfile.ZipFile(aside, "w") as bundle:
        bundle.writestr(entry_of(MANIFEST), manifest)
        if sign is not None:
            bundle.writestr(entry_of(SIGNATURE), sign(manifest))
        for name in sorted(files):
            with files[name].open("rb") as given, bundle.open(entry_of(name), "w") as taken:
                while block := given.read(_BLOCK):
                    taken.write(block)


def harmless(archive: zipfile.ZipFile, path: Path) -> None:
    """Raises ForeignFileError where an archive would write elsewhere, twice, or far more than it is."""
    names: set[str] = set()
    size = packed = 0
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise _harmful(path, f"{len(entries)} files", f"ファイル数 {len(entries)}")
    for entry in entries:
        own = entry.orig_filename
        if not _NAME.fullmatch(own) or any(_RESERVED.fullmatch(part) for part in own.split("/")):
            shown = repr(own[:80])
            raise _harmful(path, f"a file named {shown}", f"ファイル名 {shown}")
        kind = entry.external_attr >> 28
        if kind not in (0, 0o10) or entry.flag_bits & 1:
            raise _harmful(path, f"{own} is no plain file", f"{own} は通常のファイルではない")
        if own.lower() in names:
            raise _harmful(path, f"{own} is in it twice", f"{own} が重複している")
        names.add(own.lower())
        size += entry.file_size
        packed += entry.compress_size
    if size > MOST_BYTES or size > max(_FREE, packed * _MOST_RATIO):
        raise _harmful(
            path, f"{packed} bytes that unpack to {size}", f"{packed} バイトが {size} バイトに展開される"
        )


def _harmful(path: Path, en: str, ja: str) -> ForeignFileError:
    return ForeignFileError(
        path,
        Text(
            en=f"the archive is not what azlinkscan writes: {en}",
            ja=f"azlinkscan が作成したものではない：{ja}",
        ),
        hint=_DISTRUST,
    )


class Bundle:
    """A bundle, opened and found harmless; whether it is whole is another question."""

    def __init__(self, path: Path) -> None:
        """Open and look at it. Raises ForeignFileError where it is no bundle, or made to harm."""
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            why = because(error)
            raise ForeignFileError(
                path,
                Text(en=f"the file cannot be read: {why.en}", ja=f"ファイルを読み取れない：{why.ja}"),
                hint=_WHAT,
            ) from None
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise self._foreign("it is no ZIP, or was cut off", "ZIP ではないか、途中で切れている") from None
        try:
            harmless(self._zip, path)
            self.manifest_bytes = self._manifest()
            self.manifest: dict[str, Any] = json.loads(self.manifest_bytes)
            if not isinstance(self.manifest, dict) or self.manifest.get("schema") != SCHEMA:
                raise self._foreign(
                    f"its manifest does not say '{SCHEMA}'", f"{MANIFEST} に「{SCHEMA}」の記載がない"
                )
            self.seals = {
                str(name): (int(seal["bytes"]), str(seal["sha256"]))
                for name, seal in self.manifest["files"].items()
            }
        except ForeignFileError:
            self._zip.close()
            raise
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            self._zip.close()
            raise self._foreign("its manifest is damaged", f"{MANIFEST} が壊れている") from None
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, zlib.error) as error:
            self._zip.close()
            raise self._foreign(f"it is damaged ({error})", f"壊れている（{error}）") from None

    def _foreign(self, en: str, ja: str) -> ForeignFileError:
        return ForeignFileError(
            self.path,
            Text(en=f"this is no evidence bundle: {en}", ja=f"証拠一式のファイルではない：{ja}"),
            hint=_WHAT,
        )

    def _manifest(self) -> bytes:
        try:
            entry = self._zip.getinfo(MANIFEST)
        except KeyError:
            raise self._foreign(f"it has no {MANIFEST}", f"{MANIFEST} がない") from None
        if entry.file_size > _MOST_OF_MANIFEST:
            raise self._foreign("its manifest is too large", f"{MANIFEST} が大きすぎる")
        return self._zip.read(entry)

    @property
    def signature(self) -> bytes | None:
        """The signature's file; None where it is not signed."""
        with contextlib.suppress(KeyError, zipfile.BadZipFile, EOFError, OSError):
            entry = self._zip.getinfo(SIGNATURE)
            return self._zip.read(entry) if entry.file_size < 4096 else b""
        return None

    def unpack(self, folder: Path) -> tuple[Text, ...]:
        """Write every file that the manifest names beneath a folder; what is not as the manifest says."""
        wrong: list[Text] = []
        there = {entry.filename for entry in self._zip.infolist()} - {MANIFEST, SIGNATURE}
        for name in sorted(there - self.seals.keys()):
            wrong.append(Text(en=f"{name}: not in the manifest", ja=f"{name}：目録にない"))
        for name, (size, sha256) in sorted(self.seals.items()):
            if name not in there:
                wrong.append(Text(en=f"{name}: missing", ja=f"{name}：存在しない"))
                continue
            if not self._unpacked(name, folder, size, sha256):
                wrong.append(Text(en=f"{name}: altered", ja=f"{name}：書き換えられている"))
        return tuple(wrong)

    def _unpacked(self, name: str, folder: Path, size: int, sha256: str) -> bool:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest, written = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as given, target.open("wb") as out:
                while block := given.read(_BLOCK):
                    digest.update(block)
                    written += len(block)
                    out.write(block)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error):
            return False
        return written == size and digest.hexdigest() == sha256

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def contents(path: Path) -> dict[str, bytes]:
    """The SHA-256 of every file of an archive of ours, by name. Raises ForeignFileError where it is none, or made to harm."""
    try:
        with zipfile.ZipFile(path) as archive:
            harmless(archive, path)
            return {entry.filename: _digest(archive, entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error) as error:
        raise ForeignFileError(
            path,
            Text(en=f"the file is damaged ({error})", ja=f"ファイルが壊れている（{error}）"),
            hint=_DISTRUST,
        ) from None


def _digest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    digest = hashlib.sha256()
    with archive.open(entry) as given:
        while block := given.read(_BLOCK):
            digest.update(block)
    return digest.digest()
