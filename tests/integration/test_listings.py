"""Columns, links that wait, and what is known of a list's items."""

from dataclasses import replace
from datetime import timedelta

from storage.article import Counter
from storage.crawl import PageRefused, WalkMark
from storage.known_link import KnownLink
from tests.integration.desk import Desk, article, at, link, url_key

FIRST = article("info/1001/1")
SECOND = article("info/1001/2")


def known(desk: Desk, *items: object, column: str = "zyxw") -> list[KnownLink]:
    url = f"http://news.yunling.example/{column}.htm"
    (stored,) = desk.listings.columns(desk.lease.site_id, [(url, url_key(url))], now=desk.now)
    found = desk.listings.known(stored, desk.lease.site_id, items, now=desk.now)
    assert all((k.document_id is None) == (k.first_seen_at is None) for k in found.values())
    return [replace(one, first_seen_at=None) for one in found.values()]


def refused(desk: Desk, *, final: bool = False) -> PageRefused:
    return PageRefused(
        url=FIRST.url, link_url_key=url_key(FIRST.url), column_id=1, state="server_error",
        evidence="status 502", seen_at=desk.now, response=None,
        next_try_at=desk.now + timedelta(minutes=10), final=final,
    )  # fmt: skip


def test_columns_are_made_once_and_come_in_the_order_of_the_site_file(desk: Desk) -> None:
    site_id = desk.begin().site_id
    addresses = [("http://n/b", "n/b"), ("http://n/a", "n/a"), ("https://n/b", "n/b")]

    first = desk.listings.columns(site_id, addresses, now=desk.now)
    again = desk.listings.columns(site_id, addresses, now=desk.now)

    assert [c.url for c in first] == ["http://n/b", "http://n/a"]
    assert again == first
    assert desk.listings.columns(site_id, [], now=desk.now) == []


def test_the_mark_of_a_walk_is_kept_and_a_completed_one_stays_so(desk: Desk) -> None:
    desk.begin()
    column = desk.column("zyxw")
    mark = WalkMark(
        page=3, url="http://n/3", left_out="since 2024", deep_page=7, deep_url="http://n/7"
    )

    desk.save(desk.listing(column, [], etag="x", total=70, pages=7, title="要闻"))
    desk.save(desk.listing(column, [], completed=True))
    desk.later(hours=1)
    reading = desk.listing(column, [])
    desk.save(type(reading)(column_id=column, read_at=desk.now, items=(), mark=mark))

    url = "http://news.yunling.example/zyxw.htm"
    (stored,) = desk.listings.columns(desk.lease.site_id, [(url, url_key(url))], now=desk.now)
    assert stored.mark == WalkMark(
        page=3, url="http://n/3", completed=True, left_out="since 2024", deep_page=7,
        deep_url="http://n/7",
    )  # fmt: skip
    assert (stored.etag, stored.total, stored.pages, stored.title) == ("x", 70, 7, "要闻")


def test_an_article_link_waits_until_its_page_is_stored(desk: Desk) -> None:
    desk.begin()
    column = desk.column("zyxw")
    others = [
        link(SECOND, kind=kind, url_key=f"n/{kind}") for kind in ("external", "file", "script")
    ]
    desk.save(desk.listing(column, [link(FIRST), *others]))

    waiting = desk.listings.pending(desk.lease.site_id, [column], now=desk.now)
    desk.save(desk.read(FIRST))

    assert [p.url for p in waiting] == [FIRST.url]
    assert desk.listings.pending(desk.lease.site_id, [column], now=desk.now) == []


def test_a_refused_link_is_tried_again_when_its_time_comes(desk: Desk) -> None:
    desk.begin()
    column = desk.column("zyxw")
    desk.save(desk.listing(column, [link(FIRST)]))

    desk.save(refused(desk))
    desk.save(desk.listing(column, [link(FIRST)]))

    assert desk.listings.pending(desk.lease.site_id, [column], now=desk.now) == []
    assert known(desk, link(FIRST)) == [KnownLink(in_column=True, waiting=True, due=False)]
    desk.later(minutes=11)
    (again,) = desk.listings.pending(desk.lease.site_id, [column], now=desk.now)
    assert again.tries == 1
    assert known(desk, link(FIRST)) == [KnownLink(in_column=True, waiting=True, due=True)]


