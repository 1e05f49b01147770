"""Responses stand in WARC files; what older versions kept stays in the database until it is moved."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the files and the places of records; no row changes (`wenxun archive move` moves)."""
    op.create_table(
        "segments",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("records", _NUMBER, nullable=False),
        sa.Column("torn_bytes", _NUMBER, server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segments"),
        sa.UniqueConstraint("name", name="uq_segments_name"),
    )
    # Not by batch: SQLite would make the table anew, which `responses` refers to.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE bodies ADD COLUMN segment_id {number} "
        "CONSTRAINT fk_bodies_segment_id REFERENCES segments (id)"
    )
    for column in ("record_offset", "record_length"):
        op.add_column("bodies", sa.Column(column, _NUMBER, nullable=True))
    with op.batch_alter_table("responses") as responses:
        responses.alter_column("site_id", existing_type=_NUMBER, nullable=True)
        for column in ("segment_id", "record_offset", "record_length"):
            responses.add_column(sa.Column(column, _NUMBER, nullable=True))
        responses.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))
        responses.create_foreign_key("fk_responses_segment_id", "segments", ["segment_id"], ["id"])
        responses.create_index(
            "ix_responses_segment_id_record_offset", ["segment_id", "record_offset"]
        )
