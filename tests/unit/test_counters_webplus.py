"""Counters of WebPlus: asked by POST, and what their answers say."""

import pytest

from crawler.counters import BATCH_SIZE
from crawler.counting import Counting
from crawler.families.webplus.counters import (
    COUNTERS,
    batch_url,
    parse_batch,
    parse_single,
    single_url,
)
from storage.article import Counter

ROOT = "https://news.yunling.example"


def test_one_article_is_asked_where_its_page_says():
    assert single_url(ROOT, "180", ["290690"]) == (
        f"{ROOT}/_visitcountdisplay?siteId=180&type=3&articleId=290690"
    )


def test_many_articles_are_asked_in_one_request():
    assert batch_url(ROOT, "180", ["1", "2"]) == (
        f"{ROOT}/_visitcountdisplay?articleIds=1,2&siteId=180&type=3&funType=0"
    )


def test_every_form_is_a_post():
    assert {form.method for form in COUNTERS.forms} == {"POST"}


@pytest.mark.parametrize(
    ("body", "views"),
    [
        ("1053", 1053),
        (" <span>123</span>\n", 123),
        ('<span class="n">7</span>', 7),
        ("", None),
        ("0", None),
        ("<span>0</span>", None),
        ("-1", None),
        ("非法请求", None),
        ("<html><body>12</body></html>", None),
        ("１２", None),
    ],
)
def test_what_the_cms_itself_ignores_is_unknown(body, views):
    assert parse_single(body, ["1"]) == {"1": views}


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        ('[{"articleId":2,"count":5},{"articleId":1,"count":"12"}]', {"1": 12, "2": 5}),
        ('[{"articleId":1,"count":0},{"articleId":9,"count":3}]', {"1": None, "2": None}),
        ('[{"articleId":1,"count":null},7,{"count":3}]', {"1": None, "2": None}),
        ('{"articleId":1,"count":4}', {"1": None, "2": None}),
        ("null", {"1": None, "2": None}),
        ("", {"1": None, "2": None}),
        ("<html>", {"1": None, "2": None}),
    ],
)
def test_a_batch_is_assigned_by_the_ids_in_it(body, counts):
    assert parse_batch(body, ["1", "2"]) == counts


def test_counters_of_two_families_on_one_host_are_asked_each_in_its_own_way():
    counting = Counting(form=None)
    counting.want(ROOT, Counter(owner="7", article_id="1"))
    counting.want(ROOT, Counter(owner="7", article_id="1", kind="webplus"))

    asks, unknown = counting.take(rest=True)

    assert [ask.form.name for ask in asks] == ["batch", "webplus_batch"]
    assert unknown == 0


def test_an_answer_counts_for_the_family_that_was_asked():
    counting = Counting(form=None)
    counter = Counter(owner="7", article_id="1", kind="webplus")
    counting.want(ROOT, counter)

    counted = counting.answer(counting.take(rest=True)[0][0], body='[{"articleId":1,"count":9}]')

    assert counted.views == ((counter, 9),)
    assert counting.form == "webplus_batch"


def test_where_the_batch_is_not_answered_each_article_is_asked_by_itself():
    counting = Counting(form=None)
    for number in range(BATCH_SIZE):
        counting.want(ROOT, Counter(owner="7", article_id=str(number), kind="webplus"))

    counting.answer(counting.take(rest=True)[0][0], body="非法请求")

    asks, _ = counting.take(rest=True)
    assert {ask.form.name for ask in asks} == {"webplus_single"}


def test_of_a_kind_that_no_family_knows_nothing_is_asked():
    counting = Counting(form=None)
    counting.want(ROOT, Counter(owner="7", article_id="1", kind="gone"))

    assert counting.take(rest=True) == ([], 1)
