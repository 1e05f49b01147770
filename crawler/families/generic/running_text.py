"""Tell an article with a list beside it from a list with some text beside it.

Pure. An article has running text, a line of labelled facts or its headline with a date outside of
all blocks of news; a list has at most a footer and a note.
"""

import re
from collections.abc import Collection, Iterator

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import squash
from crawler.fields.tree import BLOCKS, TEXT, hidden_elements, steps
from crawler.page import Page

_READ = BLOCKS | {TEXT, "a", "br"}
_MARKS = re.compile("[，。；！？、：,;!?]")
_FOOTER = re.compile(
    "版权|copyright|ICP|备案|邮编|地址[:：]|电话[:：]|传真|技术支持|主办|承办|©|浏览器|分辨率",
    re.IGNORECASE,
)
_FACTS = re.compile(
    r"(?:来源|作者|编辑|责编|记者|发布者|发布人|(?:发布|发表|更新|录入)?(?:时间|日期)"
    r"|(?:点击|浏览|阅读|访问)(?:次数|数|量)?)[:：]"
)
_DATE = re.compile(r"20\d\d[-./年]\d{1,2}[-./月]\d{1,2}")
_SENTENCE = 30  # letters of a line that may be running text
_FACT_LINE = 200  # letters of a line that may name facts
_HEADLINE = 10  # letters of a headline; names of columns are shorter
_MUCH, _SOME = 400, 200  # letters of running text that make an article


def is_article(page: Page, items: Collection[LexborNode], *, paged: bool) -> bool:
    """Say whether a page is an article.

    `items` are those of all its blocks of news; `paged` says that other pages follow by links.
    """
    running, dated = 0, False
    title = squash(page.title_text or "")
    headed = False
    for line in _lines(page, items):
        bare = squash(line)
        if not bare:
            continue
        if len(bare) >= _SENTENCE and _MARKS.search(bare) and not _FOOTER.search(bare):
            running += len(bare)
        if len(bare) <= _FACT_LINE and _DATE.search(bare):
            if _FACTS.search(bare):
                return True
            dated = True
        headed = headed or (len(bare) >= _HEADLINE and title.startswith(bare))
    return running >= (_MUCH if paged else _SOME) or (headed and dated)


def _lines(page: Page, items: Collection[LexborNode]) -> Iterator[str]:
    """Yield the lines of a page outside of these items, without the texts of links."""
    body = page.tree.body
    if body is None:
        return
    hidden = hidden_elements(page)
    out = frozenset(hidden | {item.mem_id for item in items})
    pieces: list[str] = []
    in_link = False
    for tag, node, leaving in steps(body, of=_READ, hidden=out):
        if tag == TEXT:
            if not in_link:
                pieces.append(node.text_content or "")
        elif tag == "a":
            in_link = not leaving
        else:
            yield "".join(pieces)
            pieces.clear()
    yield "".join(pieces)
