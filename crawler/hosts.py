"""Which addresses may be spoken to: one gate for crawling, for counters and for deliveries.

Every address that a name resolves to is checked, and the caller connects to what was checked, so
that a name cannot change its meaning in between (DNS rebinding).
Source: https://www.iana.org/assignments/iana-ipv4-special-registry, RFC 6890, RFC 4291.
"""

import ipaddress
import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from crawler.errors import GuardError

_SCHEMES = {"http", "https"}
_NOT_IN_URLS = re.compile(r"[\x00-\x20\\]")
_PRIVATE_HINT = "set WENXUN_ALLOW_PRIVATE_HOSTS=1 if it is one of yours"
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def check_url(url: str) -> tuple[str, int]:
    """Return host and port of an http or https URL.

    Raises:
        GuardError: another scheme, no host, a backslash, or user names in the address.
    """
    if _NOT_IN_URLS.search(url):
        raise GuardError(url, "it holds a backslash, a blank or a control character")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise GuardError(url, str(error)) from error
    if parts.scheme not in _SCHEMES:
        raise GuardError(url, f"only http and https are, not {parts.scheme or 'no scheme'}")
    if not host:
        raise GuardError(url, "it names no host")
    if parts.username is not None or parts.password is not None:
        raise GuardError(url, "it carries a user name")
    return host, port or (443 if parts.scheme == "https" else 80)


def allowed_addresses(host: str, *, allow_private: bool, url: str | None = None) -> tuple[str, ...]:
    """Resolve a host and return its addresses, all of them checked. Blocks while it resolves.

    Raises:
        GuardError: one of them is private and private hosts are not allowed.
        OSError: the name cannot be resolved.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(str(info[4][0]) for info in found))
    check_addresses(host, addresses, allow_private=allow_private, url=url)
    return addresses


def check_addresses(
    host: str, addresses: tuple[str, ...], *, allow_private: bool, url: str | None = None
) -> None:
    """Check what a host was resolved to.

    Raises:
        GuardError: one of them is private and private hosts are not allowed.
    """
    if allow_private:
        return
    private = next((address for address in addresses if is_private(address)), None)
    if private is not None:
        where = host if host == private else f"{host} ({private})"
        raise GuardError(url or host, f"{where} is a private address; {_PRIVATE_HINT}")


@lru_cache(maxsize=256)  # every request asks, and a site has few hosts
def is_literal(host: str) -> bool:
    """Say whether a host is an IP address and no name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def is_private(address: str) -> bool:
    """Say whether an IP address is anything but a public unicast one, wrapped ones included."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    parsed = _unwrapped(parsed)
    return not parsed.is_global or parsed.is_multicast or parsed.is_reserved


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
