"""What a paginator says: where a page stands in its column, and how the others are addressed.

Pure. What the page prints is believed first (`1/18`, 共18页, the labels of links); addresses only
say what is left open, by the numberings that the family knows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.discover import PageUrls
from crawler.fields.links import canonical_url, host_key
from crawler.listing.numbering import IN_QUERY, Numbering
from crawler.page import Page

_NEXT = {"下页", "下一页", "后一页", "后页", "next", "nextpage", "next>", ">", "›"}
_PREVIOUS = {"上页", "上一页", "前一页", "前页", "previous", "prev", "previouspage", "<", "‹"}
_FIRST = {"首页", "第一页", "first", "firstpage"}
_LAST = {"尾页", "末页", "最后一页", "last", "lastpage"}
_ROLES = {"next": _NEXT, "previous": _PREVIOUS, "first": _FIRST, "last": _LAST}
_DISABLED = re.compile(r"_d\b|disabled", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:共有?|总数|总计|合计|total(?:s|ly)?)\s*[:：]?\s*(\d+)\s*(?:条|篇|个|项|则|记录|articles|items|records|\b)",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(r"(?<!\d)(\d+)\s*/\s*(?:共\s*)?(\d+)(?!\d)")
_PAGES_SAID = re.compile(r"共\s*(\d+)\s*页|total\s+(\d+)\s+pages", re.IGNORECASE)
_PAGE_SAID = re.compile(r"(?:第|当前页\s*[:：]?)\s*(\d+)\s*页?")
_PAGES_PARAMETER = re.compile(
    r"[?&](?:totalpage|totalpages|pagecount|a\w*t)=(\d+)(?=&|$)", re.IGNORECASE
)
_CURRENT = ".current, .active, .this-page, .curr_page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paginator:
    """What the paginator of a list says; None where it does not.

    `nodes` are its elements: links in them are no items, and the list is the block nearest to the
    first of them. `page` counts from 1 at the newest end; `total` counts items.
    """

    nodes: tuple[LexborNode, ...]
    page: int | None = None
    pages: int | None = None
    total: int | None = None
    next_url: str | None = None
    page_urls: PageUrls | None = None


def labelled_elements(page: Page) -> tuple[LexborNode, ...]:
    """Return the elements around links that are called 下一页 or 上一页, in any wording."""
    links = [a for a in page.tree.css("a[href]") if role_of(a.text()) in {"next", "previous"}]
    return whole_elements(links)


def nothing_said(page: Page) -> int | None:  # noqa: ARG001
    """Return None: the CMS says it nowhere outside of its paginator."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """What a family knows of its paginators.

    `elements` finds them (`()`: the page has none). `current` is the CSS selector of the number in
    them that stands for this page. `numberings` are the ways in which the CMS numbers its pages,
    tried in turn. `pages` and `total` return what the page says of them outside of its paginator
    (a script, a hidden field).
    """

    elements: Callable[[Page], tuple[LexborNode, ...]] = labelled_elements
    current: str = _CURRENT
    numberings: tuple[Numbering, ...] = (IN_QUERY,)
    pages: Callable[[Page], int | None] = nothing_said
    total: Callable[[Page], int | None] = nothing_said


@dataclass(slots=True)
class _Found:
    """What is read from the paginator's elements before it is put together."""

    text: str
    roles: dict[str, str]
    numbers: dict[int, str]
    current: int | None
    disabled: set[str]


def read_paginator(page: Page, pager: Pager) -> Paginator | None:
    """Return what the page's paginator says, or None where the page has none."""
    nodes = pager.elements(page)
    if not nodes:
        return None
    found = _read(nodes, page.url, pager.current)
    said = pager.pages(page)
    if not (found.roles or found.numbers or found.disabled or said or _PAGE_OF.search(found.text)):
        return None
    pages = _pages(found, said)
    number = _page(found, page.url, pages, pager.numberings)
    pages = pages or _pages_by_address(found, number, pager.numberings)
    urls = _page_urls(found, page.url, number, pages, pager.numberings)
    next_url = found.roles.get("next")
    if next_url is None and urls and number and pages and number < pages:
        next_url = urls.url(number + 1, pages=pages)
    if number is not None and pages is not None and number >= pages:
        next_url = None
    total = int(match[1]) if (match := _TOTAL.search(found.text)) else pager.total(page)
    return Paginator(
        nodes=nodes, page=number, pages=pages, total=total, next_url=next_url, page_urls=urls
    )


