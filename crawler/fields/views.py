"""View counts: the arguments of the page's own counter scripts, and numbers that stand printed.

VSB pages do not hold the number: a script asks for it. A page that only has the script prints no
count (None, never 0), and a page without any counter has none to ask for. Nothing here fetches.

Source: the CMS's dynclicks.js, counter.js and clicktimes scripts as found in its pages.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import re2  # type: ignore[import-untyped]

from crawler.marks import mark, marks_of
from crawler.page import Page
from storage.article import Counter

_Q = r"""(?:["']|&#34;|&#39;|&quot;)?"""
_SHOW = re.compile(
    rf"_showDynClicks\(\s*{_Q}wbnews{_Q}\s*,\s*{_Q}(\d+){_Q}\s*,\s*{_Q}(\d+){_Q}\s*\)".encode()
)
_TIMES = re.compile(
    rf"getClickTimes\(\s*{_Q}(\d+){_Q}\s*,\s*{_Q}(\d+){_Q}\s*,\s*{_Q}wbnews{_Q}\s*[,)]".encode()
)
_BATCH = re.compile(
    rf"_showDynClickBatch\(\s*\[([^\]]*)\]\s*,\s*\[([^\]]*)\]\s*,\s*{_Q}wbnews{_Q}\s*,\s*{_Q}(\d+){_Q}".encode()
)
# _jsq_(column, '/page.jsp', article id or -1, owner): the visit counter of every VSB page.
_VISIT = re.compile(
    rf"_jsq_\(\s*{_Q}(\d+){_Q}\s*,[^,]*,\s*{_Q}(-?\d+){_Q}\s*,\s*{_Q}(\d+){_Q}\s*\)".encode()
)
SHOW_CALL, TIMES_CALL = mark(b"_showDynClicks("), mark(b"getClickTimes(")
_BATCH_CALL, _VISIT_CALL = mark(b"_showDynClickBatch("), mark(b"_jsq_(")
_URL_ID = re.compile(r"/info/+\d+/+(\d+)|[?&]wbnewsid=(\d+)")

_FILLED = re.compile(
    r"<(?:span|SPAN)\b[^>]*\b(?:id|ID)\s*=\s*[\"']?(?:dynclicks_wbnews_\d+(?:_\d+)?|n\d+)[\"']?[^>]*>"
    r"\s*(\d{1,9})\s*</(?:span|SPAN)"
)
_INLINE_TAG = r"(?:\s|&nbsp;|&ensp;|&emsp;|</?(?:span|i|em|b|font|strong|label|small)\b[^>]*>)*"
# Found as plain text first: a backtracking expression takes long over a whole page.
_COUNT_WORDS = (
    *("浏览", "点击", "阅读", "访问", "播放", "人气"),
    *("View", "Hit", "Click", "view", "hit", "click", "VIEW", "HIT", "CLICK"),
)
_LABELLED = re.compile(
    r"(?P<label>(?:浏览|点击|阅读|访问|播放)(?:次数|量|数|率)?|人气|(?<![A-Za-z])(?:Views?|Hits?|Clicks?))"
    rf"{_INLINE_TAG}[:：]{_INLINE_TAG}[\[（(]?{_INLINE_TAG}"
    r"(?P<number>\d{1,9})(?![\d.:/年月-])",
    re.IGNORECASE,
)
# Whether one of the two may match, asked of the whole page: an automaton is much faster.
_GAP = r"(?:[\s\p{Z}\x1c-\x1f\x{85}]|&[a-z]+;|<[^>]*>)*"
_LABEL_AND_NUMBER = (
    r"(?:(?:浏览|点击|阅读|访问|播放)[次数量率]*|人气|(?i:view|hit|click)s?)"
    rf"{_GAP}[:：]{_GAP}[\[（(]?{_GAP}\p{{Nd}}"
)
_MAY_BE_LABELLED = re2.compile(_LABEL_AND_NUMBER.encode())
_MAY_BE_PRINTED = re2.compile(
    rf"{_LABEL_AND_NUMBER}|<(?i:span)[^>]*>{_GAP}\p{{Nd}}+{_GAP}</(?i:span)".encode()
)
_BODY_START = re.compile(
    r"""(?:class|id)\s*=\s*["']?(?:v_news_content|vsb_content|vsb_newscontent|wp_articlecontent)"""
)
_BODY = ".v_news_content, [id^=vsb_content], #vsb_newscontent, .wp_articlecontent"
_SITE_TOTAL = re.compile(r"(?:总|本站|网站|今日|本日|昨日|累计)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One counter script of a list: the article ids it names, in order, and their owner."""

    owner: str
    ids: tuple[str, ...]
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the page's visit script says of it: column, article id (None on lists) and owner."""

    tree: str
    article_id: str | None
    owner: str


def counter_of(page: Page) -> Counter | None:
    """Return where the article's view count can be asked for, or None if the page shows none.

    Of several counters the one of the address's own article wins, then the one the visit script
    names, then the first.
    """
    found = [(owner, one) for owner, one in _calls(page, SHOW_CALL, _SHOW)]
    found += [(owner, one) for one, owner in _calls(page, TIMES_CALL, _TIMES)]
    if not found:
        return None
    owner, article_id = found[0]
    if len(found) > 1:
        own = _url_id(page.url)
        named = {(visit.owner, visit.article_id) for visit in visits(page)}
        owner, article_id = min(found, key=lambda one: (one[1] != own, one not in named))
    return Counter(owner=owner, article_id=article_id)


def owner_of(page: Page) -> str | None:
    """Return the CMS's site number of the page, from its visit script."""
    own = _url_id(page.url)
    # A proxied page carries the outer site's script first and its own after it.
    owners = [visit.owner for visit in visits(page) if own is None or visit.article_id == own]
    return owners[-1] if owners else None


def visits(page: Page) -> tuple[Visit, ...]:
    """Return what the page's visit scripts say, in page order."""
    return tuple(
        Visit(tree=tree, article_id=one if int(one) > 0 else None, owner=owner)
        for tree, one, owner in _calls(page, _VISIT_CALL, _VISIT)
    )


def batches(page: Page) -> tuple[Batch, ...]:
    """Return the counter scripts of the page's lists, in page order."""
    return tuple(
        Batch(
            owner=owner,
            ids=tuple(re.findall(r"\d+", ids)),
            spans=tuple(re.findall(r"[A-Za-z_]\w+", spans)),
        )
        for spans, ids, owner in _calls(page, _BATCH_CALL, _BATCH)
    )


def listed_counters(page: Page, *, shown: Collection[str]) -> dict[str, Counter]:
    """Return the counters of a list's articles by article id, for the ids that it `shown`.

    A page may carry the script of another site's list too, and both may name one id: the script
    that names the larger share of what is shown is the list's own.
    """
    owners = {one: owner for owner, one in _calls(page, SHOW_CALL, _SHOW)}
    owners |= dict(_calls(page, TIMES_CALL, _TIMES))
    visible = set(shown)
    for batch in sorted(batches(page), key=lambda one: _share(one, visible)):
        owners |= dict.fromkeys(batch.ids, batch.owner)
    return {
        one: Counter(owner=owner, article_id=one) for one, owner in owners.items() if one in visible
    }


def printed_views(page: Page) -> int | None:
    """Return the view count that stands in the page as a number, or None.

    None where only a script stands, and for totals of the whole site. A number in the body of the
    article is the author's text, not a count; one in a comment is shown to nobody.
    """
    if not _MAY_BE_PRINTED.search(page.source):
        return None
    if filled := _FILLED.search(page.text):
        return int(filled[1])
    if not _MAY_BE_LABELLED.search(page.source):
        return None
    body = _BODY_START.search(page.text)
    start = body.start() if body else len(page.text)
    for match in _labelled(page.text):
        if _SITE_TOTAL.search(page.text, max(0, match.start() - 8), match.start()):
            continue
        if _in_comment(page.text, match.start()):
            continue
        if match.start() < start:
            return int(match["number"])
        if not match["label"].startswith("访问") and not _in_body(page, match["number"]):
            return int(match["number"])
    return None


def _calls(page: Page, name: bytes, form: re.Pattern[bytes]) -> Iterator[list[str]]:
    """Return the arguments of each call of a script function, in page order."""
    place = page.source.find(name) if name in marks_of(page) else -1
    while place >= 0:
        if match := form.match(page.source, place):
            yield [argument.decode("utf-8", "replace") for argument in match.groups()]
            place = match.end() - 1
        place = page.source.find(name, place + 1)


def _labelled(text: str) -> Iterator[re.Match[str]]:
    """Return the numbers that stand behind a label, in page order."""
    places = sorted(place for word in _COUNT_WORDS for place in _places(text, word))
    return (match for place in places if (match := _LABELLED.match(text, place)))


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _share(batch: Batch, visible: set[str]) -> float:
    return len(visible.intersection(batch.ids)) / (len(batch.ids) or 1)


def _in_comment(text: str, at: int) -> bool:
    return text.rfind("<!--", 0, at) > text.rfind("-->", 0, at)


def _in_body(page: Page, number: str) -> bool:
    # After the body's start the source alone cannot tell what is inside it; the tree can.
    return any(number in node.text() for node in page.tree.css(_BODY))


def _url_id(url: str) -> str | None:
    match = _URL_ID.search(url)
    return (match[1] or match[2]) if match else None
