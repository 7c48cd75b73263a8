"""Snapshots and results on disk: append-only JSON Lines segments in one ZIP."""
