"""Between Scrapy and the browser: list pages and articles are rendered once they have come.

Whatever their scripts ask for is downloaded by Scrapy, as a request of this crawl: the gate,
robots.txt, the delays, time-outs, size limit, certificates and headers hold for it too.
"""

import asyncio
from typing import ClassVar, Self, cast

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings

from crawler.browser.chromium import Chromium, find_chromium
from crawler.browser.errand import Errand, ErrandError, Fetched, sent_headers
from crawler.browser.renderer import RENDERED, Renderer
from crawler.browser.scripts import fuller, runs_scripts
from crawler.errors import BrowserError
from crawler.failures import StoppedError
from crawler.guard import sentence
from crawler.received import headers_by_name
from crawler.robots import UNREADABLE
from crawler.settings import BODY_LIMIT
from crawler.site import Site
from crawler.spider import NewsSpider

_ERRAND_S = 20.0  # as long as robots.txt has


class RenderMiddleware:
    """The last downloader middleware that sees a response. One a crawl."""

    # One browser a process, for all crawls in it.
    _chromium: ClassVar[Chromium | None] = None
    _crawls: ClassVar[int] = 0

    def __init__(self, crawler: Crawler, executable: str) -> None:
        self._crawler = crawler
        self._executable = executable
        self._renderer: Renderer | None = None
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, and learn when the crawl ends.

        Raises:
            BrowserMissingError: says what to install.
        """
        executable = find_chromium(crawler.settings["WENXUN_OPTIONS"].chromium)
        middleware = cls(crawler, executable)
        crawler.signals.connect(middleware.on_closed, signals.spider_closed)
        return middleware

    async def process_response(self, request: Request, response: Response) -> Response:
        """Return a list page or an article as its scripts write it; other responses as they are.

        Raises:
            HungPageError: its scripts do not end, or wait for what does not come.
            PageCrashError: it ended its own tab.
            BrowserError: the browser does not start, or was lost; then the crawl ends.
            DownloadCancelledError: they wrote more than a page may hold.
            StoppedError: the crawl is told to stop.
        """
        if not request.cb_kwargs.keys() & {"column", "look"}:  # a counter, or asked for by a page
            return response
        page = self._spider.page(response)
        if not runs_scripts(page):
            return response
        try:
            rendered = fuller(page, await self._open().render(page))
        except BrowserError as error:
            self._end_crawl(str(error))
            raise
        if rendered is page:
            return response
        if len(rendered.body) > BODY_LIMIT:
            raise DownloadCancelledError(f"its scripts wrote more than {BODY_LIMIT >> 20} MB")
        headers = response.headers.copy()
        headers[RENDERED] = rendered.headers[RENDERED]
        return response.replace(body=rendered.body, headers=headers)

    async def on_closed(self) -> None:
        """Leave the browser; the last crawl ends it."""
        cls = type(self)
        if self._renderer is None or cls._chromium is None:
            return
        cls._crawls -= 1
        if not cls._crawls:
            chromium, cls._chromium = cls._chromium, None
            await chromium.close()

    @property
    def _spider(self) -> NewsSpider:
        return cast("NewsSpider", self._crawler.spider)

    def _open(self) -> Renderer:
        if self._renderer is None:
            cls = type(self)
            cls._chromium = cls._chromium or Chromium(self._executable)
            cls._crawls += 1
            self._renderer = Renderer(
                cls._chromium,
                user_agent=_user_agent(self._spider.site, self._crawler.settings),
                fetch=self._fetch,
                check=self._check,
            )
        return self._renderer

    def _check(self) -> None:
        if self._spider.stopping.is_set():
            raise StoppedError

    async def _fetch(self, errand: Errand) -> Fetched:
        """Download what a script asks for.

        Raises:
            ErrandError: it is not allowed, or cannot be had.
        """
        crawl = self._spider.crawl
        own = crawl.headers(errand.url) if crawl else {}
        request = Request(
            errand.url,
            method=errand.method,
            headers=sent_headers(errand) | own,
            body=errand.body,
            callback=NO_CALLBACK,
            meta={"download_timeout": _ERRAND_S, "max_retry_times": 1},
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except UNREADABLE as error:
            timed_out = isinstance(error, DownloadTimeoutError)
            raise ErrandError(errand.url, sentence(error), timed_out=timed_out) from error
        return Fetched(
            status=response.status, headers=headers_by_name(response.headers), body=response.body
        )

    def _end_crawl(self, reason: str) -> None:
        """Without a browser there is nothing to fetch pages for."""
        if self._ending is None:
            if self._spider.crawl is not None:
                self._spider.crawl.notes.append(f"the crawl was ended: {reason}")
            ending = self._crawler.engine.close_spider_async(reason="browser")
            self._ending = asyncio.ensure_future(ending)


def _user_agent(site: Site, settings: BaseSettings) -> str:
    """Return what the site's file calls us, or how we call ourselves: scripts see what is sent."""
    named = {name.lower(): value for name, value in site.headers.items()}
    return named.get("user-agent", str(settings["USER_AGENT"]))
