"""A source that the page only says it does not know is none, wherever the page says so."""

from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.page import Page
from storage.article import Article

PAGE = """<meta charset=utf-8><title>青岚县开通夜间公交</title>{meta}<h1>青岚县开通夜间公交</h1>
<p class="info">发布时间：2024-03-11 {label}</p><p class="from">{selected}</p>
<div><p>三月十一日起，青岚县开通三条夜间公交线路，末班车延至二十三时，沿线设二十六个站点。</p>
<p>县交通局说明，夜间票价与日间相同，一个月后根据客流调整班次，市民可以提出建议。</p></div>"""
META = '<meta name="ContentSource" content="{}">'


@pytest.mark.parametrize(
    ("meta", "label", "selected", "source"),
    [
        ("", "来源：未知", "", None),
        ("", "来源：县交通局", "", "县交通局"),
        (META.format("未知"), "", "", None),
        (META.format("县交通局"), "来源：未知", "", "县交通局"),
        ("", "", "未知", None),
        ("", "", "县交通局", "县交通局"),
    ],
)
def test_unknown_is_no_source(meta: str, label: str, selected: str, source: str | None) -> None:
    body = PAGE.format(meta=meta, label=label, selected=selected).encode()
    selectors = {"source": ".from"} if selected else {}
    now = datetime(2024, 6, 1, tzinfo=UTC)

    article = extract(
        Page(url="http://a.example/2024/7.html", body=body, fetched_at=now, selectors=selectors)
    )

    assert isinstance(article, Article)
    assert article.source == source
