"""Who made an article: names behind the labels of the meta line and of lines at the body's ends.

What the author printed stays in the text; an editor's line that the CMS adds leaves it. Which part
of a value is a person is decided in `names`. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler.fields.blanks import GAP
from crawler.fields.labels import Field, Labelled
from crawler.fields.names import are_people, is_person, names_of
from storage.article import Credit

# The words of each role, as they stand before a colon, a slash or a bar; 图文 has two roles.
_CHINESE = """
author      作者 撰稿人 撰稿 撰文 记者 本报记者 本网记者 见习记者 实习记者 学生记者 校园记者
author      特约记者 全媒体记者 通讯员 特约通讯员 实习生 供稿人 供稿 投稿 来稿 执笔 采写
text        文字 文案 文
photo       图片 摄影 供图 照片 配图 图
text+photo  图文 文图
editor      责任编辑 网络编辑 本文编辑 本期编辑 值班编辑 新媒体编辑 编辑 责编 美编 排版 编排
reviewer    审核人 审核 审稿人 审稿 校对 责校 校审 编审 复核 初审 复审 终审 一审 二审 三审
reviewer    一校 二校 三校 签发人 签发 监制 核稿 审读 审定
source      信息来源 文章来源 稿件来源 新闻来源 来源 供稿单位 来稿单位
"""
# `_` is a blank, small letters stand for both.
_ENGLISH = """
author      author authors writer writers reporter reporters written_by by
text        text story
photo       photo_by photos_by photo photos photographer
editor      editor editors edited_by
reviewer    reviewer reviewers reviewed_by proofreader
source      source
"""


def _table(rows: str) -> dict[str, tuple[Field, ...]]:
    split = (row.split() for row in rows.strip().split("\n"))
    return {w: tuple(map(Field, roles.split("+"))) for roles, *words in split for w in words}


_ROLES, _ENGLISH_ROLES = _table(_CHINESE), _table(_ENGLISH)
_META_FIELDS = frozenset(
    [Field.AUTHOR, Field.TEXT, Field.PHOTO, Field.EDITOR, Field.REVIEWER, Field.PUBLISHER]
)
_CMS_ROLES = frozenset([Field.EDITOR, Field.REVIEWER])
# Made in the newsroom, and often joined straight to a name: 记者张三.
_JOINED = (
    "本报记者 本网记者 见习记者 实习记者 学生记者 校园记者 全媒体记者 特约通讯员 记者 通讯员 实习生"
)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(GAP.join(w) for w in sorted(words, key=lambda word: -len(word)))


_ONE = _any_of(_ROLES)
_ENGLISH_ONE = "|".join(
    word.replace("_", r"\s") for word in sorted(_ENGLISH_ROLES, key=lambda word: -len(word))
)
_COLON = r"\s*[：:∶/／|｜]\s*"
# 作者：江舟, 文/江舟, 编辑 | 江舟, 图/文 江舟, 文字、图片：江舟, By Jiang Zhou, 记者江舟;
# and several in a line: 文：江舟 图：林溪.
_ROLE = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<role>(?:{_ONE})(?:\s*[/／、&和及+]\s*(?:{_ONE})(?![\u4e00-\u9fff]))*)"
    rf"(?:(?P<firm>{_COLON})|\s+(?=[\u4e00-\u9fffA-Za-z])|(?=[（(]))"
    rf"|(?<![A-Za-z])(?P<english>(?i:{_ENGLISH_ONE}))(?:(?P<colon>\s*[：:]\s*)|(?<=[Yy])\s+(?=[A-Z]))"
    rf"|(?<![\u4e00-\u9fff])(?P<joined>{_any_of(_JOINED.split())})(?=[\u4e00-\u9fff])"
)
# What ends a value before the next role: a label of something else.
_OTHER_LABEL = re.compile(r"[\s（(]+[\u4e00-\u9fff]{2,6}\s*[：:]|\s{2,}|\s\d{4}[-/.年]")
_TAKEN = re.compile(
    r"(?P<names>[\u4e00-\u9fff·\s、]{2,30}?)\s*[/／]?\s*(?P<role>[文图]\s*[/／]?\s*[文图]|摄影|摄|供图|图|文)"
)
_BRACKETED = re.compile(r"[（(【\[]([^（()）【】\[\]]{2,80})[)）】\]]")
_DATELINE = re.compile(r"[^。！？；，,]{0,16}?(?:讯|电|报道)?\s*(?=[（(])")
_CLOSERS = ("）", ")", "】", "]")
_SENTENCE = re.compile(r"[。！？!?；;]")
_EDGES = " \t|｜/／；;，,、"
_MAX_CREDIT_LINE = 80
_MAX_TAIL_LINES = 12
_MAX_OPENING_LINES = 4
_MAX_SOURCE_LINES = 3


def credits_of_labels(labels: Iterable[Labelled]) -> Iterator[Credit]:
    """Yield the people and offices that labels of the meta line name."""
    for labelled in labels:
        if labelled.value and labelled.field in _META_FIELDS:
            yield from _credits((labelled.field,), labelled.value, printed=labelled.printed)


def unlabelled_author(text: str) -> Iterator[Credit]:
    """Yield the author of an element that holds nothing but names; none where it holds more."""
    if len(text) <= _MAX_CREDIT_LINE and not _SENTENCE.search(text):
        # 本报记者 张三 needs no colon here: nothing but names is expected.
        bracketed = read_credit_line(f"（{text}）")
        yield from bracketed or _credits((Field.AUTHOR,), text, printed=text)


def split_credits(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[Credit, ...]]:
    """Return the lines without the CMS's editor tail, and the credits of their ends.

    The credits are those of the credit lines at the end, of a bracket that closes the last
    paragraph, and of brackets and a line that open the text.
    """
    kept = list(lines)
    found: list[Credit] = []
    at = len(kept) - 1
    stop = max(-1, at - _MAX_TAIL_LINES)
    while at > stop:
        line = kept[at]
        if line:
            if not _credit_line(line):
                break
            found[:0] = read_credit_line(line)
            if _is_editor_tail(kept, at):
                del kept[at]
        at -= 1
    if at >= 0 and kept[at]:
        found[:0] = _closing_bracket(kept[at])
    opening = [line for line in kept[: at + 1] if line][:_MAX_OPENING_LINES]
    # The only line of a text both opens and closes it.
    return tuple(kept), tuple(dict.fromkeys((*_opening_credits(opening), *found)))


def signed_source(lines: Sequence[str]) -> str | None:
    """Return the source that a line or bracket at the ends of a text names, or None."""
    told = [line for line in lines if line]
    ends = told[:1] + told[-_MAX_SOURCE_LINES:]
    for line in reversed(ends):
        end = line.rstrip("。. ")
        closes = end.endswith(_CLOSERS)
        brackets = [match.group() for match in _BRACKETED.finditer(line)] if closes else []
        inside = [bracket for bracket in brackets if end.endswith(bracket)]
        for part in (part for one in (line, *inside) for part in _credit_line(one)):
            is_source = part.roles == (Field.SOURCE,)
            if is_source and part.value and not is_person(part.value):
                return part.value
    return None


def read_credit_line(line: str) -> list[Credit]:
    """Return the credits of a line that is nothing else, or an empty list."""
    return [
        credit
        for part in _credit_line(line)
        for credit in _credits(part.roles, part.value, printed=part.printed)
    ]


class _Part(NamedTuple):
    """Roles with their value, both as `printed`, and whether a colon or bar (`firm`) parts them."""

    roles: tuple[Field, ...]
    value: str
    printed: str
    firm: bool


def _credit_line(line: str) -> list[_Part]:
    """Return the parts of a line that is nothing but roles and names, or an empty list."""
    if len(line) > _MAX_CREDIT_LINE:
        return []
    bracket = _BRACKETED.fullmatch(line)
    inner = bracket.group(1).strip() if bracket else line
    if taken := _taken(inner):
        return [taken]
    parts = list(_parts(inner))
    for part in parts:
        # 作者走进会场 begins like a credit: without a colon only people may follow.
        if _SENTENCE.search(part.value) or not (part.firm or bracket or are_people(part.value)):
            return []
    # An editor's line without a name is the CMS's too.
    is_said = any(part.value or _CMS_ROLES.issuperset(part.roles) for part in parts)
    return parts if is_said else []


def _parts(inner: str) -> Iterator[_Part]:
    """Yield the parts of a line that begins with a role; nothing of any other."""
    if not _ROLE.match(inner):
        return
    matches = list(_ROLE.finditer(inner))
    ends = [match.start() for match in matches[1:]] + [len(inner)]
    for match, end in zip(matches, ends, strict=True):
        value = inner[match.end() : end]
        if other := _OTHER_LABEL.search(value):
            value = value[: other.start()]
        printed = inner[match.start() : match.end() + len(value)].strip(_EDGES)
        firm = match["firm"] is not None or match["colon"] is not None
        yield _Part(_roles(match), value.strip(f"{_EDGES}）)】"), printed, firm)


def _roles(match: re.Match[str]) -> tuple[Field, ...]:
    if english := match["english"]:
        return _ENGLISH_ROLES["_".join(english.lower().split())]
    words = re.split(r"[/／、&和及+]", re.sub(r"\s", "", match["role"] or match["joined"]))
    return tuple(dict.fromkeys(role for word in words for role in _ROLES[word]))


def _taken(inner: str) -> _Part | None:
    """Return the only part of a line such as 江舟 摄 or 江舟 文/图, where the role comes last."""
    match = _TAKEN.fullmatch(inner)
    if match is None or not are_people(match["names"]):
        return None
    text, photo = "文" in match["role"], match["role"] != "文"
    roles = (*([Field.TEXT] if text else []), *([Field.PHOTO] if photo else []))
    return _Part(roles, match["names"].strip(), inner, firm=True)


def _opening_credits(lines: Sequence[str]) -> Iterator[Credit]:
    """Yield the credits of the first line, and of brackets that open one of the first lines."""
    for number, line in enumerate(lines):
        if bracket := _BRACKETED.match(line):
            yield from read_credit_line(bracket.group())
        elif number == 0:
            dateline = _DATELINE.match(line)
            bracket = _BRACKETED.match(line, dateline.end()) if dateline else None
            yield from read_credit_line(bracket.group() if bracket else line)


def _is_editor_tail(lines: Sequence[str], at: int) -> bool:
    """Say whether a credit line was added by the CMS: it names an editor and nobody who wrote."""
    roles = _roles_of(lines[at])
    if not roles or not roles <= _CMS_ROLES:
        return False
    if Field.EDITOR in roles:
        return True
    # 审核： alone is the CMS's only beside an editor's line.
    near = [line for line in (*lines[at - 1 : at], *lines[at + 1 : at + 2]) if line]
    return any(Field.EDITOR in part.roles for line in near for part in _credit_line(line))


def _roles_of(line: str) -> set[Field]:
    return {role for match in _ROLE.finditer(line.strip("（(【[")) for role in _roles(match)}


def _closing_bracket(line: str) -> list[Credit]:
    if not line.rstrip("。. ").endswith(_CLOSERS):
        return []
    brackets = list(_BRACKETED.finditer(line))
    if not brackets or brackets[-1].end() < len(line.rstrip("。. ")):
        return []
    return read_credit_line(brackets[-1].group())


def _credits(roles: Iterable[Field], value: str, *, printed: str) -> Iterator[Credit]:
    for role in roles:
        if role is not Field.SOURCE:
            for name in names_of(value):
                yield Credit(role=role.value, name=name, printed=printed)
