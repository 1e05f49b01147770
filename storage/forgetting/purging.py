"""Take the bytes of what was deleted out of the database's files.

A database only marks rows as deleted; their bytes stay in its files until others take the place.
Source: https://sqlite.org/lang_vacuum.html, https://sqlite.org/wal.html (TRUNCATE); PostgreSQL,
VACUUM FULL.
"""

from sqlalchemy import Connection, text

from storage.errors import DatabaseFailedError
from storage.schema import Base
from storage.store import Store


def overwrite_deleted(connection: Connection) -> None:
    """Have what this connection deletes overwritten, where the database can do that."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def purge(store: Store) -> str | None:
    """Write the files anew, without what was deleted; return why it could not be done, or None.

    It takes the room of the database once more while it runs.
    """
    try:
        with store.autocommit() as connection:
            if store.dialect == "postgresql":
                tables = ", ".join(f'"{table}"' for table in Base.metadata.tables)
                connection.execute(text(f"VACUUM FULL {tables}"))
                return None
            connection.execute(text("VACUUM"))
            busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
    except DatabaseFailedError as error:
        return str(error)
    return "another process reads the database, so its log could not be emptied" if busy else None
