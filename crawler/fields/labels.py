"""Labels of the meta line (`发布时间：`, `来源：`, `作　者：` …) and the values behind them.

Pure. Source: labels and their spellings as counted over 865 article pages of one CMS and the
pages of four others.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from crawler.fields.blanks import BORDER, tidy


class Field(StrEnum):
    """What a label announces."""

    DATE = "date"
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


# Firm words are labels wherever they stand before a colon. Within a field, earlier lines say it
# better.
_FIRM = """
date      发布时间 发布日期 发表时间 发表日期 发文时间 发文日期 发稿时间 发布于 发表于
date      创建时间 创建日期 录入时间 录入日期 添加时间 上传时间
date      更新时间 更新日期 最后更新 修改时间 最后修改
source    信息来源 本文来源 文章来源 稿件来源 新闻来源 来源于 供稿单位 发布单位 发布部门
views     浏览次数 浏览量 浏览数 点击次数 点击数 点击量 点击率 阅读次数 阅读量 阅读数
views     访问量 访问次数 播放次数
author    文章作者 通讯员 供稿人
editor    责任编辑 网络编辑 本文编辑
publisher 发布者 发布人 发布员 录入员 录入人
other     报名时间 截止时间 截止日期 会议时间 讲座时间 活动时间 决赛时间
other     成文日期 生成日期 生效日期 实施日期 施行日期 失效日期 废止日期
"""
# Loose words are labels only where no letter stands before them: 报名时间： is not 时间：.
_LOOSE = """
date      时间 日期
source    来源
views     浏览 点击 阅读 人气 访问
author    作者 撰稿 撰稿人 撰文 记者 供稿 投稿
text      文字 文 图文
photo     图片 摄影 图 供图 照片
editor    编辑 责编
reviewer  审核 审核人 审稿 审稿人 校对 初审 复审 终审 一审 二审 三审 签发 签发人 监制 核稿
publisher 录入 上传
other     字号 字体 字体大小 分享 分享到 下载 附件 关键词 关键字 标签 索引号 文号 发文字号
other     上一条 下一条 上一篇 下一篇 前一条 后一条 当前位置
"""
# 时间 is better than a label that speaks of the record, not of the article (创建, 更新).
_RANKS = {
    "发布": 0,
    "发表": 0,
    "发文": 0,
    "发稿": 0,
    "时间": 1,
    "日期": 1,
    "更新": 3,
    "最后": 3,
    "修改": 3,
}
_OTHER_RANK = 2


def _words(table: str) -> dict[str, Field]:
    rows = [line.split() for line in table.split("\n") if line]
    return {word: Field(field) for field, *words in rows for word in words}


def _alternatives(table: str) -> str:
    # 作　者 and 发 布 时 间 are spellings of 作者 and 发布时间.
    words = sorted(_words(table), key=lambda word: (-len(word), word))
    return "|".join(r"[ \t\u3000\xa0]*".join(word) for word in words)


_FIELDS = _words(_FIRM) | _words(_LOOSE)
# Looking for a first letter is much quicker than asking every word at every place.
_FIRST = "".join(sorted({word[0] for word in _FIELDS}))
_LABEL = re.compile(
    rf"(?=[{_FIRST}])(?:(?P<firm>{_alternatives(_FIRM)})"
    rf"|(?<![\u4e00-\u9fffA-Za-z])(?P<loose>{_alternatives(_LOOSE)}))"
    rf"(?:\s*(?P<colon>[：:∶﹕︰]|[\]】](?=\s*\d))|(?=\s*[\[（(]?\s*\d))"
)
_MAY_HOLD_LABEL = re.compile(r"[：:∶﹕︰]|\d")
_VALUE_END = re.compile(rf"[|｜{BORDER}\u3000\r\n]|\s{{2,}}|[)）\]】]")
_NO_VALUE = re.compile(
    r"(?:[\[【（(<]?\s*(?:字号|字体|大\s*中\s*小|打印|关闭|分享|点击|浏览|阅读|次|收藏|返回)"
    r"|\d{4}\s*[-/.年]|[\d\s.,:：;；|/\\-]*$|[)）\]】])"
)
_NUMBER = re.compile(r"\s*[\[（(]?\s*(\d{1,9})(?![\d:./,，万年-])")
_OPENERS = {")": "(", "）": "（", "]": "[", "】": "【"}


def read_labels(line: str) -> list[Labelled]:
    """Return the labels of a raw line with their values, in order."""
    if not _MAY_HOLD_LABEL.search(line):
        return []
    matches = list(_LABEL.finditer(line))
    if not matches:
        return []
    ends = [match.start() for match in matches[1:]] + [len(line)]
    return [
        labelled
        for match, end in zip(matches, ends, strict=True)
        if (labelled := _labelled(match, line, end)) is not None
    ]


def number_of(labelled: Labelled) -> int | None:
    """Return the number behind a label, or None if no plain number stands there."""
    match = _NUMBER.match(labelled.rest)
    return int(match.group(1)) if match else None


def _labelled(match: re.Match[str], line: str, end: int) -> Labelled | None:
    word = re.sub(r"\s", "", match.group("firm") or match.group("loose"))
    field = _FIELDS[word]
    rest = line[match.end() : end]
    if match.group("colon") is None and field not in {Field.DATE, Field.VIEWS}:
        return None  # without a colon only a number or an element border makes a label
    value = _value(rest) if field not in {Field.DATE, Field.VIEWS} else tidy(rest) or None
    label = tidy(match.group())
    opener = _OPENERS.get(label[-1])
    if opener and line[: match.start()].endswith(opener):
        label = opener + label  # [发布日期] 2024-03-11
    return Labelled(
        field=field,
        label=label,
        value=value,
        printed=label + (value or ""),
        rest=rest,
        rank=_RANKS.get(word[:2], _OTHER_RANK),
        start=match.start(),
    )


def _value(rest: str) -> str | None:
    """Return the value at the start of what follows a label: up to a border, bar or wide gap."""
    rest = rest.lstrip()
    for match in _VALUE_END.finditer(rest):
        closer = match.group()
        opener = _OPENERS.get(closer)
        if opener is None or opener not in rest[: match.start()]:
            rest = rest[: match.start()]
            break
    value = tidy(rest).rstrip("；;，,、")
    return None if not value or _NO_VALUE.match(value) else value
