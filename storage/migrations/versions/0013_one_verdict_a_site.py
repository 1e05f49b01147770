"""A site has one verdict with its evidence and its history; columns know what they gave."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAMES = {"ok": "healthy", "broken": "layout_broken"}


def upgrade() -> None:
    """Create the table, add the columns, and name what stands as it is named now."""
    op.create_table(
        "verdicts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("site_id", _NUMBER, nullable=False),
        sa.Column("health", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crawl_id", _NUMBER, nullable=True),
        sa.Column("response_id", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_verdicts_site_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.id"], name="fk_verdicts_crawl_id"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name="fk_verdicts_response_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_site_id_since", "verdicts", ["site_id", "since"])
    op.create_index("ix_verdicts_crawl_id", "verdicts", ["crawl_id"])
    op.create_index("ix_verdicts_response_id", "verdicts", ["response_id"])
    with op.batch_alter_table("columns") as columns:
        columns.add_column(sa.Column("items", _NUMBER, nullable=True))
        columns.add_column(sa.Column("trouble", sa.String(length=16), nullable=True))
        columns.add_column(
            sa.Column("trouble_looks", _NUMBER, nullable=False, server_default=sa.text("0"))
        )
    sites = sa.table(
        "sites", sa.column("health", sa.String()), sa.column("id", sa.Integer()),
        sa.column("health_evidence", sa.Text()),
        sa.column("health_since", sa.DateTime(timezone=True)),
    )  # fmt: skip
    for before, now in _NAMES.items():
        op.execute(sa.update(sites).where(sites.c.health == before).values(health=now))
    verdicts = sa.table(
        "verdicts", sa.column("site_id"), sa.column("health"), sa.column("evidence"),
        sa.column("since"),
    )  # fmt: skip
    standing = sa.select(
        sites.c.id, sites.c.health, sites.c.health_evidence, sites.c.health_since
    ).where(sites.c.health != "healthy", sites.c.health_since.is_not(None))
    op.execute(
        sa.insert(verdicts).from_select(["site_id", "health", "evidence", "since"], standing)
    )
