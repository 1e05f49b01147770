"""Which pages are one document, and which documents are one article."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import StatementError

from storage.article import (
    Attachment,
    AttachmentKind,
    Counter,
    DateClaim,
    DateFlag,
    DateSource,
    Image,
    Precision,
)
from storage.crawl import Saved, ViewsRead
from storage.store import Store
from tests.integration.desk import Desk, article, at, link, url_key

FIVE = [article(f"info/1001/{n}") for n in range(5)]
COLUMNS = ("zyxw", "xyxw", "ttxw")


def test_five_articles_linked_by_three_columns_are_five_articles_and_fifteen_sightings(
    desk: Desk,
) -> None:
    desk.begin()
    for name in COLUMNS:
        desk.save(desk.listing(desk.column(name), [link(a) for a in FIVE], completed=True))

    desk.save(*(desk.read(a) for a in FIVE))
    summary = desk.finish()

    assert len(desk.all()) == summary.articles_new == len(desk.documents()) == 5
    assert sum(a.sightings for a in desk.all()) == summary.sightings == 15


def test_twin_addresses_of_one_newsid_are_one_document_without_being_fetched(desk: Desk) -> None:
    desk.begin()
    for n, name in enumerate(COLUMNS):
        twins = [at(a, a.url.replace("1001", f"100{n}")) for a in FIVE]
        desk.save(desk.listing(desk.column(name), [link(t) for t in twins], completed=True))

    desk.save(*(desk.read(a) for a in FIVE))
    desk.crawls.link_twins(desk.lease, now=desk.now)
    summary = desk.finish()

    assert len(desk.all()) == summary.articles_new == len(desk.documents()) == 5
    assert sum(a.sightings for a in desk.all()) == summary.sightings == 15
    assert desk.listings.pending(desk.lease.site_id, [1, 2, 3], now=desk.now) == []


def test_twin_addresses_of_one_newsid_are_one_document_when_all_are_fetched(desk: Desk) -> None:
    desk.begin()
    for n, name in enumerate(COLUMNS):
        twins = [at(a, a.url.replace("1001", f"100{n}")) for a in FIVE]
        desk.save(desk.listing(desk.column(name), [link(t) for t in twins], completed=True))
        desk.save(*(desk.read(t) for t in twins))

    summary = desk.finish()

    assert len(desk.all()) == summary.articles_new == len(desk.documents()) == 5
    assert sum(a.sightings for a in desk.all()) == 15


@pytest.mark.parametrize("batched", [True, False])
def test_the_same_articles_under_other_newsids_are_documents_of_the_same_articles(
    desk: Desk, batched: bool
) -> None:
    reads = []
    desk.begin()
    for n, name in enumerate(COLUMNS):
        copies = [at(a, f"{a.url}?c={n}", page_key=f"{a.page_key}/{n}") for a in FIVE]
        desk.save(desk.listing(desk.column(name), [link(c) for c in copies], completed=True))
        reads += [desk.read(c) for c in copies]

    saved = desk.save(*reads) if batched else [s for r in reads for s in desk.save(r)]
    summary = desk.finish()

    assert saved == [Saved.NEW] * 5 + [Saved.JOINED] * 10
    assert (len(desk.all()), len(desk.documents())) == (5, 15)
    assert (summary.articles_new, sum(a.sightings for a in desk.all())) == (5, 15)
    assert len(desk.events("new")) == 5


def test_the_earliest_document_leads(desk: Desk) -> None:
    desk.begin()

    desk.save(desk.read(FIVE[0]))
    desk.save(desk.read(at(FIVE[0], "http://news.yunling.example/copy", page_key="copy")))

    assert [d.lead_id for d in desk.documents()] == [None, 1]
    assert desk.articles.get(2).id == 1


def test_the_same_content_with_another_printed_day_is_another_article(desk: Desk) -> None:
    later = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    desk.begin()

    desk.save(desk.read(FIVE[0]))
    saved = desk.save(desk.read(at(FIVE[0], "http://n/2", page_key="2", published_at=later)))

    assert saved == [Saved.NEW]
    assert len(desk.all()) == 2


def test_the_same_content_where_one_page_prints_no_day_is_one_article(desk: Desk) -> None:
    undated = at(FIVE[0], "http://n/2", page_key="2", published_at=None, published_text=None)
    desk.begin()

    desk.save(desk.read(undated))
    saved = desk.save(desk.read(FIVE[0]))

    assert saved == [Saved.JOINED]
    assert len(desk.all()) == 1


@pytest.mark.parametrize(
    "twin",
    [
        "https://news.yunling.example/info/1001/0.htm",
        "http://www.news.yunling.example/info/1001/0.htm",
        "http://news.yunling.example/content.jsp?wbnewsid=0",
    ],
    ids=["https", "www", "jsp"],
)
@pytest.mark.parametrize("agrees", ["title", "content"])
def test_a_twin_is_the_same_document_if_title_or_content_agrees(
    desk: Desk, twin: str, agrees: str
) -> None:
    other = {"text": FIVE[1].text} if agrees == "title" else {}
    desk.begin()
    desk.save(desk.read(FIVE[0]))

    desk.save(desk.read(at(FIVE[0], twin, **other)))

    assert len(desk.documents()) == 1


def test_a_page_with_the_key_of_another_and_nothing_in_common_is_a_second_document_and_flagged(
    desk: Desk,
) -> None:
    desk.begin()
    desk.save(desk.read(FIVE[0]))
    other = at(FIVE[1], "http://news.yunling.example/other.jsp", page_key=FIVE[0].page_key)

    first = desk.save(desk.read(other))
    again = desk.save(desk.again(other))

    assert (first, again) == ([Saved.NEW], [Saved.SEEN])
    assert [d.conflict for d in desk.documents()] == [False, True]


def test_another_owner_of_the_same_number_is_another_document_and_no_conflict(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(at(FIVE[0], FIVE[0].url, owner="1234")))

    saved = desk.save(desk.read(at(FIVE[1], "http://n/2", page_key=FIVE[0].page_key, owner="5678")))
    same = desk.save(desk.again(at(FIVE[1], "http://n/2", page_key=FIVE[0].page_key, owner="5678")))

    assert (saved, same) == ([Saved.NEW], [Saved.SEEN])
    assert [d.conflict for d in desk.documents()] == [False, False]


def test_picture_notices_with_one_title_and_other_pictures_stay_two(desk: Desk) -> None:
    notices = [
        article(f"info/{n}", title="放假通知", text="", images=(Image(url=f"http://n/{n}.png"),))
        for n in range(2)
    ]
    desk.begin()

    saved = desk.save(*(desk.read(n) for n in notices))

    assert saved == [Saved.NEW, Saved.NEW]
    assert len(desk.all()) == 2


def test_notices_with_one_title_and_other_files_stay_two_and_with_none_too(desk: Desk) -> None:
    file = AttachmentKind.FILE
    notices = [
        article(
            f"a/{n}", title="公示", text="见附件",
            attachments=(Attachment(kind=file, name="附件", url=f"http://n/{n}.pdf"),),
        )
        for n in range(2)
    ]  # fmt: skip
    notices += [article(f"b/{n}", title="公示", text="见附件") for n in range(2)]
    desk.begin()

    desk.save(*(desk.read(n) for n in notices))

    assert len(desk.all()) == 4


def test_the_same_content_on_another_site_is_another_article_and_reposted(store: Store) -> None:
    first, second = Desk(store, "yunling"), Desk(store, "beihai")
    first.crawl(first.read(FIVE[0]))

    summary = second.crawl(second.read(at(FIVE[0], "http://beihai.example/9", page_key="9")))

    assert summary.articles_new == 1
    assert len(first.all()) == 2
    assert [(e.kind, e.document_id) for e in first.events()] == [
        ("new", 1),
        ("new", 2),
        ("reposted", 2),
    ]


def test_the_same_article_twice_in_a_batch_is_saved_once(desk: Desk) -> None:
    desk.begin()

    saved = desk.save(desk.read(FIVE[0]), desk.read(FIVE[0]), desk.read(FIVE[1]))

    assert saved == [Saved.NEW, Saved.SEEN, Saved.NEW]


def test_an_error_in_the_middle_of_a_batch_saves_nothing_of_it(desk: Desk) -> None:
    desk.begin()
    naive = ViewsRead(
        counter=Counter(owner="1", article_id="7"),
        views=3,
        observed_at=desk.now.replace(tzinfo=None),
    )
    counted = at(FIVE[1], FIVE[1].url, counter=Counter(owner="1", article_id="7"))

    with pytest.raises(StatementError):
        desk.save(desk.read(FIVE[0]), desk.read(counted), naive)

    assert desk.all() == []
    assert desk.events() == []


def test_what_is_saved_is_read_back_as_it_was(desk: Desk) -> None:
    full = at(
        FIVE[0], FIVE[0].url, subtitle="副题", source="宣传部", section="要闻", language="zh-CN",
        html="<p>x</p>", flags=("replaced",), images=(Image(url="http://n/a.png", alt="图"),),
        attachments=(Attachment(kind=AttachmentKind.VIDEO, name=None, url="http://n/v.mp4"),),
        published_precision=Precision.MINUTE,
    )  # fmt: skip

    desk.crawl(desk.read(full))

    stored = desk.all()[0]
    assert (full.title, full.text, full.html) == (stored.title, stored.text, stored.html)
    assert (full.published_at, "2026-02-28") == (stored.published_at, stored.published_day)
    assert ("minute", full.content_hash) == (stored.published_precision, stored.content_hash)
    assert stored.attachments == ({"kind": "video", "name": None, "url": "http://n/v.mp4"},)
    assert (stored.views, stored.flags) == (None, ("replaced",))


def test_a_redirected_page_settles_the_link_that_led_to_it(desk: Desk) -> None:
    desk.begin()
    old = at(FIVE[0], "http://news.yunling.example/old")
    desk.save(desk.listing(desk.column("zyxw"), [link(old, link_key="other")]))

    desk.save(desk.read(FIVE[0], link_url_key=url_key(old.url)))

    assert [s.document_id for s in desk.sightings()] == [1]


def test_every_claim_of_a_date_is_kept_and_given_in_the_sites_time(desk: Desk) -> None:
    claims = (
        DateClaim(
            source=DateSource.PRINTED, text="日期：2026-02-28", at=FIVE[0].published_at,
            precision=Precision.DAY,
        ),
        DateClaim(
            source=DateSource.LIST, text="02-28", at=None, precision=None,
            doubt="date_without_year",
        ),
    )  # fmt: skip
    desk.crawl(desk.read(replace(FIVE[0], dates=claims)))

    (kept,) = desk.all()

    assert kept.record()["dates"] == [
        {"source": "printed", "text": "日期：2026-02-28", "at": "2026-02-28T00:00:00+08:00",
         "precision": "day", "doubt": None},
        {"source": "list", "text": "02-28", "at": None, "precision": None,
         "doubt": "date_without_year"},
    ]  # fmt: skip


def test_a_day_that_is_lent_parts_no_articles_of_one_content(desk: Desk) -> None:
    lent = {"flags": (DateFlag.FROM_LIST,), "published_text": None, "url": "http://n/2"}
    later = FIVE[0].published_at + timedelta(days=3)
    other = replace(FIVE[0], page_key="2", published_at=later, **lent)

    desk.crawl(desk.read(FIVE[0]), desk.read(other))

    (one,) = desk.all()
    assert one.published_day == "2026-02-28"
    assert [d.printed_day for d in desk.documents()] == ["2026-02-28", None]
