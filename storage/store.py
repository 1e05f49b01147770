"""Open the database, and its transactions. No questions are asked here.

Every writer takes its lock at the start of its transaction, so two of them never lose an update.
What begins a transaction to write is `@retried`: done again where the reason to fail passes.
A transaction includes what it adds to the archive: that is on the disk before the commit.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any, cast

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.archive.segments import Batch, Folder
from storage.engine import open_engine, shown
from storage.errors import (
    DatabaseFailedError,
    DatabaseUnreachableError,
    SchemaTooNewError,
    SchemaTooOldError,
)
from storage.retrying import is_lost, passes
from storage.upgrading import create, known_revisions, migrate, revision

HEAD = "0019"  # the newest migration; a test holds it to the folder
DEFAULT_URL = "sqlite:///wenxun.db"


class Store:
    """One open database. The topics (articles, crawls, alerts …) ask through it; `close()` it."""

    def __init__(self, engine: Engine, folder: Folder) -> None:
        self._engine = engine
        self.folder = folder
        # A database in memory is one connection, which threads have to use in turn.
        in_memory = isinstance(engine.pool, StaticPool)
        self._alone: AbstractContextManager[Any] = RLock() if in_memory else nullcontext()

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def address(self) -> URL:
        """Return the address with its password: never show it."""
        return self._engine.url

    @property
    def url(self) -> str:
        """Return the address with its password hidden."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """Return the file of a SQLite database; None for one in memory, or of a server."""
        database = self._engine.url.database
        in_memory = isinstance(self._engine.pool, StaticPool)
        is_file = self.dialect == "sqlite" and database and not in_memory
        return Path(database) if is_file and database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that only reads.

        Raises:
            DatabaseFailedError: the database did not do it (locked, full, gone).
        """
        with self._alone, self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Yield a connection that sees the database as it is now, however long it reads.

        Raises:
            DatabaseFailedError: the database did not do it (locked, gone).
        """
        with self._alone, self._told(), self._engine.connect() as connection:
            if self.dialect == "postgresql":  # SQLite's readers always do
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that holds the writer's lock from its start.

        Raises:
            DatabaseFailedError: the database did not do it (locked, full, gone); nothing is saved.
            ArchiveFailedError: the archive's files did not take it; nothing is saved.
        """
        with (
            self._alone,
            self._told(),
            self._engine.connect() as connection,
            closing(Batch(self.folder, connection)) as batch,
        ):
            connection.execution_options(wenxun_writer=True, wenxun_archive=batch)
            with connection.begin() as transaction:
                yield connection
                batch.sync()
                with self._in_doubt():
                    transaction.commit()

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """Yield a connection without a transaction, for upkeep; it raises as `write` does."""
        with self._alone, self._told(), self._engine.connect() as connection:
            yield connection.execution_options(wenxun_autocommit=True, isolation_level="AUTOCOMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            reason = str(error.orig)
            raise DatabaseFailedError(self.url, reason, passes=passes(error)) from error

    @contextmanager
    def _in_doubt(self) -> Iterator[None]:
        """Let nobody do a transaction again that the server may have committed."""
        try:
            yield
        except DBAPIError as error:
            if not is_lost(error):
                raise
            reason = f"connection lost while it committed, which it may have done: {error.orig}"
            raise DatabaseFailedError(self.url, reason) from error

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
        self.folder.close()


def open_store(url: str = DEFAULT_URL, *, archive_dir: Path | None = None) -> Store:
    """Open the database and make it on first use.

    The archive's files stand in `archive_dir`, by default beside a SQLite file (`wenxun.db`:
    `wenxun-archive`), else in `wenxun-archive` of the working directory.

    Raises:
        DatabaseUnreachableError: it cannot be opened or is no database.
        SchemaTooOldError: it needs `wenxun migrate`.
        SchemaTooNewError: a newer Wenxun made it.
    """
    engine = open_engine(url)
    try:
        found = revision(engine)
        if found is None:
            create(engine, HEAD)
        elif found != HEAD:
            raise _schema_error(engine, found)
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseUnreachableError(shown(url), str(error.orig)) from error
    return Store(engine, Folder(archive_dir or _archive_beside(engine.url)))


def archive_beside(path: Path) -> Path:
    """Return the folder of the archive of a SQLite file that names no other."""
    return path.with_name(f"{path.stem}-archive")


def archive_of(connection: Connection) -> Batch:
    """Return what the transaction of `Store.write` adds to the archive."""
    batch: Batch = connection.get_execution_options()["wenxun_archive"]
    return batch


def open_existing(url: str, *, archive_dir: Path | None = None) -> Store:
    """Open a database that is there; none is made.

    Raises:
        DatabaseUnreachableError: it cannot be opened, is no database, or holds none of ours.
        SchemaTooOldError: it needs `wenxun migrate`.
        SchemaTooNewError: a newer Wenxun made it.
    """
    engine = open_engine(url)
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    try:
        if file and not file.startswith("file:") and not Path(file).exists():
            raise DatabaseUnreachableError(shown(url), "there is no such file")
        if revision(engine) is None:
            raise DatabaseUnreachableError(shown(url), "it holds nothing of Wenxun")
    except DBAPIError as error:
        raise DatabaseUnreachableError(shown(url), str(error.orig)) from error
    finally:
        engine.dispose()
    return open_store(url, archive_dir=archive_dir)


def file_url(path: Path) -> str:
    """Return the address of a SQLite file; `?`, `#` and `%` in its path are quoted."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def upsert(connection: Connection, table: type[Any]) -> sqlite.Insert:
    """Return an INSERT that takes `on_conflict_…`, for the connection's database.

    Both databases speak the same ON CONFLICT; only SQLAlchemy's classes differ.
    """
    return upsert_for(connection.dialect.name, table)


def upsert_for(dialect: str, table: type[Any]) -> sqlite.Insert:
    """Return such an INSERT for a database named as `Store.dialect` does."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 (slow to import)

        return cast("sqlite.Insert", postgresql.insert(table))
    return sqlite.insert(table)


def in_turn(connection: Connection, lock: int) -> None:
    """Let transactions that ask for this lock follow one another; the lock ends with them.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def migrate_database(url: str) -> tuple[str | None, str]:
    """Bring the database's schema up to date; return the revision before and after.

    Raises:
        DatabaseUnreachableError: it cannot be opened.
        SchemaTooNewError: a newer Wenxun made it.
    """
    engine = open_engine(url)
    try:
        found = revision(engine)
        if found is not None and found not in known_revisions():
            raise SchemaTooNewError(shown(url), found)
        migrate(engine)
    except DBAPIError as error:
        raise DatabaseUnreachableError(shown(url), str(error.orig)) from error
    finally:
        engine.dispose()
    return found, HEAD


def _schema_error(engine: Engine, found: str) -> Exception:
    url = engine.url.render_as_string(hide_password=True)
    engine.dispose()
    known = found in known_revisions()
    return SchemaTooOldError(url, found) if known else SchemaTooNewError(url, found)


def _archive_beside(url: URL) -> Path | None:
    """Return the folder of the archive, unless it is to be a temporary one."""
    if url.get_backend_name() != "sqlite":
        return Path("wenxun-archive")
    if url.database in {None, "", ":memory:"}:
        return None
    return archive_beside(Path(str(url.database).removeprefix("file:")))
