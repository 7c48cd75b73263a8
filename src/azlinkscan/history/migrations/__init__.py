"""How the tables of a history came to be, step by step, for Alembic."""
