"""Fetch some pages of one site by hand: from the network with the manners of a crawl, or a folder.

For trials of a few pages; a crawl has Scrapy.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from protego import Protego

from crawler.browser.errand import Errand, sent_headers
from crawler.errors import FetchError
from crawler.fetch import fetch_page
from crawler.fields.links import host_key
from crawler.page import Page
from crawler.site import Site

_HOME_FILES = ("index.htm", "index.html", "main.htm", "main.html", "default.htm", "default.html")
_OTHER_END = {".htm": ".html", ".html": ".htm"}
_OK, _NOT_FOUND, _SERVER_ERROR = 200, 404, 500
_LONGEST_DELAY_S = 60.0


class Visitor:
    """Fetches pages one after another, waits between two, and obeys robots.txt.

    `headers` are sent to `own_hosts` (as `host_key` names them) alone.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow_private: bool,
        delay_s: float,
        headers: Mapping[str, str],
        own_hosts: Collection[str],
        verify_tls: bool,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._user_agent = user_agent
        self._allow_private = allow_private
        self._delay_s = delay_s
        self._headers = headers
        self._own_hosts = own_hosts
        self._verify_tls = verify_tls
        self._sleep = sleep
        self._robots: dict[str, Protego] = {}
        self._is_first = True

    def fetch(self, url: str) -> Page:
        """Return a page.

        Raises:
            FetchError: it cannot be reached, or robots.txt forbids it or cannot be read.
            GuardError: the address is not allowed.
        """
        return self._get(url, self._allowed_delay(url))

    def bring(self, errand: Errand) -> Page:
        """Return what a page's scripts ask for.

        Raises:
            FetchError: it cannot be reached, or robots.txt forbids it or cannot be read.
            GuardError: the address is not allowed.
        """
        return self._get(errand.url, self._allowed_delay(errand.url), errand)

    def _allowed_delay(self, url: str) -> float:
        robots = self._robots_of(url)
        if not robots.can_fetch(url, self._user_agent):
            raise FetchError(url, "robots.txt forbids it")
        return robots.crawl_delay(self._user_agent) or 0.0

    def _robots_of(self, url: str) -> Protego:
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            page = self._get(f"{root}/robots.txt", 0.0)
            if page.status >= _SERVER_ERROR:
                raise FetchError(url, f"robots.txt answers {page.status}, so nothing may be read")
            is_there = page.status == _OK and "<html" not in page.text[:500].lower()
            self._robots[root] = Protego.parse(page.text if is_there else "")
        return self._robots[root]

    def _get(self, url: str, delay_s: float, errand: Errand | None = None) -> Page:
        if not self._is_first:
            self._sleep(min(max(self._delay_s, delay_s), _LONGEST_DELAY_S))
        self._is_first = False
        return fetch_page(
            url,
            user_agent=self._user_agent,
            allow_private=self._allow_private,
            headers={**(sent_headers(errand) if errand else {}), **self._own_headers(url)},
            verify=self._verify_tls,
            method=errand.method if errand else "GET",
            content=errand.body if errand else None,
        )

    def _own_headers(self, url: str) -> Mapping[str, str]:
        return self._headers if host_key(url) in self._own_hosts else {}


def folder_fetch(folder: Path, *, now: datetime | None = None) -> Callable[[str], Page]:
    """Return a function that finds the pages of a site in a folder where a mirror tool put them.

    A page that is not there answers 404, as a server would.
    """

    def fetch(url: str) -> Page:
        path = _file_of(folder, url)
        try:
            body = path.read_bytes() if path else b""
        except OSError as error:
            raise FetchError(url, f"{path}: {error.strerror or error}") from error
        at = now or datetime.now(UTC)
        return Page(url=url, status=200 if path else _NOT_FOUND, body=body, fetched_at=at)

    return fetch


def as_site_wants(fetch: Callable[[str], Page], site: Site) -> Callable[[str], Page]:
    """Return the same fetching, whose pages are read as the site's file says."""

    def fetched(url: str) -> Page:
        return replace(
            fetch(url), timezone=site.timezone, selectors=site.selectors, family=site.family
        )

    return fetched


def _file_of(folder: Path, url: str) -> Path | None:
    root = folder.resolve()
    path = root / unquote(urlsplit(url).path).lstrip("/")
    names = [path / name for name in _HOME_FILES]
    for one in (path, path.with_suffix(_OTHER_END.get(path.suffix, path.suffix)), *names):
        found = one.resolve()
        if found.is_relative_to(root) and found.is_file():
            return found
    return None
