"""Find the link to the next list page again, where the rules for paginators do not. Pure.

What may be one is told by what it is called anywhere: a label for screen readers, a picture's name,
a class. Whether it is one is only proved by the page that it leads to.
"""

import re
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborNode

from crawler.discover import Listing
from crawler.families import listing_in
from crawler.fields.links import canonical_url, url_key
from crawler.fields.tree import attribute
from crawler.listing.pager_links import link_url
from crawler.page import Page
from crawler.repairing.lists import ListSample
from crawler.repairing.naming import candidates

_NEXT = re.compile(
    r"下一?[页頁]|后一?页|\bnext|\bolder|\bforward|\bfwd\b|\barrow|[>›»→]\s*$", re.IGNORECASE
)
_NAMES = ("rel", "aria-label", "title", "class", "id")
_MOST = 3  # links of a page that are tried
_LEAST_FRESH = 3  # links of the next page that the first one does not have
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_-]")


def lacks_next(sample: ListSample, selectors: Mapping[str, str]) -> bool:
    """Say whether a list that had several pages is read, and its next page is not found."""
    listing = listing_in(sample.page.wanting(selectors))
    if listing is None or listing.next_url:
        return False
    return bool(listing.links) and sample.pages > 1


def next_links(page: Page) -> list[tuple[str, str]]:
    """Return selectors of links that may lead to the next page, with their addresses."""
    own = url_key(page.url)
    found: dict[str, str] = {}
    for link in page.tree.css("a, [onclick]"):
        url = link_url(link, page.url) if _NEXT.search(_names_of(link)) else None
        if url is None or url_key(url) == own or url in found.values():
            continue
        css = next((one.css for one in candidates(link) if _is_only(page, one.css, link)), None)
        if css is not None:
            found[css] = url
    return list(found.items())[:_MOST]


def is_next(first: Listing, page: Page, sample: ListSample, selectors: Mapping[str, str]) -> bool:
    """Say whether a page continues a list: other items in it, of which some are known."""
    listing = listing_in(page.wanting(selectors))
    if listing is None:
        return False
    before = {link.url for link in first.links}
    fresh = [link for link in listing.links if link.url not in before]
    known = {item.url_key for item in sample.items}
    is_known = any(url_key(link.url) in known for link in fresh)
    return len(fresh) >= min(_LEAST_FRESH, len(listing.links)) > 0 and is_known


def _names_of(link: LexborNode) -> str:
    return " ".join(_words(link))


def _words(link: LexborNode) -> Iterator[str]:
    yield (link.text() or "").strip()
    for name in _NAMES:
        yield _CAMEL.sub(" ", attribute(link, name) or "")
    for inner in link.css("img, i, span, svg")[:3]:
        yield attribute(inner, "alt") or ""
        yield _CAMEL.sub(" ", attribute(inner, "class") or "")


def _is_only(page: Page, css: str, link: LexborNode) -> bool:
    found = page.tree.css(css)
    urls = {canonical_url(attribute(one, "href") or "", base=page.url) for one in found}
    return bool(found) and found[0].mem_id == link.mem_id and len(urls) == 1
