"""Run crawls in this process: several sites at once, each with its own record. Once a process.

The reactor cannot be started twice; the service runs this in a child process.
"""

import logging
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler.browser.chromium import find_chromium
from crawler.collecting import collect_seldom
from crawler.crawl import failed_summary
from crawler.errors import BrowserMissingError, GuardError
from crawler.failures import StoppedError
from crawler.hosts import allowed_addresses, check_url, is_private
from crawler.settings import FASTEST_PUBLIC_DELAY_S, CrawlOptions, process_settings
from crawler.site import Site, SiteError
from crawler.spider import NewsSpider, spider_class
from storage.crawl import CrawlOutcome, CrawlSummary, Trigger

logger = logging.getLogger(__name__)

Progress = Callable[[Sequence[NewsSpider]], None]
_PROGRESS_EVERY_S = 0.5


class CrawlProcess(AsyncCrawlerProcess):
    """Scrapy's process, made to end in moments; `stopping` is set when it is told to.

    Scrapy would first fetch all that waits for its turn: half a minute for a site with a delay.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.stopping = Event()

    async def stop(self) -> None:
        """Stop the crawls that run: finish what is on the wire, leave the rest."""
        # Called too when all crawls have ended by themselves; then there are none.
        if self.crawlers:
            self.stopping.set()
        for crawler in self.crawlers:
            _leave_waiting(crawler)
        await super().stop()


def run_crawls(
    sites: Sequence[Site],
    options: CrawlOptions,
    *,
    on_progress: Progress | None = None,
    on_news: Callable[[], None] = lambda: None,
) -> tuple[CrawlSummary, ...]:
    """Crawl these sites side by side and return their summaries, in order. Blocks.

    SIGINT and SIGTERM end the crawls cleanly: what was fetched is saved, the rest is continued by
    the next crawl. `on_progress` is called twice a second with the running spiders, `on_news`
    in a thread when something new is saved.
    """
    process = CrawlProcess(Settings(process_settings(options)))
    # Scrapy has just set its own levels; what matters of a crawl is said by its summary.
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    refused: dict[str, CrawlSummary] = {}
    crawlers: dict[str, Any] = {}
    for site in sites:
        if (summary := _refused(site, options)) is not None:
            refused[site.name] = summary
            continue
        crawlers[site.name] = process.create_crawler(spider_class(site))
        process.crawl(crawlers[site.name], stopping=process.stopping, on_news=on_news)
    if crawlers:
        collect_seldom()
        if on_progress is not None:
            _call_often(crawlers, on_progress)
        process.start()
    stopped = process.stopping.is_set()
    summaries = tuple(
        refused.get(site.name) or _summary(site, crawlers[site.name], stopped=stopped)
        for site in sites
    )
    if options.trigger == Trigger.SERVICE and not stopped:
        from crawler.grouping import group_stories  # noqa: PLC0415 (a crawl by hand groups nothing)

        group_stories(options.database_url)
    return summaries


def _refused(site: Site, options: CrawlOptions) -> CrawlSummary | None:
    """Return the summary of a site that cannot be crawled as its file wants, or None."""
    try:
        check_delay(site, allow_private=options.allow_private_hosts)
        if site.render:
            find_chromium(options.chromium)
    except (SiteError, BrowserMissingError) as error:
        return failed_summary(site.name, "configuration", str(error))
    return None


def check_delay(site: Site, *, allow_private: bool) -> None:
    """Check that a site file does not ask for more speed than its hosts may be given.

    Raises:
        SiteError: the delay is below a second and a host is public, or private but not allowed.
    """
    if site.delay_s is None or site.delay_s >= FASTEST_PUBLIC_DELAY_S:
        return
    for url in site.start:
        host, _ = check_url(url)
        try:
            addresses = allowed_addresses(host, allow_private=allow_private)
        except (OSError, GuardError) as error:
            raise SiteError(str(error)) from error
        if not all(is_private(address) for address in addresses):
            raise SiteError(
                f"delay_s: below {FASTEST_PUBLIC_DELAY_S:g} s only for private hosts, "
                f"and {host} is public"
            )


def _leave_waiting(crawler: Crawler) -> None:
    """Drop the requests that wait for their turn: their links stay pending in the database."""
    spider = crawler.spider
    if not isinstance(spider, NewsSpider) or spider.crawl is None:
        return
    downloader = crawler.engine.downloader
    for request in downloader.active:
        request.errback = None  # no failure of the site
    for slot in downloader.slots.values():
        while slot.queue:
            _, turn = slot.queue.popleft()
            spider.crawl.requests -= 1  # it was counted when it began to wait
            turn.errback(StoppedError())


def _summary(site: Site, crawler: Crawler, *, stopped: bool) -> CrawlSummary:
    spider = crawler.spider
    if isinstance(spider, NewsSpider):
        if spider.summary is None:  # told to stop twice, Scrapy closes nothing
            spider.on_closed("shutdown")
        if spider.summary is not None:
            return spider.summary
    if stopped:
        note = "interrupted before it began"
        return CrawlSummary(site=site.name, outcome=CrawlOutcome.INTERRUPTED, notes=(note,))
    return failed_summary(site.name, "internal", "the crawl did not start; see the log")


def _call_often(crawlers: dict[str, Any], on_progress: Progress) -> None:
    from twisted.internet import reactor, task  # noqa: PLC0415 (installs the reactor: not before)

    def call() -> None:
        spiders = [c.spider for c in crawlers.values() if isinstance(c.spider, NewsSpider)]
        on_progress(spiders)

    ticking = task.LoopingCall(call)
    reactor.callWhenRunning(ticking.start, _PROGRESS_EVERY_S)
