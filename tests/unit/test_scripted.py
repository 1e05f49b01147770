"""What scripts say of an article: variables, and lines that they write, never by running them."""

from datetime import UTC, datetime

import pytest

from crawler.fields.scripted import read_scripts, written_lines
from crawler.page import Page


def page(body):
    html = f"<html><body>{body}</body></html>"
    return Page(
        url="http://a.example/1.htm",
        body=html.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def lines(body):
    return [line.replace("\x1f", "") for line in written_lines(page(body))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("发布时间：<script>var d='2020年04月22日';if(d!=''){document.write(d);}</script>",
         ["发布时间：2020年04月22日"]),
        ("<script>var s='县报';document.write('来源：'+s+'&emsp;');</script>",
         ["来源：县报\u2003"]),
        ("<b>日期：</b>\n<script>document.write('2020-04-22 10:00'.substring(0,10))</script>",
         ["日期：2020-04-22"]),
        ("发布时间：<script>var customtime = '2026年01月13日';</script>",
         ["发布时间：2026年01月13日"]),
        ("<script>document.writeln(\"<span>作者：<em>\\u6797\\u5c9a</em></span>\");</script>",
         ["作者：林岚"]),
        ("<script>var a='来源：';</script>x<script>document.write(a + '县报');</script>",
         ["来源：县报"]),
    ],
)  # fmt: skip
def test_what_a_script_writes_stands_behind_its_label(body, expected):
    assert lines(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "来源：<script>var s='';if(s!=''){document.write('来源：'+s);}</script>",
        "发布时间：<script>document.write(new Date().getFullYear()+'年')</script>",
        "发布时间：<script>document.write(unknown)</script>",
        "发布时间：<script>/* document.write('2020-01-01') */</script>",
        "<script>document.write('<li><a href=\"1.htm\">新闻<i>2020-01-01</i></a></li>')</script>",
        "<script>var d='2020-01-01'; // 发布时间：\n</script>",
        "发布时间：<script src='d.js'></script>",
    ],
)
def test_what_is_empty_computed_or_no_label_says_nothing(body):
    assert lines(body) == []


def test_the_first_script_that_sets_a_variable_counts_and_members_are_no_variables():
    found = read_scripts(
        page(
            "<script>var a='1', b = \"it\\'s\"; x.c='3'; a='2';\nvar n=5;</script>"
            "<script>a='9';</script>"
        )
    )

    assert found.variables == {"a": "2", "b": "it's"}


@pytest.mark.parametrize("tail", ["'", '"', "document.write(", "document.write('", "=" * 9])
def test_broken_scripts_cost_nothing(tail):
    body = "<script>" + "var a='1';document.write(a+" * 500 + tail * 2000 + "</script>"

    assert lines(body) == []
