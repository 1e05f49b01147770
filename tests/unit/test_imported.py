"""A document becomes an article by the rules that pages are read by."""

from datetime import UTC, datetime

import pytest

from crawler.imported import imported_article, imported_read
from storage.article import Article, DateFlag, Precision
from storage.document_form import ReadDocument

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def imported(printed: str | None, url: str | None = None) -> Article:
    document = ReadDocument(title="题", published_text=printed, views=3, text="文")
    return imported_article(document, name="a/1.txt", url=url, now=NOW, zone=ZONE)


@pytest.mark.parametrize(
    ("printed", "at", "precision"),
    [
        ("时间：2019-09-23", datetime(2019, 9, 22, 16, tzinfo=UTC), Precision.DAY),
        ("日期：2022-11-21 09:28", datetime(2022, 11, 21, 1, 28, tzinfo=UTC), Precision.MINUTE),
        ("2022年11月21日", datetime(2022, 11, 20, 16, tzinfo=UTC), Precision.DAY),
        ("2099-01-01", None, None),
        ("3小时前", None, None),
        ("某日", None, None),
        (None, None, None),
    ],
)
def test_the_date_is_read_and_stays_as_printed(
    printed: str | None, at: datetime | None, precision: Precision | None
) -> None:
    article = imported(printed)

    assert (article.published_text, article.published_at) == (printed, at)
    assert article.published_precision == precision


def test_a_date_of_the_last_change_says_so() -> None:
    assert DateFlag.OF_UPDATE in imported("更新时间：2022-11-21").flags


def test_an_address_lends_its_day_and_gives_the_key_of_its_page() -> None:
    article = imported(None, "http://news.yunling.example/info/1001/2.htm")
    dated = imported(None, "http://news.yunling.example/2022/1121/c1a2/page.htm")

    assert article.page_key == "news.yunling.example:2"
    assert dated.published_at == datetime(2022, 11, 20, 16, tzinfo=UTC)
    assert dated.published_text is None


def test_only_what_has_an_address_is_looked_at_again() -> None:
    nowhere = imported_read(imported(None), b"", now=NOW)
    somewhere = imported_read(imported(None, "http://n.example/1"), b"", now=NOW)

    assert (nowhere.article.url, nowhere.next_check_at) == ("file:a/1.txt", None)
    assert somewhere.next_check_at is not None
