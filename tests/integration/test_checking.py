"""A database that is broken in a known way is found out, and mended where nothing is lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import zstandard
from sqlalchemy import func, insert, select, text

from storage.care import last_done_at
from storage.checking import Finding, checks, look
from storage.holder import me
from storage.schema import (
    Alert,
    Base,
    Body,
    Channel,
    Content,
    Delivery,
    DeliveryAttempt,
    Document,
    Event,
    Response,
    Sighting,
    Version,
    ViewCount,
    Watch,
    create_words,
)
from storage.store import Store
from tests.databases import ON_SQLITE
from tests.integration.desk import START, Desk, article, at, link

LATER = START + timedelta(days=30)
EVIDENCE = (Content, Document, Version, Sighting, ViewCount, Event, Response, Body, Delivery)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Four documents of three articles, one of them changed, with what hangs on them."""
    first, second = article("info/1", views=5), article("info/2", views=8)
    twin = at(first, "http://news.yunling.example/info/9.htm", page_key="news.yunling.example/9")
    short = article("info/3", title="一图", text="", views=None)
    desk.begin()
    column = desk.column("zhxw")
    desk.save(
        desk.listing(column, [link(a) for a in (first, second, short)], completed=True),
        desk.read(first, column_id=column),
        desk.read(second, column_id=column),
        desk.read(short, column_id=column),
        desk.read(twin, column_id=column),
    )
    desk.finish()
    desk.later(days=1)
    desk.crawl(desk.again(replace(second, title="更正", views=9)))
    _deliver(desk)
    _keep_in_a_row(desk)
    assert found(desk.store) == []
    return desk


def _deliver(desk: Desk) -> None:
    """Two alerts of two events, one delivery on its way, one that waits."""
    with desk.store.write() as connection:

        def add(table: Any, **values: Any) -> int:
            number: int = connection.execute(
                insert(table).values(values).returning(table.id)
            ).scalar_one()
            return number

        watch = add(Watch, name="w", origin="file", definition={}, created_at=START)
        channel = add(
            Channel, name="c", kind="console", origin="file", options={}, created_at=START
        )
        for number, state in ((1, "sending"), (2, "pending")):
            alert = add(Alert, watch_id=watch, event_id=number, matched=[], created_at=START)
            delivery = add(
                Delivery, alert_id=alert, channel_id=channel, idempotency_key=f"k{number}",
                message={}, state=state, created_at=START,
                next_attempt_at=LATER if state == "pending" else None,
                lease_holder=me() if state == "sending" else None,
                lease_expires_at=LATER if state == "sending" else None,
            )  # fmt: skip
            if state == "sending":
                add(DeliveryAttempt, delivery_id=delivery, number=1, started_at=START)


def _keep_in_a_row(desk: Desk) -> None:
    """A response as the first releases kept it."""
    body = b"<html>"
    packed = zstandard.ZstdCompressor().compress(body)
    digest = sha256(body).hexdigest()
    values = {"sha256": digest, "codec": "zstd", "size": 6, "data": packed}
    with desk.store.write() as connection:
        connection.execute(insert(Body).values(values))
        connection.execute(
            insert(Response).values(
                site_id=1, url="http://n/1", url_key="n/1", status=200, headers={},
                body_sha256=digest, fetched_at=START, outcome="new",
            )
        )  # fmt: skip


def found(store: Store, *, repair: bool = False, quick: bool = False) -> list[Finding]:
    return list(
        look(
            store, checks(), quick=quick, repair=repair, now=START + timedelta(days=2),
            progress=lambda *_: None,
        )
    )  # fmt: skip


def harm(store: Store, *statements: str) -> None:
    """Change rows from outside; no reference is watched."""
    with store._engine.connect() as connection:
        if store.dialect == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if store.dialect == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                assert connection.execute(text(statement)).rowcount, statement
        if store.dialect == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


def rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            table.__tablename__: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in EVIDENCE
        }


