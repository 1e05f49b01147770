"""A real site, saved by a mirror tool and served on loopback, is stored whole."""

import json
import os
import re
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import pytest

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="WENXUN_TEST_CORPUS names no folder")
ROOT = Path(CORPUS or ".", "sites", "yjszs.cqjtu")
COLUMNS = (
    "tzgg.htm", "kdxx.htm", "xxxw.htm", "xzzx.htm", "xgxtlj.htm",
    "zsxx1/ssyjs.htm", "zsxx1/bsyjs.htm", "zsxx1/tdxlsqss.htm",
)  # fmt: skip
ARTICLE = re.compile(r"info/\d+/\d+(?:-\d)?\.htm")  # the mirror tool numbers what it met twice
PLAYER = re.compile(r"showVsbpdfIframe\(\"([^\"]+)")


@cache
def page(path):
    return (ROOT / path).read_text("utf-8")


def reachable():
    """The saved articles that the list pages link to, by a reading of their links alone."""
    lists = {
        path
        for column in COLUMNS
        for path in (column, *(f"{column[:-4]}/{n}.htm" for n in range(1, 30)))
        if (ROOT / path).is_file()
    }
    links = {
        urljoin(f"/{path}", href).lstrip("/")
        for path in lists
        for href in re.findall(r'href="([^"]*)"', page(path))
    }
    return {link for link in links if ARTICLE.fullmatch(link) and (ROOT / link).is_file()}


def article_body(path):
    """The markup of an article's own part: what stands between the body's start and its end."""
    text = page(path)
    start = text.index("v_news_content")
    return text[start : text.index('id="div_vote_id"', start)]


def letters(markup):
    dropped = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
    markup = dropped.sub("", markup)
    # The part starts and ends inside of a tag.
    return re.sub(r"<[^>]*>|&\w+;|&#\d+;|\W", "", markup.partition(">")[2].rpartition("<")[0])


def test_every_article_of_the_lists_is_stored_complete(desk, hosted, answer):
    def serve(path):
        file = ROOT / path.lstrip("/").partition("?")[0]
        return answer(file.read_bytes()) if file.is_file() else None

    host = hosted(serve)
    desk.site("saved", [f"{host.url}/{column}" for column in COLUMNS])

    desk.crawl()

    rows = desk.rows(
        "select d.url, c.title, c.text, v.published_text, v.attachments, v.images from documents d"
        " join contents c on c.id = d.content_id join versions v on v.document_id = d.id"
    )
    stored = {url.removeprefix(f"{host.url}/"): rest for url, *rest in rows}
    assert stored.keys() == reachable()
    assert len(stored) == 130
    wrong = {path: found for path, row in stored.items() if (found := incomplete(path, row))}
    assert wrong == {}


def incomplete(path, row):
    """What is missing of an article, compared with its markup."""
    title, text, published, attachments, images = row
    markup = article_body(path)
    missing = []
    head = re.search(r"(?i)<title>\s*(.*?)</title>", page(path), re.DOTALL)[1]
    if not re.sub(r"\W", "", head).startswith(re.sub(r"\W", "", title)):
        missing.append(("title", title))
    if not published:
        missing.append(("date", None))
    if letters(markup) != re.sub(r"\W", "", text):
        missing.append(("text", len(letters(markup)), len(re.sub(r"\W", "", text))))
    pictures = set(
        re.findall(
            r'<img[^>]*\bsrc="(?!data:|[^"]*/fileTypeImages/)([^"]+)"', markup, re.IGNORECASE
        )
    )
    if len(json.loads(images)) < len(pictures):
        missing.append(("images", images))
    files = json.loads(attachments)
    downloads = set(re.findall(r"wbfileid=(\d+)", page(path)))
    if len({f["url"] for f in files if "wbfileid" in f["url"]}) != len(downloads):
        missing.append(("attachments", attachments))
    if any(player not in attachments for player in PLAYER.findall(page(path))):
        missing.append(("player", attachments))
    return missing
