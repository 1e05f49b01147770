"""What status, headers and first bytes say of a response before anything is read. Pure."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from crawler.decoding import unpacked
from crawler.fields.feed_marks import is_feed
from crawler.page import Page
from crawler.wordings import State, Verdict

_BY_STATUS = {
    401: State.LOGIN,
    403: State.BLOCKED,
    404: State.NOT_FOUND,
    407: State.BLOCKED,
    410: State.NOT_FOUND,
    412: State.CHALLENGE,  # 瑞数
    429: State.RATE_LIMITED,
    451: State.BLOCKED,
    468: State.CHALLENGE,  # 雷池
    493: State.WAF,  # 奇安信
    503: State.BLOCKED,
    521: State.CHALLENGE,  # 加速乐; Cloudflare has another meaning for it
    566: State.WAF,  # 腾讯 EdgeOne
    567: State.WAF,
}
_FIRST_CLIENT_ERROR, _FIRST_SERVER_ERROR, _WEB_SERVER_IS_DOWN = 400, 500, 521
_LONGEST_S = 7 * 24 * 3600
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
    b"ID3",
    b"RIFF",
    b"OggS",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00\x20ftyp",
)
_LIST_DATA = b"<datastore>"  # a list that a CMS hands out as XML
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_NO_PAGES = (*_FILES, *_PICTURES)


def verdict_of_status(page: Page) -> Verdict | None:
    """Return what a status says that is none of a page, or None."""
    status = page.status
    if status < _FIRST_CLIENT_ERROR:
        return None
    state = _BY_STATUS.get(status)
    if status == _WEB_SERVER_IS_DOWN and "cf-ray" in page.headers:
        state = State.SERVER_ERROR
    if state is None:
        server = status >= _FIRST_SERVER_ERROR
        state = State.SERVER_ERROR if server else State.BLOCKED
    wait_s = retry_after_s(page.headers.get("retry-after"), now=page.fetched_at)
    wait = "" if wait_s is None else f", to be asked again after {wait_s} s"
    return Verdict(state=state, evidence=f"status {status}{wait}")


def retry_after_s(value: str | None, *, now: datetime) -> int | None:
    """Return the seconds that a `Retry-After` asks for, at most a week, or None.

    Source: RFC 9110, 10.2.3 (seconds or a date).
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), _LONGEST_S)
    try:
        at = parsedate_to_datetime(value)
        wait = (at - now).total_seconds() if at.tzinfo else 0
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(int(wait), 0), _LONGEST_S)


def verdict_of_bytes(page: Page) -> Verdict | None:
    """Return the verdict of a body that is a file or neither HTML nor a feed, or None."""
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = unpacked(page.body)
    head = body[:16].lstrip()
    if head.startswith(_NO_PAGES):
        return Verdict(state=State.ATTACHMENT, evidence=f"the body is a file ({kind or 'no type'})")
    if page.headers.get("content-disposition", "").strip().lower().startswith("attachment"):
        return Verdict(state=State.ATTACHMENT, evidence="sent as a file (content-disposition)")
    if is_feed(body) or _LIST_DATA in body[:2048]:
        return None
    return _no_html(kind, body, head)


def _no_html(kind: str, body: bytes, head: bytes) -> Verdict | None:
    looks_html = b"<" in body[:2048] and not head.startswith(b"<?xml-stylesheet")
    if kind and not kind.startswith(_HTML_TYPES):
        if kind.startswith(_TEXT_TYPES):
            return None if looks_html and "xml" not in kind else _of_kind(State.NOT_HTML, kind)
        return None if looks_html else _of_kind(State.ATTACHMENT, kind)
    if head[:1] in {b"{", b"["} and not looks_html:
        return _of_kind(State.NOT_HTML, kind or "json by its first letter")
    return None


def _of_kind(state: State, kind: str) -> Verdict:
    return Verdict(state=state, evidence=f"content type {kind}")
