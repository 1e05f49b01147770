"""What a walk promises, tried on a simulated column that changes between any two reads."""

from dataclasses import dataclass, field
from math import ceil, log2

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discover import Link, LinkKind, Listing, PageUrls
from crawler.walk import Known, Limits, NextPage, Reason, after, begin, item_key
from storage.crawl import WalkMark

HOME = "http://column.example/news.htm"
NO_LIMITS = Limits()
URLS = PageUrls(first=HOME, pattern="http://column.example/news/{n}.htm", from_end=True)


@dataclass
class Column:
    """A column as its server has it: items newest first, pages counted from the end."""

    per_page: int
    items: list[int] = field(default_factory=list)
    made: int = 0
    prints_total: bool = True
    sticky: list[int] = field(default_factory=list)

    def publish(self, rank: int = 0) -> int:
        self.made += 1
        self.items.insert(min(rank, len(self.items)), self.made)
        return self.made

    def remove(self, rank: int) -> None:
        if len(self.items) > 1:
            del self.items[rank % len(self.items)]

    def move(self, rank: int, to: int) -> None:
        item = self.items.pop(rank % len(self.items))
        self.items.insert(min(to, len(self.items)), item)

    @property
    def pages(self) -> int:
        return max(1, ceil(len(self.items) / self.per_page))

    def serve(self, url: str) -> Listing:
        number = 1 if url == HOME else self.pages - int(url.rsplit("/", 1)[1][:-4]) + 1
        page = min(max(number, 1), self.pages)
        shown = self.items[(page - 1) * self.per_page : page * self.per_page]
        next_url = URLS.url(page + 1, pages=self.pages) if page < self.pages else None
        return Listing(
            url=url,
            links=tuple(
                Link(
                    url=f"http://column.example/info/1/{one}.htm",
                    kind=LinkKind.ARTICLE,
                    sticky=one in self.sticky,
                )
                for one in shown
            ),
            page=page,
            pages=self.pages,
            total=len(self.items) if self.prints_total else None,
            next_url=next_url,
            page_urls=URLS,
        )


@dataclass
class Stored:
    """What the database holds of a column."""

    mark: WalkMark = field(default_factory=WalkMark)
    depths: dict[str, int | None] = field(default_factory=dict)

    def numbers(self) -> set[int]:
        return {int(key.rsplit("/", 1)[1][:-4]) for key in self.depths}


def crawl(column, stored, *, between=(), die_after=None, limits=NO_LIMITS, full=False):
    """Read a column as the spider does; return why each page was read."""
    walk = begin(HOME, mark=stored.mark, limits=limits, full=full)
    asked: NextPage | None = walk.asked
    reads: list[Reason] = []
    changes = iter(between)
    while asked is not None and die_after != len(reads):
        listing = column.serve(asked.url)
        reads.append(asked.reason)
        known = {
            key: Known(in_column=True, from_end=stored.depths[key])
            for key in map(item_key, listing.links)
            if key in stored.depths
        }
        step = after(walk, listing, known)
        save(stored, listing, step)
        walk, asked = step.walk, step.next
        for change in next(changes, ()):
            change(column)
        assert len(reads) < 2000
    return reads


def save(stored, listing, step):
    stored.mark = step.walk.mark
    for shift in step.shifts:
        for key, depth in stored.depths.items():
            if depth is not None and depth >= shift.at:
                stored.depths[key] = depth + shift.by
    if not step.outside:
        for link, depth in zip(listing.links, step.from_ends, strict=True):
            stored.depths[item_key(link)] = depth


def column_of(count, per_page=20, **options):
    column = Column(per_page=per_page, **options)
    for _ in range(count):
        column.publish()
    return column


def walked(column):
    stored = Stored()
    crawl(column, stored)
    return stored


publish = st.just(lambda column: column.publish())
publish_late = st.integers(0, 80).map(lambda rank: lambda column: column.publish(rank))
remove = st.integers(0, 80).map(lambda rank: lambda column: column.remove(rank))
move = st.tuples(st.integers(0, 80), st.integers(0, 80)).map(
    lambda ranks: lambda column: column.move(*ranks)
)
any_change = st.one_of(publish, publish_late, remove, move)
# What a first walk notices itself: insertions or removals of one moment, and quiet for three reads
# after it. An insertion hides a removal of the same moment; later crawls find what that hid.
one_way = st.one_of(
    st.lists(st.one_of(publish, publish_late), max_size=4), st.lists(remove, max_size=4)
)
eventful = st.lists(one_way, max_size=8).map(
    lambda moments: [part for moment in moments for part in (moment, (), (), ())]
)
columns = st.builds(column_of, st.integers(1, 60), st.integers(1, 7), prints_total=st.just(True))


