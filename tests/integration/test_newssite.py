"""The fixture site behaves like a VSB site, and says truly what a crawl has to find."""

import http.client
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from crawler.extract import Refusal, extract
from crawler.families import family_of
from crawler.page import Page
from wenxun.newssite import Face, NewsSite, serve
from wenxun.newssite import webplus as webplus_face
from wenxun.newssite.answers import Answers
from wenxun.newssite.control import control
from wenxun.newssite.stories import SHANGHAI
from wenxun.newssite.traffic import kind_of
from wenxun.newssite.truth import distinct_articles, truths

NOW = datetime(2024, 7, 1, 8, 0, tzinfo=SHANGHAI)


def site_of(**options) -> NewsSite:
    return NewsSite(clock=lambda: NOW, **options)


def body(site: NewsSite, path: str) -> str:
    return Answers(site).get(path).body.decode()


def page_of(site: NewsSite, url: str) -> Page:
    answer = Answers(site).get(url.removeprefix(site.base))
    return Page(url=url, status=answer.status, body=answer.body, fetched_at=NOW.astimezone(UTC))


def found_in(page: Page) -> dict:
    """What the extractors read, by the names of the site's truth."""
    article = extract(page)
    if isinstance(article, Refusal):
        return {"refused": article.evidence}
    files = [{"kind": a.kind.value, "name": a.name, "url": a.url} for a in article.attachments]
    return {
        "title": article.title,
        "subtitle": article.subtitle,
        "published_text": article.published_text,
        "text": article.text,
        "source": article.source,
        "editor": next((c.name for c in article.credits if c.role == "editor"), None),
        "images": [image.url for image in article.images],
        "attachments": files,
    }


def walked(site: NewsSite, path: str) -> list[str]:
    """The article addresses of a column, read by following its 下页 links."""
    found, url = [], site.base + path
    while url:
        page = page_of(site, url)
        listing = family_of(page).listing(page)
        found += [link.url for link in listing.links if link.kind == "article"]
        url = listing.next_url
    return found


def test_what_the_extractors_read_from_each_page_is_the_truth():
    site = site_of()

    differences = {
        (url, name): (truth.get(name), value)
        for truth in truths(site)
        for url in truth["urls"]
        for name, value in found_in(page_of(site, url)).items()
        if truth.get(name) != value
    }

    assert differences == {}


def test_following_the_lists_finds_each_address_once():
    site = site_of()

    found = [url for column in site.columns for url in walked(site, column.path)]

    assert sorted(found) == sorted(url for truth in truths(site) for url in truth["urls"])


def test_the_same_seed_gives_the_same_site():
    assert truths(site_of()) == truths(site_of())


def test_articles_are_counted_as_people_count_them():
    site = site_of(articles=66)

    assert distinct_articles(site) == 66
    assert len(site.stories) == 67


def test_every_article_is_at_each_of_its_addresses():
    site = site_of()

    statuses = {
        Answers(site).get(url.removeprefix(site.base)).status
        for truth in truths(site)
        for url in truth["urls"]
    }

    assert statuses == {200}


def test_static_list_pages_count_down_and_only_the_last_is_short():
    site = site_of(articles=23, columns=1, per_page=5, variety=False)

    assert body(site, "/jdyw.htm").count("<li id=") == 5
    assert 'href="/jdyw/4.htm">下页' in body(site, "/jdyw.htm")
    assert body(site, "/jdyw/1.htm").count("<li id=") == 3
    assert Answers(site).get("/jdyw/5.htm").status == 404


def test_a_new_article_shifts_all_list_pages():
    site = site_of(articles=25, columns=1, per_page=5, variety=False)
    answers = Answers(site)
    before = answers.get("/jdyw/4.htm").body

    site.publish("新的一篇")

    assert answers.get("/jdyw/4.htm").body != before
    assert answers.get("/jdyw/5.htm").status == 200


def test_a_late_article_lands_deeper_in_its_list():
    site = site_of(articles=60, columns=1, variety=False)

    story = site.publish_late(days=12)

    assert story.newsid not in [entry.newsid for entry in site.page("jdyw", 1)]


def test_a_withdrawn_article_leaves_its_lists_and_comes_back():
    site = site_of(articles=5, columns=1, variety=False)
    newsid = next(iter(site.stories))
    path = f"/info/1033/{newsid}.htm"

    site.withdraw(newsid)
    gone = Answers(site).get(path).status
    site.restore(newsid)

    assert gone == 404
    assert Answers(site).get(path).status == 200
    assert newsid in [entry.newsid for entry in site.page("jdyw", 1)]


def test_a_moved_article_gives_up_its_old_address():
    site = site_of(articles=6, columns=2, variety=False)
    newsid = next(iter(site.stories))

    site.move(newsid, column="xwzx/tzgg")

    assert Answers(site).get(f"/info/1033/{newsid}.htm").status == 404
    assert Answers(site).get(f"/info/1041/{newsid}.htm").status == 200


