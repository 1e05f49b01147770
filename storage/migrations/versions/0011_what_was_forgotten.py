"""What was forgotten is recorded, and known by hashes if it comes again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "forgettings",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_forgettings"),
    )
    op.create_table(
        "forgotten_keys",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("forgetting_id", _NUMBER, nullable=False),
        sa.Column("site_id", _NUMBER, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("letters", _NUMBER, nullable=True),
        sa.Column("hint", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["forgetting_id"],
            ["forgettings.id"],
            name="fk_forgotten_keys_forgetting_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_forgotten_keys_site_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten_keys"),
    )
    op.create_index("ix_forgotten_keys_site_id", "forgotten_keys", ["site_id"])
