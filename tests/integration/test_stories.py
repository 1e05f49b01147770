"""Nearly the same text on several sites is one story, whoever is crawled first."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, true

from crawler.grouping import group_stories
from scheduler.matching import match_all
from storage.alerts import Alerts
from storage.article import Article
from storage.indexing import unindex
from storage.rehearsals import Rehearsals
from storage.schema import Content, Document, StoryKey, StoryLink, StoryMember
from storage.store import Store
from storage.stories import Stories
from storage.story_groups import group_batch
from storage.watches import Watches
from tests.integration.desk import Desk, article, link
from tests.unit.stories.labelled import texts

TEXTS = texts()


def told(name: str, site: str = "yunling", **values: Any) -> Article:
    """An article of the labelled set, on a site."""
    title, text = TEXTS[name]
    key = f"info/1/{name.encode().hex()}"
    return article(
        key, title=title, text=text, url=f"http://{site}.example/{key}.htm",
        page_key=f"{site}.example/{key}", **values,
    )  # fmt: skip


def crawl(store: Store, site: str, *articles: Article) -> Desk:
    desk = Desk(store, site)
    desk.crawl(*(desk.read(one) for one in articles))
    return desk


def group(store: Store) -> None:
    while group_batch(store, now=Desk(store).now + timedelta(minutes=1)):
        pass


def remove(store: Store, condition: ColumnElement[bool]) -> None:
    """Remove contents, and what is published with them, for good."""
    with store.write() as connection:
        gone = connection.scalars(select(Content.id).where(condition)).all()
        unindex(connection, gone)
        connection.execute(delete(Document).where(Document.content_id.in_(gone)))
        connection.execute(delete(Content).where(condition))


def stories(store: Store) -> set[frozenset[str]]:
    """Every story as the set of what its articles are called, with their sites."""
    with store.read() as connection:
        rows = connection.execute(
            select(StoryMember.core_id, Document.url)
            .join(Document, Document.content_id == StoryMember.content_id)
        ).all()  # fmt: skip
    by_core: dict[int, set[str]] = {}
    for row in rows:
        name = bytes.fromhex(row.url.rpartition("/")[2].removesuffix(".htm")).decode()
        by_core.setdefault(row.core_id, set()).add(name)
    return {frozenset(names) for names in by_core.values()}


def test_a_repost_under_another_title_is_one_story(store: Store) -> None:
    crawl(store, "yunling", told("library"), told("bridge"))
    crawl(store, "hailan", told("library~1", "hailan"))

    group(store)

    assert stories(store) == {frozenset({"library", "library~1"}), frozenset({"bridge"})}
    [story] = Stories(store).told_by_several(limit=10)
    assert story.sites == ("yunling", "hailan")


def test_the_order_of_arrival_makes_no_difference(store: Store) -> None:
    names = ["library", "library~1", "library~5", "library~8", "library@other"]
    found = []
    for number, order in enumerate(itertools.islice(itertools.permutations(names), 0, 120, 17)):
        remove(store, true())
        for at, name in enumerate(order):
            crawl(store, f"site{number}-{at}", told(name, f"site{number}-{at}"))
            group(store)
        found.append(stories(store))

    assert found[0] == {frozenset(names[:-1]), frozenset({"library@other"})}
    assert all(one == found[0] for one in found)


def test_the_same_content_on_two_sites_is_one_story(store: Store) -> None:
    crawl(store, "yunling", told("market"))
    crawl(store, "hailan", told("market", "hailan"))

    group(store)

    story = Stories(store).of(2)
    assert story is not None
    assert [one.article_id for one in story.tellings] == [1, 2]


def test_forms_filled_in_twice_are_no_story(store: Store) -> None:
    crawl(store, "yunling", told("holiday0"), told("recruit0"))
    crawl(store, "hailan", told("holiday1", "hailan"), told("recruit1", "hailan"))

    group(store)

    assert Stories(store).told_by_several(limit=10) == []
    assert Stories(store).of(1) is None


def test_texts_of_nothing_are_grouped_too(store: Store) -> None:
    crawl(store, "yunling", article("a", title="校历", text=""), article("b", title="图", text=""))

    group(store)

    assert Stories(store).waiting() == 0
    assert Stories(store).of(1) is None


def test_grouping_goes_on_where_it_stopped(store: Store) -> None:
    crawl(store, "yunling", told("library"))
    group(store)
    crawl(store, "hailan", told("library~2", "hailan"))
    assert Stories(store).waiting() == 1

    group(store)

    assert Stories(store).waiting() == 0
    assert len(stories(store)) == 1


def test_several_that_group_at_once_group_as_one_would(store: Store) -> None:
    names = [
        n for n in TEXTS if n.split("~")[0] in {"library", "bridge", "chess", "water", "paper"}
    ]
    for number, name in enumerate(names):
        crawl(store, f"site{number}", told(name, f"site{number}"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: group(store), range(4)))

    assert len(stories(store)) == 5
    reposted = [event.document_id for event in Desk(store).events("reposted")]
    assert len(reposted) == len(set(reposted)) == len(names) - 5


def test_what_waits_is_grouped_after_the_crawls_of_the_service(store: Store) -> None:
    crawl(store, "yunling", told("library"))
    url = store._engine.url.render_as_string(hide_password=False)

    group_stories(url)

    assert Stories(store).waiting() == 0


def test_a_story_whose_core_is_removed_is_grouped_anew(store: Store) -> None:
    crawl(store, "a", told("library", "a"))
    crawl(store, "b", told("library~1", "b"))
    crawl(store, "c", told("library~5", "c"))
    group(store)
    remove(store, Content.id == 1)
    with store.read() as connection:
        left = connection.scalars(select(StoryKey.content_id).distinct()).all()
        links = connection.execute(select(StoryLink)).all()
    assert sorted(left) == [2, 3]
    assert [tuple(row) for row in links] == [(2, 3)]

    group(store)

    assert stories(store) == {frozenset({"library~1", "library~5"})}


def test_a_withdrawn_article_stays_in_its_story_but_stands_for_it_no_more(store: Store) -> None:
    desk = crawl(store, "yunling", told("library"))
    crawl(store, "hailan", told("library~4", "hailan"))
    group(store)
    assert Stories(store).leads([1, 2]) == {1: 1, 2: 1}

    desk.withdraw(1)

    story = Stories(store).of(2)
    assert story is not None
    assert [bool(one.withdrawn_at) for one in story.tellings] == [True, False]
    assert Stories(store).leads([1, 2]) == {1: 2, 2: 2}


def test_one_article_stands_for_each_story(store: Store) -> None:
    crawl(store, "yunling", told("library"), told("bridge"), told("holiday0"))
    crawl(store, "hailan", told("library~5", "hailan"), told("bridge~1", "hailan"))
    crawl(store, "qingshan", told("market", "qingshan"))
    group(store)
    crawl(store, "qingshan", told("chess", "qingshan"))  # not compared yet

    leads = Stories(store).leads(range(1, 8))

    assert leads == {1: 1, 2: 2, 3: 3, 4: 1, 5: 2, 6: 6, 7: 7}


def test_a_repost_is_an_event_that_honours_the_baseline(store: Store) -> None:
    crawl(store, "yunling", told("library"))
    crawl(store, "hailan", told("library~1", "hailan"))  # before the first walk was completed
    group(store)

    [event] = Desk(store).events("reposted")

    assert (event.document_id, event.backfill, event.detail) == (2, True, "baseline")


def news(store: Store, site: str, one: Article) -> Desk:
    """An article that appears in a column that was walked before."""
    desk = Desk(store, site)
    desk.begin()
    column = desk.column(f"{site}-news")
    desk.save(desk.listing(column, [], completed=True))
    desk.finish()
    desk.later(hours=1)
    desk.begin()
    column = desk.column(f"{site}-news")
    desk.save(desk.listing(column, [link(one)]))
    desk.save(desk.read(one, column_id=column))
    desk.finish()
    return desk


def test_a_repost_that_is_news_alerts_who_waits_for_reposts(store: Store) -> None:
    crawl(store, "yunling", told("library"))
    Watches(store).add("转载", {"name": "转载", "events": ["reposted"]}, now=Desk(store).now)
    today = Desk(store).now
    news(store, "hailan", told("library~1", "hailan", published_at=today))
    group(store)

    [event] = Desk(store).events("reposted")
    made = match_all(Alerts(store), Watches(store), now=today + timedelta(hours=2))

    assert (event.document_id, event.backfill) == (2, False)
    assert event.detail.startswith("first on yunling: http://yunling.example/")
    assert made == 1


def test_a_repost_that_only_another_reading_found_alerts_nobody(store: Store) -> None:
    crawl(store, "yunling", told("library"))
    Watches(store).add("转载", {"name": "转载", "events": ["reposted"]}, now=Desk(store).now)
    today = Desk(store).now
    read = told("library~1", "hailan", published_at=today)
    desk = news(store, "hailan", replace(read, text="读错了的正文"))
    group(store)
    rehearsals = Rehearsals(store)
    lease = rehearsals.begin(rehearsals.site("hailan"), holder="elsewhere:boot:1:1", now=desk.now)
    standing = rehearsals.standing([2])[2]

    again = replace(desk.read(read, extractor_version=9), reread_of=standing.version_id)
    rehearsals.apply(lease, [again], now=desk.now)
    rehearsals.end(lease)
    group(store)

    [event] = Desk(store).events("reposted")
    assert (event.document_id, event.backfill) == (2, True)
    assert match_all(Alerts(store), Watches(store), now=today + timedelta(hours=2)) == 0


def test_a_repost_is_told_once_however_often_stories_are_grouped(store: Store) -> None:
    crawl(store, "a", told("library", "a"))
    crawl(store, "b", told("library~1", "b"))
    group(store)
    crawl(store, "c", told("library~8", "c"), told("library", "c"))
    group(store)

    assert [(e.document_id, e.kind) for e in Desk(store).events("reposted")] == [
        (2, "reposted"), (4, "reposted"), (3, "reposted"),
    ]  # fmt: skip


def test_two_articles_of_one_site_are_no_repost(store: Store) -> None:
    crawl(store, "yunling", told("library"), told("library~1"))
    group(store)

    assert len(stories(store)) == 1
    assert Desk(store).events("reposted") == []
    assert Stories(store).told_by_several(limit=10) == []


def test_stories_are_listed_by_site_and_day(store: Store) -> None:
    crawl(store, "a", told("library", "a"), told("bridge", "a"))
    crawl(store, "b", told("library~1", "b"))
    crawl(store, "c", told("bridge~1", "c"))
    group(store)
    listed = Stories(store).told_by_several

    assert [s.sites for s in listed(limit=10)] == [("a", "c"), ("a", "b")]
    assert [s.sites for s in listed(limit=1)] == [("a", "c")]
    assert [s.sites for s in listed(limit=10, site="b")] == [("a", "b")]
    assert listed(limit=10, since="2026-03-01") == []
    assert len(listed(limit=10, since="2026-02-28")) == 2
