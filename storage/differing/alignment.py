"""What two sequences have in common, in order, at a cost that long texts cannot run away with.

Equal ends go first; few edits are found exactly (E. Myers, *An O(ND) Difference Algorithm*, 1986);
where there are more, runs that stand once on either side are taken for anchors (patience diff) and
what lies between them is compared again. What then still differs by too much was rewritten: it has
nothing in common. Pure.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence

# Of a stretch without anchors. Its square bounds the cost: 8,000 steps for each 128 pieces.
_MOST_EDITS = 128
Pair = tuple[int, int]
Range = tuple[int, int, int, int]


def common_pairs(
    old: Sequence[Hashable], new: Sequence[Hashable], *, anchors: Sequence[int] = (8, 4)
) -> list[Pair]:
    """Return the pairs (place in old, place in new) of what both have, in order.

    `anchors` are the lengths of runs that prove, where they stand once, that two places are one.
    """
    pairs: list[Pair] = []
    waiting: list[Range] = [(0, len(old), 0, len(new))]
    while waiting:
        a, a_end, b, b_end = waiting.pop()
        while a < a_end and b < b_end and old[a] == new[b]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            pairs.append((a_end, b_end))
        if a == a_end or b == b_end:
            continue
        found = _few_edits(old[a:a_end], new[b:b_end])
        if found is not None:
            pairs += [(a + x, b + y) for x, y in found]
            continue
        waiting += _between(old, new, (a, a_end, b, b_end), anchors, pairs)
    return sorted(pairs)


def longest_rising(values: Sequence[int]) -> list[int]:
    """Return the places of a longest rising run of these values, which all differ."""
    tails: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(places[at - 1] if at else -1)
        tails[at : at + 1] = [value]
        places[at : at + 1] = [place]
    run: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]


def _between(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    within: Range,
    anchors: Sequence[int],
    pairs: list[Pair],
) -> Iterator[Range]:
    """Add the anchors of a stretch to the pairs and yield what lies between them, or nothing."""
    a, a_end, b, b_end = within
    found: list[Pair] = []
    for size in anchors:
        if found := _anchors(old[a:a_end], new[b:b_end], size):
            break
    if not found:
        return
    x0, y0 = a, b
    for x, y in ((a + x, b + y) for x, y in found):
        pairs.append((x, y))
        yield x0, x, y0, y
        x0, y0 = x + 1, y + 1
    yield x0, a_end, y0, b_end


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable], size: int) -> list[Pair]:
    """Return where runs of this size start that stand once on either side, in order."""
    places = _once(new, size)
    both = [(x, places[run]) for run, x in _once(old, size).items() if run in places]
    return [both[n] for n in longest_rising([y for _, y in both])]


def _once(values: Sequence[Hashable], size: int) -> dict[tuple[Hashable, ...], int]:
    """Return the runs of this size that stand once, with their places, in order."""
    places: dict[tuple[Hashable, ...], int] = {}
    often: set[tuple[Hashable, ...]] = set()
    for place in range(len(values) - size + 1):
        run = tuple(values[place : place + size])
        if places.setdefault(run, place) != place:
            often.add(run)
    return {run: place for run, place in places.items() if run not in often}


def _few_edits(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair] | None:
    """Return the common pairs of a shortest edit, or None where it takes too many steps."""
    if abs(len(old) - len(new)) > _MOST_EDITS:
        return None
    furthest = {1: 0}  # by diagonal (place in old - place in new)
    past: list[dict[int, int]] = []
    for edits in range(_MOST_EDITS + 1):
        past.append(furthest.copy())
        for diagonal in range(-edits, edits + 1, 2):
            down, right = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1) + 1
            x = down if diagonal == -edits or (diagonal != edits and right <= down) else right
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            furthest[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walked_back(past, len(old), len(new))
    return None


def _walked_back(past: list[dict[int, int]], x: int, y: int) -> list[Pair]:
    pairs = []
    for edits in range(len(past) - 1, -1, -1):
        furthest, diagonal = past[edits], x - y
        down, right = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1) + 1
        came_down = diagonal == -edits or (diagonal != edits and right <= down)
        start = down if came_down else right
        while x > max(start, 0) and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        if came_down:
            x, y = start, start - diagonal - 1
        else:
            x, y = start - 1, start - diagonal
    return pairs
