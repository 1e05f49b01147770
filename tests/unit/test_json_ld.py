"""The dates of JSON-LD: of the article, whatever stands around it."""

from datetime import UTC, datetime

import pytest

from crawler.fields.json_ld import JsonLdDates, json_ld_dates
from crawler.page import Page


def dates_of(*scripts: str) -> JsonLdDates:
    markup = "".join(f'<script type="application/ld+json">{one}</script>' for one in scripts)
    page = Page(url="http://a.example/", body=markup.encode(), fetched_at=datetime.now(UTC))
    return json_ld_dates(page)


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "datePublished": "2023-12-21"}',
        '[{"@type": "Event"}, {"@type": ["Thing", "Article"], "datePublished": "2023-12-21"}]',
        '{"@graph": [{"@type": "Event"}, {"@type": "BlogPosting", "datePublished": "2023-12-21"}]}',
        '{"@context": "cambrian.jsonld", "title": "题", "pubDate": "2023-12-21"}',
        '{"@type": "Article", "headline": "two\nlines", "datePublished": " 2023-12-21 "}',
    ],
)
def test_the_articles_publishing_date_is_found(script: str) -> None:
    assert dates_of(script).published == "2023-12-21"


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "null",
        '"2023-12-21"',
        "[" * 5000,
        '{"@type": "Event", "datePublished": "2023-12-21"}',
        '{"@type": "Article", "datePublished": 20231221}',
        '{"@type": "Article", "datePublished": ["2023-12-21"]}',
        '{"@type": {"a": 1}, "datePublished": "2023-12-21"}',
    ],
)
def test_what_is_broken_or_no_article_says_nothing(script: str) -> None:
    assert dates_of(script) == JsonLdDates()


def test_a_broken_script_hides_no_other() -> None:
    found = dates_of("{", '{"@type": "Article", "datePublished": "2023-12-21"}')

    assert found.published == "2023-12-21"


def test_the_change_is_kept_apart() -> None:
    found = dates_of('{"@type": "Article", "dateModified": "2024-01-02"}')

    assert found == JsonLdDates(published=None, modified="2024-01-02")


def test_an_article_with_a_date_comes_before_a_page_without() -> None:
    found = dates_of('[{"@type": "WebPage"}, {"@type": "Article", "datePublished": "2023-12-21"}]')

    assert found.published == "2023-12-21"
