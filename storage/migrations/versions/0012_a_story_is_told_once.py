"""A message that tells of a story again names the one that told of it first."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was told before nothing is folded."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(
            sa.Column(
                "folded_into_id",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        deliveries.create_foreign_key(
            "fk_deliveries_folded_into_id",
            "deliveries",
            ["folded_into_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index("ix_deliveries_folded_into_id", "deliveries", ["folded_into_id"])
