"""Which pages are rendered, and which of the two pages is read."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.browser.scripts import fuller, runs_scripts, wants_scripts
from crawler.page import Page
from crawler.wordings import State

SHELL = "<html><body><div id='app'></div><script src='/app.js'></script></body></html>"


def page(html: str, *, status: int = 200, kind: str = "text/html") -> Page:
    return Page(
        url="http://news.yunling.example/info/1/2.htm",
        status=status,
        headers={"content-type": kind},
        body=html.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def article(*, title: str = "年度会议召开", text: str = "正文一。") -> Page:
    return page(
        f"""<title>{title}-青岚学院</title><form name="_newscontent_fromname"><h3>{title}</h3>
        <p>时间：2020-01-01</p><div class="v_news_content"><p>{text}</p></div></form>"""
    )


def test_the_scripts_of_html_that_came_well_are_run() -> None:
    assert runs_scripts(page(SHELL))
    assert runs_scripts(article())


@pytest.mark.parametrize(
    "other",
    [
        page(SHELL, status=404),
        page(SHELL, status=412),
        page("%PDF-1.4", kind="application/pdf"),
        page('{"a": 1}', kind="application/json"),
        page("<script>var challengeId = 7;</script>"),
    ],
    ids=["not-found", "challenge-by-status", "file", "json", "challenge"],
)
def test_other_answers_and_challenges_are_left_as_they_came(other: Page) -> None:
    assert not runs_scripts(other)


def test_a_page_that_says_nothing_is_read_as_rendered() -> None:
    rendered = article()

    assert fuller(page(SHELL), rendered) is rendered


@pytest.mark.parametrize(
    "rendered",
    [article(text="正文一。</p><p>正文二。"), article(title="改过的标题"), page(SHELL)],
    ids=["more-text", "another-title", "no-article"],
)
def test_what_scripts_add_or_change_is_read(rendered: Page) -> None:
    assert fuller(article(), rendered) is rendered


def test_an_article_that_rendering_adds_nothing_to_is_read_as_it_came() -> None:
    came = article(text="正文一。</p><p>正文二。")

    assert fuller(came, article()) is came
    assert fuller(came, replace(came)) is came


def test_frames_and_unknown_layouts_may_want_their_scripts_and_messages_do_not() -> None:
    assert wants_scripts(State.EMPTY_SHELL)
    assert wants_scripts("unknown_layout")
    assert not wants_scripts(State.NOT_FOUND)
    assert not wants_scripts(State.CHALLENGE)
