"""What stands in a paginator's elements: labelled links, numbered links, the number of this page.

Pure. A link is where its `href` leads, or where its script would (`onclick="location.href='…'"`).
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.fields.links import canonical_url, host_key
from crawler.fields.tree import TEXT, attribute, steps
from crawler.page import Page

_NEXT = {"下页", "下一页", "后一页", "后页", "下一頁", "下頁", "next", "nextpage", ">", "›"} | {
    "加载更多", "点击加载更多", "loadmore", "更早的文章", "较早文章", "较旧文章", "olderposts",
}  # fmt: skip
_PREVIOUS = {"上页", "上一页", "前一页", "前页", "上一頁", "上頁", "previous", "prev"} | {
    "previouspage", "prevpage", "<", "‹",
}  # fmt: skip
_FIRST = {"首页", "第一页", "首頁", "第一頁", "first", "firstpage"}
_LAST = {"尾页", "末页", "最后一页", "尾頁", "末頁", "最后页", "last", "lastpage"}
_ROLES = {"next": _NEXT, "previous": _PREVIOUS, "first": _FIRST, "last": _LAST}
# The next page where nothing else in the paginator is: beside `›` they mean the last and the first.
_WEAK_ROLES = {"»": "next", ">>": "next", "→": "next", "«": "previous", "<<": "previous"} | {
    "←": "previous"
}
_ARROWS = "<>«»‹›←→"
_LONGEST_LABEL = 12
_BLANKS = re.compile(r"[\s\xa0\[\]（）()【】]+")
_DISABLED = re.compile(r"_d\b|disabled", re.IGNORECASE)
_CLASS = re.compile(r"\b(next|prev)(?:ious)?(?:[_-]?page)?\b", re.IGNORECASE)
_LOCATION = re.compile(
    r"location(?:\.href)?\s*(?:=|\.replace\(|\.assign\()\s*(?:encodeURI\(\s*)?[\"']([^\"']+)[\"']"
    r"|window\.open\(\s*[\"']([^\"']+)[\"']"
)
_TEXTS = frozenset([TEXT])
_MOST_OPTIONS = 2000  # of a select box that are read


@dataclass(slots=True)
class PagerLinks:
    """What is read from a paginator's elements before it is put together.

    `text` is all that they print; `roles` the addresses of next, previous, first and last page;
    `numbers` the addresses by the number printed on them; `current` the number of this page where
    the page marks it; `disabled` the roles that are printed but lead nowhere.
    """

    text: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    current: int | None = None
    disabled: set[str] = field(default_factory=set)


def labelled_elements(page: Page) -> tuple[LexborNode, ...]:
    """Return the elements around links that are called 下一页 or 上一页, in any wording."""
    links = [a for a in page.tree.css("a[href]") if role_of(a.text()) in {"next", "previous"}]
    return whole_elements(links)


def whole_elements(parts: list[LexborNode]) -> tuple[LexborNode, ...]:
    """Return the elements in which these parts of a paginator stand, each once, in page order.

    Counts and links stand in neighbouring cells of one row, or in one element.
    """
    nodes: dict[int, LexborNode] = {}
    for part in parts:
        whole = part.parent
        if whole is not None and whole.tag in {"td", "span", "li"} and whole.parent is not None:
            whole = whole.parent
        if whole is not None and whole.tag not in {"body", "html"}:
            nodes[whole.mem_id] = whole
    return tuple(nodes.values())


def role_of(label: str) -> str | None:
    """Return what the label of a link means in a paginator: next, previous, first, last or None."""
    label = _BLANKS.sub("", label).lower()
    if not label or len(label) > _LONGEST_LABEL:
        return None
    bare = label.strip(_ARROWS)
    for role, labels in _ROLES.items():
        if label in labels or (bare and bare in labels):
            return role
    return None


def link_url(link: LexborNode, base: str) -> str | None:
    """Return the address of the same host to which a link of a paginator leads, or None."""
    href = attribute(link, "href") or ""
    url = canonical_url(href, base=base) if href and not href.startswith("#") else None
    script = href if href[:11].lower() == "javascript:" else attribute(link, "onclick") or ""
    if url is None and (match := _LOCATION.search(script)):
        url = canonical_url(match[1] or match[2], base=base)
    return url if url is not None and host_key(url) == host_key(base) else None


def read_links(nodes: tuple[LexborNode, ...], base: str, *, current: str) -> PagerLinks:
    """Read a paginator's elements. `current` is the CSS selector of the number of this page."""
    found = PagerLinks()
    weak: dict[str, str] = {}
    for node in nodes:
        found.text += " " + node.text(separator=" ").replace("\xa0", " ")
        for this in node.css(current):
            label = this.text(strip=True)
            found.current = int(label) if _is_number(label) else found.current
        for part in node.css("span[class]"):
            if _DISABLED.search(part.attributes.get("class") or ""):
                found.disabled.add(role_of(part.text()) or "")
        for link in [node] if node.tag == "a" else node.css("a"):
            _read_link(link, found, weak, base)
        for box in node.css("select"):
            _read_options(box, found, base)
    for role, url in weak.items():
        found.roles.setdefault(role, url)
    found.current = found.current or _unlinked_number(nodes, found)
    return found


