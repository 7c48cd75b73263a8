"""What a history can do, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.history.kept import Kept
from azlinkscan.model.text import Text


class Store(Protocol):
    """Keeps results whole or not at all. Every method raises CannotRunError where the place does not answer."""

    place: str
    """What a user knows it by, without a secret."""

    def keep(self, kept: Kept, content: Path) -> bool:
        """Put a result's file in; False where it is there already."""
        ...

    def scans(self) -> list[Kept]:
        """Everything that is kept, oldest first."""
        ...

    def fetch(self, kept: Kept, out: Path) -> None:
        """Write a kept result's file to ``out``."""
        ...

    def drop(self, ids: Iterable[str]) -> None:
        """Take results out."""
        ...

    def close(self) -> None:
        """Let go of the place."""
        ...


def damaged(place: str, own: str) -> CannotRunError:
    """What is said where a kept result is not what was kept."""
    return CannotRunError(
        Text(en=f"the kept scan {own} is damaged", ja=f"保存された走査 {own} が壊れている"),
        hint=Text(
            en="restore the history from a copy, or drop the scan with `azlinkscan history prune`",
            ja="履歴を複製から復元するか、`azlinkscan history prune` で当該走査を削除する",
        ),
        place=Place(place),
    )


def newer(place: str) -> UsageError:
    """What is said where a later version of ours made the history."""
    return UsageError(
        Text(
            en="the history was written by a newer version of azlinkscan",
            ja="履歴は、より新しい版の azlinkscan が作成したものである",
        ),
        hint=Text(en="use that version, or another --store", ja="その版を用いるか、別の --store を指定する"),
        place=Place(place),
    )
