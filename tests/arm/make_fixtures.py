"""``make fixtures``: the fictional city's snapshot and its golden results, collected and judged as a scan would.

The estate in ``tests/arm/estate/kakuu_city`` is served over TLS, read by the real collector, and kept.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from azlinkscan.catalog.checks import load_checks
from azlinkscan.scan.scanning import Access, Surroundings, collect_snapshot
from tests.arm.estates import KAKUU_CITY, refusals_of, world_of
from tests.arm.server import ArmServer
from tests.fixtures.goldens import FOLDER, SNAPSHOT, write_goldens

CLOCK = datetime(2026, 4, 1, tzinfo=UTC)


def collect(out: Path, state: Path) -> None:
    """Read the estate, refusals and all, on a clock that stands still."""
    kinds = {kind for check in load_checks().values() for kind in check.kinds}
    with ArmServer(world_of(KAKUU_CITY), faults=refusals_of(KAKUU_CITY), page_size=5) as arm:
        access = Access(
            auth="environment",
            cloud=str(arm.cloud_file),
            environ=arm.environment,
            home=state,
            every_subscription=True,
        )
        before = dict(os.environ)
        os.environ.update(arm.environment)
        try:
            collect_snapshot(access, kinds, out, Surroundings(lambda: CLOCK, state))
        finally:
            os.environ.clear()
            os.environ.update(before)


def main() -> None:
    """Write everything anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as state:
        collect(SNAPSHOT, Path(state))
    write_goldens()


if __name__ == "__main__":
    main()
