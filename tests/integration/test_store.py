"""Opening a database: made once, by one; refused with advice where it cannot be used."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

import storage.store
from storage.errors import (
    DatabaseFailedError,
    DatabaseUnreachableError,
    SchemaTooNewError,
    SchemaTooOldError,
)
from storage.store import HEAD, Store, file_url, open_store
from tests.integration.desk import Desk, article

MIGRATIONS = Path(storage.store.__file__).parent / "migrations"


def set_revision(url: str, revision: str) -> None:
    path = url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()


def test_the_head_is_the_newest_migration_of_the_folder() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


def test_a_database_is_made_on_first_use_and_found_again(new_database: str) -> None:
    first = open_store(new_database)
    desk = Desk(first)
    desk.crawl(desk.read(article()))
    first.close()

    again = open_store(new_database)

    assert len(Desk(again).all()) == 1
    again.close()


def test_many_processes_may_open_a_new_database_at_once(new_database: str) -> None:
    code = f"from storage.store import open_store; open_store({new_database!r}).close()"
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]

    assert [run.communicate()[1] for run in runs] == [""] * 6
    assert [run.returncode for run in runs] == [0] * 6


def test_a_newer_schema_is_refused_with_the_advice_to_upgrade(file_url: str) -> None:
    set_revision(file_url, "9999")

    with pytest.raises(SchemaTooNewError, match="a newer Wenxun made it, upgrade yours"):
        open_store(file_url)
    with pytest.raises(SchemaTooNewError):
        storage.store.migrate_database(file_url)


def test_an_older_schema_is_refused_with_the_advice_to_migrate(file_url: str) -> None:
    error = SchemaTooOldError(file_url, "0000")

    assert "back it up, then run `wenxun migrate`" in str(error)


def test_migrating_says_from_where_to_where(new_database: str) -> None:
    assert storage.store.migrate_database(new_database) == (None, HEAD)
    assert storage.store.migrate_database(new_database) == (HEAD, HEAD)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/wenxun.db",
        "sqlite:////proc",
        "nonsense",
        "nosuch://host/name",
        "",
    ],
    ids=["no folder", "a folder", "no address", "unknown database", "empty"],
)
def test_a_database_that_cannot_be_opened_is_one_error(url: str) -> None:
    with pytest.raises(DatabaseUnreachableError, match="cannot open the database"):
        open_store(url)
    with pytest.raises(DatabaseUnreachableError):
        storage.store.migrate_database(url)


def test_an_address_that_is_none_is_answered_with_examples_and_without_its_password() -> None:
    with pytest.raises(DatabaseUnreachableError, match="'foo': write an address like sqlite:"):
        open_store("foo")
    with pytest.raises(DatabaseUnreachableError, match="postgresql://user@host") as caught:
        open_store("postgres://ann:secret@host/name")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "a%41b.db", "a b%20.db", "文件.db"])
def test_the_address_of_a_file_leads_to_it_whatever_its_name(tmp_path: Path, name: str) -> None:
    open_store(file_url(tmp_path / name)).close()

    assert [path.name for path in tmp_path.glob("*.db")] == [name]


def test_a_question_mark_that_is_not_quoted_leads_to_no_other_file(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachableError, match="%3F"):
        open_store(f"sqlite:///{tmp_path}/a?b.db")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database. " * 100)

    with pytest.raises(DatabaseUnreachableError, match="file is not a database"):
        open_store(f"sqlite:///{tmp_path}/notes.txt")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sites (id INTEGER)")
    connection.close()

    with pytest.raises(DatabaseUnreachableError):
        open_store(f"sqlite:///{path}")

    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("sites",)]
    connection.close()


def test_a_database_that_may_only_be_read_can_be_read_and_says_why_not_more(file_url: str) -> None:
    path = file_url.removeprefix("sqlite:///")
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true")

    assert Desk(store).all() == []
    with pytest.raises(DatabaseFailedError, match="readonly"):
        Desk(store).begin()
    store.close()


def test_a_password_is_not_shown() -> None:
    with pytest.raises(DatabaseUnreachableError) as refused:
        open_store("nosuch://me:secret@host/name")

    assert "secret" not in str(refused.value)


def test_a_database_that_breaks_while_it_is_open_is_one_error(store: Store) -> None:
    with pytest.raises(DatabaseFailedError, match="no_such_table"), store.read() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))


def test_threads_may_share_a_database_in_memory() -> None:
    store = open_store("sqlite://")
    desks = [Desk(store, f"site{n}") for n in range(4)]

    def work(desk: Desk) -> None:
        for n in range(5):
            desk.crawl(desk.read(article(f"{desk.site}/{n}")))
            desk.all()

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(desks[0].all()) == 20
    store.close()


def test_processes_that_write_at_once_lose_nothing(store: Store, database: str) -> None:
    code = f"""
import sys
from storage.store import open_store
from tests.integration.desk import Desk, article
desk = Desk(open_store({database!r}), sys.argv[1])
for _ in range(2):
    desk.crawl(*(desk.read(article(f"{{desk.site}}/{{n}}")) for n in range(25)))
desk.store.close()
"""
    runs = [
        subprocess.Popen([sys.executable, "-c", code, f"s{n}"], stderr=subprocess.PIPE, text=True)
        for n in range(8)
    ]

    assert [run.communicate()[1] for run in runs] == [""] * 8
    assert len(Desk(store).all()) == 200
    assert len(Desk(store).events("new")) == 200
