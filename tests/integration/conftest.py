"""A new database for each test, and a desk to write to it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import Store, open_store
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


@pytest.fixture
def store(file_url: str) -> Iterator[Store]:
    store = open_store(file_url)
    yield store
    store.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)
