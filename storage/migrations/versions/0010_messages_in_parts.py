"""A message that is too long for its channel is several deliveries, sent in order."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
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
        deliveries.drop_constraint(_OLD, type_="unique")
        deliveries.create_unique_constraint(
            "uq_deliveries_alert_id_channel_id_part", ["alert_id", "channel_id", "part"]
        )
    op.create_index("ix_deliveries_channel_id_state", "deliveries", ["channel_id", "state"])
    op.create_index("ix_delivery_attempts_started_at", "delivery_attempts", ["started_at"])
