"""View counts: numbers that stand printed, and where the others can be asked for."""

from datetime import UTC, datetime

import pytest

from crawler.fields.views import batches, counter_of, owner_of, printed_views
from crawler.page import Page
from storage.article import Counter

NOW = datetime(2024, 3, 15, tzinfo=UTC)
URL = "https://news.yunling.example/info/1033/1873.htm"


def page_of(body, url=URL):
    return Page(url=url, body=body.encode(), fetched_at=NOW)


@pytest.mark.parametrize(
    "script",
    [
        '_showDynClicks("wbnews", 1676000001, 1873)',
        "_showDynClicks('wbnews',1676000001,1873)",
        "getClickTimes('1873','1676000001','wbnews','n')",
        'getClickTimes(1873,1676000001,"wbnews","n")',
    ],
)
def test_the_arguments_of_the_script_say_where_to_ask(script):
    page = page_of(f"阅读次数：<script>{script}</script>")

    assert counter_of(page) == Counter(owner="1676000001", article_id="1873")
    assert printed_views(page) is None


@pytest.mark.parametrize(
    "script",
    [
        "",
        "_jsq_(1033,'/content.jsp',1873,1676000001)",
        "_addDynClicks('wbnews',1676000001,1873)",
        'getClickTimes(99,1676000001,"wbnewsfile","attach")',
    ],
)
def test_a_page_that_shows_no_count_has_none_to_ask_for(script):
    assert counter_of(page_of(f"<script>{script}</script>")) is None


def test_of_several_counters_the_address_chooses():
    other = '_showDynClicks("wbnews", 1676000001, 5)'
    own = '_showDynClicks("wbnews", 1676000001, 1873)'

    counter = counter_of(page_of(f"<script>{other}</script><script>{own}</script>"))

    assert counter is not None
    assert counter.article_id == "1873"


def test_the_owner_of_a_proxied_page_is_the_inner_site():
    outer = "_jsq_(1054,'/outer.jsp',2224,1326000001)"
    inner = "_jsq_(1033,'/content.jsp',1873,1676000001)"

    assert owner_of(page_of(f"<script>{outer}</script><script>{inner}</script>")) == "1676000001"


@pytest.mark.parametrize(
    ("body", "views"),
    [
        ('<span id="dynclicks_wbnews_1873_683" name="x">2168</span>', 2168),
        ('点击：<span id="n1873">12</span>', 12),
        ("<p>日期：2024-03-01　浏览次数：801</p>", 801),
        ("<p>浏览次数：<span>801</span>次</p>", 801),
        ("<p>浏览次数：0</p>", 0),
        ("<p>（点击：77）</p>", 77),
    ],
)
def test_a_number_beside_its_label_is_the_count(body, views):
    assert printed_views(page_of(body + '<div class="v_news_content">正文</div>')) == views


@pytest.mark.parametrize(
    "body",
    [
        "<p>浏览次数：</p>",
        "<p>浏览次数：<script>show(801)</script></p>",
        '<p>浏览次数：<span id="n1873"></span></p>',
        "<p>浏览时间：2024-03-01</p>",
        '<div class="v_news_content">展览期间，浏览次数：801，好评如潮。</div>',
        "<p>本站访问量：123456</p>",
    ],
)
def test_what_is_no_count_of_this_article_is_unknown(body):
    assert printed_views(page_of(body)) is None


def test_a_list_names_its_ids_and_their_owner():
    script = "_showDynClickBatch(['dynclicks_u7_12','dynclicks_u7_11'],[12,11],\"wbnews\",16)"

    (batch,) = batches(page_of(f"<script>{script}</script>"))

    assert (batch.owner, batch.ids, batch.spans[0]) == ("16", ("12", "11"), "dynclicks_u7_12")
