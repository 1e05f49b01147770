"""Files and pictures that articles name are kept, with their text."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORDS = {
    "sqlite": (
        """CREATE VIRTUAL TABLE file_words USING fts5(
            words, content='', columnsize=0, detail=none, tokenize='ascii')""",
    ),
    "postgresql": (
        "ALTER TABLE asset_texts ADD COLUMN words tsvector",
        "ALTER TABLE asset_texts ALTER COLUMN words SET STORAGE EXTERNAL",
        "CREATE INDEX ix_asset_texts_words ON asset_texts USING gin (words)",
    ),
}


def upgrade() -> None:
    """Create the tables. Of what was read before, files are asked for at the next look."""
    op.create_table(
        "assets",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("site_id", _NUMBER, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("tries", _NUMBER, nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_assets_site_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assets"),
        sa.UniqueConstraint("site_id", "url_key", name="uq_assets_site_id_url_key"),
    )
    op.create_index("ix_assets_site_id_next_try_at", "assets", ["site_id", "next_try_at"])
    op.create_table(
        "asset_copies",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("asset_id", _NUMBER, nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crawl_id", _NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name="fk_asset_copies_asset_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.id"], name="fk_asset_copies_crawl_id"),
        sa.PrimaryKeyConstraint("id", name="pk_asset_copies"),
        sa.UniqueConstraint("asset_id", "number", name="uq_asset_copies_asset_id_number"),
    )
    op.create_index("ix_asset_copies_sha256", "asset_copies", ["sha256"])
    op.create_table(
        "asset_texts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asset_texts"),
        sa.UniqueConstraint("sha256", name="uq_asset_texts_sha256"),
    )
    connection = op.get_bind()
    for statement in _WORDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    op.create_table(
        "version_assets",
        sa.Column("version_id", _NUMBER, nullable=False),
        sa.Column("asset_id", _NUMBER, nullable=False),
        sa.Column("position", _NUMBER, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name="fk_version_assets_version_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name="fk_version_assets_asset_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "asset_id", name="pk_version_assets"),
    )
    op.create_index("ix_version_assets_asset_id", "version_assets", ["asset_id"])
