"""Scrapy's settings as Wenxun wants them: polite and safe, and tuned where it was measured.

Every value that differs from Scrapy's own has its reason beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.site import Fetch, Site
from storage.crawl import LEASE

DEFAULT_DELAY_S = 2.0
FASTEST_PUBLIC_DELAY_S = 1.0
PRIVATE_CONCURRENCY = 8
RENDERED_AT_ONCE = 2
BODY_LIMIT = 15 * 1024 * 1024

BASE: dict[str, Any] = {
    "BOT_NAME": "wenxun",
    "SPIDER_LOADER_CLASS": "crawler.loader.SiteLoader",
    "SPIDER_MODULES": [],
    # Polite.
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_DELAY": DEFAULT_DELAY_S,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "AUTOTHROTTLE_ENABLED": True,
    "AUTOTHROTTLE_START_DELAY": DEFAULT_DELAY_S,
    "AUTOTHROTTLE_MAX_DELAY": 60.0,
    "RETRY_TIMES": 2,
    # Not 429: who is told to wait waits until the next crawl, or as long as the site says.
    "RETRY_HTTP_CODES": [500, 502, 503, 504, 522, 524, 408],
    "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",  # counted, and shown by us
    # Safe: Scrapy's own defaults take 1 GiB and trust any certificate.
    "DOWNLOAD_MAXSIZE": BODY_LIMIT,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_TIMEOUT": 60,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "REDIRECT_MAX_TIMES": 5,
    "TWISTED_DNS_RESOLVER": "crawler.guard.GuardedResolver",
    # The parts are named, in place of Scrapy's own lists: no file, ftp or data addresses, no proxy
    # (it would connect to unchecked addresses), no telnet or remote control, no cookies (a site
    # file may set fixed ones), no meta refresh (a page state to report, not to follow), and no
    # depth, referer, length and status rules: links are chosen and answers are read by us. Each
    # step of a chain costs every request, and what is only switched off is imported all the same.
    "DOWNLOAD_HANDLERS_BASE": dict.fromkeys(
        ("http", "https"), "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
    ),
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "crawler.guard.GuardMiddleware": 10,
        "crawler.robots.RobotsMiddleware": 100,
        "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    },
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {
        "scrapy.extensions.throttle.AutoThrottle": 0,
        "crawler.memory.MemoryLimit": 0,
    },
    # Fast: for every response Scrapy starts CONCURRENT_ITEMS workers (100 by default), which
    # costs more CPU than the download itself (measured: 1.6 times the pages a CPU second).
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS": 16,
    # Reads and compiles the source of every callback, again for every class made of a site.
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # the spider asks once itself
    "LOG_INSTALL_ROOT_HANDLER": False,  # the program that starts the crawl decides
    "LOGSTATS_INTERVAL": 0,
    "STATS_DUMP": False,
    "MEMUSAGE_LIMIT_MB": 2048,
}

_RENDER = "crawler.browser.middleware.RenderMiddleware"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """What a crawl is told by whoever starts it."""

    database_url: str
    user_agent: str
    allow_private_hosts: bool = False
    full: bool = False
    accept: bool = False  # what articles say now, however much they lost
    max_articles: int | None = None
    trigger: str = "hand"
    alert_max_age: timedelta = timedelta(days=7)
    lease: timedelta = LEASE  # who cannot save for so long may lose its site to another crawl
    slots: Mapping[str, int] = field(default_factory=dict)  # the planned crawls, by site
    planned_at: datetime | None = None  # when, by the clock of the plan
    fetch: Fetch = Fetch.OFF  # where a site's file does not say
    archive_dir: Path | None = None  # None: beside the database
    chromium: str | None = None  # None: the first one that this system has


# What people read and ask for who run `scrapy crawl`; a crawl of ours counts for itself.
_SCRAPY_EXTENSIONS = (
    "scrapy.extensions.corestats.CoreStats",
    "scrapy.extensions.feedexport.FeedExporter",
    "scrapy.extensions.logcount.LogCount",
    "scrapy.extensions.logstats.LogStats",
)


def process_settings(options: CrawlOptions) -> dict[str, Any]:
    """Return Scrapy's settings for a process of ours with these options."""
    return _settings(options) | {"STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector"}


def scrapy_settings(options: CrawlOptions) -> dict[str, Any]:
    """Return the settings of `scrapy crawl`: the same crawl, with Scrapy's own statistics."""
    return _settings(options) | {"EXTENSIONS": dict.fromkeys(_SCRAPY_EXTENSIONS, 0)}


def _settings(options: CrawlOptions) -> dict[str, Any]:
    return BASE | {
        "USER_AGENT": options.user_agent,
        "WENXUN_OPTIONS": options,
        "WENXUN_ALLOW_PRIVATE_HOSTS": options.allow_private_hosts,
    }


def site_settings(site: Site) -> dict[str, Any]:
    """Return what one site's file changes."""
    settings: dict[str, Any] = {}
    if site.delay_s is not None:
        settings["DOWNLOAD_DELAY"] = site.delay_s
        settings["AUTOTHROTTLE_START_DELAY"] = site.delay_s
    if site.delay_s == 0:
        # Only private hosts may be asked for this (`crawler.run` checks it).
        settings["AUTOTHROTTLE_ENABLED"] = False
        settings["CONCURRENT_REQUESTS_PER_DOMAIN"] = PRIVATE_CONCURRENCY
    if not site.verify_tls:
        settings["DOWNLOAD_VERIFY_CERTIFICATES"] = False
    if site.render:
        settings["DOWNLOADER_MIDDLEWARES"] = {_RENDER: 150}
        # So many tabs are open at most; and what a page asks for soon has its turn.
        settings["CONCURRENT_REQUESTS"] = RENDERED_AT_ONCE
    return settings
