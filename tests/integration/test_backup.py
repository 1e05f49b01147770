"""A backup is the database at one moment, made while others write; it can take its place."""

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from storage.archive.verifying import problems
from storage.backup import back_up
from storage.checking import checks, look
from storage.errors import BackupError, BackupOfServerError, StorageError
from storage.store import Store, open_store
from storage.store import file_url as file_url_of
from tests.databases import ON_POSTGRES
from tests.integration.desk import Desk, article

_WRITER = """
import sys
from storage.store import open_store
from tests.integration.desk import Desk, article
desk = Desk(open_store(sys.argv[1]), "beihai")
desk.begin()
for number in range(100_000):
    key = f"info/{number}"
    desk.save(*(desk.read(article(f"{key}-{n}", text=f"{number} {n}" * 400)) for n in range(5)))
    print(number, flush=True)
"""


# Where tests run side by side, these are run by one process: it fills the folder once.
pytestmark = pytest.mark.xdist_group("backup")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled database and its archive, made once."""
    folder = tmp_path_factory.mktemp("filled")
    desk = Desk(open_store(file_url_of(folder / "wenxun.db")))
    desk.crawl(*(desk.read(article(f"info/{n}", text=f"{n} " * 3000)) for n in range(400)))
    desk.store.close()
    return folder


@pytest.fixture
def file_url(tmp_path: Path, template: Path) -> str:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return file_url_of(tmp_path / "wenxun.db")


@pytest.fixture
def filled(file_url: str) -> Desk:
    desk = Desk(open_store(file_url))
    desk.later(hours=1)
    return desk


def test_a_backup_takes_the_place_of_the_database_and_is_crawled_on(
    filled: Desk, tmp_path: Path
) -> None:
    before = [one.record() for one in filled.all()]
    told: list[tuple[str, int, int]] = []

    made = back_up(
        filled.store, tmp_path / "b.db", with_archive=True, progress=lambda *now: told.append(now)
    )

    filled.crawl(filled.read(article("info/later")))
    filled.store.close()
    for name in ("wenxun.db-wal", "wenxun.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "b.db", tmp_path / "wenxun.db")
    shutil.rmtree(tmp_path / "wenxun-archive")
    shutil.copytree(tmp_path / "b-archive", tmp_path / "wenxun-archive")
    restored = Desk(open_store(file_url_of(tmp_path / "wenxun.db")))
    assert [one.record() for one in restored.all()] == before
    pages = [(done, all_) for what, done, all_ in told if what == "copying"]
    assert made.database == (tmp_path / "b.db").stat().st_size
    assert pages[-1] == (made.database // 4096, made.database // 4096)
    assert ("checking", 0, 0) in told
    assert list(problems(restored.store)) == []
    restored.later(days=1)
    restored.crawl(restored.read(article("info/later")))
    assert len(restored.all()) == len(before) + 1
    assert list(problems(restored.store)) == []
    restored.store.close()


def test_a_backup_is_made_while_another_process_writes(
    filled: Desk, tmp_path: Path, file_url: str
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, file_url], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    try:
        first = int(writer.stdout.readline())
        steps: list[int] = []

        def step(what: str, done: int, _all: int) -> None:
            if what != "copying":
                return
            steps.append(done)
            for _ in range(3):  # commits of the other between every two steps
                assert writer.stdout is not None
                writer.stdout.readline()

        for name in ("a.db", "b.db"):
            steps.clear()
            back_up(filled.store, tmp_path / name, with_archive=True, progress=step)
            assert steps == sorted(steps)  # it never began anew
    finally:
        writer.kill()
        writer.communicate()
    counts = [_whole_articles(tmp_path / name) for name in ("a.db", "b.db")]
    assert counts[0] >= 400 + (first + 1) * 5
    assert counts[1] > counts[0]
    assert all((count - 400) % 5 == 0 for count in counts)  # whole transactions


def _whole_articles(path: Path) -> int:
    store = open_store(file_url_of(path))
    desk = Desk(store)
    told = look(
        store, checks(), quick=False, repair=False, now=desk.now + timedelta(seconds=1),
        progress=lambda *_: None,
    )  # fmt: skip
    assert [one.where for one in told if one.check != "leases"] == []
    count = len(desk.all())
    store.close()
    return count


def test_one_file_is_all_that_is_left(filled: Desk, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()

    back_up(filled.store, tmp_path / "to" / "b.db", with_archive=True, progress=lambda *_: None)
    back_up(filled.store, tmp_path / "to" / "b.db", with_archive=True, progress=lambda *_: None)

    assert sorted(os.listdir(tmp_path / "to")) == ["b-archive", "b.db"]  # noqa: PTH208


def test_a_later_backup_copies_what_is_new_and_removes_what_is_gone(
    filled: Desk, tmp_path: Path
) -> None:
    first = back_up(filled.store, tmp_path / "b.db", with_archive=True, progress=lambda *_: None)
    [file] = (tmp_path / "b-archive").iterdir()
    with file.open("ab") as torn:
        torn.write(b"what a killed backup left")
    (tmp_path / "b-archive" / "wenxun-of-before.warc.gz").write_bytes(b"old")
    filled.crawl(filled.read(article("info/later")))

    second = back_up(filled.store, tmp_path / "b.db", with_archive=True, progress=lambda *_: None)

    assert first.archive_copied == first.archive_bytes
    assert second.archive_bytes > first.archive_bytes
    third = back_up(filled.store, tmp_path / "b.db", with_archive=True, progress=lambda *_: None)
    assert third.archive_copied == 0
    assert [one.name for one in (tmp_path / "b-archive").iterdir()] == [file.name]
    assert list(problems(open_store(file_url_of(tmp_path / "b.db")))) == []


def test_the_archive_may_be_left_out(filled: Desk, tmp_path: Path) -> None:
    made = back_up(filled.store, tmp_path / "b.db", with_archive=False, progress=lambda *_: None)

    assert (made.archive, made.archive_bytes) == (None, 0)
    assert not (tmp_path / "b-archive").exists()


def test_what_is_no_backup_is_not_written_over(filled: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear reader")
    (tmp_path / "link.db").symlink_to(tmp_path / "wenxun.db")
    for name, reason in (
        ("letter.txt", "something else"),
        ("wenxun.db", "the database itself"),
        ("link.db", "the database itself"),
        (".", "is a folder"),
        (Path(), "is a folder"),
        ("missing/b.db", "unable to open|No such file"),
    ):
        with pytest.raises(BackupError, match=reason):
            back_up(filled.store, tmp_path / name, with_archive=True, progress=lambda *_: None)
    assert (tmp_path / "letter.txt").read_text() == "Dear reader"
    assert len(filled.all()) == 400


def test_a_backup_that_breaks_off_leaves_the_one_before(filled: Desk, tmp_path: Path) -> None:
    back_up(filled.store, tmp_path / "b.db", with_archive=True, progress=lambda *_: None)
    before = (tmp_path / "b.db").read_bytes()

    def interrupt(*_told: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(filled.store, tmp_path / "b.db", with_archive=True, progress=interrupt)

    assert (tmp_path / "b.db").read_bytes() == before
    assert not list(tmp_path.glob(".b.db*"))


def test_a_damaged_database_gives_no_backup(filled: Desk, tmp_path: Path) -> None:
    filled.store.close()
    path = tmp_path / "wenxun.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as file:
        for page in range(30, 60):
            file.seek(page * 4096)
            file.write(b"\xff" * 2048)

    with pytest.raises(StorageError, match=r"damaged|malformed"):
        back_up(filled.store, tmp_path / "b.db", with_archive=True, progress=lambda *_: None)

    assert not (tmp_path / "b.db").exists()


@ON_POSTGRES
def test_a_server_is_backed_up_by_its_own_tool(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BackupOfServerError, match=r"pg_dump --format=custom --file='.*b.dump'"):
        back_up(store, tmp_path / "b.dump", with_archive=True, progress=lambda *_: None)


def test_a_database_in_memory_is_not_backed_up(tmp_path: Path) -> None:
    store = open_store("sqlite://")

    with pytest.raises(BackupError, match="in memory"):
        back_up(store, tmp_path / "b.db", with_archive=True, progress=lambda *_: None)

    store.close()
