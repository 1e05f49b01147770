"""Indexes whose cost does not grow with the database: of led documents, and of words in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_LED = sa.text("lead_id IS NOT NULL")


def upgrade() -> None:
    """Make the indexes anew; on PostgreSQL this reads every index word once."""
    op.drop_index("ix_documents_lead_id", "documents")
    op.create_index(
        "ix_documents_lead_id", "documents", ["lead_id"], sqlite_where=_LED, postgresql_where=_LED
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_index("ix_search_entries_words", "search_entries")
    for piece in range(16):
        op.execute(
            f"CREATE INDEX ix_search_entries_words_{piece} ON search_entries USING gin (words)"
            f" WITH (gin_pending_list_limit = 1024) WHERE id & 15 = {piece}"
        )
