"""Renders the pages of one crawl: a context of its own in the browser, each page in its own tab."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.browser.chromium import Chromium
from crawler.browser.errand import Errand, Fetched
from crawler.browser.visit import Fetch, visit
from crawler.errors import BrowserError, PageCrashError
from crawler.page import Page

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

logger = logging.getLogger(__name__)

# Says of a page, and of what is archived of it, that its scripts have run, and where.
RENDERED = "x-wenxun-rendered"
_BROWSERS_A_CRAWL = 2
_FIRST_SERVER_ERROR = 500
_SCRIPT_BYTES = 32 * 1024 * 1024


def _go_on() -> None:
    """Never leave a page early."""


class Renderer:
    """Runs the scripts of pages; a browser that is lost is started once more. `close()` it.

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
        self._context: BrowserContext | None = None
        self._lost = 0

    async def render(self, page: Page) -> Page:
        """Return the page with the body that its scripts have written, as UTF-8.

        Raises:
            HungPageError: its scripts do not end, or wait for what does not come.
            PageCrashError: it ended its own tab.
            BrowserError: the browser does not start, or was lost again.
        """
        from playwright.async_api import Error  # noqa: PLC0415 (optional)

        reason = "it was lost before"
        while self._lost < _BROWSERS_A_CRAWL:
            context = await self._open()
            browser = context.browser
            try:
                html = await visit(context, page, fetch=self._scripts.fetch, check=self._check)
            except (Error, TimeoutError) as error:
                reason = str(error).strip().partition("\n")[0] or "it gives no answer"
                if isinstance(error, Error) and browser is not None and browser.is_connected():
                    raise PageCrashError(f"it ended its tab: {reason}") from error
                self._lose(context)
                continue
            version = f"Chromium {browser.version if browser else ''}".strip()
            body = html.encode("utf-8", "replace")
            return replace(page, body=body, headers={**page.headers, RENDERED: version})
        raise BrowserError(f"the browser was lost {self._lost} times: {reason}")

    async def close(self) -> None:
        """Forget what the crawl left in the browser."""
        from playwright.async_api import Error  # noqa: PLC0415 (optional)

        context, self._context = self._context, None
        if context is not None:
            try:
                await context.close()
            except Error as error:
                logger.debug("context lost at the end: %s", error)

    async def _open(self) -> "BrowserContext":
        if self._context is None:
            self._context = await self._chromium.context(user_agent=self._user_agent)
        return self._context

    def _lose(self, context: "BrowserContext") -> None:
        """Count a lost browser once, however many of its tabs notice."""
        if self._context is context:
            self._context = None
            self._lost += 1
            logger.warning("browser lost, times=%d", self._lost)


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
