"""Serve an estate as a process of its own: ``python -m tests.arm.serve kakuu_city --port 8443``.

It says which variables to set and which cloud file to give, then serves until it is interrupted.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import threading
from pathlib import Path

from tests.arm.estates import FOLDER, refusals_of, world_of
from tests.arm.server import ArmServer
from tests.arm.throttle import Limit


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.arm.serve", description=__doc__)
    parser.add_argument("estate", type=Path, help="a folder, or the name of one in tests/arm/estate")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--page-size", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="before each answer")
    parser.add_argument("--throttle", action="store_true", help="Azure's own limits for reads")
    parser.add_argument("--no-refusals", action="store_true", help="leave refusals.yaml aside")
    given = parser.parse_args()
    folder = given.estate if given.estate.is_dir() else FOLDER / given.estate
    if not folder.is_dir():
        parser.error(f"there is no estate {given.estate}")
    server = ArmServer(
        world_of(folder),
        faults=() if given.no_refusals else refusals_of(folder),
        page_size=given.page_size,
        limit=Limit() if given.throttle else None,
        latency=given.latency,
        port=given.port,
    )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with server as arm:
        for name, value in arm.environment.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"# serving {arm.url}; scan it with: --cloud {shlex.quote(str(arm.cloud_file))}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
