"""What a page's scripts ask for, and what becomes of it. Pure.

Only what can write text is fetched: scripts, and what scripts fetch. What a page merely shows is
answered empty, because scripts wait for it; all else is refused, and so is every address that
counts a visit or watches the reader.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from crawler.browser.trackers import TRACKERS
from crawler.counters import is_incrementing

ERRANDS_A_PAGE = 100
BYTES_A_PAGE = 30 * 1024 * 1024

_FETCHED = {"script", "xhr", "fetch"}
_SHOWN = {"image", "stylesheet"}
_METHODS = {"GET", "POST", "HEAD"}
# Sent by the crawl as it sends them with every request, or only of use between browser and server.
# A page's cookies go nowhere: those of the site file are the only ones.
_NOT_SENT = re.compile(
    r"user-agent|cookie|host|connection|content-length|accept-encoding|accept-language|if-.+|range"
    r"|sec-.+|upgrade-insecure-requests|cache-control|pragma|priority|proxy-.+"
)
_NOT_GIVEN = re.compile(
    r"content-encoding|content-length|transfer-encoding|connection|keep-alive|set-cookie"
    r"|content-security-policy.*|alt-svc|strict-transport-security"
)


class Answer(StrEnum):
    """What becomes of a request of a page."""

    FETCH = "fetch"
    EMPTY = "empty"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One request of a page. `kind` is the browser's word for its use; names are lower-case."""

    url: str
    kind: str
    method: str = "GET"
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What the crawl brought back. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ErrandError(Exception):
    """The crawl came back with nothing; the page is told that the network failed."""

    def __init__(self, url: str, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(f"{url}: {reason}")
        self.timed_out = timed_out


def answer_to(errand: Errand) -> Answer:
    """Say what becomes of a request; the page's own document is none of these."""
    if errand.kind in _SHOWN:
        return Answer.EMPTY
    wanted = errand.kind in _FETCHED and errand.method in _METHODS
    if not wanted or is_incrementing(errand.url) or _is_tracker(errand.url):
        return Answer.REFUSE
    return Answer.FETCH


def sent_headers(errand: Errand) -> dict[str, str]:
    """Return the headers that a script may set; how we name ourselves is not its to say."""
    return {k: v for k, v in errand.headers.items() if not _NOT_SENT.fullmatch(k)}


def given_headers(fetched: Fetched) -> dict[str, str]:
    """Return the headers of an answer as the page gets them."""
    return {k: v for k, v in fetched.headers.items() if not _NOT_GIVEN.fullmatch(k)}


def _is_tracker(url: str) -> bool:
    labels = (urlsplit(url).hostname or "").split(".")
    return any(".".join(labels[start:]) in TRACKERS for start in range(len(labels)))
