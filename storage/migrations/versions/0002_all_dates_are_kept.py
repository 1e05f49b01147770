"""What every source says of an article's date is kept, and apart from it the day the page prints."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Until now every day was the page's own; other dates were not kept."""
    with op.batch_alter_table("documents") as documents:
        documents.add_column(sa.Column("printed_day", sa.String(length=10), nullable=True))
    op.execute("UPDATE documents SET printed_day = published_day")
    with op.batch_alter_table("versions") as versions:
        versions.add_column(
            sa.Column("dates", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
        )
