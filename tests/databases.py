"""Databases for tests: SQLite, and the PostgreSQL of WENXUN_TEST_POSTGRES_URL where there is one.

On PostgreSQL every run of the tests works in a schema of its own, so that several runs share a
server. A run holds a lock on its schema's name while it lives; a schema whose lock is free belongs
to a run that was killed, and the next run drops it.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from storage.schema import Base

POSTGRES = os.environ.get("WENXUN_TEST_POSTGRES_URL")
NO_SERVER = pytest.mark.skipif(not POSTGRES, reason="WENXUN_TEST_POSTGRES_URL names no server")
DATABASES = (pytest.param("sqlite"), pytest.param("postgresql", marks=NO_SERVER))
# For tests that take `database`, or what is made of it.
ON_EVERY_DATABASE = pytest.mark.parametrize("database", DATABASES, indirect=True)
ON_SQLITE = pytest.mark.parametrize("database", DATABASES[:1], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("database", DATABASES[1:], indirect=True)
_PREFIX = "wenxun_test_"
_TRY_HOLD = text("SELECT pg_try_advisory_lock(hashtext(:name))")
_LET_GO = text("SELECT pg_advisory_unlock(hashtext(:name))")


def server_url() -> URL:
    """The address of the server's database, as SQLAlchemy's driver takes it."""
    return make_url(POSTGRES or "").set(drivername="postgresql+psycopg")


@contextmanager
def own_schema() -> Iterator[str]:
    """Make a schema that nobody else has, yield the address that leads to it, and drop it."""
    engine = create_engine(server_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"{_PREFIX}{uuid.uuid4().hex[:12]}"
    with engine.connect() as connection:
        connection.execute(_TRY_HOLD, {"name": name})
        connection.execute(text(f"CREATE SCHEMA {name}"))
        _drop_abandoned(connection, name)
        # Tests need no commit that outlives a power cut: without it they take half the time.
        options = f"-csearch_path={name} -csynchronous_commit=off"
        own = server_url().update_query_dict({"options": options})
        try:
            yield own.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


def empty(engine: Engine) -> None:
    """Take all rows away and let the numbers begin at 1 again.

    Tables in the order of the models, so that one run of the statements meets no foreign key;
    TRUNCATE would take fifty times as long for the few rows that a test writes.
    """
    tables = list(reversed(Base.metadata.sorted_tables))
    deletes = [f'DELETE FROM "{table.name}"' for table in tables]
    restarts = [
        f'ALTER SEQUENCE "{table.name}_id_seq" RESTART' for table in tables if "id" in table.c
    ]
    with engine.begin() as connection:
        connection.exec_driver_sql("; ".join([*deletes, *restarts]))


def _drop_abandoned(connection: Connection, own: str) -> None:
    found = connection.scalars(
        text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix)"),
        {"prefix": _PREFIX},
    ).all()
    for name in set(found) - {own}:
        if connection.scalar(_TRY_HOLD, {"name": name}):
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
            connection.execute(_LET_GO, {"name": name})
