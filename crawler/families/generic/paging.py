"""Paginators of any kind: what is called 下一页, rows of numbers, scripts of well-known widgets.

Pure. How pages are addressed is only believed where two links of the page prove it.
"""

import re

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import squash
from crawler.fields.links import canonical_url
from crawler.listing.laypage import laypage_paginator
from crawler.listing.pager_links import link_url, role_of, turns_page
from crawler.listing.paginator import Pager, Paginator, first_of, read_paginator
from crawler.listing.scripts import script_paginator
from crawler.page import Page

_CURRENT = (
    ".current, .active, .on, .cur, .curr, .thisclass, .this-page, .selected, .layui-laypage-curr,"
    " .hover, [aria-current]"
)
_INLINE = frozenset(["span", "b", "strong", "em", "font", "i"])
_WRAPPERS = _INLINE | {"li", "td"}
_TURNING = frozenset(["next", "previous"])
_NUMBER = re.compile(r"[\s\[(（【]*(\d{1,5})[\s\])）】]*$", re.ASCII)
_FIRST_PAGES = re.compile(r"\s*第?\s*[12]\s*[页頁]?\s*$")
_WEEK = "一二三四五六"  # the head of a calendar, whose days are numbered links
_NEXT_WORDS = ("下页".encode(), "下一页".encode())
_SHORT = 4  # characters of what else a paginator links: `…`, `123`, `GO`, 跳转
_MOST_PARTS = 200
_MOST_LETTERS = 150  # of a whole paginator


def generic_paginator(page: Page) -> Paginator | None:
    """Return what the page's paginator says, or None where none is found."""
    return _READ(page)


def _elements(page: Page) -> tuple[LexborNode, ...]:
    own = canonical_url(page.url) or page.url
    parts: list[LexborNode] = []
    idle: list[LexborNode] = []
    for link in page.tree.css("a"):
        if turns_page(link):
            url = link_url(link, page.url)
            (parts if url is not None and url != own else idle).append(link)
            if len(parts) + len(idle) > _MOST_PARTS:
                return ()  # what is called so all over a page turns none
    parts = parts or _row_of_numbers(page) or _boxes(page) or idle or _labels_without_link(page)
    judged: dict[int, bool] = {}
    nodes = {node.mem_id: node for part in parts for node in (_whole(part, judged),)}
    return tuple(nodes.values())


def _row_of_numbers(page: Page) -> list[LexborNode]:
    """Return links that are called 1, 2, 3 … (this page's number may be missing) in one element."""
    rows: dict[int, list[tuple[int, LexborNode]]] = {}
    for link in page.tree.css("a[href]"):
        if (number := _NUMBER.match(link.text())) and link_url(link, page.url):
            row = _above_inlines(link)
            rows.setdefault(row.mem_id, []).append((int(number[1]), link))
    for found in rows.values():
        numbers = [number for number, _ in found]
        if (
            numbers[0] in {1, 2}
            and 1 < len(numbers) <= _MOST_PARTS
            and numbers == sorted(set(numbers))
            and _WEEK not in squash(_above_inlines(found[0][1]).text())
        ):
            return [link for _, link in found]
    return []


def _above_inlines(link: LexborNode) -> LexborNode:
    """Return the element in which a row of such links would stand."""
    row = link.parent
    while row is not None and row.parent is not None and row.tag in _WRAPPERS:
        row = row.parent
    return row or link


def _boxes(page: Page) -> list[LexborNode]:
    """Return select boxes whose entries are page numbers with addresses."""
    return [
        box
        for box in page.tree.css("select")
        if any(
            _FIRST_PAGES.match(option.text()) and "." in (option.attributes.get("value") or "")
            for option in box.css("option")[:_MOST_PARTS]
        )
    ]


def _labels_without_link(page: Page) -> list[LexborNode]:
    """Return what is called 下一页 without being a link: the whole column is on this page."""
    if not any(word in page.source for word in _NEXT_WORDS):
        return []
    return [
        part
        for part in page.tree.css("span, em, b, i, font, td, li, div, p")
        if part.first_child is not None
        and part.first_child.next is None
        and role_of(part.text(deep=False) or "") in _TURNING
    ]


def _whole(part: LexborNode, judged: dict[int, bool]) -> LexborNode:
    """Return the element of the paginator in which a part of it stands.

    As far up as nothing but a paginator is in it: the counts often stand in another cell. What was
    `judged` is kept there by its `mem_id`: the parts have most of what is above them in common.
    """
    whole, above = part, part.parent
    while above is not None and above.tag not in {"body", "html"}:
        if above.mem_id not in judged:
            judged[above.mem_id] = _is_paginator(above)
        if not judged[above.mem_id]:
            break
        whole, above = above, above.parent
    return whole


def _is_paginator(whole: LexborNode) -> bool:
    if not all(_belongs(a) for a in whole.css("a")):
        return False
    return whole.tag in _INLINE or len(squash(whole.text())) <= _MOST_LETTERS


def _belongs(link: LexborNode) -> bool:
    label = (link.text() or "").strip()
    return len(label) <= _SHORT or role_of(label) is not None or not link.attributes.get("href")


_READ = first_of(
    script_paginator,
    laypage_paginator,
    lambda page: read_paginator(
        page, Pager(elements=_elements, current=_CURRENT, numberings=(), infer=True)
    ),
)
