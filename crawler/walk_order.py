"""The order in which a walk reads its pages. Pure; see `walk` for the whole.

Every function takes the walk and the page that was just read, and returns the walk and the page to
read next, or None where enough was read.
"""

from dataclasses import replace
from datetime import datetime
from math import ceil

from crawler.depths import Sounding, end_of_column
from crawler.soundings import next_late_page
from crawler.walk_state import NO_END, NextPage, Read, Reason, Walk

_MOST_STEPS_BACK = 50  # in one crawl: a paginator that contradicts itself is not followed for ever

Turn = tuple[Walk, NextPage | None]


def next_page(walk: Walk, read: Read, *, slipped: bool) -> Turn:
    """Return what to read after this page. `slipped`: it does not follow on the one before."""
    asked = walk.asked
    if read.page > asked.page and _address(walk, read, asked.page) not in {None, asked.url}:
        # Its address meant another slice by the time it was read: it is asked for by its new one.
        return _ask(walk, read, asked.page, asked.reason)
    if asked.reason is Reason.TOP:
        return _after_top(walk, read)
    if asked.reason is Reason.WALK:
        return _after_walk(walk, read, slipped=slipped)
    return _after_deep(walk, read)


def late(walk: Walk, read: Read) -> Turn:
    """Return the next page on which to look for what drifted, else for what leaves no drift."""
    page = _late_page(walk)
    if page is None and walk.late_news:
        return walk, None  # what drifted was found: the rotation can wait
    if page is None or walk.late_reads >= walk.limits.late_reads:
        return _deep(walk, read)
    return _ask(replace(walk, late_reads=walk.late_reads + 1), read, page, Reason.LATE)


def is_in_doubt(walk: Walk) -> bool:
    """Say whether a search found nothing and met contradictions, or led nowhere.

    That happens where much was moved at once. Searching again would cost as much in every crawl.
    """
    if not walk.late_reads or walk.late_news:
        return False
    return walk.late_doubts > 0 or (not walk.late_finds and _late_page(walk) is not None)


def _late_page(walk: Walk) -> int | None:
    if walk.page_urls is None:
        return None
    return next_late_page((*walk.soundings, *ending(walk)), top_page=walk.top_page)


def ending(walk: Walk) -> tuple[Sounding, ...]:
    """Return the end of the column, below which nothing drifts; none while it was not reached."""
    known = walk.mark.completed and walk.end_page <= NO_END
    return (end_of_column(walk.end_page),) if known else ()


def _after_top(walk: Walk, read: Read) -> Turn:
    if walk.full:
        return _walk_on(walk, read)
    resumed = (walk.mark.page or 0) - 1
    if not walk.mark.completed and read.page + 1 >= resumed:
        return _walk_on(_news_read(walk), read)
    # A crawl died while it read the news: what it did not reach moved down since.
    reach = walk.news_to + ceil(walk.fresh / (walk.per_page or 1)) if walk.news_to else 0
    if (not read.is_settled or _is_afloat(walk, read) or read.page < reach) and _has_next(
        walk, read
    ):
        walk = _news_read(walk, to=max(read.page + 1, reach))
        return _ask(walk, read, read.page + 1, Reason.TOP)
    walk = replace(_news_read(walk), top_page=read.page)
    if walk.mark.completed:
        return late(walk, read)
    asked, following = _ask(replace(walk, jumped=True), read, resumed, Reason.WALK)
    return (asked, following) if following else _walk_on(walk, read)


def _news_read(walk: Walk, *, to: int | None = None) -> Walk:
    """Return the walk with a mark that says up to which page news are still to be read."""
    if walk.mark.completed:
        return replace(walk, mark=replace(walk.mark, page=to, url=None))
    return replace(walk, mark=replace(walk.mark, deep_page=to))


def _after_walk(walk: Walk, read: Read, *, slipped: bool) -> Turn:
    starts_new = bool(read.items) and not read.items[0].in_column
    if walk.jumped and starts_new and read.page - 1 > walk.top_page and walk.page_urls:
        return _step_back(walk, read)
    walk = replace(walk, jumped=False)
    if slipped and walk.steps_back < _MOST_STEPS_BACK and walk.page_urls:
        return _step_back(replace(walk, steps_back=walk.steps_back + 1), read)
    return _walk_on(walk, read)


