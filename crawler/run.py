"""Run crawls in this process: several sites at once, each with its own record. Once a process.

The reactor cannot be started twice; the service runs this in a child process.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.crawl import failed_summary
from crawler.errors import GuardError
from crawler.hosts import allowed_addresses, check_url, is_private
from crawler.settings import FASTEST_PUBLIC_DELAY_S, CrawlOptions, process_settings
from crawler.site import Site, SiteError
from crawler.spider import NewsSpider, spider_class
from storage.crawl import CrawlSummary

logger = logging.getLogger(__name__)

Progress = Callable[[Sequence[NewsSpider]], None]
_PROGRESS_EVERY_S = 0.5


def run_crawls(
    sites: Sequence[Site], options: CrawlOptions, *, on_progress: Progress | None = None
) -> tuple[CrawlSummary, ...]:
    """Crawl these sites side by side and return their summaries, in order. Blocks.

    SIGINT and SIGTERM end the crawls cleanly: what was fetched is saved, the rest is continued by
    the next crawl. `on_progress` is called twice a second with the running spiders.
    """
    process = AsyncCrawlerProcess(Settings(process_settings(options)))
    # Scrapy has just set its own levels; what matters of a crawl is said by its summary.
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    refused: dict[str, CrawlSummary] = {}
    crawlers: dict[str, Any] = {}
    for site in sites:
        try:
            check_delay(site, allow_private=options.allow_private_hosts)
        except SiteError as error:
            refused[site.name] = failed_summary(site.name, "configuration", str(error))
            continue
        crawlers[site.name] = process.create_crawler(spider_class(site))
        process.crawl(crawlers[site.name])
    if crawlers:
        if on_progress is not None:
            _call_often(crawlers, on_progress)
        process.start()
    return tuple(refused.get(s.name) or _summary(s, crawlers[s.name]) for s in sites)


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


def _summary(site: Site, crawler: Any) -> CrawlSummary:
    spider = crawler.spider
    if isinstance(spider, NewsSpider) and spider.summary is not None:
        return spider.summary
    return failed_summary(site.name, "internal", "the crawl did not start; see the log")


def _call_often(crawlers: dict[str, Any], on_progress: Progress) -> None:
    from twisted.internet import reactor, task  # noqa: PLC0415 (installs the reactor: not before)

    def call() -> None:
        spiders = [c.spider for c in crawlers.values() if isinstance(c.spider, NewsSpider)]
        on_progress(spiders)

    ticking = task.LoopingCall(call)
    reactor.callWhenRunning(ticking.start, _PROGRESS_EVERY_S)
