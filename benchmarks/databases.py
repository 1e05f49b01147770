"""The databases that a benchmark works on: a new SQLite file, or a new schema on a server."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

SERVER = os.environ.get("WENXUN_TEST_POSTGRES_URL")
DATABASES = ("sqlite", *(("postgresql",) if SERVER else ()))


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """Yield the address of a database without tables; a schema is dropped in the end."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/wenxun.db"
        return
    server = make_url(SERVER or "").set(drivername="postgresql+psycopg")
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"wenxun_bench_{uuid.uuid4().hex[:12]}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        options = {"options": f"-csearch_path={name}"}
        yield server.update_query_dict(options).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
