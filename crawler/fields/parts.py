"""Articles that a site spreads over several pages: where the rest is, and how it is joined.

The pages of one article share an address but for a number: `content_123.htm` and
`content_123_2.htm`, `c1013-31153719.html` and `c1013-31153719-2.html`, `?id=7` and `?id=7&page=2`.
Pure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TypeVar

from crawler.fields.absolute import base_of
from crawler.fields.links import canonical_url, url_key
from crawler.marks import mark, marks_of, pattern
from crawler.page import Page
from storage.article import Article

MOST_PARTS = 50  # a paginator that goes on for ever is none of an article
_FILE = re.compile(r"(?P<stem>.*/[^/?#.]+)(?P<end>\.(?:s?html?|php|aspx?|jsp))$", re.IGNORECASE)
_PARAMETER = r"[?&](?:page|p|pageno|pageindex)=(?P<n>\d{1,3})"
_NUMBER_BEHIND = re.compile(rb"[_-]\d{1,3}\.")
_LABEL = re.compile(
    r"[\s【\[（(<《]*(?:第?\s*(?P<n>\d{1,3})\s*页?|下一?页|后一页|余下全文|阅读全文)[\s】\]）)>》]*",
    re.IGNORECASE,
)
# TRS writes the links by a script: the number of pages, the one shown, what addresses start with.
_SCRIPT = re.compile(
    r"createPageHTML\(\s*(?P<pages>\d{1,3})\s*,\s*0\s*,\s*[\"'](?P<stem>[^\"']+)[\"']"
)
# Older templates count in variables, and write the name of the page's own file.
# That no letter stands before it is asked behind it: a word at the start is found much quicker.
_COUNTED = re.compile(r"countPage(?<!\wcountPage)\s*=\s*(?P<pages>\d{1,3})\b")
_NAME_IS_WRITTEN = r"\\?[\"']\s*\+\s*\\?[\"']_"
_WRITTEN = (mark(b"createPageHTML"), mark(b"countPage"))
_NUMBER_IN_QUERY = pattern(b"(?i)page=")
_MISSING = "part_missing"
_T = TypeVar("_T")


def part_urls(page: Page) -> tuple[str, ...]:
    """Return the addresses of the further pages of a page's article, in their order.

    Only numbers that follow on each other are pages of an article. Most pages cost no more than
    the search for a word.
    """
    file = _FILE.match(canonical_url(page.url) or page.url)
    is_written = not marks_of(page).isdisjoint(_WRITTEN)
    if file and is_written and (urls := tuple(_of_script(page, file["stem"], file["end"]))):
        return urls
    if not _may_have_parts(page, file["stem"] if file else None):
        return ()
    numbered = dict(_numbered(page, file))
    start = min(numbered, default=0)  # some count the second page as 1
    if start not in {1, 2}:
        return ()
    following = takewhile(numbered.__contains__, range(start, start + MOST_PARTS))
    return tuple(numbered[n] for n in following)


def joined(first: Article, rest: Sequence[Article], *, complete: bool = True) -> Article:
    """Return the article of several pages: the first one's, with what the others add.

    `complete` is False where a page of it could not be read: the article says so by a flag.
    """
    parts = [first, *rest]
    text = "\n".join(part.text for part in parts if part.text)
    return replace(
        first,
        text=text,
        html="\n".join(part.html for part in parts if part.html) or None,
        empty_reason=None if text else first.empty_reason,
        credits=_once(credit for part in parts for credit in part.credits),
        attachments=_once(one for part in parts for one in part.attachments),
        images=_once(image for part in parts for image in part.images),
        flags=first.flags if complete else (*first.flags, _MISSING),
    )


def _once(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values))


def _may_have_parts(page: Page, stem: str | None) -> bool:
    """Say cheaply whether a page names its own address with a number behind it."""
    if _NUMBER_IN_QUERY in marks_of(page):
        return True
    name = (stem or page.url).rpartition("/")[2].encode()
    place = page.source.find(name) if name else -1
    while place >= 0:
        if _NUMBER_BEHIND.match(page.source, place + len(name)):
            return True
        place = page.source.find(name, place + 1)
    return False


def _numbered(page: Page, file: re.Match[str] | None) -> Iterator[tuple[int, str]]:
    """Yield the numbers and addresses of links that differ from the page's own by a number."""
    own, base = url_key(page.url), base_of(page)
    patterns = [re.compile(re.escape(own) + _PARAMETER, re.IGNORECASE)]
    if file:
        stem, end = url_key(file["stem"]), re.escape(file["end"])
        patterns.append(re.compile(re.escape(stem) + r"[_-](?P<n>\d{1,3})" + end, re.IGNORECASE))
    for anchor in page.tree.css("a[href]"):
        label = _LABEL.fullmatch(anchor.text() or "")
        if label is None or label["n"] == "1":
            continue
        url = canonical_url(anchor.attributes.get("href") or "", base=base)
        found = (one.fullmatch(url_key(url)) for one in patterns) if url else ()
        if url and (match := next((one for one in found if one), None)):
            yield int(match["n"]), url


def _of_script(page: Page, stem: str, end: str) -> Iterator[str]:
    name = stem.rpartition("/")[2]
    match = _SCRIPT.search(page.text)
    if match is None or match["stem"] != name:
        match = _COUNTED.search(page.text)
        if match is None or not re.search(re.escape(name) + _NAME_IS_WRITTEN, page.text):
            return
    for number in range(1, min(int(match["pages"]), MOST_PARTS)):
        yield f"{stem}_{number}{end}"
