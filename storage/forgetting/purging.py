"""Take the bytes of what was deleted out of the files: those of the database and of the archive.

A database only marks rows as deleted; their bytes stay in its files until others take the place.
Source: https://sqlite.org/lang_vacuum.html, https://sqlite.org/wal.html (TRUNCATE),
https://sqlite.org/fts5.html (optimize); PostgreSQL, VACUUM FULL.
"""

from sqlalchemy import Connection, func, select, text

from storage.archive.compacting import compact, condemn_holed
from storage.archive.verifying import strangers
from storage.errors import StorageError
from storage.schema import Base, Segment
from storage.store import Store

_NAMED = 5
# What was taken out of an index stands in it beside a note that it was, until its pieces are one.
_ONE_PIECE = (
    "INSERT INTO search_words (search_words) VALUES ('optimize')",
    "INSERT INTO file_words (file_words) VALUES ('optimize')",
)


def overwrite_deleted(connection: Connection) -> None:
    """Have what this connection deletes overwritten, where the database can do that."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def purge(store: Store) -> str | None:
    """Write the files anew, without what was deleted; return why it could not be done, or None.

    It takes the room of the database once more while it runs.
    """
    try:
        condemn_holed(store)
        compact(store)
        left = _condemned(store)
        if left:
            return f"{left} files of the archive are in use, or on another machine"
        if unknown := strangers(store):
            names = ", ".join(unknown[:_NAMED])
            return f"the database does not know these files of the archive: {names}"
        with store.autocommit() as connection:
            return _rewritten(connection)
    except StorageError as error:
        return str(error)


def _condemned(store: Store) -> int:
    question = select(func.count(Segment.id)).where(Segment.state == "condemned")
    with store.read() as connection:
        return connection.scalar(question) or 0


def _rewritten(connection: Connection) -> str | None:
    if connection.dialect.name == "postgresql":
        tables = ", ".join(f'"{table}"' for table in Base.metadata.tables)
        connection.execute(text(f"VACUUM FULL {tables}"))
        return None
    for statement in _ONE_PIECE:
        connection.execute(text(statement))
    connection.execute(text("VACUUM"))
    is_busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
    if is_busy:
        return "another process reads the database, so its log could not be emptied"
    return None
