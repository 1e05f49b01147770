"""What is forgotten is gone from everything that is kept, and does not come back."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, make_url, select

from storage.article import Article, Attachment, AttachmentKind, Credit
from storage.asset import AssetRead, FileText
from storage.assets import Assets
from storage.crawl import AssetLink, RawResponse
from storage.errors import NotFoundError, SiteBusyError
from storage.forgetting import purging
from storage.forgetting.articles import doomed, forget_articles
from storage.forgetting.names import forget_name
from storage.forgetting.purging import purge
from storage.forgetting.recording import Asked, Records
from storage.forgotten import MARK
from storage.schema import (
    Alert,
    Base,
    Channel,
    Content,
    Delivery,
    Document,
    Event,
    Response,
    Watch,
)
from tests.databases import ON_SQLITE
from tests.integration.desk import TEXT, Desk, article, link, url_key
from tests.integration.warc_files import files

NAME = "沈知秋"
PDF = "http://news.yunling.example/__local/1.pdf"


def asked(desk: Desk) -> Asked:
    return Asked(by="somebody@desk", at=desk.now, reason="on request")


def named(key: str = "info/1001/9", **values: Any) -> Article:
    """An article that names a person in every field that can."""
    given: dict[str, Any] = {
        "title": f"{NAME}老师获奖",
        "text": f"{TEXT}\n通讯员 沈 知 秋{key}",
        "html": f"<p>{NAME}</p>",
        "source": NAME,
        "credits": (Credit(role="author", name=NAME, printed="沈 知 秋"),),
    }
    return article(key, **given | values)


def everything(desk: Desk) -> str:
    """All texts of all tables, and all bytes of the archive's files."""
    return "\n".join(_told(desk))


def left(desk: Desk) -> str:
    """The same, when the files were written anew."""
    assert purge(desk.store) is None
    return everything(desk)


def _told(desk: Desk) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        yield from (str(tuple(row)) for row in desk.rows(select(table)))
    for path in files(desk.store):
        yield gzip.decompress(path.read_bytes()).decode("utf-8", "replace")


def file_of(desk: Desk, text: str) -> AssetRead:
    response = RawResponse(
        url=PDF, url_key=url_key(PDF), status=200, headers={}, body=text.encode(),
        fetched_at=desk.now,
    )  # fmt: skip
    return AssetRead(
        asset_id=1, response=response, kind="pdf", name=f"{NAME}.pdf",
        text=FileText(state="read", text=text), next_try_at=None,
    )  # fmt: skip


def with_file(desk: Desk, one: Article) -> Any:
    named_file = AssetLink(url=PDF, url_key=url_key(PDF), role="file", name="名单.pdf")
    return desk.read(one, assets=(named_file,))


def tell(desk: Desk, message: dict[str, Any], *, digest: dict[str, Any] | None = None) -> None:
    """Let a message about the first event be in the outbox, alone or in a digest as well."""
    with desk.store.write() as connection:
        channel = connection.execute(
            insert(Channel)
            .values(name="c", kind="file", origin="command", options={}, created_at=desk.now)
            .returning(Channel.id)
        ).scalar_one()
        watch = connection.execute(
            insert(Watch)
            .values(name="w", origin="command", definition={}, created_at=desk.now)
            .returning(Watch.id)
        ).scalar_one()
        event = connection.scalar(select(Event.id).order_by(Event.id).limit(1))
        alert = connection.execute(
            insert(Alert)
            .values(watch_id=watch, event_id=event, matched=[NAME], created_at=desk.now)
            .returning(Alert.id)
        ).scalar_one()
        digest_id = None
        made = {
            "channel_id": channel,
            "idempotency_key": "k",
            "created_at": desk.now,
            "attempts": 1,
        }
        if digest is not None:
            digest_id = connection.execute(
                insert(Delivery).values(message=digest, state="sent", **made).returning(Delivery.id)
            ).scalar_one()
        connection.execute(
            insert(Delivery).values(
                alert_id=alert, message=message, state="sent", digest_id=digest_id, **made
            )
        )


def test_an_article_is_forgotten_with_all_its_documents_versions_messages_and_files(
    desk: Desk,
) -> None:
    column = desk.begin() and desk.column("xw")
    secret = "这句话只有这一篇文章里才有"
    one = article("info/1001/1", title="只此一篇才有的标题", text=f"{TEXT}{secret}")
    twin = replace(
        one, page_key="news.yunling.example/info/1002/1", url="http://news.yunling.example/2"
    )
    desk.save(desk.listing(column, [link(one)]))
    desk.finish()
    desk.crawl(with_file(desk, one), desk.read(twin), desk.read(article("info/1001/2")))
    desk.crawl(file_of(desk, secret))
    edited = f"{TEXT}{secret}（更正）"
    desk.crawl(*(desk.again(replace(page, text=edited)) for page in (one, twin)))
    tell(
        desk,
        {"title": one.title, "text": secret},
        digest={"text": f"只此一篇才有的标题\n另一篇的标题 {secret[:12]}……", "links": [one.url]},
    )
    [found] = doomed(desk.store, [1], [])

    forget_articles(desk.store, [found.id], asked(desk))

    rest = left(desk)
    assert (found.title, found.documents) == (one.title, 2)
    assert secret not in rest
    assert one.title not in rest
    assert "另一篇的标题 ■■……" in rest
    assert secret[:12] not in rest
    assert [a.title for a in desk.all()] == [article("info/1001/2").title]
    assert Assets(desk.store).of(1) == []
    [sighting] = [s for s in desk.sightings() if s.url == one.url]
    assert (sighting.kind, sighting.title, sighting.next_try_at) == ("forgotten", None, None)


