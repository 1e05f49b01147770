"""Requests for view counts and what their answers say."""

import pytest

from crawler.counters import BATCH_SIZE, CounterPlan, chunks, host_root, is_incrementing
from crawler.families import families
from crawler.families.vsb.counters import (
    COUNTERS,
    batch_url,
    old_json_url,
    parse_batch,
    parse_old_json,
    parse_single,
    single_url,
)

ROOT = "https://news.yunling.example"


def test_the_end_points_stand_at_the_root_also_for_sub_sites():
    root = host_root("https://news.yunling.example/sub/info/1/2.htm")

    assert batch_url(root, "16", ["3", "2"]) == (
        f"{ROOT}/system/resource/code/news/click/dynclicksbatch.jsp"
        "?clickids=3,2&owner=16&clicktype=wbnews"
    )
    assert single_url(root, "16", ["3"]).startswith(f"{ROOT}/system/resource/code/news/click/dyncl")
    assert "wbnewsid=3&owner=16&type=wbnews" in old_json_url(root, "16", ["3"])


def test_no_family_builds_an_address_that_counts_a_visit():
    forms = [form for family in families() if family.counters for form in family.counters.forms]

    urls = [form.url(ROOT, "1", ["2"]) for form in forms]

    assert urls
    assert not any(is_incrementing(url) for url in urls)


@pytest.mark.parametrize(
    "path",
    [
        "/system/resource/code/datainput.jsp?owner=1&e=1&newsid=2",
        "/system/resource/code/news/click/addclicktimes.jsp?wburlid=1",
        "/_visitcount?siteId=180&type=3&articleId=290690",
        "/x//_visitcount/?siteId=1",
        "/plus/count.php?view=yes&aid=3",
        "/content_view.jspx?contentId=3",
        "/e/public/ViewClick/?classid=1&id=2&addclick=1",
        "/count/index?id=56&siteid=5",
    ],
)
def test_addresses_that_count_a_visit_are_refused(path):
    assert is_incrementing(ROOT + path)


@pytest.mark.parametrize(
    "path",
    [
        "/_visitcountdisplay?siteId=180&type=3&articleId=290690",
        "/e/public/ViewClick/?classid=1&id=2",
        "/info/1033/2.htm",
        "/account/index.htm",
    ],
)
def test_other_addresses_are_not(path):
    assert not is_incrementing(ROOT + path)


@pytest.mark.parametrize(
    ("body", "views"),
    [
        ("1053", 1053),
        (" 12\r\n", 12),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("<html>12</html>", None),
        ("１２", None),
        ("null", None),
    ],
)
def test_anything_but_a_number_is_unknown(body, views):
    assert parse_single(body, ["1"]) == {"1": views}


def test_a_batch_is_assigned_in_order():
    assert parse_batch("12, 34,x", ["1", "2", "3"]) == {"1": 12, "2": 34, "3": None}


@pytest.mark.parametrize("body", ["12,34", "12,34,56,78", "<html>", ""])
def test_a_batch_of_another_length_cannot_be_assigned(body):
    assert parse_batch(body, ["1", "2", "3"]) == {"1": None, "2": None, "3": None}


@pytest.mark.parametrize(
    ("body", "views"),
    [
        ('{"wbshowtimes":123,"randomid":"n","wbnewsid":5}', 123),
        ('{"wbshowtimes":"123"}', 123),
        ('{"wbshowtimes":true}', None),
        ('{"other":1}', None),
        ("[1]", None),
        ("<html>", None),
    ],
)
def test_the_old_answer_is_json(body, views):
    assert parse_old_json(body, ["1"]) == {"1": views}


def test_a_form_that_gives_nothing_gives_way_to_the_next_and_at_last_to_none():
    plan, seen = COUNTERS.plan(known=None), []
    while plan.form is not None:
        seen.append(plan.form)
        plan = plan.after([None, None])

    assert seen == list(COUNTERS.forms)
    assert plan.after([None]).form is None


def test_a_form_that_gave_a_number_is_kept():
    plan = COUNTERS.plan(known=None).after([None, 7])

    assert plan.after([None, None]).form is COUNTERS.forms[0]


def test_a_host_is_asked_first_in_the_form_that_it_answered_before():
    assert COUNTERS.plan(known="old_json").forms == COUNTERS.forms[2:]
    assert COUNTERS.plan(known="of another CMS").forms == COUNTERS.forms


def test_a_plan_without_forms_asks_for_nothing():
    assert CounterPlan(forms=()).after([None]).form is None


def test_ids_are_asked_once_in_portions():
    ids = [str(n) for n in range(BATCH_SIZE + 5)]

    portions = list(chunks([*ids, "3"], BATCH_SIZE))

    assert [len(portion) for portion in portions] == [BATCH_SIZE, 5]
