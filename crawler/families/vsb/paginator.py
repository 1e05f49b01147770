"""What a VSB paginator says: where this page stands in its column and how the others are addressed.

Pure. Static columns count down: page 1 is `slug.htm`, page k of N is `slug/<N-k+1>.htm`, so the
address of a page changes its meaning with every page that is added. Dynamic ones carry the number
in the query (`PAGENUM=3`).

Source: the CMS's gotopage.js; the two paginators of its list component (`pb_sys…`, `fanye…`).
"""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.discover import PageUrls
from crawler.fields.links import canonical_url, host_key
from crawler.page import Page

_NEXT = {"下页", "下一页", "后一页", "后页", "next", "nextpage", "next>", ">", "›"}
_PREVIOUS = {"上页", "上一页", "前一页", "前页", "previous", "prev", "previouspage", "<", "‹"}
_FIRST = {"首页", "第一页", "first", "firstpage"}
_LAST = {"尾页", "末页", "最后一页", "last", "lastpage"}
_ROLES = {"next": _NEXT, "previous": _PREVIOUS, "first": _FIRST, "last": _LAST}
_DISABLED = re.compile(r"_d\b|disabled", re.IGNORECASE)
_MARKS = "[class*=pb_sys], .p_pages, [id^=fanye], a.Next, a.Prev, .NextDisabled, .PrevDisabled"
_TOTAL = re.compile(
    r"(?:共有?|总数|总计|合计|total(?:s|ly)?)\s*[:：]?\s*(\d+)\s*(?:条|篇|个|项|则|记录|articles|items|records|\b)",
    re.IGNORECASE,
)
_PAGE_OF = re.compile(r"(?<!\d)(\d+)\s*/\s*(?:共\s*)?(\d+)(?!\d)")
_PAGES_SAID = re.compile(r"共\s*(\d+)\s*页|total\s+(\d+)\s+pages", re.IGNORECASE)
_PAGE_SAID = re.compile(r"(?:第|当前页\s*[:：]?)\s*(\d+)\s*页?")
_GOTO = re.compile(r"_simple_list_gotopage_fun\(\s*(\d+)\s*,")
_END_NUMBER = 'input[name="endnum"]'
_NUMBERED = re.compile(r"^(?P<slug>.*)/(?P<n>\d+)(?P<end>\.s?html?)$", re.IGNORECASE)
_PAGE_PARAMETER = re.compile(
    r"(?P<before>[?&](?:pagenum|page|pageno|pageindex|currentpage|curpage|p|a\w*p)=)(?P<n>\d+)(?=&|$)",
    re.IGNORECASE,
)
_PAGES_PARAMETER = re.compile(
    r"(?P<before>[?&](?:totalpage|totalpages|pagecount|a\w*t)=)(?P<n>\d+)(?=&|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paginator:
    """What the paginator of a list says; None where it does not. `nodes` are its elements."""

    nodes: tuple[LexborNode, ...]
    page: int | None = None
    pages: int | None = None
    total: int | None = None
    next_url: str | None = None
    page_urls: PageUrls | None = None


@dataclass(slots=True)
class _Found:
    """What is read from the paginator's elements before it is put together."""

    text: str
    roles: dict[str, str]
    numbers: dict[int, str]
    current: int | None
    disabled: set[str]


def read_paginator(page: Page) -> Paginator | None:
    """Return what the page's paginator says, or None where the page has none."""
    nodes = _elements(page)
    if not nodes:
        return None
    found = _read(nodes, page.url)
    goto = _GOTO.search(page.text)
    if not (found.roles or found.numbers or found.disabled or goto or _PAGE_OF.search(found.text)):
        return None
    pages = _pages(found, int(goto[1]) if goto else None)
    number = _page(found, page.url, pages)
    pages = pages or _pages_from_address(found, number)
    urls = _page_urls(found, page.url, number, pages)
    next_url = found.roles.get("next")
    if next_url is None and urls and number and pages and number < pages:
        next_url = urls.url(number + 1, pages=pages)
    if number is not None and pages is not None and number >= pages:
        next_url = None
    return Paginator(
        nodes=nodes,
        page=number,
        pages=pages,
        total=_total(found, page),
        next_url=next_url,
        page_urls=urls,
    )


def _elements(page: Page) -> tuple[LexborNode, ...]:
    marked = page.tree.css(_MARKS)
    if not marked:
        marked = [a for a in page.tree.css("a[href]") if _role(a.text()) in {"next", "previous"}]
    nodes: dict[int, LexborNode] = {}
    for node in marked:
        # The counts and the links stand in neighbouring cells of one row, or in one element.
        whole = node if "pb_sys" in (node.attributes.get("class") or "") else node.parent
        if whole is not None and whole.tag in {"td", "span"} and whole.parent is not None:
            whole = whole.parent
        if node.id and node.id.startswith("fanye") and whole is not None:
            row = whole if whole.tag == "tr" else whole.parent
            whole = row or whole
        if whole is not None and whole.tag not in {"body", "html"}:
            nodes[whole.mem_id] = whole
    return tuple(nodes.values())


def _read(nodes: tuple[LexborNode, ...], base: str) -> _Found:
    found = _Found(text="", roles={}, numbers={}, current=None, disabled=set())
    for node in nodes:
        found.text += " " + node.text(separator=" ").replace("\xa0", " ")
        for current in node.css(".p_no_d, .this-page"):
            label = current.text(strip=True)
            found.current = int(label) if label.isdecimal() else found.current
        for part in node.css("span[class]"):
            if _DISABLED.search(part.attributes.get("class") or ""):
                found.disabled.add(_role(part.text()) or "")
        for link in node.css("a"):
            _read_link(link, found, base)
    return found


def _read_link(link: LexborNode, found: _Found, base: str) -> None:
    label, role = link.text(strip=True), _role(link.text())
    url = canonical_url(link.attributes.get("href") or "javascript:", base=base)
    if url is None or host_key(url) != host_key(base):
        return
    if role:
        found.roles.setdefault(role, url)
    elif label.isdecimal():
        found.numbers.setdefault(int(label), url)


def _role(label: str) -> str | None:
    label = re.sub(r"[\s\xa0\[\]（）()]+", "", label).lower()
    if not label or len(label) > 12:  # noqa: PLR2004  (longer than any label of a paginator)
        return None
    return next((role for role, labels in _ROLES.items() if label in labels), None)


def _pages(found: _Found, goto: int | None) -> int | None:
    last = found.roles.get("last", "")
    said = (
        (m := _PAGE_OF.search(found.text)) and m[2],
        (m := _PAGES_SAID.search(found.text)) and (m[1] or m[2]),
        goto,
        next((n for n, url in found.numbers.items() if url == last), None),
        (m := _PAGES_PARAMETER.search(last)) and m["n"],
    )
    if any(said):
        return int(next(one for one in said if one))
    if found.current and "next" not in found.roles:
        return max([found.current, *found.numbers])  # nothing after it: this is the last page
    return None


def _page(found: _Found, url: str, pages: int | None) -> int | None:
    said = (
        (m := _PAGE_OF.search(found.text)) and m[1],
        found.current,
        (m := _PAGE_SAID.search(found.text)) and m[1],
        (m := _PAGE_PARAMETER.search(url)) and m["n"],
    )
    if any(said):
        return int(next(one for one in said if one))
    if "previous" not in found.roles and ("next" in found.roles or found.disabled):
        return 1
    if pages and "next" not in found.roles:
        return pages
    return _page_from_address(found, url, pages)


def _page_from_address(found: _Found, url: str, pages: int | None) -> int | None:
    own, following = _NUMBERED.match(url), _NUMBERED.match(found.roles.get("next", ""))
    if pages and own and following and own["slug"] == following["slug"]:
        return pages - int(own["n"]) + 1
    return None


def _pages_from_address(found: _Found, number: int | None) -> int | None:
    """Count the pages of a count-down column: the next address is `N - k`."""
    following = _NUMBERED.match(found.roles.get("next", ""))
    last = _NUMBERED.match(found.roles.get("last", ""))
    if number and following and last and last["slug"] == following["slug"] and last["n"] == "1":
        return int(following["n"]) + number
    return None


def _page_urls(found: _Found, url: str, number: int | None, pages: int | None) -> PageUrls | None:
    known = dict(found.numbers)
    if number and pages:
        steps = {"next": number + 1, "previous": number - 1, "first": 1, "last": pages}
        known |= {steps[role]: link for role, link in found.roles.items()}
        own = canonical_url(url) or url
        at = _NUMBERED.match(own)
        # An address may be older than what it now holds; then it says nothing about the rule.
        if number == 1 or (at and int(at["n"]) == pages - number + 1):
            known.setdefault(number, own)
    first = known.get(1)
    others = {n: link for n, link in known.items() if n > 1}
    if not others or pages is None:
        return None
    return _counting_down(first, others, pages) or _counting_up(first, others)


def _counting_down(first: str | None, others: dict[int, str], pages: int) -> PageUrls | None:
    matches = {n: _NUMBERED.match(url) for n, url in others.items()}
    if not all(m and int(m["n"]) == pages - n + 1 for n, m in matches.items()):
        return None
    shapes = {(m["slug"], m["end"]) for m in matches.values() if m}
    if len(shapes) != 1:
        return None
    slug, end = shapes.pop()
    return PageUrls(first=first or f"{slug}{end}", pattern=f"{slug}/{{n}}{end}", from_end=True)


def _counting_up(first: str | None, others: dict[int, str]) -> PageUrls | None:
    patterns = set()
    for number, url in others.items():
        match = _PAGE_PARAMETER.search(url)
        if match is None or int(match["n"]) != number:
            return None
        pattern = f"{url[: match.start('n')]}{{n}}{url[match.end('n') :]}"
        patterns.add(_PAGES_PARAMETER.sub(r"\g<before>{pages}", pattern))
    if len(patterns) != 1:
        return None
    pattern = patterns.pop()
    return PageUrls(first=first or pattern.replace("{n}", "1"), pattern=pattern, from_end=False)


def _total(found: _Found, page: Page) -> int | None:
    if match := _TOTAL.search(found.text):
        return int(match[1])
    end = page.tree.css_first(_END_NUMBER)
    value = (end.attributes.get("value") or "") if end is not None else ""
    return int(value) if value.isdecimal() else None
