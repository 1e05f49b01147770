"""Read one item of a list: its title, its date, and what its link leads to.

Pure. The title is the item's own, not its category or its summary, in full where the page cut it
short; marks that lists add (置顶, 图, NEW, bullets) are no part of it.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC

from selectolax.lexbor import LexborNode

from crawler.discover import Link, LinkKind
from crawler.fields.links import canonical_url, host_key
from crawler.fields.list_dates import ListDate, full_date, list_date, says_year, zone_of
from crawler.fields.url_dates import url_date
from crawler.listing.addresses import Addresses
from crawler.page import Page

_HEADINGS = "h1, h2, h3, h4, h5, h6"
_BLOCKS = "p, div, dl, dt, dd, ul, li, table, h1, h2, h3, h4, h5, h6"
_NAMED = "[class*=title], [class*=tit], [class*=bt]"
_ELLIPSIS = re.compile(r"(?:…+|\.{2,}|。{2,}|··+)\s*$")
_BULLETS = re.compile(r"^[\s·•▪■◆◇●○★☆►▶»›※⊙>]+")
_MARK = r"(?:置顶|顶|图文?|组图|热|荐|推荐|最新|新|new|hot|top)"
_BRACKETED = rf"[\[【(（]\s*{_MARK}\s*[\]】)）]"
_LEADING = re.compile(rf"^\s*(?:{_BRACKETED}|置顶[\s:：])\s*", re.IGNORECASE)
_TRAILING = re.compile(rf"\s*(?:{_BRACKETED}|(?:(?<=[^\x00-\x7f])|\s)new!?)\s*$", re.IGNORECASE)
_ONLY_MARK = re.compile(rf"^[\s\[【(（]*{_MARK}!?[\s\]】)）]*$", re.IGNORECASE)
_STICKY = re.compile(r"置顶|^[\s\[【(（]*顶[\s\]】)）]*$", re.MULTILINE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE_PIECE = re.compile(
    rf"^[\s\[\]【】()（）]*(?:[\d\s\-./年月日:：]+|(?:\d{{1,2}}\s*)?{_MONTH}(?:\s*\d{{1,4}})?)"
    r"[\s\[\]【】()（）]*$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"^[\s\[【(（<>»]*(?:查看|阅读|点击|了解)?"
    r"(?:详情|详细|全文|更多|查看|more|details?|read more)[\s.…>»\]】)）]*$",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_STICKY_WORD = "顶"
_LABELS = re.compile(
    "(?:发布|发表|更新)?(?:时间|日期)|(?:阅读|浏览|点击|访问)(?:次数|量|数)?|作者|来源|[年月日时分次]"
)
_PROSE = re.compile("[\u4e00-\u9fff]{4}")
_LONGER_THAN_A_YEAR = 4
_DATED_EDGE = re.compile(r"^[\[［（(\s]*\d{2}|\d[\s日\]］）)]*$")
_SHORT = 60  # characters; a longer piece of text is a summary, whose dates are the events'
_CJK = "\u2e80-\u9fff\uff00-\uffef"
_LINE_IN_CJK = re.compile(rf"(?<=[{_CJK}])\s*\n\s*(?=[{_CJK}])")


def read_item(
    page: Page,
    item: LexborNode,
    *,
    addresses: Addresses,
    base: str,
    anchors: Collection[int] = (),
) -> Link | None:
    """Return the link of one item, without a counter, or None if it holds no link.

    Relative addresses are read against `base`. Of several links the one among `anchors` counts
    (see `Block`).
    """
    anchor = _main_link(item, addresses, anchors)
    if anchor is None:
        return None
    shown, rest = _shown_title(anchor, item, page)
    title, truncated = _full_title(shown, anchor)
    text = item.text(separator="\n")
    url, kind, key = _target(anchor.attributes.get("href"), addresses, base)
    date = rest or _date(page, text, shown)
    date = date and with_year_of(url, date, page)
    return Link(
        url=url,
        kind=kind,
        key=key,
        title=title,
        truncated=truncated,
        listed_text=date.printed if date else None,
        listed_at=date.at if date else None,
        sticky=_is_sticky(item, text),
    )


def with_year_of(url: str, date: ListDate, page: Page) -> ListDate:
    """Return a date; one without a year in that of the address, where it names the same day."""
    if says_year(date.printed):
        return date
    found = url_date(url, now=page.fetched_at, zone=page.timezone)
    local = date.at.astimezone(zone_of(page.timezone))
    if found is None or (found.day.month, found.day.day) != (local.month, local.day):
        return date
    return replace(date, at=local.replace(year=found.day.year).astimezone(UTC))


def neighbour_dates(page: Page, items: list[LexborNode]) -> list[ListDate | None]:
    """Return the dates that stand beside the items, as bare text or elements without links.

    A page prints them all before or all after their items; the side that has more of them counts.
    """
    before = [_beside(page, item, forwards=False) for item in items]
    after = [_beside(page, item, forwards=True) for item in items]
    return max(after, before, key=lambda dates: sum(date is not None for date in dates))


def _main_link(
    item: LexborNode, addresses: Addresses, anchors: Collection[int]
) -> LexborNode | None:
    links = [item] if item.tag == "a" else item.css("a")
    if len(links) == 1:
        return links[0]
    return max(links, key=lambda link: _title_likeness(link, addresses, anchors), default=None)


def _title_likeness(
    link: LexborNode, addresses: Addresses, anchors: Collection[int]
) -> tuple[bool, ...]:
    text, href = link.text(strip=True), link.attributes.get("href") or ""
    parent = link.parent
    headed = link.css_first(_HEADINGS) is not None or (
        parent is not None and (parent.tag or "") in _HEADINGS.split(", ")
    )
    named = bool(text or link.attributes.get("title")) and not _GENERIC.match(text)
    return (
        addresses.looks_like_article(href),
        link.mem_id in anchors,
        named,
        headed,
        bool(link.attributes.get("title")),
    )


def _target(href: str | None, addresses: Addresses, base: str) -> tuple[str, LinkKind, str | None]:
    """Return where a link leads: address, kind, and the page key of an article of this host."""
    url = canonical_url(href, base=base) if href and href.strip() != "#" else None
    if url is None:
        return (href or "").strip(), LinkKind.SCRIPT, None
    key = addresses.key(url)
    if key is not None and host_key(url) == host_key(base):
        return url, LinkKind.ARTICLE, key
    if addresses.is_file(url):
        return url, LinkKind.FILE, None
    return url, LinkKind.EXTERNAL, None


def _shown_title(anchor: LexborNode, item: LexborNode, page: Page) -> tuple[str, ListDate | None]:
    """Return the title as the page shows it, and a date where the link's text carries one."""
    if next(anchor.iter(), None) is not None:  # elements inside: a heading, a date, a summary
        heading = _first_text(anchor, _HEADINGS) or _first_text(anchor, _NAMED)
        if heading:
            return _without_date(heading, page)
        if anchor.css_first(_BLOCKS) is not None:
            pieces = [_tidy(piece) for piece in anchor.text(separator="\n").split("\n")]
            return next((p for p in pieces if p and not _is_furniture(p)), ""), None
    text = _tidy(_text_without_marks(anchor))
    if not text and anchor.mem_id != item.mem_id:
        text = _first_text(item, _HEADINGS) or _first_text(item, _NAMED) or ""
    return _without_date(text, page)