def _unlinked_number(nodes: tuple[LexborNode, ...], found: PagerLinks) -> int | None:
    """Return the one number that is missing among the linked ones and stands there without link."""
    if not found.numbers:
        return None
    linked = {link.mem_id for node in nodes for link in node.css("a") if attribute(link, "href")}
    texts = (
        (text.text_content or "").strip()
        for node in nodes
        for _, text, _ in steps(node, of=_TEXTS)
        if text.parent is not None and text.parent.mem_id not in linked
    )
    bare = {int(text) for text in texts if _is_number(text)} - found.numbers.keys()
    beside = {n for n in bare if n - 1 in found.numbers or n + 1 in found.numbers}
    return beside.pop() if len(beside) == 1 else None


def _read_link(link: LexborNode, found: PagerLinks, weak: dict[str, str], base: str) -> None:
    url = link_url(link, base)
    if url is None:
        return
    label = label_of(link)
    bare = _BLANKS.sub("", label)
    if role := role_of(label) or _role_of_class(link, label):
        found.roles.setdefault(role, url)
    elif _is_number(bare):
        found.numbers.setdefault(int(bare), url)
    elif bare in _WEAK_ROLES:
        weak.setdefault(_WEAK_ROLES[bare], url)


def label_of(link: LexborNode) -> str:
    """Return what a link of a paginator is called: its text, or what it says of itself."""
    return link.text(strip=True) or attribute(link, "title") or attribute(link, "aria-label") or ""


def turns_page(link: LexborNode) -> bool:
    """Say whether a link is called, marked or drawn as one to the next or the previous page."""
    label = label_of(link)
    role = role_of(label) or _role_of_class(link, label) or _WEAK_ROLES.get(_BLANKS.sub("", label))
    return role in {"next", "previous"}


def _role_of_class(link: LexborNode, label: str) -> str | None:
    """Return the role that a link without any label has by its class: it shows a picture."""
    match = None if label else _CLASS.search(link.attributes.get("class") or "")
    return ("next" if match[1].lower() == "next" else "previous") if match else None


def _read_options(box: LexborNode, found: PagerLinks, base: str) -> None:
    """Read a box of page numbers whose values are addresses."""
    for option in box.css("option")[:_MOST_OPTIONS]:
        label = re.sub(r"[第页\s]", "", option.text())
        value = attribute(option, "value") or ""
        if not _is_number(label) or _is_number(value) or "." not in value:
            continue
        url = canonical_url(value, base=base)
        if url is not None and host_key(url) == host_key(base):
            found.numbers.setdefault(int(label), url)
            if "selected" in option.attributes:
                found.current = found.current or int(label)


def _is_number(label: str) -> bool:
    return label.isascii() and label.isdecimal() and len(label) <= 6  # noqa: PLR2004 (no page count)
