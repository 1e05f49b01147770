"""Eight crawls of one site at once: one of them crawls it, the others say who does."""

import time

import pytest

from tests.databases import ON_EVERY_DATABASE
from wenxun.newssite.truth import truths

CRAWLS = 8
ARTICLES = 200

pytestmark = ON_EVERY_DATABASE


@pytest.fixture
def slow(served):
    """A site whose crawl takes a minute, unless it is healed."""
    news = served(articles=ARTICLES, columns=2, variety=False).site
    news.go_slow(2.0, match="/info/")
    return news


def test_one_of_eight_crawls_the_site_and_seven_are_refused_with_a_line(desk, slow):
    desk.site_of(slow)
    runs = [desk.start("crawl", "--json") for _ in range(CRAWLS)]
    end = time.monotonic() + 60
    while sum(run.poll() is not None for run in runs) < CRAWLS - 1 and time.monotonic() < end:
        time.sleep(0.1)
    slow.heal()
    said = [run.communicate(timeout=60) for run in runs]

    codes = sorted(run.returncode for run in runs)
    assert codes == [0] + [1] * (CRAWLS - 1), said
    refused = [err for (_, err), run in zip(said, runs, strict=True) if run.returncode]
    for err in refused:
        assert "yunling: yunling is being crawled by process " in err
        assert "Traceback" not in err
    assert desk.rows("select count(*) from documents") == [(ARTICLES,)]
    assert desk.rows("select count(*), count(distinct outcome) from crawls") == [(1, 1)]
    wanted = {(one["title"], url) for one in truths(slow) for url in one["urls"]}
    found = desk.rows(
        "select c.title, s.url from sightings s join documents d on d.id = s.document_id"
        " join contents c on c.id = d.content_id"
    )
    assert set(found) == wanted
