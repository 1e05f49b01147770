"""The template whose classes begin with `gp-`, of a CMS that many institutions use without a name.

Articles are files of 32 hex digits beside their list (`index.htm`, page 2 is `index1.htm`). Pure.

Source: its classes in lists (`a.gpTextArea` with `.gpArticleTitle` and `.gpArticleDate`, or
`ul.sub_list` with `.rightDate`; `.gp-page1`) and articles (`.gp-articleTitle`, `.gp-articleAuthor`,
`.gp-article`, `.gp-annex3`) of such sites.
"""

import re
from dataclasses import replace

from selectolax.lexbor import LexborNode

from crawler.discover import Listing
from crawler.families import Family
from crawler.fields.absolute import base_of
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.fields.links import canonical_url, host_key
from crawler.fields.media import attachments_of
from crawler.listing.addresses import Addresses
from crawler.listing.numbering import BEHIND_NAME, Numbering
from crawler.listing.paginator import Pager, Paginator, labelled_elements, read_paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules
from crawler.marks import marks_of
from crawler.page import Page
from storage.article import Article

_CONCLUSIVE = (b"gp-articleTitle", b"gp-articleAuthor", b"gpArticleTitle", b"gpArticleDate")
_MARKS = (b"gp-article", b"gpTextArea", b"gp-page", b"gp-bread", b"gp-annex", b"gp-subLeft")
_ENOUGH = 2
_FILE = r"[a-z]{0,2}[0-9a-f]{32}"
_ARTICLE = re.compile(rf"/(?P<id>{_FILE})\.s?html?(?:\?|$)", re.IGNORECASE)
_LOOKS_LIKE = re.compile(rf"(?:^|/){_FILE}\.s?html?(?:[?#]|$)", re.IGNORECASE)
_BODY = ".gp-article, .gp-article1, .gp-article2, .gp-article3"
_LAYOUT = Layout(body=_BODY, dropped=".bdsharebuttonbox, .pageNP")
_PLAIN = replace(_LAYOUT, body="#articleDiv, article")  # pages that name the body by its element
_ANNEX = "[class*=gp-annex] a[href], .annex a[href]"
_PAGING = "[class^=gp-page], [class*=' gp-page']"


def article_key(url: str) -> str | None:
    """Return the page key of an article address: its host and the id that is its file's name."""
    canonical = canonical_url(url)
    return _key(canonical) if canonical else None


def _key(url: str) -> str | None:
    match = _ARTICLE.search(url)
    return f"{host_key(url)}:{match['id'].lower()}" if match else None


def _looks_like_article(href: str) -> bool:
    return _LOOKS_LIKE.search(href) is not None


def _recognises(page: Page) -> bool:
    found = marks_of(page)
    if not found.isdisjoint(_CONCLUSIVE):
        return True
    count = len(found.intersection(_MARKS))
    return count > 0 and count + (article_key(page.url) is not None) >= _ENOUGH


def _read_article(page: Page) -> Article | None:
    layout = _LAYOUT if page.tree.css_first(_BODY) else _PLAIN
    article = read_framed(page, layout, Identity(family="gp", key=article_key(page.url)))
    if article is None:
        return None
    annex = attachments_of(page.tree.css(_ANNEX), (), base=base_of(page))
    return replace(article, attachments=tuple(dict.fromkeys((*article.attachments, *annex))))


def _has_frame(page: Page) -> bool:
    return page.tree.css_first(_BODY) is not None


def _elements(page: Page) -> tuple[LexborNode, ...]:
    return tuple(page.tree.css(_PAGING)) or labelled_elements(page)


def _paginator(page: Page) -> Paginator | None:
    return read_paginator(page, _PAGER)


def _is_article(page: Page, paginator: Paginator | None) -> bool:
    return article_key(page.url) is not None or (paginator is None and _has_frame(page))


def _read_listing(page: Page) -> Listing | None:
    return read_list(page, _RULES)


_PAGER = Pager(
    elements=_elements,
    numberings=(Numbering(address=BEHIND_NAME.address, offset=-1),),  # `index1.htm` is page 2
)
_RULES = ListRules(
    addresses=Addresses(looks_like_article=_looks_like_article, key=_key),
    paginator=_paginator,
    is_article=_is_article,
)

FAMILY = Family(
    name="gp",
    rank=60,
    recognises=_recognises,
    marks=(*_CONCLUSIVE, *_MARKS),
    article=_read_article,
    listing=_read_listing,
    has_frame=_has_frame,
    article_key=article_key,
)
