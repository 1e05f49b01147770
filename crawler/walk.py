"""Decide which page of a column is read next, and when enough was read. Pure.

A crawl holds one `Walk` for each column, gives it every listing that it reads (`after`), stores
what comes back, and reads what is asked for next. A walk never waits for articles: items that were
seen are stored with the listing, fetched or not.

1. Top. Page 1 is read first, and on until a page holds only stored items. Items that the page
   marks as sticky neither end this nor prolong it, nor do articles known from another column.
2. Walk. A column that was never walked to its end is read to its last page (or `max_pages`, or
   `since`). A crawl that died is continued one page before where it stood, so that nothing falls
   between; overlap is harmless, a gap is not.
3. Late. Where the depth of stored items drifted (see `depths`), items were inserted or removed
   further down: the pages between are bisected until the place is found, at most `late_reads`
   pages a crawl. What is not found then shows again in the next crawl. Where depths contradict
   each other, because much was moved at once, they are given up and start anew.
4. Deep. One page a crawl is read in rotation, for what leaves no drift: columns that print no
   total, and an insertion that a removal outweighs. So a single late item is found by the next
   crawl, and any item within as many crawls as the column has pages.

Pages count from the newest end whatever their addresses count; an address is always made from the
number of pages that was read last.
"""

from collections.abc import Mapping
from dataclasses import replace

from crawler.depths import FLOATING, Known, Shift, depths_of, forgotten, sound
from crawler.discover import Link, LinkKind, Listing
from crawler.fields.links import url_key
from crawler.soundings import located, thinned
from crawler.walk_order import ending, is_in_doubt, late, next_page
from crawler.walk_state import NO_END, Limits, NextPage, Read, Reason, Step, Walk
from storage.crawl import WalkMark

__all__ = [
    "Known",
    "Limits",
    "NextPage",
    "Reason",
    "Shift",
    "Step",
    "Walk",
    "after",
    "after_unchanged",
    "begin",
    "item_key",
]


def begin(column_url: str, *, mark: WalkMark, limits: Limits, full: bool = False) -> Walk:
    """Return the walk of a column as stored; `asked` is the first page to read.

    `full` reads every page whatever is stored. Of a mark that is completed, `page` says how far a
    crawl that died had read the news; of one that is not, `page` is the next page of the walk and
    `deep_page` says it of the news.
    """
    if full and not mark.completed:
        mark = WalkMark()
    first = NextPage(url=column_url, page=1, reason=Reason.TOP)
    if mark.completed:
        return Walk(
            asked=first,
            mark=mark,
            limits=limits,
            full=full,
            news_to=mark.page or 0,
            cursor=mark.deep_page,
        )
    return Walk(asked=first, mark=mark, limits=limits, full=full, news_to=mark.deep_page or 0)


def item_key(link: Link) -> str:
    """Return the key under which an item of a listing is stored.

    Scripts have no address of their own: their title tells them apart.
    """
    return f"{link.url}#{link.title}" if link.kind is LinkKind.SCRIPT else url_key(link.url)


def after(walk: Walk, listing: Listing, known: Mapping[str, Known]) -> Step:
    """Return what a listing means for the walk.

    `known` holds what is stored of its items by `item_key`, as it stood before this listing and
    after all earlier ones were saved; what it does not name was never seen.
    """
    keys = tuple(item_key(link) for link in listing.links)
    items = tuple(known.get(key, Known()) for key in keys)
    read = Read(listing=listing, items=items, page=listing.page or walk.asked.page)
    walk = _informed(walk, read, keys)
    if _is_outside(walk, read):
        walk = replace(walk, outside_page=read.page, end_page=read.page, cursor=None)
        walk, following = late(walk, read)
        return Step(walk=walk, next=following, from_ends=(None,) * len(items), outside=True)
    walk, from_ends, shifts, slipped = _sounded(walk, read)
    walk, following = next_page(walk, read, slipped=slipped)
    if following is None and is_in_doubt(walk):
        shifts = (*shifts, *forgotten())
    return Step(walk=walk, next=following, from_ends=from_ends, shifts=shifts)


