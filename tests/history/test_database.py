"""What a database keeps is whole, whoever writes beside it, whatever breaks."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sql
from sqlalchemy import event

from azlinkscan.errors import CannotRunError, UsageError
from azlinkscan.history import database
from azlinkscan.history.database import postgresql, sqlite
from azlinkscan.history.tables import HEAD, METADATA
from azlinkscan.scan.keeping import fetched, keep
from tests.history.conftest import connected
from tests.history.night import FAIL, Night, judged
from tests.history.postgresql import PASSWORD

NOW = datetime(2026, 4, 30, tzinfo=UTC)


@pytest.fixture
def result(tmp_path):
    return Night((judged("a"), judged("b", FAIL))).write(tmp_path / "result.zip")


def test_what_comes_out_is_what_went_in(store, result):
    kept, is_new = keep(store, result, NOW)
    assert is_new
    assert store.scans() == [kept]
    with fetched(store, kept) as path:
        assert path.read_bytes() == result.read_bytes()


def test_a_result_in_many_pieces_is_put_together(store, result, monkeypatch):
    monkeypatch.setattr(database, "PIECE", 100)
    kept, _ = keep(store, result, NOW)
    with fetched(store, kept) as path:
        assert path.read_bytes() == result.read_bytes()


def test_the_same_result_is_kept_once(store, result):
    first, _ = keep(store, result, NOW)
    again, is_new = keep(store, result, NOW)
    assert (again, is_new) == (first, False)
    assert store.scans() == [first]


def test_scans_stand_oldest_first_and_go_when_dropped(store, tmp_path):
    night = Night((judged("a"),))
    kept = [
        keep(store, night.on(day, judged("a")).write(tmp_path / f"{day}.zip"), NOW)[0] for day in (3, 1, 2)
    ]
    assert [one.clock[:10] for one in store.scans()] == ["2026-04-01", "2026-04-02", "2026-04-03"]
    store.drop([kept[0].id, kept[1].id])
    assert store.scans() == [kept[2]]
    with fetched(store, kept[2]) as path:
        assert path.stat().st_size == kept[2].size


def test_what_was_remembered_says_what_the_result_says(store, result):
    kept, _ = keep(store, result, NOW)
    assert kept.id.startswith("20260401T000000Z-")
    assert ({verdict.value: count for verdict, count in kept.counts.items()}, kept.is_clean) == (
        {"pass": 1, "fail": 1},
        False,
    )
    assert {severity.value: count for severity, count in kept.failures.items()} == {"high": 1}
    assert [verdict.value for verdict in kept.criteria.values()] == ["fail"]


def test_several_writers_at_once_lose_nothing(address, tmp_path):
    night = Night((judged("a"),))
    results = [night.on(day, judged("a")).write(tmp_path / f"{day}.zip") for day in range(1, 13)]
    start = threading.Barrier(4)
    broken = []

    def write(share):
        try:
            start.wait()
            own = connected(address)
            for path in share:
                keep(own, path, NOW)
            own.close()
        except Exception as error:  # noqa: BLE001 - told by the test itself, whatever it was
            broken.append(error)

    threads = [threading.Thread(target=write, args=(results[number::4],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    own = connected(address)
    try:
        assert len(own.scans()) == 12
        for kept in own.scans():
            with fetched(own, kept) as path:
                assert path.stat().st_size == kept.size
    finally:
        own.close()


def test_a_transaction_that_breaks_off_leaves_nothing(store, result, monkeypatch):
    monkeypatch.setattr(database, "PIECE", 100)
    many = iter(range(3))

    class Broken:
        def __init__(self, path):
            self._file = path.open("rb")

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def read(self, size):
            if next(many, None) is None:
                raise KeyboardInterrupt
            return self._file.read(size)

    class Interrupted:
        def open(self, mode):
            return Broken(result)

    kept, _ = keep(store, result, NOW)
    store.drop([kept.id])
    with pytest.raises(KeyboardInterrupt):
        store.keep(kept, Interrupted())
    assert store.scans() == []
    assert store.keep(kept, result)


def test_a_full_disk_keeps_nothing_and_says_so(tmp_path):
    own = sqlite(tmp_path / "history.db")
    night = Night((judged("a"),))
    kept, _ = keep(own, night.write(tmp_path / "small.zip"), NOW)

    def full(connection, record):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    own._engine.dispose()
    event.listen(own._engine, "connect", full)
    many = night.on(2, *(judged(f"account{number:04}") for number in range(2000)))
    with pytest.raises(CannotRunError, match="nothing was kept: the disk is full") as told:
        keep(own, many.write(tmp_path / "large.zip"), NOW)
    assert told.value.__cause__ is None
    assert own.scans() == [kept]
    own.close()


def test_a_piece_that_was_altered_is_told(store, result, tmp_path):
    kept, _ = keep(store, result, NOW)
    with store._engine.begin() as connection:
        connection.execute(sql.text("UPDATE pieces SET content = :content"), {"content": b"PK"})
    with pytest.raises(CannotRunError, match=f"the kept scan {kept.id} is damaged"):
        store.fetch(kept, tmp_path / "out.zip")


def test_the_steps_make_the_tables_that_the_code_uses(store):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.execute(sql.text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_a_history_of_a_newer_version_is_left_alone(address, result):
    own = connected(address)
    keep(own, result, NOW)
    with own._engine.begin() as connection:
        connection.execute(sql.text("UPDATE alembic_version SET version_num = 'of-tomorrow'"))
    own.close()
    with pytest.raises(UsageError, match="newer version"):
        connected(address)


def test_a_file_that_is_no_database_is_told(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("not a database, however long it is" * 100)
    with pytest.raises(CannotRunError, match="SQLITE_NOTADB"):
        sqlite(path)
    assert path.read_text().startswith("not a database")


def test_the_file_is_its_owners_and_writes_ahead(tmp_path, result):
    path = tmp_path / "history.db"
    own = sqlite(path)
    keep(own, result, NOW)
    own.close()
    assert path.stat().st_mode & 0o777 == 0o600
    reader = sqlite3.connect(path)
    assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    reader.close()


def test_no_error_repeats_the_password(server):
    wrong = server.url(password=f"{PASSWORD}-wrong")
    with pytest.raises(CannotRunError) as refused:
        postgresql(wrong)
    with pytest.raises(UsageError) as malformed:
        postgresql(f"postgresql://kakuu:{PASSWORD}@[::1/x")
    with pytest.raises(CannotRunError) as nobody:
        postgresql(f"postgresql://kakuu:{PASSWORD}@127.0.0.1:1/x?password={PASSWORD}")
    for told in (refused, malformed, nobody):
        assert PASSWORD not in f"{told.value} {told.value.place} {told.value.__cause__} {told.value.hint}"
        assert told.value.__suppress_context__
    assert str(refused.value.place) == f"postgresql://kakuu@127.0.0.1:{server.port}/postgres"
