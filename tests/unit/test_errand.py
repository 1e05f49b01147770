"""What a page's scripts may ask for: what writes text; nothing that counts or follows a reader."""

import pytest

from crawler.browser.errand import (
    Answer,
    Errand,
    Fetched,
    answer_to,
    given_headers,
    sent_headers,
)

HOST = "http://news.yunling.example"


def errand(url, kind="fetch", method="GET", **headers):
    return Errand(url=url, kind=kind, method=method, headers=headers)


@pytest.mark.parametrize("kind", ["script", "xhr", "fetch"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_scripts_and_what_they_fetch_are_fetched(kind, method):
    assert answer_to(errand(HOST + "/api/list", kind, method)) is Answer.FETCH


@pytest.mark.parametrize("kind", ["image", "stylesheet"])
def test_what_is_only_shown_is_answered_empty(kind):
    assert answer_to(errand(HOST + "/a", kind)) is Answer.EMPTY


@pytest.mark.parametrize(
    "kind", ["document", "media", "font", "websocket", "eventsource", "ping", "manifest", "other"]
)
def test_all_else_is_refused(kind):
    assert answer_to(errand(HOST + "/a", kind)) is Answer.REFUSE


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_changed_on_a_server(method):
    assert answer_to(errand(HOST + "/api", "fetch", method)) is Answer.REFUSE


@pytest.mark.parametrize(
    "path",
    ["/system/resource/code/datainput.jsp?owner=1", "/_visitcount?type=3", "/plus/count.php?id=1"],
)
@pytest.mark.parametrize("kind", ["script", "xhr", "fetch"])
def test_an_address_that_counts_a_visit_is_refused(path, kind):
    assert answer_to(errand(HOST + path, kind, "POST")) is Answer.REFUSE


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://hm.baidu.com/hm.js?1", Answer.REFUSE),
        ("https://s4.cnzz.com/z_stat.php?id=1", Answer.REFUSE),
        ("https://www.google-analytics.com/analytics.js", Answer.REFUSE),
        ("https://code.bdstatic.com/npm/vue.js", Answer.FETCH),
        ("https://notcnzz.com/a.js", Answer.FETCH),
        ("https://cdn.example.org/vue.js", Answer.FETCH),
    ],
)
def test_hosts_that_follow_readers_are_refused_and_libraries_of_others_are_not(url, answer):
    assert answer_to(errand(url, "script")) is answer


def test_a_script_names_neither_the_browser_nor_a_cookie():
    asked = errand(
        HOST,
        **{
            "user-agent": "Mozilla/5.0",
            "cookie": "passed=1",
            "sec-fetch-mode": "cors",
            "if-none-match": "x",
            "x-requested-with": "XMLHttpRequest",
            "content-type": "application/json",
            "token": "t",
        },
    )

    assert set(sent_headers(asked)) == {"x-requested-with", "content-type", "token"}


def test_a_page_gets_what_a_server_said_without_cookies_and_codings():
    fetched = Fetched(
        status=200,
        headers={
            "content-type": "application/json",
            "content-encoding": "gzip",
            "set-cookie": "a=1",
            "access-control-allow-origin": "*",
        },
        body=b"{}",
    )

    assert set(given_headers(fetched)) == {"content-type", "access-control-allow-origin"}