_SLOT = (
    "INSERT INTO slots (site_id, due_at, claimed_at, claimed_by, state) "
    "VALUES (1, '2026-01-01', '2026-01-01', 'gone:boot:1:1', 'claimed')"
)
_OTHER_DIGEST = (
    "UPDATE bodies SET sha256 = 'ab' "
    "WHERE sha256 = (SELECT body_sha256 FROM responses WHERE id = 1)"
)
MENDABLE = {
    "a follower of nobody": ("leads", "follows document 99, which is not there",
        ["UPDATE documents SET lead_id = 99 WHERE id = 4"]),
    "a follower of itself": ("leads", "which is itself",
        ["UPDATE documents SET lead_id = 4 WHERE id = 4"]),
    "a follower of a follower": ("leads", "document 2 follows document 4, which follows",
        ["UPDATE documents SET lead_id = 4, content_id = 1 WHERE id = 2",
         "UPDATE versions SET content_id = 1 WHERE document_id = 2"]),
    "a follower of what says something else": ("leads", "which says something else",
        ["UPDATE documents SET lead_id = 2 WHERE id = 4"]),
    "no version stands": ("versions", "version 2 does not stand though it is the last",
        ["UPDATE versions SET seen_to = seen_from WHERE document_id = 2"]),
    "two versions stand": ("versions", "version 1 stands though there is a later one",
        ["UPDATE versions SET seen_to = NULL WHERE document_id = 2"]),
    "a document shows another content": ("versions", "shows content 1, its version 2",
        ["UPDATE documents SET content_id = 1 WHERE id = 2"]),
    "a link that leads nowhere": ("sightings", "does not lead to document 1",
        ["UPDATE sightings SET document_id = NULL WHERE url_key LIKE '%info/1.htm'"]),
    "a link that nobody fetches": ("sightings", "waits for no fetch",
        ["UPDATE sightings SET document_id = NULL, url_key = 'n' WHERE url_key LIKE '%fo/1.htm'"]),
    "a count that was not kept": ("views", "shows 5 views, none is kept",
        ["DELETE FROM view_counts WHERE document_id = 1"]),
    "a count that is not shown": ("views", "shows no view count, the newest kept is 5",
        ["UPDATE documents SET views = NULL WHERE id = 1"]),
    "another count": ("views", "shows 7 views, the newest kept is 5",
        ["UPDATE documents SET views = 7 WHERE id = 1"]),
    "an event without a version": ("events", "of document 1 has no version",
        ["UPDATE events SET version_id = NULL WHERE id = 1"]),
    "a change without a version": ("events", "(changed) of document 2 has no version",
        ["UPDATE events SET version_id = NULL WHERE kind = 'changed'"]),
    "an event with another's version": ("events", "has a version of another",
        ["UPDATE events SET version_id = 2 WHERE id = 1"]),
    "an event with a version that is gone": ("events", "has no version",
        ["UPDATE events SET version_id = 77 WHERE id = 1"]),
    "a sender that is gone": ("deliveries", "is being sent by process",
        ["UPDATE deliveries SET lease_expires_at = '2020-01-01' WHERE state = 'sending'"]),
    "a delivery that waits for ever": ("deliveries", "waits, but for no time",
        ["UPDATE deliveries SET next_attempt_at = NULL WHERE state = 'pending'"]),
    "a message whose digest is gone": ("deliveries", "in a digest that is gone",
        ["UPDATE deliveries SET state = 'bundled' WHERE state = 'pending'"]),
    "a try without an end": ("deliveries", "try 1 has no outcome",
        ["UPDATE deliveries SET state = 'sent', lease_holder = NULL WHERE state = 'sending'"]),
    "a lease of the dead": ("leases", "is held by a crawl (process 1 on gone)",
        ["UPDATE sites SET lease_holder = 'gone:boot:1:1', lease_expires_at = '2020-01-01'"]),
    "a crawl that never ended": ("leases", "was begun and never ended",
        ["UPDATE crawls SET outcome = NULL WHERE id = 1"]),
    "a slot of a dead service": ("leases", "is claimed by a service (process 1 on gone)",
        [_SLOT]),
    "a crawl that is gone": ("orphans", "versions 1 points to crawls 99",
        ["UPDATE versions SET crawl_id = 99 WHERE id = 1"]),
    "evidence of a document that is gone": ("orphans", "responses 1 points to documents 99",
        ["UPDATE responses SET document_id = 99 WHERE id = 1"]),
    "an article that no query finds": ("index", "document 1 is not in the search index",
        ["DELETE FROM search_entries WHERE content_id = 3"]),
    "a content without a story": ("stories", "content 2 is in no story",
        ["DELETE FROM story_members WHERE content_id = 2"]),
    "a story that is another's": ("stories", "which is not in it",
        ["UPDATE story_members SET core_id = 1 WHERE content_id = 2",
         "UPDATE story_members SET core_id = 3 WHERE content_id = 1"]),
    "an index that is missing": ("schema", "index ix_documents_lead_id is missing",
        ["DROP INDEX ix_documents_lead_id"]),
}  # fmt: skip
FOR_A_PERSON = {
    "an altered text": ("hashes", "content 1 is not what its hash was made of",
        ["UPDATE contents SET text = 'x' || text WHERE id = 1"]),
    "an altered title of a short text": ("hashes", "is not what its hash was made of",
        ["UPDATE contents SET title = '二图' WHERE text = ''"]),
    "an altered digest": ("archive", "is not what was kept",
        [_OTHER_DIGEST, "UPDATE responses SET body_sha256 = 'ab' WHERE id = 1"]),
    "a body of old that is broken": ("archive", "cannot be unpacked",
        ["UPDATE bodies SET data = x'0102' WHERE codec = 'zstd'"]),
    "a record elsewhere": ("archive", "byte",
        ["UPDATE responses SET record_offset = record_offset + 1 WHERE id = 1"]),
    "more than was written": ("archive", "committed bytes",
        ["UPDATE segments SET size = size + 9"]),
    "a version that is gone": ("versions", "the history has a gap",
        ["DELETE FROM versions WHERE document_id = 2 AND number = 1"]),
    "a document without versions": ("versions", "document 3 has no version",
        ["DELETE FROM versions WHERE document_id = 3"]),
    "versions without a document": ("orphans", "points to documents 3, which is not there",
        ["DELETE FROM documents WHERE id = 3"]),
    "a content that is gone": ("orphans", "points to contents 1, which is not there",
        ["DELETE FROM contents WHERE id = 1"]),
    "a count below nothing": ("views", "has -5 views on",
        ["UPDATE view_counts SET views = -5 WHERE document_id = 1",
         "UPDATE documents SET views = -5 WHERE id = 1"]),
    "an event of nothing": ("events", "names no document",
        ["UPDATE events SET document_id = NULL, kind = 'withdrawn' WHERE id = 1"]),
    "a column that is missing": ("schema", "column watches.origin",
        ["ALTER TABLE watches DROP COLUMN origin"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MENDABLE)
def test_what_can_be_mended_is_found_and_mended_and_nothing_is_lost(
    filled: Desk, name: str
) -> None:
    check, says, statements = MENDABLE[name]
    _harm_by(filled.store, statements)
    before = rows(filled.store)

    told = found(filled.store)
    mended = found(filled.store, repair=True)

    assert says in _line(told, check)
    assert [one.mended for one in mended] == [True] * len(mended)
    assert [(one.where, one.says) for one in told][:1] == [(o.where, o.says) for o in mended][:1]
    assert found(filled.store) == []
    after = rows(filled.store)
    assert all(after[table] >= count for table, count in before.items())
    with filled.store.read() as connection:
        assert last_done_at(connection, "repair") is not None


@pytest.mark.parametrize("name", FOR_A_PERSON)
def test_what_needs_a_person_is_found_and_left_as_it_is(filled: Desk, name: str) -> None:
    check, says, statements = FOR_A_PERSON[name]
    _harm_by(filled.store, statements)
    before = rows(filled.store)
    try:
        told = found(filled.store, repair=True)
        again = found(filled.store)
    finally:
        _restore_columns(filled.store)

    assert says in _line(told, check)
    assert any(not one.mended for one in told if one.check == check)
    assert says in _line(again, check)
    assert {one.repair for one in again} == {None}
    assert rows(filled.store) == before


def _harm_by(store: Store, statements: Sequence[str]) -> None:
    if any(one.startswith(("DROP", "ALTER")) for one in statements):
        with store.write() as connection:
            for statement in statements:
                connection.execute(text(statement))
        return
    cast = [one.replace("x'0102'", r"'\x0102'::bytea") for one in statements]
    harm(store, *(cast if store.dialect == "postgresql" else statements))


def _restore_columns(store: Store) -> None:
    """A PostgreSQL schema serves many tests."""
    with store.write() as connection:
        if store.dialect == "postgresql":
            connection.execute(
                text("ALTER TABLE watches ADD COLUMN IF NOT EXISTS origin VARCHAR(16) NOT NULL "
                     "DEFAULT 'file'")
            )  # fmt: skip


def _line(told: Sequence[Finding], check: str) -> str:
    return "\n".join(f"{one.where} {one.says}" for one in told if one.check == check)


def test_an_article_whose_leader_is_found_anew_is_counted_once(filled: Desk) -> None:
    before = [one.id for one in filled.all()]
    harm(filled.store, "UPDATE documents SET lead_id = 99 WHERE id = 4")

    found(filled.store, repair=True)

    assert [one.id for one in filled.all()] == before
    assert filled.document(4).lead_id == 1


def test_a_quick_look_reads_neither_texts_nor_bodies(filled: Desk) -> None:
    harm(filled.store, "UPDATE contents SET text = 'x' || text WHERE id = 1")

    assert found(filled.store, quick=True) == []
    assert "hashes" in {one.check for one in found(filled.store)}


def test_a_file_of_the_archive_that_is_gone_is_told(filled: Desk) -> None:
    for path in filled.store.folder.path.iterdir():
        path.unlink()

    told = found(filled.store, repair=True)

    assert "is not there; take it from a backup" in _line(told, "archive")


def test_a_crawl_that_runs_is_no_fault(filled: Desk) -> None:
    filled.begin(holder=me())

    told = list(
        look(
            filled.store, checks(), quick=False, repair=True, now=filled.now,
            progress=lambda *_: None,
        )
    )  # fmt: skip

    assert told == []


def test_every_foreign_key_is_looked_at(filled: Desk) -> None:
    asked: list[str] = []
    tables = [table.name for table in Base.metadata.sorted_tables]

    list(
        look(
            filled.store, checks(), quick=False, repair=False, now=filled.now,
            progress=lambda name, done, all_: asked.append(f"{name} {done}/{all_}"),
        )
    )  # fmt: skip

    assert f"orphans {len(tables) - 1}/{len(tables)}" in asked


def test_an_index_that_does_not_fit_its_table_is_made_anew(filled: Desk) -> None:
    if filled.store.dialect == "sqlite":
        _hide_index_while(filled, "ix_documents_content_id")
    else:
        harm(
            filled.store,
            "UPDATE pg_index SET indisvalid = false "
            "WHERE indexrelid = 'ix_documents_content_id'::regclass",
        )

    told = found(filled.store)
    found(filled.store, repair=True)

    assert {one.check for one in told} == {"integrity"}
    assert "index ix_documents_content_id does not fit its table" in _line(told, "integrity")
    assert found(filled.store) == []


def test_an_entry_without_words_is_found_again(filled: Desk) -> None:
    with filled.store.write() as connection:
        if filled.store.dialect == "sqlite":
            connection.execute(text("DROP TABLE search_words"))
            create_words(connection)
        else:
            connection.execute(text("UPDATE search_entries SET words = ''"))
    assert filled.all(words="更正") == []

    told = found(filled.store)
    found(filled.store, repair=True)

    assert "document 2 is in the search index without its words" in _line(told, "index")
    assert [one.title for one in filled.all(words="更正")] == ["更正"]
    assert found(filled.store) == []


def _hide_index_while(desk: Desk, name: str) -> None:
    """Let SQLite not know of an index while rows are written."""
    driver: Any
    with desk.store._engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA writable_schema = ON")
        [row] = driver.execute("SELECT * FROM sqlite_master WHERE name = ?", [name]).fetchall()
        driver.execute("DELETE FROM sqlite_master WHERE name = ?", [name])
        driver.execute("PRAGMA writable_schema = RESET")
    desk.store._engine.dispose()
    desk.crawl(desk.read(article("info/77")))
    with desk.store._engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA writable_schema = ON")
        driver.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        driver.execute("PRAGMA writable_schema = RESET")
    desk.store._engine.dispose()


@ON_SQLITE  # PostgreSQL's files are its server's
def test_a_file_with_damaged_pages_is_told_and_left(filled: Desk) -> None:
    path = filled.store._engine.url.database or ""
    with filled.store._engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    filled.store._engine.dispose()
    with open(path, "r+b") as file:  # noqa: PTH123
        for page in range(20, 60):
            file.seek(page * 4096)
            file.write(b"\xff" * 2048)

    told = found(filled.store, repair=True)

    assert told
    assert any(not one.mended for one in told)
