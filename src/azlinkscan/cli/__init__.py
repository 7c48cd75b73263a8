"""The command line: the only room that prints, exits, reads the environment or the wall clock."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit with its code."""
    import sys

    from azlinkscan.cli.app import run

    sys.exit(run(sys.argv[1:]))
