"""What a fetched page is, and by which marks: many pages that are no articles come with status 200.

Pure. Careful on one side: a page whose article has a body is an article, whatever words it uses.
The wordings are collected below by state, to be extended as sites show new ones.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from crawler.families import article_in, listing_in, readers_of
from crawler.fields.blanks import squash
from crawler.fields.links import host_key
from crawler.page import Page
from crawler.wordings import ABOUT_ACCESS, CHALLENGE_SCRIPTS, MESSAGES, TITLES, State

__all__ = ["State", "Verdict", "classify", "no_article", "no_page", "refused_body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A state and the marks that gave it, in words for people."""

    state: State
    evidence: str


_BY_STATUS = {
    401: State.LOGIN,
    403: State.BLOCKED,
    404: State.NOT_FOUND,
    410: State.NOT_FOUND,
    412: State.CHALLENGE,
    429: State.BLOCKED,
    451: State.BLOCKED,
    503: State.BLOCKED,
    521: State.CHALLENGE,
}
_FIRST_CLIENT_ERROR, _FIRST_SERVER_ERROR = 400, 500

_SMALL_PAGE = 500  # letters; a message page has no more, a page that talks of messages has
_MESSAGE = 50  # letters of a message in an article's frame
_SENTENCE_END = re.compile(r"[。！!；;]")
_REFRESH = re.compile(r"^\s*(\d+)\s*[;,]\s*url\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_SCRIPT_REDIRECT = re.compile(
    r"(?:window\.|self\.|top\.|document\.)?location(?:\.href)?\s*(?:=|\.replace\()\s*[\"']([^\"']+)[\"']"
)
_UNSEEN = frozenset(["script", "style", "noscript"])
_LOGIN_PLACE = re.compile(r"\b(?:cas|sso|authserver|webvpn|idp)\b")
_HTML_TYPES = ("text/html", "application/xhtml", "text/plain")
_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript")
_FILES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"{\\rtf",
)
_LIST_DATA = b"<datastore>"  # lists that a CMS hands out as XML
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")


def classify(page: Page) -> Verdict:
    """Return what a page is. Listings and articles are those of a known family."""
    return no_page(page) or _content(page)


def no_page(page: Page) -> Verdict | None:
    """Return the verdict of status and bytes alone, or None where the content has to be read."""
    if page.status in _BY_STATUS or page.status >= _FIRST_CLIENT_ERROR:
        return _of_status(page)
    return _not_html(page)


def no_article(page: Page) -> Verdict:
    """Return why a page that holds no readable article of its family is none."""
    return (
        _challenge(page)
        or _listing(page)
        or _message(page)
        or _link_out(page)
        or _shell(page)
        or Verdict(state=State.UNKNOWN_LAYOUT, evidence="no family recognises the page's layout")
    )


def refused_body(text: str) -> Verdict | None:
    """Return the verdict of an article body that is only a permission message, or None.

    Only one short sentence counts: an article may speak of anything.
    """
    if len(squash(text[: 4 * _MESSAGE]).rstrip("。！!")) > _MESSAGE:
        return None
    squashed = squash(text).rstrip("。！!")
    if len(squashed) > _MESSAGE or _SENTENCE_END.search(squashed):
        return None
    state = State.INTRANET
    if not MESSAGES[state].search(squashed) or not ABOUT_ACCESS.search(squashed):
        return None
    return Verdict(state=state, evidence=f"the body only says: {squashed}")


def _content(page: Page) -> Verdict:
    article = article_in(page)
    if article is None:
        return no_article(page)
    return refused_body(article.text) or Verdict(
        state=State.ARTICLE, evidence=f"{article.family}: title and body"
    )


def _of_status(page: Page) -> Verdict:
    state = _BY_STATUS.get(page.status)
    if state is None:
        server = page.status >= _FIRST_SERVER_ERROR
        state = State.SERVER_ERROR if server else State.BLOCKED
    if state in {State.BLOCKED, State.LOGIN} and page.body and not _not_html(page):
        # The body often says better what the number leaves open.
        worded = _challenge(page) or _message(page)
        if worded and worded.state in {State.CHALLENGE, State.INTRANET, State.LOGIN}:
            return worded
    return Verdict(state=state, evidence=f"status {page.status}")


