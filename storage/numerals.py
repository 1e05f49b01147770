"""Numbers in a text, in whichever digits they are written. Pure."""

import re
from collections import Counter

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_SCALED = frozenset(_SCALES.keys() | _MYRIADS.keys())
_NUMBER = re.compile("[0-9]+|[〇零一二三四五六七八九十百千万亿两]+")


def numbers(text: str) -> Counter[int]:
    """Return the numbers of a text (NFKC) with how often each stands there: 三十五 is 35."""
    return Counter(map(_value, _NUMBER.findall(text)))


def _value(written: str) -> int:
    if written[0].isdecimal():
        return int(written[:18])
    if _SCALED.isdisjoint(written):
        return int("".join(str(_DIGITS[digit]) for digit in written)[:18])  # 二〇二四
    total = section = digit = 0
    for character in written:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SCALES:
            section += (digit or 1) * _SCALES[character]
            digit = 0
        else:
            total += (section + digit) * _MYRIADS[character]
            section = digit = 0
    return total + section + digit
