"""A disk that fills up in the middle of a crawl: said in a line, nothing lost, gone on with later.

A real one: a small file system in memory, which only root may mount.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.databases import NO_SERVER, own_schema, server_url

ARTICLES = 150
NEARLY_FULL, ROOMY = "2500k", "64m"
Grow = Callable[[], object]


def mount(*arguments: object) -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    done = subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder that is a disk of its own; its parent may be entered by other users."""
    size = getattr(request, "param", NEARLY_FULL)
    folder = Path(tempfile.mkdtemp(prefix="wenxun-disk-"))
    folder.chmod(0o755)
    if not mount("-t", "tmpfs", "-o", f"size={size}", "wenxun-test", folder):
        folder.rmdir()
        pytest.skip("only root may mount a small disk, and not in every container")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    folder.rmdir()


@pytest.fixture
def grow(disk: Path) -> Grow:
    return lambda: mount("-o", f"remount,size={ROOMY}", disk)


@pytest.fixture
def tablespace(disk: Path) -> Iterator[str]:
    """The address of a new schema whose tables are on the disk."""
    name = f"wenxun_{disk.name.replace('-', '_').lower()}"
    place = disk / "space"
    place.mkdir()
    with suppress(LookupError):
        shutil.chown(place, "postgres")
    engine = create_engine(server_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        try:
            connection.execute(text(f"CREATE TABLESPACE {name} LOCATION '{place}'"))
        except DBAPIError as error:  # a server on another machine, or no right to
            pytest.skip(f"no tablespace of one's own: {error.orig}")
        with own_schema() as url:
            parsed = make_url(url)
            options = f"{parsed.query['options']} -cdefault_tablespace={name}"
            own = parsed.update_query_dict({"options": options})
            yield own.render_as_string(hide_password=False)
        connection.execute(text(f"DROP TABLESPACE {name}"))


def fills_up_and_goes_on(desk, news, grow: Grow) -> None:
    desk.site_of(news)

    full = desk.crawl()
    stored = desk.rows("select count(*) from documents")[0][0]
    again = desk.crawl()
    kept = desk.rows("select count(*) from documents")[0][0]
    grow()
    rest = desk.crawl()

    for done in (full, again):
        assert done.code == 1, done
        assert done.record["outcome"] == "failed"
        assert "Traceback" not in done.err
        line = done.err.splitlines()[-1]
        assert line.startswith("yunling: the "), done.err
        assert re.search("disk is full|No space left|free disk space", line)
    assert 0 < stored <= kept < ARTICLES
    assert rest.record["outcome"] == "ok", rest
    assert rest.record["articles_new"] == ARTICLES - kept
    assert desk.rows("select count(*) from documents") == [(ARTICLES,)]
    assert desk.rows("select count(*) from versions") == [(ARTICLES,)]


@pytest.fixture
def large(served):
    return served(articles=ARTICLES, columns=2, variety=False, page_kb=60).site


def test_a_disk_of_sqlite_that_is_full_loses_nothing(desk, large, disk, grow):
    desk.database = f"sqlite:///{disk}/wenxun.db"

    fills_up_and_goes_on(desk, large, grow)

    assert desk.rows("pragma integrity_check") == [("ok",)]


@NO_SERVER
@pytest.mark.parametrize("disk", ["3500k"], indirect=True)  # tables alone take half of it
def test_a_disk_of_postgresql_that_is_full_loses_nothing(desk, large, tablespace, grow):
    desk.database = tablespace

    fills_up_and_goes_on(desk, large, grow)


def test_a_disk_without_any_room_takes_no_new_database(desk, news, disk):
    desk.site_of(news)
    desk.database = f"sqlite:///{disk}/wenxun.db"
    with suppress(OSError), (disk / "filling").open("wb") as filling:
        filling.write(b"x" * (8 << 20))

    done = desk.crawl()

    assert done.code in {1, 2}, done
    assert "full" in done.err
    assert "Traceback" not in done.err
