"""Fixtures: the emulator runs once a process; without it these tests are skipped, or fail where CI must have it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.arm.tls import Certificates, issue
from tests.azurite.emulator import Azurite, missing
from tests.azurite.gate import Gate

ACCOUNTS = ("points", "kakuuptsexch", "kakuuptsold")


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A throw-away authority and what it issued."""
    return issue(Path(tmp_path_factory.mktemp("tls")))


@pytest.fixture(scope="session")
def azurite(certificates: Certificates) -> Iterator[Azurite]:
    """The emulator."""
    if why := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with Azurite(certificates, ACCOUNTS) as running:
        yield running


@pytest.fixture
def gate(certificates: Certificates, azurite: Azurite) -> Iterator[Gate]:
    """The endpoint that is asked."""
    with Gate(certificates, azurite) as running:
        yield running
