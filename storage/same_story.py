"""Are two texts one story? The comparison of two that share clauses. Pure.

The clauses are aligned; what stands on both sides between equal ones was put in each other's place.
A repost puts little: a word here and there, seldom a number. A form that was filled in twice puts
other names, dates and numbers, which are all that it says.
Source: docs/decisions/0014-stories-have-a-core.md, with the measurements.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from storage.likeness import Reading, clauses_of
from storage.numerals import numbers

_SHORTEST = 40  # letters: less says too little to be told apart from other notices
_COVERED = 0.65  # so much of the shorter text has to stand in the longer one
_SURELY_NOT = 0.2  # so little, clause by clause, that edits cannot explain it
_DOUBT = 0.2
# Forms are as long as each other, and the shorter they are the fewer words it takes to fill one in.
_LEAST_DOUBT = 0.04
_LETTERS_A_DOUBT = 2000
_WHOLE = 0.75  # below it the shorter text is a part of the longer one
_ALIGNED_AT_ONCE = 400  # letters: longer runs that differ are not compared letter by letter
_ALIKE = 0.5
_TOLD = 0.3
_SURELY_TOLD = 0.8
_TITLE_LETTERS = 6  # shorter titles agree by chance
_HEADLINE_MORE = 6  # letters that number a headline: 一、, 【校园】
_ONE_FORM = 0.6
_POINTING = frozenset("我本该全今昨")  # 我校, 全市, 昨日: whoever reposts gives the name
_ROUND_UP = re.compile(
    "一周|本周|要闻|大事|热[点闻]|头条|都在看|简讯|动态|汇编|摘编|集锦|速[览递]|盘点|汇总|回顾|[早晚][读报]|[周月日]报|新闻早"
    "|[两二三四五六七八九十几][则件]"
)


class _Alignment(NamedTuple):
    """Letters that agree, and that were put in each other's place; numbers likewise."""

    equal: int = 0
    replaced: int = 0
    agreeing: int = 0
    conflicting: int = 0

    @property
    def doubt(self) -> float:
        """How much of what both say is said differently: letters and numbers, each as a share."""
        told = self.agreeing + self.conflicting
        return self.replaced / max(1, self.equal) + self.conflicting / max(1, told)

    def plus(self, other: "_Alignment") -> "_Alignment":
        return _Alignment(*map(sum, zip(self, other, strict=True)))


def is_one_story(one: Reading, other: Reading) -> bool:
    """Say whether one of two texts was taken over from the other. The order does not matter."""
    short, long = sorted((one, other), key=lambda text: (text.letters, text.clauses, text.title))
    if short.letters < _SHORTEST or _other_numbers(short, long):
        return False
    if _shared(short, long) < _SURELY_NOT * short.letters:
        return False
    if _titles_differ_as_forms_do(short, long):
        return False
    found = _align(short.clauses, long.clauses)
    if found.equal < _COVERED * short.letters:
        return False
    if short.letters < _WHOLE * long.letters:
        return found.doubt <= _DOUBT and _is_about(short, long)
    return found.doubt <= min(_DOUBT, max(_LEAST_DOUBT, short.letters / _LETTERS_A_DOUBT))


def _shared(short: Reading, long: Reading) -> int:
    common = Counter(short.clauses) & Counter(long.clauses)
    return sum(len(clause) * times for clause, times in common.items())