def test_view_counts_change_no_page():
    site = site_of()
    newsid = next(iter(site.stories))
    path = f"/info/1033/{newsid}.htm"
    before = body(site, path)

    views = site.count_views(newsid, by=3)
    asked = f"/system/resource/code/news/click/dynclicksbatch.jsp?clickids={newsid}"

    assert body(site, path) == before
    assert body(site, f"{asked}&owner={site.owner}&clicktype=wbnews") == str(views)


def test_pages_are_padded_to_the_wanted_size():
    site = site_of(articles=3, page_kb=28, variety=False)

    size = len(Answers(site).get(truths(site)[0]["urls"][0].removeprefix(site.base)).body)

    assert 27_000 < size < 29_500


def test_a_server_answers_many_requests_on_one_connection_and_logs_them():
    site = site_of()

    with serve(site) as running:
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc)
        for path in ("/jdyw.htm", "/robots.txt", "/system/resource/code/datainput.jsp?e=1"):
            connection.request("GET", path, headers={"User-Agent": "test"})
            connection.getresponse().read()
        connection.close()

    assert site.counts == {"listing": 1, "robots": 1, "trip": 1}
    assert site.trips == 1
    assert site.requests[0].user_agent == "test"


def test_a_list_page_that_did_not_change_is_304():
    with serve(site_of()) as running:
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc)
        connection.request("GET", "/jdyw.htm")
        first = connection.getresponse()
        first.read()
        connection.request("GET", "/jdyw.htm", headers={"If-None-Match": first.headers["ETag"]})
        second = connection.getresponse()
        second.read()
        connection.close()

    assert (first.status, second.status) == (200, 304)


def test_failures_end_after_their_times():
    site = site_of()
    site.fail(503, match="/jdyw", times=1)

    with serve(site) as running:
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc)
        statuses = []
        for _ in range(2):
            connection.request("GET", "/jdyw.htm")
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()

    assert statuses == [503, 200]


def test_other_processes_switch_it_over_http():
    site = site_of()

    with serve(site) as running:
        call = Request(
            f"{running.url}/_control/publish", data=json.dumps({"title": "快讯"}).encode()
        )
        with urlopen(call) as response:
            published = json.load(response)
        with urlopen(f"{running.url}/_control/state") as response:
            state = json.load(response)

    assert published["title"] == "快讯"
    assert published["newsid"] in [article["newsid"] for article in state["articles"]]
    assert state["requests"] == 0


@pytest.mark.parametrize(
    ("verb", "values"),
    [("withdraw", {"newsid": "x"}), ("move", {"newsid": 20001, "column": "x"}), ("fly", {})],
)
def test_a_switch_that_cannot_be_thrown_is_refused_and_changes_nothing(verb, values):
    site = site_of()
    before = truths(site)

    answer = control(site, f"/_control/{verb}", json.dumps(values).encode())

    assert answer.status == 400
    assert truths(site) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_alone_it_prints_its_address_and_ends_cleanly(number):
    command = [sys.executable, "-m", "wenxun.newssite", "--articles", "9"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        url = process.stdout.readline().strip()
        with urlopen(f"{url}/jdyw.htm") as response:
            status = response.status
        process.send_signal(number)
        _, stderr = process.communicate(timeout=10)

    assert status == 200
    assert (process.returncode, stderr) == (0, "")


# The face of WebPlus


@pytest.fixture
def webplus() -> NewsSite:
    return site_of(articles=30, per_page=4, face=Face.WEBPLUS)


def test_every_webplus_page_gives_the_story_that_it_tells(webplus):
    for column in webplus.columns:
        for entry in webplus.entries[column.slug]:
            if entry.newsid is None:
                continue
            url = webplus.base + webplus_face.href_of(webplus, column, entry)
            story, article = webplus.stories[entry.newsid], extract(page_of(webplus, url))
            assert (article.family, article.title) == ("webplus", story.full_title)
            assert article.text == story.text, url
            assert article.views is None
            assert article.counter.article_id == str(story.newsid)


def test_a_webplus_column_is_read_from_page_to_page(webplus):
    for column in webplus.columns:
        found, url = [], webplus.base + webplus_face.list_path(column)
        while url:
            listing = family_of(page_of(webplus, url)).listing(page_of(webplus, url))
            found += [link.title for link in listing.links]
            url = listing.next_url
        entries = webplus.entries[column.slug]
        assert found == [e.title or webplus.stories[e.newsid].full_title for e in entries]


def test_webplus_counts_are_given_to_post_alone(webplus):
    (newsid, views), *_ = webplus.views.items()
    path = f"/_visitcountdisplay?siteId={webplus_face.SITE_ID}&type=3&articleId={newsid}"

    assert Answers(webplus).post(path).body.decode() == f"<span>{views}</span>"
    assert not any(char.isdigit() for char in body(webplus, path))
    assert kind_of(path) == "counter"
    assert kind_of(f"/_visitcount?siteId=1&type=3&articleId={newsid}") == "trip"
