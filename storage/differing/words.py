"""A text in the smallest pieces that a reader takes as one: what a diff never cuts in two. Pure.

Chinese is not written in words, and a dictionary would cut names differently from day to day. So a
Chinese letter stands alone; what has to be read whole is kept whole: dates, times, ordinals
(第十二届), numbers with their unit, Latin words, addresses. The pieces join to the text.
"""

import itertools
import re

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_NUMERALS = "〇○零一二三四五六七八九十百千万亿两"
# Chinese letters that never count, as ranges between those that do.
_EDGES = sorted({0x4DFF, *map(ord, _NUMERALS.replace("〇", "").replace("○", "") + "第"), 0xA000})
_PLAIN = "\u3400-\u4dbf\uf900-\ufaff\U00020000-\U000323af" + "".join(
    f"{chr(start + 1)}-{chr(end - 1)}"
    for start, end in itertools.pairwise(_EDGES)
    if end - start > 1
)
_MARKS = "[\u0300-\u036f\u200d\u20d0-\u20ff\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_ALNUM = "[0-9A-Za-z０-９Ａ-Ｚａ-ｚ\u00c0-\u024f]"
_COUNT = rf"(?:\d+|[{_NUMERALS}]+)"
_PIECE = re.compile(
    rf"""
    (?P<plain>[{_PLAIN}]+)(?!{_MARKS})      # each letter is a piece
  | https?://[!-~]+ | [0-9A-Za-z._+-]{{1,64}}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+
  | {_COUNT}[ ]?年(?:[ ]?{_COUNT}[ ]?月(?:[ ]?{_COUNT}[ ]?[日号])?)?
  | {_COUNT}[ ]?月(?:[ ]?{_COUNT}[ ]?[日号])? | {_COUNT}[日号]
  | \d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}} | \d{{1,2}}[:：]\d\d(?:[:：]\d\d)?
  | 第{_COUNT}[{_HAN}]? | 百分之[{_NUMERALS}点]+
  | (?=[0-9０-９]*[A-Za-zＡ-Ｚａ-ｚ\u00c0-\u024f]){_ALNUM}+(?:[-'’.&+/]{_ALNUM}+)*
  | \d+(?:[,，]\d{{3}})*(?:[.．]\d+)?[百千万亿]*[余多]?[%％‰℃]?
  | [{_NUMERALS}]{{2,}} | (?:(?![{_HAN}])[^\W\d_])+
  | [^\S\n]+ | (?P<mark>[^\w\s])(?P=mark)+
  | .{_MARKS}*
    """,
    re.VERBOSE | re.DOTALL,
)


def words(text: str) -> list[str]:
    """Return the text in pieces; joined they are the text again."""
    pieces: list[str] = []
    for match in _PIECE.finditer(text):
        if match.lastgroup == "plain":
            pieces += match.group()
        else:
            pieces.append(match.group())
    return pieces
