"""One person's machine: a home, a working folder, an environment, and the command line on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from azlinkscan.assess.scene import DEFAULT_CLOCK as CLOCK
from azlinkscan.cli import given
from azlinkscan.cli.app import run
from tests.arm.server import ArmServer

FIRST, SECOND = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
"""The city's subscriptions."""
QUICK = ("--check", "storage/https-only")
"""A choice that takes few reads, for what does not depend on the checks."""
_STRANGERS = ("AZURE_", "AZLINKSCAN_", "LC_", "LANG", "XDG_", "IDENTITY_", "MSI_", "SYSTEM_")
_MARKS_OF_A_TRACEBACK = ("Traceback", 'File "', "azlinkscan/cli", "During handling")


@dataclass(frozen=True)
class Ended:
    """What a run left behind."""

    code: int
    out: bytes
    err: str

    def __post_init__(self) -> None:
        """No run may ever end in a traceback."""
        for mark in _MARKS_OF_A_TRACEBACK:
            assert mark not in self.err, self.err
            assert mark.encode() not in self.out

    @property
    def document(self) -> Any:
        """What was printed, as JSON."""
        return json.loads(self.out)

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each finding by its key, of a printed JSON document."""
        return verdicts(self.document)

    def is_refused(self, code: int, *said: str) -> None:
        """The run printed nothing and told what is wrong and what to do next."""
        assert self.code == code, self.err
        assert self.out == b""
        lines = self.err.splitlines()
        errors = [number for number, line in enumerate(lines) if line.startswith(("error: ", "エラー: "))]
        assert errors, self.err
        for number in errors:
            assert lines[number + 1].startswith(("  next: ", "  対処: ")), self.err
        for part in said:
            assert part in self.err


class Machine:
    """A machine of its own for each test; nothing of this one shows through."""

    def __init__(
        self, folder: Path, cache: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]
    ) -> None:
        self.home = folder / "home"
        self.here = folder / "work"
        self.state = folder / "state"
        self.scratch = folder / "tmp"
        for one in (self.home, self.here, self.scratch):
            one.mkdir()
        self._patch = patch
        self._capture = capture
        for name in [name for name in os.environ if name.startswith(_STRANGERS)]:
            patch.delenv(name)
        self.set(HOME=str(self.home), XDG_STATE_HOME=str(self.state), XDG_CACHE_HOME=str(cache))
        self.set(LANG="C.UTF-8", TMPDIR=str(self.scratch))
        patch.setattr("tempfile.tempdir", str(self.scratch))
        patch.setattr(given, "now", lambda: CLOCK)
        patch.chdir(self.here)

    def set(self, **variables: str) -> None:
        """Set variables of the environment."""
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def sign_in(self, arm: ArmServer) -> None:
        """Have the secret that opens a server."""
        self.set(**arm.environment)

    def write(self, name: str, text: str) -> Path:
        """A file in the working folder."""
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def run(self, *arguments: object) -> Ended:
        """``azlinkscan ARGUMENTS`` in this process."""
        self._capture.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self._capture.readouterr()
        return Ended(code, out, err.decode())

    def scan(self, arm: ArmServer, *arguments: object, every: bool = True) -> Ended:
        """``azlinkscan scan`` of a server, signed in to it."""
        return self.run("scan", *self.to(arm, every=every), *arguments)

    def to(self, arm: ArmServer, *, every: bool = True) -> tuple[str, ...]:
        """The options that lead to a server."""
        self.sign_in(arm)
        to = ("--auth", "environment", "--cloud", str(arm.cloud_file))
        return (*to, "--all-subscriptions") if every else to

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        """``azlinkscan ARGUMENTS`` as a process of its own."""
        command = [sys.executable, "-m", "azlinkscan", *(str(argument) for argument in arguments)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def left_overs(self) -> list[Path]:
        """Files that a run should not have left: half-written ones and temporary ones."""
        return [*self.here.rglob("*.part"), *self.scratch.glob("azlinkscan*")]


def finished(process: subprocess.Popen[bytes], seconds: float = 60) -> Ended:
    """What a process left behind, once it has ended."""
    out, err = process.communicate(timeout=seconds)
    return Ended(process.returncode, out, err.decode())


def verdicts(document: Mapping[str, Any]) -> dict[str, str]:
    """The verdict of each finding by its key."""
    return {finding["key"]: finding["verdict"] for finding in document["findings"]}
