"""Contents are grouped into stories; those that are there already wait to be compared."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables, and let every content wait."""
    op.create_table(
        "story_members",
        sa.Column("content_id", _ID, nullable=False, autoincrement=False),
        sa.Column("core_id", _ID, nullable=True),
        sa.Column("letters", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["content_id"], ["contents.id"], name="fk_story_members_content_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["core_id"], ["contents.id"], name="fk_story_members_core_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("content_id", name="pk_story_members"),
    )
    op.create_index("ix_story_members_core_id", "story_members", ["core_id"])
    op.create_table(
        "story_keys",
        sa.Column("key", _ID, nullable=False, autoincrement=False),
        sa.Column("content_id", _ID, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["contents.id"], name="fk_story_keys_content_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "content_id", name="pk_story_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_keys_content_id", "story_keys", ["content_id"])
    op.create_table(
        "story_links",
        sa.Column("content_id", _ID, nullable=False, autoincrement=False),
        sa.Column("other_id", _ID, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["contents.id"], name="fk_story_links_content_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["contents.id"], name="fk_story_links_other_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("content_id", "other_id", name="pk_story_links"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_links_other_id", "story_links", ["other_id"])
    op.execute("INSERT INTO story_members (content_id) SELECT id FROM contents")
