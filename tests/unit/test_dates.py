"""Dates as article pages print them."""

from datetime import UTC, datetime

import pytest

from crawler.fields.dates import Doubt, find_date, read_stamp
from storage.article import Precision

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2023-12-21 09:29", "2023-12-21T01:29", Precision.MINUTE),
        ("2023-12-21 09:29:30", "2023-12-21T01:29:30", Precision.SECOND),
        ("2023-1-2", "2023-01-01T16:00", Precision.DAY),
        ("2023/12/21", "2023-12-20T16:00", Precision.DAY),
        ("2020.1.2", "2020-01-01T16:00", Precision.DAY),
        ("2023年12月21日 09:29", "2023-12-21T01:29", Precision.MINUTE),
        ("2023年12月21日08:18", "2023-12-21T00:18", Precision.MINUTE),
        ("2023年 12月 21日", "2023-12-20T16:00", Precision.DAY),
        ("2023年12月21日 星期四 下午3:05", "2023-12-21T07:05", Precision.MINUTE),
        ("2023年12月21日9时05分", "2023-12-21T01:05", Precision.MINUTE),
        ("[ 2023-12-21 ]", "2023-12-20T16:00", Precision.DAY),
        ("（2023-12-21）", "2023-12-20T16:00", Precision.DAY),
        ("2007-08-20-23:59:59", "2007-08-20T15:59:59", Precision.SECOND),
        ("２０２３－１２－２１", "2023-12-20T16:00", Precision.DAY),
        ("2023-12-21T09:29:00+08:00", "2023-12-21T01:29", Precision.SECOND),
        ("2023-12-21T01:29:00Z", "2023-12-21T01:29", Precision.SECOND),
        ("Thu Mar 26 2026 10:00:00 GMT+0800", "2026-03-26T02:00", Precision.SECOND),
        ("Thu Mar 26 10:00:00 CST 2026", "2026-03-26T02:00", Precision.SECOND),
        ("26 Mar 2026", "2026-03-25T16:00", Precision.DAY),
        ("2021-13-45, 2021-02-28", "2021-02-27T16:00", Precision.DAY),
        ("2020-12-22点击：10:11", "2020-12-21T16:00", Precision.DAY),
    ],
)
def test_a_printed_date_is_an_instant(text: str, expected: str, precision: Precision) -> None:
    date = find_date(text, now=NOW, zone=ZONE)

    assert date is not None
    assert (date.at, date.precision) == (
        datetime.fromisoformat(expected).replace(tzinfo=UTC),
        precision,
    )


def test_a_date_says_where_it_stands() -> None:
    text = "时间：2022-11-21 09:28　点击"

    date = find_date(text, now=NOW, zone=ZONE)

    assert date is not None
    assert text[date.start : date.end] == "2022-11-21 09:28"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [("2021-13-45", Doubt.ABSURD), ("1889-01-01", Doubt.ABSURD), ("2026-06-03", Doubt.FUTURE)],
)
def test_a_date_that_cannot_be_gives_no_instant(text: str, doubt: Doubt) -> None:
    date = find_date(text, now=NOW, zone=ZONE)

    assert date is not None
    assert (date.at, date.doubt) == (None, doubt)


@pytest.mark.parametrize("text", ["", "正文", "12-21", "1.2.3.2021", "023-87654321", "20211"])
def test_a_text_without_a_whole_date_has_none(text: str) -> None:
    assert find_date(text, now=NOW, zone=ZONE) is None


def test_another_zone_moves_the_instant() -> None:
    date = find_date("2023-12-21 09:29", now=NOW, zone="Asia/Urumqi")

    assert date is not None
    assert date.at == datetime(2023, 12, 21, 3, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("1581418070", datetime(2020, 2, 11, 10, 47, 50, tzinfo=UTC)),
        ("1581418070123", datetime(2020, 2, 11, 10, 47, 50, tzinfo=UTC)),
        ("20231221", datetime(2023, 12, 20, 16, tzinfo=UTC)),
        ("2017-06-05 09:38", datetime(2017, 6, 5, 1, 38, tzinfo=UTC)),
    ],
)
def test_machine_stamps_are_dates_too(stamp: str, expected: datetime) -> None:
    date = read_stamp(stamp, now=NOW, zone=ZONE)

    assert date is not None
    assert date.at == expected
