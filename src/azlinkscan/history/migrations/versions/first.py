"""Scans, and the pieces of their results."""

from __future__ import annotations

import sqlalchemy as sql
from alembic import op

revision = "first"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "scans",
        sql.Column("id", sql.String(40), primary_key=True),
        sql.Column("clock", sql.String(40), nullable=False),
        sql.Column("summary", sql.Text, nullable=False),
    )
    op.create_index("ix_scans_clock", "scans", ["clock"])
    op.create_table(
        "pieces",
        sql.Column("scan", sql.String(40), sql.ForeignKey("scans.id", ondelete="CASCADE"), primary_key=True),
        sql.Column("number", sql.Integer, primary_key=True),
        sql.Column("content", sql.LargeBinary, nullable=False),
    )
