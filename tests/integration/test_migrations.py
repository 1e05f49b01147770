"""An old database with rows in it is brought up to date, and nothing of it is lost."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, insert, make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.schema import MetaData

import storage.store
from storage.articles import Articles, Filter
from storage.errors import SchemaTooOldError
from storage.filling import Filling, SearchIndex
from storage.schema import Base
from storage.store import HEAD, migrate_database, open_store
from storage.stories import Stories
from storage.story_groups import group_batch
from tests.integration.desk import START, Desk, article

POSTGRES = os.environ.get("WENXUN_TEST_POSTGRES_URL")
MIGRATIONS = Path(storage.store.__file__).parent / "migrations"
_SCHEMA = "wenxun_old"
EVERY_DATABASE = ["sqlite", *(["postgresql"] if POSTGRES else [])]


@pytest.fixture(params=EVERY_DATABASE)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is still empty."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/old.db"
        return
    home = make_url(POSTGRES or "").set(drivername="postgresql+psycopg")
    engine = create_engine(home, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {_SCHEMA}"))
        own = home.update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
        yield own.render_as_string(hide_password=False)
        connection.execute(text(f"DROP SCHEMA {_SCHEMA} CASCADE"))
    engine.dispose()


def upgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def old_article(engine: Engine) -> None:
    """Write one article as the first schema kept it."""
    tables = MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)

        def add(table: str, **values: Any) -> None:
            connection.execute(insert(tables.tables[table]).values(values))

        add(
            "sites", id=1000, name="yunling", timezone="Asia/Shanghai", added_at=START,
            fencing_token=0, health="ok",
        )  # fmt: skip
        add("contents", id=1000, content_hash="1:00", title="题", text="文", created_at=START)
        add(
            "documents", id=1000, site_id=1000, page_key="k", link_key="k", url="http://n/1",
            url_key="n/1", content_id=1000, published_day="2026-02-28", first_seen_at=START,
            last_seen_at=START, state="live",
        )  # fmt: skip
        add(
            "versions", id=1000, document_id=1000, number=1, content_id=1000, reason="first",
            seen_from=START, extractor_version=1, body_hash="0", published_text="日期：2026-02-28",
            published_at=article().published_at, published_precision="day",
            published_zone="Asia/Shanghai", credits=[], attachments=[], images=[], flags=[],
        )  # fmt: skip


def is_of_the_models(thing: object, name: str | None, *_: object) -> bool:
    """The index words are kept in what only one of the databases has; see the next test."""
    del thing
    return not (name or "").startswith(("search_words", "ix_search_entries")) and name != "words"


def kept_words(url: str) -> list[tuple[Any, ...]]:
    """What the database says of the place where the index words are."""
    questions = {
        "sqlite": (
            "SELECT name, sql FROM sqlite_master WHERE name LIKE 'search_words%' ORDER BY name",
            "SELECT k, v FROM search_words_config ORDER BY k",
        ),
        "postgresql": (
            (
                "SELECT indexname, replace(indexdef, schemaname, '') FROM pg_indexes"
                " WHERE tablename = 'search_entries' AND schemaname = current_schema() ORDER BY 1"
            ),
            (
                "SELECT attname, atttypid, attstorage FROM pg_attribute"
                " WHERE attrelid = 'search_entries'::regclass ORDER BY 1"
            ),
        ),
    }
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [
            tuple(row)
            for question in questions[engine.dialect.name]
            for row in connection.exec_driver_sql(question)
        ]
    engine.dispose()
    return found


def test_the_migrations_make_the_tables_of_the_models(url: str) -> None:
    migrate_database(url)

    engine = create_engine(url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_of_the_models}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_the_migrations_keep_index_words_as_a_new_database_does(url: str) -> None:
    open_store(url).close()
    made = kept_words(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in [*reversed(Base.metadata.sorted_tables), "alembic_version", "search_words"]:
            if table != "search_words" or engine.dialect.name == "sqlite":
                connection.exec_driver_sql(f"DROP TABLE {table}")
    engine.dispose()

    migrate_database(url)

    assert len(made) > 3
    assert kept_words(url) == made


def test_an_article_of_the_first_schema_is_kept_and_its_day_is_its_own(url: str) -> None:
    engine = create_engine(url)
    upgrade(engine, "0001")
    old_article(engine)
    engine.dispose()
    with pytest.raises(SchemaTooOldError):
        open_store(url)

    assert migrate_database(url) == ("0001", HEAD)

    store = open_store(url)
    [kept] = Articles(store).all(Filter())
    with store.read() as connection:
        day = connection.scalar(text("SELECT printed_day FROM documents"))
    assert (kept.title, kept.published_text, kept.dates) == ("题", "日期：2026-02-28", ())
    assert (kept.published_day, day) == ("2026-02-28", "2026-02-28")
    assert kept.record()["dates"] == []
    index = SearchIndex(store)
    assert index.filling() == Filling(done=0, total=1)
    index.fill()
    assert [one.id for one in Articles(store).all(Filter(words="题"))] == [1000]
    store.close()


def test_what_an_old_database_keeps_waits_to_be_compared(url: str) -> None:
    engine = create_engine(url)
    upgrade(engine, "0001")
    old_article(engine)
    engine.dispose()
    migrate_database(url)

    store = open_store(url)
    assert Stories(store).waiting() == 1
    assert group_batch(store, now=START) == 1
    assert Stories(store).waiting() == 0
    store.close()


def test_a_migrated_database_is_crawled_on(url: str) -> None:
    engine = create_engine(url)
    upgrade(engine, "0001")
    old_article(engine)
    engine.dispose()
    migrate_database(url)

    store = open_store(url)
    desk = Desk(store)
    desk.crawl(desk.read(article()))

    assert {one.title for one in desk.all()} == {"题", article().title}
    store.close()
