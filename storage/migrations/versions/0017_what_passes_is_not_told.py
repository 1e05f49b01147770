"""A verdict says whether people were told of it: what passes by itself is not told at once."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; until now people were told of every bad verdict."""
    op.add_column("verdicts", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE verdicts SET told_at = since WHERE health NOT IN ('healthy', 'quiet')")
