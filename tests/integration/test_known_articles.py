"""What is known of a site from before its layout changed."""

from datetime import datetime

from storage.health import Finding, Health
from storage.known_articles import KnownArticles
from tests.integration.desk import Desk, article, link, url_key

FIRST, SECOND = article("info/1001/1"), article("info/1001/2", source="图书馆")
COLUMN = url_key("http://news.yunling.example/zyxw.htm")


def newest(desk: Desk, **wanted: object) -> list[str]:
    given = {"limit": 9, "least_letters": 10, "before": None} | wanted
    return [one.text for one in KnownArticles(desk.store).newest("yunling", **given)]  # type: ignore[arg-type]


def test_articles_come_as_they_stood_before_an_instant(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST), desk.read(SECOND))
    desk.later(days=1)
    moment = desk.now
    changed = article("info/1001/1", text=f"{FIRST.text}，这一句是后来添上的。")
    desk.crawl(desk.again(changed), desk.read(article("info/1001/3")))

    assert newest(desk, before=moment) == [SECOND.text, FIRST.text]
    assert newest(desk)[1:] == [SECOND.text, changed.text]
    assert newest(desk, limit=1, before=moment) == [SECOND.text]
    assert newest(desk, least_letters=1000) == []


def test_what_is_gone_and_what_repeats_another_is_not_asked_for(desk: Desk) -> None:
    twin = article("info/1002/9", title=FIRST.title, text=FIRST.text)
    desk.crawl(desk.read(FIRST), desk.read(twin), desk.read(SECOND))
    desk.withdraw(3)

    assert newest(desk) == [FIRST.text]


def test_values_are_those_of_the_page(desk: Desk) -> None:
    desk.crawl(desk.read(SECOND))

    (known,) = KnownArticles(desk.store).newest("yunling", limit=1, least_letters=1, before=None)

    assert (known.url, known.title, known.source) == (SECOND.url, SECOND.title, "图书馆")
    assert (known.published_text, known.published_at) == ("日期：2026-02-28", SECOND.published_at)


def test_items_of_a_column_come_newest_first(desk: Desk) -> None:
    desk.begin()
    column, other = desk.column("zyxw"), desk.column("tzgg")
    desk.save(desk.listing(column, [link(FIRST, listed_at=desk.now)]))
    desk.save(desk.listing(other, [link(article("info/1003/1"))]))
    desk.later(days=1)
    moment = desk.now
    assert KnownArticles(desk.store).pages("yunling", COLUMN) == 1
    newer = [link(SECOND, listed_at=desk.now), link(article("info/1001/4"), kind="file")]
    desk.save(desk.listing(column, newer, pages=7))
    known = KnownArticles(desk.store)

    titles = [one.title for one in known.listed("yunling", COLUMN, limit=9, before=None)]
    older = [one.title for one in known.listed("yunling", COLUMN, limit=9, before=moment)]

    assert titles == [SECOND.title, FIRST.title]
    assert older == [FIRST.title]
    assert known.pages("yunling", COLUMN) == 7


def test_a_site_was_well_until_the_crawl_began_that_found_it_otherwise(desk: Desk) -> None:
    known = KnownArticles(desk.store)
    desk.crawl(desk.read(FIRST))
    began: list[datetime] = []
    for health in (Health.LAYOUT_BROKEN, Health.UNREACHABLE, Health.LAYOUT_BROKEN):
        desk.later(days=1)
        desk.begin()
        began.append(desk.now)
        desk.later(minutes=1)
        desk.finish(finding=Finding(health=health, evidence="nothing is read"))

    assert known.well_until("yunling") == began[0]
    assert known.well_until("nobody") is None

    desk.begin()
    desk.finish(finding=Finding(health=Health.HEALTHY))
    assert known.well_until("yunling") is None
