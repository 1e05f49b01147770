"""What articles lost: one was edited, several are a layout that is not read."""

from dataclasses import replace
from datetime import UTC, datetime

from crawler.losses import lacks, losses
from storage.article import Article, Image
from storage.crawl import ArticleRead, Doubted, RawResponse
from storage.health import Past

LINES = (
    "图书馆延长开放时间，阅览座位全天开放。",
    "校车班次有所调整，请同学们留意站牌。",
    "体育馆新添器材，周末免费使用。",
    "食堂推出新菜，欢迎师生品尝。",
)


def doubted(n=1, *, title=None, text=None, is_dated=True):
    before = "\n".join(f"{line}第{n}号。" for line in LINES)
    article = Article(
        url=f"http://n/{n}", page_key=f"n/{n}", title=title or f"第{n}条", text=before
    )
    if text is not None:
        article = replace(article, text=text(before))
    response = RawResponse(
        url=article.url, url_key=article.url, status=200, headers={}, body=b"",
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    read = ArticleRead(
        article=article, response=response, link_url_key=article.url, column_id=1,
        extractor_version=1, next_check_at=None,
    )  # fmt: skip
    return Doubted(
        read=read, document_id=n, title=f"第{n}条", text=before, was_dated=True, is_dated=is_dated
    )


def lost(*ones):
    return [loss is not None for loss in losses(ones)]


def test_an_edit_is_no_loss():
    added = doubted(1, text=lambda text: f"{text}\n另有补充说明。")
    cut = doubted(2, text=lambda text: text.rpartition("\n")[0])
    retitled = doubted(3, title="改过的标题")

    assert lost(added, cut, retitled) == [False] * 3


def test_a_body_that_is_gone_or_another_one_and_a_date_that_is_gone_are_losses():
    blank = doubted(1, text=lambda _: "")
    other = doubted(2, text=lambda _: "云岭位于群山之间，常有远客来访，留下许多诗文。" * 3)
    undated = doubted(3, is_dated=False)

    assert lost(blank, other, undated) == [True] * 3


def test_a_body_of_which_little_is_left_is_lost_though_it_is_the_only_one():
    """Where a page of another layout, or none, gave some of the words: nothing else tells."""
    most = doubted(1, text=lambda text: "".join(text.split("\n")[:2]))
    little = doubted(2, text=lambda text: text.split("\n")[0][:12])

    assert lost(most) == [False]
    assert lost(little) == [True]


def test_one_body_for_several_articles_is_none_of_theirs_whatever_else_it_keeps():
    """Each has the words of all: none is gone, and all are wrong."""
    both = "\n".join(doubted(n).text for n in (1, 2))

    found = losses([doubted(n, text=lambda _: both) for n in (1, 2)])

    assert found == ["several articles have one same body"] * 2


def test_what_several_articles_have_in_common_all_at_once_is_of_the_layout():
    assert lost(*(doubted(n, title="云岭在线") for n in (1, 2))) == [True, True]
    assert lost(*(doubted(n, text=lambda t: f"{t}\n相关阅读与分享") for n in (1, 2))) == [
        True,
        True,
    ]
    assert lost(*(doubted(n, text=lambda t: t.partition("。")[0]) for n in (1, 2))) == [True, True]
    half = [doubted(n, text=lambda t: "\n".join(t.split("\n")[:3])) for n in (1, 2)]
    assert lost(*half) == [True, True]


def test_a_new_article_lacks_only_what_all_of_its_site_have():
    article = doubted().read.article
    dated = replace(article, published_text="日期：2026-03-01")
    usual, seldom = Past(articles=50, dated=50, texted=50), Past(articles=50, dated=20, texted=20)

    assert lacks(dated, usual) is None
    assert "no date" in lacks(article, usual)
    assert "no body" in lacks(replace(dated, text=""), usual)
    picture = (Image(url="http://n/1.jpg"),)
    assert lacks(replace(dated, text="", images=picture), usual) is None
    assert lacks(article, seldom) is None
    assert lacks(article, Past(articles=3, dated=3, texted=3)) is None
