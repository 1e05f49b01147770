"""Fixture cases: a case that cannot be read says why, a recorded page stays what it was."""

import json
from datetime import UTC, datetime

import pytest

from crawler.fixture import (
    FieldDiff,
    FixtureError,
    TruthKind,
    case_folders,
    load_case,
    record,
    replay_case,
    result_of,
    trimmed,
    update_truth,
)
from crawler.page import Page

URL = "http://news.qingxi.example/info/1002/77.htm"
HEAD = """<html><head><title>夜校的灯-青溪学院</title><!--Announced by Visual SiteBuilder 9-->
<script src="/system/resource/js/counter.js"></script>
<script>_jsq_(1002,'/content.jsp',77,1678350002)</script>"""
DEAD = """<style>.a{color:red}</style><script>document.write(new Date())</script>
<!-- 页头开始 --><svg><path d="M0 0"/></svg>"""
BODY = """</head><body><form name="_newscontent_fromname"><h3>夜校的灯</h3>
<p>日期：2023-05-13 15:25 点击：<script>_showDynClicks("wbnews", 1678350002, 77)</script></p>
<table><tr><div id="vsb_content"><div class="v_news_content"><p>下班以后，灯一盏一盏亮起来。</p>
</div></div></tr></table></form></body></html>"""


def page(html: str = HEAD + DEAD + BODY, **more) -> Page:
    return Page(url=URL, body=html.encode(), fetched_at=datetime(2024, 8, 1, tzinfo=UTC), **more)


def test_a_recorded_page_replays_without_a_difference(tmp_path):
    kind = record(page(), tmp_path / "qingxi" / "case")

    case = load_case(tmp_path / "qingxi" / "case")

    assert kind is TruthKind.ARTICLE
    assert case.name == "qingxi/case"
    assert case.truth["title"] == "夜校的灯"
    assert replay_case(case) == ()


def test_what_no_extractor_reads_is_cut_and_the_rest_stays_to_the_byte():
    kept = trimmed(page())

    assert kept.body.decode() == HEAD + "\n" + BODY


def test_cutting_never_changes_the_result():
    assert result_of(trimmed(page())) == result_of(page())


def test_a_page_that_the_tolerant_parser_gives_up_on_stays_whole():
    odd = page(HEAD + DEAD + BODY.replace("亮起来", f"&#{'1' * 5000};"))

    assert trimmed(odd).body.count(b"<style>") == 1


def test_a_case_is_never_written_over(tmp_path):
    record(page(), tmp_path)

    with pytest.raises(FixtureError, match="holds a case already"):
        record(page(), tmp_path)


def test_a_page_that_stays_too_large_is_refused(tmp_path):
    long = BODY.replace("亮起来。", "亮起来。" * 20_000)

    with pytest.raises(FixtureError, match="over 102400"):
        record(page(HEAD + long), tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("no folder", "utf-8")

    with pytest.raises(FixtureError, match="cannot be written: Not a directory"):
        record(page(), tmp_path / "file" / "case")


def test_only_headers_that_matter_are_saved(tmp_path):
    record(page(headers={"content-type": "text/html", "date": "today"}), tmp_path)

    saved = json.loads((tmp_path / "page.json").read_text("utf-8"))

    assert saved["headers"] == {"content-type": "text/html"}


def test_a_difference_names_the_field(tmp_path):
    record(page(), tmp_path)
    truth = tmp_path / "article.json"
    truth.write_text(truth.read_text("utf-8").replace("夜校的灯", "夜校的火"), "utf-8")

    diffs = replay_case(load_case(tmp_path))

    assert diffs == (FieldDiff(field="title", expected="夜校的火", found="夜校的灯"),)


def test_an_update_makes_todays_result_the_truth(tmp_path):
    record(page(), tmp_path)
    (tmp_path / "article.json").rename(tmp_path / "refused.json")

    update_truth(tmp_path)

    assert replay_case(load_case(tmp_path)) == ()
    assert not (tmp_path / "refused.json").exists()


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"page.json": "{}"}, "lacks 'url'"),
        ({"page.json": "[]"}, "must hold one object"),
        ({"page.json": "{"}, "is no JSON"),
        ({"links.json": "{}"}, "needs one of"),
        ({"article.json": "1"}, "must hold one object"),
    ],
)
def test_a_broken_case_says_what_is_wrong(tmp_path, broken, reason):
    record(page(), tmp_path)
    for name, text in broken.items():
        (tmp_path / name).write_text(text, "utf-8")

    with pytest.raises(FixtureError, match=reason):
        load_case(tmp_path)


def test_cases_are_found_below_a_folder_or_at_it(tmp_path):
    record(page(), tmp_path / "b" / "two")
    record(page(), tmp_path / "a" / "one")

    assert case_folders(tmp_path) == (tmp_path / "a" / "one", tmp_path / "b" / "two")
    assert case_folders(tmp_path / "b" / "two") == (tmp_path / "b" / "two",)
