"""Articles are found by their words: the search index, still empty. `wenxun migrate` fills it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORDS = {
    "sqlite": (
        """CREATE VIRTUAL TABLE search_words USING fts5(
            words, content='', columnsize=0, detail=none, tokenize='ascii')""",
        "INSERT INTO search_words (search_words, rank) VALUES ('automerge', 16)",
        "INSERT INTO search_words (search_words, rank) VALUES ('crisismerge', 64)",
    ),
    "postgresql": (
        "ALTER TABLE search_entries ADD COLUMN words tsvector",
        "ALTER TABLE search_entries ALTER COLUMN words SET STORAGE EXTERNAL",
        "CREATE INDEX ix_search_entries_words ON search_entries USING gin (words)",
        "CREATE INDEX ix_search_entries_day_id ON search_entries (day, id)",
    ),
}


def upgrade() -> None:
    """Make the index, and note that no document is in it yet."""
    op.create_table(
        "search_entries",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("content_id", _NUMBER, nullable=False),
        sa.Column("site_id", _NUMBER, nullable=False),
        sa.Column("day", _NUMBER, nullable=False),
        sa.Column("oversized", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["contents.id"], name="fk_search_entries_content_id"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_search_entries_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
        sa.UniqueConstraint(
            "content_id", "site_id", "day", name="uq_search_entries_content_id_site_id_day"
        ),
    )
    connection = op.get_bind()
    for statement in _WORDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    op.create_table(
        "search_fill",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("filled_to", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_fill"),
    )
    op.execute("INSERT INTO search_fill (id, filled_to) VALUES (1, 0)")