def test_a_link_that_is_refused_twice_for_good_never_waits_again(desk: Desk) -> None:
    desk.begin()
    column = desk.column("zyxw")
    waiting = []
    desk.save(desk.listing(column, [link(FIRST)]))
    for state in ("server_error", "link_out", "listing", "listing"):
        final = state != "server_error"
        desk.save(replace(refused(desk, final=final), state=state))
        desk.save(desk.listing(column, [link(FIRST)]))
        desk.later(days=2)
        waiting.append(len(desk.listings.pending(desk.lease.site_id, [column], now=desk.now)))

    assert waiting == [1, 1, 1, 0]


def test_a_link_that_a_newer_extractor_takes_for_an_article_waits(desk: Desk) -> None:
    desk.begin()
    column = desk.column("zyxw")
    desk.save(desk.listing(column, [link(FIRST, kind="external", link_key=None)]))

    desk.save(desk.listing(column, [link(FIRST)]))

    assert len(desk.listings.pending(desk.lease.site_id, [column], now=desk.now)) == 1
    assert desk.sightings()[0].link_key == FIRST.page_key


def test_what_is_known_of_links(desk: Desk) -> None:
    counted = at(FIRST, FIRST.url, counter=Counter(owner="7", article_id="1"))
    desk.begin()
    desk.save(desk.listing(desk.column("zyxw"), [link(counted, from_end=4)]))
    desk.save(desk.read(counted))
    twin = link(at(FIRST, "http://news.yunling.example/content.jsp?wbnewsid=1"))
    other = link(at(FIRST, "http://n/other", title="全然不同的标题"))

    here, retitled, by_twin, conflict, unknown = known(
        desk, link(counted), link(counted, title="新题", url_key="n/x"), twin, other, link(SECOND)
    )
    (renamed,) = known(desk, link(counted, title="新题"))
    (elsewhere,) = known(desk, link(counted), column="xyxw")

    counter = Counter(owner="7", article_id="1")
    assert here == KnownLink(document_id=1, in_column=True, from_end=4, counter=counter)
    assert renamed == KnownLink(
        document_id=1, in_column=True, from_end=4, counter=counter, retitled=True
    )
    assert elsewhere == KnownLink(document_id=1, counter=counter)
    assert by_twin == KnownLink(document_id=1, counter=counter)
    assert [retitled, conflict, unknown] == [KnownLink()] * 3


def test_a_cut_title_of_a_list_is_still_that_of_the_article(desk: Desk) -> None:
    full = at(FIRST, FIRST.url, title="云岭大学图书馆新馆今日开馆首日接待读者三千余人")
    twin = at(full, "http://n/twin", title="云岭大学图书馆新馆…")
    desk.begin()
    desk.save(desk.read(full))

    assert known(desk, link(twin)) == [KnownLink(document_id=1)]


def test_a_located_change_moves_the_stored_depths_of_its_column_only(desk: Desk) -> None:
    desk.begin()
    column, other = desk.column("zyxw"), desk.column("xyxw")
    articles = [article(f"info/{n}") for n in range(4)]
    items = [link(a, from_end=n) for n, a in enumerate(articles)]
    desk.save(desk.listing(column, items), desk.listing(other, items))

    desk.save(desk.listing(column, [], shifts=((2, 3), (6, -1))))

    assert [s.from_end for s in desk.sightings()] == [0, 1, 5, 5, 0, 1, 2, 3]


