"""Scrapy's own commands see the sites as spiders, and crawl as `wenxun crawl` does."""

import json

import pytest

COUNTED = ("documents", "contents", "versions", "events", "bodies", "columns")


@pytest.fixture
def scrapy(desk, news):
    """Scrapy's command line in a folder with a site file."""
    desk.site_of(news)
    desk.environ["SCRAPY_SETTINGS_MODULE"] = "wenxun.scrapy_settings"
    return lambda *args: desk.run(*args, module="scrapy")


def test_list_names_the_site_files(scrapy):
    done = scrapy("list")

    assert (done.code, done.out.split()) == (0, ["yunling"])


def test_crawl_stores_what_wenxun_crawl_stores_and_feeds_what_it_yields(desk, news, scrapy):
    done = scrapy("crawl", "yunling", "-O", "articles.jsonl")
    by_scrapy = {name: desk.rows(f"select count(*) from {name}") for name in COUNTED}
    fed = (desk.folder / "articles.jsonl").read_text("utf-8").splitlines()
    (desk.folder / "wenxun.db").rename(desk.folder / "other.db")
    desk.crawl()

    assert done.code == 0, done
    assert by_scrapy == {name: desk.rows(f"select count(*) from {name}") for name in COUNTED}
    assert {json.loads(line)["title"] for line in fed} == {
        s.full_title for s in news.stories.values()
    }


def test_an_unknown_spider_is_said(scrapy):
    done = scrapy("crawl", "nowhere")

    assert done.code != 0
    assert "nowhere" in done.err
