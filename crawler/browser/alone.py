"""Render single pages by hand; what they ask for is fetched one after the other."""

import asyncio
from collections.abc import Callable

import httpx

from crawler.browser.chromium import Chromium, find_chromium
from crawler.browser.errand import Errand, ErrandError, Fetched
from crawler.browser.renderer import Renderer
from crawler.browser.scripts import fuller, runs_scripts
from crawler.errors import FetchError, GuardError
from crawler.page import Page


def render_alone(
    page: Page, *, chromium: str | None, user_agent: str, bring: Callable[[Errand], Page]
) -> Page:
    """Return a page that was fetched as its scripts write it, if they are to run at all.

    `bring` fetches what they ask for, from a thread, and raises FetchError or GuardError.

    Raises:
        BrowserMissingError: says what to install.
        BrowserError: the browser does not start, or was lost.
        PageCrashError: the page ended its tab.
        HungPageError: its scripts do not end, or wait for what does not come.
    """
    executable = find_chromium(chromium)
    if not runs_scripts(page):
        return page
    turn = asyncio.Lock()

    async def fetch(errand: Errand) -> Fetched:
        async with turn:
            return await asyncio.to_thread(_fetched, errand, bring)

    async def render() -> Page:
        browser = Chromium(executable)
        try:
            return await Renderer(browser, user_agent=user_agent, fetch=fetch).render(page)
        finally:
            await browser.close()

    return fuller(page, asyncio.run(render()))


def _fetched(errand: Errand, bring: Callable[[Errand], Page]) -> Fetched:
    try:
        page = bring(errand)
    except (FetchError, GuardError) as error:
        timed_out = isinstance(error.__cause__, httpx.TimeoutException)
        raise ErrandError(errand.url, str(error), timed_out=timed_out) from error
    return Fetched(status=page.status, headers=page.headers, body=page.body)
