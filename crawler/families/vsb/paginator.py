"""The paginators of VSB's list component and how it addresses the pages of a column.

Pure. Static columns count down: page 1 is `slug.htm`, page k of N is `slug/<N-k+1>.htm`, so the
address of a page changes its meaning with every page that is added. Dynamic ones carry the number
in the query (`PAGENUM=3`).

Source: the CMS's gotopage.js; the two paginators of its list component (`pb_sys…`, `fanye…`).
"""

import re

from selectolax.lexbor import LexborNode

from crawler.listing.numbering import COUNTING_DOWN, IN_QUERY
from crawler.listing.paginator import (
    Pager,
    Paginator,
    labelled_elements,
    read_paginator,
    whole_elements,
)
from crawler.page import Page

_MARKS = "[class*=pb_sys], .p_pages, [id^=fanye], a.Next, a.Prev, .NextDisabled, .PrevDisabled"
_GOTO = re.compile(r"_simple_list_gotopage_fun\(\s*(\d{1,9})\s*,")
_MOST_DIGITS = 9  # of a number of items
_END_NUMBER = 'input[name="endnum"]'


def vsb_paginator(page: Page) -> Paginator | None:
    """Return what the page's paginator says, or None where the page has none."""
    return read_paginator(page, _PAGER)


def _elements(page: Page) -> tuple[LexborNode, ...]:
    marked = page.tree.css(_MARKS)
    if not marked:
        return labelled_elements(page)
    nodes: dict[int, LexborNode] = {}
    for node in marked:
        wholes = (node,) if "pb_sys" in (node.attributes.get("class") or "") else _whole(node)
        nodes |= {whole.mem_id: whole for whole in wholes}
    return tuple(nodes.values())


def _whole(part: LexborNode) -> tuple[LexborNode, ...]:
    wholes = whole_elements([part])
    if part.id and part.id.startswith("fanye"):
        return tuple(one if one.tag == "tr" else one.parent or one for one in wholes)
    return wholes


def _pages_of_goto_box(page: Page) -> int | None:
    goto = _GOTO.search(page.text)
    return int(goto[1]) if goto else None


def _total_of_hidden_field(page: Page) -> int | None:
    end = page.tree.css_first(_END_NUMBER)
    value = (end.attributes.get("value") or "") if end is not None else ""
    return int(value) if value.isdecimal() and len(value) <= _MOST_DIGITS else None


_PAGER = Pager(
    elements=_elements,
    current=".p_no_d, .this-page",
    numberings=(COUNTING_DOWN, IN_QUERY),
    pages=_pages_of_goto_box,
    total=_total_of_hidden_field,
)
