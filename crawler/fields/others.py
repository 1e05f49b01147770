"""Lists of other articles that templates set amid a body: hot, new, related, ranked.

They are others at every visit, so that a text that held them would change though nobody wrote. Only
a heading that no author writes, with nothing but links to other pages below it, is one: lists
of links that authors make have words of their own above them. Pure.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import chain
from operator import attrgetter

from selectolax.lexbor import LexborNode

from crawler.fields.absolute import absolute_url
from crawler.fields.blanks import squash
from crawler.fields.body import Body
from crawler.fields.furniture import is_count, is_said_by_sites, names_neighbour
from crawler.fields.links import is_file
from crawler.fields.tree import TEXT, steps

_HEADING = re.compile(
    r"""\W*(?:(?:今日|本周|本月|一周|近期|本站|本网|全站)?
    (?:热点|热门|热评|图文|图片|图说|最新|最近|精彩|头条|重点|推荐|相关|更多|延伸|拓展|编辑|大家|网友|为您|专题|通知
      |公告|点击|阅读|浏览|人气|评论|新闻|站内|随机)
    (?:新闻|文章|报道|资讯|内容|推荐|链接|专题|专栏|动态|公告|通知|信息|话题|图片|视频|更新|发布|阅读|聚焦|排行榜?|榜
      |top\d*|都在看)
    |热文(?:推荐|排行)?|(?:热点|热门|推荐|头条|排行榜)|(?:猜|也许)[你您](?:可能)?(?:会|还)?(?:感兴趣|喜欢)
    |[你您](?:可能|也许)(?:还|会)?(?:感兴趣|喜欢|想看))(?:\W*(?:更多|more|换一[批换组]))?\W*""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_HEADING = 20
_LONGEST_NAME = 80  # of a neighbour: its title may stand behind the word
_MOST_FRAMES, _MOST_BETWEEN = 4, 12
_PARAGRAPHS = frozenset([TEXT, "p"])
_AROUND = re.compile(
    r"^[\W\d_]{0,4}|[\[(（]?(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:\d\d:\d\d)?[\])）]?\W*$"
)


def without_others(body: Body, *, base: str) -> list[str]:
    """Return the lines of a body without the lists of other articles amid it."""
    lines = list(body.lines)
    heads = [at for at, line in enumerate(lines) if heads_others(line)]
    if not heads:
        return lines
    linked = _linked(body, base)
    for at in reversed(heads):
        end = _end(lines, at + 1, linked)
        # Of a list at the end nothing but its heading may be left.
        if any(lines[at + 1 : end]) or (at > 0 and end == len(lines)):
            del lines[at:end]
    return lines


def lists_between_paragraphs(root: LexborNode, *, hidden: frozenset[int]) -> frozenset[int]:
    """Return the `mem_id` of the elements between two paragraphs that only name other articles.

    For pages of an unknown layout: their text would seem to end where such a list begins.
    Nobody meets what is `hidden`.
    """
    boxes = {}
    for node in _texts_from_paragraphs_on(root, hidden=hidden):
        text = "" if node.is_empty_text_node else (node.text_content or "").strip()
        if text and _is_of_template(text) and (box := _box_around(node)) is not None:
            boxes[box.mem_id] = box
    passed = hidden.union(boxes)
    prose = {
        number: _prose_beside(box, passed, attrgetter("prev"))
        and _prose_beside(box, passed, attrgetter("next"))
        for number, box in boxes.items()
    }
    return frozenset(number for number, is_amid in prose.items() if is_amid)


def _texts_from_paragraphs_on(root: LexborNode, *, hidden: frozenset[int]) -> Iterator[LexborNode]:
    """Yield the texts of each element from its first paragraph on, each once.

    What stands between two paragraphs is among them, and the navigation of most pages is not.
    """
    met: set[int] = set()
    for first in root.css("p"):
        parent = first.parent
        if first.mem_id in met or parent is None:
            continue
        inside = steps(first, of=_PARAGRAPHS, hidden=hidden)
        behind = steps(parent, of=_PARAGRAPHS, behind=first, hidden=hidden)
        for tag, node, _ in chain(inside, behind):
            if tag == TEXT:
                yield node
            else:
                met.add(node.mem_id)


def _is_of_template(text: str) -> bool:
    if len(text) > _LONGEST_NAME:
        return False
    return heads_others(text) or names_neighbour(text) or is_count(text)


def _box_around(text: LexborNode) -> LexborNode | None:
    """Return the largest element around a heading that holds nothing but links beside it."""
    box, node = None, text.parent
    for _ in range(_MOST_FRAMES):
        if node is None or node.tag in {"body", "html"} or not _is_box(node):
            break
        box, node = node, node.parent
    return box


def _is_box(node: LexborNode) -> bool:
    text = node.text()
    letters = len(squash(text))
    if letters <= 2 * _LONGEST_NAME and names_neighbour(text.strip()) and "。" not in text:
        return True  # their titles are no links where there is nothing to lead to
    links = sum(len(squash(link.text())) for link in node.css("a"))
    return letters <= links + _LONGEST_HEADING + letters // 4


def _prose_beside(
    box: LexborNode, passed: Container[int], step: Callable[[LexborNode], LexborNode | None]
) -> bool:
    """Say whether a paragraph is next to a list in this direction, but for what is passed."""
    node = step(box)
    for _ in range(_MOST_BETWEEN):
        if node is None:
            return False
        is_nothing = node.is_empty_text_node or node.is_comment_node or node.mem_id in passed
        text = "" if is_nothing else node.text() or ""
        if text.strip() and not is_count(text.strip()):
            is_prose = node.tag == "p" and node.css_first("a") is None
            return is_prose and not is_said_by_sites(text.strip())
        node = step(node)
    return False


def heads_others(line: str) -> bool:
    """Say whether a line is the heading of such a list."""
    return len(line) <= _LONGEST_HEADING and _HEADING.fullmatch(squash(line)) is not None


def _linked(body: Body, base: str) -> frozenset[str]:
    """Return the texts, squashed, of the links that lead to other pages."""
    links = (
        (absolute_url(link.attributes.get("href") or "", base=base), link) for link in body.links
    )
    return frozenset(squash(link.text()) for url, link in links if url and not is_file(url)) - {""}


def _end(lines: Sequence[str], start: int, linked: frozenset[str]) -> int:
    """Return the number of the first line behind `start` that is none of a list."""
    end = start
    while end < len(lines) and (not lines[end] or _is_linked(squash(lines[end]), linked)):
        end += 1
    return end


def _is_linked(line: str, linked: frozenset[str]) -> bool:
    """Say whether a line is a link's text, perhaps with a rank before it or a day behind."""
    return line in linked or _AROUND.sub("", line) in {_AROUND.sub("", one) for one in linked}
