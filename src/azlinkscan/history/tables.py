"""The tables of a history in a database. Whoever changes them adds a migration."""

from __future__ import annotations

import sqlalchemy as sql

HEAD = "first"
"""The newest migration."""

METADATA = sql.MetaData()

SCANS = sql.Table(
    "scans",
    METADATA,
    sql.Column("id", sql.String(40), primary_key=True),
    sql.Column("clock", sql.String(40), nullable=False, index=True),
    sql.Column("summary", sql.Text, nullable=False),
)
"""One row a scan; the summary is a ``Kept`` as JSON."""

PIECES = sql.Table(
    "pieces",
    METADATA,
    sql.Column("scan", sql.String(40), sql.ForeignKey("scans.id", ondelete="CASCADE"), primary_key=True),
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("content", sql.LargeBinary, nullable=False),
)
"""The result's file, cut so that no piece is a burden to memory."""
