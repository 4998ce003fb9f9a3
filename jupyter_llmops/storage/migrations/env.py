"""Run by Alembic. The connection comes from `upgrade`, which holds the lock and made the backup."""

from __future__ import annotations

from typing import Any

from alembic import context

from jupyter_llmops.storage.tables import metadata


def _ours(_thing: Any, name: str | None, _kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Leave the search index to the revisions: SQLAlchemy has no words for it."""
    return not (name or "").startswith("chat_search")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,
    transaction_per_migration=True,
    compare_type=True,
    include_object=_ours,
)
with context.begin_transaction():
    context.run_migrations()
