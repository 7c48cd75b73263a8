"""One ZIP of JSON Lines segments with a header and a closing record.

``header.json`` says what the file is; ``closing.json`` holds the count, size and SHA-256 of each segment. A
file without its closing record was cut off. Written aside and renamed, so that a half-written file is never seen;
times in the ZIP are fixed, so that equal content gives equal bytes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from azlinkscan.errors import ForeignFileError, Place, UsageError
from azlinkscan.model.os_error import because
from azlinkscan.model.text import Text

_CLOSING = "closing.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 16


def dumps(value: Any) -> str:
    """One line of JSON, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class SegmentSeal:
    """What a closing record says of a segment."""

    lines: int
    bytes: int
    sha256: str


def private_folder(path: Path) -> None:
    """Make a folder, and what is missing above it, for its owner only: mkdir gives its mode to the last one alone."""
    if not path.exists():
        private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


class SegmentFile:
    """A segment that grows in the state folder; readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        private_folder(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._out = os.fdopen(descriptor, "wb")

    def line(self, text: str) -> None:
        """Append one line."""
        self._out.write(text.encode() + b"\n")

    def raw_line(self, text: bytes) -> None:
        """Append one line that is bytes already."""
        self._out.write(text + b"\n")

    def take(self, path: Path) -> None:
        """Append the lines of another segment, which is gone then."""
        with path.open("rb") as given:
            shutil.copyfileobj(given, self._out, _BLOCK)
        path.unlink()

    def close(self) -> None:
        """Bring it to the disk."""
        if not self._out.closed:
            self._out.flush()
            self._out.close()


def writable(path: Path) -> None:
    """Raises UsageError where :func:`written_aside` would: known before the work, not after it."""
    try:
        found = (
            (path.is_dir(), errno.EISDIR),
            (not path.parent.exists(), errno.ENOENT),
            (not path.parent.is_dir(), errno.ENOTDIR),
            (not os.access(path if _is_a_stream(path) else path.parent, os.W_OK), errno.EACCES),
        )
    except OSError as error:
        raise _cannot_be_written(path, error) from None
    for wrong, why in found:
        if wrong:
            raise _cannot_be_written(path, OSError(why, os.strerror(why)))


@contextlib.contextmanager
def written_aside(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name only when it is whole; a pipe or a device is written as it comes.

    Raises UsageError where the place cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if _is_a_stream(path):
            with path.open("wb") as out:
                yield out
            return
        with aside.open("wb") as out:
            yield out
            out.flush()
        aside.replace(path)
    except OSError as error:
        raise _cannot_be_written(path, error) from None
    finally:
        # Gone already where all went well; where the folder is none, there is nothing to take away.
        with contextlib.suppress(OSError):
            aside.unlink()


def _is_a_stream(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _cannot_be_written(path: Path, error: OSError) -> UsageError:
    why = because(error)
    return UsageError(
        Text(en=f"the file cannot be written: {why.en}", ja=f"ファイルに書き込めない：{why.ja}"),
        hint=Text(
            en="name a file in a folder that exists and that you may write to",
            ja="存在し、書込み可能なフォルダにあるファイルを指定する",
        ),
        place=Place(str(path)),
    )


_AGAIN = Text(en="take the file from where it was made", ja="作成元から改めて入手する")


def _other_schema(path: Path, found: str, wanted: str, what: Text, hint: Text) -> ForeignFileError:
    own, _, version = found.partition("/")
    if own == wanted.partition("/")[0] and version:
        return ForeignFileError(
            path,
            Text(
                en=f"the file is a {what.en} of another version of azlinkscan ('{found}', not '{wanted}')",
                ja=f"別の版の azlinkscan が作成した{what.ja}である（「{wanted}」ではなく「{found}」）",
            ),
            hint=Text(
                en="use the version of azlinkscan that wrote it",
                ja="ファイルを作成した版の azlinkscan を用いる",
            ),
        )
    return ForeignFileError(
        path,
        Text(
            en=f"the file says '{found}', not '{wanted}'",
            ja=f"ファイルの種類が「{wanted}」ではなく「{found}」である",
        ),
        hint=hint,
    )


def entry_of(name: str) -> zipfile.ZipInfo:
    """A file in a ZIP, without the time and the machine that wrote it."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def pack(
    path: Path, header: Mapping[str, Any], segments: Iterable[tuple[str, Path]], closing: Mapping[str, Any]
) -> None:
    """Put segments into one file at ``path``, in the order given."""
    seals: dict[str, dict[str, Any]] = {}
    with written_aside(path) as out, zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry_of("header.json"), dumps(header))
        for name, source in segments:
            digest, lines, size = hashlib.sha256(), 0, 0
            with source.open("rb") as given, archive.open(entry_of(f"segments/{name}.jsonl"), "w") as taken:
                while block := given.read(_BLOCK):
                    digest.update(block)
                    lines += block.count(b"\n")
                    size += len(block)
                    taken.write(block)
            seals[name] = {"lines": lines, "bytes": size, "sha256": digest.hexdigest()}
        archive.writestr(entry_of(_CLOSING), dumps({**closing, "segments": seals}))


