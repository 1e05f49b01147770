"""Today's code over kept pages: nothing where nothing changed, else exactly what did."""

import os
import signal
import sqlite3
import time

import pytest

from tests.e2e.conftest import ended
from tests.e2e.test_crawl_dates import crawled  # noqa: F401 (a fixture)
from tests.e2e.test_crawl_mirror import COLUMNS, CORPUS, ROOT
from tests.e2e.test_crawl_parts import LIST, Pages

PAGE = """<html><head><title>云岭</title></head><body><i class="t">{}</i>
<b class="x">{}</b></body></html>"""


def rehearsed(desk, *args):
    """The findings and the summary of `wenxun rehearse --json`."""
    done = desk.run("rehearse", "--json", *args)
    assert done.code == 0, done
    *found, summary = done.records
    return found, summary


def select(site_file, **selectors):
    """Add selectors to a site file."""
    lines = "".join(f'{name} = "{css}"\n' for name, css in selectors.items())
    site_file.write_text(f"{site_file.read_text('utf-8')}[selectors]\n{lines}", "utf-8")


def nothing(summary):
    counts = ("changed", "no_article", "incomplete", "new_articles", "failed")
    return not any(summary[name] for name in counts)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_unchanged_code_changes_nothing_on_a_site_with_all_traps(desk, served, jobs):
    site = served(articles=150, columns=3).site
    desk.site_of(site)
    desk.crawl()
    newest = list(site.stories)
    site.edit(newest[0], title="关于运动会的通知（更正）")
    site.edit(newest[1])
    site.withdraw(newest[2])
    desk.crawl("--full")

    found, summary = rehearsed(desk, "--jobs", jobs)

    assert (found, nothing(summary)) == ([], True)
    assert summary["articles"] == 150


@pytest.mark.skipif(not CORPUS, reason="WENXUN_TEST_CORPUS names no folder")
def test_unchanged_code_changes_nothing_on_a_saved_site(desk, hosted, answer):
    def serve(path):
        file = ROOT / path.lstrip("/").partition("?")[0]
        return answer(file.read_bytes()) if file.is_file() else None

    host = hosted(serve)
    desk.site("saved", [f"{host.url}/{column}" for column in COLUMNS])
    desk.crawl()

    found, summary = rehearsed(desk)

    assert (found, nothing(summary), summary["articles"] > 120) == ([], True, True)


@pytest.mark.parametrize("missing", [(), ("7_3",)], ids=["whole", "without-a-page"])
def test_unchanged_code_changes_nothing_of_articles_on_several_pages(desk, hosted, answer, missing):
    pages = Pages(answer)
    pages.broken |= set(missing)
    host = hosted(pages)
    desk.site("parts", [f"{host.url}/list.htm"])
    desk.crawl()
    pages.texts["7_2"] = "第二页的话改了。"
    desk.crawl("--full")

    found, summary = rehearsed(desk)

    assert (found, nothing(summary), summary["articles"]) == ([], True, 2)


def test_dates_that_lists_lent_are_lent_again(crawled):  # noqa: F811
    crawled.crawl("--full")

    found, summary = rehearsed(crawled)

    assert (found, nothing(summary), summary["articles"]) == ([], True, 4)


def test_a_changed_rule_changes_exactly_its_field(desk, news):
    desk.site_of(news)
    desk.crawl()
    select(desk.site_of(news), title=".v_news_content p")

    found, summary = rehearsed(desk)

    assert summary["fields"] == {"title": 24}
    assert {tuple(one["changed"]) for one in found} == {("title",)}
    titles = dict(
        desk.rows("select d.id, c.title from documents d join contents c on c.id = content_id")
    )
    assert {one["document"]: one["fields"][0]["old"] for one in found} == titles
    assert desk.rows("select count(*) from versions") == [(24,)]  # nothing was written


def test_applied_it_is_a_reparsed_version_and_nobody_is_told(desk, news):
    desk.site_of(news)
    desk.crawl()
    looks = desk.rows("select id, last_seen_at, next_check_at, views from documents")
    events = desk.rows("select uid, kind, state from events")
    select(desk.site_of(news), title=".v_news_content p")

    _, summary = rehearsed(desk, "--apply")

    assert (summary["changed"], summary["applied"]) == (24, 24)
    versions = desk.rows("select reason, crawl_id, seen_to is null from versions order by id")
    assert versions[24:] == [("reparsed", None, 1)] * 24
    assert desk.rows("select uid, kind, state from events") == events
    assert desk.rows("select id, last_seen_at, next_check_at, views from documents") == looks
    assert desk.rows("select lease_holder from sites") == [(None,)]
    assert nothing(rehearsed(desk)[1])
    again = desk.crawl("--full").record
    assert (again["articles_changed"], again["articles_new"]) == (0, 0)


