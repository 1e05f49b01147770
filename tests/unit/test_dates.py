"""Dates as article pages print them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fields.dates import Doubt, find_date, find_dates, read_stamp, short_year_date
from storage.article import Precision

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"
FORMS = [
    *("%Y-%m-%d", "%Y/%m/%d %H:%M", "%Y.%m.%d", "%Y年%m月%d日%H:%M", "%Y-%m-%d%H:%M", "[%Y-%m-%d]"),
    *("%Y-%m-%dT%H:%M:%S+08:00", "%d %b %Y", "%B %d, %Y %H:%M", "%Y年 %m月 %d日", "%Y-%m-%d-%H:%M"),
]


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
        ("2021-01-0510:30", "2021-01-05T02:30", Precision.MINUTE),
        ("2023-12-21 24:00", "2023-12-20T16:00", Precision.DAY),
        ("2023-12-21 24:30", "2023-12-20T16:00", Precision.DAY),
        ("2023-12-21 25:00", "2023-12-20T16:00", Precision.DAY),
        ("2023-12-21 凌晨12:05", "2023-12-20T16:05", Precision.MINUTE),
        ("2023-12-21 中午12:05", "2023-12-21T04:05", Precision.MINUTE),
        ("2023-12-21 中午1:05", "2023-12-21T05:05", Precision.MINUTE),
        ("2023-12-21 晚上12:00", "2023-12-20T16:00", Precision.DAY),
        ("2023-12-21 3:05 PM", "2023-12-21T07:05", Precision.MINUTE),
        ("2023-12-21 12:05 a.m.", "2023-12-20T16:05", Precision.MINUTE),
        ("2023/12/21（周四）09:29", "2023-12-21T01:29", Precision.MINUTE),
        ("2023-12-21 Thursday 09:29", "2023-12-21T01:29", Precision.MINUTE),
        ("２０２３年１２月２１日　０９：２９", "2023-12-21T01:29", Precision.MINUTE),
        ("2023년 12월 21일 09:29", "2023-12-21T01:29", Precision.MINUTE),
        ("二〇二三年十二月二十一日", "2023-12-20T16:00", Precision.DAY),
        ("二○二三年一月十日", "2023-01-09T16:00", Precision.DAY),
        ("December 21, 2023", "2023-12-20T16:00", Precision.DAY),
        ("Sept. 1st, 2023 at 9:05 am", "2023-09-01T01:05", Precision.MINUTE),
        ("2023-Dec-21", "2023-12-20T16:00", Precision.DAY),
        ("21 décembre 2023", "2023-12-20T16:00", Precision.DAY),
        ("1er mars 2023", "2023-02-28T16:00", Precision.DAY),
        ("21. Dezember 2023", "2023-12-20T16:00", Precision.DAY),
        ("21 de diciembre de 2023", "2023-12-20T16:00", Precision.DAY),
        ("21 декабря 2023 г.", "2023-12-20T16:00", Precision.DAY),
        ("Thu, 21 Dec 2023 01:29:00 GMT", "2023-12-21T01:29", Precision.SECOND),
        ("2023-12-21T09:29:00.123+0800", "2023-12-21T01:29", Precision.SECOND),
        ("2023-12-20T20:29:00-05:00", "2023-12-21T01:29", Precision.SECOND),
        ("12/21/2023", "2023-12-20T16:00", Precision.DAY),
        ("21/12/2023", "2023-12-20T16:00", Precision.DAY),
        ("6/15/2019, 8:18:00 AM", "2019-06-15T00:18", Precision.SECOND),
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
    [
        ("2021-13-45", Doubt.ABSURD),
        ("1889-01-01", Doubt.ABSURD),
        ("2026-06-03", Doubt.FUTURE),
        ("2023-02-30", Doubt.ABSURD),
        ("03/04/2023", Doubt.AMBIGUOUS),
    ],
)
def test_a_date_that_cannot_be_gives_no_instant(text: str, doubt: Doubt) -> None:
    date = find_date(text, now=NOW, zone=ZONE)

    assert date is not None
    assert (date.at, date.doubt) == (None, doubt)


@pytest.mark.parametrize(
    "text",
    [
        *("", "正文", "12-21", "1.2.3.2021", "023-87654321", "20211", "22-11-21", "2021-2022学年"),
        *("Decision 12, 2021", "Marketing 12 2021", "2023年12月", "第12期 2023", "10/2023"),
    ],
)
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


@pytest.mark.parametrize(
    "text",
    [
        "2021-11-01 至 2021-11-05",
        "2021年11月1日—5日",
        "2021年11月1日-11月5日",
        "2021-11-01 14:00-16:00",
        "2021-11-01 09:00-11:00",
        "2021.11.01～2021.11.05",
        "2021年11月1日到5日",
    ],
)
def test_a_span_of_days_or_hours_is_no_date(text: str) -> None:
    assert find_date(text, now=NOW, zone=ZONE) is None


def test_a_dash_before_something_else_makes_no_span() -> None:
    assert find_date("2021-11-02 - 35次浏览", now=NOW, zone=ZONE) is not None
    assert find_date("2021-11-02 — 来源：校报", now=NOW, zone=ZONE) is not None
    assert find_date("2021-11-02 - 1.2万阅读", now=NOW, zone=ZONE) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22-11-21", "2022-11-20T16:00"),
        (" [22/11/21 09:28]", "2022-11-21T01:28"),
        ("22年1月2日", "2022-01-01T16:00"),
        ("22.1.2", "2022-01-01T16:00"),
    ],
)
def test_a_year_of_two_digits_is_read_where_it_is_asked_for(text: str, expected: str) -> None:
    date = short_year_date(text, now=NOW, zone=ZONE)

    assert date is not None
    assert date.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["22-11", "22-11-21-5", "1.22.11.21", "22-11-21 至 22-11-25", "x"])
def test_other_short_numbers_are_no_date(text: str) -> None:
    assert short_year_date(text, now=NOW, zone=ZONE) is None


@given(st.text("0123456789-/.年月日:： 至～TZ+上下午AMDecember二〇十", max_size=40))
def test_no_text_is_too_strange_and_no_date_lies_outside_its_text(text: str) -> None:
    for date in find_dates(text, now=NOW, zone=ZONE):
        assert 0 <= date.start < date.end <= len(text)
        assert (date.at is None) == (date.doubt is not None)
        assert date.at is None or date.at <= NOW + timedelta(days=1)
    read_stamp(text, now=NOW, zone=ZONE)
    short_year_date(text, now=NOW, zone=ZONE)


@given(st.integers(0, 30 * 365 * 24 * 60), st.sampled_from(FORMS))
def test_every_form_gives_back_the_instant_that_was_printed(minutes: int, form: str) -> None:
    # Clocks in China were put forward in the summers up to 1991.
    local = datetime(1992, 1, 1, tzinfo=ZoneInfo(ZONE)) + timedelta(minutes=minutes)

    date = find_date(f"发布时间：{local.strftime(form)} 点击：12", now=NOW, zone=ZONE)

    assert date is not None
    expected = local if "%H" in form else local.replace(hour=0, minute=0)
    assert date.at == expected.astimezone(UTC)
