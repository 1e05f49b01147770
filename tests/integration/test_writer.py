"""The writer of a crawl: what is saved together, and how long a record may wait."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from crawler.writer import Writer
from storage.article import Counter
from storage.crawl import Lease, ListingRead, Record, ViewsRead, WalkMark

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LEASE = Lease(
    site_id=1, site="a", timezone="Asia/Shanghai", crawl_id=1, token=1,
    alert_max_age=timedelta(days=7),
)  # fmt: skip
VIEWS = ViewsRead(counter=Counter(owner="1", article_id="2"), views=3, observed_at=NOW)
LISTING = ListingRead(column_id=1, read_at=NOW, items=(), mark=WalkMark())
_LONGEST_S = 5.0


class Saves:
    """Stands for the database: remembers the batches."""

    def __init__(self) -> None:
        self.batches: list[Sequence[Record]] = []

    def save(self, _lease: Lease, records: Sequence[Record], **_rest: Any) -> list[Any]:
        self.batches.append(records)
        return []


def writer_to(saves: Saves) -> Writer:
    return Writer(saves, LEASE, requests=lambda: 0, now=lambda: NOW, on_saved=lambda _: None)  # type: ignore[arg-type]


def test_a_listing_that_somebody_waits_for_is_saved_without_the_rest():
    saves = Saves()
    writer = writer_to(saves)

    writer.add(VIEWS)
    writer.add(LISTING)
    writer.flush_listings()
    first = list(saves.batches)
    writer.close()

    assert first == [[LISTING]]
    assert saves.batches == [[LISTING], [VIEWS]]


def test_the_rest_waits_no_longer_however_many_listings_go_ahead_of_it():
    saves = Saves()
    writer = writer_to(saves)
    began = monotonic()

    writer.add(VIEWS)
    while not any(VIEWS in batch for batch in saves.batches) and monotonic() - began < _LONGEST_S:
        writer.add(LISTING)
        writer.flush_listings()
    took = monotonic() - began
    writer.close()

    assert took < _LONGEST_S


def test_closing_saves_everything():
    saves = Saves()
    writer = writer_to(saves)

    for _ in range(450):
        writer.add(VIEWS)
    writer.close()

    assert sum(len(batch) for batch in saves.batches) == 450
    assert max(len(batch) for batch in saves.batches) <= 200
