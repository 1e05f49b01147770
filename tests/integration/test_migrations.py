"""An old database with rows in it is brought up to date, and nothing of it is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from storage.alerts import Alerts
from storage.archive.reading import find
from storage.articles import Articles, Filter
from storage.deliveries import Deliveries
from storage.errors import SchemaTooOldError
from storage.filling import Filling, SearchIndex
from storage.history import History
from storage.overview import Overview
from storage.schema import Base
from storage.store import HEAD, Store, migrate_database, open_store
from storage.stories import Stories
from storage.story_groups import group_batch
from storage.watches import Watches
from tests.integration.desk import START, Desk, article
from tests.integration.old_rows import build, dump, revisions, rows_of
from tests.integration.schema_shape import described

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OLD = [one for one in revisions() if one != HEAD and rows_of(one)]  # those of which rows are kept


@pytest.fixture
def engine(new_database: str) -> Iterator[Engine]:
    engine = create_engine(new_database, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture(params=OLD)
def old(request: pytest.FixtureRequest, engine: Engine) -> str:
    """A database as a released version left it; its revision."""
    build(engine, request.param)
    return str(request.param)


def until(revision: str) -> dict[str, list[dict[str, Any]]]:
    """The rows that a database of this revision holds."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for step in revisions()[: revisions().index(revision) + 1]:
        for table, added in rows_of(step).items():
            rows.setdefault(table, []).extend(added)
    return rows


def kept_words(engine: Engine) -> list[tuple[Any, ...]]:
    """What the database says of the place where the index words are."""
    questions = {
        "sqlite": (
            "SELECT name, sql FROM sqlite_master WHERE name LIKE 'search_words%' ORDER BY name",
            "SELECT name, sql FROM sqlite_master WHERE name LIKE 'file_words%' ORDER BY name",
            "SELECT k, v FROM search_words_config ORDER BY k",
        ),
        "postgresql": (
            (
                "SELECT indexname, replace(indexdef, schemaname, '') FROM pg_indexes"
                " WHERE tablename IN ('search_entries', 'asset_texts')"
                " AND schemaname = current_schema() ORDER BY 1"
            ),
            (
                "SELECT attname, atttypid, attstorage FROM pg_attribute"
                " WHERE attrelid IN ('search_entries'::regclass, 'asset_texts'::regclass)"
                " ORDER BY attrelid::regclass::text, 1"
            ),
        ),
    }
    with engine.connect() as connection:
        return [
            tuple(row)
            for question in questions[engine.dialect.name]
            for row in connection.exec_driver_sql(question)
        ]


def test_the_migrations_make_the_tables_of_the_models(new_database: str, engine: Engine) -> None:
    migrate_database(new_database)
    migrated, words = described(engine), kept_words(engine)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        for table in ("alembic_version", "search_words", "file_words"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")

    open_store(new_database).close()

    made = described(engine)
    assert migrated.keys() == made.keys()
    for name, table in made.items():
        assert migrated[name] == table, name
    assert kept_words(engine) == words
    assert len(words) > 3


RENAMED = {"ok": "healthy", "broken": "layout_broken"}


def test_no_row_of_an_older_schema_is_lost(old: str, new_database: str, engine: Engine) -> None:
    with pytest.raises(SchemaTooOldError):
        open_store(new_database)

    assert migrate_database(new_database) == (old, HEAD)

    kept = dump(engine)
    for table, rows in until(old).items():
        key = next(iter(rows[0]))  # a row's file names it first
        found = {row[key]: row for row in kept[table]}
        for row in rows:
            now = found[row[key]]
            renamed = {"health": RENAMED[row["health"]]} if "health" in row else {}  # by 0013
            assert {name: now[name] for name in row if name in now} == row | renamed, table


def test_what_an_older_schema_kept_is_found_by_every_question(old: str, new_database: str) -> None:
    rows = until(old)
    migrate_database(new_database)

    store = open_store(new_database)

    contents = {row["id"]: row["title"] for row in rows["contents"]}
    leaders = [row for row in rows["documents"] if row.get("lead_id") is None]
    articles = list(Articles(store).all(Filter()))
    assert [one.title for one in articles] == [contents[row["content_id"]] for row in leaders]
    assert [len(History(store).versions(one.id)) for one in articles] == [
        sum(v["document_id"] == one.id for v in rows["versions"]) for one in articles
    ]
    assert [one.record()["id"] for one in articles] == [row["id"] for row in leaders]
    assert len(Alerts(store).since(LONG_AGO, limit=99)) == sum(
        row["state"] == "open" for row in rows["events"]
    )
    assert len(Deliveries(store).latest(99)) == len(rows["deliveries"])
    assert [one.name for one in Watches(store).watches()] == [r["name"] for r in rows["watches"]]
    assert {one.site for one in Overview(store).sites(now=LONG_AGO)} == {
        row["name"] for row in rows["sites"]
    }
    assert all(find(store, row["url_key"]) is not None for row in rows["responses"])
    index = SearchIndex(store)
    assert index.filling() == Filling(done=0, total=len(rows["documents"]))
    index.fill()
    assert len(list(Articles(store).all(Filter(words="奖学金")))) == 2
    store.close()


def test_what_an_old_database_keeps_waits_to_be_compared(old: str, new_database: str) -> None:
    migrate_database(new_database)
    store = open_store(new_database)

    contents = len(until(old)["contents"])
    assert Stories(store).waiting() == contents
    assert group_batch(store, now=START) == contents
    assert Stories(store).waiting() == 0
    store.close()


def test_the_day_of_the_first_schema_is_the_page_s_own(new_database: str, engine: Engine) -> None:
    build(engine, "0001")
    migrate_database(new_database)

    days = {row["id"]: row["printed_day"] for row in dump(engine)["documents"]}

    assert days == {row["id"]: row["published_day"] for row in rows_of("0001")["documents"]}


def test_a_migrated_database_is_crawled_on(old: str, new_database: str) -> None:
    migrate_database(new_database)
    store = open_store(new_database)
    before = len(Desk(store).all())

    _crawl_on(store)

    assert len(Desk(store).all()) == before + 1
    store.close()


def _crawl_on(store: Store) -> None:
    desk = Desk(store)
    desk.later(days=30)
    desk.crawl(desk.read(article("info/1001/77", title="迁移之后的新闻")))
