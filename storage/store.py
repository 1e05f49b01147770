"""Open the database: the engine, its transactions, its schema. No questions are asked here.

Every writer takes its lock at the start of its transaction, so two of them never lose an update.
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
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from storage.errors import (
    DatabaseFailedError,
    DatabaseUnreachableError,
    NoDatabaseAddressError,
    SchemaTooNewError,
    SchemaTooOldError,
)
from storage.schema import Base

HEAD = "0008"  # the newest migration; a test holds it to the folder
DEFAULT_URL = "sqlite:///wenxun.db"
_BUSY_TIMEOUT_MS = 30_000
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
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that holds the writer's lock from its start.

        Raises:
            DatabaseFailedError: the database did not do it (locked, full, gone); nothing is saved.
        """
        with self._alone, self._told(), self._engine.connect() as connection:
            connection.execution_options(wenxun_writer=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise DatabaseFailedError(self.url, str(error.orig)) from error

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
    engine = _engine(url)
    try:
        found = _revision(engine)
        if found is None:
            _create(engine)
        elif found != HEAD:
            raise _schema_error(engine, found)
    except DBAPIError as error:
        engine.dispose()
        raise DatabaseUnreachableError(_shown(url), str(error.orig)) from error
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
    engine = _engine(url)
    try:
        found = _revision(engine)
        if found is not None and found not in _known_revisions():
            raise SchemaTooNewError(_shown(url), found)
        migrate(engine)
    except DBAPIError as error:
        raise DatabaseUnreachableError(_shown(url), str(error.orig)) from error
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
    with engine.connect() as connection:
        connection.execution_options(wenxun_writer=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(7395012)"))
            yield connection


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


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        match parsed.get_backend_name():
            case "sqlite":
                return _sqlite_engine(url)
            case "postgresql":
                return create_engine(parsed, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        reason = f"{error}: PostgreSQL needs `pip install 'psycopg[binary]'`"
        raise DatabaseUnreachableError(_shown(url), reason) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise NoDatabaseAddressError(_shown(url)) from error
    raise NoDatabaseAddressError(_shown(url))


def _sqlite_engine(url: str) -> Engine:
    database = make_url(url).database
    in_memory = database in {None, "", ":memory:"}
    is_file = not in_memory and not str(database).startswith("file:")
    if is_file and "?" in url:
        raise DatabaseUnreachableError(url, "write a `?` of a path as %3F, and a `%` as %25")
    if is_file and not Path(str(database)).absolute().parent.is_dir():
        raise DatabaseUnreachableError(url, f"the folder of {database} does not exist")
    arguments: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 30}}
    if in_memory:
        arguments["poolclass"] = StaticPool
    engine = create_engine(url, **arguments)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # our own BEGIN, below
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    # Copying the log back less often saves a fifth of the cost of a batch; it grows to 32 MB.
    cursor.execute("PRAGMA wal_autocheckpoint = 8000")
    cursor.execute("PRAGMA cache_size = -16000")  # KiB: a batch of pages, before it is committed
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred BEGIN that turns into a writer fails at once when another wrote meanwhile.
    writer = connection.get_execution_options().get("wenxun_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(hidden: it may hold a password)" if "@" in url else repr(url)
