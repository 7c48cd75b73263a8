"""A history read as a trend: each scan is held against the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from azlinkscan.history.kept import Kept
from azlinkscan.history.store import Store
from azlinkscan.history.trend import pairs, trend
from azlinkscan.model.difference import Difference
from azlinkscan.model.trend import Trend
from azlinkscan.scan.comparing import compare


def read_trend(store: Store, scans: Sequence[Kept]) -> Trend:
    """What these scans of a history show, oldest first. Each result is fetched once and let go when it was compared."""
    with TemporaryDirectory(prefix="azlinkscan-") as folder:
        return trend(scans, _differences(store, scans, Path(folder)))


def _differences(store: Store, scans: Sequence[Kept], folder: Path) -> Iterator[Difference]:
    there: dict[str, Path] = {}

    def fetched(kept: Kept) -> Path:
        if kept.id not in there:
            there[kept.id] = folder / f"{kept.id}.zip"
            store.fetch(kept, there[kept.id])
        return there[kept.id]

    for old, new in pairs(scans):
        yield compare(fetched(old), fetched(new), old.id, new.id)
        there.pop(old.id).unlink()
