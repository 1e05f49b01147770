"""The lists of JCMS: records in XML, inside a column's page or as the answer of its data proxy.

A page holds several of the pages that a reader sees (a group), and names the address of the next
group; where it does not, the component's own arguments say how it would ask. Everything is asked
by GET. Pure.

Source: column pages of the CMS's sites; its list component jpage and the calls that it makes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.families.jcms.addresses import column_of
from crawler.fields.links import canonical_url
from crawler.page import Page

DATASTORE = b"<datastore>"
_STORE = re.compile(r"<datastore>(.*?)</datastore>", re.DOTALL)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL)
_NEXT = re.compile(r"<nextgroup>\s*<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)\s*</totalrecord>|\btotalRecord\s*[:=]\s*[\"']?(\d+)")
_PAGES = re.compile(r"<totalpage>\s*(\d+)\s*</totalpage>")
_PER_PAGE = re.compile(r"\bperPage\s*[:=]\s*[\"']?(\d+)")
_PROXY = re.compile(r"\bproxyUrl\s*[:=]\s*[\"']([^\"']+)[\"']")
_PARAMETERS = re.compile(r"\bajaxParam\b.*?\bdata\s*:\s*\{([^{}]*)\}", re.DOTALL)
_PARAMETER = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|(\d+))")
GROUP = re.compile(r"(?P<before>[?&]page=)(?P<n>\d+)(?=&|$)")
_ANSWER = "/dataproxy.jsp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The records of one group as markup, and where the next group is; None where it is not said.

    `group` counts from 1 at the newest end; `groups` and `total` are what the list says of its
    column. An answer holds nothing but the list.
    """

    records: tuple[str, ...]
    next_url: str | None
    group: int
    groups: int | None
    total: int | None
    is_answer: bool


def read_store(page: Page) -> Store | None:
    """Return the records of a column's page or of an answer of its proxy, or None without any.

    Of several lists on a page the one of the page's own column counts, else the longest.
    """
    if DATASTORE not in page.source:
        return None
    stores = [match[1] for match in _STORE.finditer(page.text)]
    if not stores:
        return None
    column = column_of(page.url)
    own = [one for one in stores if column and f"columnid={column}" in one]
    text = max(own or stores, key=lambda one: one.count("<record>"))
    records = tuple(match[1].strip() for match in _RECORD.finditer(text))
    total = _number(_TOTAL.search(text) or (_TOTAL.search(page.text) if len(stores) == 1 else None))
    group, groups = _group_of(page.url), _number(_PAGES.search(text))
    is_last = group >= groups if groups else total is not None and group * len(records) >= total
    return Store(
        records=records,
        next_url=_named(text, page.url)
        or (None if is_last or not records else _asked(page, len(records), total, group)),
        group=group,
        groups=groups,
        total=total,
        is_answer=_ANSWER in page.url,
    )


def _named(text: str, base: str) -> str | None:
    """Return the address of the next group as the list names it."""
    named = _NEXT.search(text)
    href = _HREF.search(named[1]) if named else None
    return canonical_url(href[1].replace("&amp;", "&"), base=base) if href else None


def _asked(page: Page, count: int, total: int | None, group: int) -> str | None:
    """Return the address by which the list component would ask for the next group."""
    query = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    if total is None:
        return None
    if end := _digits(query.get("endrecord")):
        size = end - _digits(query.get("startrecord")) + 1
        return _records_from(page.url.partition("?")[0], end + 1, size, query, total)
    if "page" in query and "columnid" in query:
        return GROUP.sub(rf"\g<before>{group}", page.url)
    proxy, said = _PROXY.search(page.text), _PARAMETERS.search(page.text)
    url = canonical_url(proxy[1], base=page.url) if proxy else None
    if url is None or said is None:
        return None
    asked = {one[1]: one[2] or one[3] or one[4] or "" for one in _PARAMETER.finditer(said[1])}
    asked["perpage"] = str(_number(_PER_PAGE.search(page.text)) or count)
    return _records_from(url, count + 1, count, asked, total)


def _records_from(
    url: str, first: int, size: int, parameters: Mapping[str, str], total: int
) -> str | None:
    if first > total or size < 1:
        return None
    span = {"startrecord": str(first), "endrecord": str(first + size - 1)}
    rest = {name: value for name, value in parameters.items() if name not in span}
    return canonical_url(f"{url}?{urlencode(span | rest)}")


def _group_of(url: str) -> int:
    query = dict(parse_qsl(urlsplit(url).query))
    start, end = _digits(query.get("startrecord")), _digits(query.get("endrecord"))
    if start and end >= start:
        return (start - 1) // (end - start + 1) + 1
    # `page=1` of the proxy is the second group; of a column's own address it is what readers see.
    return _digits(query.get("page")) + 1 if _ANSWER in url else 1


def _digits(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _number(match: re.Match[str] | None) -> int | None:
    return next((int(one) for one in match.groups() if one), None) if match else None
