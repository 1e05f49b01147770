"""The column an article stands in, from the breadcrumb above it. Pure."""

import re
from collections.abc import Iterable

from crawler.fields.blanks import BORDER, squash, tidy

_PLACE = re.compile(r"(?:当前|所在|您的|你的|现在的?)\s*位置\s*(?:是|在)?\s*[：:]?|位置\s*[：:]")
_HOME = re.compile(r"^(?:网站|本站|学校|学院)?(?:首页|主页)$|^home$", re.IGNORECASE)
_STARTS_AT_HOME = re.compile(
    r"[>＞»›→/\\:-]*(?:网站|本站|学校|学院)?(?:首页|主页|home)", re.IGNORECASE
)
# An element that holds only blanks that do not collapse parts crumbs, too.
_SEPARATOR = re.compile(
    rf"\s*(?:>+|＞+|»|›|→|/|\\|::|{BORDER}[{BORDER}\s]*-|{BORDER}\s*[\xa0\u3000]\s*{BORDER})\s*"
)
_EDGE = 20  # blanks and borders at either end of a run: what looks for a separator is dear
_LONG_BLANK = re.compile(rf"\s{{{2 * _EDGE},}}")
_NOT_A_COLUMN = frozenset(
    ["正文", "栏目名称", "内容", "详细内容", "详情", "文章内容", "文章正文", "浏览文章"]
)
_MAX_CRUMB = 30


def read_section(raw_lines: Iterable[str]) -> str | None:
    """Return the last column of the breadcrumb, or None.

    A template whose placeholder was never filled (栏目名称) says nothing.
    """
    for raw in raw_lines:
        if "位置" not in raw and "首页" not in raw and "主页" not in raw:
            continue
        place = "位置" in raw and _PLACE.search(squash(raw[:60])) and _PLACE.search(raw)
        if not place and not _STARTS_AT_HOME.match(squash(raw)):
            continue  # a menu: cheaper to tell by its start than by its parts
        line = _LONG_BLANK.sub(_edges, raw)
        start = match.end() if place and (match := _PLACE.search(line)) else 0
        crumbs = [tidy(part) for part in _SEPARATOR.split(line[start:])]
        crumbs = [crumb for crumb in crumbs if crumb]
        if len(crumbs) > 1 and (place or _HOME.match(squash(crumbs[0]))):
            return _column(crumbs)
    return None


def _edges(run: re.Match[str]) -> str:
    return run[0][:_EDGE] + run[0][-_EDGE:]


def _column(crumbs: list[str]) -> str | None:
    columns = [
        crumb
        for crumb in crumbs
        if squash(crumb) not in _NOT_A_COLUMN
        and not _HOME.match(squash(crumb))
        and len(crumb) <= _MAX_CRUMB
    ]
    return columns[-1] if columns else None