class Archive:
    """A packed file, opened and found whole."""

    def __init__(self, path: Path, schema: str, what: Text, *, verified: bool = False) -> None:
        """Open and verify, unless another process of ours just has.

        Raises ForeignFileError where the file is not there, is something else, was cut off or altered.
        """
        self.path = path
        hint = Text(
            en=f"give a {what.en} that azlinkscan wrote",
            ja=f"azlinkscan が作成した{what.ja}のファイルを指定する",
        )
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            why = because(error)
            raise ForeignFileError(
                path,
                Text(en=f"the file cannot be read: {why.en}", ja=f"ファイルを読み取れない：{why.ja}"),
                hint=hint,
            ) from None
        except zipfile.BadZipFile:
            raise ForeignFileError(
                path,
                Text(
                    en=f"the file is no {what.en}, or was cut off",
                    ja=f"{what.ja}のファイルではないか、途中で切れている",
                ),
                hint=hint,
            ) from None
        try:
            self.header = self._json("header.json", what, hint)
            found = str(self.header.get("schema"))
            if found != schema:
                raise _other_schema(path, found, schema, what, hint)
            self.closing = self._json(_CLOSING, what, hint)
            self.seals = {name: SegmentSeal(**seal) for name, seal in self.closing["segments"].items()}
            for name, seal in () if verified else self.seals.items():
                self._verify(name, seal)
        except ForeignFileError:
            self._zip.close()
            raise
        except (
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            zipfile.BadZipFile,
            EOFError,
            OSError,
        ) as error:
            self._zip.close()
            raise ForeignFileError(
                path,
                Text(en=f"the file is damaged ({error})", ja=f"ファイルが壊れている（{error}）"),
                hint=_AGAIN,
            ) from None

    def _json(self, name: str, what: Text, hint: Text) -> dict[str, Any]:
        try:
            value = json.loads(self._zip.read(name))
        except KeyError:
            if name == _CLOSING:
                raise ForeignFileError(
                    self.path,
                    Text(
                        en=f"the {what.en} has no closing record: it was cut off",
                        ja=f"{what.ja}に終わりの記録がなく、途中で切れている",
                    ),
                    hint=_AGAIN,
                ) from None
            raise ForeignFileError(
                self.path,
                Text(
                    en=f"the file has no {name}: it is no {what.en}",
                    ja=f"ファイルに {name} がなく、{what.ja}ではない",
                ),
                hint=hint,
            ) from None
        if not isinstance(value, dict):
            raise ForeignFileError(
                self.path, Text(en=f"{name} is no mapping", ja=f"{name} の形式が異なる"), hint=hint
            )
        return value

    def _verify(self, name: str, seal: SegmentSeal) -> None:
        digest = hashlib.sha256()
        try:
            given = self._zip.open(f"segments/{name}.jsonl")
        except KeyError:
            raise ForeignFileError(
                self.path,
                Text(en=f"the segment {name} is missing", ja=f"{name} の部分がない"),
                hint=_AGAIN,
            ) from None
        with given:
            while block := given.read(_BLOCK):
                digest.update(block)
        if digest.hexdigest() != seal.sha256:
            raise ForeignFileError(
                self.path,
                Text(en=f"the segment {name} was altered", ja=f"{name} の部分が書き換えられている"),
                hint=_AGAIN,
            )

    @property
    def digest(self) -> str:
        """SHA-256 over the segments' digests, in order of name."""
        text = "\n".join(f"{name} {self.seals[name].sha256}" for name in sorted(self.seals))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all segments, unpacked."""
        return sum(seal.bytes for seal in self.seals.values())

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of one segment, in order."""
        with self._zip.open(f"segments/{name}.jsonl") as given:
            for line in given:
                yield line.rstrip(b"\n")

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
