"""The paginator of the widget library layui (`laypage`), which a script draws.

Pure. The call says how many items there are, how many stand on a page and which page this is; the
address of another page stands in its `jump` function or `href` option.

Source: https://layui.dev/docs/2/laypage/ (options `elem count limit curr jump`); versions before
2 say `pages` in place of `count` and `limit`, and `cont` in place of `elem`.
"""

import re

from selectolax.lexbor import LexborNode

from crawler.discover import PageUrls
from crawler.fields.links import canonical_url
from crawler.listing.paginator import Paginator
from crawler.marks import mark, marks_of
from crawler.page import Page

_CALL = re.compile(r"\blaypage(?:\.render)?\(\s*\{")
_OPTION = r"""[\s{,]["']?%s["']?\s*:\s*["']?(\d{1,9})["']?\s*[,}\n]"""
_COUNT, _LIMIT, _CURR, _PAGES = (
    re.compile(_OPTION % name) for name in ("count", "limit", "curr", "pages")
)
_ELEMENT = re.compile(r"""[\s{,](?:elem|cont)\s*:\s*(?:\$\(\s*)?["']#?([\w-]+)["']""")
_JUMP = re.compile(
    r"""(?:href\s*=|replace\(|assign\()\s*["']([^"']*)["']\s*\+\s*\w+\.curr\s*"""
    r"""(?:\+\s*["']([^"']*)["'])?"""
)
_MARK = mark(b"laypage")
_REACH = 1500  # characters of a call that are read
_LIMIT_DEFAULT = 10


def laypage_paginator(page: Page) -> Paginator | None:
    """Return the paginator that the page's script draws, or None."""
    if _MARK not in marks_of(page):
        return None
    for script in page.tree.css("script"):
        text = script.text() or ""
        if call := _CALL.search(text):
            return _paginator(page, script, text[call.end() - 1 :][:_REACH])
    return None


def _paginator(page: Page, script: LexborNode, call: str) -> Paginator | None:
    total, limit, curr, pages = (
        int(match[1]) if (match := option.search(call)) else None
        for option in (_COUNT, _LIMIT, _CURR, _PAGES)
    )
    if pages is None and total is not None:
        per_page = limit or _LIMIT_DEFAULT
        pages = max(1, -(-total // per_page))
    if pages is None:
        return None
    number = curr or 1
    urls = _urls(page, call, number)
    following = urls.url(number + 1, pages=pages) if urls and number < pages else None
    element = _ELEMENT.search(call)
    node = page.tree.css_first(f"#{element[1]}") if element else None
    return Paginator(
        nodes=(node if node is not None else script,),
        page=number,
        pages=pages,
        total=total,
        next_url=following,
        page_urls=urls,
    )


def _urls(page: Page, call: str, number: int) -> PageUrls | None:
    jump = _JUMP.search(call)
    if jump is None:
        return None
    pattern = canonical_url(f"{jump[1]}0{jump[2] or ''}", base=page.url)
    first = canonical_url(f"{jump[1]}1{jump[2] or ''}", base=page.url)
    if pattern is None or first is None:
        return None
    at = next((i for i, (x, y) in enumerate(zip(pattern, first, strict=True)) if x != y), None)
    if at is None:
        return None
    return PageUrls(
        # A column's own address is its first page, whatever the script would call it.
        first=(canonical_url(page.url) if number == 1 else None) or first,
        pattern=f"{pattern[:at]}{{n}}{pattern[at + 1 :]}",
        from_end=False,
    )
