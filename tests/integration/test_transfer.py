"""A whole database moves to another one, of either kind, or nothing of it does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from storage.errors import DatabaseUnreachableError
from storage.file_index import found_texts
from storage.holder import me
from storage.query_index import Term
from storage.services import Services
from storage.store import Store, migrate_database, open_existing, open_store
from storage.transfer import Digest, InUseError, NotEmptyError, transfer
from tests.integration.desk import START, Desk, article
from tests.integration.old_rows import build, dump, revisions
from wenxun.cli import app

MUCH_LATER = START + timedelta(days=90)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Store]:
    """A database with rows in all tables, one of them with a lead that has a higher number."""
    url = f"sqlite:///{tmp_path}/source.db"
    engine = create_engine(url, poolclass=NullPool)
    build(engine, revisions()[-1])
    with engine.begin() as connection:
        connection.execute(text("UPDATE documents SET lead_id = 100 WHERE id = 1"))
        connection.execute(text("UPDATE services SET heartbeat_at = '2026-03-01 00:00:00'"))
    migrate_database(url)
    store = open_existing(url)
    yield store
    store.close()


def rows(store: Store) -> dict[str, list[dict[str, object]]]:
    engine = create_engine(store._engine.url, poolclass=NullPool)
    return dict(sorted(dump(engine).items()))


def moved(source: Store, target: Store) -> dict[str, int]:
    return transfer(source, target, now=MUCH_LATER, progress=lambda *_: None)


def test_every_row_of_every_table_arrives_as_it_was(source: Store, store: Store) -> None:
    before = rows(source)

    counts = moved(source, store)

    assert rows(store) == before
    assert counts == {name: len(table) for name, table in before.items()}


def test_what_files_say_is_found_where_it_was_moved_to(source: Store, store: Store) -> None:
    moved(source, store)

    with store.read() as connection:
        found = list(found_texts(connection, Term("日程")))

    assert found == [[2]]


def test_a_database_moves_back_as_it_came(source: Store, store: Store, tmp_path: Path) -> None:
    moved(source, store)
    back = open_store(f"sqlite:///{tmp_path}/back.db")

    moved(store, back)

    assert rows(back) == rows(source)
    back.close()


def test_what_was_moved_is_crawled_on_under_new_numbers(source: Store, store: Store) -> None:
    moved(source, store)
    before = len(Desk(store).all())
    desk = Desk(store)
    desk.now = MUCH_LATER

    desk.crawl(desk.read(article("info/1001/77", title="搬家之后的新闻")))

    assert len(desk.all()) == before + 1
    assert max(one.id for one in desk.all()) > 100


def test_a_target_with_rows_is_refused_and_stays_as_it_is(source: Store, store: Store) -> None:
    Desk(store).begin()
    before = rows(store)

    with pytest.raises(NotEmptyError, match="name a new or empty database"):
        moved(source, store)
    assert rows(store) == before


def test_a_database_that_is_at_work_is_not_moved(source: Store, store: Store) -> None:
    desk = Desk(source, "another")
    desk.begin()
    with pytest.raises(InUseError, match="process 1 on elsewhere"):
        transfer(source, store, now=desk.now, progress=lambda *_: None)
    desk.finish()
    Services(source).beat(me(), now=MUCH_LATER)

    with pytest.raises(InUseError):
        moved(source, store)


def test_a_move_that_breaks_off_leaves_nothing(source: Store, store: Store) -> None:
    def break_off(table: str, _done: int, _total: int) -> None:
        if table == "versions":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(source, store, now=MUCH_LATER, progress=break_off)

    assert not any(rows(store).values())
    moved(source, store)


def test_a_digest_tells_rows_that_changed_and_not_their_order() -> None:
    def digest(*rows: dict[str, object]) -> Digest:
        found = Digest()
        for row in rows:
            found.add(row)
        return found

    one, two = {"id": 1, "data": b"x"}, {"id": 2, "data": {"b": 1, "a": [None]}}

    assert digest(one, two) == digest({"id": 2, "data": {"a": [None], "b": 1}}, one)
    assert digest(one, two) != digest(one, {**two, "id": 3})
    assert digest(one) != digest({**one, "data": b"y"})


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachableError, match="there is no such file"):
        open_existing(f"sqlite:///{tmp_path}/nothing.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(DatabaseUnreachableError, match="nothing of Wenxun"):
        open_existing(f"sqlite:///{tmp_path}/empty.db")

    assert [path.name for path in tmp_path.iterdir()] == ["empty.db"]


def test_the_command_says_what_it_moved(source: Store, database: str) -> None:
    url, documents = str(source._engine.url), len(rows(source)["documents"])

    done = CliRunner().invoke(app, ["migrate", "--from", url, "--database", database])

    assert done.exit_code == 0, done
    assert f"documents: {documents}" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1].startswith("moved and compared: ")
