"""A new database for each test, SQLite and PostgreSQL alike, and a desk to write to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from storage.store import Store, open_store
from tests.databases import DATABASES, empty, own_schema
from tests.integration.desk import Desk


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
    with own_schema() as url:
        open_store(url).close()
        yield url


@pytest.fixture(scope="session")
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The address of a database with tables and without rows, one of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("file_url"))
    empty(request.getfixturevalue("postgres_engine"))
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=DATABASES)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, one of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new.db"
        return
    with own_schema() as url:
        yield url


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    store = open_store(database, archive_dir=tmp_path / "archive")
    yield store
    store.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)