def test_a_forgotten_article_does_not_come_back_by_any_link(desk: Desk) -> None:
    one = article()
    desk.crawl(desk.read(one))
    forget_articles(desk.store, [1], asked(desk))
    desk.later(hours=1)
    desk.begin()
    column = desk.column("other")

    desk.save(desk.listing(column, [link(one), link(article("info/1001/2"))]))
    desk.save(desk.read(replace(one, text="另一篇文字"), url="http://news.yunling.example/other"))
    desk.finish()

    assert desk.all() == []
    assert [e.kind for e in desk.events()] == []
    pending = desk.listings.pending(desk.lease.site_id, [column], now=desk.now)
    assert [p.url_key for p in pending] == [url_key(article("info/1001/2").url)]
    assert one.title not in left(desk)


def test_the_same_content_on_another_site_stays_and_is_named(desk: Desk) -> None:
    other = Desk(desk.store, site="other")
    desk.crawl(desk.read(article()))
    other.crawl(other.read(replace(article(), page_key="other/1", url="http://other.example/1")))

    [found] = doomed(desk.store, [], [url_key(article().url)])
    forget_articles(desk.store, [found.id], asked(desk))

    assert found.elsewhere == (2,)
    assert [a.site for a in desk.all()] == ["other"]


def test_an_unknown_article_is_told(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        doomed(desk.store, [4711], [])
    with pytest.raises(NotFoundError):
        doomed(desk.store, [], ["news.yunling.example/none"])


def test_nothing_is_forgotten_while_the_site_is_crawled(desk: Desk) -> None:
    desk.crawl(desk.read(article()))
    desk.begin()

    with pytest.raises(SiteBusyError):
        forget_articles(desk.store, [1], asked(desk))
    with pytest.raises(SiteBusyError):
        forget_name(desk.store, NAME, asked(desk))

    assert len(desk.all()) == 1


def test_a_dry_run_counts_and_changes_nothing(desk: Desk) -> None:
    desk.crawl(desk.read(named()))
    before = everything(desk)

    articles = forget_articles(desk.store, [1], asked(desk), dry_run=True)
    names = forget_name(desk.store, NAME, asked(desk), dry_run=True)

    assert articles["documents"] == 1
    assert names.counts["contents"] == 1
    assert any(NAME in place for place in names.places)
    assert everything(desk) == before
    assert Records(desk.store).all() == []


def test_a_name_goes_from_everything_and_the_article_stays(desk: Desk) -> None:
    column = desk.begin() and desk.column("xw")
    desk.save(desk.listing(column, [link(named())]))
    desk.finish()
    desk.crawl(with_file(desk, named()))
    desk.crawl(file_of(desk, f"名单：{NAME}"))
    tell(desk, {"title": f"{NAME}老师获奖"})

    forget_name(desk.store, NAME, asked(desk))

    rest = left(desk)
    assert NAME not in rest
    assert "沈 知 秋" not in rest
    [kept] = desk.all()
    assert (kept.title, kept.source, kept.credits[0]["name"]) == (f"{MARK}老师获奖", MARK, MARK)
    assert Assets(desk.store).of(1) == []


def test_the_next_crawl_finds_nothing_new_and_brings_no_name_back(desk: Desk) -> None:
    desk.crawl(desk.read(named()))
    forget_name(desk.store, NAME, asked(desk))
    desk.later(hours=8)

    summary = desk.crawl(desk.again(named()))
    desk.crawl(desk.again(named(text=f"{TEXT}，{NAME}说")), desk.read(named("info/1001/10")))

    assert summary.articles_changed == 0
    assert [e.kind for e in desk.events()] == ["new", "changed", "new"]
    assert NAME not in left(desk)
    assert len(desk.versions(1)) == 2


def test_the_hash_of_a_short_notice_is_that_of_the_next_crawl(desk: Desk) -> None:
    """Below fifty letters the files are part of what an article is."""
    hanging = (
        Attachment(kind=AttachmentKind.FILE, name=f"{NAME}.pdf", url="http://n/1.pdf"),
        Attachment(kind=AttachmentKind.FILE, name=None, url="http://n/%E6%B2%88%E7%9F%A5%E7%A7%8B"),
    )
    short = named(text=f"{NAME}。", attachments=hanging)
    bare = named("info/1001/10", text=f"{NAME}好", attachments=())
    desk.crawl(desk.read(short), desk.read(bare))

    forget_name(desk.store, NAME, asked(desk))
    summary = desk.crawl(desk.again(short), desk.again(bare))

    assert summary.articles_changed == 0
    assert [len(desk.versions(n)) for n in (1, 2)] == [1, 1]


def test_two_contents_that_differ_in_the_name_alone_become_one(desk: Desk) -> None:
    desk.crawl(desk.read(article("info/1001/1", title="获奖", text=f"{TEXT}{NAME}")))
    desk.crawl(desk.read(article("info/1001/2", title="获奖", text=f"{TEXT}沈 知秋")))
    forget_name(desk.store, NAME, asked(desk))

    [(content,)] = desk.rows(select(Content.id))

    assert {d.content_id for d in desk.documents()} == {content}


def test_a_name_is_forgotten_on_one_site_and_stays_on_the_other(desk: Desk) -> None:
    other = Desk(desk.store, site="other")
    desk.crawl(desk.read(named()))
    elsewhere = replace(named(), page_key="other/1", url="http://other.example/1")
    other.crawl(other.read(elsewhere))

    forget_name(desk.store, NAME, asked(desk), site="yunling")

    titles = {a.site: a.title for a in desk.all()}
    assert titles == {"yunling": f"{MARK}老师获奖", "other": f"{NAME}老师获奖"}
    other.later(hours=8)
    assert other.crawl(other.again(elsewhere)).articles_changed == 0
    assert desk.crawl(desk.again(named())).articles_changed == 0
    with pytest.raises(NotFoundError):
        forget_name(desk.store, NAME, asked(desk), site="nowhere")


def test_what_people_wrote_and_addresses_are_left_and_told(desk: Desk) -> None:
    desk.crawl(desk.read(article("info/%E6%B2%88%E7%9F%A5%E7%A7%8B")))
    with desk.store.write() as connection:
        connection.execute(
            insert(Watch).values(
                name="w", origin="command", definition={"any_of": [NAME]}, created_at=desk.now
            )
        )

    done = forget_name(desk.store, NAME, asked(desk))

    assert done.left["watches"] == 1
    assert done.left["documents"] == 1


@ON_SQLITE
def test_while_somebody_reads_bytes_are_left_and_that_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "_PATIENCE_MS", 100)
    desk.crawl(desk.read(named()))
    database = Path(make_url(desk.store.url).database or "")
    beside = database.with_name(f"{database.name}-wal")

    with desk.store.read() as connection:
        connection.execute(select(Content.id)).all()
        forget_name(desk.store, NAME, asked(desk))
        why_not = purge(desk.store)
        stood = NAME.encode() in database.read_bytes() + beside.read_bytes()

    assert (why_not, stood) == (
        "another process reads the database, so its log could not be emptied", True,
    )  # fmt: skip
    assert purge(desk.store) is None
    assert NAME.encode() not in database.read_bytes()
    assert not beside.exists() or beside.read_bytes() == b""


