"""The day in an address, and what only looks like one."""

from datetime import UTC, date, datetime

import pytest

from crawler.fields.url_dates import url_date

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def day_of(path: str, *, host: str = "http://news.example.edu.cn") -> date | None:
    found = url_date(host + path, now=NOW, zone=ZONE)
    return found.day if found else None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2026/0313/c13475a290241/page.htm", "2026-03-13"),
        ("/xw/2023/1221/c12a3456/page.psp", "2023-12-21"),
        ("/gzdt/ywyw/202004/t20200422_56177599.html", "2020-04-22"),
        ("/zwgk/t20200422_56177599.shtml", "2020-04-22"),
        ("/art/2018/5/21/art_1599522_18115533.html", "2018-05-21"),
        ("/art/2018/05/21/art_1.html", "2018-05-21"),
        ("/2019/1129/51499.html", "2019-11-29"),
        ("/xwzx/2020-12-01/5285.html", "2020-12-01"),
        ("/c/2023-01-02/514142.shtml", "2023-01-02"),
        ("/c/2019-6-5/doc-abcdef.shtml", "2019-06-05"),
        ("/a/20231221/98.html", "2023-12-21"),
        ("/2023-12/21/content_1234.htm", "2023-12-21"),
        ("/html/2020-01/05/content_123_456.htm", "2020-01-05"),
        ("/xinwen/201906/15/c_1124.htm", "2019-06-15"),
        ("/n1/2019/0615/c1001-31160000.html", "2019-06-15"),
        ("/gn/2019/06-15/8865123.shtml", "2019-06-15"),
        ("/politics/2019_06_15_505655.shtml", "2019-06-15"),
        ("/rain/a/20210615A01XYZ00", "2021-06-15"),
        ("/omn/20210615/20210615A01XYZ00.html", "2021-06-15"),
        ("/19/0615/08/EHN0ABCD00018AOR.html", "2019-06-15"),
        ("/blog/2020/12/01/a-slug/", "2020-12-01"),
    ],
)
def test_the_day_of_an_address(path: str, day: str) -> None:
    assert day_of(path) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "path",
    [
        "/info/1033/209597.htm",
        "/info/1033/20231221.htm",
        "/info/2023/1105.htm",
        "/info/2023/11/05.htm",
        "/09/4c/c24258a461132/page.htm",
        "/s/13/t/542/aa/bb/info12345.htm",
        "/xwzx/5285.html",
        "/zhengce/content/202306/content_6886.htm",
        "/content.jsp?urltype=news.NewsContentUrl&wbnewsid=1234&date=/2023/12/21/",
        "/a/202312210930001.html",
        "/__local/2/02/31/20230231.jpg",
        "/2023/0230/c1a2/page.htm",
        "/2023/1301/c1a2/page.htm",
        "/1980/0101/c1a2/page.htm",
        "/2031/0101/c1a2/page.htm",
        "/2019/0615/2020-01-02/1.html",
        "/12023/1221/1.html",
        "/t20200422.html",
        "/19/0615/08/1234.html",
        "/gaokao2023/0601x/1.html",
    ],
)
def test_an_id_is_no_day(path: str) -> None:
    assert day_of(path) is None


@pytest.mark.parametrize("url", ["file:///saved/2023/1221/page.html", "", "http://[a/2023/1221/"])
def test_only_a_web_address_has_a_day(url: str) -> None:
    assert url_date(url, now=NOW, zone=ZONE) is None


def test_tomorrow_may_stand_in_an_address_and_the_day_after_may_not() -> None:
    assert day_of("/2026/0602/c1a2/page.htm") == date(2026, 6, 2)
    assert day_of("/2026/0603/c1a2/page.htm") is None


def test_the_text_is_what_stands_there() -> None:
    found = url_date("http://a.example/202004/t20200422_1.html", now=NOW, zone=ZONE)

    assert found is not None
    assert found.text == "20200422"