def _step_back(walk: Walk, read: Read) -> Turn:
    """Ask for the page before; a crawl that dies now goes on there: this page tells it no more."""
    if not walk.mark.completed:
        walk = replace(walk, mark=replace(walk.mark, page=read.page, url=read.listing.url))
    return _ask(walk, read, read.page - 1, Reason.WALK)


def _walk_on(walk: Walk, read: Read) -> Turn:
    since = walk.limits.since
    if since is not None and _is_older(read, since):
        return _walked(walk, read, f"older than {since:%Y-%m-%d}")
    if not _has_next(walk, read):
        beyond = read.listing.next_url is not None
        return _walked(walk, read, f"pages after {read.page}" if beyond else None)
    if not walk.mark.completed:
        walk = _marked(walk, read)
    return _ask(walk, read, read.page + 1, Reason.WALK)


def _walked(walk: Walk, read: Read, left_out: str | None) -> Turn:
    mark = replace(walk.mark, page=None, url=None, completed=True, left_out=left_out)
    if walk.mark.completed:
        return replace(walk, mark=mark), None
    # What `deep_page` meant of the news is over; from here on it is the rotation's.
    return _aimed(replace(walk, mark=mark), read, _rotation_start(walk)), None


def _rotation_start(walk: Walk) -> int | None:
    return 2 if walk.page_urls and walk.end_page > 2 else None  # noqa: PLR2004  (the second page)


def _after_deep(walk: Walk, read: Read) -> Turn:
    if _goes_on(walk, read) and _has_next(walk, read):
        # Late articles come in batches: where a page holds nothing else, its end is not known.
        walk = _aimed(walk, read, read.page + 1)
        return _ask(walk, read, read.page + 1, walk.asked.reason)
    cursor = walk.cursor
    if walk.asked.reason is Reason.DEEP:
        cursor = read.page + 1 if _has_next(walk, read) else _rotation_start(walk)
    walk = _aimed(replace(walk, cursor=cursor), read, cursor)
    return late(walk, read)


def _goes_on(walk: Walk, read: Read) -> bool:
    last_is_new = bool(read.items) and read.items[-1].is_news
    return last_is_new and (read.listing.total is None or _is_afloat(walk, read))


def _is_afloat(walk: Walk, read: Read) -> bool:
    return any(one.drift is None and one.page == read.page for one in walk.soundings)


def _deep(walk: Walk, read: Read) -> Turn:
    if walk.deep_reads >= walk.limits.deep_reads:
        return walk, None
    page = max(walk.cursor or 0, walk.top_page + 1)
    if page >= walk.end_page:
        page = walk.top_page + 1
    if page >= walk.end_page:
        return walk, None
    walk = replace(walk, deep_reads=walk.deep_reads + 1)
    asked, following = _ask(walk, read, page, Reason.DEEP)
    if following is None and walk.mark.deep_url:
        following = NextPage(url=walk.mark.deep_url, page=page, reason=Reason.DEEP)
        asked = replace(walk, asked=following)
    return asked, following


def _ask(walk: Walk, read: Read, page: int, reason: Reason) -> Turn:
    if (url := _address(walk, read, page)) is None:
        return walk, None
    following = NextPage(url=url, page=page, reason=reason)
    return replace(walk, asked=following), following


def _address(walk: Walk, read: Read, page: int) -> str | None:
    if walk.page_urls and walk.pages:
        return walk.page_urls.url(page, pages=walk.pages)
    if page == read.page + 1:
        return read.listing.next_url
    # A resumed walk whose addresses follow no rule starts again from the page it read last.
    return walk.mark.url if walk.mark.page == page + 1 else None


def _marked(walk: Walk, read: Read) -> Walk:
    return replace(walk, mark=replace(walk.mark, page=read.page + 1, url=read.listing.url))


def _aimed(walk: Walk, read: Read, page: int | None) -> Walk:
    """Return the walk with a mark that says where the next crawl looks deep."""
    url = _address(walk, read, page) if page else None
    return replace(walk, mark=replace(walk.mark, deep_page=page if url else None, deep_url=url))


def _has_next(walk: Walk, read: Read) -> bool:
    return read.page + 1 < walk.end_page and _address(walk, read, read.page + 1) is not None


def _is_older(read: Read, since: datetime) -> bool:
    dates = [link.listed_at for link in read.listing.links if link.listed_at and not link.sticky]
    return bool(dates) and all(date < since for date in dates)
