"""Fixtures for whole scans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from azlinkscan.model import arm
from tests.arm.server import ArmServer
from tests.arm.world import World
from tests.end_to_end.machine import Machine

if TYPE_CHECKING:
    from tests.end_to_end.scans import Scan

PAGE = 2
"""So small that most lists of the city have several pages."""
_VAULT = "microsoft.recoveryservices/vaults"


@pytest.fixture(scope="session")
def world(kakuu_city: World) -> World:
    """The fictional city, one vault of which answers as vaults used to: its settings are in ``backupconfig`` only."""
    vault = next(body for own, body in kakuu_city.bodies.items() if arm.type_of(own) == _VAULT)
    newer = ("securitySettings", "redundancySettings")
    older = {name: value for name, value in vault["properties"].items() if name not in newer}
    return kakuu_city.plus({**vault, "properties": older})


@pytest.fixture
def city(
    arm_server: Callable[..., ArmServer], world: World, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ArmServer]:
    """A factory: a server of the fictional city that this process may sign in to."""

    def start(**options: Any) -> ArmServer:
        arm = arm_server(world, **{"page_size": PAGE, **options})
        for name, value in arm.environment.items():
            monkeypatch.setenv(name, value)
        return arm

    return start


@pytest.fixture(scope="session")
def clean(world: World) -> Iterator[Scan]:
    """The city, scanned without a fault: made once, compared with by every test."""
    from tests.end_to_end.scans import scan_of

    with ArmServer(world, page_size=PAGE) as arm, pytest.MonkeyPatch.context() as patch:
        for name, value in arm.environment.items():
            patch.setenv(name, value)
        yield scan_of(arm)


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of parsed checks that every machine shares: only the first run has to read the YAML."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def machine(
    tmp_path: Path, parsed: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Machine:
    """A person's machine."""
    return Machine(tmp_path, parsed, monkeypatch, capfdbinary)
