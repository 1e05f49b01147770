"""Render one page by hand, behind the same gate as a crawl."""

import asyncio
from urllib.parse import urljoin

import httpx

from crawler.browser.chromium import Chromium, find_chromium
from crawler.browser.errand import Errand, ErrandError, Fetched, sent_headers
from crawler.browser.renderer import Renderer
from crawler.counters import is_incrementing
from crawler.errors import FetchError, GuardError
from crawler.fetch import REDIRECTS, ask, guarded_client
from crawler.hosts import check_url
from crawler.page import Page

_ERRAND_S = 20.0
_BECOMES_GET = {301, 302, 303}


def render_alone(page: Page, *, chromium: str | None, user_agent: str, allow_private: bool) -> Page:
    """Return a page that was fetched as its scripts write it.

    Raises:
        BrowserMissingError: says what to install.
        BrowserError: the browser does not start, or was lost.
        PageCrashError: the page ended its tab.
        HungPageError: its scripts do not end, or wait for what does not come.
    """
    executable = find_chromium(chromium)
    with guarded_client(allow_private=allow_private, timeout_s=_ERRAND_S) as client:

        async def fetch(errand: Errand) -> Fetched:
            return await asyncio.to_thread(_fetch, client, errand, user_agent)

        async def render() -> Page:
            browser = Chromium(executable)
            try:
                return await Renderer(browser, user_agent=user_agent, fetch=fetch).render(page)
            finally:
                await browser.close()

        return asyncio.run(render())


def _fetch(client: httpx.Client, errand: Errand, user_agent: str) -> Fetched:
    """Bring what a script asks for; every hop passes the gate."""
    url, method, content = errand.url, errand.method, errand.body
    headers = sent_headers(errand) | {"user-agent": user_agent}
    try:
        for _ in range(REDIRECTS + 1):
            check_url(url)
            if is_incrementing(url):
                raise ErrandError(url, "would count a visit")
            response, body = ask(client, url, method=method, headers=headers, content=content)
            if not response.has_redirect_location:
                return Fetched(
                    status=response.status_code, headers=dict(response.headers), body=body
                )
            url = urljoin(url, response.headers["location"])
            if response.status_code in _BECOMES_GET:
                method, content = "GET", None
    except (FetchError, GuardError) as error:
        timed_out = isinstance(error.__cause__, httpx.TimeoutException)
        raise ErrandError(url, str(error), timed_out=timed_out) from error
    raise ErrandError(url, f"more than {REDIRECTS} redirects")
