"""Labels of the meta line (`发布时间：`, `来源：`, `作　者：` …) and the values behind them.

Pure. Source: labels and their spellings as counted over 865 article pages of one CMS and the
pages of four others.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from crawler.fields.blanks import BORDER, GAP, tidy
from crawler.fields.names import is_person


class Field(StrEnum):
    """What a label announces."""

    DATE = "date"
    UPDATED = "updated"
    DOCUMENT = "document"
    SOURCE = "source"
    VIEWS = "views"
    AUTHOR = "author"
    TEXT = "text"
    PHOTO = "photo"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A label and its value as printed; `value` is None where nothing follows the label.

    `printed` is both together, in one line. `rest` is all that stands before the next label.
    `rank` orders the labels of one field: a lower one says it better.
    """

    field: Field
    label: str
    value: str | None
    printed: str
    rest: str
    rank: int
    start: int


# Firm words are labels wherever they stand before a colon. The number is the rank: 时间 is better
# than a label that speaks of the record, not of the article (创建).
_FIRM = """
date 0      发布时间 发布日期 发表时间 发表日期 发文时间 发文日期 发稿时间 发稿日期 发布于 发表于
date 0      刊发时间 刊登时间 上线时间 公布时间 公布日期 公开日期 公开时间
date 2      创建时间 创建日期 录入时间 录入日期 添加时间 添加日期 上传时间 入库时间
updated 3   更新时间 更新日期 最后更新 最近更新 修改时间 修改日期 最后修改 更新于
document 4  成文日期 成文时间 生成日期 印发日期 印发时间 制发日期 签发日期 签署日期
source 0    信息来源 发布来源 本文来源 文章来源 稿件来源 新闻来源 来源于
source 0    供稿单位 来稿单位 发布单位 发布部门 发布机构 发文机关 发文机构
views 0     浏览次数 浏览量 浏览数 点击次数 点击数 点击量 点击率 阅读次数 阅读量 阅读数
views 0     访问量 访问次数 播放次数
author 0    文章作者 通讯员 供稿人
editor 0    责任编辑 网络编辑 本文编辑
publisher 0 发布者 发布人 发布员 录入员 录入人
other 0     报名时间 报名日期 截止时间 截止日期 会议时间 讲座时间 活动时间 决赛时间 比赛时间
other 0     报告时间 考试时间 举办时间 召开时间 开始时间 结束时间 演出时间 培训时间 面试时间
other 0     生效日期 生效时间 失效日期 失效时间 废止日期 实施日期 施行日期 下载时间 打印时间 有效期
other 0     会议地点 讲座地点 活动地点 报告地点 比赛地点
"""
# Loose words are labels only where no letter stands before them: 报名时间： is not 时间：.
_LOOSE = """
date 1      时间 日期
source 0    来源
views 0     浏览 点击 阅读 人气 访问
author 0    作者 撰稿 撰稿人 撰文 记者 供稿 投稿
text 0      文字 文 图文
photo 0     图片 摄影 图 供图 照片
editor 0    编辑 责编
reviewer 0  审核 审核人 审稿 审稿人 校对 初审 复审 终审 一审 二审 三审 签发 签发人 监制 核稿
publisher 0 录入 上传
other 0     字号 字体 字体大小 分享 分享到 下载 附件 关键词 关键字 标签 索引号 文号 发文字号
other 0     上一条 下一条 上一篇 下一篇 前一条 后一条 当前位置 地点 地址 主讲人 报告人
"""
# In English: `_` is a blank, small letters stand for both.
_ENGLISH = """
date 0      publish_date publish_time published_date published_time published_on published
date 0      publication_date release_date release_time released posted_on posted date_posted
date 1      date time
date 2      created created_on
updated 3   updated last_updated updated_on modified last_modified
source 0    source sources
views 0     views view hits clicks reads
author 0    author authors writer writers reporter reporters written_by
photo 0     photographer photo_by photos_by
editor 0    editor editors edited_by
reviewer 0  reviewer reviewers proofreader
publisher 0 publisher published_by posted_by
"""


def _words(table: str) -> dict[str, tuple[Field, int]]:
    rows = [line.split() for line in table.strip().split("\n")]
    return {word: (Field(field), int(rank)) for field, rank, *words in rows for word in words}


def _alternatives(table: str) -> str:
    # 作　者 and 发 布 时 间 are spellings of 作者 and 发布时间.
    words = sorted(_words(table), key=lambda word: (-len(word), word))
    return "|".join(GAP.join(word) for word in words)


def _english_alternatives() -> str:
    words = sorted(_words(_ENGLISH), key=lambda word: (-len(word), word))
    return "|".join(word.replace("_", r"\s+") for word in words)


