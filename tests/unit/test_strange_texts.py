"""No text is too strange for the small readers; what is done twice changes nothing."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crawler.fields.blanks import squash, tidy
from crawler.fields.furniture import furniture_start, without_furniture
from crawler.fields.list_dates import full_date, list_date
from crawler.fields.parts import part_urls
from crawler.fields.section import read_section
from crawler.fields.url_dates import url_date
from crawler.page import Page

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LINES = st.lists(
    st.text("上下一条篇：【】关闭打印返回分享到微信版权所有©相关新闻附件已下载12 |甲", max_size=30)
)


@given(st.one_of(st.text(), st.text("\u3000\xa0 \t\r\n\x1f\u200b甲a\u0301", max_size=30)))
def test_a_line_that_is_tidy_stays_as_it_is(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert squash(squash(text)) == squash(text)


@given(LINES)
def test_lines_without_furniture_have_none(lines: list[str]) -> None:
    kept = without_furniture(lines)

    assert set(kept) <= set(lines)
    assert 0 <= furniture_start(lines) <= len(lines)


@given(st.text("0123456789-/.年月日:： [](昨今天前小时)Jan２", max_size=40))
def test_a_date_of_a_list_stands_in_its_text_and_not_ahead(text: str) -> None:
    for date in (list_date(text, now=NOW), full_date(text, now=NOW)):
        if date is not None:
            assert 0 <= date.span[0] < date.span[1] <= len(text)
            assert (date.at - NOW).days <= 1


@given(st.text("/0123456789-_.tA?=#[]html", max_size=40))
def test_a_day_of_an_address_stands_in_it(path: str) -> None:
    found = url_date(f"http://a.example/{path}", now=NOW, zone="Asia/Shanghai")

    assert found is None or found.text in path


@given(st.text("/0123456789-_.?=&pagehtml[]#", max_size=30), st.text(max_size=30))
def test_addresses_of_parts_are_of_the_page_itself(path: str, label: str) -> None:
    url = f"http://a.example/{path}"
    body = f"<a href='{path}_2.html'>2</a><a href='?page=3'>{label}</a>".encode("utf-8", "replace")

    for part in part_urls(Page(url=url, body=body, fetched_at=NOW)):
        assert part.startswith("http://a.example/")


def test_a_breadcrumb_with_thousands_of_blanks_is_read() -> None:
    # Without a bound on the blanks this takes hours.
    crumbs = "当前位置：首页" + "\x1f" * 1900 + ">" + "\x1f \x1f" * 600 + "通知公告"

    assert read_section([crumbs]) == "通知公告"
