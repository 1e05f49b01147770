"""A new database for each test, and a desk to write to it.

SQLite, or the PostgreSQL of WENXUN_TEST_POSTGRES_URL, in a schema of its own that is dropped.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from storage.schema import Base
from storage.store import Store, open_store
from tests.integration.desk import Desk

POSTGRES = os.environ.get("WENXUN_TEST_POSTGRES_URL")
_SCHEMA = "wenxun_test"


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, made once: making the tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "wenxun.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def file_url(tmp_path: Path, empty_database: Path) -> str:
    path = tmp_path / "wenxun.db"
    shutil.copyfile(empty_database, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    url = make_url(POSTGRES or "").set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {_SCHEMA}"))
        own = url.update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
        yield own.render_as_string(hide_password=False)
        connection.execute(text(f"DROP SCHEMA {_SCHEMA} CASCADE"))
    engine.dispose()


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = request.getfixturevalue("postgres_url" if POSTGRES else "file_url")
    store = open_store(url, archive_dir=tmp_path / "archive")
    if POSTGRES:
        tables = ", ".join(f'"{name}"' for name in Base.metadata.tables)
        with store.write() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    yield store
    store.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)
