"""Fixtures: servers that stop when their test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.arm import estates, recorded
from tests.arm.server import ArmServer
from tests.arm.world import World
from tests.support.beside import RECORDED, absent


@pytest.fixture
def arm_server() -> Iterator[Callable[..., ArmServer]]:
    """A factory: ``arm_server(world, page_size=2)`` is a running server, with any option of ArmServer."""
    with ExitStack() as running:

        def start(world: World, **options: Any) -> ArmServer:
            return running.enter_context(ArmServer(world, **options))

        yield start


@pytest.fixture(scope="session")
def kakuu_city() -> World:
    """The fictional city's estate."""
    return estates.world_of(estates.KAKUU_CITY)


@pytest.fixture(scope="session")
def recordings() -> World:
    """Azure's recorded answers; the test is skipped where they are absent."""
    if why := absent(RECORDED):
        pytest.skip(why)
    return recorded.recorded_world()
