"""The year of a list's date that prints none: the address of its article may hold the day."""

from datetime import UTC, datetime

import pytest

from crawler.discover import Listing
from crawler.page import Page
from crawler.reading import read_listing

NOW = datetime(2024, 6, 1, tzinfo=UTC)
INSIDE = '<li><a href="{url}">{title}</a> <span>{date}</span></li>'
BESIDE = '<a href="{url}">{title}</a> {date}<br>'
ROWS = (
    ("/art/2022/12/21/art_6_41.html", "青岚县召开冬季防火工作会议", "12-21"),
    ("/art/2019/11/3/art_6_40.html", "全县中小学完成供暖设备检修", "11-03"),
    ("/art/2019/10/9/art_6_39.html", "秋收进度过半，各乡镇抢晴收割", "10-08"),  # another day
)


@pytest.mark.parametrize("row", [INSIDE, BESIDE])
def test_a_day_in_the_address_says_the_year_where_it_is_the_same_day(row: str) -> None:
    rows = "".join(row.format(url=url, title=title, date=date) for url, title, date in ROWS)
    body = f"<meta charset=utf-8><title>动态</title><div class=list>{rows}</div>"
    page = Page(url="http://www.qinglan.example/col/6/", body=body.encode(), fetched_at=NOW)

    listing = read_listing(page)

    assert isinstance(listing, Listing)
    found = [(one.listed_text, one.listed_at and one.listed_at.year) for one in listing.links]
    assert found == [("12-21", 2022), ("11-03", 2019), ("10-08", 2023)]