@settings(max_examples=120)
@given(
    columns,
    eventful,
    st.lists(st.integers(1, 8), max_size=5),
)
def test_a_first_walk_sees_all_that_was_there_and_still_is(column, changes, deaths):
    stored, before, moments = Stored(), set(column.items), iter(changes)
    for death in deaths:
        crawl(column, stored, between=moments, die_after=death)

    for _ in range(3):
        if not stored.mark.completed:
            crawl(column, stored, between=moments)

    assert stored.mark.completed
    assert before & set(column.items) <= stored.numbers()


def test_a_crawl_that_dies_where_items_slipped_goes_back_to_them():
    column, stored, before = column_of(17, 3), Stored(), set(range(1, 14))
    four_go = [lambda column: column.remove(0)] * 4
    crawl(column, stored, between=[(), (), (), (), four_go], die_after=6)

    crawl(column, stored)

    assert before <= stored.numbers()


@settings(max_examples=120)
@given(columns, st.lists(any_change, min_size=1, max_size=12), st.booleans())
def test_every_later_change_is_found_within_as_many_crawls_as_there_are_pages(
    column, changes, prints_total
):
    column.prints_total = prints_total
    stored = walked(column)
    for change in changes:
        change(column)

    for _ in range(2 * column.pages + 1):
        crawl(column, stored)

    assert set(column.items) <= stored.numbers()


@settings(max_examples=120)
@given(
    columns,
    st.lists(
        st.tuples(st.lists(any_change, max_size=6), st.integers(1, 6)), min_size=1, max_size=6
    ),
)
def test_crawls_that_die_anywhere_lose_nothing_for_good(column, rounds):
    stored = walked(column)
    for changes, death in rounds:
        for change in changes:
            change(column)
        crawl(column, stored, die_after=death)

    for _ in range(2 * column.pages + 2):
        crawl(column, stored)

    assert set(column.items) <= stored.numbers()


@settings(max_examples=120)
@given(columns, st.integers(0, 70))
def test_a_single_late_item_is_found_by_the_next_crawl(column, rank):
    stored = walked(column)
    late = column.publish(rank)

    reads = crawl(column, stored)

    assert late in stored.numbers()
    assert len(reads) <= 3 + ceil(log2(column.pages + 1))


@settings(max_examples=8)
@given(st.lists(st.integers(0, 9_990), min_size=1, max_size=4))
def test_a_late_item_in_a_long_column_costs_at_most_eleven_list_pages(ranks):
    column = column_of(10_000)
    stored = walked(column)
    for rank in ranks:  # one after the other: every crawl starts from what the one before left
        late = column.publish(rank)
        reads = crawl(column, stored)
        assert late in stored.numbers()
        assert len(reads) <= 11


@settings(max_examples=60)
@given(columns, st.integers(0, 60), st.integers(0, 60))
def test_a_removal_and_later_an_insertion_are_told_apart(column, removed, rank):
    stored = walked(column)
    column.remove(removed)
    crawl(column, stored)
    late = column.publish(rank)

    crawl(column, stored)

    assert late in stored.numbers()


@settings(max_examples=60)
@given(columns, st.lists(any_change, max_size=8))
def test_a_column_that_rests_costs_two_pages_a_crawl(column, changes):
    stored = walked(column)
    for change in changes:
        change(column)
    for _ in range(3 * column.pages):
        crawl(column, stored)

    reads = crawl(column, stored)

    assert len(reads) <= 3


@settings(max_examples=60)
@given(columns, st.lists(any_change, max_size=8))
def test_a_full_crawl_reads_every_page_and_finds_everything(column, changes):
    stored = walked(column)
    for change in changes:
        change(column)

    reads = crawl(column, stored, full=True)

    assert len(reads) == column.pages
    assert set(column.items) <= stored.numbers()
