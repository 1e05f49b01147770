"""What is known of a site before a crawl."""

from typing import Any

from sqlalchemy import event, update

from storage.schema import Version
from storage.site_health import SiteHealth
from storage.store import Store
from tests.databases import ON_SQLITE
from tests.integration.desk import START, Desk, article


def test_the_newest_articles_of_a_site_say_what_they_are_like(desk: Desk) -> None:
    dated, empty = article("info/1/1"), article("info/1/2", text="")
    undated = article("info/1/3", published_text=None, published_at=None, published_precision=None)
    desk.crawl(*(desk.read(one) for one in (dated, empty, undated, article("info/1/4"))))
    with desk.store.write() as connection:
        connection.execute(update(Version).where(Version.id == 4).values(reason="imported"))
    Desk(desk.store, "another").crawl(desk.read(article("info/2/1")))

    past = SiteHealth(desk.store).past(desk.lease.site_id)

    assert (past.articles, past.dated, past.texted) == (3, 2, 2)
    assert past.looked_at == START


@ON_SQLITE
def test_the_newest_articles_are_found_without_reading_all_of_the_site(store: Store) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(store._engine, "before_cursor_execute", note)
    SiteHealth(store).past(Desk(store).begin().site_id)
    event.remove(store._engine, "before_cursor_execute", note)

    (newest,) = [one for one in asked if "LIMIT" in one[0]]
    with store.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {newest[0]}", newest[1]).all()
    assert not [row.detail for row in plan if "TEMP B-TREE" in row.detail]
