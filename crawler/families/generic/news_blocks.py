"""Find the blocks of news on a page of which nothing is known but how news lists look.

Pure. A block of news repeats links whose texts are headlines, mostly with dates beside them, to
addresses of one shape with numbers in them. Menus, breadcrumbs, footers and friend links have
short texts, or stand in elements that are called so.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import BORDER, squash
from crawler.fields.labels import Field, read_labels
from crawler.fields.links import canonical_url, host_key, is_file
from crawler.fields.tree import attribute
from crawler.listing.blocks import MORE, Block, blocks_of, page_links
from crawler.listing.items import neighbour_dates
from crawler.listing.main_list import most, prints_date
from crawler.listing.paginator import role_of
from crawler.page import Page

_CJK = re.compile("[\u3400-\u9fff]")
_WORDS = re.compile(r"[A-Za-z]{2,}")
# Letters of a headline; without dates and a paginator only a block of long ones is news.
_HEADLINE, _SHORT_HEADLINE, _SURE_HEADLINE = 8, 4, 12
_HEADLINE_WORDS, _SHORT_HEADLINE_WORDS = 4, 2
_PASSES = (
    (_HEADLINE, _HEADLINE_WORDS, False),
    (_SHORT_HEADLINE, _SHORT_HEADLINE_WORDS, False),
    (_HEADLINE, _HEADLINE_WORDS, True),
)
_SAMPLE = 12  # items enough to judge a block
# Letters of an item with its summary; of a few items without a paginator, which may be anything.
_LONGEST, _LONGEST_OF_FEW, _FEW = 400, 60, 3
_NEIGHBOUR = re.compile(r"[上下前后][一1][条篇则]\s*[:：<>《»]|^\W*[上下前后][一1][条篇则页頁]")
_SCRIPTS, _NO_PAGES = ("javascript:", "#"), ("mailto:", "tel:")
_NUMBERED = re.compile(r"\d{3,}|[0-9a-f]{16,}|[?&]\w*id=\w|/20\d\d[-/]?\d\d", re.IGNORECASE)
_NUMBER = re.compile(rf"{_NUMBERED.pattern}|(?:^|/)\d+\.\w+$", re.IGNORECASE)  # beside a paginator
_DIGITS = re.compile(r"[0-9a-f]{16,}|(?<=/)[0-9a-f]{2}(?=/)|\d+", re.IGNORECASE)
_OF_ARTICLES = frozenset([Field.SOURCE, Field.EDITOR])
_MONTH = re.compile(r"[\[(（]?(?:19|20)\d\d\s*[-./年]\s*(?:1[0-2]|0?[1-9])\s*月?[\])）]?$")
_NAMES = re.compile(r"[a-z]+|[A-Z][a-z]*")
_ROWS, _STEPS_TO_ROW = frozenset(["li", "tr", "dl", "dd", "p"]), 4
_ABOVE = 6  # elements above a block that may say what it is
# What the class or id of an element around a block says of it: that it is no news …
_NO_NEWS = """
    nav navi navbar navigation menu submenu mainmenu topnav foot footer copyright friend friends
    yqlj youlian breadcrumb breadcrumbs crumb crumbs dqwz weizhi sitemap login toolbar"""
# … or that it is not the page's main news.
_SIDE_NEWS = """
    side sidebar aside hot hots rank ranking paihang related relate relation recommend tuijian xgwz
    xgyd rmwz guess tags tag"""
_NEVER, _BESIDE = frozenset(_NO_NEWS.split()), frozenset(_SIDE_NEWS.split())


@dataclass(frozen=True, kw_only=True)
class NewsBlock:
    """A block that looks like news.

    `score` weighs how much; `shape` is the form that most of its addresses share.
    """

    block: Block
    score: int
    dated: bool
    shape: str


def news_blocks(page: Page, pager: tuple[LexborNode, ...], base: str) -> list[NewsBlock]:
    """Return the blocks of news of a page, in page order.

    Blocks of long headlines are looked for first: only where there are none, short texts may be
    headlines too (items often have a second, short link: their category), then links that only a
    script follows.
    """
    links = [_Text(node=a) for a in page_links(page, pager)]
    for letters, words, by_script in _PASSES:
        headlines = [
            one
            for one in links
            if (one.is_scripted if by_script else one.leads_somewhere)
            and one.is_headline(letters, words)
        ]
        wanted = [(one.node, one.href) for one in _without_categories(headlines)]
        judged = [
            _Judge(page=page, block=block, base=base, paged=bool(pager))
            for block in blocks_of(wanted, pager)
        ]
        found = [judge.verdict() for judge in judged]
        if news := [one for one in found if one is not None]:
            return news
    return []


def _without_categories(links: list["_Text"]) -> list["_Text"]:
    """Leave out links that recur and stand in one row with another: who or what the news is of."""
    times = Counter(one.href for one in links)
    kept: list[_Text] = []
    for at, one in enumerate(links):
        beside = links[max(at - 1, 0) : at] + links[at + 1 : at + 2]
        if times[one.href] > 1 and any(
            times[other.href] == 1 and _row(one.node) == _row(other.node) for other in beside
        ):
            continue
        kept.append(one)
    return kept


def _row(link: LexborNode) -> int:
    """Return the row in which a link stands, by its `mem_id`; its parent's where it is in none."""
    above = link.parent
    for _ in range(_STEPS_TO_ROW):
        if above is None or above.tag in _ROWS:
            break
        above = above.parent
    node = above if above is not None and above.tag in _ROWS else link.parent
    return node.mem_id if node is not None else 0


