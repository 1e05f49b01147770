"""Rows of every schema that was released, as portable data: `released/<revision>.json`.

A file maps tables to rows, as the schema of its revision has them: instants are ISO text, bytes are
base64, JSON is itself. It holds only rows of its own; those of earlier files were there before. A
new revision needs no code: a file with rows of the tables and columns that it brought, tables that
others point to first, the rows of a table with the same columns. The archive's files that rows
point to stand in a folder `released/<revision>/`. What a database holds is printed in this form by

    python -m tests.integration.old_rows sqlite:///wenxun.db
"""

import base64
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, LargeBinary, MetaData, Table, create_engine, insert, select
from sqlalchemy.types import JSON, Boolean, DateTime

import storage.store
from tests.integration.desk import START

MIGRATIONS = Path(storage.store.__file__).parent / "migrations"
RELEASED = Path(__file__).parent / "released"
_INDEXED = {"asset_texts": {"words"}}  # made of the text beside it, on PostgreSQL only
_NOT_KEPT = ("alembic_version", "search_", "file_words")  # the index is made of the rest
Rows = Mapping[str, list[dict[str, Any]]]


def revisions() -> list[str]:
    """All revisions, oldest first."""
    script = ScriptDirectory(str(MIGRATIONS))
    return [found.revision for found in reversed(list(script.walk_revisions()))]


def rows_of(revision: str) -> Rows:
    """The rows that a revision's file adds; none where it has no file."""
    path = RELEASED / f"{revision}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def build(engine: Engine, revision: str) -> None:
    """Make the database that this revision had, grown through all before it, with their rows."""
    for step in grow(engine):
        if step == revision:
            return


def grow(engine: Engine) -> Iterator[str]:
    """Let a database grow through all revisions, with their rows; yield each when it stands."""
    for step in revisions():
        upgrade(engine, step)
        _add(engine, rows_of(step))
        yield step


def add_archive(folder: Path, revision: str) -> None:
    """Put into a folder the archive's files that the rows of this revision point to."""
    folder.mkdir()
    for step in revisions()[: revisions().index(revision) + 1]:
        for file in (RELEASED / step).glob("*"):
            shutil.copy(file, folder)


def upgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def old_article(engine: Engine) -> None:
    """Write one article as the first schema kept it."""
    tables = MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)

        def add(table: str, **values: Any) -> None:
            connection.execute(insert(tables.tables[table]).values(values))

        add(
            "sites", id=1000, name="yunling", timezone="Asia/Shanghai", added_at=START,
            fencing_token=0, health="ok",
        )  # fmt: skip
        add("contents", id=1000, content_hash="1:00", title="题", text="文", created_at=START)
        add(
            "documents", id=1000, site_id=1000, page_key="k", link_key="k", url="http://n/1",
            url_key="n/1", content_id=1000, published_day="2026-02-28", first_seen_at=START,
            last_seen_at=START, state="live",
        )  # fmt: skip
        add(
            "versions", id=1000, document_id=1000, number=1, content_id=1000, reason="first",
            seen_from=START, extractor_version=1, body_hash="0", published_text="日期：2026-02-28",
            published_at=START, published_precision="day",
            published_zone="Asia/Shanghai", credits=[], attachments=[], images=[], flags=[],
        )  # fmt: skip


def dump(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All rows of a database, as portable data, tables that others point to first."""
    with engine.connect() as connection:
        return {
            table.name: [
                {
                    name: _portable(value)
                    for name, value in row.items()
                    if name not in _INDEXED.get(table.name, ())
                }
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in _tables(engine)
        }


def _add(engine: Engine, rows: Rows) -> None:
    # Of these tables alone: on PostgreSQL reading them all takes longer than all else here.
    tables = MetaData()
    tables.reflect(engine, only=list(rows), resolve_fks=False)
    with engine.begin() as connection:
        for table, added in ((tables.tables[name], added) for name, added in rows.items()):
            values = [
                {name: _stored(table, name, value, engine) for name, value in row.items()}
                for row in added
            ]
            connection.execute(insert(table), values)
            if engine.dialect.name == "postgresql" and "id" in table.c:
                # As if it had given the numbers itself.
                connection.exec_driver_sql(
                    f"SELECT setval('{table.name}_id_seq', (SELECT max(id) FROM {table.name}))"
                )


def _tables(engine: Engine) -> Iterator[Table]:
    """The tables as they are, whatever the models say by now."""
    tables = MetaData()
    tables.reflect(engine)
    return (table for table in tables.sorted_tables if not table.name.startswith(_NOT_KEPT))


def _stored(table: Table, name: str, value: Any, engine: Engine) -> Any:
    match table.c[name].type:
        case _ if value is None:
            return None
        case DateTime():
            instant = datetime.fromisoformat(value)
            return instant.replace(tzinfo=None) if engine.dialect.name == "sqlite" else instant
        case LargeBinary():
            return base64.b64decode(value)
        case JSON() | Boolean() | _:
            return value


def _portable(value: Any) -> Any:
    match value:
        case datetime():
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return aware.astimezone(UTC).isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case _:
            return value


if __name__ == "__main__":
    print(json.dumps(dump(create_engine(sys.argv[1])), ensure_ascii=False, indent=1))
