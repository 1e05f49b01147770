"""The one spider: it downloads, asks the core what a page is, and carries the answers on.

No selectors in it. Sites are data: `spider_class` makes Scrapy's class of a site file.
"""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.columns import ColumnCrawl
from crawler.counters import host_root
from crawler.counting import CounterAsk
from crawler.crawl import LiveCrawl, failed_summary
from crawler.extract import Refusal
from crawler.failures import refusal_of
from crawler.fields.parts import part_urls
from crawler.live_spider import LiveSpider
from crawler.reading import (
    Gathered,
    Look,
    article_read,
    gathered_read,
    is_failure,
    page_refused,
    raw_response,
    read_article,
)
from crawler.settings import site_settings
from crawler.site import Site
from crawler.wordings import State
from storage.crawl import ArticleRead, RawResponse, ViewsRead
from storage.errors import StorageError
from storage.record import article_record

logger = logging.getLogger(__name__)

# What is asked first: fresh articles before deeper list pages, so that little waits in memory.
_OK = 200
_FIRST_PAGE, _PART, _COUNTER, _ARTICLE, _LISTING, _RECHECK = 50, 40, 30, 20, 10, 0


class NewsSpider(LiveSpider):
    """A crawl of one site."""

    name = "news"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider and listen to what is left and what fails."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_idle, signals.spider_idle)
        crawler.signals.connect(spider.on_error, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Take the lease and ask for the first page of every column, then for what waits."""
        if self.stopping.is_set():
            return
        try:
            self.crawl = LiveCrawl(self.site, self.options, now=self.now)
            self.crawl.on_news = self.on_news
        except StorageError as error:
            logger.error("%s", error)  # noqa: TRY400 (the user needs the sentence, not the trace)
            self.summary = failed_summary(self.site.name, "database", str(error))
            return
        for stored in self.crawl.due_columns:
            column = ColumnCrawl(self.crawl, stored)
            yield self._listing_request(column, column.first_url, priority=_FIRST_PAGE)
        for request in self._waiting():
            yield request
        for look in self.crawl.due_looks(full=self.options.full):
            known = self._article_request(look, priority=_RECHECK)
            if known is not None:
                yield known

    # Listings

    def _listing_request(self, column: ColumnCrawl, url: str, *, priority: int) -> Request:
        request = self.request(
            url, self.parse_listing, self.on_listing_failed, priority=priority, column=column
        )
        request.headers.update(column.conditions(url))
        return request

    def parse_listing(self, response: Response, column: ColumnCrawl) -> Iterator[Any]:
        """Read a list page: ask for its unknown articles and for the next page."""
        crawl = self.live()
        page = self.page(response)
        read = column.read(page)
        if isinstance(read, Refusal):
            self._listing_failed(read, response.url)
            if read.state == State.NOT_FOUND and (url := column.after_missing(page)):
                yield self._listing_request(column, url, priority=_LISTING)
            return
        for counter, counted_at in read.counters:
            crawl.counting.refresh(host_root(response.url), counter, counted_at=counted_at)
        for look in read.looks:
            if request := self._article_request(look, priority=_ARTICLE):
                yield request
        if read.article is not None:
            yield from self._save(read.article)
        if read.next_url is not None:
            yield self._listing_request(column, read.next_url, priority=_LISTING)
        yield from self._counter_requests(rest=False)

    def on_listing_failed(self, failure: Failure) -> None:
        """Count a list page that could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        refusal = refusal_of(failure)
        column: ColumnCrawl = request.cb_kwargs["column"]
        if column.is_unread:
            column.failed(refusal, url=request.url, status=None)
        self._listing_failed(refusal, request.url)

    def _listing_failed(self, refusal: Refusal, url: str) -> None:
        crawl = self.live()
        crawl.meet(refusal.state)
        crawl.fail(f"listing_{refusal.state}", url, refusal.evidence)

    # Articles

    def _article_request(self, look: Look, *, priority: int) -> Request | None:
        limit = self.options.max_articles
        if look.url_key in self.asked or look.document_id in self.asked_documents:
            return None
        if limit is not None and self.articles_asked >= limit:
            return None
        self.asked.add(look.url_key)
        if look.document_id is not None:
            self.asked_documents.add(look.document_id)
        self.articles_asked += 1
        return self.request(
            look.url, self.parse_article, self.on_article_failed, priority=priority, look=look
        )

    def parse_article(self, response: Response, look: Look) -> Iterator[Any]:
        """Read an article page and keep the article."""
        crawl = self.live()
        page = self.page(response)
        found = read_article(page, look)
        raw = raw_response(page)
        if isinstance(found, Refusal):
            self._refuse(look, found, raw)
            return
        if left := part_urls(page):
            yield self._part_request(look, Gathered(first=found, response=raw, left=left))
        else:
            yield from self._save(article_read(found, raw, look, revisits=self.site.revisits))
        if found.counter is not None and found.views is None:
            crawl.counting.want(host_root(response.url), found.counter)
            yield from self._counter_requests(rest=False)

    def _part_request(self, look: Look, gathered: Gathered) -> Request:
        url, arguments = gathered.left[0], {"look": look, "gathered": gathered}
        return self.request(url, self.parse_part, self.on_part_failed, priority=_PART, **arguments)

    def parse_part(self, response: Response, look: Look, gathered: Gathered) -> Iterator[Any]:
        """Read a further page of an article; with the last one the article is kept."""
        yield from self._gathered(look, gathered.with_part(self.page(response), look))

    def on_part_failed(self, failure: Failure) -> Iterator[Any]:
        """Keep what there is of an article of which a page could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        look, gathered = request.cb_kwargs["look"], request.cb_kwargs["gathered"]
        yield from self._gathered(look, gathered.failed(refusal_of(failure)))

    def _gathered(self, look: Look, gathered: Gathered) -> Iterator[Any]:
        if gathered.left:
            yield self._part_request(look, gathered)
            return
        if gathered.failure is not None:
            failure = gathered.failure
            self.live().fail(f"part_{failure.state}", look.url, failure.evidence)
        yield from self._save(gathered_read(gathered, look, revisits=self.site.revisits))

    def _save(self, read: ArticleRead) -> Iterator[Mapping[str, Any]]:
        """Hand an article to the writer; Scrapy's feeds get it as a record, where there are any.

        No pipeline: passing every article through Scrapy costs more than writing it down.
        """
        if self.files is not None:
            read = replace(read, assets=self.files.plan.links(read.article))
        self.live().save(read)
        if self.feeds:
            yield article_record(read.article, site=self.site.name, timezone=self.site.timezone)

    def on_article_failed(self, failure: Failure) -> None:
        """Keep an article link that could not be fetched for the next crawl."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        self._refuse(request.cb_kwargs["look"], refusal_of(failure), None)

    def _refuse(self, look: Look, refusal: Refusal, raw: RawResponse | None) -> None:
        crawl = self.live()
        crawl.save(page_refused(look, refusal, response=raw, now=self.now()))
        crawl.meet(refusal.state)
        crawl.symptoms.article_refused(look, refusal, status=raw.status if raw else None)
        if is_failure(look, refusal):
            crawl.fail(refusal.state, look.url, refusal.evidence)
        if crawl.is_turned_away:
            raise CloseSpider("turned away")

    # Counters

    def _counter_requests(self, *, rest: bool) -> Iterator[Request]:
        crawl = self.live()
        asks, unknown = crawl.counting.take(rest=rest)
        crawl.count_unknown(unknown)
        for ask in asks:
            request = self.request(
                ask.url, self.parse_counter, self.on_counter_failed, priority=_COUNTER, ask=ask
            )
            yield request.replace(method=ask.form.method)

    def parse_counter(self, response: Response, ask: CounterAsk) -> Iterator[Request]:
        """Read counts; what this form leaves open is asked in the next."""
        body = response.text if response.status == _OK and hasattr(response, "text") else None
        yield from self._counted(ask, body)

    def on_counter_failed(self, failure: Failure) -> Iterator[Request]:
        """Count what stays unknown."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        yield from self._counted(request.cb_kwargs["ask"], None)

    def _counted(self, ask: CounterAsk, body: str | None) -> Iterator[Request]:
        crawl = self.live()
        counted = crawl.counting.answer(ask, body=body)
        now = self.now()
        for counter, views in counted.views:
            crawl.save(ViewsRead(counter=counter, views=views, observed_at=now))
        crawl.count_unknown(counted.unknown)
        yield from self._counter_requests(rest=False)

    # The crawl as a whole

    def on_idle(self) -> None:
        """Ask for what is left: counters, pending links; then let the crawl end.

        Raises:
            DontCloseSpider: there is more to do.
        """
        engine = self.crawler.engine
        if self.crawl is None or engine is None or self.crawl.broken:
            return
        requests = (
            list(self._counter_requests(rest=True))
            or list(self._waiting())
            or list(self._probes())
            or list(self.files.requests() if self.files is not None else ())
        )
        for request in requests:
            engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _waiting(self) -> Iterator[Request]:
        for look in self.live().pending_looks():
            if request := self._article_request(look, priority=_ARTICLE):
                yield request

    def _probes(self) -> Iterator[Request]:
        for look in self.live().probes(but=self.asked_documents):
            if request := self._article_request(look, priority=_RECHECK):
                yield request

    def on_error(self, failure: Failure, response: Response) -> None:
        """Count a page on which our own code failed, and keep it: nothing is lost unseen."""
        crawl = self.crawl
        request = getattr(response, "request", None)
        if crawl is None or request is None or crawl.broken:
            return
        reason = f"{type(failure.value).__name__}: {failure.value}"
        look = request.cb_kwargs.get("look")
        refusal = Refusal(state=State.ERROR, evidence=reason)
        if look is None:
            crawl.fail("error", response.url, reason)
        else:
            self._refuse(look, refusal, raw_response(self.page(response)))


def spider_class(site: Site) -> type[NewsSpider]:
    """Return the spider of a site, as Scrapy knows it by name."""
    attributes = {"name": site.name, "site": site, "custom_settings": site_settings(site)}
    return type("NewsSpider", (NewsSpider,), attributes)
