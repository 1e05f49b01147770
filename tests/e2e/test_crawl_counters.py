"""A site whose file switches counters off is never asked for one, whatever its pages offer."""

from pathlib import Path

import pytest

COLUMN = Path(__file__).parents[2] / "fixtures/vsb-art/column-that-is-an-article/page.html"


@pytest.fixture
def column_with_a_counter(hosted, reply):
    """A column that is itself one article, with the script that shows its count."""
    page = COLUMN.read_text("utf-8").replace("_addDynClicks", "_showDynClicks")
    return hosted(lambda path: reply(page) if path == "/xxgk/xxjj.htm" else None)


@pytest.mark.parametrize(("switch", "asked"), [(True, True), (False, False)])
def test_the_counter_of_a_column_that_is_an_article_is_asked_only_if_switched_on(
    desk, column_with_a_counter, switch, asked
):
    host = column_with_a_counter
    desk.site("column", [host.url + "/xxgk/xxjj.htm"], counters=switch)

    done = desk.crawl()

    assert done.record["articles_new"] == 1, done
    assert any("dynclicks" in path for path in host.asked) is asked


@pytest.mark.parametrize(("switch", "asked"), [(True, True), (False, False)])
def test_counters_of_listings_and_articles_are_asked_only_if_switched_on(desk, news, switch, asked):
    desk.site_of(news, counters=switch)

    desk.crawl()
    desk.crawl("--full")

    assert (news.counts["counter"] > 0) is asked
