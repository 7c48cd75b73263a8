"""A history in a database: SQLite in a file of the user's, or PostgreSQL.

A scan goes in as one transaction, and the database's own promise holds: after a crash or on a full disk it is there
whole, or not at all. SQLite writes ahead (WAL) and waits for the disk (``synchronous=FULL``), so that readers never wait
and what was kept outlives a power cut. https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from azlinkscan.errors import CannotRunError, Place, UsageError
from azlinkscan.history.kept import Kept
from azlinkscan.history.store import damaged, newer
from azlinkscan.history.tables import HEAD, PIECES, SCANS
from azlinkscan.model.text import Text

PIECE = 1 << 20
"""Bytes of one piece of a result."""
PATIENCE = 60
"""Seconds that a writer waits for another."""
_ADVISORY = 0x617A6C73
"""The key of PostgreSQL's advisory lock that guards the migrations: "azls"."""
_FULL = Text(en="the disk is full", ja="ディスクに空きがない")
_MAKE_ROOM = Text(en="make room, and keep the scan again", ja="空き容量を確保し、改めて保存する")
_REACH = Text(
    en="check the address, the sign-in and that the server runs",
    ja="接続先、認証情報及びサーバーの稼働を確認する",
)


class Database:
    """A store in a database; safe to use by several processes at once."""

    def __init__(self, engine: Engine, place: str) -> None:
        """Bring the tables up to date."""
        self.place = place
        self._engine = engine
        self._is_lite = engine.dialect.name == "sqlite"
        try:
            with self._reached():
                self._up_to_date()
        except BaseException:  # whatever ended it, the connection is let go of
            engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    def keep(self, kept: Kept, content: Path) -> bool:
        """Put a result's file in, in one transaction; False where it is there already."""
        with self._writing() as connection, content.open("rb") as given:
            known = connection.execute(sql.select(SCANS.c.id).where(SCANS.c.id == kept.id))
            if known.first() is not None:
                return False
            row = {
                "id": kept.id,
                "clock": kept.clock,
                "summary": json.dumps(kept.to_json(), ensure_ascii=False),
            }
            connection.execute(sql.insert(SCANS).values(row))
            number = 0
            while piece := given.read(PIECE):
                connection.execute(sql.insert(PIECES).values(scan=kept.id, number=number, content=piece))
                number += 1
        return True

    def scans(self) -> list[Kept]:
        """Everything that is kept, oldest first."""
        with self._reached(), self._engine.connect() as connection:
            rows = connection.execute(sql.select(SCANS.c.id, SCANS.c.summary)).all()
        try:
            found = [Kept.from_json(json.loads(summary)) for _, summary in rows]
        except (KeyError, TypeError, ValueError):
            raise damaged(self.place, ", ".join(own for own, _ in rows[:3])) from None
        return sorted(found, key=lambda one: one.order)

    def fetch(self, kept: Kept, out: Path) -> None:
        """Write a kept result's file to ``out``; what comes out is what went in."""
        digest = hashlib.sha256()
        chosen = sql.select(PIECES.c.content).where(PIECES.c.scan == kept.id).order_by(PIECES.c.number)
        with self._reached(), self._engine.connect() as connection, out.open("wb") as taken:
            for (piece,) in connection.execution_options(stream_results=True).execute(chosen):
                digest.update(piece)
                taken.write(piece)
        if digest.hexdigest() != kept.sha256:
            raise damaged(self.place, kept.id)

    def drop(self, ids: Iterable[str]) -> None:
        """Take results out, all of them or none."""
        with self._writing() as connection:
            for own in ids:
                connection.execute(sql.delete(PIECES).where(PIECES.c.scan == own))
                connection.execute(sql.delete(SCANS).where(SCANS.c.id == own))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction; on SQLite it takes the writer's turn at once, so that it cannot be refused half-way."""
        with self._reached(), self._engine.connect() as connection:
            writing = connection.execution_options(azlinkscan_writes=True)
            with writing.begin():
                yield writing

    def _up_to_date(self) -> None:
        with self._engine.connect() as connection:
            if self._version(connection) == HEAD:
                return
        with self._writing() as connection:
            if not self._is_lite:
                connection.execute(sql.select(sql.func.pg_advisory_xact_lock(_ADVISORY)))
            if self._version(connection) != HEAD:
                _migrate(connection, self.place)

    def _version(self, connection: Connection) -> str | None:
        if not sql.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(sql.text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        """What the database says goes no further than its kind: its words may quote an address with a password."""
        try:
            yield
        except DBAPIError as error:
            raise _cannot(error.orig, self.place) from None
        except SQLAlchemyError as error:
            raise _cannot(error, self.place) from None


def sqlite(path: Path) -> Database:
    """The history in a file, which is made for its owner only where it is not there. The folder must exist."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = sql.create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepared)
    event.listen(engine, "begin", _begun)
    return Database(engine, str(path))


def postgresql(address: str) -> Database:
    """The history on a PostgreSQL server.

    Raises UsageError where the address is none or the driver is missing, without repeating the address: it may hold a
    password.
    """
    try:
        url = sql.make_url(address).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise UsageError(
            Text(en="the address of the history is malformed", ja="履歴の接続先の形式に誤りがある"),
            hint=Text(
                en="write postgresql://USER@HOST:PORT/DATABASE, the password in PGPASSWORD or a .pgpass file",
                ja="postgresql://USER@HOST:PORT/DATABASE の形で書き、パスワードは PGPASSWORD 又は .pgpass に置く",
            ),
            place=Place("--store"),
        ) from None
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database).render_as_string()
    try:
        engine = sql.create_engine(url, connect_args={"connect_timeout": 10})
    except ModuleNotFoundError:
        raise UsageError(
            Text(en="the driver of PostgreSQL is not installed", ja="PostgreSQL のドライバーがない"),
            hint=Text(
                en="install it with: pip install 'azlinkscan[postgresql]'",
                ja="pip install 'azlinkscan[postgresql]' で導入する",
            ),
            place=Place(shown),
        ) from None
    return Database(engine, shown)


def _prepared(connection: Any, record: object) -> None:
    """How each SQLite connection is: our BEGIN, WAL, to the disk before it counts."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    # The change to WAL takes the whole file and does not wait for its turn by itself.
    for _ in range(PATIENCE * 20):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.05)