@dataclass(frozen=True, kw_only=True)
class _Text:
    """A link, and what it is called."""

    node: LexborNode

    @cached_property
    def href(self) -> str:
        return self.node.attributes.get("href") or ""

    @cached_property
    def name(self) -> str:
        text = self.node.text()
        title = attribute(self.node, "title") or ""
        if not title and not text.strip() and (image := self.node.css_first("img[alt]")):
            title = attribute(image, "alt") or ""
        return text if len(squash(text)) >= len(squash(title)) else title

    @property
    def leads_somewhere(self) -> bool:
        href = self.href.strip()
        return bool(href) and not href.lower().startswith((*_SCRIPTS, *_NO_PAGES))

    @property
    def is_scripted(self) -> bool:
        return self.href.strip().lower().startswith(_SCRIPTS)

    def is_headline(self, letters: int, words: int) -> bool:
        if MORE.match(self.name) or role_of(self.name):
            return False
        return len(_CJK.findall(self.name)) >= letters or len(_WORDS.findall(self.name)) >= words


@dataclass(frozen=True, kw_only=True)
class _Judge:
    """What one block looks like."""

    page: Page
    block: Block
    base: str
    paged: bool

    def verdict(self) -> NewsBlock | None:
        """Return the block with its score, or None if it is no news."""
        names = self._names_around
        count, dated = len(self.block.items), self._is_dated
        if not self.block.hrefs or (names & _NEVER and not dated) or not self._are_items:
            return None
        shapes = Counter(address_shape(url) for url in self._urls)
        shape, times = next(iter(shapes.most_common(1)), ("", 0))
        number = _NUMBER if self.paged else _NUMBERED
        numbered = most(number.search(url) is not None for url in self._paths)
        alike = 2 * times >= len(self._urls)
        own = most(host_key(url) == host_key(self.base) for url in self._urls)
        long = self._letters >= (_HEADLINE if dated or self.paged else _SURE_HEADLINE)
        if not dated and not (numbered and own and alike and count > 1):
            return None
        if not dated and (self._are_files or not (long or (self.paged and self._are_pictures))):
            return None
        if len(set(self._urls)) * 2 < min(count, len(self._urls)) or (dated and not self._letters):
            return None
        score = 3 * dated + 2 * numbered + alike + own + long + (count >= 5)  # noqa: PLR2004
        score -= 3 * bool(names & _BESIDE) + 3 * bool(names & _NEVER)
        return NewsBlock(block=self.block, score=max(score, 1), dated=dated, shape=shape)

    @property
    def _are_items(self) -> bool:
        """Whether they are as short as items are, and no way to the neighbours of an article."""
        if self.block.container.tag == "body" and not self.paged:
            return False
        texts = [squash(item.text()) for item in self.block.items[:_SAMPLE]]
        few = len(texts) < _FEW and not self.paged
        size = median(map(len, texts))
        before = [_text_before(item) for item in self.block.items[:_SAMPLE]]
        if size > _LONGEST or any(map(_NEIGHBOUR.search, [*texts, *before])):
            return False
        if few and any(map(_is_meta_line, self.block.items)):
            return False
        return not few or size <= max(_LONGEST_OF_FEW, 3 * self._letters)

    @property
    def _are_files(self) -> bool:
        return most(is_file(url) for url in self._urls)

    @property
    def _are_pictures(self) -> bool:
        return most(item.css_first("img") is not None for item in self.block.items[:_SAMPLE])

    @cached_property
    def _urls(self) -> list[str]:
        return [url for href in self.block.hrefs if (url := canonical_url(href, base=self.base))]

    @property
    def _paths(self) -> list[str]:
        return [url.split("/", 3)[-1] for url in self._urls]

    @cached_property
    def _letters(self) -> float:
        """The length of the middle one of its headlines."""
        lengths = [
            max((_weight(_Text(node=a).name) for a in _links_of(item)), default=0)
            for item in self.block.items[:_SAMPLE]
        ]
        return median(lengths) if lengths else 0

    @cached_property
    def _is_dated(self) -> bool:
        """Whether dates stand with most of the items; of a few, with each."""
        sample = self.block.items[:_SAMPLE]
        enough = all if len(sample) < _FEW else most
        return enough([_prints_when(self.page, item) for item in sample]) or enough(
            [date is not None for date in neighbour_dates(self.page, sample)]
        )

    @cached_property
    def _names_around(self) -> frozenset[str]:
        return names_around(self.block.container)


