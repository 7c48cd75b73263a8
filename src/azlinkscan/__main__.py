"""``python -m azlinkscan``."""

from azlinkscan.cli import main

main()
