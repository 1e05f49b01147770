"""Versions that go find the events that name them by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NAMED = sa.text("previous_version_id IS NOT NULL")


def upgrade() -> None:
    """Make the indexes; few events name a version before."""
    op.create_index("ix_events_version_id", "events", ["version_id"])
    op.create_index(
        "ix_events_previous_version_id", "events", ["previous_version_id"],
        sqlite_where=_NAMED, postgresql_where=_NAMED,
    )  # fmt: skip
