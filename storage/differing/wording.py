"""What of one text became what of another, word by word, as a reader would mark it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from storage.differing.alignment import common_pairs
from storage.differing.words import words

# A text of which so few words stayed was written anew: those that agree by chance say nothing.
_LEAST_KEPT = 0.25
_LARGEST_ISLAND = 8  # words
_FARTHEST_SLIDE = 200  # words
_ENDS = re.compile(r"[。！？；!?;…\n]$")
_PAUSES = re.compile(r"[，、：,:）)」』”’\s]$")


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    CUT = "cut"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of text, and where it starts in the old and in the new one (in letters)."""

    kind: Kind
    text: str
    old: int
    new: int

    @property
    def old_end(self) -> int:
        """Where it ends in the old text."""
        return self.old + (0 if self.kind is Kind.ADDED else len(self.text))

    @property
    def new_end(self) -> int:
        """Where it ends in the new text."""
        return self.new + (0 if self.kind is Kind.CUT else len(self.text))


@dataclass(slots=True)
class _Change:
    """What was cut and added between two places that stayed; `after` is what stays behind it."""

    cut: list[str]
    added: list[str]
    after: list[str]


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as pieces: all but ADDED join to the old one, all but CUT to the new.

    What was cut stands before what took its place.
    """
    before, now = words(old), words(new)
    head, changes = _changes(before, now)
    if _was_rewritten(head, changes, min(len(before), len(now))):
        head, changes = [], [_Change(before, now, [])]
    changes = _without_islands(changes)
    _slide(head, changes)
    return tuple(_pieces(head, changes))


def _changes(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[_Change]]:
    """Return what stays at the start, and the changes."""
    head: list[str] = []
    changes: list[_Change] = []
    x = y = 0
    for a, b in [*common_pairs(old, new), (len(old), len(new))]:
        if a > x or b > y:
            changes.append(_Change(list(old[x:a]), list(new[y:b]), []))
        if a < len(old):
            (changes[-1].after if changes else head).append(old[a])
        x, y = a + 1, b + 1
    return head, changes


def _was_rewritten(head: list[str], changes: list[_Change], size: int) -> bool:
    kept = len(head) + sum(len(change.after) for change in changes)
    return len(changes) > 1 and kept < _LEAST_KEPT * size


def _without_islands(changes: list[_Change]) -> list[_Change]:
    """Join changes that only a few words part, no more than either side changed."""
    joined: list[_Change] = []
    for change in changes:
        if joined and _is_island(joined[-1], change):
            last = joined[-1]
            last.cut += last.after + change.cut
            last.added += last.after + change.added
            last.after = change.after
        else:
            joined.append(change)
    return joined


def _is_island(left: _Change, right: _Change) -> bool:
    size = len(left.after)
    if size > _LARGEST_ISLAND or "\n" in left.after:
        return False
    # Two insertions with a word between them are read easily; the word was never cut.
    both = (left.cut or right.cut) and (left.added or right.added)
    changed = min(max(len(one.cut), len(one.added)) for one in (left, right))
    return bool(both) and size <= changed


def _slide(head: list[str], changes: list[_Change]) -> None:
    """Move what was only cut or only added to where sentences begin and end, if it fits there."""
    before = head
    for change in changes:
        if not (change.cut and change.added):
            _slide_one(before, change.cut or change.added, change.after)
        before = change.after


def _slide_one(before: list[str], moved: list[str], after: list[str]) -> None:
    steps = 0
    while before and before[-1] == moved[-1] and steps < _FARTHEST_SLIDE:
        after.insert(0, moved.pop())
        moved.insert(0, before.pop())
        steps += 1
    best, best_at, at = _fit(before, moved), 0, 0
    while after and after[0] == moved[0] and at < _FARTHEST_SLIDE:
        before.append(moved.pop(0))
        moved.append(after.pop(0))
        at += 1
        if (fit := _fit(before, moved)) >= best:
            best, best_at = fit, at
    for _ in range(at - best_at):
        after.insert(0, moved.pop())
        moved.insert(0, before.pop())


def _fit(before: list[str], moved: list[str]) -> int:
    return sum(
        2 if not text or _ENDS.search(text[-1]) else 1 if _PAUSES.search(text[-1]) else 0
        for text in (before, moved)
    )


def _pieces(head: list[str], changes: list[_Change]) -> Iterator[Piece]:
    old = new = 0
    parts = [(Kind.SAME, head)]
    for one in changes:
        parts += [(Kind.CUT, one.cut), (Kind.ADDED, one.added), (Kind.SAME, one.after)]
    for kind, part in parts:
        if text := "".join(part):
            yield Piece(kind=kind, text=text, old=old, new=new)
        old += len(text) if kind is not Kind.ADDED else 0
        new += len(text) if kind is not Kind.CUT else 0
