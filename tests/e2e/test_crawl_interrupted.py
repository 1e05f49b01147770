"""A crawl that is stopped, killed or met by another: nothing stored is lost, the next goes on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from tests.databases import DATABASES
from tests.watching import wait_until
from wenxun.newssite.truth import truths

QUICK_S = 10


def documents(desk):
    try:
        return desk.rows("select count(*) from documents")[0][0]
    except DatabaseError:  # killed before the tables stood
        return 0


def stored(desk):
    return set(
        desk.rows(
            "select c.title, c.text, s.url from sightings s"
            " join documents d on d.id = s.document_id join contents c on c.id = d.content_id"
        )
    )


def truth(news):
    return {(t["title"], t["text"], url) for t in truths(news) for url in t["urls"]}


@pytest.fixture
def slow(served):
    """A site that takes a while to crawl."""
    news = served(articles=90, columns=2, variety=False).site
    news.go_slow(0.15, match="/info/")
    return news


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_crawl_in_moments_and_the_next_one_completes_it(desk, slow, number):
    desk.site_of(slow)
    with desk.start("crawl", "--json") as process:
        wait_until(lambda: slow.counts["article"] >= 20)
        process.send_signal(number)
        out, err = process.communicate(timeout=QUICK_S)
    before = documents(desk)
    slow.heal()
    rest = desk.crawl()

    assert process.returncode != 0
    assert "Traceback" not in err
    assert '"outcome"' in out
    assert 8 <= before < 90
    assert before + rest.record["articles_new"] == 90
    assert stored(desk) == truth(slow)


def test_a_second_crawl_of_a_running_site_is_refused(desk, slow):
    desk.site_of(slow)
    slow.go_slow(2.0, match="/info/")
    with desk.start("crawl", "--json") as process:
        wait_until(lambda: slow.counts["listing"] >= 1)
        second = desk.crawl()
        slow.heal()
        out, _ = process.communicate(timeout=60)

    assert second.code in {1, 2}
    assert "Traceback" not in second.err
    assert "yunling" in second.err
    assert '"articles_new": 90' in out


@pytest.mark.parametrize("database", DATABASES)
def test_kill_minus_nine_loses_nothing_that_was_committed(database):
    script = Path(__file__).parents[2] / "benchmarks" / "kill_writer.py"
    options = ["--kills=4", "--articles=300", f"--database={database}"]

    done = subprocess.run(
        [sys.executable, script, *options], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
