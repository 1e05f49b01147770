"""The name of the column that a list page shows: the end of its breadcrumb, or of its title.

Pure.
"""

import re

from crawler.page import Page

_PLACE = re.compile(r"(?:当前|所在|您的|现在)(?:的)?位置[:：]?")
_STEP = re.compile(r"\s*(?:[>＞»›→/]|&gt;)+\s*")
_TITLE_STEP = re.compile(r"\s*[-_|—–]+\s*")
_SITE = re.compile(
    r"(?:网|网站|大学|学院|学校|中学|小学|局|厅|委员会|委|政府|院|馆|中心|公司|协会|学会|研究所|报|University)$",
    re.IGNORECASE,
)
_NO_NAME = frozenset(["", "首页", "正文", "列表", "文章列表", "列表页", "网站首页", "当前页"])
_LONGEST = 30  # characters of a column's name


def column_name(page: Page) -> str | None:
    """Return the name of the page's column, or None where the page does not say."""
    return _of_breadcrumb(page) or _of_title(page)


def _of_breadcrumb(page: Page) -> str | None:
    place = _PLACE.search(page.text)
    if place is None:
        return None
    for holder in reversed(page.tree.css(f'*:lexbor-contains("{place[0]}")')):
        # The innermost element may hold the label alone, the names beside it.
        for node in (holder, holder.parent):
            text = " ".join(node.text(separator=" ").split()) if node is not None else ""
            steps = _STEP.split(text.partition(place[0])[2])
            name = steps[-1].strip() if len(steps) > 1 else ""
            if name not in _NO_NAME and len(name) <= _LONGEST:
                return name
        return None
    return None


def _of_title(page: Page) -> str | None:
    # From the column to the site (`A-B-site`) or, with arrows, the other way (`site >> A >> B`).
    pieces = [_STEP.split(piece)[-1] for piece in _TITLE_STEP.split(page.title_text or "")]
    named = [piece for piece in pieces if piece not in _NO_NAME]
    columns = [piece for piece in named if not _SITE.search(piece)]
    if columns and _SITE.search(named[0]):
        return columns[-1]
    return next(iter(columns or named), None)
