"""Keep the crawl where it may go: schemes, hosts, resolved addresses, counters that count visits.

Everything that Scrapy downloads passes here: pages, redirects, robots.txt, counters.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from OpenSSL.SSL import Error as SSLError
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.httpobj import urlparse_cached
from service_identity.exceptions import VerificationError
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.web.client import ResponseFailed

from crawler.counters import is_incrementing
from crawler.errors import GuardError
from crawler.hosts import check_addresses, check_url, is_literal

_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}


# A request may carry a function that says of an address whether it may lead there: it goes with
# the request through its redirects.
ALLOWED = "wenxun_allowed"


class NotAllowedError(IgnoreRequest):
    """An address that the crawl must not request. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class GuardMiddleware:
    """The first downloader middleware: nothing passes unchecked or unnamed, no redirect either."""

    def __init__(self, *, allow_private: bool, user_agent: str, timeout_s: float) -> None:
        self._allow_private = allow_private
        self._headers = {**_HEADERS, "User-Agent": user_agent}
        self._timeout_s = timeout_s

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it from Scrapy's settings."""
        settings = crawler.settings
        return cls(
            allow_private=settings.getbool("WENXUN_ALLOW_PRIVATE_HOSTS"),
            user_agent=str(settings["USER_AGENT"]),
            timeout_s=settings.getfloat("DOWNLOAD_TIMEOUT"),
        )

    def process_request(self, request: Request) -> None:
        """Check an address before it is requested, and say who asks and for how long.

        Raises:
            NotAllowedError: it is not allowed.
        """
        try:
            host, _ = check_url(request.url)
            if is_literal(host):
                check_addresses(host, (host,), allow_private=self._allow_private, url=request.url)
        except GuardError as error:
            raise NotAllowedError(str(error)) from error
        if is_incrementing(request.url):
            raise NotAllowedError(f"{request.url} would count a visit")
        is_ours = request.meta.get(ALLOWED)
        if is_ours is not None and not is_ours(request.url):
            raise NotAllowedError(
                f"{host} is no host of this site: `fetch_hosts` of its file may name it"
            )
        for name, value in self._headers.items():
            request.headers.setdefault(name, value)
        request.meta.setdefault("download_timeout", self._timeout_s)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say why a name led nowhere, where it was the resolver that refused it.

        Raises:
            NotAllowedError: the name leads to an address that is not allowed.
        """
        reason = GuardedResolver.refused.get(urlparse_cached(request).hostname or "")
        if reason is not None:
            raise NotAllowedError(reason) from exception


class GuardedResolver(CachingThreadedResolver):
    """Resolves names for the whole process; the address that is checked is the one connected to.

    `refused` says why a name was not resolved: Twisted passes on that it was not, but no reason.
    """

    refused: ClassVar[dict[str, str]] = {}

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, *, allow_private: bool
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Make it from Scrapy's settings."""
        settings = crawler.settings
        return cls(
            reactor,
            settings.getint("DNSCACHE_SIZE"),
            settings.getfloat("DNS_TIMEOUT"),
            allow_private=settings.getbool("WENXUN_ALLOW_PRIVATE_HOSTS"),
        )

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 (Twisted's name)
        """Resolve a name and check what came out."""
        found = super().getHostByName(name, timeout)
        found.addCallback(self._check, name)
        return found

    def _check(self, address: Any, name: str) -> Any:
        try:
            check_addresses(name, (str(address),), allow_private=self._allow_private)
        except GuardError as error:
            self.refused[name] = str(error)
            raise DNSLookupError(str(error)) from error
        return address


def sentence(error: BaseException) -> str:
    """Return the innermost reason: Twisted wraps the one that tells something."""
    told = _innermost(error)
    return str(told) or type(told).__name__


def is_tls(error: BaseException) -> bool:
    """Say whether it was the certificate, or the encryption, that no connection came about."""
    return isinstance(_innermost(error), (SSLError, VerificationError))


def _innermost(error: BaseException) -> BaseException:
    reasons = getattr(error, "reasons", None)
    if not reasons and isinstance(error.__cause__, ResponseFailed):
        return _innermost(error.__cause__)
    return _innermost(reasons[0].value) if reasons else error
