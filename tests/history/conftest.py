"""Fixtures: the histories that a test runs on, and the server of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sql

from azlinkscan.history.database import Database, postgresql, sqlite
from tests.cli.conftest import desk, parsed_once
from tests.history.postgresql import PostgreSQL, missing

__all__ = ["desk", "parsed_once"]

_NUMBERS = count()


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL server; without it these tests are skipped, which is a failure where CI must have it."""
    if why := missing():
        pytest.skip(why)
    with PostgreSQL() as running:
        yield running


@pytest.fixture
def fresh_database(server: PostgreSQL) -> str:
    """The URL of an empty database."""
    name = f"history{next(_NUMBERS)}"
    engine = sql.create_engine(server.url().replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sql.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty history lies."""
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    return str(request.getfixturevalue("fresh_database"))


def connected(address: str) -> Database:
    """The history there."""
    return postgresql(address) if "://" in address else sqlite(Path(address))


@pytest.fixture
def store(address: str) -> Iterator[Database]:
    """An empty history."""
    opened = connected(address)
    yield opened
    opened.close()
