"""Which links of a home page may lead to columns (news lists), the likely ones first. Pure.

Nothing here decides: each candidate has to be fetched and read as a listing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.counters import is_incrementing
from crawler.families import known_key
from crawler.fields.absolute import base_of
from crawler.fields.blanks import tidy
from crawler.fields.links import canonical_url, host_key, is_file, path_of, url_key
from crawler.page import Page

_NEWS = re.compile(
    r"新闻|要闻|动态|通知|公告|公示|通告|快讯|资讯|简报|头条|综合|时讯|播报|焦点|聚焦|速递|在线"
    r"|媒体|学术|讲座|活动|党建|政务|信息|热点|专题|报道|喜报|招标|采购|招聘|文件|政策"
)
_NEVER = re.compile(
    r"首页|主页|登[录陆]|注册|邮箱|English|简介|概况|领导|机构|院系|部门|联系|地图|版权|友情|校历|电话"
    r"|办事|下载|返回|设为|收藏|上一页|下一页|末页|尾页|搜索|检索|VPN|OA",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^[\s\[【(（+＋·.…>»]*(?:查看)?(?:更多|more)[\s·.…>»+＋\])）】]*$", re.IGNORECASE
)
_HEADINGS = "h1, h2, h3, h4, h5, h6, [class*=title], [class*=tit], [class*=name], dt, strong, b"
_LINKS_OUT = "/_redirect"  # what WebPlus counts and leads elsewhere
_SHORTEST, _LONGEST = 2, 14  # letters of a column's name
_HOME = re.compile(r"^/*(?:(?:index|main|default|home)\.\w+)?$", re.IGNORECASE)
_STEPS_UP = 3  # elements between a 更多 link and the block whose heading names its column


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A link that may lead to a column: `url` is canonical, `name` is what the page calls it."""

    url: str
    name: str


def is_home(page: Page) -> bool:
    """Say whether a page's address is that of its site's home page."""
    return _HOME.match(path_of(page.url)) is not None


def column_candidates(page: Page) -> tuple[Candidate, ...]:
    """Return the links that may lead to columns, those whose names speak of news first.

    Only of the page's own host, each address once, in page order among equals; none of a page
    that is too large.
    """
    if page.excess:
        return ()
    found: dict[str, tuple[int, Candidate]] = {}
    for rank, candidate in _candidates(page):
        key = url_key(candidate.url)
        if key not in found or rank < found[key][0]:
            found[key] = (rank, candidate)
    return tuple(candidate for _, candidate in sorted(found.values(), key=lambda one: one[0]))


def _candidates(page: Page) -> Iterator[tuple[int, Candidate]]:
    base, host, own = base_of(page), host_key(page.url), url_key(page.url)
    headings: dict[int, str | None] = {}
    for anchor in page.tree.css("a[href]"):
        url = canonical_url(anchor.attributes.get("href") or "", base=base)
        if url is None or host_key(url) != host or url_key(url) == own or not _may_list(url):
            continue
        text = tidy(anchor.text()) or tidy(anchor.attributes.get("title") or "")
        is_more = _MORE.match(text) is not None
        name = _heading_of(anchor, headings) if is_more else text
        if name and _SHORTEST <= len(name) <= _LONGEST and not _NEVER.search(name):
            rank = 0 if is_more else 1 if _NEWS.search(name) else 2
            yield rank, Candidate(url=url, name=name)


def _may_list(url: str) -> bool:
    path = path_of(url)
    if is_file(url) or _HOME.match(path) or path.endswith(_LINKS_OUT) or is_incrementing(url):
        return False
    return known_key(url) is None


def _heading_of(more: LexborNode, headings: dict[int, str | None]) -> str | None:
    """Return the heading of the block in which a 更多 link stands.

    `headings` keeps those of the elements that were searched, by their `mem_id`.
    """
    node = more.parent
    for _ in range(_STEPS_UP):
        if node is None or node.tag in {"body", "html"}:
            return None
        if node.mem_id not in headings:
            headings[node.mem_id] = _first_heading(node)
        if (heading := headings[node.mem_id]) is not None:
            return heading
        node = node.parent
    return None


def _first_heading(node: LexborNode) -> str | None:
    texts = (tidy(heading.text()) for heading in node.css(_HEADINGS))
    return next((_without_more(text) for text in texts if text and not _MORE.match(text)), None)


def _without_more(text: str) -> str:
    return re.sub(r"[\s\[【(（+＋·.…>»|/]*(?:更多|more).*$", "", text, flags=re.IGNORECASE)