def after_unchanged(walk: Walk) -> Step:
    """Return what follows if the server says that page 1 did not change: at most a deep look."""
    mark, following = walk.mark, None
    if mark.completed and mark.page is None and mark.deep_url and walk.limits.deep_reads:
        following = NextPage(url=mark.deep_url, page=mark.deep_page or 2, reason=Reason.DEEP)
        walk = replace(walk, asked=following, deep_reads=1)
    return Step(walk=walk, next=following, from_ends=())


def _informed(walk: Walk, read: Read, keys: tuple[str, ...]) -> Walk:
    """Return the walk with what the paginator says now."""
    # Some servers answer a page number beyond the last with the last page, for ever.
    repeats = bool(keys) and keys == walk.last_keys and read.listing.page is None
    pages = read.page if repeats else read.listing.pages or walk.pages
    limit = walk.limits.max_pages or NO_END
    return replace(
        walk,
        pages=pages,
        page_urls=read.listing.page_urls or walk.page_urls,
        end_page=min(limit + 1, (pages or NO_END) + 1, walk.outside_page),
        per_page=walk.per_page or len(keys),
        fresh=walk.fresh + sum(item.is_news for item in read.items),
        last_keys=keys,
    )


def _is_outside(walk: Walk, read: Read) -> bool:
    """Say whether a walk that left something out now looks at what it left out."""
    deep = walk.asked.reason in {Reason.LATE, Reason.DEEP}
    left_out = walk.mark.completed and walk.mark.left_out is not None
    limited = left_out and walk.limits.since is not None
    return deep and limited and not any(item.in_column for item in read.items)


def _sounded(
    walk: Walk, read: Read
) -> tuple[Walk, tuple[int | None, ...], tuple[Shift, ...], bool]:
    """Sound a page: the depths to store, the changes that are located, and whether items slipped.

    Items slipped where, in a first walk, the page does not follow on the one before it: something
    was removed meanwhile, and what stood first here now stands last there, unread.
    """
    total, depths = read.listing.total, _depths(walk, read)
    if depths is None or total is None:
        return walk, (None,) * len(read.items), (), False
    is_open = not walk.mark.completed and read.page >= (walk.mark.page or 1) - 1
    others = [one for one in walk.soundings if one.page != read.page]
    here, shifts = sound(
        depths, read.items, page=read.page, total=total, open_below=is_open, others=others
    )
    before = next((one for one in others if one.page == read.page - 1), None)
    grown = depths[0] + 1 - before.last if is_open and before is not None else 0
    if before is not None and grown > 0 and not read.items[0].in_column:
        shifts = (*shifts, Shift(at=before.last, by=grown))
    for shift in shifts:
        others = [one.shifted(shift) for one in others]
    every, seams = located([*others, here, *ending(walk)], saving=read.page)
    changes = (*shifts, *seams)
    walk = _searched(walk, read, finds=len(changes), doubtful=here.doubtful)
    if any(one.drift is None for one in others):
        changes = tuple(part for shift in changes for part in shift.unlimited())
    drift = next(one.drift for one in every if one.page == read.page)
    lift = FLOATING if drift is None else -drift
    kept = tuple(one for one in thinned(every, keep=read.page) if one.total is not None)
    from_ends = tuple(depth + lift for depth in depths)
    slipped = grown < 0 or (is_open and _has_shrunk(walk, read))
    return replace(walk, soundings=kept), from_ends, changes, slipped


def _has_shrunk(walk: Walk, read: Read) -> bool:
    """Say whether the column lost pages, so that an earlier page came, and starts with news."""
    earlier = walk.asked.reason is Reason.WALK and 1 < read.page < walk.asked.page
    return earlier and not read.items[0].in_column


def _depths(walk: Walk, read: Read) -> list[int] | None:
    if read.listing.total is None or walk.pages is None:
        return None
    return depths_of(
        len(read.items),
        page=read.page,
        pages=walk.pages,
        total=read.listing.total,
        per_page=walk.per_page,
    )


def _searched(walk: Walk, read: Read, *, finds: int, doubtful: bool) -> Walk:
    """Return the walk with what a page of a search came to."""
    if walk.asked.reason is not Reason.LATE:
        return walk
    return replace(
        walk,
        late_news=walk.late_news + sum(item.is_news for item in read.items),
        late_finds=walk.late_finds + finds,
        late_doubts=walk.late_doubts + doubtful,
    )
