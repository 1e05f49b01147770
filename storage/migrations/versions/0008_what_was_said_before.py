"""When a version was last looked at, what was said beside it before, why an event is held."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them, empty: of what was before, nobody knows."""
    with op.batch_alter_table("versions") as versions:
        versions.add_column(sa.Column("last_look_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("events") as events:
        events.add_column(sa.Column("state_reason", sa.Text(), nullable=True))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "amendments",
        sa.Column("id", number, nullable=False),
        sa.Column("version_id", number, nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crawl_id", number, nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["versions.id"],
            name=op.f("fk_amendments_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.id"], name=op.f("fk_amendments_crawl_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
    )
    op.create_index(op.f("ix_amendments_version_id"), "amendments", ["version_id"])
