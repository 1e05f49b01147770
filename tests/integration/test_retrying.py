"""A transaction that fails for a reason that passes is done again, and only then."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from storage.errors import DatabaseFailedError
from storage.retrying import passes, retried, until_done
from storage.schema import Site
from storage.store import Store
from tests.databases import DATABASES
from tests.integration.desk import START, Desk, article

ON_POSTGRESQL = pytest.mark.parametrize("database", DATABASES[1:], indirect=True)
Step = Callable[[Connection], object]


def failing(passes: bool) -> DatabaseFailedError:
    return DatabaseFailedError("sqlite://", "locked", passes=passes)


def test_what_passes_is_done_again_as_often_as_there_are_waits() -> None:
    errors = [failing(passes=True), failing(passes=True)]
    slept: list[float] = []

    def work() -> str:
        if errors:
            raise errors.pop()
        return "done"

    assert until_done(work, waits=[0.1, 0.2, 0.4], sleep=slept.append) == "done"
    assert slept == [0.1, 0.2]


def test_what_does_not_pass_in_time_is_raised() -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise failing(passes=True)

    with pytest.raises(DatabaseFailedError):
        until_done(work, waits=[0.1, 0.2], sleep=lambda _: None)
    assert len(tries) == 3


def test_what_does_not_pass_at_all_is_raised_at_once() -> None:
    def work() -> None:
        raise failing(passes=False)

    with pytest.raises(DatabaseFailedError):
        until_done(work, waits=[0.1], sleep=lambda _: pytest.fail("waited"))


def test_a_locked_sqlite_file_passes_and_a_full_one_does_not(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("CREATE TABLE t (x)")
    holder.execute("BEGIN IMMEDIATE")
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0})
    with pytest.raises(DBAPIError) as locked, engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    holder.execute("COMMIT")
    holder.close()
    with engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        with pytest.raises(DBAPIError) as full:
            connection.execute(text("INSERT INTO t VALUES (zeroblob(1000000))"))
    engine.dispose()

    assert passes(locked.value)
    assert not passes(full.value)


def sites(store: Store, *names: str) -> None:
    with store.write() as connection:
        connection.execute(insert(Site), [{"name": name, "added_at": START} for name in names])


def named(store: Store) -> dict[str, str | None]:
    with store.read() as connection:
        return {row.name: row.title for row in connection.execute(select(Site.name, Site.title))}


def add_to(site: str, letter: str) -> Step:
    titled = update(Site).where(Site.name == site)
    return lambda c: c.execute(titled.values(title=Site.title.concat(letter)))


@ON_POSTGRESQL
def test_of_two_that_wait_for_each_other_both_are_done_once(store: Store) -> None:
    sites(store, "a", "b")
    with store.write() as connection:
        connection.execute(update(Site).values(title=""))
    both_hold_one = threading.Barrier(2, timeout=10)
    first_time = threading.local()

    @retried
    def work(*steps: Step) -> None:
        with store.write() as connection:
            steps[0](connection)
            if not hasattr(first_time, "over"):
                first_time.over = True
                both_hold_one.wait()
            steps[1](connection)

    threads = [
        threading.Thread(target=work, args=(add_to("a", "1"), add_to("b", "1"))),
        threading.Thread(target=work, args=(add_to("b", "2"), add_to("a", "2"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {name: sorted(title or "") for name, title in named(store).items()} == {
        "a": ["1", "2"],
        "b": ["1", "2"],
    }


@ON_POSTGRESQL
def test_a_transaction_whose_connection_is_lost_is_done_again(store: Store) -> None:
    desk = Desk(store)
    desk.begin()
    lost: list[int] = []

    def lose(connection: Connection) -> None:
        if not lost:
            lost.append(1)
            _end_backend(store, connection)

    event.listen(store._engine, "begin", lose)
    saved = desk.save(desk.read(article()))

    assert lost == [1]
    assert saved == ["new"]
    assert len(desk.all()) == 1


@ON_POSTGRESQL
def test_a_transaction_that_may_have_been_committed_is_not_done_again(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION end_me() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON sites"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_me()"
        )

    tries: list[int] = []

    @retried
    def work() -> None:
        tries.append(1)
        sites(store, "a")

    try:
        with pytest.raises(DatabaseFailedError, match="while it committed"):
            work()
    finally:
        with store.write() as connection:
            connection.exec_driver_sql("DROP FUNCTION end_me() CASCADE")
    assert tries == [1]


def _end_backend(store: Store, connection: Connection) -> None:
    pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    other = create_engine(store._engine.url)
    with other.connect() as killer:
        killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
