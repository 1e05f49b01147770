"""View counts over time."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.article import Counter
from storage.crawl import ViewsRead
from storage.schema import ViewCount
from tests.integration.desk import Desk, article, at

COUNTER = Counter(owner="1234", article_id="7")
FIRST = article("info/1001/7", counter=COUNTER)


def counted(desk: Desk, views: int, counter: Counter = COUNTER) -> ViewsRead:
    return ViewsRead(counter=counter, views=views, observed_at=desk.now)


def rows(desk: Desk) -> list[tuple[str, int, bool]]:
    question: Any = select(ViewCount.day, ViewCount.views, ViewCount.decreased)
    return [tuple(row) for row in desk.rows(question.order_by(ViewCount.id))]


def test_an_unknown_count_is_none_and_no_row_and_a_known_0_is_0(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(FIRST))
    unknown = desk.all()[0].views

    desk.save(counted(desk, 0))

    assert unknown is None
    assert desk.all()[0].views == 0
    assert rows(desk) == [("2026-03-02", 0, False)]


def test_a_printed_count_is_kept_with_the_article_and_an_unknown_one_does_not_undo_it(
    desk: Desk,
) -> None:
    desk.begin()

    desk.save(desk.read(at(FIRST, FIRST.url, views=31)))
    desk.save(desk.again(FIRST))

    assert (desk.all()[0].views, desk.all()[0].views_at) == (31, desk.now)
    assert rows(desk) == [("2026-03-02", 31, False)]


def test_a_row_is_written_only_when_the_number_changed(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(FIRST))

    for views in (5, 5, 6, 6):
        desk.later(days=1)
        desk.save(counted(desk, views))

    assert rows(desk) == [("2026-03-03", 5, False), ("2026-03-05", 6, False)]


def test_a_local_day_has_one_row_and_the_newest_number(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(FIRST))

    for hour, views in ((9, 5), (15, 6), (15, 7), (16, 8)):  # 16:00 UTC is midnight in Shanghai
        desk.now = datetime(2026, 3, 2, hour, 0, tzinfo=desk.now.tzinfo)
        desk.save(counted(desk, views))

    assert rows(desk) == [("2026-03-02", 7, False), ("2026-03-03", 8, False)]


def test_a_decrease_is_kept_and_flagged(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(FIRST))

    for views in (50, 3, 60):
        desk.save(counted(desk, views))
    desk.later(days=1)
    desk.save(counted(desk, 61))

    assert rows(desk) == [("2026-03-02", 60, True), ("2026-03-03", 61, False)]


def test_a_count_is_of_the_documents_with_exactly_this_counter(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.read(FIRST))

    desk.save(counted(desk, 9, Counter(owner="9999", article_id="7")))
    desk.save(counted(desk, 9, Counter(owner="1234", article_id="7", kind="wbother")))

    assert desk.all()[0].views is None


def test_the_newest_of_two_counts_in_a_batch_stands(desk: Desk) -> None:
    desk.begin()

    desk.save(desk.read(FIRST), counted(desk, 5), counted(desk, 6))

    assert desk.all()[0].views == 6
