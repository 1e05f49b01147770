"""What happens on a site between two crawls, and what the second crawl makes of it."""

import pytest

from tests.databases import ON_EVERY_DATABASE
from wenxun.newssite.truth import truths

pytestmark = ON_EVERY_DATABASE


def kinds(desk):
    """The events after the first crawl, by kind."""
    found = desk.rows("select kind, count(*) from events where crawl_id > 1 group by kind")
    return dict(found)


def titles(desk):
    return {title for (title,) in desk.rows("select title from contents")}


@pytest.fixture
def crawled(desk, news):
    """A site that was crawled once; its request log is empty."""
    desk.site_of(news)
    first = desk.crawl()
    assert first.record["outcome"] == "ok", first
    news.reset_log()
    return desk


def test_every_article_of_a_site_with_all_traps_is_stored_as_it_is(desk, served):
    news = served(articles=66).site
    desk.site_of(news)

    first = desk.crawl()
    second = desk.crawl()

    assert first.code == 0, first
    assert first.record["articles_new"] == 66
    assert first.record["failures"] == {}
    assert second.record["articles_new"] == second.record["articles_changed"] == 0
    expected = {
        (t["title"], t["text"], t["published_text"], t["views"], url)
        for t in truths(news)
        for url in t["urls"]
    }
    stored = desk.rows(
        "select c.title, c.text, v.published_text, d.views, s.url from documents d"
        " join contents c on c.id = d.content_id join versions v on v.document_id = d.id"
        " join sightings s on s.document_id = d.id"
    )
    assert expected == set(stored)
    assert news.trips == 0


def test_links_that_lead_elsewhere_are_noted_and_never_fetched(desk, served):
    news = served(articles=30).site
    desk.site_of(news)

    desk.crawl()

    found = desk.rows("select kind from sightings where kind <> 'article' order by kind")
    assert [kind for (kind,) in found] == ["external", "external", "file", "script"]
    assert news.counts["asset"] == news.counts["other"] == news.counts["home"] == 0
    assert news.trips == 0


def test_a_published_article_is_found_for_a_request_or_two(crawled, news):
    news.publish("图书馆延长开放时间", column="jdyw")

    second = crawled.crawl()

    assert second.record["articles_new"] == 1
    assert news.counts["article"] == 1
    assert news.counts["listing"] <= 4
    assert "图书馆延长开放时间" in titles(crawled)


def test_late_moved_and_sticky_articles_are_found(crawled, news):
    late = news.publish_late("补发的旧闻", days=9)
    sticky = news.publish("置顶的通知", sticky=True)
    moved = news.stories[max(n for n in news.stories if n not in {late.newsid, sticky.newsid}) - 8]
    news.move(moved.newsid, column="xwzx/tzgg" if moved.column == "jdyw" else "jdyw")

    second = crawled.crawl()

    assert second.record["articles_new"] == 2
    assert {"补发的旧闻", "置顶的通知"} <= titles(crawled)
    found = "select count(*) from sightings where url like ? and document_id is not null"
    assert crawled.rows(found, f"%{moved.newsid}%") == [(2,)]


def test_a_changed_title_shows_in_the_list_and_a_changed_text_in_a_full_crawl(crawled, news):
    first, second = (entry.newsid for entry in news.page("jdyw", 1)[:2])
    news.edit(first, title="更正后的标题")
    in_the_list = crawled.crawl()
    news.edit(second, text="更正后的正文。")

    unseen = crawled.crawl()
    in_full = crawled.crawl("--full")

    assert in_the_list.record["articles_changed"] == 1
    assert unseen.record["articles_changed"] == 0
    assert in_full.record["articles_changed"] == 1
    assert kinds(crawled) == {"changed": 2}


def test_only_the_counter_changed_so_nothing_did(crawled, news):
    counted = next(story for story in news.stories.values() if story.column == "jdyw")
    news.count_views(counted.newsid, by=17)

    second = crawled.crawl("--full")

    assert second.record["articles_changed"] == second.record["articles_new"] == 0
    assert kinds(crawled) == {}
    views = crawled.rows("select views from documents where url like ?", f"%/{counted.newsid}.htm")
    assert views == [(news.views[counted.newsid],)]


def test_one_look_at_a_missing_page_withdraws_nothing(crawled, news):
    gone = min(news.stories)
    news.withdraw(gone)

    second = crawled.crawl("--full")

    assert second.code == 0, second
    assert second.record["articles_withdrawn"] == 0
    assert kinds(crawled) == {}
    noted = "select state, not_found_since is not null from documents where url like ?"
    assert crawled.rows(noted, f"%/{gone}.htm") == [("live", 1)]


def test_many_changes_at_once_are_held_back_and_the_site_is_broken(crawled, news):
    for newsid in news.stories:
        news.edit(newsid, text=f"全站改版，第{newsid}页。")

    second = crawled.crawl("--full")

    assert crawled.rows("select health from sites") == [("layout_broken",)]
    assert kinds(crawled) == {"broken": 1}
    assert second.record["articles_changed"] == 0
    assert not any("全站改版" in text for (text,) in crawled.rows("select text from contents"))


def test_what_all_articles_lost_is_believed_where_a_person_says_so(crawled, news):
    for newsid in news.stories:
        news.edit(newsid, text=f"全站改版，第{newsid}页。")
    crawled.crawl("--full")

    crawled.crawl("--full", "--accept")
    crawled.crawl()

    held = crawled.rows("select count(*) from events where kind = 'changed' and state = 'held'")
    assert held[0][0] > 5  # by the guard: a person says whom to tell
    assert crawled.rows("select health from sites")[0][0] in {"healthy", "quiet"}


def test_only_so_many_articles_are_fetched_and_the_next_crawl_goes_on(desk, news):
    desk.site_of(news)

    first = desk.crawl("--max-articles", "5")
    rest = desk.crawl()

    assert (first.record["articles_new"], rest.record["articles_new"]) == (5, 19)
    assert news.counts["article"] == 24
