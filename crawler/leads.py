"""Where a page without content of its own leads its reader: by header, meta or script. Pure."""

import re
from urllib.parse import urljoin, urlsplit

from crawler.fields.links import host_key
from crawler.page import Page
from crawler.wordings import State, Verdict

_REFRESH = re.compile(
    r"^\s*(\d+)(?:\.\d*)?\s*(?:[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'>]*))?", re.IGNORECASE
)
_SLOWEST_S = 10  # slower ones only load a living page again
_NOTHING = 50  # letters
_SCRIPT = re.compile(
    r"(?:window\.|self\.|top\.|parent\.|document\.)*location(?:\.href)?"
    r"\s*(?:=|\.replace\(|\.assign\()\s*[\"']([^\"']+)[\"']"
)
_COOKIE = re.compile(r"document(?:\.cookie|\[[\"']cookie[\"']\])\s*=")
_RELOAD = re.compile(
    r"location\.reload\(|location(?:\.href)?\s*(?:=|\.replace\()\s*(?:(?:window|document|self)\.)?location"
)
# `cas.cn` is the Chinese Academy of Sciences: only a host within a domain is for logging in.
_LOGIN_HOST = re.compile(r"^(?:cas|sso|authserver|webvpn|idp|ids|passport|login)\.[^.]+\.[^.]")
_LOGIN_PATH = re.compile(
    r"/(?:cas|sso|authserver|idp|(?:user)?log[io]n)(?:[./?_-]|$)", re.IGNORECASE
)
_MISSING_PLACE = re.compile(r"/(?:404|not_?found|error(?:page)?s?)(?:[./_-][^/]*)?$", re.IGNORECASE)
_FRONT = re.compile(r"^/?(?:(?:index|default|main|home)\.\w+)?$", re.IGNORECASE)


def lead_of(page: Page, *, letters: int) -> Verdict | None:
    """Return the verdict of a page that only leads on, or None.

    `letters` is how much a reader sees of it: scripts of a page that shows something lead on only
    when they are told to.
    """
    target = _refresh(page)
    if target is None and letters < _NOTHING:
        scripts = " ".join(node.text() or "" for node in page.tree.css("script"))
        if _COOKIE.search(scripts) and _RELOAD.search(scripts):
            return Verdict(
                state=State.CHALLENGE, evidence="a script sets a cookie and loads the page again"
            )
        match = _SCRIPT.search(scripts)
        target = match.group(1) if match else None
    if target is None:
        return _signing_on(page) if letters < _NOTHING else None
    try:
        url = urljoin(page.url, target)
        host = urlsplit(url).hostname
    except ValueError:  # an unbalanced bracket: the page leads nowhere
        return None
    if host_key(url) == host_key(page.url) and url.partition("#")[0] == page.url.partition("#")[0]:
        return Verdict(state=State.CHALLENGE, evidence="the page only loads itself again")
    return verdict_of_target(page.url, url) if host else None


def verdict_of_target(asked: str, url: str) -> Verdict:
    """Return what it means that a page leads to another address.

    A page that leads to the front page of its own site, or to the page for errors, is gone.
    """
    try:
        here, there = urlsplit(asked), urlsplit(url)
        host = there.hostname or ""
    except ValueError:
        return Verdict(state=State.LINK_OUT, evidence=f"leads to {url}")
    if _LOGIN_HOST.match(host) or _LOGIN_PATH.search(there.path):
        return Verdict(state=State.LOGIN, evidence=f"leads to {url}")
    if host_key(asked) == host_key(url) and not _FRONT.match(here.path):
        if _FRONT.match(there.path) and not there.query:
            return Verdict(state=State.NOT_FOUND, evidence=f"leads to the front page, {url}")
        if _MISSING_PLACE.search(there.path):
            return Verdict(state=State.NOT_FOUND, evidence=f"leads to {url}")
    return Verdict(state=State.LINK_OUT, evidence=f"leads to {url}")


def _signing_on(page: Page) -> Verdict | None:
    """Return the verdict of a form that sends itself off to a sign-on, or None."""
    form = page.tree.css_first("form[action]")
    if form is None or "submit()" not in page.text:
        return None
    try:
        url = urljoin(page.url, form.attributes.get("action") or "")
    except ValueError:
        return None
    verdict = verdict_of_target(page.url, url)
    return verdict if verdict.state is State.LOGIN else None


def _refresh(page: Page) -> str | None:
    """Return where a refresh leads; "" is the page itself."""
    given = [
        node.attributes.get("content") or ""
        for node in page.tree.css("meta[http-equiv]")
        if (node.attributes.get("http-equiv") or "").strip().lower() == "refresh"
        and (node.parent is None or node.parent.tag != "noscript")
    ]
    for content in (page.headers.get("refresh", ""), *given):
        match = _REFRESH.match(content)
        if match and int(match.group(1)[:6]) <= _SLOWEST_S:
            return (match.group(2) or "").strip()
    return None
