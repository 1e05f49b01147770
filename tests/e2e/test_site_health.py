"""A site that breaks is known after its first bad crawl, and told once, as is its recovery."""

import json
import re
import sqlite3

import pytest

from tests.databases import ON_SQLITE
from wenxun.newssite.files import Served

pytestmark = ON_SQLITE
REBUILT = (
    "<html><head><title>系统云岭</title></head><body><h1>云岭</h1>系统欢迎您的访问</body></html>"
)
MAINTAINED = (
    "<html><head><title>系统提示</title></head><body>系统维护中，请稍后再试。</body></html>"
)


def status(desk):
    return json.loads(desk.run("status", "--json").out.splitlines()[0])


def told(desk):
    return desk.rows("select kind, detail from events where kind in ('broken', 'recovered')")


def html(text):
    return Served(body=text.encode(), kind="text/html; charset=UTF-8", conditional=False)


@pytest.fixture
def crawled(desk, news):
    desk.site_of(news)
    assert desk.crawl().record["outcome"] == "ok"
    return desk


def test_a_site_breaks_is_told_once_and_recovers(crawled, news):
    column = news.columns[0]
    news.files[column.path] = html(REBUILT)
    news.version += 1

    crawled.crawl()
    crawled.crawl()
    broken, shown = status(crawled), crawled.run("status").out
    half = crawled.folder / "sites" / "half-written.toml"  # of another site: it does not matter
    half.write_text("start = [", "utf-8")
    kept = crawled.run("sites", "evidence", "yunling", "--case", "list")
    links = json.loads((crawled.folder / "fixtures/yunling/list/links.json").read_text("utf-8"))
    replayed = crawled.run("fixture", "replay", "fixtures")
    half.unlink()
    del news.files[column.path]
    news.version += 1
    crawled.crawl()

    assert broken["health"] == "listing_broken"
    assert column.path in broken["health_evidence"]
    assert "10 items before" in broken["health_evidence"]
    assert "wenxun sites repair yunling" in broken["health_advice"]
    assert "listing broken since" in shown
    assert (kept.code, len(links["links"]), replayed.code) == (0, 10, 1)
    assert b"\xe7\xb3\xbb" in (crawled.folder / "fixtures/yunling/list/page.html").read_bytes()
    assert [kind for kind, _ in told(crawled)] == ["broken", "recovered"]
    assert status(crawled)["health"] == "quiet"  # all its articles are old


def test_a_site_that_is_being_repaired_stands_so_at_once_and_is_told_only_if_it_stays(
    crawled, news
):
    column = news.columns[0]
    news.files[column.path] = html(MAINTAINED)
    news.version += 1

    crawled.crawl()
    repaired, told_at_first = status(crawled), told(crawled)
    with sqlite3.connect(crawled.folder / "wenxun.db") as database:
        database.execute("update verdicts set since = '2026-01-01' where until is null")
    crawled.crawl()

    assert repaired["health"] == "listing_broken"
    assert "系统维护中" in repaired["health_evidence"]
    assert told_at_first == []
    assert [kind for kind, _ in told(crawled)] == ["broken"]


def test_texts_that_a_new_layout_loses_are_kept_and_read_once_it_is_read_again(crawled, news):
    before = crawled.rows("select content_id from documents order by id")
    story = news.publish("图书馆延长开放时间", column="jdyw")
    for newsid, one in news.stories.items():
        path = f"/info/{news.column(one.column).tree}/{newsid}.htm"
        page = f"<html><body><div id='app'><h1>{news.name}</h1></div></body></html>"
        news.files[path] = html(page)
    news.version += 1

    crawled.crawl()
    broken = status(crawled)
    kept = crawled.rows(
        "select r.status from verdicts v join responses r on r.id = v.response_id"
        " where v.until is null"
    )
    crawled.run("sites", "evidence", "yunling", "--case", "article")
    truth = json.loads(
        (crawled.folder / "fixtures/yunling/article/article.json").read_text("utf-8")
    )
    news.files.clear()
    news.version += 1
    crawled.crawl("--full")

    assert broken["health"] == "layout_broken", broken
    assert kept == [(200,)]
    assert crawled.rows("select content_id from documents order by id")[: len(before)] == before
    assert [kind for kind, _ in told(crawled)] == ["broken", "recovered"]
    assert crawled.rows("select count(*) from events where kind = 'new' and not backfill") == [(1,)]
    assert re.search(r"\(article layout broken\)|（article layout broken）", told(crawled)[0][1])
    texts = {text for (text,) in crawled.rows("select text from contents")}
    assert truth["text"] in texts
    assert story.newsid in news.stories
