"""The one spider: it downloads, asks the core what a page is, and carries the answers on.

No selectors in it. Sites are data: `spider_class` makes Scrapy's class of a site file.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response
from scrapy.spiders import Spider
from twisted.python.failure import Failure

from crawler.columns import ColumnCrawl
from crawler.counters import host_root
from crawler.counting import CounterAsk
from crawler.crawl import LiveCrawl, failed_summary
from crawler.extract import Refusal
from crawler.fields.links import url_key
from crawler.page import Page
from crawler.reading import (
    BLOCKING,
    Look,
    article_read,
    header_names,
    page_refused,
    raw_response,
    read_article,
)
from crawler.refusals import refusal_of
from crawler.settings import CrawlOptions, site_settings
from crawler.site import Site
from storage.article import Article
from storage.crawl import ArticleRead, CrawlSummary, ViewsRead
from storage.errors import StorageError

logger = logging.getLogger(__name__)

# What is asked first: fresh articles before deeper list pages, so that little waits in memory.
_FIRST_PAGE, _COUNTER, _ARTICLE, _LISTING, _RECHECK = 50, 30, 20, 10, 0


class NewsSpider(Spider):
    """A crawl of one site. `summary` stands when it is over."""

    name = "news"
    site: ClassVar[Site]
    crawl: LiveCrawl | None = None
    summary: CrawlSummary | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and listen to how the crawl goes."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.options = crawler.settings["WENXUN_OPTIONS"]
        spider.asked = set()
        spider.articles_asked = 0
        connect = crawler.signals.connect
        connect(spider.on_idle, signals.spider_idle)
        connect(spider.on_closed, signals.spider_closed)
        connect(spider.on_error, signals.spider_error)
        connect(spider.on_request, signals.request_reached_downloader)
        return spider

    options: CrawlOptions
    asked: set[str]
    articles_asked: int
    columns: tuple[ColumnCrawl, ...] = ()

    async def start(self) -> AsyncIterator[Any]:
        """Take the lease and ask for the first page of every column, then for what waits."""
        try:
            self.crawl = LiveCrawl(self.site, self.options)
        except StorageError as error:
            logger.error("%s", error)  # noqa: TRY400 (the user needs the sentence, not the trace)
            self.summary = failed_summary(self.site.name, "database", str(error))
            return
        self.columns = tuple(
            ColumnCrawl(self.crawl, column) for column in self.crawl.columns()
        )
        for column in self.columns:
            yield self._listing_request(column, column.first(), priority=_FIRST_PAGE)
        for request in self._waiting():
            yield request
        for look in self.crawl.due_looks(full=self.options.full):
            if request := self._article_request(look, priority=_RECHECK):
                yield request

    # Listings

    def _listing_request(self, column: ColumnCrawl, url: str, *, priority: int) -> Request:
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.on_listing_failed,
            headers=column.conditions(url),
            cb_kwargs={"column": column},
            priority=priority,
            dont_filter=True,
        )

    def parse_listing(self, response: Response, column: ColumnCrawl) -> Iterator[Any]:
        """Read a list page: ask for its unknown articles and for the next page."""
        crawl = self._live()
        read = column.read(_page(response), asked=response.request.url if response.request else "")
        if isinstance(read, Refusal):
            self._listing_failed(column, read, response.url)
            return
        for counter in read.counters:
            crawl.counting.want(host_root(response.url), counter)
        for look in read.looks:
            if request := self._article_request(look, priority=_ARTICLE):
                yield request
        if read.article is not None:
            yield read.article
        if read.next_url is not None:
            yield self._listing_request(column, read.next_url, priority=_LISTING)
        yield from self._counter_requests(rest=False)

    def on_listing_failed(self, failure: Failure) -> None:
        """Count a list page that could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        refusal = refusal_of(failure)
        self._listing_failed(request.cb_kwargs["column"], refusal, request.url)

    def _listing_failed(self, column: ColumnCrawl, refusal: Refusal, url: str) -> None:
        crawl = self._live()
        crawl.blocked = crawl.blocked or refusal.state in BLOCKING
        crawl.fail(f"listing_{refusal.state}", url, refusal.evidence)
        column.failed(refusal, url)

    # Articles

    def _article_request(self, look: Look, *, priority: int) -> Request | None:
        limit = self.options.max_articles
        if look.url_key in self.asked:
            return None
        if limit is not None and self.articles_asked >= limit:
            return None
        self.asked.add(look.url_key)
        self.articles_asked += 1
        return Request(
            look.url,
            callback=self.parse_article,
            errback=self.on_article_failed,
            cb_kwargs={"look": look},
            priority=priority,
            dont_filter=True,
        )

    def parse_article(self, response: Response, look: Look) -> Iterator[Any]:
        """Read an article page and yield the article."""
        crawl = self._live()
        page = _page(response)
        found = read_article(page, self.site, look)
        raw = raw_response(page)
        if isinstance(found, Refusal):
            self._refuse(look, found, raw)
            return
        yield article_read(found, raw, look)
        if found.counter is not None and found.views is None and self.site.counters:
            crawl.counting.want(host_root(response.url), found.counter)
            yield from self._counter_requests(rest=False)

    def on_article_failed(self, failure: Failure) -> None:
        """Keep an article link that could not be fetched for the next crawl."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        self._refuse(request.cb_kwargs["look"], refusal_of(failure), None)
