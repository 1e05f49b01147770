"""A WebPlus site is crawled the whole way: columns, articles, counters by POST, a second crawl."""

import pytest

from wenxun.newssite import Face
from wenxun.newssite.webplus import list_path


@pytest.fixture
def webplus(served):
    """A served site of three columns, each listed and addressed in another way."""
    return served(articles=24, columns=3, per_page=5, variety=False, face=Face.WEBPLUS).site


def site_of(desk, news):
    return desk.site("yunling", [news.base + list_path(column) for column in news.columns])


def test_every_article_is_stored_with_its_count(desk, webplus):
    site_of(desk, webplus)

    done = desk.crawl()

    assert done.code == 0, done
    assert (done.record["articles_new"], done.record["failures"]) == (24, {}), done
    stored = desk.rows(
        "select c.title, c.text, d.views, d.family from documents d"
        " join contents c on c.id = d.content_id"
    )
    assert set(stored) == {
        (story.full_title, story.text, webplus.views[newsid], "webplus")
        for newsid, story in webplus.stories.items()
    }


def test_counters_are_asked_in_batches_and_no_visit_is_counted(desk, webplus):
    site_of(desk, webplus)

    desk.crawl()

    asked = [one.path for one in webplus.requests if one.kind == "counter"]
    assert len(asked) == 1
    assert all("_visitcountdisplay?articleIds=" in path for path in asked)
    assert webplus.trips == 0


def test_where_no_batch_is_answered_each_article_is_asked(desk, webplus):
    site_of(desk, webplus)
    webplus.fail(500, match="articleIds=")

    desk.crawl()

    (counted,) = desk.rows("select count(*) from documents where views is not null")
    assert counted == (24,)


def test_a_second_crawl_finds_nothing_new_and_reads_only_the_first_list_pages(desk, webplus):
    site_of(desk, webplus)
    desk.crawl()
    webplus.reset_log()

    second = desk.crawl()

    assert second.record["articles_new"] == second.record["articles_changed"] == 0
    assert webplus.counts["article"] == 0
    assert webplus.counts["listing"] <= 2 * len(webplus.columns)


def test_what_is_published_after_the_first_crawl_is_found(desk, webplus):
    site_of(desk, webplus)
    desk.crawl()
    webplus.publish("云岭大学新图书馆今日开放", column="jxky")

    second = desk.crawl()

    assert second.record["articles_new"] == 1


def test_links_that_lead_elsewhere_are_noted_and_never_followed(desk, served):
    news = served(articles=40, per_page=50, face=Face.WEBPLUS).site
    site_of(desk, news)

    desk.crawl()

    kinds = desk.rows("select kind, count(*) from sightings group by kind")
    assert dict(kinds)["external"] == 4
    assert not [one for one in news.requests if "_redirect" in one.path]


def test_a_site_can_change_its_family_between_two_crawls(desk, news):
    desk.site("yunling", [f"{news.base}/{column.slug}.htm" for column in news.columns])
    first = desk.crawl()
    news.relaunch(Face.WEBPLUS)
    news.publish("新网站今日上线", column=news.columns[0].slug)
    news.reset_log()

    second = desk.crawl()

    assert (first.record["articles_new"], second.record["articles_new"]) == (24, 1), second
    assert second.record["outcome"] == "ok"
    families = desk.rows("select family, count(*) from documents group by family")
    assert dict(families) == {"vsb": 24, "webplus": 25}
    assert news.counts["counter"] > 0
    assert news.trips == 0
