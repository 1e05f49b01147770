"""Addresses: one canonical form, and the form under which two addresses are the same.

Pure. Knows no CMS.

Source: RFC 3986 §5 and §6.2 (resolution, normalisation); https://url.spec.whatwg.org (blanks,
backslashes and line breaks in `href`).
"""

import hashlib
import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit

LONGEST = 2083  # letters; as far as Scrapy asks for an address, and as browsers did for long
_DEFAULT_PORTS = {"http": 80, "https": 443}
_EDGES = " \t\r\n\f\v\u3000\xa0\ufeff\u200b"
_LINE_BREAKS = re.compile(r"[\t\r\n\f\v]+")
_NESTED = re.compile(r"^https?:/*.*?(https?://)", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"[?#]")
_NO_SLASHES = re.compile(r"^(https?):/*(?=[^/])", re.IGNORECASE)
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_CLEAN = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")
_SAFE_PATH = "/%:@!$&'()*+,;=~"
_SAFE_QUERY = "/%:@!$&'()*+,;=~?"
_LETTERS = r"A-Za-z0-9\-_~!$&'()*+,="
_WAY = rf"(?:[{_LETTERS}][{_LETTERS}.]*/)*(?:[{_LETTERS}][{_LETTERS}.]*)?(?:\?[{_LETTERS}.:@/?]+)?"
# Addresses that are as they are to be, and those that only need what they start from.
_PORT = r":(?!(?:80|443)/)(?:[1-9]\d{0,3}|[1-5]\d{4})"
_CANONICAL = re.compile(rf"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:{_PORT})?/{_WAY}", re.ASCII)
_PLAIN = re.compile(rf"(?P<start>/|(?:\.\./)*)(?P<path>(?=[A-Za-z0-9_]){_WAY})")
_START = re.compile(r"https?://[^/?#]*")  # all that says where the host is
# What servers put into links for visitors without cookies (Java; ASP.NET; PHP, ASP and others).
_SESSION = re.compile(
    r";jsessionid=[^/?#]*|/\((?:[A-Z]\([^()/?#]*\))+\)(?=/)"
    r"|(?<=[?&])(?:jsessionid|phpsessid|aspsessionid[a-z]*)=[^&#]*(?:&|(?=#|$))",
    re.IGNORECASE,
)
_ANY_FILE = "x"
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|ppsx?|wps|et|dps|ofd|rtf|txt|csv|zip|rar|7z|gz|tar"
    r"|jpe?g|png|gif|bmp|webp|svg|tiff?|mp[34]|m4[av]|wav|wma|wmv|avi|flv|mov|swf|apk|exe)$",
    re.IGNORECASE,
)


@lru_cache(
    maxsize=4096
)  # a page names most addresses several times, and its list named them before
def canonical_url(href: str, *, base: str | None = None) -> str | None:
    """Return the one form in which an address is written, or None if it is no http(s) address.

    One of more than 2,083 letters is none: nobody asks for it, and no index of PostgreSQL keeps it.

    Without a fragment, default port and credentials; scheme and host in lower case; `..` resolved;
    blanks and line breaks of the `href` gone or encoded; percent-encoding normalised; of
    `http://a/http://b/` the inner address; without the number of a session, which is another for
    every visit. The rest of the query stays as it is, in order.
    """
    if (";" in href or "=" in href or "/(" in href) and _SESSION.search(href):
        href = _SESSION.sub("", href.partition("#")[0]).rstrip("?&")
    if _CANONICAL.fullmatch(href):
        return _if_not_too_long(href)
    if base and (plain := _PLAIN.fullmatch(href)) and plain["path"] != _ANY_FILE:
        # What a page's addresses begin with is worked out once.
        start = canonical_url(plain["start"] + _ANY_FILE, base=base)
        return _if_not_too_long(start.removesuffix(_ANY_FILE) + plain["path"]) if start else None
    href = clean_href(href)
    try:
        parts = urlsplit(urljoin(base, href) if base else href)
        host, port = parts.hostname, parts.port
    except ValueError:  # no address: bad port, unbalanced bracket
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    netloc = host.rstrip(".")
    if ":" in netloc:
        netloc = f"[{netloc}]"
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = _without_dots(_normal_encoding(parts.path, safe=_SAFE_PATH)) or "/"
    query = _normal_encoding(parts.query, safe=_SAFE_QUERY)
    url = f"{scheme}://{netloc}{path}?{query}" if query else f"{scheme}://{netloc}{path}"
    return _if_not_too_long(url)


def clean_href(href: str) -> str:
    """Return an `href` without the blanks, line breaks and doublings that editors leave in it."""
    href = _LINE_BREAKS.sub("", href.strip(_EDGES)).strip(_EDGES)
    if "\\" in href and "?" not in href:
        href = href.replace("\\", "/")
    if href[:4].lower() != "http":
        return href
    # A query may carry another address (`?url=http://…`): only a path never does.
    if (nested := _NESTED.match(href)) and not _QUERY.search(href, 0, nested.start(1)):
        href = href[nested.start(1) :]
    start = _NO_SLASHES.match(href)
    return f"{start[1]}://{href[start.end() :]}" if start else href


@lru_cache(maxsize=4096)
def url_key(url: str) -> str:
    """Return the canonical address without scheme and `www.`: identity ignores both."""
    rest = (canonical_url(url) or url).partition("://")[2] or url
    key = rest.removeprefix("www.")
    if len(key) <= LONGEST:
        return key
    # A redirect may lead to such an address.
    return f"{key[: LONGEST // 4]}#{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}"


def host_key(url: str) -> str:
    """Return host and non-default port of an address, in lower case, without `www.`."""
    start = _START.match(url)
    return _host_key(start[0] if start else url)


@lru_cache(maxsize=1024)  # every link of a page asks for the same few hosts
def _host_key(url: str) -> str:
    try:
        return _host_of(urlsplit(url))
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """Return the path of an address, "" where it cannot be read as one."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def is_file(url: str) -> bool:
    """Say whether an address names a document, archive, picture or film rather than a page."""
    return bool(_FILE.search(url.partition("?")[0].partition("#")[0]))


def _if_not_too_long(url: str) -> str | None:
    return url if len(url) <= LONGEST else None


def _host_of(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port = parts.port
    if port is None or port == _DEFAULT_PORTS.get(parts.scheme.lower()):
        return host
    return f"{host}:{port}"


def _normal_encoding(text: str, *, safe: str) -> str:
    if _CLEAN.fullmatch(text):
        return text
    decoded = _ENCODED.sub(_keep_or_decode, text)
    # A `%` that starts no escape is itself a character.
    decoded = re.sub(r"%(?![0-9A-F]{2})", "%25", decoded)
    return quote(decoded, safe=safe, encoding="utf-8", errors="replace")


def _keep_or_decode(match: re.Match[str]) -> str:
    char = unquote_to_bytes(match.group()).decode("latin-1")
    return char if char in _UNRESERVED else f"%{match.group(1).upper()}"


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)
