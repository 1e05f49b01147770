"""Renders the pages of one crawl, each as if it were the first one that a browser sees."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.browser.chromium import Chromium
from crawler.browser.errand import Errand, Fetched
from crawler.browser.tab import Fetch, run_scripts
from crawler.errors import BrowserError, PageCrashError
from crawler.page import Page

if TYPE_CHECKING:
    from playwright.async_api import Browser

logger = logging.getLogger(__name__)

# Says of a page, and of what is archived of it, that its scripts have run, and where.
RENDERED = "x-wenxun-rendered"
_BROWSERS_A_CRAWL = 2
_FIRST_SERVER_ERROR = 500
_SCRIPT_BYTES = 32 * 1024 * 1024


def _go_on() -> None:
    """Never leave a page early."""


class Renderer:
    """Runs the scripts of pages; a browser that is lost is started once more.

    `fetch` brings whatever scripts ask for; `check` is called often and may raise to leave a page.
    """

    def __init__(
        self,
        chromium: Chromium,
        *,
        user_agent: str,
        fetch: Fetch,
        check: Callable[[], None] = _go_on,
    ) -> None:
        self._chromium = chromium
        self._user_agent = user_agent
        self._scripts = _Scripts(fetch)
        self._check = check
        self._lost: list[Browser] = []

    async def render(self, page: Page) -> Page:
        """Return the page with the body that its scripts have written, as UTF-8.

        Raises:
            HungPageError: its scripts do not end, or wait for what does not come.
            PageCrashError: it ended its own tab.
            BrowserError: the browser does not start, or was lost again.
        """
        from playwright.async_api import Error  # noqa: PLC0415 (optional)

        reason = "before this page"
        while len(self._lost) < _BROWSERS_A_CRAWL:
            # Of its own, so that no page knows of another one, and nothing is left of it.
            context = await self._chromium.context(user_agent=self._user_agent)
            browser = context.browser
            try:
                html = await run_scripts(
                    context, page, fetch=self._scripts.fetch, check=self._check
                )
            except Error as error:
                reason = str(error).strip().partition("\n")[0]
                if browser is None or browser.is_connected():
                    raise PageCrashError(page.url, f"it ended its tab: {reason}") from error
                self._lose(browser)
                continue
            version = f"Chromium {browser.version if browser else ''}".strip()
            body = html.encode("utf-8", "replace")
            return replace(page, body=body, headers={**page.headers, RENDERED: version})
        raise BrowserError(f"the browser was lost {len(self._lost)} times: {reason}")

    def _lose(self, browser: "Browser") -> None:
        """Count a lost browser once, however many of its pages notice."""
        if browser not in self._lost:
            self._lost.append(browser)
            logger.warning("browser lost times=%d", len(self._lost))


class _Scripts:
    """Fetches, and keeps the scripts: every page of a site asks for the same ones."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._kept: OrderedDict[str, Fetched] = OrderedDict()
        self._bytes = 0

    async def fetch(self, errand: Errand) -> Fetched:
        """Bring what is asked for, a script once.

        Raises:
            ErrandError: it cannot be had.
        """
        if errand.kind != "script":
            return await self._fetch(errand)
        if errand.url in self._kept:
            self._kept.move_to_end(errand.url)
            return self._kept[errand.url]
        fetched = await self._fetch(errand)
        if fetched.status < _FIRST_SERVER_ERROR and errand.url not in self._kept:
            self._keep(errand.url, fetched)
        return fetched

    def _keep(self, url: str, fetched: Fetched) -> None:
        self._kept[url] = fetched
        self._bytes += len(fetched.body)
        while self._bytes > _SCRIPT_BYTES:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= len(dropped.body)
