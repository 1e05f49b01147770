"""Statistics count what there is, by site and by month."""

from dataclasses import replace
from datetime import UTC, datetime

from storage.statistics import MonthCounts, SiteCounts, statistics
from storage.store import Store
from tests.integration.desk import Desk, article, at, link


def test_what_there_is_is_counted_by_site_and_month(store: Store) -> None:
    desk = Desk(store)
    first = article("info/1")
    twin = at(first, "http://news.yunling.example/9.htm", page_key="news.yunling.example/9")
    january = article("info/2", published_at=datetime(2026, 1, 31, 17, tzinfo=UTC))
    undated = article("info/3", published_at=None, published_text=None)
    desk.begin()
    column = desk.column("zhxw")
    desk.save(
        desk.listing(column, [link(a) for a in (first, january, undated)], completed=True),
        *(desk.read(a, column_id=column) for a in (first, twin, january, undated)),
    )
    desk.finish()
    desk.later(days=40)
    desk.crawl(desk.again(replace(first, title="更正")))
    desk.withdraw(3)
    other = Desk(store, "beihai")
    other.crawl(other.read(at(first, "http://beihai.example/1", page_key="1")))

    counted = statistics(store)

    beihai, yunling = counted.sites
    assert yunling == SiteCounts(
        site="yunling", articles=4, withdrawn=1, documents=4, versions=5, sightings=3,
        first_day="2026-02-01", last_day="2026-02-28",
    )  # fmt: skip
    assert (beihai.site, beihai.articles, beihai.versions) == ("beihai", 1, 1)
    assert counted.months == (
        MonthCounts(month="2026-02", published=4, found=0),
        MonthCounts(month="2026-03", published=0, found=5),
    )
    assert counted.sizes.database > 100_000
    assert counted.sizes.index > 0
    assert counted.sizes.archive > 0
    assert counted.sizes.archive_files >= 1
    assert counted.sizes.responses >= 6


def test_one_site_is_counted_alone(store: Store) -> None:
    for site in ("yunling", "beihai"):
        desk = Desk(store, site)
        desk.crawl(desk.read(at(article(), f"http://{site}.example/1", page_key="1")))

    counted = statistics(store, site="beihai")

    assert [one.site for one in counted.sites] == ["beihai"]
    assert [one.published for one in counted.months] == [1, 0]


def test_nothing_is_counted_as_nothing(store: Store) -> None:
    counted = statistics(store)

    assert (counted.sites, counted.months, counted.sizes.responses) == ((), (), 0)
