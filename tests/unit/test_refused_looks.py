"""When a page that gave no article is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.extract import Refusal
from crawler.reading import Look, page_refused
from crawler.wordings import State

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "known", "wait", "final"),
    [
        (State.LINK_OUT, False, timedelta(days=1), True),
        (State.LISTING, False, timedelta(days=1), True),
        (State.LINK_OUT, True, timedelta(minutes=10), False),
        (State.SERVER_ERROR, False, timedelta(minutes=10), False),
        (State.NOT_FOUND, True, timedelta(hours=8), False),
    ],
)
def test_what_a_link_is_for_good_is_asked_once_more_and_a_known_article_soon(
    state: State, known: bool, wait: timedelta, final: bool
) -> None:
    url = "http://news.yunling.example/info/1/1.htm"
    look = Look(url=url, url_key=url, column_id=1, document_id=7 if known else None)

    refused = page_refused(look, Refusal(state=state, evidence="so"), response=None, now=NOW)

    assert (refused.next_try_at, refused.final) == (NOW + wait, final)
