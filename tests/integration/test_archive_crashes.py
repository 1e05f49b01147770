"""The archive and its database stay of one mind: writers killed, many at once, a full disk."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import func, select, update

from storage.archive.compacting import compact, condemn, let_go
from storage.archive.reading import problem_of, read
from storage.archive.verifying import problems
from storage.schema import Response, Segment
from storage.store import Store
from tests.integration.desk import START, Desk, article
from tests.integration.warc_files import files, records

ROOT = Path(__file__).parents[2]
KILLS = 12


def writer(
    url: str, folder: Path, site: str, *, batches: int, size: int = 3000
) -> subprocess.Popen[str]:
    arguments = [url, str(folder), site, str(batches), str(size)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.archive_writer", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def url(request: pytest.FixtureRequest, store: Store) -> str:
    name = "postgres_url" if store.dialect == "postgresql" else "file_url"
    found: str = request.getfixturevalue(name)
    return found


def ids(store: Store) -> list[int]:
    with store.read() as connection:
        return list(connection.scalars(select(Response.id)))


def test_a_killed_writer_loses_nothing_that_was_committed(store: Store, url: str) -> None:
    chance = random.Random(7)
    said = 0
    for number in range(KILLS):
        process = writer(url, store.folder.path, f"site-{number}", batches=10_000)
        with process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 8)):
                said += process.stdout.readline().startswith("saved")
            sleep(chance.random() * 0.02)
            process.kill()

    kept = ids(store)
    assert len(kept) >= said * 5
    for one in kept:
        assert len(read(store, one).body) == 3000
    # Whoever takes a file next cuts off what the dead left.
    desk = Desk(store)
    desk.begin()
    desk.save(desk.read(article()))
    sound = sum(r.rec_type != "warcinfo" for path in files(store) for r in records(path))
    assert sound >= len(kept) + 1


def test_eight_writers_at_once_lose_nothing_and_share_few_files(store: Store, url: str) -> None:
    folder = store.folder.path
    processes = [writer(url, folder, f"site-{n}", batches=12) for n in range(8)]
    codes = [process.communicate() and process.returncode for process in processes]

    assert codes == [0] * 8
    kept = ids(store)
    assert len(kept) == 8 * 12 * 5
    assert all(len(read(store, one).body) == 3000 for one in kept)
    assert len(files(store)) <= 8
    with store.read() as connection:
        counted = connection.scalar(select(func.sum(Segment.records)))
        assert connection.scalar(select(func.sum(Segment.torn_bytes))) == 0
    assert counted == sum(len(records(path)) for path in files(store))


def test_files_are_written_anew_while_others_write_and_read(store: Store, url: str) -> None:
    """Of each round half of what was kept is dropped, among it the body that all have."""
    processes = [writer(url, store.folder.path, f"site-{n}", batches=25) for n in range(3)]
    wrong: list[str] = []
    while any(process.poll() is None for process in processes):
        with store.write() as connection:
            half = Response.id % 2 == 0
            connection.execute(update(Response).where(half).values(let_go(START)))
            condemn(connection, list(connection.scalars(select(Segment.id))))
        compact(store)
        wrong += [why for one in ids(store)[-40::2] if (why := problem_of(store, one))]
    codes = [process.communicate() and process.returncode for process in processes]
    compact(store)

    assert codes == [0] * 3
    assert [why for why in wrong if "dropped" not in why] == []
    assert list(problems(store)) == []
    kept = [one for one in ids(store) if problem_of(store, one) is None]
    assert len(kept) >= 3 * 25 * 5 / 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place],
        check=False, capture_output=True,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip("a small disk can be made by root only")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_ends_the_writer_and_loses_nothing_that_was_committed(
    store: Store, url: str, small_disk: Path
) -> None:
    store.folder.path = small_disk / "archive"
    with writer(url, store.folder.path, "yunling", batches=1000) as process:
        said, _ = process.communicate()

    assert process.returncode == 3
    last = said.splitlines()[-1]
    assert last == f"failed: the archive {store.folder.path} failed: No space left on device"
    kept = ids(store)
    assert len(kept) == said.count("saved") * 5 > 0
    assert all(len(read(store, one).body) == 3000 for one in kept)
    [path] = files(store)
    with store.read() as connection:
        assert path.stat().st_size == connection.scalar(select(Segment.size))
