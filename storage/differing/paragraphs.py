"""What became of the paragraphs of a text: changed, moved, cut, added. Pure.

Paragraphs that say the same (blanks aside) are paired first; then those that share most of their
pairs of letters, found by an index, so that long texts cost no more than their length.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from storage.article import comparable
from storage.differing.alignment import common_pairs, longest_rising
from storage.differing.wording import Kind, Piece, word_diff

_LEAST_ALIKE = 0.5
_COMMONPLACE = 20  # a pair of letters that so many paragraphs have tells none of them apart


class Fate(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    CUT = "cut"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A paragraph in its text: its number from 1, where it starts and ends (in letters)."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of either text. A MOVED one may have changed too.

    `pieces` are counted from the starts of the two texts.
    """

    fate: Fate
    old: Span | None
    new: Span | None
    pieces: tuple[Piece, ...]


def paragraph_diff(old: str, new: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the new text in order, cut ones where they stood. Blanks are none.

    Layout blanks alone are no change: such a paragraph is the SAME, with the old one's text.
    """
    before, now = _spans(old), _spans(new)
    pairs = _pairs([old[s.start : s.end] for s in before], [new[s.start : s.end] for s in now])
    stays = {pairs[n] for n in longest_rising([x for x, _ in pairs])}
    origin = {y: x for x, y in pairs}
    found: list[Paragraph] = []
    kept = {x for x, _ in pairs}
    cut = iter([x for x in range(len(before)) if x not in kept])
    next_cut = next(cut, None)
    for y, span in enumerate(now):
        x = origin.get(y)
        while x is not None and (x, y) in stays and next_cut is not None and next_cut < x:
            found.append(_only(Fate.CUT, old, before[next_cut]))
            next_cut = next(cut, None)
        if x is None:
            found.append(_only(Fate.ADDED, new, span))
        else:
            found.append(_both(old, before[x], new, span, moved=(x, y) not in stays))
    if next_cut is not None:
        found += [_only(Fate.CUT, old, before[x]) for x in (next_cut, *cut)]
    return tuple(found)


def _spans(text: str) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(number=len(spans) + 1, start=start, end=start + len(line)))
        start += len(line) + 1
    return spans


def _only(fate: Fate, text: str, span: Span) -> Paragraph:
    is_cut = fate is Fate.CUT
    piece = Piece(
        kind=Kind.CUT if is_cut else Kind.ADDED, text=text[span.start : span.end],
        old=span.start if is_cut else 0, new=0 if is_cut else span.start,
    )  # fmt: skip
    return Paragraph(
        fate=fate, old=span if is_cut else None, new=None if is_cut else span, pieces=(piece,)
    )


def _both(old: str, x: Span, new: str, y: Span, *, moved: bool) -> Paragraph:
    before, now = old[x.start : x.end], new[y.start : y.end]
    fate, pieces = Fate.CHANGED, word_diff(before, now)
    if comparable(before) == comparable(now):
        fate, pieces = Fate.SAME, (Piece(kind=Kind.SAME, text=before, old=0, new=0),)
    return Paragraph(
        fate=Fate.MOVED if moved else fate,
        old=x,
        new=y,
        pieces=tuple(
            Piece(kind=p.kind, text=p.text, old=x.start + p.old, new=y.start + p.new)
            for p in pieces
        ),
    )


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which paragraph became which, in the order of the new text."""
    before, now = [comparable(one) for one in old], [comparable(one) for one in new]
    pairs = dict(common_pairs(before, now, anchors=(1,)))
    left = _Left(before, now, pairs)
    left.pair(_equal(left))
    left.pair(_alike(left))
    left.pair(_in_place(left))
    return sorted(left.pairs.items(), key=lambda pair: pair[1])


class _Left:
    """The paragraphs that are not paired yet, by their places."""

    def __init__(self, old: Sequence[str], new: Sequence[str], pairs: dict[int, int]) -> None:
        self.pairs = pairs
        taken = set(pairs.values())
        self.old = {x: text for x, text in enumerate(old) if x not in pairs}
        self.new = {y: text for y, text in enumerate(new) if y not in taken}

    def pair(self, found: Iterator[tuple[int, int]]) -> None:
        """Take these for one paragraph, the first come first."""
        for x, y in list(found):
            if x in self.old and y in self.new:
                self.pairs[x] = y
                del self.old[x], self.new[y]


def _equal(left: _Left) -> Iterator[tuple[int, int]]:
    places = defaultdict(list)
    for x, text in left.old.items():
        places[text].append(x)
    for y, text in left.new.items():
        if places[text]:
            yield places[text].pop(0), y


def _alike(left: _Left) -> Iterator[tuple[int, int]]:
    """Yield those that share most of their letters, the most alike first."""
    sizes = {x: _bigrams(text) for x, text in left.old.items()}
    holders: Mapping[str, list[int]] = defaultdict(list)
    for x, found in sizes.items():
        for bigram in found:
            holders[bigram].append(x)
    most = max(_COMMONPLACE, len(left.old) // 50)
    scored = []
    for y, text in left.new.items():
        mine = _bigrams(text)
        telling = (holders[b] for b in mine if b in holders and len(holders[b]) <= most)
        for x, _ in Counter(chain.from_iterable(telling)).most_common(3):
            other = sizes[x]
            alike = 2 * (mine & other).total() / (mine.total() + other.total())
            if alike >= _LEAST_ALIKE:
                scored.append((-alike, abs(x - y), x, y))
    yield from ((x, y) for *_, x, y in sorted(scored))


def _in_place(left: _Left) -> Iterator[tuple[int, int]]:
    """Yield those that were put where as many others were."""
    before = {y: x for x, y in left.pairs.items()}
    for y in left.new:
        if y - 1 in left.new:
            continue
        x = before.get(y - 1, -1) + 1
        run = _run(left.new, y)
        if run == _run(left.old, x):
            yield from zip(range(x, x + run), range(y, y + run), strict=True)


def _run(places: Collection[int], start: int) -> int:
    """Return how many places follow on each other from here."""
    end = start
    while end in places:
        end += 1
    return end - start


def _bigrams(text: str) -> Counter[str]:
    return Counter(text[n : n + 2] for n in range(max(1, len(text) - 1)))
