"""RSS and Atom feeds: given as a start address they are read as lists.

No CMS, but found in front of many. What a feed says of its articles beyond title, address and date
is not used: the page says it better.

Source: RFC 4287 (Atom), RFC 5005 (paged feeds); https://www.rssboard.org/rss-specification;
https://web.resource.org/rss/1.0/spec (RDF).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from crawler.discover import Link, LinkKind, Listing
from crawler.families import Family, known_key, no_key
from crawler.fields.blanks import tidy
from crawler.fields.feed_marks import is_feed
from crawler.fields.links import canonical_url, host_key, is_file, url_key
from crawler.fields.list_dates import full_date, zone_of
from crawler.page import Page

_DATES = ("published", "pubDate", "date", "updated")
_MARKUP = re.compile(r"<[^<>]*>")
_FIRST_YEAR = 1990

Element = Any  # lxml has no types


def read_listing(page: Page) -> Listing | None:
    """Return the items of a feed, newest first; those without a date come last, in feed order.

    None for a body that is no feed.
    """
    feed = _parsed(page)
    if feed is None:
        return None
    links = [link for entry in _entries(feed) if (link := _link(page, entry))]
    dated = [link for link in links if link.listed_at is not None]
    dated.sort(key=lambda link: link.listed_at or page.fetched_at, reverse=True)
    # The head of RSS is an element of its own, that of Atom the feed itself.
    head = next(_children(feed, "channel"), feed)
    return Listing(
        url=canonical_url(page.url) or page.url,
        links=(*dated, *(link for link in links if link.listed_at is None)),
        title=_text(head, "title"),
        next_url=_next(page, head),
    )


def _parsed(page: Page) -> Element | None:
    """Return the root of a feed, mended where it is broken. Nothing outside of it is read."""
    if not is_feed(page.source):
        return None
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, encoding="utf-8"
    )
    try:
        return etree.fromstring(page.source, parser)
    except etree.XMLSyntaxError:  # beyond mending
        return None


def _entries(feed: Element) -> Iterator[Element]:
    return (node for node in feed.iter("{*}item", "{*}entry"))


def _children(node: Element, *names: str) -> Iterator[Element]:
    """Yield the children of these local names, the names in turn."""
    return (child for name in names for child in node.iterchildren(f"{{*}}{name}"))


def _link(page: Page, entry: Element) -> Link | None:
    address = _address(entry)
    url = canonical_url(address, base=page.url) if address else None
    if url is None:
        return None
    own = host_key(url) == host_key(page.url)
    kind = LinkKind.FILE if is_file(url) else LinkKind.ARTICLE if own else LinkKind.EXTERNAL
    printed = _text(entry, *_DATES)
    return Link(
        url=url,
        kind=kind,
        key=(known_key(url) or url_key(url)) if kind is LinkKind.ARTICLE else None,
        title=_text(entry, "title"),
        listed_text=printed,
        listed_at=_instant(page, printed) if printed else None,
    )


def _address(entry: Element) -> str | None:
    """Return the address of an entry: its link, or the guid that is one."""
    for link in _children(entry, "link"):
        href = link.get("href")
        if href and link.get("rel", "alternate") == "alternate":
            return str(href)
        if text := "".join(link.itertext()).strip():
            return text
    guid = next(_children(entry, "guid"), None)
    if guid is not None and guid.get("isPermaLink", "true") == "true":
        return "".join(guid.itertext()).strip() or None
    return None


def _next(page: Page, head: Element) -> str | None:
    hrefs = (link.get("href") for link in _children(head, "link") if link.get("rel") == "next")
    return next((canonical_url(href, base=page.url) for href in hrefs if href), None)


def _text(node: Element, *names: str) -> str | None:
    """Return the text of the first of these children that has one.

    It may be escaped markup (`&lt;b&gt;`, CDATA): what it shows counts.
    """
    for child in _children(node, *names):
        text = "".join(child.itertext("*"))
        if text := tidy(unescape(_MARKUP.sub("", text))):
            return text
    return None


def _instant(page: Page, printed: str) -> datetime | None:
    """Return a date of a feed as aware UTC; without a zone it is the site's. None if absurd."""
    found = _by_rfc(printed)
    if found is None:
        said = full_date(printed, now=page.fetched_at, zone=zone_of(page.timezone))
        return said.at if said else None
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone_of(page.timezone))
    at = found.astimezone(UTC)
    return at if at.year >= _FIRST_YEAR and at <= page.fetched_at + timedelta(days=1) else None


def _by_rfc(printed: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(printed)
        except (ValueError, TypeError, OverflowError):
            continue
    return None


FAMILY = Family(
    name="feed",
    rank=1,
    recognises=lambda page: is_feed(page.source),
    article=lambda _page: None,
    listing=read_listing,
    has_frame=lambda page: is_feed(page.source),
    article_key=no_key,
)