def test_that_something_was_forgotten_is_recorded_and_not_what(desk: Desk) -> None:
    desk.crawl(desk.read(named()))
    forget_name(desk.store, NAME, asked(desk))
    forget_articles(desk.store, [1], asked(desk))
    unfinished = [one.finished_at for one in Records(desk.store).all()]

    assert purge(desk.store) is None
    Records(desk.store).finish(now=desk.now)

    one, other = Records(desk.store).all()
    assert (one.kind, one.site, one.done_by, one.reason) == (
        "name", None, "somebody@desk", "on request",
    )  # fmt: skip
    assert (other.kind, other.site, other.counts["documents"]) == ("article", "yunling", 1)
    assert unfinished == [None, None]
    assert one.finished_at == other.finished_at == desk.now
    assert NAME not in everything(desk)


def test_what_is_lifted_is_kept_again(desk: Desk) -> None:
    desk.crawl(desk.read(named()))
    forget_articles(desk.store, [1], asked(desk))

    assert Records(desk.store).lift(1)
    assert not Records(desk.store).lift(2)
    desk.later(hours=1)
    desk.crawl(desk.read(named()))

    assert [a.title for a in desk.all()] == [named().title]


def test_what_hangs_on_other_articles_too_stays(desk: Desk) -> None:
    desk.crawl(with_file(desk, article()), with_file(desk, article("info/1001/2")))
    desk.crawl(file_of(desk, "名单"))

    forget_articles(desk.store, [1], asked(desk))

    [kept] = Assets(desk.store).of(2)
    assert Assets(desk.store).body(kept) == "名单".encode()
    assert desk.rows(select(Document.id)) == [(2,)]
    assert len(desk.rows(select(Response.id))) == 2
