"""Messages in parts, and digests: deliveries of several, or of one part of a message."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OLD = "uq_deliveries_alert_id_channel_id"


def upgrade() -> None:
    """Add the number of the part; what is there is whole, so it is part 1."""
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(
            sa.Column(
                "part",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default=sa.text("1"),
                nullable=False,
            )
        )
        deliveries.add_column(
            sa.Column(
                "digest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        # When a message was given up is not known of those that were before; they count as old.
        deliveries.add_column(sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True))
        deliveries.alter_column("alert_id", existing_type=sa.BigInteger(), nullable=True)
        deliveries.create_foreign_key(
            "fk_deliveries_digest_id", "deliveries", ["digest_id"], ["id"], ondelete="SET NULL"
        )
        deliveries.drop_constraint(_OLD, type_="unique")
        deliveries.create_unique_constraint(
            "uq_deliveries_alert_id_channel_id_part", ["alert_id", "channel_id", "part"]
        )
    op.create_index("ix_deliveries_dead_at", "deliveries", ["dead_at"])
    op.create_index("ix_deliveries_digest_id", "deliveries", ["digest_id"])
    op.create_index("ix_deliveries_channel_id_state", "deliveries", ["channel_id", "state"])
    op.create_index("ix_delivery_attempts_started_at", "delivery_attempts", ["started_at"])
