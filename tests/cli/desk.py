"""A working folder with the fictional city's snapshot in it, and the command line on it."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from azlinkscan.cli.app import run

_STRANGERS = (
    "AZURE_",
    "AZLINKSCAN_",
    "AZURESUBSCRIPTION_",
    "LC_",
    "LANG",
    "XDG_",
    "IDENTITY_",
    "MSI_",
    "SYSTEM_",
)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@dataclass(frozen=True)
class Mistake:
    """One error as it is shown."""

    place: str | None
    title: str
    hint: str

    @property
    def shown(self) -> str:
        """Its two lines."""
        where = f"{self.place}: " if self.place else ""
        return f"error: {where}{self.title}\n  next: {self.hint}\n"


@dataclass(frozen=True)
class Ended:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """The errors, without the line that says that reading begins."""
        return self.err.removeprefix("reading\n").removeprefix("読み取り中\n")

    def is_said_in_japanese(self, places: list[str | None]) -> None:
        """The same errors at the same places, each title and each hint in Japanese."""
        lines = self.told.splitlines()
        assert len(lines) == 2 * len(places), self.err
        for place, title, hint in zip(places, lines[::2], lines[1::2], strict=True):
            start = f"エラー: {place}: " if place else "エラー: "
            assert title.startswith(start)
            assert _JAPANESE.search(title.removeprefix(start)), f"the title is not in Japanese: {title}"
            assert hint.startswith("  対処: ")
            assert _JAPANESE.search(hint.removeprefix("  対処: ")), f"the hint is not in Japanese: {hint}"


class Desk:
    """A folder of its own for each test; nothing of this machine's sign-in shows through."""

    def __init__(
        self, here: Path, cache: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.here = here
        self._patch = patch
        self._capture = capture
        for name in [name for name in os.environ if name.startswith(_STRANGERS)]:
            patch.delenv(name)
        home = here / "home"
        home.mkdir()
        self.set(
            HOME=str(home), XDG_STATE_HOME=str(home / "state"), XDG_CACHE_HOME=str(cache), LANG="C.UTF-8"
        )
        patch.chdir(here)

    def set(self, **variables: str) -> None:
        """Set variables of the environment."""
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def write(self, name: str, text: str | bytes) -> None:
        """A file in the working folder."""
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def run(self, *arguments: str, language: str = "en") -> Ended:
        """``azlinkscan ARGUMENTS``; it ends in words, never in a traceback."""
        self.set(AZLINKSCAN_LANG=language)
        self._capture.readouterr()
        code = run(arguments)
        out, err = self._capture.readouterr()
        assert "Traceback" not in out + err
        assert "a fault in azlinkscan" not in err
        assert "azlinkscan の不具合" not in err
        return Ended(code, out, err)

    def is_told(self, arguments: tuple[str, ...], *mistakes: Mistake, code: int = 2) -> None:
        """The run prints nothing and says just these mistakes, and says them in Japanese, too."""
        english = self.run(*arguments)
        assert english.told == "".join(mistake.shown for mistake in mistakes)
        assert (english.code, english.out) == (code, "")
        japanese = self.run(*arguments, language="ja")
        assert (japanese.code, japanese.out) == (code, "")
        japanese.is_said_in_japanese([mistake.place for mistake in mistakes])


Member = Callable[[bytes], bytes | None]


def repacked(original: bytes, path: Path, members: Mapping[str, Member]) -> None:
    """A packed file with some of its members changed, or taken out where there is nothing left of one."""
    path.write_bytes(original)
    with zipfile.ZipFile(path) as given:
        contents = {name: given.read(name) for name in given.namelist()}
    with zipfile.ZipFile(path, "w") as taken:
        for name, content in contents.items():
            changed = members[name](content) if name in members else content
            if changed is not None:
                taken.writestr(name, changed)


def with_field(**changes: object) -> Member:
    """A JSON member with some of its fields changed."""
    return lambda content: json.dumps({**json.loads(content), **changes}).encode()
