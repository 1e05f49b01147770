"""Who made an article: names behind the labels of the meta line and of lines at the body's ends.

What the author printed stays in the text; an editor's line that the CMS adds leaves it. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from crawler.fields.labels import Field, Labelled
from storage.article import Credit

_WORDS = {
    Field.AUTHOR: "作者 撰稿人 撰稿 撰文 本报记者 记者 通讯员 供稿人 供稿 投稿 来稿",
    Field.TEXT: "文字 图文 文",
    Field.PHOTO: "图片 摄影 供图 照片 图",
    Field.EDITOR: "责任编辑 网络编辑 本文编辑 本期编辑 编辑 责编",
    Field.REVIEWER: "审核人 审核 审稿人 审稿 校对 初审 复审 终审 一审 二审 三审 "
    "签发人 签发 监制 核稿",
}
_ROLES = {word: field for field, words in _WORDS.items() for word in words.split()}
_META_FIELDS = frozenset([*_WORDS, Field.PUBLISHER])
_CMS_ROLES = frozenset([Field.EDITOR, Field.REVIEWER])
_ALTERNATIVES = "|".join(
    "[ \u3000]*".join(word) for word in sorted(_ROLES, key=lambda word: -len(word))
)
# 作者：张三, 文/张三, 编辑 | 张三; several in a line: 文：张三 图：李四
_CREDIT = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<role>{_ALTERNATIVES})(?:\s*[：:∶/／|｜]\s*|\s+(?=[\u4e00-\u9fff]))"
)
_STRICT = re.compile(rf"(?<![\u4e00-\u9fff])(?P<role>{_ALTERNATIVES})\s*[：:∶/／|｜]\s*")
_BRACKETED = re.compile(r"[（(【\[]([^（()）【】\[\]]{2,80})[)）】\]]")
_CLOSERS = ("）", ")", "】", "]")
_SENTENCE = re.compile(r"[。！？!?；;]")
_MAX_CREDIT_LINE = 80
_MAX_TAIL_LINES = 12
_MAX_OPENING_LINES = 4
_NAME_BREAK = re.compile(r"[、，,;；/／&]|\s+")
_OFFICE = re.compile(
    r"(?:中心|学院|大学|学校|部|处|院|系|所|办|会|委|社|馆|团|局|公司|科|组|队|支部|办公室|年级|班|级"
    r"|专业|集团|医院|工会|网|报|台|站)$"
)
_NAME = re.compile(
    r"[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff]+·[\u4e00-\u9fff·]+|[A-Za-z][A-Za-z .'-]+"
)
_NOBODY = re.compile(r"^(?:无|佚名|匿名|未知|本站|暂无|[-—\s]*)$")


def credits_of_labels(labels: Iterable[Labelled]) -> Iterator[Credit]:
    """Yield the people and offices that labels of the meta line name."""
    for labelled in labels:
        if labelled.value and labelled.field in _META_FIELDS:
            yield from _credits(labelled.field, labelled.value, printed=labelled.printed)


def unlabelled_author(text: str) -> Iterator[Credit]:
    """Yield the author of an element that holds nothing but names; none where it holds more."""
    if len(text) <= _MAX_CREDIT_LINE and not _SENTENCE.search(text):
        # 本报记者 张三 needs no colon here: nothing but names is expected.
        bracketed = read_credit_line(f"（{text}）")
        yield from bracketed or _credits(Field.AUTHOR, text, printed=text)


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
            here = read_credit_line(line)
            if not here:
                break
            found[:0] = here
            if _is_editor_tail(kept, at):
                del kept[at]
        at -= 1
    if at >= 0 and kept[at]:
        found[:0] = _closing_bracket(kept[at])
    opening = [line for line in kept[: at + 1] if line][:_MAX_OPENING_LINES]
    return tuple(kept), (*_opening_credits(opening), *found)


def _opening_credits(lines: Sequence[str]) -> Iterator[Credit]:
    """Yield the credits of the first line, and of brackets that open one of the first lines."""
    for number, line in enumerate(lines):
        if bracket := _BRACKETED.match(line):
            yield from read_credit_line(bracket.group())
        elif number == 0:
            yield from read_credit_line(line)


def read_credit_line(line: str) -> list[Credit]:
    """Return the credits of a line that is nothing else, or an empty list."""
    if len(line) > _MAX_CREDIT_LINE:
        return []
    inner = line
    bracket = _BRACKETED.fullmatch(line)
    if bracket:
        inner = bracket.group(1)
    pattern = _CREDIT if bracket else _STRICT
    if not pattern.match(inner):
        return []
    matches = list(pattern.finditer(inner))
    ends = [match.start() for match in matches[1:]] + [len(inner)]
    found: list[Credit] = []
    for match, end in zip(matches, ends, strict=True):
        value = inner[match.end() : end].strip(" \t|｜/／；;，,、）)】")
        if _SENTENCE.search(value):
            return []
        printed = inner[match.start() : end].strip(" \t|｜/／；;，,、")
        found += _credits(_role(match), value, printed=printed)
    return found


def _is_editor_tail(lines: Sequence[str], at: int) -> bool:
    """Say whether a credit line was added by the CMS: it names an editor and nobody who wrote."""
    roles = [_role(match) for match in _CREDIT.finditer(lines[at].strip("（(【["))]
    if not roles or not set(roles) <= _CMS_ROLES:
        return False
    if Field.EDITOR in roles:
        return True
    # 审核： alone is the CMS's only beside an editor's line.
    near = [line for line in (*lines[at - 1 : at], *lines[at + 1 : at + 2]) if line]
    return any(credit.role == Field.EDITOR for line in near for credit in read_credit_line(line))


def _closing_bracket(line: str) -> list[Credit]:
    if not line.rstrip("。. ").endswith(_CLOSERS):
        return []
    brackets = list(_BRACKETED.finditer(line))
    if not brackets or brackets[-1].end() < len(line.rstrip("。. ")):
        return []
    return read_credit_line(brackets[-1].group())


def _role(match: re.Match[str]) -> Field:
    return _ROLES[re.sub(r"\s", "", match.group("role"))]


def _credits(role: Field, value: str, *, printed: str) -> Iterator[Credit]:
    for name in names_of(value):
        yield Credit(role=role.value, name=name, printed=printed)


def names_of(value: str) -> list[str]:
    """Return the people of a value without their offices, or the office where it names nobody.

    Names of two characters are padded to the width of three (`董 洋`): the pad goes.
    """
    value = re.sub(r"[（(][^（()）]*[)）]?", " ", value)
    parts = _without_pads([part for part in _NAME_BREAK.split(value) if part])
    people = [part for part in parts if _NAME.fullmatch(part) and not _OFFICE.search(part)]
    return [name for name in dict.fromkeys(people or parts) if not _NOBODY.match(name)]


def _without_pads(parts: Sequence[str]) -> list[str]:
    joined: list[str] = []
    half = ""
    for part in parts:
        if len(part) == 1 and not half:
            half = part
        elif half:
            joined += [half + part] if len(part) == 1 else [half, part]
            half = ""
        else:
            joined.append(part)
    return [*joined, half] if half else joined
