"""Watches and channels have a subscriber, within which their names are unique."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is there belongs to the configuration itself."""
    for name in ("watches", "channels"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("subscriber", sa.Text(), server_default="", nullable=False))
            table.drop_constraint(f"uq_{name}_name", type_="unique")
            table.create_unique_constraint(f"uq_{name}_subscriber_name", ["subscriber", "name"])
