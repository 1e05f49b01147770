"""What a rehearsal writes: versions that tell nobody, under the lease of the site."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.article import Article, Attachment, AttachmentKind
from storage.assets import Assets
from storage.crawl import ArticleRead, AssetLink, PageRefused, Saved
from storage.errors import LeaseLostError, SiteBusyError
from storage.rehearsals import Rehearsals
from tests.integration.desk import Desk, article, at, link, url_key

FIRST = article("info/1001/1")
OTHER = article("info/1001/2")
BETTER = replace(FIRST, text=FIRST.text.replace("今日", "今天"), source="新闻中心")
HOLDER = "elsewhere:boot:1:1"


def reread(desk: Desk, one: Article, document_id: int = 1) -> ArticleRead:
    """A kept page as today's code reads it."""
    standing = Rehearsals(desk.store).standing([document_id])[document_id]
    return replace(desk.read(one, extractor_version=9), reread_of=standing.version_id)


def apply(desk: Desk, *reads: ArticleRead) -> list[Saved]:
    rehearsals = Rehearsals(desk.store)
    lease = rehearsals.begin(rehearsals.site("yunling"), holder=HOLDER, now=desk.now)
    saved = rehearsals.apply(lease, reads, now=desk.now)
    rehearsals.end(lease)
    return saved


def test_another_reading_is_a_version_that_tells_nobody_and_looks_at_nothing(desk: Desk) -> None:
    desk.crawl(desk.read(replace(FIRST, views=5)))
    before, events = desk.document(1), desk.events()
    desk.later(hours=5)

    saved = apply(desk, reread(desk, replace(BETTER, views=99)))

    first, second = desk.versions()
    assert saved == [Saved.REPARSED]
    assert (second.reason, second.crawl_id, second.source) == ("reparsed", None, "新闻中心")
    assert (first.seen_to, second.last_look_at) == (desk.now, first.last_look_at)
    now = desk.document(1)
    assert (now.content_id, now.content_id != before.content_id) == (second.content_id, True)
    for name in ("last_seen_at", "next_check_at", "views", "views_at", "state"):
        assert getattr(now, name) == getattr(before, name)
    assert desk.events() == events
    assert desk.all()[0].text == BETTER.text


def test_a_field_beside_the_content_makes_a_version_too(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))

    apply(desk, reread(desk, replace(FIRST, source="新闻中心")))

    assert [(v.reason, v.source) for v in desk.versions()] == [
        ("first", None), ("reparsed", "新闻中心"),
    ]  # fmt: skip


def test_a_version_made_by_a_rehearsal_keeps_the_files_that_it_still_names(desk: Desk) -> None:
    urls = [f"http://news.yunling.example/f/{n}.pdf" for n in (1, 2)]
    files = tuple(Attachment(kind=AttachmentKind.FILE, name=None, url=url) for url in urls)
    links = tuple(AssetLink(url=url, url_key=url_key(url), role="file", name=None) for url in urls)
    desk.crawl(desk.read(replace(FIRST, attachments=files), assets=links))

    apply(desk, reread(desk, replace(BETTER, attachments=files[1:])))

    named = {one.url: one.versions for one in Assets(desk.store).of(1)}
    assert named == {urls[0]: (1,), urls[1]: (1, 2)}


def test_a_version_that_stands_no_more_is_left_alone(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    late = reread(desk, BETTER)
    desk.crawl(desk.again(replace(FIRST, title="更正")))

    saved = apply(desk, late)

    assert saved == [Saved.SEEN]
    assert [v.reason for v in desk.versions()] == ["first", "changed"]


def test_articles_that_read_alike_now_are_one_and_those_that_differ_are_two(desk: Desk) -> None:
    twin = at(OTHER, OTHER.url, title=FIRST.title, text=FIRST.text)
    desk.crawl(desk.read(FIRST), desk.read(OTHER))

    apply(desk, reread(desk, twin, 2))
    assert [d.lead_id for d in desk.documents()] == [None, 1]

    apply(desk, reread(desk, OTHER, 2))
    assert [d.lead_id for d in desk.documents()] == [None, None]


def test_what_is_withdrawn_stays_withdrawn(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.withdraw(1)

    apply(desk, reread(desk, BETTER))

    assert desk.document(1).state == "withdrawn"
    assert [e.kind for e in desk.events()] == ["new", "withdrawn"]


def test_a_change_after_it_is_a_change(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    apply(desk, reread(desk, BETTER))

    summary = desk.crawl(desk.again(replace(BETTER, title="更正"), extractor_version=9))

    assert summary.articles_changed == 1


def test_a_rehearsal_and_a_crawl_exclude_each_other(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    rehearsals = Rehearsals(desk.store)
    site = rehearsals.site("yunling")
    lease = rehearsals.begin(site, holder=HOLDER, now=desk.now)

    with pytest.raises(SiteBusyError):
        desk.begin(holder="elsewhere:boot:2:2")
    desk.later(minutes=5)
    desk.begin(holder="elsewhere:boot:2:2")  # nobody renewed it
    with pytest.raises(LeaseLostError):
        rehearsals.apply(lease, [reread(desk, BETTER)], now=desk.now)
    with pytest.raises(SiteBusyError):
        rehearsals.begin(site, holder=HOLDER, now=desk.now)

    assert len(desk.versions()) == 1


def test_what_today_s_code_reads_the_same_is_marked(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    rehearsals = Rehearsals(desk.store)
    lease = rehearsals.begin(rehearsals.site("yunling"), holder=HOLDER, now=desk.now)

    rehearsals.mark_read(lease, [desk.versions()[0].id], extractor_version=7, now=desk.now)

    assert desk.versions()[0].extractor_version == 7


def test_documents_are_chosen_by_when_their_newest_page_was_fetched(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.later(days=2)
    desk.crawl(desk.read(OTHER))
    rehearsals = Rehearsals(desk.store)
    site = rehearsals.site("yunling")

    middle = desk.now - timedelta(days=1)
    assert rehearsals.documents(site.id) == [1, 2]
    assert rehearsals.documents(site.id, since=middle) == [2]
    assert rehearsals.documents(site.id, until=middle) == [1]


def test_refused_links_are_found_and_tried_again(desk: Desk) -> None:
    desk.begin()
    column = desk.column("xyxw")
    desk.save(desk.listing(column, [link(FIRST), link(OTHER)]))
    response = desk.read(FIRST).response
    refused = PageRefused(
        url=FIRST.url, link_url_key=response.url_key, column_id=column, state="unknown_layout",
        evidence="nothing", seen_at=desk.now, response=response, next_try_at=None, final=True,
    )  # fmt: skip
    desk.save(desk.read(OTHER), refused)
    desk.finish()
    rehearsals = Rehearsals(desk.store)
    site = rehearsals.site("yunling")

    (page,) = rehearsals.refused(site.id)
    lease = rehearsals.begin(site, holder=HOLDER, now=desk.now)
    rehearsals.try_again(lease, [page], now=desk.now)

    assert page.document_id is None
    (pending,) = [s for s in desk.sightings() if s.document_id is None]
    assert pending.next_try_at == desk.now
