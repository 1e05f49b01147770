"""Read a VSB list page: its items in page order, where it stands, and where the rest is.

Pure. Returns None for pages that are articles (also columns that are themselves one article) and
for pages without a list.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from crawler.discover import Link, LinkKind, Listing
from crawler.families.vsb.addresses import news_id
from crawler.families.vsb.blocks import Block
from crawler.families.vsb.items import neighbour_dates, read_item
from crawler.families.vsb.main_list import list_blocks
from crawler.families.vsb.paginator import Paginator, read_paginator
from crawler.fields.links import canonical_url
from crawler.fields.views import listed_counters, visits
from crawler.page import Page

_ARTICLE_FORM = "_newscontent_fromname"
_BODY = ".v_news_content, [id^=vsb_content], #vsb_newscontent"
_COLUMN_ARTICLE = re.compile(r"_addDynClicks\(\s*[\"']wbnews[\"']")
_TITLE_END = re.compile(r"\s*[-_|—–]+\s*")


def read_listing(page: Page) -> Listing | None:
    """Return what a list page says, or None if the page is no list.

    A page with a paginator but without items is an empty listing: the caller decides whether that
    is news or a fault.
    """
    paginator = read_paginator(page)
    if _is_article(page, paginator):
        return None
    links = _links(page, list_blocks(page, paginator))
    if not links and paginator is None:
        return None
    paginator = paginator or Paginator(nodes=())
    return Listing(
        url=canonical_url(page.url) or page.url,
        links=links,
        title=_column_name(page),
        page=paginator.page,
        pages=paginator.pages,
        total=paginator.total,
        next_url=paginator.next_url,
        page_urls=paginator.page_urls,
    )


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    if any(visit.article_id for visit in visits(page)):
        return True
    if paginator is not None:
        return False
    if _ARTICLE_FORM in page.text or page.tree.css_first(_BODY) is not None:
        return True
    # A column that is one article has its click script, but no line of any list.
    return bool(_COLUMN_ARTICLE.search(page.text)) and "line_u" not in page.text


def _links(page: Page, blocks: Iterable[Block]) -> tuple[Link, ...]:
    found = [link for block in blocks for link in _block_links(page, block)]
    unique: dict[str, Link] = {}
    for link in found:
        same = link.key or (link.url if link.kind is not LinkKind.SCRIPT else f"{id(link)}")
        unique[same] = _joined(unique[same], link) if same in unique else link
    shown = {news_id(link.key) for link in unique.values() if link.key}
    counters = listed_counters(page, shown=shown)
    return tuple(
        replace(link, counter=counters.get(news_id(link.key))) if link.key else link
        for link in unique.values()
    )


def _block_links(page: Page, block: Block) -> list[Link]:
    base = _base(page)
    read = [(item, read_item(page, item, base=base)) for item in block.items]
    pairs = [(item, link) for item, link in read if link is not None]
    if any(link.listed_at for _, link in pairs):
        return [link for _, link in pairs]
    dates = neighbour_dates(page, [item for item, _ in pairs])
    return [
        replace(link, listed_text=date.printed, listed_at=date.at) if date else link
        for (_, link), date in zip(pairs, dates, strict=True)
    ]


def _base(page: Page) -> str:
    base = page.tree.css_first("base[href]")
    href = base.attributes.get("href") if base is not None else None
    return (canonical_url(href, base=page.url) if href else None) or page.url


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


def _column_name(page: Page) -> str | None:
    name = _TITLE_END.split(page.title_text or "", maxsplit=1)[0].strip()
    return name or None
