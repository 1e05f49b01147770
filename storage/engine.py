"""How each kind of database is opened, and what is set on every connection."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from storage.article import storable
from storage.errors import DatabaseUnreachableError, NoDatabaseAddressError

_BUSY_TIMEOUT_MS = 30_000
_ENCODED = json.JSONEncoder(ensure_ascii=False).encode  # `dumps` makes an encoder each time


def open_engine(url: str) -> Engine:
    """Return the engine of a database; nothing is connected yet.

    Raises:
        DatabaseUnreachableError: its driver or its folder is missing.
        NoDatabaseAddressError: this is no address of a database that Wenxun knows.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        match parsed.get_backend_name():
            case "sqlite":
                return _sqlite_engine(url)
            case "postgresql":
                return _postgres_engine(parsed)
    except ModuleNotFoundError as error:
        reason = f"{error}: PostgreSQL needs `pip install 'wenxun[postgres]'`"
        raise DatabaseUnreachableError(shown(url), reason) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise NoDatabaseAddressError(shown(url)) from error
    raise NoDatabaseAddressError(shown(url))


def _postgres_engine(url: URL) -> Engine:
    return create_engine(
        url,
        pool_pre_ping=True,  # a connection that the server closed meanwhile is made anew
        json_serializer=_json_text,
        connect_args={"fallback_application_name": "wenxun"},  # as pg_stat_activity shows it
    )


def driver_arguments(url: URL) -> dict[str, Any]:
    """Return what PostgreSQL's driver connects with, for who speaks to it without us."""
    return dict(url.get_dialect()().create_connect_args(url)[1])


def shown(url: str) -> str:
    """Return an address as it may be shown: without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(hidden: it may hold a password)" if "@" in url else repr(url)


def _json_text(value: object) -> str:
    """Return JSON whose texts are storable."""
    text = _ENCODED(value)
    if "\\u0000" in text or storable(text) != text:
        return _ENCODED(_storable_parts(value))
    return text


def _storable_parts(value: object) -> object:
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(str(key)): _storable_parts(one) for key, one in value.items()}
        case list() | tuple():
            return [_storable_parts(one) for one in value]
        case _:
            return value


def _sqlite_engine(url: str) -> Engine:
    database = make_url(url).database
    in_memory = database in {None, "", ":memory:"}
    is_file = not in_memory and not str(database).startswith("file:")
    if is_file and "?" in url:
        raise DatabaseUnreachableError(url, "write a `?` of a path as %3F, and a `%` as %25")
    if is_file and not Path(str(database)).absolute().parent.is_dir():
        raise DatabaseUnreachableError(url, f"the folder of {database} does not exist")
    arguments: dict[str, Any] = {
        "connect_args": {"check_same_thread": False, "timeout": 30},
        "json_serializer": _json_text,
    }
    # Each connection keeps pages of its own: whoever comes takes that which was used last.
    arguments |= {"poolclass": StaticPool} if in_memory else {"pool_use_lifo": True}
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
    options = connection.get_execution_options()
    if options.get("wenxun_autocommit", False):
        return
    # A deferred BEGIN that turns into a writer fails at once when another wrote meanwhile.
    writer = options.get("wenxun_writer", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
