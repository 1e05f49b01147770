"""Fetch one page by hand, behind the same gate as a crawl."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import urljoin

import httpcore
import httpx

from crawler.counters import is_incrementing
from crawler.errors import FetchError, GuardError
from crawler.fields.links import host_key
from crawler.hosts import allowed_addresses, check_url
from crawler.page import Page

_TIMEOUT_S = 30.0
_BODY_LIMIT = 15 * 1024 * 1024
_REDIRECTS = 5
_BECOMES_GET = {301, 302, 303}
_NO_HEADERS: Mapping[str, str] = {}


class PinnedBackend(httpcore.SyncBackend):
    """Connects to the address that was checked, never to what the name says a moment later."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, connect.

        Raises:
            GuardError: the host is private.
            httpcore.ConnectError: it cannot be resolved or reached.
        """
        try:
            addresses = allowed_addresses(host, allow_private=self._allow_private)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error.strerror or error}") from error
        return super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)


def guarded_client(
    *, allow_private: bool, verify: bool = True, timeout_s: float = _TIMEOUT_S
) -> httpx.Client:
    """Return an httpx client whose every connection passes the gate; no redirects, no proxies."""
    transport = httpx.HTTPTransport(verify=verify, trust_env=False)
    transport._pool._network_backend = PinnedBackend(allow_private=allow_private)  # noqa: SLF001 (httpx offers no other way to choose the address)
    return httpx.Client(transport=transport, timeout=timeout_s, trust_env=False)


def fetch_page(
    url: str,
    *,
    user_agent: str,
    allow_private: bool,
    headers: Mapping[str, str] = _NO_HEADERS,
    verify: bool = True,
    method: str = "GET",
    content: bytes | None = None,
) -> Page:
    """Fetch one page, following at most five redirects; every hop passes the gate.

    `headers` are for the address's own host: a redirect to another one goes without them.

    Raises:
        FetchError: it cannot be reached, is too large, or redirects without end.
        GuardError: the address or a hop is not allowed.
    """
    own = host_key(url)
    with guarded_client(allow_private=allow_private, verify=verify) as client:
        for _ in range(_REDIRECTS + 1):
            check_url(url)
            if is_incrementing(url):
                raise GuardError(url, "it would count a visit")
            sent = {"user-agent": user_agent, **(headers if host_key(url) == own else {})}
            response, body = _ask(client, url, method=method, headers=sent, content=content)
            if not response.has_redirect_location:
                return Page(
                    url=url,
                    status=response.status_code,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=body,
                    fetched_at=datetime.now(UTC),
                )
            url = urljoin(url, response.headers["location"])
            if response.status_code in _BECOMES_GET:
                method, content = "GET", None
    raise FetchError(url, f"more than {_REDIRECTS} redirects")


def _ask(
    client: httpx.Client,
    url: str,
    *,
    method: str,
    headers: Mapping[str, str],
    content: bytes | None,
) -> tuple[httpx.Response, bytes]:
    body = bytearray()
    try:
        with client.stream(method, url, headers=headers, content=content) as response:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > _BODY_LIMIT:
                    raise FetchError(url, f"the body is larger than {_BODY_LIMIT >> 20} MB")
            return response, bytes(body)
    except httpx.HTTPError as error:
        raise FetchError(url, str(error) or type(error).__name__) from error
