"""What older versions kept in rows is readable as it is, and moves into files when told to."""

import os
from pathlib import Path

import zstandard
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.schema import MetaData

from storage.archive.moving import move, waiting
from storage.archive.overview import archive_stats
from storage.archive.reading import find, read
from storage.archive.verifying import problems
from storage.archive.warc import body_sha256
from storage.schema import Body, Response
from storage.store import migrate_database, open_store
from tests.integration.desk import START, Desk, article
from tests.integration.old_rows import old_article, upgrade
from tests.integration.warc_files import all_records

FIRST_ID = 1000  # behind what a sequence has given
BODIES = [os.urandom(300), b"<html>" * 500]


def old_database(url: str, *, responses: int) -> None:
    """A database of the first releases: zstd in rows, two bodies, a response without any."""
    engine = create_engine(url)
    upgrade(engine, "0003")
    old_article(engine)
    tables = MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)
        for body in BODIES:
            data = zstandard.ZstdCompressor(level=1).compress(body)
            values = {"sha256": body_sha256(body), "codec": "zstd", "size": len(body), "data": data}
            connection.execute(insert(tables.tables["bodies"]).values(values))
        for number in range(responses):
            values = {
                "id": FIRST_ID + number, "site_id": 1000, "document_id": 1000, "url": f"http://n/{number}",
                "url_key": f"n/{number}", "status": 200, "headers": {"content-type": "text/html"},
                "body_sha256": body_sha256(BODIES[number % 2]), "fetched_at": START,
                "outcome": "new",
            }  # fmt: skip
            connection.execute(insert(tables.tables["responses"]).values(values))
    engine.dispose()


def test_old_rows_are_read_where_they_are(new_database: str, tmp_path: Path) -> None:
    old_database(new_database, responses=3)

    migrate_database(new_database)

    store = open_store(new_database, archive_dir=tmp_path / "archive")
    assert [read(store, FIRST_ID + n).body for n in range(3)] == [BODIES[0], BODIES[1], BODIES[0]]
    assert archive_stats(store).in_database == 3
    assert list(problems(store)) == []
    store.close()


def test_old_rows_move_into_files(new_database: str, tmp_path: Path) -> None:
    old_database(new_database, responses=250)
    migrate_database(new_database)
    store = open_store(new_database, archive_dir=tmp_path / "archive")
    moving = move(store)

    first = next(moving)
    moving.close()  # as Ctrl-C does
    rest = list(move(store))

    assert (first, rest, waiting(store)) == (100, [100, 50], 0)
    assert [read(store, FIRST_ID + n).body for n in range(250)] == [
        BODIES[n % 2] for n in range(250)
    ]
    kinds = [record.rec_type for record in all_records(store)]
    assert (kinds.count("response"), kinds.count("revisit")) == (2, 248)
    desk = Desk(store)
    assert {(row.codec, row.data) for row in desk.rows(select(Body.codec, Body.data))} == {
        ("warc", b"")
    }
    assert list(problems(store)) == []
    store.close()


def test_a_row_that_cannot_be_read_stays(new_database: str, tmp_path: Path) -> None:
    old_database(new_database, responses=3)
    migrate_database(new_database)
    store = open_store(new_database, archive_dir=tmp_path / "archive")
    with store.write() as connection:
        broken = body_sha256(BODIES[1])
        connection.execute(
            text("UPDATE bodies SET data = :data WHERE sha256 = :sha"),
            {"data": zstandard.ZstdCompressor().compress(b"something else"), "sha": broken},
        )

    assert list(move(store)) == [2]

    assert waiting(store) == 1
    [problem] = problems(store)
    assert (problem.file, problem.url) == ("the database", "http://n/1")
    store.close()


def test_a_body_of_an_old_row_moves_when_it_is_fetched_again(
    new_database: str, tmp_path: Path
) -> None:
    old_database(new_database, responses=1)
    migrate_database(new_database)
    store = open_store(new_database, archive_dir=tmp_path / "archive")
    desk = Desk(store)
    desk.begin()

    desk.save(desk.read(article(), body=BODIES[0]))

    assert [record.rec_type for record in all_records(store)] == ["warcinfo", "response"]
    assert read(store, FIRST_ID).body == BODIES[0]
    assert find(store, "n/0").body == BODIES[0]  # type: ignore[union-attr]
    assert len(desk.rows(select(Response))) == 2
    store.close()
