"""A desk at which the tests write what a crawl would: pages read, listings read, pages missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from storage.article import Article, Precision
from storage.articles import Articles, Filter, StoredArticle
from storage.asset import AnyRecord
from storage.crawl import (
    ArticleRead,
    CrawlEnd,
    CrawlOutcome,
    CrawlSummary,
    Lease,
    ListedItem,
    ListingRead,
    PageRefused,
    RawResponse,
    Saved,
    Trigger,
    WalkMark,
)
from storage.crawls import Crawls
from storage.health import Finding
from storage.listings import Listings
from storage.schema import Document, Event, Sighting, Version
from storage.store import Store

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEXT = (
    "云岭大学图书馆新馆今日开馆，首日接待读者三千余人。新馆藏书二百万册，设阅览座位四千席，"
    "全年开放。馆长说，读者的声音是最好的藏书。"
)


def article(key: str = "info/1001/1", **values: Any) -> Article:
    """An article of the site of `key`, printed two days before the tests begin."""
    given: dict[str, Any] = {
        "url": f"http://news.yunling.example/{key}.htm",
        "page_key": f"news.yunling.example/{key}",
        "title": f"第{key}号新闻",
        "text": f"{TEXT}{key}",
        "published_text": "日期：2026-02-28",
        "published_at": datetime(2026, 2, 27, 16, 0, tzinfo=UTC),
        "published_precision": Precision.DAY,
    }
    return Article(**(given | values))


def url_key(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")


class Desk:
    """One site and its crawls. Time stands still until `later`."""

    def __init__(
        self, store: Store, site: str = "yunling", timezone: str = "Asia/Shanghai"
    ) -> None:
        self.store = store
        self.site = site
        self.timezone = timezone
        self.now = START
        self.crawls = Crawls(store)
        self.listings = Listings(store)
        self.articles = Articles(store)
        self.lease: Lease = None  # type: ignore[assignment]  # begin() first

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def begin(self, holder: str = "elsewhere:boot:1:1") -> Lease:
        self.lease = self.crawls.begin(
            self.site, title=None, timezone=self.timezone, holder=holder, trigger=Trigger.HAND,
            full=False, alert_max_age=timedelta(days=7), now=self.now,
        )  # fmt: skip
        return self.lease

    def finish(
        self, outcome: CrawlOutcome = CrawlOutcome.OK, *, finding: Finding | None = None
    ) -> CrawlSummary:
        end = CrawlEnd(outcome=outcome, requests=1, failures={}, finding=finding)
        return self.crawls.finish(self.lease, end, now=self.now)

    def crawl(self, *records: AnyRecord, outcome: CrawlOutcome = CrawlOutcome.OK) -> CrawlSummary:
        """A whole crawl that saves these records one by one."""
        self.begin()
        for record in records:
            self.later(seconds=1)
            self.save(record)
        return self.finish(outcome)

    def save(self, *records: AnyRecord) -> list[Saved]:
        return self.crawls.save(self.lease, records, requests=len(records), now=self.now)

    def column(self, name: str) -> int:
        url = f"http://news.yunling.example/{name}.htm"
        site_id = self.lease.site_id
        return self.listings.columns(site_id, [(url, url_key(url))], now=self.now)[0].id

    def read(self, article: Article, **values: Any) -> ArticleRead:
        """The article's page as read now; its bytes follow from the article."""
        url = values.pop("url", article.url)
        body = values.pop(
            "body", f"{article.title}\n{article.text}\n{article.views}".encode("utf-8", "replace")
        )
        given: dict[str, Any] = {
            "article": article,
            "response": RawResponse(
                url=url, url_key=url_key(url), status=200, headers={}, body=body,
                fetched_at=self.now,
            ),
            "link_url_key": url_key(url),
            "column_id": 1,
            "extractor_version": 1,
            "next_check_at": self.now + timedelta(hours=6),
        }  # fmt: skip
        return ArticleRead(**(given | values))

    def again(self, article: Article, **values: Any) -> ArticleRead:
        """A known article's page, looked at again."""
        return self.read(article, rechecked=True, **values)

    def gone(self, document_id: int, *, missing: bool = True, status: int = 404) -> PageRefused:
        """A known article's page that was not there (or, not `missing`, did not answer)."""
        document = self.document(document_id)
        response = RawResponse(
            url=document.url, url_key=document.url_key, status=status, headers={},
            body=b"no such page", fetched_at=self.now,
        )  # fmt: skip
        return PageRefused(
            url=document.url, link_url_key=document.url_key, column_id=None,
            state="not_found" if missing else "server_error", evidence=f"status {status}",
            seen_at=self.now, response=response, next_try_at=self.now + timedelta(hours=8),
            document_id=document_id, missing=missing,
        )  # fmt: skip

    def refused(self, article: Article, body: bytes) -> PageRefused:
        """A link whose page gave no article."""
        read = self.read(article, body=body)
        return PageRefused(
            url=article.url, link_url_key=read.link_url_key, column_id=None, state="login",
            evidence="a form", seen_at=self.now, response=read.response, next_try_at=None,
        )  # fmt: skip

    def listing(
        self, column_id: int, items: Sequence[ListedItem], *, completed: bool = False, **values: Any
    ) -> ListingRead:
        """A list page as read now."""
        return ListingRead(
            column_id=column_id, read_at=self.now, items=tuple(items),
            mark=WalkMark(completed=completed), **values,
        )  # fmt: skip

    def withdraw(self, *document_ids: int) -> CrawlSummary:
        """Look at these three times in 24 hours and find nothing."""
        for _ in range(3):
            self.later(hours=12)
            summary = self.crawl(*(self.gone(i) for i in document_ids))
        return summary

    # What the database says

    def all(self, **wanted: Any) -> list[StoredArticle]:
        return list(self.articles.all(Filter(**wanted)))

    def rows(self, question: Any) -> list[Any]:
        with self.store.read() as connection:
            return list(connection.execute(question))

    def document(self, document_id: int) -> Any:
        return self.rows(select(Document).where(Document.id == document_id))[0]

    def documents(self) -> list[Any]:
        return self.rows(select(Document).order_by(Document.id))

    def versions(self, document_id: int = 1) -> list[Any]:
        wanted = Version.document_id == document_id
        return self.rows(select(Version).where(wanted).order_by(Version.number))

    def sightings(self) -> list[Any]:
        return self.rows(select(Sighting).order_by(Sighting.id))

    def events(self, *kinds: str) -> list[Any]:
        found = self.rows(select(Event).order_by(Event.id))
        return [event for event in found if not kinds or event.kind in kinds]

    def told(self, *kinds: str) -> list[tuple[str, int | None]]:
        """What may be matched: (kind, document), without what was there before anybody looked."""
        return [
            (event.kind, event.document_id)
            for event in self.events(*kinds)
            if event.state == "open" and not event.backfill
        ]


def link(article: Article, *, document_id: int | None = None, **values: Any) -> ListedItem:
    """A list's link to this article."""
    given: dict[str, Any] = {
        "url": article.url,
        "url_key": url_key(article.url),
        "kind": "article",
        "link_key": article.page_key,
        "title": article.title,
        "document_id": document_id,
    }
    return ListedItem(**(given | values))


def at(article: Article, url: str, **values: Any) -> Article:
    """The same article as another address shows it."""
    return replace(article, url=url, **values)
