"""What happened to an article and on a site, as a user reads it and as a program does."""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest

from tests.e2e.conftest import Desk
from wenxun.newssite import NewsSite, serve


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """A site on which one article was retitled and back, another lengthened, one vanished.

    Crawled once for all tests here: they only ask.
    """
    desk = Desk(tmp_path_factory.mktemp("edited"))
    with serve(NewsSite(articles=12, columns=1, variety=False)) as running:
        news = running.site
        desk.site_of(news)
        desk.crawl()
        first, second, third = list(news.stories)[:3]
        title = "".join(news.stories[first].title)
        news.edit(first, title="关于举办第十三届运动会的通知")
        news.edit(second)
        news.publish("=1+1 是公式吗")
        desk.crawl("--full")
        news.edit(first, title=title)
        news.withdraw(third)
        desk.crawl("--full")
    numbers = {url.rpartition("/")[2]: n for url, n in desk.rows("select url, id from documents")}
    desk.numbers = [numbers[f"{newsid}.htm"] for newsid in (first, second, third)]
    return desk


def shown(desk, number, *args):
    done = desk.run("show", str(number), *args)
    assert done.code == 0, done
    return done.out


def test_a_diff_marks_words_and_survives_a_pipe(edited):
    retitled, lengthened, _ = edited.numbers

    title = shown(edited, retitled, "--diff", "--from", "1", "--to", "2")
    text = shown(edited, lengthened, "--diff")

    assert re.search(r"title\n  \[-.+-\]\{\+关于举办第十三届运动会的通知\+\}", title)
    assert "version 1 → version 2: changed" in title
    assert re.search(r"evidence for 2 .*/info/.* status 200 .* sha256 [0-9a-f]{16}", title)
    assert re.search(r"¶\d+ added: \{\+（更正：本文已于第\d次修订时更新。）\+\}", text)
    assert "\x1b" not in title + text


def test_a_diff_for_programs_has_operations_with_offsets(edited):
    number = edited.numbers[1]
    record = json.loads(shown(edited, number, "--diff", "--json"))

    (added,) = [one for one in record["text"] if one["op"] == "added"]
    (piece,) = added["pieces"]
    start, end = piece["new"]
    article = json.loads(shown(edited, number, "--json"))
    assert article["text"][start:end] == piece["text"]
    assert record["to"]["from"].endswith("+08:00")
    assert "text" in record["changed"]


def test_a_diff_says_between_which_looks_it_came(edited):
    number = edited.numbers[1]
    record = json.loads(shown(edited, number, "--diff", "--json"))

    # Told to the second, within which a small site is crawled twice; kept to the microsecond.
    (looked, _), (_, began) = (
        [datetime.fromisoformat(instant).replace(tzinfo=UTC) for instant in row]
        for row in edited.rows(
            "select last_look_at, seen_from from versions"
            f" where document_id = {number} order by number"
        )
    )
    assert looked < began
    told = [record["from"]["last_look"], record["to"]["from"]]
    assert [datetime.fromisoformat(instant) for instant in told] == [
        instant.replace(microsecond=0) for instant in (looked, began)
    ]


def test_versions_say_when_why_and_by_which_crawl(edited):
    record = json.loads(shown(edited, edited.numbers[0], "--versions", "--json"))

    told = [(v["reason"], v["same_as"], v["crawl"]) for v in record["versions"]]
    assert told == [("first", None, 1), ("changed", None, 2), ("reverted", 1, 3)]
    assert "reverted: as" in shown(edited, edited.numbers[0], "--versions")


def test_the_whole_history_is_one_object(edited):
    record = json.loads(shown(edited, edited.numbers[2], "--json"))

    assert [v["reason"] for v in record["versions"]] == ["first"]
    assert record["seen_in"][0]["first_seen_at"] <= record["seen_in"][0]["last_seen_at"]
    assert record["view_counts"][0]["views"] > 0
    (waiting,) = record["withdrawals"]
    assert (waiting["withdrawn_at"], [one["status"] for one in waiting["looks"]]) == (None, [404])
    assert [one["outcome"] for one in record["responses"]] == ["new", "missing"]


@pytest.mark.parametrize("part", ["--sightings", "--views", "--withdrawals", "--dates"])
def test_each_part_of_it_is_shown(edited, part):
    assert shown(edited, edited.numbers[2], part)


def test_a_version_that_is_not_there_is_told_in_one_line(edited):
    done = edited.run("show", str(edited.numbers[1]), "--diff", "--to", "9")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "there is no version 9: it has 2" in done.err


def test_the_ledger_is_exported_whole_and_gone_on_with(edited):
    lines = edited.run("events", "--json").out.splitlines()
    done = edited.run("events", "--format", "csv", "--out", "ledger.csv")
    rest = edited.run("events", "--json", "--after", json.loads(lines[4])["uid"])

    text = (edited.folder / "ledger.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (len(rows), done.err) == (len(lines), f"{len(lines)} events in ledger.csv\n")
    assert [row["title"] for row in rows if "公式" in row["title"]] == ["'=1+1 是公式吗"]
    assert [row["uid"] for row in rows] == [json.loads(line)["uid"] for line in lines]
    assert rest.out.splitlines() == lines[5:]


def test_events_are_read_line_by_line(edited):
    out = edited.run("events", "--kind", "changed").out

    assert "changed (title)  #" in out
    assert "(was: " in out
    unknown = edited.run("events", "--after", "evt_0")
    assert (unknown.code, unknown.err) == (2, "wenxun: no event 'evt_0' in the database\n")
