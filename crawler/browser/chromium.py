"""The system's Chromium: where it is, how it is started, and that it is started once a process.

Nothing is ever downloaded. Playwright is imported when a page is rendered, and not before: the
rest of Wenxun does without it.
"""

import asyncio
import os
import shutil
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from crawler.errors import BrowserError, BrowserMissingError

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

# The shell without windows comes first: half the memory, and three times the pages a second.
_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Should a request ever slip by us, it leads nowhere: no name is resolved, and all goes through
    # a proxy that has such a name. WebRTC asks no proxy; the two browsers name its switch
    # differently.
    "--proxy-server=http://nowhere.invalid:1",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # A script that fills the memory ends its own tab.
    "--js-flags=--max-old-space-size=512",
)
_WITHOUT_WEBRTC = "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;"
_START_S = 30
_END_S = 5


def find_chromium(named: str | None) -> str:
    """Return the path of the browser: the one that is named, or the first of this system.

    Raises:
        BrowserMissingError: says what to install.
    """
    missing = []
    if find_spec("playwright") is None:
        missing.append("pip install 'wenxun[browser]'")
    found = next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)
    if found is None and named:
        raise BrowserMissingError(f"WENXUN_CHROMIUM names no program: {named}")
    if found is None:
        missing.append("a Chromium (Debian: apt-get install chromium-headless-shell)")
    if missing or found is None:
        raise BrowserMissingError(f"a browser is needed, please install: {', and '.join(missing)}")
    return found


class Chromium:
    """One browser, shared by the crawls of a process: the first page starts it. `close()` it."""

    def __init__(self, executable: str) -> None:
        self._executable = executable
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def context(self, *, user_agent: str) -> "BrowserContext":
        """Return a new context, in which nothing is remembered and nothing reaches out by itself.

        Raises:
            BrowserError: the browser does not start.
        """
        from playwright.async_api import Error  # noqa: PLC0415 (optional)

        async with self._starting:
            try:
                async with asyncio.timeout(_START_S):
                    return await _new_context(await self._running(), user_agent)
            except (Error, OSError, TimeoutError) as error:
                await self._end()
                reason = str(error).strip().partition("\n")[0] or "no answer"
                raise BrowserError(f"{self._executable} does not start: {reason}") from error

    async def close(self) -> None:
        """End the browser."""
        async with self._starting:
            await self._end()

    async def _running(self) -> "Browser":
        from playwright.async_api import async_playwright  # noqa: PLC0415 (optional)

        if self._browser is not None and self._browser.is_connected():
            return self._browser
        await self._end()
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=self._executable,
            args=[*_ARGUMENTS],
            # Chromium's sandbox refuses to run as root; every other user has it.
            chromium_sandbox=os.geteuid() != 0,
            # Ctrl-C is the crawl's to answer. SIGTERM reaches the driver only with a whole group,
            # and would end it before it tidies up.
            handle_sigint=False,
        )
        return self._browser

    async def _end(self) -> None:
        from playwright.async_api import Error  # noqa: PLC0415 (optional)

        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_END_S):
                if browser is not None:
                    await browser.close()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_END_S):
                if playwright is not None:
                    await playwright.stop()


async def _new_context(browser: "Browser", user_agent: str) -> "BrowserContext":
    context = await browser.new_context(
        user_agent=user_agent, locale="zh-CN", service_workers="block", accept_downloads=False
    )
    # What no page of ours answers for: windows that a page opens, sockets, WebRTC.
    await context.add_init_script(_WITHOUT_WEBRTC)
    await context.route("**/*", lambda route: route.abort("blockedbyclient"))
    await context.route_web_socket(lambda _: True, lambda socket: socket.close())
    return context