def _begun(connection: Connection) -> None:
    writes = connection.get_execution_options().get("azlinkscan_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection, place: str) -> None:
    """Every step that is missing, in the caller's transaction. Alembic is loaded only here."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise newer(place) from None


def _cannot(error: BaseException | None, place: str) -> CannotRunError:
    if isinstance(error, sqlite3.Error):
        name = str(getattr(error, "sqlite_errorname", None) or type(error).__name__)
        if name == "SQLITE_FULL":
            return CannotRunError(
                Text(en=f"nothing was kept: {_FULL.en}", ja=f"保存できなかった：{_FULL.ja}"),
                hint=_MAKE_ROOM,
                place=Place(place),
            )
        return CannotRunError(
            Text(
                en=f"the history cannot be read or written ({name})",
                ja=f"履歴を読み書きできない（{name}）",
            ),
            hint=Text(
                en="give a file that is a history of ours, in a folder that you may write to",
                ja="履歴のファイル及びそのフォルダに書き込めることを確認する",
            ),
            place=Place(place),
        )
    state = getattr(error, "sqlstate", None)
    if state == "53100":
        return CannotRunError(
            Text(en=f"nothing was kept: {_FULL.en}", ja=f"保存できなかった：{_FULL.ja}"),
            hint=_MAKE_ROOM,
            place=Place(place),
        )
    kind = f"SQLSTATE {state}" if state else type(error).__name__
    return CannotRunError(
        Text(en=f"the history does not answer ({kind})", ja=f"履歴のデータベースが応答しない（{kind}）"),
        hint=_REACH,
        place=Place(place),
    )
