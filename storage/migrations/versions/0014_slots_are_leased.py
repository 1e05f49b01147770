"""Slots say how many looks they stand for; services say what they do, and how long they may be silent."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns; what is there was one look each, of services with the lease of then."""
    with op.batch_alter_table("slots") as slots:
        slots.add_column(sa.Column("looks", _NUMBER, nullable=False, server_default=sa.text("1")))
        slots.add_column(sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("services") as services:
        services.add_column(
            sa.Column("kind", sa.String(length=16), nullable=False, server_default="service")
        )
        services.add_column(
            sa.Column("lease_s", _NUMBER, nullable=False, server_default=sa.text("60"))
        )