def _not_html(page: Page) -> Verdict | None:
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    head = page.body[:16].lstrip()
    if head.startswith((*_FILES, *_PICTURES)):
        return Verdict(state=State.ATTACHMENT, evidence=f"the body is a file ({kind or 'no type'})")
    if _LIST_DATA in page.body[:2048]:
        return None
    looks_html = b"<" in page.body[:2048] and not head.startswith(b"<?xml-stylesheet")
    if kind and not kind.startswith(_HTML_TYPES):
        if kind.startswith(_TEXT_TYPES):
            return None if looks_html and "xml" not in kind else _of_kind(State.NOT_HTML, kind)
        return None if looks_html else _of_kind(State.ATTACHMENT, kind)
    if head[:1] in {b"{", b"["} and not looks_html:
        return _of_kind(State.NOT_HTML, kind or "json by its first letter")
    return None


def _of_kind(state: State, kind: str) -> Verdict:
    return Verdict(state=state, evidence=f"content type {kind}")


def _challenge(page: Page) -> Verdict | None:
    if _letters(page) > _SMALL_PAGE:
        return None
    for pattern in CHALLENGE_SCRIPTS:
        if match := pattern.search(page.text):
            return Verdict(state=State.CHALLENGE, evidence=f"script with {match.group()}")
    return None


def _message(page: Page) -> Verdict | None:
    title = squash(page.title_text or "")
    for state, pattern in TITLES.items():
        if pattern.search(title) and _letters(page) <= _SMALL_PAGE:
            return Verdict(state=_worded(page) or state, evidence=f"title {page.title_text}")
    if state_of_words := _worded(page):
        return Verdict(state=state_of_words, evidence=f"message: {_visible(page)[:80]}")
    return None


def _worded(page: Page) -> State | None:
    text = _visible(page)
    if len(text) > _SMALL_PAGE:
        return None
    return next((state for state, pattern in MESSAGES.items() if pattern.search(text)), None)


def _link_out(page: Page) -> Verdict | None:
    target = _refresh_target(page)
    if target is None and _letters(page) < _SMALL_PAGE // 10:
        scripts = " ".join(node.text() or "" for node in page.tree.css("script"))
        match = _SCRIPT_REDIRECT.search(scripts)
        target = match.group(1) if match else None
    if target is None:
        return None
    try:
        url = urljoin(page.url, target)
        parts = urlsplit(url)
    except ValueError:  # an unbalanced bracket: the page leads nowhere
        return None
    if parts.hostname and _LOGIN_PLACE.search(parts.hostname + parts.path):
        return Verdict(state=State.LOGIN, evidence=f"leads to {url}")
    if host_key(url) == host_key(page.url) and url.partition("#")[0] == page.url:
        return Verdict(state=State.CHALLENGE, evidence="the page only loads itself again")
    return Verdict(state=State.LINK_OUT, evidence=f"leads to {url}")


def _refresh_target(page: Page) -> str | None:
    for node in page.tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() == "refresh":
            match = _REFRESH.match(node.attributes.get("content") or "")
            if match and int(match.group(1)) <= 10:  # noqa: PLR2004 (seconds; slower ones only reload)
                return match.group(2).strip()
    return None


def _listing(page: Page) -> Verdict | None:
    listing = listing_in(page)
    if listing is None:
        return None
    return Verdict(state=State.LISTING, evidence=f"a list of {len(listing.links)} links")


def _shell(page: Page) -> Verdict | None:
    if family := next((one for one in readers_of(page) if one.has_frame(page)), None):
        evidence = f"the frame of an article of {family.name} without its content"
        return Verdict(state=State.EMPTY_SHELL, evidence=evidence)
    return None if _letters(page) else Verdict(state=State.EMPTY_SHELL, evidence="no text at all")


def _letters(page: Page) -> int:
    return len(_visible(page))


def _visible(page: Page) -> str:
    """Return the text that a reader sees, without blanks."""
    body = page.tree.body
    if body is None:
        return ""
    parts: list[str] = []
    for node in body.traverse(include_text=True):
        if node.is_text_node:
            parent = node.parent
            if parent is not None and parent.tag not in _UNSEEN:
                parts.append(node.text_content or "")
    return squash("".join(parts))
