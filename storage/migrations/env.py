"""Alembic's entry: runs the migrations on the connection that `storage.store` hands over."""

from typing import Any, Literal

from alembic import context

from storage.schema import Base, UtcDateTime
from storage.schema.table import StorableText


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write what the database knows into a new migration, not our class, which may move."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.Text()" if kind == "type" and isinstance(item, StorableText) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_render_item,
    transactional_ddl=False,  # the caller's transaction holds them all
)
context.run_migrations()
