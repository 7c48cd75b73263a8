"""A PostgreSQL server as processes of its own, in a temporary folder, on a free loopback port, until it is closed.

PostgreSQL refuses to run as root: where the tests do (a container of CI), the server runs as the user that its package
made, else as whoever runs the tests.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

PASSWORD = "correct-horse-battery"
_ROOTS = ("/usr/lib/postgresql", "/usr/pgsql")


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl`` of the newest server that is installed."""
    found = [path.parent for root in _ROOTS for path in Path(root).glob("*/bin/initdb")]
    if not found and (beside := shutil.which("initdb")):
        found = [Path(beside).resolve().parent]
    return max(
        found,
        key=lambda path: [int(part) for part in path.parent.name.split(".") if part.isdigit()],
        default=None,
    )


def missing() -> str | None:
    """Why there is no server here, or None."""
    if programs() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    if os.geteuid() == 0 and _unprivileged() is None:
        return "PostgreSQL does not run as root, and there is no user 'postgres'"
    return None


def _unprivileged() -> str | None:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


class PostgreSQL:
    """One server with one superuser, ``kakuu``, that signs in with a password."""

    def __init__(self) -> None:
        self.port = 0
        self._folder = Path()

    def __enter__(self) -> Self:
        found = programs()
        assert found is not None
        self._programs = found
        self._folder = Path(tempfile.mkdtemp(prefix="azlinkscan-pg-"))
        (self._folder / "password").write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (self._folder, self._folder / "password"):
                shutil.chown(path, user=_unprivileged())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        data = str(self._folder / "data")
        self._run(
            "initdb", "-D", data, "-U", "kakuu", "-E", "UTF8", "--locale=C", "--no-sync",
            "--auth=scram-sha-256", f"--pwfile={self._folder / 'password'}",
        )  # fmt: skip
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        try:
            self._run(
                "pg_ctl",
                "-D",
                data,
                "-w",
                "-t",
                "60",
                "-l",
                str(self._folder / "log"),
                "-o",
                options,
                "start",
            )
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        more: dict[str, Any] = {"user": _unprivileged()} if os.geteuid() == 0 else {}
        ended = subprocess.run(
            [str(self._programs / program), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self._folder,
            check=False,
            **more,
        )
        assert ended.returncode == 0, f"{program} ended with {ended.returncode}"

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        """Where a client connects."""
        return f"postgresql://kakuu:{password}@127.0.0.1:{self.port}/{database}"
