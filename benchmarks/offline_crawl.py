"""Crawls without a network and without waiting: pages from a function, time from the caller.

The spider is the real one, with all that stands behind it: reading, walks, the writer, the
database. Only Scrapy's engine is missing: what the spider asks for is answered here, in the order
of its priorities.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DontCloseSpider,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Request, Response, TextResponse
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.settings import CrawlOptions, process_settings
from crawler.site import Site
from crawler.spider import NewsSpider, spider_class
from storage.crawl import CrawlSummary

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TEXTS = ("text/", "application/json", "application/javascript")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a site answers. Header names as they are sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


# Given the method, the address and the headers of a request; it may raise one of these.
DOWNLOAD_ERRORS = (CannotResolveHostError, DownloadFailedError, DownloadTimeoutError)
Serve = Callable[[str, str, Mapping[str, str]], Answer]


@dataclass(slots=True)
class _Engine:
    """Stands for Scrapy's engine: keeps what is asked for until its turn comes."""

    waiting: list[tuple[int, int, Request]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def crawl(self, request: Request) -> None:
        heapq.heappush(self.waiting, (-request.priority, next(self.numbers), request))


def crawl_offline(
    site: Site, options: CrawlOptions, serve: Serve, *, now: Callable[[], datetime]
) -> CrawlSummary:
    """Crawl a site and return the summary.

    Raises:
        Exception: the spider failed on a page.
    """
    made = spider_class(site)
    crawler = Crawler(made, Settings(process_settings(options)))
    spider = made.from_crawler(crawler, now=now)
    engine = crawler.engine = _Engine()  # type: ignore[assignment]  # all that the spider knows of it
    try:
        _take(engine, _all_of(spider))
        while engine.waiting or _goes_on(spider):
            _take(engine, _answered(spider, heapq.heappop(engine.waiting)[2], serve))
    except CloseSpider:
        pass
    spider.on_closed("finished")
    if spider.summary is None:
        raise RuntimeError("the crawl has no end")
    return spider.summary


def _all_of(spider: NewsSpider) -> Iterator[Any]:
    """Yield what an asynchronous iterator gives that never waits."""
    asked = spider.start()
    while True:
        try:
            asked.__anext__().send(None)
        except StopIteration as step:
            yield step.value
        except StopAsyncIteration:
            return


def _goes_on(spider: NewsSpider) -> bool:
    try:
        spider.on_idle()
    except DontCloseSpider:
        return True
    return False


def _take(engine: _Engine, asked: Iterable[Any] | None) -> None:
    for one in asked or ():
        if isinstance(one, Request):
            engine.crawl(one)


def _answered(spider: NewsSpider, request: Request, serve: Serve) -> Iterable[Any] | None:
    callback = request.callback
    if not callable(callback):
        raise TypeError("a request without a callback")
    try:
        response = _fetched(spider, request, serve)
    except DOWNLOAD_ERRORS as error:
        return _failed(request, error)
    found: Iterable[Any] | None = callback(response, **request.cb_kwargs)
    return found


def _failed(request: Request, error: Exception) -> Iterable[Any] | None:
    failure = Failure(error)
    failure.request = request  # type: ignore[attr-defined]  # as Scrapy sets it
    return request.errback(failure) if callable(request.errback) else None


def _fetched(spider: NewsSpider, request: Request, serve: Serve) -> Response:
    """Return the answer, behind redirects, as Scrapy's middleware brings it."""
    for _ in range(_MOST_REDIRECTS):
        spider.on_request()
        sent = {
            name.decode().lower(): values[-1].decode() for name, values in request.headers.items()
        }
        answer = serve(request.method, request.url, sent)
        if answer.status not in _REDIRECTS:
            break
        request = request.replace(url=answer.headers["Location"])
    kind = answer.headers.get("Content-Type", "text/html")
    made = TextResponse if kind.startswith(_TEXTS) else Response
    return made(
        request.url, status=answer.status, headers=dict(answer.headers), body=answer.body,
        request=request,
    )  # fmt: skip
