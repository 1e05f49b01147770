"""What came in answer to the request for a file: the file, or why not. Pure."""

import re
from dataclasses import dataclass

from crawler.classify import no_article, no_page
from crawler.extract import Refusal
from crawler.files.kinds import kind_named, kind_of_bytes
from crawler.files.names import sent_name
from crawler.page import Page
from crawler.wordings import State

_OK = 200
# VSB asks for letters of a picture before it hands out a file; so do others.
_CAPTCHA = re.compile(
    rb"createimage\.jsp|codevalue|captcha|\xe9\xaa\x8c\xe8\xaf\x81\xe7\xa0\x81|\xd1\xe9\xd6\xa4\xc2\xeb",
    re.IGNORECASE,
)
_FORM = re.compile(rb"<(?:form|input)\b", re.IGNORECASE)
# What a page in place of a file says for good, until the article changes.
_TOLD = frozenset([
    State.NOT_FOUND, State.INTRANET, State.LOGIN, State.CHALLENGE, State.WAF, State.BLOCKED,
    State.RATE_LIMITED, State.SERVER_ERROR,
])  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCame:
    """A file. `kind` is what its bytes are, `name` what the server calls it."""

    kind: str | None
    name: str | None


def read_answer(page: Page, *, url: str, named: str | None) -> FileCame | Refusal:
    """Say what came for the file at `url`, which the article calls `named`."""
    if page.status != _OK:
        return _refused(page) or Refusal(state=State.ERROR, evidence=f"status {page.status}")
    if not page.body:
        return Refusal(state=State.EMPTY_SHELL, evidence="no bytes at all")
    name = sent_name(page.headers.get("content-disposition"))
    wanted = kind_named(name) or kind_named(named) or kind_named(url.partition("?")[0])
    kind = kind_of_bytes(page.body, named=wanted)
    is_html = page.headers.get("content-type", "").startswith("text/html")
    if (kind == "html" or (kind is None and is_html)) and wanted != "html":
        return _page_instead(page, wanted)
    return FileCame(kind=kind, name=name)


def _refused(page: Page) -> Refusal | None:
    verdict = no_page(page)
    if verdict is None or verdict.state is State.ATTACHMENT:  # a piece of a file, perhaps
        return None
    return Refusal(state=verdict.state, evidence=verdict.evidence)


def _page_instead(page: Page, wanted: str | None) -> Refusal:
    """Say what a page that came with status 200 is: a message, a form to be filled in, any page."""
    said = f"a page came in place of the file ({wanted or 'of no named kind'})"
    if _CAPTCHA.search(page.body) and _FORM.search(page.body):
        return Refusal(state=State.CHALLENGE, evidence=f"{said}: it asks for letters of a picture")
    if page.excess is None:
        verdict = no_page(page) or no_article(page)
        if verdict.state in _TOLD:
            return Refusal(state=verdict.state, evidence=f"{said}: {verdict.evidence}")
    title = f": {page.title_text}" if page.excess is None and page.title_text else ""
    return Refusal(state=State.NOT_A_FILE, evidence=f"{said}{title}")
