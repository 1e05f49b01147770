"""An old database with rows in it is brought up to date, and nothing of it is lost."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from storage.alerts import Alerts
from storage.archive.reading import find
from storage.articles import Articles, Filter
from storage.checking import checks, look
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
from tests.databases import DATABASES, own_schema
from tests.integration.desk import START, Desk, article
from tests.integration.old_rows import Rows, add_archive, build, dump, grow, revisions, rows_of
from tests.integration.schema_shape import described

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OLD = [one for one in revisions() if one != HEAD]


@pytest.fixture
def engine(new_database: str) -> Iterator[Engine]:
    engine = create_engine(new_database, poolclass=NullPool)
    yield engine
    engine.dispose()


@dataclass(frozen=True, kw_only=True)
class Upgraded:
    """A database that a released version left, brought up to date. Its tests only read it."""

    revision: str
    store: Store
    rows: Rows  # what it held before
    kept: Rows  # what it holds now
    filling: Filling  # of the search index, before it was filled


@pytest.fixture(scope="module", params=DATABASES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a SQLite file of every revision: one that grew, copied at each step."""
    folder = tmp_path_factory.mktemp("old")
    engine = create_engine(f"sqlite:///{folder}/grown.db", poolclass=NullPool)
    for step in grow(engine):
        shutil.copy(folder / "grown.db", folder / f"{step}.db")
    return folder


@contextmanager
def old_database(kind: str, revision: str, old_files: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{old_files}/{revision}.db"
        return
    with own_schema() as url:
        build(create_engine(url, poolclass=NullPool), revision)
        yield url


@pytest.fixture(scope="module", params=OLD)
def upgraded(request: pytest.FixtureRequest, kind: str, old_files: Path) -> Iterator[Upgraded]:
    revision, archive = request.param, old_files / f"{kind}-{request.param}"
    with old_database(kind, revision, old_files) as url:
        engine = create_engine(url, poolclass=NullPool)
        add_archive(archive, revision)
        with pytest.raises(SchemaTooOldError):
            open_store(url)
        assert migrate_database(url) == (revision, HEAD)
        kept = dump(engine)
        store = open_store(url, archive_dir=archive)
        filling = SearchIndex(store).filling()
        SearchIndex(store).fill()
        yield Upgraded(
            revision=revision, store=store, rows=until(revision), kept=kept, filling=filling
        )
        store.close()


@pytest.fixture(params=(OLD[0], OLD[-1]))
def old(request: pytest.FixtureRequest, engine: Engine) -> str:
    """A database as the first or the last version before this one left it; its revision."""
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


def test_no_row_of_an_older_schema_is_lost(upgraded: Upgraded) -> None:
    for table, rows in upgraded.rows.items():
        key = [column.name for column in Base.metadata.tables[table].primary_key]
        found = {tuple(row[name] for name in key): row for row in upgraded.kept[table]}
        for row in rows:
            now = found[tuple(row[name] for name in key)]
            health = row.get("health")
            renamed = {"health": RENAMED.get(health, health)} if health else {}  # by 0013
            assert {name: now[name] for name in row if name in now} == row | renamed, table


def test_what_an_older_schema_kept_is_as_it_should_be(upgraded: Upgraded) -> None:
    # That the tables are as they should be is the same for all of them, and tested above.
    made = [check for check in checks() if check.name != "schema"]
    found = look(
        upgraded.store, made, quick=False, repair=False, now=datetime.now(UTC),
        progress=lambda *_: None,
    )  # fmt: skip

    # The service that claimed the first one's slot is long gone: no matter of the schema.
    assert [(one.check, one.where) for one in found] == [("leases", "planned crawl 1 of yunling")]


def test_what_an_older_schema_kept_is_found_by_every_question(upgraded: Upgraded) -> None:
    rows, store = upgraded.rows, upgraded.store

    contents = {row["id"]: row["title"] for row in rows["contents"]}
    leaders = [row for row in rows["documents"] if row.get("lead_id") is None]
    articles = list(Articles(store).all(Filter()))
    assert {one.id: one.title for one in articles} == {
        row["id"]: contents[row["content_id"]] for row in leaders
    }
    assert [len(History(store).versions(one.id)) for one in articles] == [
        sum(v["document_id"] == one.id for v in rows["versions"]) for one in articles
    ]
    assert {one.record()["id"] for one in articles} == {row["id"] for row in leaders}
    assert len(Alerts(store).since(LONG_AGO, limit=99)) == sum(
        row["state"] == "open" for row in rows["events"]
    )
    assert len(Deliveries(store).latest(99)) == len(rows["deliveries"])
    assert [one.name for one in Watches(store).watches()] == [r["name"] for r in rows["watches"]]
    assert {one.site for one in Overview(store).sites(now=LONG_AGO)} == {
        row["name"] for row in rows["sites"]
    }
    kept = {row["url_key"] for row in rows["responses"] if row.get("dropped_at") is None}
    assert all(find(store, key) is not None for key in kept)
    assert upgraded.filling == Filling(done=0, total=len(rows["documents"]))
    assert len(list(Articles(store).all(Filter(words="奖学金")))) == 2


def test_what_an_old_database_keeps_waits_to_be_compared(old: str, new_database: str) -> None:
    migrate_database(new_database)
    store = open_store(new_database)

    rows = until(old)
    compared = sum(row["core_id"] is not None for row in rows.get("story_members", []))
    waiting = len(rows["contents"]) - compared
    assert Stories(store).waiting() == waiting
    assert group_batch(store, now=START) == waiting
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