def _without_date(text: str, page: Page) -> tuple[str, ListDate | None]:
    """Return a title without the date at its edge, and that date."""
    if not _DATED_EDGE.search(text):
        return text, None
    date = full_date(text, now=page.fetched_at, zone=zone_of(page.timezone))
    # `2024-03-10 标题` in one link: the date is at the edge; a date inside belongs to the title, as
    # does one in words from which the title goes on: 2024年3月10日学术报告.
    if date is None or ("年" in date.printed and _goes_on(text, date)):
        return text, None
    edges = text[: date.span[0]].strip(" [（("), text[date.span[1] :].strip(" ]）)")
    if "" in edges and any(edges):
        return _tidy("".join(edges)), date
    return text, None


def _goes_on(text: str, date: ListDate) -> bool:
    """Say whether a letter stands right before or behind a date."""
    beside = text[: date.span[0]][-1:], text[date.span[1] :][:1]
    return any(letter.isalpha() for letter in beside)


def _first_text(node: LexborNode, selector: str) -> str | None:
    texts = (_tidy(_text_without_marks(found)) for found in node.css(selector))
    return next((text for text in texts if text and not _is_furniture(text)), None)


def _text_without_marks(node: LexborNode) -> str:
    pieces = node.text(separator="\x1f").split("\x1f")
    kept = [piece for piece in pieces if not _ONLY_MARK.match(piece)]
    # Split dates stand in pieces of their own beside the title.
    if any(not _DATE_PIECE.match(piece) and piece.strip() for piece in kept):
        while kept and (_DATE_PIECE.match(kept[0]) or not kept[0].strip()):
            kept.pop(0)
        while kept and (_is_whole_date(kept[-1]) or not kept[-1].strip()):
            kept.pop()
    return "".join(kept)


