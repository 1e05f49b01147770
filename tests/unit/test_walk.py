"""The order in which the pages of one column are read, rule by rule."""

from dataclasses import replace
from datetime import UTC, datetime

from crawler.discover import Link, LinkKind, Listing, PageUrls
from crawler.walk import Known, Limits, Reason, after, after_unchanged, begin, item_key
from storage.crawl import WalkMark

HOME = "http://column.example/news.htm"
URLS = PageUrls(first=HOME, pattern="http://column.example/news/{n}.htm", from_end=True)
DONE = WalkMark(completed=True)
SEEN = Known(in_column=True, stored=True)


def link(number, **options):
    url = f"http://column.example/info/1/{number}.htm"
    return Link(url=url, kind=LinkKind.ARTICLE, **options)


def listing(*links, page=1, pages=3, **options):
    plain = {
        "url": URLS.url(page or 1, pages=pages or 1),
        "links": links,
        "page": page,
        "pages": pages,
        "page_urls": URLS,
        "next_url": URLS.url(page + 1, pages=pages) if page and pages and page < pages else None,
    }
    return Listing(**(plain | options))


def seen(*links, **options):
    return {item_key(one): replace(SEEN, **options) for one in links}


def walk(mark=DONE, **limits):
    return begin(HOME, mark=mark, limits=Limits(deep_reads=0, **limits))


def test_the_first_page_is_read_first():
    started = walk(WalkMark(page=40, url="http://column.example/news/12.htm"))

    assert (started.asked.url, started.asked.page) == (HOME, 1)


def test_a_page_with_only_stored_items_ends_the_reading():
    step = after(walk(), listing(link(2), link(1)), seen(link(2), link(1)))

    assert step.next is None


def test_one_new_item_asks_for_the_next_page():
    step = after(walk(), listing(link(3), link(2)), seen(link(2)))

    assert step.next is not None
    assert (step.next.page, step.next.reason) == (2, Reason.TOP)
    assert step.next.url == "http://column.example/news/2.htm"


def test_sticky_items_alone_do_not_end_the_reading():
    sticky = [link(9, sticky=True), link(8, sticky=True)]

    step = after(walk(), listing(*sticky), seen(*sticky))

    assert step.next is not None


def test_an_article_known_from_another_column_does_not_prolong_the_reading():
    known = seen(link(2)) | {item_key(link(7)): Known(stored=True)}

    step = after(walk(), listing(link(7), link(2)), known)

    assert step.next is None


def test_articles_known_from_another_column_alone_do_not_end_the_reading():
    known = {item_key(one): Known(stored=True) for one in (link(7), link(6))}

    step = after(walk(), listing(link(7), link(6)), known)

    assert step.next is not None


def test_scripts_without_an_address_are_told_apart_by_their_title():
    one = Link(url="javascript:;", kind=LinkKind.SCRIPT, title="甲")
    other = Link(url="javascript:;", kind=LinkKind.SCRIPT, title="乙")

    assert item_key(one) != item_key(other)


def test_a_first_walk_reads_on_over_known_pages_to_the_last():
    started = walk(WalkMark())

    second = after(started, listing(link(6), link(5)), {})
    third = after(second.walk, listing(link(4), link(3), page=2), seen(link(4), link(3)))
    end = after(third.walk, listing(link(2), page=3), {})

    assert [second.next.page, third.next.page, end.next] == [2, 3, None]
    assert third.walk.mark == WalkMark(page=3, url="http://column.example/news/2.htm")
    assert end.walk.mark.completed
    assert end.walk.mark.page is None
    assert end.walk.mark.deep_page == 2


def test_a_walk_that_died_goes_on_one_page_before_where_it_stood():
    step = after(walk(WalkMark(page=9)), listing(link(9), pages=20), seen(link(9)))

    assert (step.next.page, step.next.reason) == (8, Reason.WALK)


def test_a_resumed_walk_steps_back_until_it_overlaps():
    first = after(walk(WalkMark(page=9)), listing(link(9), pages=20), seen(link(9)))

    step = after(first.walk, listing(link(5), page=8, pages=20), {})

    assert step.next.page == 7