def test_a_listing_does_not_forget_what_it_said_before(desk: Desk) -> None:
    desk.begin()
    column = desk.column("zyxw")
    desk.save(desk.listing(column, [link(FIRST, listed_text="02-28")]))
    desk.later(hours=1)

    desk.save(desk.listing(column, [link(FIRST, title=None)]))

    (sighting,) = desk.sightings()
    assert (sighting.title, sighting.listed_text) == (FIRST.title, "02-28")
    assert sighting.last_seen_at - sighting.first_seen_at == timedelta(hours=1)


def test_the_same_link_twice_on_a_page_is_one_sighting(desk: Desk) -> None:
    desk.begin()

    desk.save(desk.listing(desk.column("zyxw"), [link(FIRST), link(SECOND), link(FIRST)]))

    assert len(desk.sightings()) == 2


def test_known_articles_are_due_in_the_order_of_their_plan(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.listing(desk.column("zyxw"), [link(FIRST)]))
    desk.save(
        desk.read(FIRST, next_check_at=desk.now + timedelta(hours=2)),
        desk.read(SECOND, next_check_at=desk.now + timedelta(hours=1)),
    )
    site_id = desk.lease.site_id
    before = desk.listings.due(site_id, now=desk.now, limit=9)
    desk.later(hours=3)

    assert before == []
    assert [d.document_id for d in desk.listings.due(site_id, now=desk.now, limit=9)] == [2, 1]
    assert [d.document_id for d in desk.listings.due(site_id, now=desk.now, limit=1)] == [2]
    assert len(desk.listings.stored_documents(site_id)) == 2


def test_a_due_article_comes_with_when_it_changed(desk: Desk) -> None:
    one, other = article("info/1/1"), article("info/1/2")
    desk.crawl(desk.read(one), desk.read(other))
    desk.later(hours=7)
    soon, later = desk.now + timedelta(hours=6), desk.now + timedelta(days=2)
    edited = replace(one, text=f"{one.text}更正。")
    desk.crawl(
        desk.read(edited, next_check_at=later, next_check_if_changed=soon, rechecked=True),
        desk.read(other, next_check_at=later, next_check_if_changed=soon, rechecked=True),
    )
    changed_at = desk.now

    due = desk.listings.due(desk.lease.site_id, now=later, limit=9)
    early = desk.listings.due(desk.lease.site_id, now=soon, limit=9)

    assert [(d.url, d.changed_at is not None) for d in due] == [(one.url, True), (other.url, False)]
    assert due[0].changed_at is not None
    assert changed_at - timedelta(minutes=1) < due[0].changed_at <= changed_at
    assert [d.url for d in early] == [one.url]


def test_looks_at_known_articles_are_counted_for_a_day(desk: Desk) -> None:
    desk.crawl(desk.read(article("info/1/1")))
    desk.crawl(desk.read(article("info/1/1"), rechecked=True))

    made = desk.listings.looked_again(desk.lease.site_id, now=desk.now)
    a_day_later = desk.listings.looked_again(desk.lease.site_id, now=desk.now + timedelta(days=1))

    assert (made, a_day_later) == (1, 0)


def test_what_a_list_says_of_a_date_goes_with_the_link_and_with_the_known_article(
    desk: Desk,
) -> None:
    desk.begin()
    undated, dated = desk.column("zyxw"), desk.column("jdyw")
    listed = {"listed_text": "2026-02-28", "listed_at": FIRST.published_at}
    desk.save(desk.listing(undated, [link(FIRST)]), desk.listing(dated, [link(FIRST, **listed)]))
    site_id = desk.lease.site_id

    pending = desk.listings.pending(site_id, [undated, dated], now=desk.now)
    desk.save(desk.read(FIRST, next_check_at=desk.now))
    (due,) = desk.listings.due(site_id, now=desk.now, limit=9)

    assert [p.listed_text for p in pending] == [None, "2026-02-28"]
    assert (due.column_id, due.listed_text, due.listed_at) == (
        dated, "2026-02-28", FIRST.published_at,
    )  # fmt: skip
