"""Alembic's folder. `upgrade` drives it; the revisions are in `versions`."""
