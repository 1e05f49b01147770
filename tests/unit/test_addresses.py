"""Which addresses are articles, and which of them are one."""

import pytest

from crawler.families.vsb.addresses import article_key, news_id, tree_id

TWINS = [
    "https://news.yunling.example/info/1033/209597.htm",
    "http://news.yunling.example/info/1034/209597.htm",
    "https://www.news.yunling.example/info/1033/209597.htm",
    "https://NEWS.yunling.example:443/info/1033/209597.htm#top",
    "http://news.yunling.example//info//1033//209597.htm",
    "http://news.yunling.example/content.jsp?urltype=news.NewsContentUrl&wbnewsid=209597",
    "http://news.yunling.example/tzggcontent.jsp?wbtreeid=1034&wbnewsid=209597&x=1",
]


@pytest.mark.parametrize("url", TWINS)
def test_all_addresses_of_an_article_share_one_key(url):
    assert article_key(url) == "news.yunling.example:209597"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://yunling.example/news/info/1002/23578.htm", "yunling.example/news:23578"),
        ("http://yunling.example/news/content.jsp?wbnewsid=23578", "yunling.example/news:23578"),
        ("http://127.0.0.1:8000/info/1/2.htm", "127.0.0.1:8000:2"),
        ("http://yunling.example/info/1078/1591-1.htm", "yunling.example:1591-1"),
    ],
)
def test_sub_sites_and_ports_belong_to_the_key(url, key):
    assert article_key(url) == key


@pytest.mark.parametrize(
    "url",
    [
        "http://yunling.example/jdyw.htm",
        "http://yunling.example/jdyw/12.htm",
        "http://yunling.example/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1033",
        "http://yunling.example/system/_content/download.jsp?owner=1&wbfileid=2",
        "http://yunling.example/system/resource/code/news/click/clicktimes.jsp?wbnewsid=2&owner=1",
        "http://yunling.example/go?to=/info/1033/2.htm",
        "javascript:;",
        "mailto:a@yunling.example",
        "",
    ],
)
def test_other_addresses_have_no_key(url):
    assert article_key(url) is None


def test_the_counter_is_asked_with_the_id_alone():
    assert news_id("127.0.0.1:8000/sub:1591-1") == "1591"


def test_the_column_of_an_address_is_its_tree():
    assert tree_id("/info/1033/2.htm") == "1033"
    assert tree_id("/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1034") == "1034"
    assert tree_id("/jdyw.htm") is None
