"""Dates as list pages print them."""

from datetime import UTC, datetime

import pytest

from crawler.fields.list_dates import SHANGHAI, full_date, list_date

NOW = datetime(2024, 3, 15, 2, tzinfo=UTC)  # ten in the morning in Shanghai


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-09", "2024-03-09 00:00"),
        ("[ 2024年03月09日 ]", "2024-03-09 00:00"),
        ("2024/3/9\xa0", "2024-03-09 00:00"),
        ("2024.03.09 15:43", "2024-03-09 15:43"),
        ("(发布时间：2024-03-09 15:43:14 阅读次数：", "2024-03-09 15:43"),
        ("２０２４－０３－０９", "2024-03-09 00:00"),
        ("2024年3月9日08:18", "2024-03-09 08:18"),
        ("20240309", "2024-03-09 00:00"),
        ("03/09 2024", "2024-03-09 00:00"),
        ("2024 03-09", "2024-03-09 00:00"),
        ("09 2024-03", "2024-03-09 00:00"),
        ("2024-03 09", "2024-03-09 00:00"),
        ("Mar 9, 2024", "2024-03-09 00:00"),
        ("9 March 2024", "2024-03-09 00:00"),
        ("[03-09]", "2024-03-09 00:00"),
        ("12-21", "2023-12-21 00:00"),
        ("03-17", "2023-03-17 00:00"),
        ("02-29", "2024-02-29 00:00"),
        ("22 Sep", "2023-09-22 00:00"),
        ("3月9日", "2024-03-09 00:00"),
        ("今天 08:30", "2024-03-15 08:30"),
        ("昨天", "2024-03-14 00:00"),
        ("前天", "2024-03-13 00:00"),
        ("3小时前", "2024-03-15 07:00"),
        ("3天前", "2024-03-12 00:00"),
    ],
)
def test_a_printed_date_is_read(text, expected):
    date = list_date(text, now=NOW)

    assert date is not None
    assert f"{date.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "text", ["", "通知", "2022-2023学年", "2099-01-01", "1949-10-01", "13-45", "第3期", "12:30:15"]
)
def test_what_is_no_date_or_absurd_is_none(text):
    assert list_date(text, now=NOW) is None


def test_the_printed_form_is_kept_without_its_brackets():
    date = list_date("[ 2024年03月09日 ]", now=NOW)

    assert date is not None
    assert date.printed == "2024年03月09日"


def test_only_a_year_makes_a_date_full():
    assert full_date("03-09", now=NOW) is None
