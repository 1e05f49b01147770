"""How deep the items of a column stand, and what the change of it tells about pages not read.

Pure. The depth of an item (`from_end`) is the number of items listed after it: the paginator's
total minus the item's rank. Publishing on top does not change it. So when an item is met again
and its depth differs from the stored one, that many items were inserted (or removed) somewhere
after it, on pages that nobody has read: the `drift`.

The stored depths are kept in one frame: where a change has not been located yet, the items above
it keep their old depth, and the drift shows again in the next crawl. Where a change is located,
a `Shift` moves all stored depths above it at once. A page without any known item has no place in
that frame until the pages around it were read: its items float, far above all real depths.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

_LAST = -1  # the depth of what follows the last item
FLOATING = 1_000_000  # above it, the items of pages without a place float; no column is as long
FORGOTTEN = 4 * FLOATING  # above it, depths that were given up: as good as none
_OUT_OF_THE_WAY = 16 * FLOATING


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of one item of a listing.

    `in_column` says that it was seen in this column before, `from_end` how deep; `stored` that its
    article is known at all, perhaps from another column (a cross-post).
    """

    in_column: bool = False
    stored: bool = False
    from_end: int | None = None

    @property
    def is_news(self) -> bool:
        """Whether nothing is stored of it."""
        return not (self.in_column or self.stored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Every stored depth of the column from `at` up to (not including) `below` changes by `by`."""

    at: int
    by: int
    below: int = FLOATING

    def unlimited(self) -> tuple["Shift", ...]:
        """Return shifts without an upper limit that together do the same."""
        return (
            replace(self, at=self.below, by=_OUT_OF_THE_WAY),
            self,
            replace(self, at=self.below + _OUT_OF_THE_WAY + self.by, by=-_OUT_OF_THE_WAY - self.by),
        )

    def applied(self, depth: int) -> int:
        """Return a stored depth after this shift."""
        return depth + self.by if self.at <= depth < self.below else depth


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounding:
    """One page as read: the stored depths of its first and last item, and the drift below it.

    While `drift` is None the page floats, and `first` and `last` are its depths as they are now.
    `total` is what the paginator said at that time; None for the end of the column. `doubtful` says
    that stored depths of the page contradict each other or those of its neighbours.
    """

    page: int
    first: int
    last: int
    drift: int | None
    total: int | None
    doubtful: bool = False

    def shifted(self, shift: Shift) -> "Sounding":
        """Return the sounding after a shift of the stored depths."""
        if self.drift is None or shift.applied(self.last) == self.last:
            return self
        return replace(
            self,
            first=self.first + shift.by,
            last=self.last + shift.by,
            drift=self.drift - shift.by,
        )

    def placed(self, drift: int) -> "Sounding":
        """Return the sounding of a floating page after its drift became known."""
        return replace(self, first=self.first - drift, last=self.last - drift, drift=drift)

    def placing(self, drift: int) -> Shift:
        """Return the shift that takes the floating items of this page to their place."""
        return Shift(at=FLOATING + self.last, below=FLOATING + self.first + 1, by=-FLOATING - drift)


def forgotten() -> tuple[Shift, ...]:
    """Return the shifts that give up all depths of a column.

    They start anew as its pages are read; until then the rotation finds what they hide.
    """
    return Shift(at=0, below=FORGOTTEN, by=FORGOTTEN).unlimited()


def end_of_column(page: int) -> Sounding:
    """Return the sounding of what follows the last page: nothing ever drifts below it."""
    return Sounding(page=page, first=_LAST, last=_LAST, drift=0, total=None)


def depths_of(count: int, *, page: int, pages: int, total: int, per_page: int) -> list[int] | None:
    """Return the depth of each of the items of a page, or None if the numbers do not add up.

    Only the last page may be short: where a paginator counts items that are not listed, ranks
    cannot be told.
    """
    ends_at = total if page == pages else page * per_page
    agrees = per_page > 0 and ceil(total / per_page) == pages >= page
    if count == 0 or not agrees or (page - 1) * per_page + count != ends_at:
        return None
    return [total - ends_at + count - 1 - index for index in range(count)]


def sound(
    depths: Sequence[int],
    items: Sequence[Known],
    *,
    page: int,
    total: int,
    open_below: bool,
    others: Sequence[Sounding] = (),
) -> tuple[Sounding, tuple[Shift, ...]]:
    """Compare a page's depths with the stored ones; return the sounding and what was located.

    `open_below` says that below the known items of this page nothing was read yet (a first walk):
    what drifts there is no riddle. `others` are the pages that were read already.
    """
    stored = [_depth(item) for item in items]
    fits = _fitting(page, others)
    moved, kept = _moved(depths, stored, fits)
    shifts = [Shift(at=depth + 1, by=-1) for depth in moved]
    anchors = [(index, _after(depth, shifts)) for index, depth in kept]
    if not anchors:
        # Items that were never given a depth start the frame; others wait for their neighbours.
        starts = open_below or any(_is_without_depth(item) for item in items)
        here = _sounding(depths, page=page, total=total, drift=0 if starts else None)
        return replace(here, doubtful=any(depth is not None for depth in stored)), tuple(shifts)
    first, last = anchors[0], anchors[-1]
    if page > 1 and (above := _inserted(items, moved, range(first[0]))):
        shifts.append(Shift(at=first[1] + 1, by=above))
    drifts = [depths[index] - depth for index, depth in anchors]
    shifts += [
        Shift(at=depth, by=here - below)
        for (_, depth), (here, below) in zip(anchors, pairwise(drifts), strict=False)
        if here != below
    ]
    after = range(last[0] + 1, len(items))
    tail = drifts[-1] if open_below else _inserted(items, moved, after)
    if tail:
        shifts.append(Shift(at=last[1], by=tail))
    here = _sounding(depths, page=page, total=total, drift=drifts[-1] - tail)
    return here, tuple(shifts)


def _is_without_depth(item: Known) -> bool:
    return item.in_column and (item.from_end is None or item.from_end >= FORGOTTEN)


def _sounding(depths: Sequence[int], *, page: int, total: int, drift: int | None) -> Sounding:
    below = drift or 0
    return Sounding(
        page=page, first=depths[0] - below, last=depths[-1] - below, drift=drift, total=total
    )


def _depth(item: Known) -> int | None:
    """Return the stored depth of an item, or None if it has none or floats."""
    if not item.in_column or item.from_end is None or item.from_end >= FLOATING:
        return None
    return item.from_end


def _after(depth: int, shifts: Sequence[Shift]) -> int:
    for shift in shifts:
        depth = shift.applied(depth)
    return depth


def _fitting(page: int, others: Sequence[Sounding]) -> Callable[[int, int], bool]:
    """Return the test whether a depth and the stored one agree on being below or above others.

    A page may overlap its neighbours, which were read a moment ago; so only the sides are compared.
    """
    above = max((one for one in others if one.page < page), key=_page, default=None)
    below = min((one for one in others if one.page > page), key=_page, default=None)

    def fits(depth: int, stored: int) -> bool:
        under = (
            above is None
            or above.drift is None
            or ((depth < above.last + above.drift) == (stored < above.last))
        )
        over = (
            below is None
            or below.drift is None
            or ((depth > below.first + below.drift) == (stored > below.first))
        )
        return under and over

    return fits


def _page(one: Sounding) -> int:
    return one.page


def _inserted(items: Sequence[Known], moved: Sequence[int], where: range) -> int:
    """Count the items in this part of the page that did not stand there before."""
    return sum(not items[i].in_column or items[i].from_end in moved for i in where)


def _moved(
    depths: Sequence[int], stored: Sequence[int | None], fits: Callable[[int, int], bool]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Split the known items into those that were moved here and those that kept their order.

    The longest run of falling stored depths kept its order; among equal ones, that with the least
    drift. What is left was moved: made sticky, or given another date. So was what does not fit
    between the pages around it. Where most seem moved, the stored depths contradict each other and
    none of them counts.
    """
    found = [(index, depth) for index, depth in enumerate(stored) if depth is not None]
    known = [one for one in found if fits(depths[one[0]], one[1])]
    if len(known) == len(found) and all(a[1] > b[1] for a, b in pairwise(known)):
        return [], known
    best: list[tuple[int, int, list[tuple[int, int]]]] = []
    for index, depth in known:
        before = max(
            (run for run in best if run[2][-1][1] > depth),
            key=lambda run: run[:2],
            default=(0, 0, []),
        )
        calm = before[1] - abs(depths[index] - depth)
        best.append((before[0] + 1, calm, [*before[2], (index, depth)]))
    kept = max(best, key=lambda run: run[:2], default=(0, 0, []))[2]
    if 2 * len(kept) < len(found):
        return [], []
    return [depth for index, depth in found if (index, depth) not in kept], kept
