"""Markup that opens elements without end: its text is read, in time, and nothing else changes."""

import time
from datetime import UTC, datetime

import pytest

from crawler.nesting import flattened
from crawler.page import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 20_000
SLOW_S = 2.0


@pytest.mark.parametrize(
    "source",
    [
        "<div><b>甲" * MANY,
        "".join(f"<p><font size={n}>甲</p>" for n in range(MANY)),
        "<font size=2>" * MANY + "甲" * MANY + "</font>" * MANY,
        "<div>" * MANY + "甲" * MANY + "</div>" * MANY,
        "".join(f"<x-{n}>甲" for n in range(MANY)),
        "<ul><li>甲" * MANY,
        "<B CLASS='a'>甲</i>" * MANY,
    ],
    ids=["div", "font", "closed fonts", "closed divs", "own", "list", "wrong ends"],
)
def test_a_page_without_a_floor_is_read_in_time_with_all_its_text(source: str) -> None:
    page = Page(url="http://a.example/", body=source.encode(), fetched_at=NOW)
    started = time.thread_time()

    text = page.tree.body.text() if page.tree.body else ""

    assert text == "甲" * MANY
    assert time.thread_time() - started < SLOW_S


@pytest.mark.parametrize(
    "source",
    [
        "<table>" + "<tr><td>甲<td>乙" * MANY + "</table>",
        "甲<br>" * MANY,
        "<p>甲" * MANY,
        "<div><b>甲</b><span>乙</span></div>" * MANY,
        "<div>" * 500 + "甲<br>" * MANY + "</div>" * 500,
        "<a name=x>甲" * MANY,
    ],
    ids=["rows", "breaks", "paragraphs", "closed", "deep enough", "anchors"],
)
def test_a_page_that_is_only_long_stays_as_it_is(source: str) -> None:
    assert flattened(source.encode(), tags=source.count("<")) == source.encode()


def test_what_exceeds_the_depth_is_the_start_tag_alone() -> None:
    source = "<br>" * 1000 + "<b>甲" * 40

    assert (
        flattened(source.encode(), tags=source.count("<")).decode()
        == "<br>" * 1000 + "<b>甲" * 32 + "甲" * 8
    )
