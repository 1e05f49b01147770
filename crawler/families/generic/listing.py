"""Read a list page of which nothing is known: no address rule, no mark of its CMS.

Pure. Returns None for articles, also where related news stand below them.
"""

import re
from collections.abc import Sequence

from crawler.discover import Listing
from crawler.families import known_key
from crawler.families.generic.column_name import column_name
from crawler.families.generic.news_blocks import NewsBlock, address_shape, news_blocks
from crawler.families.generic.paging import generic_paginator
from crawler.families.generic.running_text import is_article
from crawler.fields.absolute import base_of
from crawler.fields.blanks import squash
from crawler.fields.links import canonical_url, is_file, path_of, url_key
from crawler.listing.addresses import Addresses
from crawler.listing.blocks import Block, depths
from crawler.listing.main_list import common_depth, has_more, is_overview, near_breadcrumb
from crawler.listing.paginator import Paginator
from crawler.listing.read import listing_of
from crawler.listing.rules import ListRules
from crawler.page import Page, once

_HOME = re.compile(r"^/?(?:(?:index|main|default|home)\.\w+)?$", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{3,}|[0-9a-f]{16,}|[?&]\w*id=\w", re.IGNORECASE)
_DATE_HEAD = re.compile(r"(?:\d{4}[年.-]?)?(?:\d{1,2}月?)?$")
_CLOSE = 2  # points of the score that nearness to the paginator outweighs


@once
def read_listing(page: Page) -> Listing | None:
    """Return the list of news of a page, or None where it has none or is an article.

    A page whose paginator says that there is nothing is an empty listing.
    """
    paginator = generic_paginator(page)
    if paginator is not None and paginator.total == 0:
        return listing_of(page, (), RULES, paginator)
    nodes = paginator.nodes if paginator else ()
    news = news_blocks(page, nodes, base_of(page))
    chosen = _choose(page, news, paginator) if news else []
    if not chosen or (not _is_home(page) and _is_article(page, news, paginator)):
        return None
    return listing_of(page, chosen, RULES, paginator)


def article_key(url: str) -> str | None:
    """Return the page key of an address: that of the family whose address it is, else its own.

    None for a file.
    """
    canonical = canonical_url(url)
    return _key_of_canonical(canonical) if canonical is not None else None


def _key_of_canonical(url: str) -> str | None:
    return None if is_file(url) else known_key(url) or url_key(url)


def _is_home(page: Page) -> bool:
    return _HOME.match(path_of(page.url)) is not None


def _is_article(page: Page, news: Sequence[NewsBlock], paginator: Paginator | None) -> bool:
    items = [item for one in news for item in one.block.items]
    return is_article(page, items, paged=paginator is not None and paginator.next_url is not None)


def _choose(page: Page, news: list[NewsBlock], paginator: Paginator | None) -> list[Block]:
    if _is_home(page) and (paginator is None or paginator.next_url is None):
        return [one.block for one in news]
    if paginator is None:
        best = _best(page, news)
        if has_more(best.block, {}) and is_overview([one.block for one in news]):
            return [one.block for one in news]
    else:
        best = _nearest(news, paginator)
    return _with_companions(best, news)


def _nearest(news: list[NewsBlock], paginator: Paginator) -> NewsBlock:
    """Return the block that shares the deepest element with the paginator, among the likely."""
    least = max(one.score for one in news) - _CLOSE
    above = depths(paginator.nodes[0])
    return max(
        (one for one in news if one.score >= least),
        key=lambda one: (common_depth(one.block, above), one.score, len(one.block.items)),
    )


def _best(page: Page, news: list[NewsBlock]) -> NewsBlock:
    near = near_breadcrumb(page, [one.block for one in news])
    # The addresses of a column's articles often begin with its own.
    folder = address_shape(canonical_url(page.url) or page.url).rpartition("/")[0] + "/"
    return max(
        news,
        key=lambda one: (
            one.score + 2 * (one.block in near) + 2 * one.shape.startswith(folder),
            len(one.block.items),
        ),
    )


def _with_companions(best: NewsBlock, news: Sequence[NewsBlock]) -> list[Block]:
    """Return the block with those that continue it: a list is often cut into several elements.

    Only blanks and dates may stand between them.
    """
    parent = best.block.container.parent
    if parent is None or parent.tag in {"body", "html"}:
        return [best.block]
    alike = {
        one.block.container.mem_id: one
        for one in news
        if (one.shape, one.dated) == (best.shape, best.dated)
    }
    run: list[Block] = []
    for child in parent.iter():
        if child.mem_id in alike:
            run.append(alike[child.mem_id].block)
        elif not _DATE_HEAD.match(squash(child.text())):
            if best.block in run:
                break
            run = []
    return run if best.block in run else [best.block]


RULES = ListRules(
    addresses=Addresses(
        looks_like_article=lambda href: _NUMBERED.search(href) is not None, key=_key_of_canonical
    ),
    title=column_name,
)
