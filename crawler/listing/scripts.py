"""Paginators that a script writes: the page holds no link, only the arguments of a call.

Pure. 拓尔思 TRS counts pages from 0 in the call and in addresses (`index_1.html` is page 2):
`createPageHTML(pages, current, name, suffix)`, also with variables, and its newer
`Pager({size: pages, current: …, prefix: …, suffix: …})`. 开普 counts from 1 (`list_2.shtml` is page
2): `createPageHTML(element, pages, current, name, suffix, items)`. Many TRS sites write the links
in the page itself, from the variables `currentPage` and `countPage`.

Source: the page.js of either, as found in public sites.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from crawler.discover import PageUrls
from crawler.fields.links import canonical_url
from crawler.listing.paginator import Paginator
from crawler.marks import mark, marks_of
from crawler.page import Page

_MARKS = tuple(map(mark, (b"createPage", b"Pager(", b"countPage")))
_NAME = r"\s*[\"']([\w./-]*)[\"']\s*"
_CALL = re.compile(
    rf"createPage\w*\(\s*(?:[\"'](?P<element>[\w-]*)[\"']\s*,)?\s*(?P<pages>\w+)\s*,"
    rf"\s*(?P<current>\w+)\s*,{_NAME},{_NAME}(?:,\s*[\"']?(?P<items>\d{{1,9}}))?",
    re.IGNORECASE,
)
_COUNT_PAGE = re.compile(r"\bcountPage\s*=\s*[\"']?(\d{1,9})", re.IGNORECASE)
_CURRENT_PAGE = re.compile(r"\bcurrentPage\s*=\s*[\"']?(\d{1,9})", re.IGNORECASE)
# `"index"+"_" + nextPage + "."+"html"`, `"index_" + nextPage + ".shtml"`
_WRITTEN = re.compile(
    r"(?<![\w-])([\w-]{1,60}?)(?:[\"']\s*\+\s*[\"'])?_[\"']\s*\+\s*\w+\s*\+\s*"
    r"[\"']\.(?:[\"']\s*\+\s*[\"'])?(\w+)"
)
_PAGER = re.compile(r"\bPager\(\s*\{([^{}]*)\}")
_SIZE = re.compile(r"\bsize[\"']?\s*:\s*[\"']?(\d{1,9})")
_CURRENT = re.compile(r"\bcurrent[\"']?\s*:\s*[\"']?(\d{1,9})")
_PREFIX = re.compile(r"\bprefix[\"']?\s*:" + _NAME)
_SUFFIX = re.compile(r"\bsuffix[\"']?\s*:" + _NAME)
_MOST_DIGITS = 9
_VALUE = re.compile(r"\b(\w+)\s*=\s*[\"']?(\d+)")
_MOST_PAGES = 100_000  # a larger number is no number of pages


class _Said(NamedTuple):
    """The arguments of a call; the first page has the number `first`."""

    pages: int
    current: int
    name: str
    suffix: str
    first: int = 0
    items: int | None = None


def script_paginator(page: Page) -> Paginator | None:
    """Return the paginator that a script of the page would write, or None.

    Its element is the script itself: it stands where the paginator appears.
    """
    if marks_of(page).isdisjoint(_MARKS):
        return None
    for script in page.tree.css("script"):
        text = script.text() or ""
        if (said := _said(text)) is not None:
            return _paginator(page, script, said)
    return None


def _said(text: str) -> _Said | None:
    lowered = text.lower()  # looking for words is much quicker
    return (
        ("createpage" in lowered and _call(text))
        or ("pager(" in lowered and _pager(text))
        or ("countpage" in lowered and _variables(text))
        or None
    )


def _call(text: str) -> _Said | None:
    values: dict[str, str] = {}
    for match in _CALL.finditer(text):
        if not (match["pages"].isdecimal() and match["current"].isdecimal()):
            values = values or _values(text)
        pages, current = (_number(values, match[group]) for group in ("pages", "current"))
        if pages is None or current is None:
            continue
        items = int(match["items"]) if match["items"] else None
        first = 1 if match["element"] is not None and items is not None and current else 0
        # The name and the suffix are the groups without a name.
        return _Said(pages, current, match[4], match[5], first, items)
    return None


def _values(text: str) -> dict[str, str]:
    """Return the numbers that variables of a script have first, by their names."""
    values: dict[str, str] = {}
    for match in _VALUE.finditer(text):
        values.setdefault(match[1], match[2])
    return values


def _number(values: Mapping[str, str], argument: str) -> int | None:
    """Return an argument's value: a number, or that of a variable of the same script."""
    number = argument if argument.isdecimal() else values.get(argument, "")
    return int(number) if 0 < len(number) <= _MOST_DIGITS else None


def _pager(text: str) -> _Said | None:
    for match in _PAGER.finditer(text):
        said = [one.search(match[1]) for one in (_SIZE, _CURRENT, _PREFIX, _SUFFIX)]
        size, current, prefix, suffix = (one[1] if one else None for one in said)
        if size and current and prefix and suffix:
            return _Said(int(size), int(current), prefix, suffix)
    return None


def _variables(text: str) -> _Said | None:
    pages, current = _COUNT_PAGE.search(text), _CURRENT_PAGE.search(text)
    written = _WRITTEN.search(text) if pages and current else None
    if pages is None or current is None or written is None:
        return None
    return _Said(int(pages[1]), int(current[1]), written[1], written[2])


def _paginator(page: Page, script: LexborNode, said: _Said) -> Paginator | None:
    if said.pages > _MOST_PAGES or said.current > max(said.pages, 1):
        return None
    pages = max(said.pages, 1)
    number = min(said.current - said.first + 1, pages)
    first = canonical_url(f"{said.name}.{said.suffix}", base=page.url)
    if first is None:
        return None
    stem = said.name.rpartition("/")[2]
    urls = PageUrls(
        # The address of page 1 may be that of its folder.
        first=(canonical_url(page.url) if number == 1 else None) or first,
        pattern=f"{urljoin(first, '.')}{stem}_{{n}}.{said.suffix}",
        from_end=False,
        offset=said.first - 1,
    )
    following = urls.url(number + 1, pages=pages) if number < pages else None
    return Paginator(
        nodes=(script,),
        page=number,
        pages=pages,
        total=said.items if said.first else None,
        next_url=following,
        page_urls=urls,
    )
