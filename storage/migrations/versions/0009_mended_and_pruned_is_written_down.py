"""What was mended and pruned is written down; what a crawl brought is found by the crawl."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the indexes without which a crawl is not removed in reasonable time."""
    op.create_table(
        "care_records",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_care_records"),
    )
    op.create_index("ix_care_records_kind_done_at", "care_records", ["kind", "done_at"])
    op.create_index("ix_documents_first_crawl_id", "documents", ["first_crawl_id"])
    op.create_index("ix_sightings_first_crawl_id", "sightings", ["first_crawl_id"])
    op.create_index("ix_slots_crawl_id", "slots", ["crawl_id"])
    op.create_index("ix_versions_crawl_id", "versions", ["crawl_id"])
