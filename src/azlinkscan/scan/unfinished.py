"""Scans that have not come to their end: what each set out to read, and the subscriptions that it has finished.

A subscription is written beside its name, brought to the disk and renamed when it is complete, so whatever has its
name is whole, however the scan ended. A scan that nobody goes on with is forgotten after two weeks.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from azlinkscan import __version__
from azlinkscan.errors import Place, UsageError
from azlinkscan.model.text import Text
from azlinkscan.snapshot.archive import private_folder
from azlinkscan.snapshot.facts_file import segment_name

KEPT_FOR = timedelta(days=14)
NEWEST = ""
"""Stands for the newest scan where one is to be named."""

_SCHEMA = "azlinkscan-unfinished/1"
_FILE = "scan.json"
_STAMP = "%Y%m%dT%H%M%SZ"
_RESUME = "--resume"


@dataclass(frozen=True)
class Choice:
    """What a scan reads: the same for a scan and for what goes on with it."""

    cloud: str
    """The address of Resource Manager."""
    subscriptions: tuple[str, ...]
    """How they were chosen: the options, as they were given."""
    checks: tuple[str, ...]
    kinds: tuple[str, ...]
    options: tuple[str, ...]
    """Those that let a scan read beyond the Reader role."""

    def to_json(self) -> dict[str, Any]:
        """For the file of an unfinished scan."""
        row = {name: list(getattr(self, name)) for name in ("subscriptions", "checks", "kinds", "options")}
        return {"tool": __version__, "cloud": self.cloud, **row}


@dataclass(frozen=True)
class Unfinished:
    """One scan in the state folder."""

    folder: Path
    started: datetime
    subscriptions: tuple[tuple[str, str], ...]
    """(canonical id, name), in order."""

    @property
    def id(self) -> str:
        """What it is called."""
        return self.folder.name

    def segment(self, subscription_id: str) -> Path:
        """Where a finished subscription lies; as long as it is not finished, there is nothing."""
        return self.folder / f"{segment_name(subscription_id)}.jsonl"

    def draft(self, subscription_id: str) -> Path:
        """Where a subscription is written while it is read."""
        return self.folder / f"{segment_name(subscription_id)}.part"

    def is_kept(self, subscription_id: str) -> bool:
        """Whether a subscription is finished."""
        return self.segment(subscription_id).exists()

    def keep(self, subscription_id: str) -> None:
        """A draft is complete: from now on it outlives whatever happens."""
        draft = self.draft(subscription_id)
        _to_disk(draft)
        draft.replace(self.segment(subscription_id))
        if os.name == "posix":
            _to_disk(self.folder)

    def written(self, subscription_id: str) -> Path:
        """Whatever there is of a subscription."""
        whole = self.segment(subscription_id)
        return whole if whole.exists() else self.draft(subscription_id)

    def forget(self) -> None:
        """The scan is over."""
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def begun(
    state: Path, started: datetime, choice: Choice, subscriptions: tuple[tuple[str, str], ...]
) -> Iterator[Unfinished]:
    """A new scan."""
    folder = state / "scans" / f"{started.strftime(_STAMP)}-{secrets.token_hex(2)}"
    private_folder(folder)
    row = {
        "schema": _SCHEMA,
        "started": started.isoformat(),
        "choice": choice.to_json(),
        "subscriptions": [list(one) for one in subscriptions],
    }
    with _locked(folder):
        aside = folder / f"{_FILE}.part"
        aside.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
        aside.chmod(0o600)
        _to_disk(aside)
        aside.replace(folder / _FILE)
        yield Unfinished(folder, started, subscriptions)


@contextlib.contextmanager
def resumed(state: Path, scan_id: str, choice: Choice) -> Iterator[Unfinished]:
    """An unfinished scan, by its id or the newest.

    Raises UsageError where there is none, where another process works on it, or where it read something else.
    """
    folder = _folder(state, scan_id)
    row = _read(folder)
    if row is None:
        raise _nothing(state, scan_id)
    if differing := _differences(row["choice"], choice.to_json()):
        raise UsageError(
            Text(
                en=f"the unfinished scan {folder.name} differs: {'; '.join(one.en for one in differing)}",
                ja=f"中断した走査 {folder.name} と異なる：{'、'.join(one.ja for one in differing)}",
            ),
            hint=Text(
                en="give the same options as then, or begin anew without --resume",
                ja="前回と同じオプションを指定するか、--resume を付けずに新たに走査する",
            ),
            place=Place(_RESUME),
        )
    with _locked(folder):
        known = tuple((str(own), str(name)) for own, name in row["subscriptions"])
        for draft in folder.glob("*.part"):
            draft.unlink(missing_ok=True)
        yield Unfinished(folder, datetime.fromisoformat(row["started"]), known)


def prune(state: Path, now: datetime) -> None:
    """Forgets scans that nobody went on with."""
    for folder in _folders(state):
        row = _read(folder)
        began = datetime.fromisoformat(row["started"]) if row else _changed(folder)
        if now - began > KEPT_FOR:
            with contextlib.suppress(UsageError), _locked(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _changed(folder: Path) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime).astimezone()


def _folders(state: Path) -> list[Path]:
    """Oldest first."""
    scans = state / "scans"
    return sorted(one for one in scans.iterdir() if one.is_dir()) if scans.is_dir() else []


def _folder(state: Path, scan_id: str) -> Path:
    known = [one for one in _folders(state) if _read(one) is not None]
    chosen = [one for one in known if scan_id in (NEWEST, one.name)]
    if not chosen:
        raise _nothing(state, scan_id)
    return chosen[-1]


def _read(folder: Path) -> dict[str, Any] | None:
    """What a scan's file says; None where it does not say what it should."""
    try:
        row = json.loads((folder / _FILE).read_text("utf-8"))
        whole = row["schema"] == _SCHEMA and datetime.fromisoformat(row["started"]).tzinfo is not None
        return (
            row
            if whole and isinstance(row["choice"], dict) and isinstance(row["subscriptions"], list)
            else None
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _nothing(state: Path, scan_id: str) -> UsageError:
    known = [one.name for one in _folders(state) if _read(one) is not None]
    if known:
        return UsageError(
            Text(en=f"there is no unfinished scan '{scan_id}'", ja=f"中断した走査「{scan_id}」はない"),
            hint=Text(
                en=f"there are: {', '.join(reversed(known))}",
                ja=f"再開できるもの：{'、'.join(reversed(known))}",
            ),
            place=Place(_RESUME),
        )
    return UsageError(
        Text(en="there is no unfinished scan", ja="中断した走査はない"),
        hint=Text(en="begin one without --resume", ja="--resume を付けずに走査を開始する"),
        place=Place(_RESUME),
    )


_NAMED = {
    "tool": Text(en="the version of azlinkscan", ja="azlinkscan の版"),
    "cloud": Text(en="the cloud (--cloud)", ja="クラウド（--cloud）"),
    "subscriptions": Text(
        en="the subscriptions (--subscription, --all-subscriptions, --management-group, --exclude)",
        ja="サブスクリプション（--subscription、--all-subscriptions、--management-group、--exclude）",
    ),
    "checks": Text(
        en="the checks (--check, --severity, --profile, --checks)",
        ja="チェック（--check、--severity、--profile、--checks）",
    ),
    "kinds": Text(en="what the checks read", ja="チェックが読み取る対象"),
    "options": Text(en="what is read beyond the Reader role", ja="閲覧者ロールを超えて読み取る対象"),
}


def _differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Text]:
    found = []
    for name, named in _NAMED.items():
        before, after = then.get(name), now[name]
        if before == after:
            continue
        was, is_ = _shown(before, after), _shown(after, before)
        found.append(
            Text(
                en=f"{named.en}: then {was or 'none'}, now {is_ or 'none'}",
                ja=f"{named.ja}：前回は{was or 'なし'}、今回は{is_ or 'なし'}",
            )
        )
    return found


def _shown(these: Any, others: Any) -> str:
    """A value; of a long list, what the other one lacks, and of much of that, some."""
    if not isinstance(these, list):
        return str(these or "")
    if not isinstance(others, list) or len(these) <= 3:
        return ", ".join(map(str, these))
    own = [str(one) for one in these if one not in others] or [str(one) for one in these]
    return ", ".join(own[:3]) + (f", … ({len(own)})" if len(own) > 3 else "")


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else works on this scan. The system lets go of the lock however the process ends."""
    descriptor = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as lock:
        if not _lock(lock):
            raise UsageError(
                Text(
                    en=f"the scan {folder.name} is still running",
                    ja=f"走査 {folder.name} は、まだ実行中である",
                ),
                hint=Text(
                    en="wait until it ends, or end it first",
                    ja="終了を待つか、先に終了させる",
                ),
                place=Place(_RESUME),
            )
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
