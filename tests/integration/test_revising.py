"""A known document read again: versions, changes, reverts, and what is no change."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage.article import Counter, Precision
from storage.crawl import CrawlOutcome, Saved
from tests.integration.desk import Desk, article, at

FIRST = article("info/1001/1")
EDITED = replace(FIRST, text=FIRST.text + "周末照常开放。")
TWIN = at(FIRST, "http://news.yunling.example/info/1002/2.htm", page_key="news/info/1002/2")


@pytest.mark.parametrize(
    ("edit", "change"),
    [
        ({"title": "更正"}, "title"),
        ({"text": "更正后的正文，" * 10}, "text"),
        ({"title": "更正", "text": "更正后的正文，" * 10}, "both"),
    ],
)
def test_an_edit_is_a_version_and_a_changed_event_that_says_what_changed(
    desk: Desk, edit: dict[str, str], change: str
) -> None:
    desk.crawl(desk.read(FIRST))

    summary = desk.crawl(desk.again(replace(FIRST, **edit)))

    (event,) = desk.events("changed")
    first, second = desk.versions()
    assert (event.change, event.state, event.backfill) == (change, "open", False)
    assert (event.previous_version_id, event.version_id) == (first.id, second.id)
    assert (first.seen_to, second.seen_to) == (second.seen_from, None)
    assert (summary.articles_changed, summary.articles_seen) == (1, 0)


def test_a_changed_event_is_provisional_until_the_crawl_is_judged(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.begin()

    saved = desk.save(desk.again(EDITED))

    assert saved == [Saved.CHANGED]
    assert [e.state for e in desk.events("changed")] == ["provisional"]


def test_a_revert_is_a_third_version_of_the_first_content(desk: Desk) -> None:
    for text in (FIRST, EDITED, FIRST):
        desk.crawl(desk.again(text))

    versions = desk.versions()
    assert [v.number for v in versions] == [1, 2, 3]
    assert versions[0].content_id == versions[2].content_id == desk.document(1).content_id
    assert [e.state for e in desk.events("changed")] == ["open", "open"]


@pytest.mark.parametrize(
    "edit",
    [
        {"text": FIRST.text.replace("，", "，\n\u3000\u3000")},
        {"title": f" {FIRST.title} "},
        {"views": 99},
        {"published_text": "时间：2026-02-28"},
        {"published_at": datetime(2026, 2, 20, tzinfo=UTC)},
        {"source": "新闻中心", "html": "<p>x</p>"},
    ],
    ids=["whitespace", "title-whitespace", "counter", "printed-date", "date", "source"],
)
def test_whitespace_counters_and_dates_make_no_version(desk: Desk, edit: dict[str, object]) -> None:
    desk.crawl(desk.read(FIRST))
    desk.begin()

    saved = desk.save(desk.again(replace(FIRST, **edit)))

    assert saved == [Saved.SEEN]
    assert len(desk.versions()) == 1
    assert desk.finish().articles_seen == 1


def test_what_a_page_says_beside_its_content_is_kept_up_to_date(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))

    desk.crawl(
        desk.again(
            replace(FIRST, source="新闻中心", published_precision=Precision.MINUTE, flags=("odd",))
        )
    )

    stored = desk.all()[0]
    assert (stored.source, stored.published_precision, stored.flags) == (
        "新闻中心", "minute", ("odd",),
    )  # fmt: skip


@pytest.mark.parametrize("what", ["equal bytes", "another extractor"])
def test_another_reading_of_equal_bytes_or_by_another_extractor_is_reparsed(
    desk: Desk, what: str
) -> None:
    desk.crawl(desk.read(FIRST, body=b"page"))
    other = {"body": b"page"} if what == "equal bytes" else {"extractor_version": 2}
    desk.begin()

    saved = desk.save(desk.again(EDITED, **other))

    assert saved == [Saved.REPARSED]
    assert [v.reason for v in desk.versions()] == ["first", "reparsed"]
    assert desk.events("changed") == []
    assert desk.all()[0].text == EDITED.text


def test_an_edit_after_a_newer_extractor_read_the_same_is_a_change(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST, extractor_version=1))
    desk.crawl(desk.again(FIRST, extractor_version=2))
    desk.begin()

    saved = desk.save(desk.again(EDITED, extractor_version=2))

    assert saved == [Saved.CHANGED]


def test_twins_that_are_edited_alike_tell_one_change(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST), desk.read(TWIN))

    for order in ([FIRST, TWIN], [TWIN, FIRST]):
        text = f"{order[0].url}第一段。" * 3
        desk.crawl(*(desk.again(replace(a, text=text)) for a in order))

    assert len(desk.events("changed")) == 2
    assert [d.lead_id for d in desk.documents()] == [None, 1]
    assert len(desk.all()) == 1


def test_when_the_leader_says_something_else_its_first_follower_leads_on(desk: Desk) -> None:
    third = at(FIRST, "http://news.yunling.example/3", page_key="3")
    desk.crawl(desk.read(FIRST), desk.read(TWIN), desk.read(third))

    summary = desk.crawl(desk.again(EDITED))

    assert [d.lead_id for d in desk.documents()] == [None, None, 2]
    assert len(desk.all()) == 2
    assert (summary.articles_new, summary.articles_changed) == (0, 1)


def test_a_date_that_no_longer_agrees_parts_the_documents_and_one_that_does_joins_them(
    desk: Desk,
) -> None:
    desk.crawl(desk.read(FIRST), desk.read(TWIN))

    desk.crawl(desk.again(replace(TWIN, published_at=datetime(2026, 3, 1, tzinfo=UTC))))
    parted = [d.lead_id for d in desk.documents()]
    desk.crawl(desk.again(TWIN))

    assert parted == [None, None]
    assert [d.lead_id for d in desk.documents()] == [None, 1]
    assert len(desk.events("new")) == 1


def test_a_killed_crawl_leaves_its_changes_to_the_next_one(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.begin()
    desk.save(desk.again(EDITED))
    desk.later(minutes=5)

    desk.crawl()

    assert [e.state for e in desk.events("changed")] == ["open"]


@pytest.mark.parametrize("outcome", ["failed", "blocked", "interrupted"])
def test_a_crawl_that_ended_badly_leaves_its_changes_to_the_next_one(
    desk: Desk, outcome: str
) -> None:
    desk.crawl(desk.read(FIRST))

    desk.crawl(desk.again(EDITED), outcome=CrawlOutcome(outcome))
    then = [e.state for e in desk.events("changed")]
    desk.crawl()

    assert (then, [e.state for e in desk.events("changed")]) == (["provisional"], ["open"])


def test_a_counter_that_a_page_names_later_is_kept(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))

    desk.crawl(desk.again(replace(FIRST, counter=Counter(owner="7", article_id="1"))))

    document = desk.document(1)
    assert (document.counter_owner, document.counter_id) == ("7", "1")
