"""robots.txt as RFC 9309 has it: an unreachable one (5xx, no answer) forbids everything.

Scrapy's own middleware crawls on in that case, and knows no `Crawl-delay`, which many sites of
institutions set; both are added here.
Source: RFC 9309, 2.3.1.3 and 2.3.1.4.
"""

import logging
import zlib
from asyncio import Event

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.classify import no_page
from crawler.guard import NotAllowedError, is_tls, sentence
from crawler.live_spider import LiveSpider
from crawler.wordings import State

logger = logging.getLogger(__name__)

_LONGEST_DELAY_S = 60.0
_SERVER_ERROR = 500
_TOO_MANY = 429
_OK = 200
# What the network, the gate or a broken body can do; Scrapy wraps most of what Twisted raises.
UNREADABLE = (
    CannotResolveHostError, DownloadCancelledError, DownloadConnectionRefusedError,
    DownloadFailedError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError,
    UnsupportedURLSchemeError, ConnectError, ConnectionClosed, OSError, EOFError,
    zlib.error,
)  # fmt: skip


class ForbiddenByRobotsError(NotAllowedError):
    """The site's robots.txt forbids this address."""


class RobotsUnreachableError(NotAllowedError):
    """The site's robots.txt cannot be read, so nothing of the site may be."""


class RobotsBehindTlsError(RobotsUnreachableError):
    """The site's certificate is not to be trusted, so that not even its robots.txt is read."""


class RobotsBehindChallengeError(RobotsUnreachableError):
    """The site's robots.txt is kept from us by a challenge or a firewall, and so is the site."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Obey robots.txt, each host's once a crawl."""

    _asked: dict[str, Event]
    _answers: dict[str, RobotParser | RobotsUnreachableError]

    async def process_request(self, request: Request) -> None:  # type: ignore[override]  # Scrapy's takes a deprecated spider too
        """Let a request pass, or not.

        Raises:
            ForbiddenByRobotsError: the rules forbid it.
            RobotsUnreachableError: the rules cannot be read (RobotsBehindChallengeError: for what
                stands before the site).
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        answer = await self._answer(request)
        if isinstance(answer, RobotsUnreachableError):
            raise type(answer)(answer.reason)
        # The rules for us hold, whatever name a site file has us say.
        if not answer.allowed(request.url, str(self._default_useragent)):
            raise ForbiddenByRobotsError(f"robots.txt forbids {request.url}")

    async def _answer(self, request: Request) -> RobotParser | RobotsUnreachableError:
        if not hasattr(self, "_asked"):
            self._asked, self._answers = {}, {}
        netloc = urlparse_cached(request).netloc
        if netloc in self._asked:
            await self._asked[netloc].wait()
        else:
            self._asked[netloc] = Event()
            try:
                self._answers[netloc] = await self._read(request)
            finally:
                # Whatever went wrong: nobody waits for ever, and no rules are no permission.
                self._answers.setdefault(
                    netloc, RobotsUnreachableError(f"robots.txt of {netloc} cannot be read")
                )
                self._asked[netloc].set()
        return self._answers[netloc]

    async def _read(self, request: Request) -> RobotParser | RobotsUnreachableError:
        parts = urlparse_cached(request)
        url = f"{parts.scheme}://{parts.netloc}/robots.txt"
        meta = {"dont_obey_robotstxt": True, "download_timeout": 20}
        ask = Request(
            url,
            priority=self.DOWNLOAD_PRIORITY,
            meta=meta,
            callback=NO_CALLBACK,
            headers=self._site_headers(url),
        )
        try:
            response = await self.crawler.engine.download_async(ask)
        except UNREADABLE as error:
            reason = f"{url} cannot be read, so nothing of the site may be: {sentence(error)}"
            kind = RobotsBehindTlsError if is_tls(error) else RobotsUnreachableError
            return kind(reason)
        if response.status >= _SERVER_ERROR or response.status == _TOO_MANY:
            return self._unreadable(response)
        return self._rules(response, request)

    def _site_headers(self, url: str) -> dict[str, str]:
        """Return what the site file sets: what stands before the pages stands before this too."""
        crawl = getattr(self.crawler.spider, "crawl", None)
        return {} if crawl is None else dict(crawl.headers(url))

    def _unreadable(self, response: Response) -> RobotsUnreachableError:
        spider = self.crawler.spider
        verdict = no_page(spider.page(response)) if isinstance(spider, LiveSpider) else None
        said = verdict.evidence if verdict else f"status {response.status}"
        reason = f"{response.url} answers with {said}, so nothing of the site may be read"
        if verdict is not None and verdict.state in {State.CHALLENGE, State.WAF}:
            return RobotsBehindChallengeError(reason)
        return RobotsUnreachableError(reason)

    def _rules(self, response: Response, request: Request) -> RobotParser:
        # Anything but 200 means that there are no rules (4xx, 2.3.1.3).
        body = response.body if response.status == _OK else b""
        parser = ProtegoRobotParser(body, self.crawler.spider)
        delay_s = parser.crawl_delay(str(self._default_useragent))
        if delay_s:
            self._slow_down(request, min(delay_s, _LONGEST_DELAY_S))
        return parser

    def _slow_down(self, request: Request, delay_s: float) -> None:
        _, slot = self.crawler.engine.downloader._get_slot(request)  # noqa: SLF001 (as AutoThrottle does)
        slot.delay = max(slot.delay, delay_s)
        throttle = self.crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay_s)
