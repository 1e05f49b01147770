"""Raw responses: kept once, found by address and time, without what must not be kept."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from storage.archive.reading import find
from storage.schema import Body, Response
from tests.integration.desk import Desk, article, at, url_key

FIRST = article("info/1001/1")
KEY = url_key(FIRST.url)


def count(desk: Desk, table: type[object]) -> int:
    return int(desk.rows(select(func.count()).select_from(table))[0][0])


def test_a_response_is_found_by_address_and_time(desk: Desk) -> None:
    edited = replace(FIRST, title="更正")
    desk.begin()
    first = desk.now
    desk.save(desk.read(FIRST, body=b"first"))
    desk.later(hours=1)
    desk.save(desk.again(edited, body=b"second"))

    newest, earlier = find(desk.store, KEY), find(desk.store, KEY, until=first)

    assert newest is not None
    assert earlier is not None
    assert (earlier.body, earlier.outcome, earlier.fetched_at) == (b"first", "new", first)
    assert (earlier.url, earlier.status, earlier.document_id) == (FIRST.url, 200, 1)
    assert (newest.body, newest.outcome) == (b"second", "changed")
    assert find(desk.store, KEY, until=first - timedelta(seconds=1)) is None
    assert find(desk.store, "nowhere") is None


def test_equal_bodies_are_kept_once(desk: Desk) -> None:
    desk.begin()
    reads = [desk.read(article(f"info/{n}"), body=b"<html>" * 5000) for n in range(3)]

    desk.save(*reads)
    desk.save(desk.read(article("info/3"), body=b"<html>" * 5000))

    assert (count(desk, Body), count(desk, Response)) == (1, 4)


def test_what_gave_and_changed_nothing_is_not_kept(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(FIRST, body=b"first"))

    desk.save(desk.again(FIRST, body=b"second"))

    assert count(desk, Response) == 1


def test_a_page_that_gave_no_article_is_kept_with_its_evidence(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(FIRST))
    desk.later(hours=1)

    desk.save(desk.gone(1))

    kept = find(desk.store, KEY)
    assert kept is not None
    assert (kept.outcome, kept.state, kept.evidence, kept.status) == (
        "missing", "not_found", "status 404", 404,
    )  # fmt: skip


def test_cookies_are_not_kept(desk: Desk) -> None:
    read = desk.read(FIRST)
    headers = {"content-type": "text/html", "set-cookie": "JSESSIONID=1", "etag": "x"}
    desk.begin()

    desk.save(replace(read, response=replace(read.response, headers=headers)))

    kept = find(desk.store, KEY)
    assert kept is not None
    assert kept.headers == {"content-type": "text/html", "etag": "x"}


def test_an_empty_body_is_kept_too(desk: Desk) -> None:
    desk.begin()

    desk.save(desk.read(at(FIRST, FIRST.url), body=b""))

    kept = find(desk.store, KEY)
    assert kept is not None
    assert kept.body == b""
