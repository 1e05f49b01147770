"""Where the pages of a trial come from: the network, a browser that runs scripts, or a folder."""

from pathlib import Path

from crawler.browser.alone import render_alone
from crawler.errors import FetchError, HungPageError, PageCrashError
from crawler.fields.links import host_key
from crawler.page import Page
from crawler.settings import DEFAULT_DELAY_S, FASTEST_PUBLIC_DELAY_S
from crawler.site import Site, own_headers
from crawler.trial import Fetch
from crawler.visit import Visitor, as_site_wants, folder_fetch
from wenxun.config import Config
from wenxun.crawling import user_agent


def new_site_fetch(settings: Config, *, folder: Path | None, render: bool) -> Fetch:
    """Return what fetches the pages of a site that has no file yet."""
    return folder_fetch(folder) if folder else _network(settings, None, render=render)


def site_fetch(settings: Config, site: Site, *, folder: Path | None) -> Fetch:
    """Return what fetches the pages of a site, to be read as its file says."""
    fetch = folder_fetch(folder) if folder else _network(settings, site, render=site.render)
    return as_site_wants(fetch, site)


def _network(settings: Config, site: Site | None, *, render: bool) -> Fetch:
    """Return what fetches the pages of a site, as their scripts write them if they `render`."""
    visitor = _visitor(settings, site)

    def fetch(url: str) -> Page:
        try:
            return render_alone(
                visitor.fetch(url),
                chromium=settings.chromium,
                user_agent=user_agent(settings),
                bring=visitor.bring,
            )
        except (HungPageError, PageCrashError) as error:
            raise FetchError(url, str(error)) from error

    return fetch if render else visitor.fetch


def _visitor(settings: Config, site: Site | None) -> Visitor:
    """Return what fetches with the manners of a crawl, quicker between its few pages."""
    slowest = FASTEST_PUBLIC_DELAY_S if site is None else site.delay_s
    delay_s = DEFAULT_DELAY_S if slowest is None else slowest
    return Visitor(
        user_agent=user_agent(settings),
        allow_private=settings.allow_private_hosts,
        delay_s=0.0 if settings.allow_private_hosts and site is None else delay_s,
        headers=own_headers(site) if site else {},
        own_hosts={host_key(start) for start in site.start} if site else (),
        verify_tls=site.verify_tls if site else True,
    )
