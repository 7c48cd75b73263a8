"""What a user can cause, each with its place and the next thing to do.

Every error that reaches the screen is one of these. A title says what is wrong, a place says where (a file
with line and column, a flag, an environment variable), and a hint names the next command or edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Place:
    """Where something is wrong: a file position or a flag."""

    source: str
    """A file's path as the user gave it, or the flag or variable."""
    line: int | None = None
    """1-based."""
    column: int | None = None
    """1-based."""

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.source, self.line, self.column) if part is not None)


class Said(Protocol):
    """A text in both languages, as model.text.Text is one."""

    @property
    def ja(self) -> str:
        """In Japanese."""
        ...

    @property
    def en(self) -> str:
        """In English."""
        ...


def said(text: Said, language: str) -> str:
    """A text in one language."""
    return text.ja if language == "ja" else text.en


class UserError(Exception):
    """Something that the user can mend; never shown as a traceback."""

    def __init__(self, title: Said, *, hint: Said, place: Place | None = None) -> None:
        super().__init__(said(title, "en"))
        self.title = title
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{said(self.title, 'en')} ({said(self.hint, 'en')})"


class UsageError(UserError):
    """A flag, a configuration file, a check or a profile is not what it should be (exit code 2)."""


class CannotRunError(UserError):
    """The machine, the network or the sign-in stops the work (exit code 5)."""


class CatalogError(UsageError):
    """A check or profile file has mistakes; carries all that were found, not only the first."""

    def __init__(self, mistakes: tuple[UsageError, ...]) -> None:
        first = mistakes[0]
        super().__init__(first.title, hint=first.hint, place=first.place)
        self.mistakes = mistakes


class ForeignFileError(UsageError):
    """A file that should be a snapshot or a result of ours is something else, cut off, or altered."""

    def __init__(self, path: Path, why: Said, *, hint: Said) -> None:
        super().__init__(why, hint=hint, place=Place(str(path)))
