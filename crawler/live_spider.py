"""A spider with a crawl behind it: how it begins, asks, and ends. Knows nothing of pages."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response
from scrapy.spiders import Spider
from twisted.python.failure import Failure

from crawler.crawl import LiveCrawl
from crawler.memory import exceeded
from crawler.page import Page
from crawler.received import page_of
from crawler.settings import CrawlOptions
from crawler.site import Fetch, Site
from storage.crawl import CrawlSummary

if TYPE_CHECKING:  # most crawls fetch no files, and do not wait for what does
    from crawler.files.spider import FileFetching

logger = logging.getLogger(__name__)


class LiveSpider(Spider):
    """A spider of one site. `crawl` stands once it began, `summary` when it is over."""

    site: ClassVar[Site]
    crawl: LiveCrawl | None = None
    summary: CrawlSummary | None = None
    options: CrawlOptions
    stopping: Event
    now: Callable[[], datetime]
    on_news: Callable[[], None]
    feeds: bool
    asked: set[str]
    asked_documents: set[int | None]
    articles_asked: int
    files: "FileFetching | None"

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *args: Any,
        stopping: Event | None = None,
        on_news: Callable[[], None] = lambda: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        **kwargs: Any,
    ) -> Self:
        """Make the spider and listen to how the crawl goes; `now` is its clock."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.stopping = stopping or Event()
        spider.now = now
        spider.on_news = on_news
        spider.options = crawler.settings["WENXUN_OPTIONS"]
        spider.feeds = bool(crawler.settings.getdict("FEEDS"))
        spider.asked = set()
        spider.asked_documents = set()
        spider.articles_asked = 0
        spider.files = _file_fetching(spider)
        connect = crawler.signals.connect
        connect(spider.on_closed, signals.spider_closed)
        connect(spider.on_request, signals.request_reached_downloader)
        return spider

    def on_request(self) -> None:
        """Count every request that goes out, robots.txt and counters too."""
        if self.crawl is not None:
            self.crawl.requests += 1

    def on_closed(self, reason: str) -> None:
        """Close the crawl, however it ended."""
        if self.crawl is not None:
            if self.files is not None:
                self.crawl.notes += self.files.notes(self.crawl)
            interrupted = reason in {"shutdown", "memusage_exceeded"}
            if interrupted and (too_much := exceeded(self.crawler)) is not None:
                self.crawl.notes.append(too_much)
            self.summary = self.crawl.finish(interrupted=interrupted)
            logger.info("crawl ended %s", self.summary.record())

    def request(
        self,
        url: str,
        callback: Callable[..., Any],
        errback: Callable[[Failure], Any],
        *,
        priority: int,
        **arguments: object,
    ) -> Request:
        """Return a request as the site file wants it; `arguments` reach both callbacks."""
        return Request(
            url,
            callback=callback,
            errback=errback,
            headers=self.live().headers(url),
            cb_kwargs=arguments,
            priority=priority,
            dont_filter=True,
        )

    def page(self, response: Response) -> Page:
        """Return the page of a response that has just come."""
        return page_of(response, self.site, now=self.now())

    def live(self) -> LiveCrawl:
        """Return the crawl that runs.

        Raises:
            CloseSpider: there is none, or it cannot save.
        """
        # A crawl that cannot save has no reason to fetch.
        if self.crawl is None or self.crawl.broken:
            raise CloseSpider("database")
        return self.crawl


def _file_fetching(spider: LiveSpider) -> "FileFetching | None":
    """Return what fetches the files of a crawl, or None where they are not wanted."""
    if (spider.site.fetch or spider.options.fetch) is Fetch.OFF:
        return None
    from crawler.files.spider import FileFetching  # noqa: PLC0415 (no cost where it is off)

    return FileFetching(spider)