_FIELDS = _words(_FIRM) | _words(_LOOSE) | _words(_ENGLISH)
# Looking for a first letter is much quicker than asking every word at every place.
_FIRST = "".join(sorted({form for word in _FIELDS for form in (word[0], word[0].upper())}))
_LABEL = re.compile(
    rf"(?=[{_FIRST}Bb])(?:(?P<firm>{_alternatives(_FIRM)})"
    rf"|(?<![\u4e00-\u9fffA-Za-z])(?P<loose>{_alternatives(_LOOSE)})"
    rf"|(?<![A-Za-z])(?P<english>(?i:{_english_alternatives()}))(?=\s*[：:])"
    # By Jiang Zhou: the one label of people that has no colon.
    rf"|(?<![^\s|｜{BORDER}])(?P<by>B[Yy])(?=\s+[A-Z][\w.'’-]*\s+[A-Z]))"
    rf"(?:\s*(?P<colon>[：:∶﹕︰]|[\]】](?=\s*\d))|(?=\s*[\[（(]?\s*\d)|(?<=[Yy])(?=\s))"
)
# A colon, a number or the end of By: one set of letters is looked for at once.
_MAY_HOLD_LABEL = re.compile(r"[：:∶﹕︰\dYy]")
_VALUE_END = re.compile(rf"[|｜{BORDER}\u3000\r\n]|\s{{2,}}|[)）\]】]")
_NO_VALUE = re.compile(
    r"(?:[\[【（(<]?\s*(?:字号|字体|大\s*中\s*小|打印|关闭|分享|点击|浏览|阅读|次|收藏|返回)"
    r"|\d{4}\s*[-/.年]|[\d\s.,:：;；|/\\-]*$|[)）\]】])"
)
_SINGLE = re.compile(r"[\u4e00-\u9fff](?![^\W\d_：:∶])(?!\s*[：:∶])")
_ENDS_SINGLE = re.compile(r"(?<![^\W\d_])[\u4e00-\u9fff]$")
_OPENED_BEFORE = re.compile(rf"^\s*[\[（(【《]\s*{BORDER}")  # 来源：[<a>校报</a>]
_ALL_IN_BRACKETS = re.compile(r"[（(\[【]\s*([^（()）\[\]【】]*?)\s*[）)\]】]")
_PART_ENDS = frozenset(f"|｜{BORDER}")
_NUMBERS = frozenset([Field.DATE, Field.UPDATED, Field.DOCUMENT, Field.VIEWS])
_NUMBER = re.compile(r"\s*[\[（(]?\s*(\d{1,9})(?![\d:./,，万年-])")
_OPENERS = {")": "(", "）": "（", "]": "[", "】": "【"}


def read_labels(line: str) -> list[Labelled]:
    """Return the labels of a raw line with their values, in order."""
    if not _MAY_HOLD_LABEL.search(line):
        return []
    matches = [match for match in _LABEL.finditer(line) if not match["by"] or _begins(line, match)]
    if not matches:
        return []
    ends = [match.start() for match in matches[1:]] + [len(line)]
    return [
        labelled
        for match, end in zip(matches, ends, strict=True)
        if (labelled := _labelled(match, line, end)) is not None
    ]


def _begins(line: str, match: re.Match[str]) -> bool:
    """Say whether a match begins the line or a part of it: Poems By Students is a title."""
    before = line[: match.start()].rstrip(" \t\r\n\xa0\u3000")
    return not before or before[-1] in _PART_ENDS


def number_of(labelled: Labelled) -> int | None:
    """Return the number behind a label, or None if no plain number stands there."""
    match = _NUMBER.match(labelled.rest)
    return int(match.group(1)) if match else None


def _labelled(match: re.Match[str], line: str, end: int) -> Labelled | None:
    field, rank = _meaning(match)
    rest = line[match.end() : end]
    is_by = match.group("by") is not None
    if match.group("colon") is None and field not in _NUMBERS and not is_by:
        return None  # without a colon only a number or an element border makes a label
    value = tidy(rest) or None if field in _NUMBERS else _value(rest)
    if field is Field.SOURCE and value is not None:
        value = _source(value)
    label = tidy(match.group()) + (" " if is_by else "")
    opener = _OPENERS.get(label[-1:])
    if opener and line[: match.start()].endswith(opener):
        label = opener + label  # [发布日期] 2024-03-11
    return Labelled(
        field=field,
        label=label,
        value=value,
        printed=label + (value or ""),
        rest=rest,
        rank=rank,
        start=match.start(),
    )


def _meaning(match: re.Match[str]) -> tuple[Field, int]:
    if match.group("by"):
        return Field.AUTHOR, 0
    if english := match.group("english"):
        return _FIELDS["_".join(english.lower().split())]
    return _FIELDS[re.sub(r"\s", "", match.group("firm") or match.group("loose"))]


def _source(value: str) -> str | None:
    """Return a source without brackets around all of it; a person in brackets is none."""
    inside = _ALL_IN_BRACKETS.fullmatch(value)
    if inside is None:
        return value
    return None if is_person(inside[1]) else inside[1]


def _value(rest: str) -> str | None:
    """Return the value at the start of what follows a label: up to a border, bar or wide gap."""
    rest = _OPENED_BEFORE.sub("", rest).lstrip()
    for match in _VALUE_END.finditer(rest):
        closer = match.group()
        opener = _OPENERS.get(closer)
        if closer.isspace() and closer != BORDER and _is_pad(rest, match):
            continue
        if opener is None or opener not in rest[: match.start()]:
            rest = rest[: match.start()]
            break
    value = tidy(rest).rstrip("；;，,、")
    return None if not value or _NO_VALUE.match(value) else value


def _is_pad(text: str, gap: re.Match[str]) -> bool:
    """Say whether a wide gap pads a name of two characters: one stands alone on each side."""
    return bool(_ENDS_SINGLE.search(text, 0, gap.start()) and _SINGLE.match(text, gap.end()))
