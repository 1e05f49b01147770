"""Neighbours stand in one piece of the search index, so that one piece at a time is written to."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes anew on PostgreSQL; this reads every index word once."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for piece in range(16):
        op.drop_index(f"ix_search_entries_words_{piece}", "search_entries")
    for piece in range(32):
        op.execute(
            f"CREATE INDEX ix_search_entries_words_{piece} ON search_entries USING gin (words)"
            f" WITH (gin_pending_list_limit = 1024) WHERE (id >> 13) & 31 = {piece}"
        )
