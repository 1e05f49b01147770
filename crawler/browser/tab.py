"""One page in a tab: its scripts run, ask us for what they need, and come to rest."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from crawler.browser.errand import (
    BYTES_A_PAGE,
    ERRANDS_A_PAGE,
    Answer,
    Errand,
    ErrandError,
    Fetched,
    answer_to,
    given_headers,
)
from crawler.errors import HungPageError
from crawler.fields.links import host_key
from crawler.page import Page

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Route
    from playwright.async_api import Page as Tab

logger = logging.getLogger(__name__)

# Brings what a script asks for. Raises ErrandError where it cannot.
Fetch = Callable[[Errand], Awaitable[Fetched]]

QUIET_S = 0.5  # without a request: the page has written what it has to write
LONGEST_S = 15.0  # of the page's own time; what it waits for is not counted
_ANSWER_S = 10.0  # a tab that does not answer for so long has a script that never ends
_LOOK_S = 0.05
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


async def run_scripts(
    context: "BrowserContext", page: Page, *, fetch: Fetch, check: Callable[[], None]
) -> str:
    """Return the page as its scripts have written it; the context is closed.

    `check` is called often, and may raise to leave the page.

    Raises:
        HungPageError: its scripts do not end, or what they asked its own host for did not come.
        Exception: what `fetch` or `check` raised.
        playwright.async_api.Error: the tab or the browser was lost.
    """
    errands = _Errands(page, fetch)
    try:
        async with _tab(context) as tab:
            await tab.route("**/*", errands.answer)
            async with asyncio.timeout(_ANSWER_S):
                await tab.goto(page.url, wait_until="commit")
            html = await _at_rest(tab, errands, check)
    except TimeoutError as error:
        reason = f"its scripts hold the page for more than {_ANSWER_S:.0f} s"
        raise HungPageError(page.url, reason) from error
    if errands.error is not None:
        raise errands.error
    if errands.waited_in_vain:
        raise HungPageError(page.url, f"its scripts waited in vain for {errands.waited_in_vain}")
    logger.debug("rendered url=%s asked=%d failed=%s", page.url, errands.begun, errands.failed)
    return html


@asynccontextmanager
async def _tab(context: "BrowserContext") -> "AsyncIterator[Tab]":
    """Open a tab; close the context with it, and with all that the page opened."""
    from playwright.async_api import Error  # noqa: PLC0415 (optional)

    try:
        async with asyncio.timeout(_ANSWER_S):
            tab = await context.new_page()
        yield tab
    finally:
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_ANSWER_S):
                await context.close()


async def _at_rest(tab: "Tab", errands: "_Errands", check: Callable[[], None]) -> str:
    """Return the document once no request has been open for a while, or its time is up.

    Reading the document waits for the script that runs; a request that it made meanwhile starts
    the waiting anew.
    """
    own_s = 0.0
    while True:
        quiet_s, begun = 0.0, errands.begun
        while quiet_s < QUIET_S and own_s < LONGEST_S:
            check()
            await asyncio.sleep(_LOOK_S)
            still = not errands.open and errands.begun == begun
            own_s += 0 if errands.open else _LOOK_S
            quiet_s = quiet_s + _LOOK_S if still else 0.0
            begun = errands.begun
        async with asyncio.timeout(_ANSWER_S):
            html = await tab.content()
        if errands.begun == begun or own_s >= LONGEST_S:
            return html


class _Errands:
    """Answers the requests of one page."""

    def __init__(self, page: Page, fetch: Fetch) -> None:
        self._page = page
        self._fetch = fetch
        self._bytes_left = BYTES_A_PAGE
        self._arrived = False
        self.begun = 0
        self.open = 0
        self.failed: list[str] = []
        self.waited_in_vain: str | None = None
        self.error: Exception | None = None

    async def answer(self, route: "Route") -> None:
        """Answer a request; nobody waits for the answer where the tab is gone."""
        from playwright.async_api import Error  # noqa: PLC0415 (optional)

        try:
            with suppress(Error):
                if route.request.is_navigation_request():
                    await self._navigation(route)
                else:
                    await self._errand(route, _errand(route))
        except Exception as error:  # noqa: BLE001 (raised by `run_scripts`, not in another tab's call)
            self.error = error

    async def _navigation(self, route: "Route") -> None:
        """Give the page that was fetched; lead nowhere else: that is a state to report."""
        if self._arrived:
            await route.abort("aborted")
            return
        self._arrived = True
        kind = {"content-type": "text/html; charset=utf-8"}
        await route.fulfill(status=200, headers=kind, body=self._page.source)

    async def _errand(self, route: "Route", errand: Errand) -> None:
        answer = answer_to(errand)
        if answer is Answer.EMPTY:
            await _answer_empty(route, errand)
        elif answer is Answer.REFUSE or self.begun >= ERRANDS_A_PAGE or self._bytes_left <= 0:
            await route.abort("blockedbyclient")
        else:
            self.begun += 1
            self.open += 1
            try:
                await self._bring(route, errand)
            finally:
                self.open -= 1

    async def _bring(self, route: "Route", errand: Errand) -> None:
        try:
            fetched = await self._fetch(errand)
        except ErrandError as error:
            self.failed.append(str(error))
            if error.timed_out and host_key(errand.url) == host_key(self._page.url):
                self.waited_in_vain = errand.url
            await route.abort("failed")
            return
        self._bytes_left -= len(fetched.body)
        headers, body = given_headers(fetched), fetched.body
        if errand.kind == "script":
            # Its encoding is that of the page, where it names none; and the page came as UTF-8.
            headers["content-type"] = "text/javascript; charset=utf-8"
            body = _as_utf8(errand.url, fetched, self._page)
        await route.fulfill(status=fetched.status, headers=headers, body=body)


def _errand(route: "Route") -> Errand:
    request = route.request
    return Errand(
        url=request.url,
        kind=request.resource_type,
        method=request.method,
        headers=request.headers,
        body=request.post_data_buffer,
    )


def _as_utf8(url: str, fetched: Fetched, page: Page) -> bytes:
    """Return a script as UTF-8, read by the rules by which pages are read."""
    script = Page(url=url, headers=fetched.headers, body=fetched.body, fetched_at=page.fetched_at)
    return script.source


async def _answer_empty(route: "Route", errand: Errand) -> None:
    """Answer what a page shows: with nothing to see, and no error that its scripts would hear."""
    if errand.kind == "image":
        await route.fulfill(status=200, headers={"content-type": "image/gif"}, body=_PIXEL)
    else:
        await route.fulfill(status=200, headers={"content-type": "text/css"}, body=b"")
