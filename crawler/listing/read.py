"""Read a list page: its items in page order, where it stands, and where the rest is.

Pure. What is special to a CMS comes in as `ListRules`.
"""

from collections.abc import Iterable
from dataclasses import replace

from crawler.discover import Link, LinkKind, Listing
from crawler.fields.absolute import base_of
from crawler.fields.links import canonical_url
from crawler.fields.list_dates import ListDate
from crawler.listing.addresses import Addresses
from crawler.listing.blocks import Block
from crawler.listing.items import neighbour_dates, read_item, with_year_of
from crawler.listing.main_list import list_blocks
from crawler.listing.paginator import Paginator
from crawler.listing.rules import ListRules
from crawler.page import Page


def read_list(page: Page, rules: ListRules) -> Listing | None:
    """Return what a list page says, or None if the page is no list.

    A page with a paginator or with a marked container, but without items, is an empty listing:
    the caller decides whether that is news or a fault.
    """
    paginator = rules.paginator(page)
    if rules.is_article(page, paginator):
        return None
    listing = listing_of(page, list_blocks(page, rules, paginator), rules, paginator)
    is_empty = not listing.links and paginator is None and not rules.containers(page)
    return None if is_empty else listing


def listing_of(
    page: Page, blocks: Iterable[Block], rules: ListRules, paginator: Paginator | None
) -> Listing:
    """Return the listing that these blocks and this paginator of a page make."""
    links = _links(page, blocks, rules)
    paginator = paginator or Paginator(nodes=())
    return Listing(
        url=canonical_url(page.url) or page.url,
        links=links,
        title=rules.title(page),
        page=paginator.page,
        pages=paginator.pages,
        total=paginator.total,
        next_url=paginator.next_url,
        page_urls=paginator.page_urls,
    )


def _links(page: Page, blocks: Iterable[Block], rules: ListRules) -> tuple[Link, ...]:
    found = [link for block in blocks for link in _block_links(page, block, rules.addresses)]
    unique: dict[str, Link] = {}
    for link in found:
        same = link.key or (link.url if link.kind is not LinkKind.SCRIPT else f"{id(link)}")
        unique[same] = _joined(unique[same], link) if same in unique else link
    links = tuple(unique.values())
    counters = rules.counters(page, [link.key for link in links if link.key])
    return tuple(
        replace(link, counter=counters.get(link.key)) if link.key else link for link in links
    )


def _block_links(page: Page, block: Block, addresses: Addresses) -> list[Link]:
    base = base_of(page)
    read = [
        (item, read_item(page, item, addresses=addresses, base=base, anchors=block.anchors))
        for item in block.items
    ]
    pairs = [(item, link) for item, link in read if link is not None]
    if any(link.listed_at for _, link in pairs):
        return [link for _, link in pairs]
    dates = neighbour_dates(page, [item for item, _ in pairs])
    return [
        _dated(link, with_year_of(link.url, date, page)) if date else link
        for (_, link), date in zip(pairs, dates, strict=True)
    ]


def _dated(link: Link, date: ListDate) -> Link:
    return replace(link, listed_text=date.printed, listed_at=date.at)


def _joined(first: Link, second: Link) -> Link:
    """Join two rows of one article (picture and text): what one of them lacks the other has."""
    return replace(
        first,
        title=second.title if first.title is None or first.truncated else first.title,
        truncated=first.truncated and second.truncated,
        listed_text=first.listed_text or second.listed_text,
        listed_at=first.listed_at or second.listed_at,
        sticky=first.sticky or second.sticky,
    )
