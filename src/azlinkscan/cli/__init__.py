"""The command line: the only room that prints, exits, reads the environment or the wall clock."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code."""
    import signal
    import sys

    from azlinkscan.cli.app import run

    signal.signal(signal.SIGTERM, _as_ctrl_c)
    sys.exit(run(sys.argv[1:]))


def _as_ctrl_c(number: int, frame: object) -> None:
    """SIGTERM ends a run as Ctrl-C does: temporary files are taken away, and the exit code says so."""
    raise KeyboardInterrupt
