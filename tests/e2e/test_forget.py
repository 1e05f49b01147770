"""`wenxun forget`, as a user runs it: no byte is left, and no crawl brings it back."""

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from wenxun.newssite import files
from wenxun.newssite.files import Served

TITLE = "只此一篇才有的独特标题"
SECRET = "这一句话只在这一篇里，别处再没有"
NAME = "沈知秋"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


def hits(folder: Path, *words: str) -> list[str]:
    """Files of a database, and bodies of its archive, in which one of these words stands."""
    found = [
        f"{path.name}: {word}"
        for path in folder.glob("wenxun.db*")
        for word in words
        for encoding in ENCODINGS
        if word.encode(encoding) in path.read_bytes()
    ]
    for path in (folder / "wenxun-archive").glob("*.warc.gz"):
        records = gzip.decompress(path.read_bytes())
        found += [f"the archive: {word}" for word in words if word.encode() in records]
    return found


@pytest.fixture
def crawled(desk, news):
    """A site with an article that is to be forgotten, and one that names a person."""
    notice = news.publish(TITLE, text=f"云岭大学今日通知如下。\n{SECRET}。")
    news.attach(notice.newsid, "名单.pdf", Served(body=files.pdf(SECRET), kind="application/pdf"))
    person = f"{NAME}老师作报告，听众很多，气氛热烈，一直持续到傍晚时分，大家都不愿离去。"
    news.publish(f"{NAME}获奖", text=f"{person}\n通讯员 沈 知 秋", column=news.columns[1].slug)
    desk.site_of(news, fetch="attachments")
    assert desk.crawl().code == 0
    return desk


def number_of(desk, title: str) -> str:
    [(number,)] = desk.rows(
        "SELECT d.id FROM documents d JOIN contents c ON c.id = d.content_id WHERE title LIKE ?",
        f"{title}%",
    )
    return str(number)


def test_of_a_forgotten_article_no_byte_is_left_and_no_crawl_asks_for_it(crawled, news):
    address = max(news.stories) - 1
    assert hits(crawled.folder, TITLE, SECRET)

    done = crawled.run("forget", number_of(crawled, TITLE), "--yes", "--reason", "撤稿申请")

    assert done.code == 0, done
    assert "not reached: messages that were delivered" in done.err
    assert hits(crawled.folder, SECRET) == []
    assert [hit for hit in hits(crawled.folder, TITLE) if "archive" not in hit] == []
    news.reset_log()
    record = crawled.crawl("--full").record
    assert record["articles_new"] == record["articles_changed"] == 0
    assert [one.path for one in news.requests if str(address) in one.path] == []
    assert hits(crawled.folder, SECRET) == []
    listed = json.loads(crawled.run("forget", "--list", "--json").out)
    assert (listed["kind"], listed["reason"], listed["site"]) == ("article", "撤稿申请", "yunling")


def test_of_a_forgotten_name_no_byte_is_left_and_no_crawl_brings_it_back(crawled):
    done = crawled.run("forget", "--name", NAME, "--yes", "--json")

    assert json.loads(done.out)["counts"]["contents"] > 1
    assert hits(crawled.folder, NAME, "沈 知 秋") == []
    record = crawled.crawl("--full").record
    assert record["articles_new"] == record["articles_changed"] == 0
    assert hits(crawled.folder, NAME, "沈 知 秋") == []
    assert "■■获奖" in crawled.run("show", number_of(crawled, "■■")).out


def test_what_would_go_is_shown_and_nothing_goes_without_a_yes(crawled):
    number = number_of(crawled, TITLE)

    dry = crawled.run("forget", "--name", NAME, "--dry-run")
    asked = crawled.run("forget", number)

    assert dry.code == 0
    assert f"…{NAME}获奖…" in dry.err
    assert "would go: contents" in dry.out
    assert (asked.code, asked.err.splitlines()[-1]) == (
        1, "nothing forgotten: --yes agrees beforehand",
    )  # fmt: skip
    assert hits(crawled.folder, TITLE, NAME)
    assert crawled.run("forget", "--list", "--json").out == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "name an article"),
        (("99999", "--yes"), "no article '99999'"),
        (("--url", "http://nowhere.example/1", "--yes"), "no article"),
        (("1", "--name", NAME), "not both"),
        (("1", "--site", "yunling"), "--site goes with --name"),
        (("--name", "沈"), "2 to 60 letters"),
        (("--name", NAME, "--site", "nowhere", "--yes"), "no site 'nowhere'"),
        (("--lift", "7"), "no record 7"),
    ],
)
def test_bad_use_is_one_line(desk, words, says):
    done = desk.run("forget", *words)

    assert done.code == 2, done
    assert says in done.err
    assert len(done.err.splitlines()) == 1


def test_bytes_that_another_process_holds_are_told_and_gone_after_the_next_call(crawled):
    reader = sqlite3.connect(crawled.folder / "wenxun.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM contents").fetchone()

    first = crawled.run("forget", number_of(crawled, TITLE), "--yes")
    reader.close()
    second = crawled.run("forget")

    assert first.code == 1
    assert "run `wenxun forget`" in first.err
    assert second.code == 0, second
    assert hits(crawled.folder, SECRET) == []
