"""What a page says of an article's date, in all the places where it can; and which of it counts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract import extract
from crawler.page import Page
from storage.article import Article, DateFlag

NOW = datetime(2024, 8, 1, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BODY = "清晨，渡口开了。船工把缆绳解下来，河水清了，两岸的人都来看。" * 3


def read(meta_line: str, *, head: str = "", url: str | None = None) -> Article:
    source = f"""<html><head><title>渡口开了-云岭大学</title>{head}
<!--Announced by Visual SiteBuilder 9--></head><body><form name="_newscontent_fromname">
<div class="art-tit"><h3>渡口开了</h3><p>{meta_line}</p></div>
<div id="vsb_content"><div class="v_news_content"><p>{BODY}</p></div></div></form></body>
</html>"""
    address = url or "http://news.yunling.example/info/1001/2001.htm"
    found = extract(Page(url=address, body=source.encode(), fetched_at=NOW))
    assert isinstance(found, Article), found
    return found


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def local(article: Article) -> str | None:
    at = article.published_at
    return at and f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def claims(article: Article) -> list[str]:
    return [f"{one.source} {one.text}" for one in article.dates]


@pytest.mark.parametrize(
    ("meta_line", "text", "at"),
    [
        ("发布时间：2023-12-21", "发布时间：2023-12-21", "2023-12-21 00:00"),
        ("<span>时间：</span><span>2023-12-21 09:28</span>", None, "2023-12-21 09:28"),
        ("更新时间：2024-01-02 发布时间：2023-12-21", "发布时间：2023-12-21", "2023-12-21 00:00"),
        ("创建时间：2023-12-20 发布时间：2023-12-21", "发布时间：2023-12-21", "2023-12-21 00:00"),
        ("创建时间：2023-12-20", "创建时间：2023-12-20", "2023-12-20 00:00"),
        ("成文日期：2023-12-01 发布日期：2023-12-21", "发布日期：2023-12-21", "2023-12-21 00:00"),
        ("报名时间：2021-11-01 至 2021-11-05 2023-12-21", "2023-12-21", "2023-12-21 00:00"),
        ("时间：2023-12-24 14:00　地点：东校区礼堂　2023-12-21", "2023-12-21", "2023-12-21 00:00"),
        ("发布时间：23-12-21", "发布时间：23-12-21", "2023-12-21 00:00"),
        ("发布时间：1703122080", "2023-12-21 09:28", "2023-12-21 09:28"),
        ("发布时间：今天 08:30", "发布时间：今天 08:30", "2024-08-01 08:30"),
        ("发布时间：3小时前", "发布时间：3小时前", "2024-08-01 00:00"),
        ("<span>昨天</span> <span>校报</span>", "昨天", "2024-07-31 00:00"),
        ("Published: Dec 21, 2023", "Published: Dec 21, 2023", "2023-12-21 00:00"),
    ],
)
def test_the_date_of_publishing_is_found_by_its_label(
    meta_line: str, text: str | None, at: str
) -> None:
    article = read(meta_line)

    assert local(article) == at
    assert text is None or article.published_text == text
    assert article.flags == ()


@pytest.mark.parametrize(
    "meta_line",
    [
        "报名时间：2021-11-01 至 2021-11-05",
        "时间：2021-11-01 至 2021-11-05",
        "会议时间：2021-11-01",
        "时间：2021-11-01 09:00-11:00　地点：礼堂",
        "Date: 22-11-21",
        "人们昨天来了，今天又来了",
        "成文日期：2023-12-01",
        "今天是2023年12月21日 星期四",
        "当前时间：2023-12-21 09:28",
    ],
)
def test_other_dates_are_not_the_date_of_publishing(meta_line: str) -> None:
    article = read(meta_line)

    assert (article.published_at, article.published_text) == (None, None)


def test_the_last_change_stands_in_only_where_nothing_else_does() -> None:
    article = read("更新时间：2024-01-02")

    assert (local(article), article.published_text) == ("2024-01-02 00:00", "更新时间：2024-01-02")
    assert article.flags == (DateFlag.OF_UPDATE,)
    assert claims(article) == ["updated 更新时间：2024-01-02"]


def test_every_claim_is_kept_the_best_first() -> None:
    head = meta("PubDate", "2023-12-21 09:28") + meta("article:modified_time", "2024-01-02")
    head += (
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2023-12-21"}'
    )
    head += "</script>"

    article = read(
        "发布时间：2023-12-21 成文日期：2023年12月1日",
        head=head,
        url="http://news.yunling.example/2023/1219/c1a2001/page.htm",
    )

    assert claims(article) == [
        "printed 发布时间：2023-12-21",
        "meta 2023-12-21 09:28",
        "json_ld 2023-12-21",
        "updated 2024-01-02",
        "document 成文日期：2023年12月1日",
        "url 2023/1219",
    ]
    assert (local(article), article.flags) == ("2023-12-21 09:28", ())


@pytest.mark.parametrize(
    ("name", "content", "at"),
    [
        ("PubDate", "2017-06-05 09:38", "2017-06-05 09:38"),
        ("firstpublishedtime", "2007-08-20-23:59:59", "2007-08-20 23:59"),
        ("publishdate", "20231221", "2023-12-21 00:00"),
        ("article:published_time", "2023-12-20T17:00:00Z", "2023-12-21 01:00"),
        ("weibo: article:create_at", "2023-12-21 09:28:00", "2023-12-21 09:28"),
        ("bytedance:published_time", "2023-12-21T09:28:00+08:00", "2023-12-21 09:28"),
        ("apub:time", "12/21/2023, 9:28:00 AM", "2023-12-21 09:28"),
        ("og:release_date", "1703122080", "2023-12-21 09:28"),
        ("date", "2023-12-21", "2023-12-21 00:00"),
    ],
)
def test_a_meta_stands_in_for_a_date_that_is_not_printed(name: str, content: str, at: str) -> None:
    assert local(read("校报", head=meta(name, content))) == at


@pytest.mark.parametrize("name", ["Maketime", "lastmodified", "viewport", "expires"])
def test_the_time_when_the_page_was_made_is_no_date(name: str) -> None:
    assert read("校报", head=meta(name, "2023-12-21 09:28")).published_at is None


def test_a_meta_that_may_mean_the_page_counts_only_alone() -> None:
    article = read("发布时间：2023-12-21", head=meta("date", "2024-07-31"))

    assert (local(article), article.flags) == ("2023-12-21 00:00", ())


def test_a_bare_date_beside_a_meta_of_the_same_day_is_what_is_printed() -> None:
    article = read("2023-12-21 校报", head=meta("PubDate", "2023-12-21 09:28"))

    assert (article.published_text, local(article)) == ("2023-12-21", "2023-12-21 09:28")


def test_a_bare_date_of_another_day_is_that_of_something_else() -> None:
    article = read("2023-12-24 校报", head=meta("PubDate", "2023-12-21 09:28"))

    assert (article.published_text, local(article)) == ("2023-12-21 09:28", "2023-12-21 09:28")
    assert article.flags == ()


def test_a_meta_of_another_day_than_the_label_is_a_conflict_and_the_label_counts() -> None:
    article = read("发布时间：2023-12-21", head=meta("PubDate", "2023-12-20 23:30"))

    assert (local(article), article.flags) == ("2023-12-21 00:00", (DateFlag.CONFLICT,))


@pytest.mark.parametrize(
    ("printed", "flag"),
    [("2031-12-21", "date_in_future"), ("2023-13-41", "date_absurd")],
)
def test_a_date_that_cannot_be_is_refused_and_kept_as_printed(printed: str, flag: str) -> None:
    article = read(f"发布时间：{printed}")

    assert (article.published_at, article.published_precision) == (None, None)
    assert article.published_text == f"发布时间：{printed}"
    assert article.flags == (flag,)
    assert [(one.at, one.doubt) for one in article.dates] == [(None, flag)]


def test_beside_a_date_that_cannot_be_the_meta_counts() -> None:
    article = read("发布时间：2031-12-21", head=meta("PubDate", "2023-12-21"))

    assert (article.published_text, local(article)) == ("发布时间：2031-12-21", "2023-12-21 00:00")
    assert article.flags == ("date_in_future",)