def test_what_stands_otherwise_in_the_database_is_found_word_by_word(desk, news):
    desk.site_of(news)
    desk.crawl()
    tamper(desk, "update versions set section = '旧栏目' where document_id = 3")

    found, summary = rehearsed(desk)

    assert summary["fields"] == {"section": 1}
    (change,) = found[0]["fields"]
    assert (found[0]["document"], change["old"]) == (3, "旧栏目")
    shown = desk.run("rehearse")
    assert "1 of 24 articles changes: section 1" in shown.out
    assert "[-旧栏目-]{+" in shown.out


def test_after_an_upgrade_a_rehearsal_lets_the_next_change_be_a_change(desk, news):
    desk.site_of(news)
    desk.crawl()
    tamper(desk, "update versions set extractor_version = 0")
    rehearsed(desk, "--apply")
    news.edit(next(iter(news.stories)))

    assert desk.crawl("--full").record["articles_changed"] == 1


def test_a_refused_page_that_would_be_an_article_is_fetched_again(desk, hosted, reply):
    text = "图书馆新馆今日开馆，首日接待读者三千余人。"
    pages = {f"/info/1033/{n}.htm": PAGE.format(t, text + t) for n, t in ((7, "渡口"), (8, "桥"))}
    host = hosted(lambda path: reply(({"/list.htm": LIST} | pages).get(path, "")))
    desk.site("odd", [f"{host.url}/list.htm"])
    assert desk.crawl().record["articles_new"] == 0
    select(desk.site("odd", [f"{host.url}/list.htm"]), title=".t", body=".x")

    found, summary = rehearsed(desk, "--apply")

    assert (summary["new_articles"], summary["tried_again"]) == (2, 2)
    assert {one["fate"] for one in found} == {"article"}
    assert desk.crawl().record["articles_new"] == 2
    assert nothing(rehearsed(desk)[1])


def test_a_page_that_would_be_no_article_is_told_and_left_alone(desk, news):
    desk.site_of(news)
    desk.crawl()
    tamper(desk, "update responses set status = 404 where document_id = 5")

    found, summary = rehearsed(desk, "--apply")

    assert summary["no_article"] == {"not_found": 1}
    assert [(one["document"], one["fate"]) for one in found] == [(5, "no_article")]
    assert desk.rows("select count(*) from versions") == [(24,)]


def test_a_site_that_is_being_crawled_is_told_and_not_written(desk, news):
    desk.site_of(news)
    desk.crawl()
    tamper(
        desk,
        "update sites set lease_holder = 'other:boot-1:7:7',"
        " lease_expires_at = '2999-01-01 00:00:00'",
    )
    select(desk.site_of(news), title=".v_news_content p")

    done = desk.run("rehearse", "--apply", "--json")

    assert done.code == 1
    assert "is being crawled by process 7 on other" in done.records[-1]["busy"]["yunling"]
    assert desk.rows("select count(*) from versions") == [(24,)]
    assert desk.rows("select lease_holder from sites") == [("other:boot-1:7:7",)]


def test_a_sample_is_spread_evenly(desk, news):
    desk.site_of(news)
    desk.crawl()
    select(desk.site_of(news), title=".v_news_content p")

    found, summary = rehearsed(desk, "--sample", "4")

    assert summary["articles"] == 4
    assert [one["document"] for one in found] == [1, 7, 13, 19]


def test_pages_are_chosen_by_the_day_on_which_they_were_fetched(desk, news):
    desk.site_of(news)
    desk.crawl()

    assert rehearsed(desk, "--until", "2020-01-01")[1]["articles"] == 0
    assert rehearsed(desk, "--since", "2020-01-01")[1]["articles"] == 24


def test_an_interrupted_rehearsal_loses_nothing_and_is_gone_on_with(desk, served):
    site = served(articles=400, columns=2, variety=False).site
    desk.site_of(site)
    desk.crawl()
    select(desk.site_of(site), title=".v_news_content p")

    written = "select count(*) from versions where reason = 'reparsed'"
    with desk.start("rehearse", "--apply", "--json", "--jobs", "2") as process:
        while desk.rows(written) == [(0,)] and process.poll() is None:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGINT)
        done = ended(process)

    assert done.code == 130, done
    summary = done.records[-1]
    assert summary["interrupted"]
    assert 0 < summary["applied"] < 400
    assert desk.rows(written) == [(summary["applied"],)]
    after = str(summary["last_document"])
    assert f"go on with --after {after}" in done.err
    assert desk.rows("select lease_holder from sites") == [(None,)]
    _, rest = rehearsed(desk, "--apply", "--after", after)
    assert summary["applied"] + rest["applied"] == 400


def test_mistakes_are_told_in_one_line(desk, news):
    desk.site_of(news)
    desk.crawl()

    for args in (["--site", "nowhere"], ["--after", "99"], ["--jobs", "0"], ["--since", "gestern"]):
        done = desk.run("rehearse", *args)
        assert (done.code, len(done.err.splitlines())) == (2, 1), done


def tamper(desk, statement):
    """Change what is stored, as nobody should."""
    connection = sqlite3.connect(desk.folder / "wenxun.db")
    connection.execute(statement)
    connection.commit()
    connection.close()
