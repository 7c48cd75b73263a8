"""A history in a container, on the real emulator."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from itertools import count

import pytest

from azlinkscan.errors import CannotRunError, UsageError
from azlinkscan.history.blob import BlobPlace, BlobStore, blob_place
from azlinkscan.history.kept import Kept
from azlinkscan.scan.keeping import fetched, keep
from tests.azurite.emulator import KEY
from tests.history.night import FAIL, Night, judged

NOW = datetime(2026, 4, 30, tzinfo=UTC)
_NUMBERS = count()


@pytest.fixture
def container(azurite):
    """An empty container."""
    name = f"history{next(_NUMBERS)}"
    azurite.put("points", name)
    yield name
    azurite.drop("points", name)


@pytest.fixture
def opened(azurite, certificates, request):
    """Opens histories in a container, each with connections of its own."""

    def made(container, prefix="nightly", key=KEY):
        store = BlobStore(
            f"{azurite.url}/points",
            BlobPlace("points", container, prefix),
            {"account_name": "points", "account_key": key},
            connection_verify=str(certificates.ca),
            retry_total=0,
        )
        request.addfinalizer(store.close)
        return store

    return made


@pytest.fixture
def result(tmp_path):
    return Night((judged("a"), judged("b", FAIL))).write(tmp_path / "result.zip")


def test_what_comes_out_is_what_went_in(opened, container, result):
    store = opened(container)
    kept, is_new = keep(store, result, NOW)
    assert is_new
    assert store.scans() == [kept]
    with fetched(store, kept) as path:
        assert path.read_bytes() == result.read_bytes()
    assert keep(store, result, NOW) == (kept, False)
    store.drop([kept.id])
    store.drop([kept.id])
    assert store.scans() == []


def test_prefixes_keep_to_themselves(opened, container, result):
    keep(opened(container, "one"), result, NOW)
    assert opened(container, "two").scans() == []
    assert opened(container, "").scans() == []
    assert len(opened(container, "one").scans()) == 1


def test_runners_at_once_lose_nothing(opened, container, tmp_path):
    night = Night((judged("a"),))
    results = [night.on(day, judged("a")).write(tmp_path / f"{day}.zip") for day in (1, 2, 3)]
    stores = [opened(container) for _ in range(3)]
    new = []

    def write(store):
        new.extend(keep(store, path, NOW)[1] for path in results)

    threads = [threading.Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False] * 6 + [True] * 3
    for kept in stores[0].scans():
        with fetched(stores[0], kept) as path:
            assert path.stat().st_size == kept.size


def test_a_runner_that_died_between_the_blobs_left_no_scan_and_nothing_in_the_way(
    azurite, opened, container, result
):
    store = opened(container)
    kept, _ = keep(store, result, NOW)
    with azurite.owner("points") as service, service.get_container_client(container) as client:
        client.delete_blob(f"nightly/{kept.id}.json")
    assert store.scans() == []
    assert keep(store, result, NOW) == (kept, True)


def test_a_blob_that_was_altered_is_told(azurite, opened, container, result, tmp_path):
    store = opened(container)
    kept, _ = keep(store, result, NOW)
    with azurite.owner("points") as service, service.get_container_client(container) as client:
        client.upload_blob(f"nightly/{kept.id}.zip", b"PK", overwrite=True)
    with pytest.raises(CannotRunError, match=f"the kept scan {kept.id} is damaged"):
        store.fetch(kept, tmp_path / "out.zip")
    with azurite.owner("points") as service, service.get_container_client(container) as client:
        client.upload_blob(f"nightly/{kept.id}.json", b"{}", overwrite=True)
    with pytest.raises(CannotRunError, match=f"the kept scan {kept.id} is damaged"):
        store.scans()


def test_a_container_that_is_not_there_or_refuses_is_told_before_anything_is_done(opened, container):
    with pytest.raises(CannotRunError, match=r"\(404 ContainerNotFound\)") as told:
        opened("nobodys")
    assert str(told.value.place) == "az://points/nobodys/nightly"
    with pytest.raises(CannotRunError, match=r"\(400 InvalidAuthenticationInfo\)"):  # the emulator's words
        opened(container, key="AAAA")


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("az://points/results", BlobPlace("points", "results")),
        ("az://points/results/city/nightly/", BlobPlace("points", "results", "city/nightly")),
    ],
)
def test_an_address_names_a_place(address, meant):
    assert blob_place(address) == meant


@pytest.mark.parametrize(
    "address",
    ["az://", "az://points", "az://Points/results", "az://points/results?sig=secret", "az://a/../b"],
)
def test_an_address_of_another_form_is_told_and_not_repeated(address):
    with pytest.raises(UsageError, match="malformed") as told:
        blob_place(address)
    assert "secret" not in str(told.value)


def test_the_summary_is_all_that_a_list_reads(opened, container, result):
    store = opened(container)
    kept, _ = keep(store, result, NOW)
    (seen,) = store.scans()
    assert Kept.from_json(seen.to_json()) == kept
