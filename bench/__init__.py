"""Figures, measured: run with ``make bench``. Nothing here is asserted; tests never time."""
