"""What a crawl meets that says how its site is, gathered while it runs. No input or output.

Articles that may be worse than what is kept of them wait here for the end of the crawl.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crawler.extract import Refusal
from crawler.health import (
    FEW_REFUSED,
    ArticlesSeen,
    ColumnSeen,
    Trouble,
    judge,
    trouble_of,
    trouble_of_article,
    trouble_of_list,
)
from crawler.losses import lacks, losses
from crawler.page import Page
from crawler.reading import Look, listing_refused, worse
from crawler.volume import with_volume
from crawler.wordings import State
from storage.crawl import ArticleRead, Doubted, PageRefused
from storage.health import ColumnLook, Finding, Health, Past
from storage.listings import StoredColumn

PROBES = 4  # known articles that are looked at where something is in doubt
_ENOUGH = 3  # of them, where they are well
_SELDOM = timedelta(hours=6)  # a control costs a request
_SAYS_SOMETHING = 20  # letters of a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a crawl comes to: the verdict, and what is to be saved of all that waited for it."""

    finding: Finding
    records: tuple[ArticleRead | PageRefused, ...]
    columns: tuple[ColumnLook, ...]


class Symptoms:
    """What a crawl met so far. `past` is what was known of its site."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self._columns: dict[int, ColumnSeen] = {}
        self._pages: dict[int, Page] = {}
        self._known_read = 0
        self._new_read = 0
        self._found_at: datetime | None = None
        self._known_refused: list[Trouble] = []
        self._new_refused: list[Trouble] = []
        self._lacking: list[tuple[ArticleRead, str]] = []
        self._texts: dict[int, str] = {}
        self._titles: dict[str, str] = {}
        self._is_odd = self._controlled = False
        self._well_in: Counter[int] = Counter()
        self._barred_in: Counter[int] = Counter()
        self.doubtful_columns: set[int] = set()

    # What is met

    def list_refused(
        self, column: StoredColumn, refusal: Refusal, *, url: str, status: int | None
    ) -> None:
        """Note that the first page of a column was not read."""
        self._note(column, trouble=trouble_of(refusal, url=url, status=status, asked=column.url))

    def list_read(
        self, column: StoredColumn, page: Page, *, items: int, known: int, is_longer: bool
    ) -> None:
        """Note the first page of a column; `known` of its items stood there before."""
        trouble = trouble_of_list(
            asked=column.url, came=page.url, gave=_gave(column), items=items, known=known,
            is_longer=is_longer,
        )  # fmt: skip
        if trouble is not None:
            self._pages[column.id] = page
        self._note(column, items=items, trouble=trouble)

    def list_unchanged(self, column: StoredColumn) -> None:
        """Note that the first page of a column is as it was."""
        self._note(column)

    def article_read(self, read: ArticleRead) -> bool:
        """Note an article; say whether it waits for the end of the crawl."""
        if read.rechecked:
            self._known_read += 1
            return False
        loss = lacks(read.article, self.past) or self._repeats(read)
        if loss is None:
            self._new_read += 1
            self._found_at = read.response.fetched_at
            self._well_in[read.column_id] += 1
            return False
        self.doubtful_columns.add(read.column_id)
        self._lacking.append((read, loss))
        return True

    def article_refused(self, look: Look, refusal: Refusal, *, status: int | None) -> None:
        """Note the page of an article that gave none."""
        trouble = trouble_of_article(refusal, url=look.url, status=status)
        if trouble is None:
            return
        if trouble.health is not Health.LAYOUT_BROKEN:
            self._barred_in[look.column_id] += 1
        self.doubtful_columns.add(look.column_id)
        (self._new_refused if look.document_id is None else self._known_refused).append(trouble)

    # What it comes to

    def probes(self, doubted: Sequence[Doubted]) -> int:
        """Return how many known articles are to be looked at before the crawl ends.

        Some, where something is in doubt. One, where articles were found and none that is known
        was looked at for hours: a new layout may read well and leave out half.
        """
        if self._is_in_doubt(doubted):
            return PROBES
        before, newest = self.past.looked_at, self._found_at
        is_long_ago = before is not None and newest is not None and newest - before >= _SELDOM
        is_due = is_long_ago and not self._known_read and not self._controlled
        self._controlled |= is_due
        return 1 if is_due else 0

    def _is_in_doubt(self, doubted: Sequence[Doubted]) -> bool:
        """Say whether known articles should be looked at to know what is the matter."""
        if any(column.trouble is not None for column in self._columns.values()):
            return False
        seen = self._articles(doubted, losses(doubted))
        if not self.past.standing.health.is_good and seen.known_good == 0:
            return True
        if seen.known_good >= _ENOUGH:
            return False
        new_bad = len(seen.new_bad) + sum(self._barred_in.values()) - len(seen.known_barred)
        is_odd = new_bad > seen.new_good or (bool(doubted) and seen.known_good == len(doubted))
        # Where nearly every link gives an article, one that gives less is enough to look.
        is_odd |= bool(self._lacking or (seen.new_bad and self.past.refused <= FEW_REFUSED))
        return bool(seen.known_bad or seen.known_barred or is_odd or self._is_odd)

    def settled(
        self,
        doubted: Sequence[Doubted],
        *,
        columns: Sequence[StoredColumn],
        published: Mapping[date, int],
        today: date,
        now: datetime,
    ) -> Settled:
        """Return the verdict, and what becomes of the articles that waited for it.

        `columns` are those of the site, the ones that were not due too; `published` is how many
        articles it has of each day, `today` the day in its zone.
        """
        lost = losses(doubted)
        seen = self._columns_seen()
        unseen = [c for c in columns if c.id not in self._columns]
        finding = judge(
            seen,
            self._articles(doubted, lost),
            self.past,
            columns_in_all=len(columns),
            unseen_trouble=any(c.trouble_looks for c in unseen),
        )
        is_broken = finding.health is Health.LAYOUT_BROKEN
        waited: list[tuple[ArticleRead, str | None, int | None]] = [
            (one.read, loss, one.document_id) for one, loss in zip(doubted, lost, strict=True)
        ]
        waited.extend((read, loss, None) for read, loss in self._lacking)
        records = [
            worse(read, loss, document_id=number, now=now) if is_broken and loss else read
            for read, loss, number in waited
        ]
        return Settled(
            finding=with_volume(finding, published, today=today),
            records=(*self._evidence(seen), *records),
            columns=tuple(_look(one) for one in seen),
        )

    def _note(
        self, column: StoredColumn, *, items: int | None = None, trouble: Trouble | None = None
    ) -> None:
        self._columns[column.id] = ColumnSeen(
            column_id=column.id, url=column.url, gave=_gave(column), looks=column.trouble_looks,
            items=items, trouble=trouble,
        )  # fmt: skip

    def _repeats(self, read: ArticleRead) -> str | None:
        """Return what is odd about a new article that says the same as another of this crawl."""
        text, title = read.article.text, read.article.title
        if not self.past.articles:
            return None
        self._is_odd |= self._titles.setdefault(title, read.article.page_key) != (
            read.article.page_key
        )
        if len(text) < _SAYS_SOMETHING:
            return None
        first = self._texts.setdefault(hash(text), title)
        if first == title:
            return None  # one page for all, or a second address: what is known tells
        return f"its body is that of {first} too"

    def _articles(self, doubted: Sequence[Doubted], lost: Sequence[str | None]) -> ArticlesSeen:
        layout = Health.LAYOUT_BROKEN
        bad = [
            Trouble(health=layout, evidence=loss, url=one.read.response.url)
            for one, loss in zip(doubted, lost, strict=True)
            if loss is not None
        ]
        known, new = self._known_refused, self._new_refused
        lacking = [
            Trouble(health=layout, evidence=loss, url=read.response.url)
            for read, loss in self._lacking
        ]
        return ArticlesSeen(
            known_good=max(0, self._known_read - len(bad)),
            known_bad=(*bad, *(one for one in known if one.health is layout)),
            known_barred=tuple(one for one in known if one.health is not layout),
            new_good=self._new_read,
            new_bad=(*lacking, *(one for one in new if one.health is layout)),
        )

    def _columns_seen(self) -> list[ColumnSeen]:
        """Return the columns; where a list shows only strange items, its articles have told."""
        return [self._told_by_articles(one) for one in self._columns.values()]

    def _told_by_articles(self, seen: ColumnSeen) -> ColumnSeen:
        trouble = seen.trouble
        if trouble is None or seen.items is None or not trouble.is_passing:
            return seen
        if self._well_in[seen.column_id] or self._barred_in[seen.column_id]:
            return replace(seen, trouble=None)
        return replace(seen, trouble=replace(trouble, is_passing=False))

    def _evidence(self, seen: Sequence[ColumnSeen]) -> list[PageRefused]:
        """Return the list pages that were read and are in trouble: they are kept."""
        return [
            listing_refused(
                self._pages[one.column_id],
                Refusal(state=State.WORSE, evidence=one.trouble.evidence),
                column_id=one.column_id,
            )
            for one in seen
            if one.trouble is not None and one.column_id in self._pages
        ]


def _gave(column: StoredColumn) -> int | None:
    if column.items is not None:
        return column.items
    # Read by a release that did not count: it gave something.
    return 1 if column.mark.completed or column.mark.page is not None else None


def _look(seen: ColumnSeen) -> ColumnLook:
    return ColumnLook(
        column_id=seen.column_id,
        items=seen.items,
        trouble=seen.trouble.health if seen.trouble else None,
    )