def _is_whole_date(piece: str) -> bool:
    return bool(_DATE_PIECE.match(piece)) and len(re.findall(r"\d+", piece)) > 1


def _is_furniture(text: str) -> bool:
    return bool(_DATE_PIECE.match(text) or _ONLY_MARK.match(text) or _GENERIC.match(text))


def _full_title(shown: str, anchor: LexborNode) -> tuple[str | None, bool]:
    """Choose between the text and the `title` attribute; say whether the result is cut short."""
    said = _tidy((anchor.attributes.get("title") or "").strip().split("\n")[0])
    said = said.removeprefix("标题：").removeprefix("标题:")
    image = anchor.css_first("img[alt]") if not (shown or said) else None
    if image is not None:
        said = _tidy(image.attributes.get("alt") or "")
    cut = bool(_ELLIPSIS.search(shown))
    visible = re.sub(r"\s+", "", _ELLIPSIS.sub("", shown))
    full = re.sub(r"\s+", "", said)
    longer = cut and len(full) > len(visible)
    same = full.startswith(visible) or full in visible
    # A link around a whole summary names its article beside it.
    summary = len(visible) > _SHORT and len(full) * 2 < len(visible) and not _GENERIC.match(said)
    title = said if full and (same or longer or summary) else shown
    return title or None, bool(title and _ELLIPSIS.search(title))


def _tidy(text: str) -> str:
    text = _LINE_IN_CJK.sub("", _INVISIBLE.sub("", text).strip())
    text = _BULLETS.sub("", " ".join(text.split()))
    while (shorter := _TRAILING.sub("", _LEADING.sub("", text))) != text:
        text = shorter
    return text.strip()


def _date(page: Page, text: str, title: str) -> ListDate | None:
    """Return the date of an item: where no text but its label stands with it, else any."""
    pieces = [piece.strip() for piece in text.split("\n")]
    kept = [p for p in pieces if p and len(p) <= _SHORT and not _is_part(p, title)]
    zone = zone_of(page.timezone)
    bare = [p for p in kept if not _PROSE.search(_LABELS.sub("", p))]
    date = list_date(" ".join(bare), now=page.fetched_at, zone=zone)
    return date or list_date(" ".join(kept), now=page.fetched_at, zone=zone)


def _is_part(piece: str, title: str) -> bool:
    # A short piece such as a year may stand in the title and be the date's all the same.
    return len(piece) > _LONGER_THAN_A_YEAR and piece in title


def _beside(page: Page, item: LexborNode, *, forwards: bool) -> ListDate | None:
    texts: list[str] = []
    node = item.next if forwards else item.prev
    while node is not None and node.tag != "a" and node.css_first("a") is None:
        texts.append(node.text(separator=" ") if node.tag != "-text" else node.text())
        node = node.next if forwards else node.prev
    joined = " ".join(" ".join(texts if forwards else reversed(texts)).split())
    return list_date(joined, now=page.fetched_at, zone=zone_of(page.timezone))


def _is_sticky(item: LexborNode, text: str) -> bool:
    if _STICKY_WORD in text and _STICKY.search(text):
        return True
    return any("置顶" in (img.attributes.get("alt") or "") for img in item.css("img[alt]"))
