"""Each column has its own next look; crawls say how many columns they read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Of earlier crawls it is not known how many lists they read."""
    with op.batch_alter_table("columns") as columns:
        columns.add_column(sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("crawls") as crawls:
        crawls.add_column(
            sa.Column(
                "columns_read",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default=sa.text("0"),
                nullable=False,
            )
        )
