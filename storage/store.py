"""Open the database: the engine, its transactions, its schema. No questions are asked here.

Every writer takes its lock at the start of its transaction, so two of them never lose an update.
What begins a transaction to write is `@retried`: done again where the reason to fail passes.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any, cast

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.engine import open_engine, shown
from storage.errors import (
    DatabaseFailedError,
    DatabaseUnreachableError,
    SchemaTooNewError,
    SchemaTooOldError,
)
from storage.retrying import is_lost, passes
from storage.schema import Base

HEAD = "0002"  # the newest migration; a test holds it to the folder
DEFAULT_URL = "sqlite:///wenxun.db"
# Alembic's own table, as it would make it.
_VERSIONS = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class Store:
    """One open database. The topics (articles, crawls, alerts …) ask through it; `close()` it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # A database in memory is one connection, which threads have to use in turn.
        in_memory = isinstance(engine.pool, StaticPool)
        self._alone: AbstractContextManager[Any] = RLock() if in_memory else nullcontext()

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def url(self) -> str:
        """Return the address with its password hidden."""
        return self._engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that only reads.

        Raises:
            DatabaseFailedError: the database did not do it (locked, full, gone).
        """
        with self._alone, self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that holds the writer's lock from its start.

        Raises:
            DatabaseFailedError: the database did not do it (locked, full, gone); nothing is saved.
        """
        with self._alone, self._told(), self._engine.connect() as connection:
            connection.execution_options(wenxun_writer=True)
            with connection.begin() as transaction:
                yield connection
                with self._in_doubt():
                    transaction.commit()

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


def open_store(url: str = DEFAULT_URL) -> Store:
    """Open the database and make it on first use.

    Raises:
        DatabaseUnreachableError: it cannot be opened or is no database.
        SchemaTooOldError: it needs `wenxun migrate`.
        SchemaTooNewError: a newer Wenxun made it.
    """
    engine = open_engine(url)
    try:
        found = _revision(engine)
        if found is None:
            _create(engine)
        elif found != HEAD:
            raise _schema_error(engine, found)
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseUnreachableError(shown(url), str(error.orig)) from error
    return Store(engine)


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


def migrate_database(url: str) -> tuple[str | None, str]:
    """Bring the database's schema up to date; return the revision before and after.

    Raises:
        DatabaseUnreachableError: it cannot be opened.
        SchemaTooNewError: a newer Wenxun made it.
    """
    engine = open_engine(url)
    try:
        found = _revision(engine)
        if found is not None and found not in _known_revisions():
            raise SchemaTooNewError(shown(url), found)
        migrate(engine)
    except DBAPIError as error:
        raise DatabaseUnreachableError(shown(url), str(error.orig)) from error
    finally:
        engine.dispose()
    return found, HEAD


def migrate(engine: Engine) -> None:
    """Run the migrations under the writer's lock: of two processes, one waits for the other."""
    from alembic import command  # noqa: PLC0415 (slow to import, needed only here)

    with _schema_lock(engine) as connection:
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _create(engine: Engine) -> None:
    """Make the tables of a new database as all migrations together would.

    Alembic takes longer to import than a small crawl takes; a test holds the two ways equal.
    """
    with _schema_lock(engine) as connection:
        if inspect(connection).has_table(_VERSIONS.name):
            return  # another process was faster
        Base.metadata.create_all(connection, checkfirst=False)
        _VERSIONS.create(connection)
        connection.execute(_VERSIONS.insert().values(version_num=HEAD))


@contextmanager
def _schema_lock(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, _references_unwatched(connection):
        connection.execution_options(wenxun_writer=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(7395012)"))
            yield connection
            if connection.dialect.name == "sqlite":
                _check_references(connection)


@contextmanager
def _references_unwatched(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table and put its new form in its place without deleting what points to it.

    It cannot alter most of a table: migrations copy it. Dropping the old one would delete its rows
    first, and with them, by ON DELETE CASCADE, all that belongs to them.
    Source: https://www.sqlite.org/lang_altertable.html#otheralter (step 1; no use in a transaction)
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise DatabaseFailedError(
            connection.engine.url.render_as_string(hide_password=True),
            f"a row of {broken[0]} points to a row of {broken[2]} that is not there",
        )


def _alembic_config() -> Any:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    script = ScriptDirectory.from_config(_alembic_config())
    return {revision.revision for revision in script.walk_revisions()}


def _schema_error(engine: Engine, found: str) -> Exception:
    url = engine.url.render_as_string(hide_password=True)
    engine.dispose()
    known = found in _known_revisions()
    return SchemaTooOldError(url, found) if known else SchemaTooNewError(url, found)


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