def first_of(
    *readers: Callable[[Page], Paginator | None],
) -> Callable[[Page], Paginator | None]:
    """Return a reader that asks these in turn and takes the first paginator found."""

    def read(page: Page) -> Paginator | None:
        return next((found for reader in readers if (found := reader(page)) is not None), None)

    return read


def whole_elements(parts: list[LexborNode]) -> tuple[LexborNode, ...]:
    """Return the elements in which these parts of a paginator stand, each once, in page order.

    Counts and links stand in neighbouring cells of one row, or in one element.
    """
    nodes: dict[int, LexborNode] = {}
    for part in parts:
        whole = part.parent
        if whole is not None and whole.tag in {"td", "span"} and whole.parent is not None:
            whole = whole.parent
        if whole is not None and whole.tag not in {"body", "html"}:
            nodes[whole.mem_id] = whole
    return tuple(nodes.values())


def role_of(label: str) -> str | None:
    """Return what the label of a link means in a paginator: next, previous, first, last or None."""
    label = re.sub(r"[\s\xa0\[\]（）()]+", "", label).lower()
    if not label or len(label) > 12:  # noqa: PLR2004  (longer than any label of a paginator)
        return None
    return next((role for role, labels in _ROLES.items() if label in labels), None)


def _read(nodes: tuple[LexborNode, ...], base: str, current: str) -> _Found:
    found = _Found(text="", roles={}, numbers={}, current=None, disabled=set())
    for node in nodes:
        found.text += " " + node.text(separator=" ").replace("\xa0", " ")
        for this in node.css(current):
            label = this.text(strip=True)
            found.current = int(label) if label.isdecimal() else found.current
        for part in node.css("span[class]"):
            if _DISABLED.search(part.attributes.get("class") or ""):
                found.disabled.add(role_of(part.text()) or "")
        for link in node.css("a"):
            _read_link(link, found, base)
    return found


def _read_link(link: LexborNode, found: _Found, base: str) -> None:
    label, role = link.text(strip=True), role_of(link.text())
    url = canonical_url(link.attributes.get("href") or "javascript:", base=base)
    if url is None or host_key(url) != host_key(base):
        return
    if role:
        found.roles.setdefault(role, url)
    elif label.isdecimal():
        found.numbers.setdefault(int(label), url)


def _pages(found: _Found, elsewhere: int | None) -> int | None:
    last = found.roles.get("last", "")
    said = (
        (m := _PAGE_OF.search(found.text)) and m[2],
        (m := _PAGES_SAID.search(found.text)) and (m[1] or m[2]),
        elsewhere,
        next((n for n, url in found.numbers.items() if url == last), None),
        (m := _PAGES_PARAMETER.search(last)) and m[1],
    )
    if any(said):
        return int(next(one for one in said if one))
    if found.current and "next" not in found.roles:
        return max([found.current, *found.numbers])  # nothing after it: this is the last page
    return None


def _page(
    found: _Found, url: str, pages: int | None, numberings: tuple[Numbering, ...]
) -> int | None:
    said = (
        (m := _PAGE_OF.search(found.text)) and m[1],
        found.current,
        (m := _PAGE_SAID.search(found.text)) and m[1],
        IN_QUERY.page_of(url, pages=None) if IN_QUERY in numberings else None,
    )
    if any(said):
        return int(next(one for one in said if one))
    if "previous" not in found.roles and ("next" in found.roles or found.disabled):
        return 1
    if pages and "next" not in found.roles:
        return pages
    beside = [found.roles[role] for role in ("next", "previous") if role in found.roles]
    pages_at = (one.page_beside(url, beside, pages=pages) for one in numberings)
    return next((number for number in pages_at if number), None)


def _pages_by_address(
    found: _Found, number: int | None, numberings: tuple[Numbering, ...]
) -> int | None:
    following, last = found.roles.get("next", ""), found.roles.get("last", "")
    if not number or not last:
        return None
    counts = (one.pages_by(following, last, page=number) for one in numberings)
    return next((pages for pages in counts if pages), None)


def _page_urls(
    found: _Found,
    url: str,
    number: int | None,
    pages: int | None,
    numberings: tuple[Numbering, ...],
) -> PageUrls | None:
    if pages is None:
        return None
    known = dict(found.numbers)
    if number:
        steps = {"next": number + 1, "previous": number - 1, "first": 1, "last": pages}
        known |= {steps[role]: link for role, link in found.roles.items()}
        own = canonical_url(url) or url
        # An address may be older than what it now holds; then it says nothing about the rule.
        if number == 1 or any(one.page_of(own, pages=pages) == number for one in numberings):
            known.setdefault(number, own)
    rules = (one.rule(known, pages=pages) for one in numberings)
    return next((rule for rule in rules if rule), None)
