"""Judging: a pure function of a snapshot, the catalogue and the clock."""
