"""Put the soundings of several pages together: where a drift begins, and which page to read next.

Pure. Two soundings with different drift have a change between them. While pages between them are
unread, one of those is read; when none is, the change is located without reading more.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawler.depths import Shift, Sounding


def located(
    soundings: Sequence[Sounding], *, saving: int
) -> tuple[tuple[Sounding, ...], tuple[Shift, ...]]:
    """Return the soundings after all that can be located is, and the shifts that say so.

    The page that is `saving` needs no shift of its own: its items are about to be stored. Pages
    that were read under different totals are left alone: an item may have slipped over their seam,
    unseen, between the two reads.
    """
    every, shifts = sorted(soundings, key=lambda one: one.page), list[Shift]()
    for start, stop in _bridges(every):
        above, below = every[start], every[stop]
        if above.drift is not None and above.drift != below.drift:
            shift = Shift(at=above.last, by=above.drift - (below.drift or 0))
            shifts.append(shift)
            every = [one.shifted(shift) for one in every]
        for index in range(start, stop):
            afloat = every[index]
            if afloat.drift is None:
                if afloat.page != saving:
                    shifts.append(afloat.placing(below.drift or 0))
                every[index] = afloat.placed(below.drift or 0)
    return tuple(every), tuple(shifts)


def next_late_page(soundings: Sequence[Sounding], *, top_page: int) -> int | None:
    """Return the page that tells most about where a drift begins, or None if all is located.

    The page after the newest ones is tried first: most late articles are a few days late.
    """
    known = [index for index, one in enumerate(soundings) if one.drift is not None]
    for start, stop in pairwise(known):
        above, below = soundings[start], soundings[stop]
        if above.drift == below.drift:
            continue
        for upper, lower in pairwise(soundings[start : stop + 1]):
            if lower.page - upper.page > 1:
                near = upper.page == top_page and lower.total is None
                return upper.page + 1 if near else (upper.page + lower.page) // 2
    return None


def thinned(every: Sequence[Sounding], *, keep: int) -> tuple[Sounding, ...]:
    """Leave out the soundings that say what both their neighbours say, but for the page to keep."""
    return tuple(
        one
        for index, one in enumerate(every)
        if one.drift is None
        or one.page == keep
        or not (
            0 < index < len(every) - 1
            and every[index - 1].drift == one.drift == every[index + 1].drift
        )
    )


def _bridges(every: Sequence[Sounding]) -> Iterator[tuple[int, int]]:
    """Yield where pages follow on each other without a gap, from one known drift to the next.

    Floating pages in between belong to the stretch; those on top of the column have nothing above.
    """
    start = 0
    for stop in range(1, len(every)):
        above, here = every[stop - 1], every[stop]
        at_once = here.total is None or above.total == here.total
        if here.page - above.page != 1 or not at_once:
            start = stop
        elif here.drift is not None:
            if every[start].drift is not None or every[start].page == 1:
                yield start, stop
            start = stop