def _other_numbers(short: Reading, long: Reading) -> bool:
    """Say whether most numbers of the short text are nowhere in the long one: a form, at a glance.

    Source of the bounds: no repost in `tests/unit/stories` has a third of its numbers to itself.
    """
    own = short.numbers.keys() - long.numbers.keys()
    return len(own) > max(2, len(short.numbers) // 2)


def _align(short: Sequence[str], long: Sequence[str]) -> _Alignment:
    head = _equal_at_start(short, long)
    tail = _equal_at_start(short[head:][::-1], long[head:][::-1])
    found = _agreed("".join((*short[:head], *short[len(short) - tail :])))
    short, long = short[head : len(short) - tail], long[head : len(long) - tail]
    gaps = []
    # What stands everywhere (the cells of a table) aligns nothing, and would take minutes.
    steps = SequenceMatcher(None, short, long, autojunk=True).get_opcodes()
    for place, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal":
            found = found.plus(_agreed("".join(short[a:b])))
        else:
            is_inside = (head or place > 0) and (tail or place < len(steps) - 1)
            gaps.append((short[a:b], long[c:d], bool(is_inside)))
    # Paragraphs that were moved stand in gaps on both sides.
    moved = _common((gap[0] for gap in gaps), (gap[1] for gap in gaps))
    found = found.plus(_agreed("".join(moved.elements())))
    for mine, theirs, is_inside in gaps:
        here, there = _without(mine, moved), _without(theirs, moved)
        if here and there:
            found = found.plus(_compared(here, there, is_inside=is_inside))
    return found


def _equal_at_start(short: Sequence[str], long: Sequence[str]) -> int:
    pairs = enumerate(zip(short, long, strict=False))
    return next(
        (place for place, (one, other) in pairs if one != other), min(len(short), len(long))
    )


def _agreed(text: str) -> _Alignment:
    return _Alignment(equal=len(text), agreeing=numbers(text).total())


def _compared(here: str, there: str, *, is_inside: bool) -> _Alignment:
    """Return what two runs between equal clauses have in common, letter by letter.

    At an end, where one text goes on and the other does not, nothing was replaced.
    """
    shorter, longer = sorted((len(here), len(there)))
    equal = _letters_in_common(here, there) if longer <= _ALIGNED_AT_ONCE else 0
    mine, theirs = numbers(here), numbers(there)
    is_replaced = is_inside or 2 * shorter >= longer
    conflicting = min((mine - theirs).total(), (theirs - mine).total())
    return _Alignment(
        equal=equal,
        replaced=shorter - equal if is_replaced else 0,
        agreeing=(mine & theirs).total(),
        conflicting=conflicting if is_replaced else 0,
    )


def _letters_in_common(here: str, there: str) -> int:
    blocks = SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1)


def _common(these: Iterable[Sequence[str]], those: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(chain.from_iterable(these)) & Counter(chain.from_iterable(those))


def _without(clauses: Sequence[str], moved: Counter[str]) -> str:
    return "".join(clause for clause in clauses if clause not in moved)


def _titles_differ_as_forms_do(short: Reading, long: Reading) -> bool:
    """Say whether two titles are one form with other numbers, or other words that the texts repeat.

    A title that was written anew shares less, and its words are not in only one of the texts.
    """
    here, there = "".join(short.title), "".join(long.title)
    equal = _letters_in_common(here, there)
    if equal < _ONE_FORM * max(len(here), len(there)):
        return False
    mine, theirs = numbers(here), numbers(there)
    if mine - theirs and theirs - mine:
        return True
    texts = "".join(short.clauses), "".join(long.clauses)
    return any(
        a in texts[0] and a not in texts[1] and b in texts[1] and b not in texts[0]
        for a, b in _replaced(here, there)
        if _POINTING.isdisjoint((a[0], b[0]))
    )


def _replaced(here: str, there: str) -> Iterator[tuple[str, str]]:
    for kind, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if kind == "replace":
            yield here[a:b], there[c:d]


def _is_about(short: Reading, long: Reading) -> bool:
    """Say whether a long text is about the part of it that a short one has: no round-up of many.

    Its title says it, by what it shares with the other title and with that part.
    """
    here, there = "".join(short.title), "".join(long.title)
    if here != there and any(_is_headline(line, here) for line in long.lines[1:]):
        return False
    titles = _letters_in_common(here, there) / max(_TITLE_LETTERS, min(len(here), len(there)))
    if titles >= _ALIKE or here == there:
        return True
    part = "".join(short.clauses)
    pairs = {clause[i : i + 2] for clause in long.title for i in range(len(clause) - 1)}
    told = sum(pair in part for pair in pairs) / max(1, len(pairs))
    return titles + told >= (_SURELY_TOLD if _ROUND_UP.search(there) else _TOLD)


def _is_headline(line: str, title: str) -> bool:
    """Say whether a line inside a text is this title: one of several."""
    bare = "".join(clauses_of(line))
    return bool(title) and title in bare and len(bare) <= len(title) + _HEADLINE_MORE