def test_a_walk_that_died_without_a_rule_of_addresses_goes_on_from_its_stored_page():
    mark = WalkMark(page=9, url="http://column.example/list?at=8")
    page = listing(link(9), pages=None, page=None, page_urls=None, next_url="http://c.example/2")

    step = after(walk(mark), page, seen(link(9)))

    assert step.next.url == "http://column.example/list?at=8"


def test_a_page_that_now_holds_an_older_slice_sends_the_walk_back():
    second = after(walk(WalkMark()), listing(link(6), link(5), pages=3), {})

    step = after(second.walk, listing(link(3), link(2), page=3, pages=4), {})

    assert (step.next.page, step.next.url) == (2, "http://column.example/news/3.htm")


def test_max_pages_ends_the_walk_and_is_told():
    step = after(walk(WalkMark(), max_pages=1), listing(link(6)), {})

    assert step.next is None
    assert step.walk.mark.completed
    assert step.walk.mark.left_out == "pages after 1"


def test_a_page_on_which_all_is_older_than_since_ends_the_walk():
    since = datetime(2024, 1, 1, tzinfo=UTC)
    old = [link(n, listed_at=datetime(2023, 12, n, tzinfo=UTC)) for n in (3, 2)]

    step = after(walk(WalkMark(), since=since), listing(*old), {})

    assert step.next is None
    assert step.walk.mark.left_out == "older than 2024-01-01"


def test_a_sticky_old_item_does_not_end_the_walk():
    since = datetime(2024, 1, 1, tzinfo=UTC)
    sticky = link(3, listed_at=datetime(2020, 1, 1, tzinfo=UTC), sticky=True)
    fresh = link(4, listed_at=datetime(2024, 2, 1, tzinfo=UTC))

    step = after(walk(WalkMark(), since=since), listing(sticky, fresh), {})

    assert step.next is not None


def test_a_paginator_that_repeats_its_last_page_ends_the_walk():
    page = listing(link(2), pages=None, page=None, page_urls=None, next_url="http://c.example/2")
    second = after(walk(WalkMark()), page, {})

    step = after(second.walk, page, seen(link(2)))

    assert step.next is None
    assert step.walk.mark.completed


def test_one_page_a_crawl_is_looked_at_in_rotation():
    rotating = begin(HOME, mark=replace(DONE, deep_page=3), limits=Limits())

    step = after(rotating, listing(link(9)), seen(link(9)))
    end = after(step.walk, listing(link(1), page=3), seen(link(1)))

    assert (step.next.page, step.next.reason) == (3, Reason.DEEP)
    assert end.next is None
    assert end.walk.mark.deep_page == 2


def test_an_unchanged_first_page_still_lets_the_rotation_look():
    mark = replace(DONE, deep_page=3, deep_url="http://column.example/news/1.htm")

    step = after_unchanged(begin(HOME, mark=mark, limits=Limits()))

    assert (step.next.page, step.next.reason) == (3, Reason.DEEP)


def test_depths_are_stored_where_a_total_is_printed():
    page = listing(link(5), link(4), pages=3, total=5)

    step = after(walk(WalkMark()), page, {})

    assert step.from_ends == (4, 3)


def test_a_total_that_contradicts_the_page_gives_no_depths():
    page = listing(link(5), link(4), pages=3, total=50)

    step = after(walk(WalkMark()), page, {})

    assert step.from_ends == (None, None)


def test_an_item_that_drifted_sends_the_walk_to_look_below_it():
    page = listing(link(6), link(5), pages=3, total=6)
    known = seen(link(6), from_end=4) | seen(link(5), from_end=3)

    step = after(walk(), page, known)

    assert (step.next.page, step.next.reason) == (2, Reason.LATE)
    assert step.from_ends == (4, 3)  # as they were: where the drift begins is not known yet


def test_what_lies_beyond_since_is_looked_at_but_not_taken_up():
    mark = replace(DONE, left_out="older than 2024-01-01")
    limits = Limits(since=datetime(2024, 1, 1, tzinfo=UTC))
    first = after(begin(HOME, mark=mark, limits=limits), listing(link(9)), seen(link(9)))

    step = after(first.walk, listing(link(2), page=first.next.page), {})

    assert step.outside