def _is_meta_line(item: LexborNode) -> bool:
    """Say whether the link of an item is what the meta line of an article says: its source."""
    labels = read_labels(item.text(separator=BORDER))
    return any(label.field in _OF_ARTICLES for label in labels)


def _prints_when(page: Page, item: LexborNode) -> bool:
    """Say whether an item prints a date, or the month of one."""
    if prints_date(page, item):
        return True
    return any(_MONTH.match(piece.strip()) for piece in item.text(separator="\n").split("\n"))


def _text_before(item: LexborNode) -> str:
    """Return the bare text directly before an item: what the page calls it, if it does."""
    before = item.prev
    return squash(before.text_content or "") if before is not None and before.is_text_node else ""


def names_around(node: LexborNode) -> frozenset[str]:
    """Return the words in tags, classes and ids of an element and of those close above it."""
    words: set[str] = set()
    above: LexborNode | None = node
    for _ in range(_ABOVE):
        if above is None or above.tag in {"body", "html"}:
            break
        attributes = above.attributes
        words |= _words((above.tag or "", attributes.get("class"), attributes.get("id")))
        above = above.parent
    return frozenset(words)


def _words(texts: Iterable[str | None]) -> set[str]:
    return {word.lower() for text in texts if text for word in _NAMES.findall(text)}


def _links_of(item: LexborNode) -> list[LexborNode]:
    return [item] if item.tag == "a" else item.css("a")


def _weight(name: str) -> int:
    """Return the length of a headline in Chinese letters; two of English words count as one."""
    return len(_CJK.findall(name)) + 2 * len(_WORDS.findall(name))


def address_shape(url: str) -> str:
    """Return the form of an address: its folder with 0 for what looks like a number, its ending.

    The name of the page itself says nothing: it may be a number, a date or words.
    """
    path, _, query = url.partition("?")
    folder, _, name = path.rstrip("/").rpartition("/")
    if query:
        return _DIGITS.sub("0", f"{folder}/{name}?{query}")
    ending = name.rpartition(".")[2] if "." in name else ""
    return f"{_DIGITS.sub('0', folder)}/*.{ending.lower()}"
