"""What files a version names, and what their addresses gave over time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.asset import AssetMissed, AssetRead, AssetSeen, FileText
from storage.assets import Assets, StoredAsset
from storage.crawl import AssetLink, RawResponse
from storage.errors import NotFoundError
from tests.integration.desk import Desk, article, url_key

PDF = "http://news.yunling.example/__local/1.pdf"
OTHER = "http://news.yunling.example/__local/2.pdf"


def link(url: str = PDF, **values: Any) -> AssetLink:
    return AssetLink(
        **{"url": url, "url_key": url_key(url), "role": "file", "name": "名单.pdf"} | values
    )


@pytest.fixture
def assets(desk: Desk) -> Assets:
    return Assets(desk.store)


def due(desk: Desk, assets: Assets) -> list[str]:
    return [one.url for one in assets.due(desk.lease.site_id, now=desk.now, limit=100)]


def came(desk: Desk, body: bytes, *, asset_id: int = 1, url: str = PDF, **values: Any) -> AssetRead:
    response = RawResponse(
        url=url, url_key=url_key(url), status=200, headers={"etag": '"1"'}, body=body,
        fetched_at=desk.now,
    )  # fmt: skip
    given: dict[str, Any] = {
        "asset_id": asset_id, "response": response, "kind": "pdf", "name": None,
        "text": FileText(state="read", text=body.decode()), "next_try_at": None,
    }  # fmt: skip
    return AssetRead(**given | values)


def missed(desk: Desk, state: str = "not_found", **values: Any) -> AssetMissed:
    return AssetMissed(
        asset_id=1, state=state, evidence="so it was", seen_at=desk.now, response=None,
        next_try_at=None, **values,
    )  # fmt: skip


def states(found: list[StoredAsset]) -> list[tuple[str, tuple[int, ...], str | None]]:
    return [(one.stands_as, one.versions, one.sha256 and one.sha256[:4]) for one in found]


def test_what_a_page_names_is_due_once_and_no_more_when_it_came(desk: Desk, assets: Assets) -> None:
    named = (link(), link(OTHER))
    desk.crawl(desk.read(article(), assets=named), desk.read(article("info/1001/2"), assets=named))
    before = due(desk, assets)

    desk.crawl(came(desk, b"one"))

    assert before == [PDF, OTHER]
    assert due(desk, assets) == [OTHER]
    assert assets.waiting(desk.lease.site_id) == 1


def test_bytes_come_back_as_they_were(desk: Desk, assets: Assets) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))
    desk.crawl(came(desk, b"one"))
    desk.later(hours=1)
    desk.crawl(came(desk, b"two"))

    bodies = [assets.body(one) for one in assets.of(1)]

    assert bodies == [b"one", b"two"]
    assert [one.stands_as for one in assets.of(1)] == ["replaced", "kept"]


def test_the_same_bytes_are_one_copy_whoever_says_so(desk: Desk, assets: Assets) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))
    desk.crawl(came(desk, b"one"))
    desk.later(hours=1)

    desk.crawl(came(desk, b"one"), AssetSeen(asset_id=1, seen_at=desk.now, next_try_at=None))

    assert len(assets.of(1)) == 1
    assert desk.events("changed") == []


def test_bytes_that_the_archive_no_longer_has_are_missed(desk: Desk, assets: Assets) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))
    desk.crawl(came(desk, b"one"))
    [kept] = assets.of(1)

    with pytest.raises(NotFoundError):
        assets.body(replace(kept, sha256="0" * 64))


def test_a_file_that_is_gone_is_kept_and_one_that_times_out_stands(
    desk: Desk, assets: Assets
) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))
    desk.crawl(came(desk, b"one"))
    desk.later(hours=1)

    desk.crawl(missed(desk, "timeout"))
    passing = assets.of(1)[0].stands_as
    desk.crawl(missed(desk, "login", final=True))
    closed = assets.of(1)[0].stands_as
    desk.crawl(missed(desk, missing=True))

    assert (passing, closed) == ("kept", "kept, now login")
    assert assets.of(1)[0].stands_as == "gone"
    assert assets.body(assets.of(1)[0]) == b"one"


def test_a_version_has_the_files_of_its_time(desk: Desk, assets: Assets) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))
    desk.crawl(came(desk, b"one"))
    desk.later(hours=1)
    desk.crawl(desk.again(article(text="另一篇文字"), assets=(link(), link(OTHER))))
    again = due(desk, assets)
    desk.later(hours=1)
    desk.crawl(came(desk, b"two"), came(desk, b"three", asset_id=2, url=OTHER))

    found = assets.of(1)

    assert again == [OTHER, PDF]
    assert [one.versions for one in found] == [(1, 2), (2,), (2,)]


def test_what_was_never_asked_is_asked_though_its_version_is_past(
    desk: Desk, assets: Assets
) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))

    desk.crawl(desk.again(article(text="另一篇文字"), assets=()))

    assert due(desk, assets) == [PDF]


def test_a_kept_file_is_asked_for_again_only_while_a_live_article_names_it(
    desk: Desk, assets: Assets
) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))
    desk.crawl(came(desk, b"one", next_try_at=desk.now + timedelta(hours=6)))
    desk.later(hours=7)
    [again] = assets.due(desk.lease.site_id, now=desk.now, limit=9)

    desk.withdraw(1)

    assert (again.etag, again.referer, again.named) == ('"1"', article().url, "名单.pdf")
    assert due(desk, assets) == []
    assert assets.named_now(desk.lease.site_id) == []


def test_a_text_is_kept_once_for_equal_bytes_and_read_again_only_without_reader(
    desk: Desk, assets: Assets
) -> None:
    desk.crawl(desk.read(article(), assets=(link(), link(OTHER))))
    nobody = FileText(state="no_reader", reason="pip install …")

    desk.crawl(came(desk, b"one", text=nobody))
    first = assets.of(1)[0].text_state
    [without_condition, _] = assets.named_now(desk.lease.site_id)
    desk.crawl(came(desk, b"one", asset_id=2, url=OTHER))
    desk.crawl(came(desk, b"one", text=nobody))

    assert (first, without_condition.etag) == ("no_reader", None)
    assert [one.text_state for one in assets.of(1)] == ["read", "read"]


def test_an_address_that_was_removed_meanwhile_is_left_out(desk: Desk) -> None:
    desk.crawl(desk.read(article(), assets=(link(),)))

    desk.crawl(came(desk, b"one", asset_id=4711))
