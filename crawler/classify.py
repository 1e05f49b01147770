"""What a fetched page is, and by which marks: many pages that are no articles come with status 200.

Pure. Careful on one side: a page whose article has a body is an article, whatever words it uses.
Marks are asked in the order of what they prove: status and bytes; the scripts of firewalls; titles
and sentences that only messages have; and, where nothing was read from the page, its words.
The wordings are in `crawler/wordings.py` and `crawler/outage_words.py`, firewalls in
`crawler/vendor_marks.py`, to be extended.
"""

import re

from crawler.face import Face, asks_password, face_of, titles_of
from crawler.families import article_in, listing_in, readers_of
from crawler.fields.blanks import squash
from crawler.leads import lead_of
from crawler.page import Page
from crawler.status import verdict_of_bytes, verdict_of_status
from crawler.vendors import mark_of, vendor_of
from crawler.wordings import (
    ABOUT_ACCESS,
    LOGIN_TITLES,
    MESSAGE_TITLES,
    MESSAGES,
    TITLES,
    State,
    Verdict,
)
from storage.article import Article

__all__ = ["State", "Verdict", "classify", "no_article", "no_page", "overruled", "refused_listing"]

_LONG, _LONG_DATED = 1500, 200  # letters of an article that no message has; of one with a date
# Block pages print a time, too, under a title of few letters; they do not say that it is of issue.
_ISSUED = re.compile(r"发[布表]|日期|更新")
_OWN_TITLE = re.compile(r".{8}|通知|公告|公示|公报|启事|简介|简报")
_TITLED = 2000  # letters of its own that a page whose title is a message may have: stack traces
_WORDED = 220  # letters of its own around a message, where something was read from the page
_SMALL_PAGE = 500  # letters in all around a message, where nothing was
_SENTENCE = 50  # letters of a message in an article's frame
_SAID = 80  # letters of a message that stand in the evidence
_SENTENCE_END = re.compile(r"[。！!；;]")
_EDGES = re.compile(r"^(?:很?抱歉|对不起|sorry|提示|温馨提示|系统提示)?[,，!！:：]*|[。！!.]+$")
_NEEDS_NAME = frozenset([State.CHALLENGE, State.WAF, State.BLOCKED, State.RATE_LIMITED])
_ANY_LAYOUT = "generic"  # the family that claims every page: its frame says nothing
_APPLICATION = "#app, #root, #__nuxt, #__next, app-root"


def classify(page: Page) -> Verdict:
    """Return what a page is. Listings and articles are those of its family."""
    if verdict := no_page(page):
        return verdict
    article = article_in(page)
    if article is None:
        return no_article(page)
    return overruled(page, article) or Verdict(
        state=State.ARTICLE, evidence=f"{article.family}: title and body"
    )


def no_page(page: Page) -> Verdict | None:
    """Return the verdict of status and bytes alone, or None where the content has to be read."""
    strange = verdict_of_bytes(page)
    by_status = verdict_of_status(page)
    if strange or page.excess or by_status is None:
        return by_status or strange or _too_large(page)
    # The body often says better what the number leaves open.
    face = face_of(page)
    told = _marked(page, face)
    if by_status.state is not State.NOT_FOUND and told is None:
        told = _titled(page, face) or _worded(page, face, own=_WORDED, visible=_SMALL_PAGE)
    if told is None or told.state in {State.NOT_FOUND, State.BLOCKED, State.SERVER_ERROR}:
        return _named(page, face, by_status)
    return Verdict(state=told.state, evidence=f"{by_status.evidence}, {told.evidence}")


def _too_large(page: Page) -> Verdict | None:
    if page.excess is None:
        return None
    return Verdict(state=State.TOO_LARGE, evidence=page.excess)


def overruled(page: Page, article: Article) -> Verdict | None:
    """Return the verdict of a page whose article is only its message, or None."""
    if _is_believed(article):
        return _refused_body(article)
    face = face_of(page)
    return (
        _marked(page, face)
        or _titled(page, face)
        or _login(face)
        or _worded(page, face, own=_WORDED, visible=None)
        or _refused_body(article)
    )


def refused_listing(page: Page) -> Verdict | None:
    """Return the verdict of a page that looks like a list and is a message in a site's frame."""
    if any(_is_message_title(title) for title in titles_of(page)):
        return _titled(page, face_of(page))
    if mark_of(page, letters=0) is None and not asks_password(page):
        return None  # nearly every list: its face need not be read
    face = face_of(page)
    return _marked(page, face) or _login(face)


def no_article(page: Page) -> Verdict:
    """Return why a page that holds no readable article is none."""
    face = face_of(page)
    return (
        _marked(page, face)
        or _titled(page, face)
        or _login(face)
        or _gone(face)
        or _told_beside_lists(page, face)
        or _empty_frame(page)
        or _listing(page)
        or _worded(page, face, own=_SMALL_PAGE, visible=_SMALL_PAGE)
        or _login_page(page, face)
        or lead_of(page, letters=len(face.visible))
        or _shell(page, face)
        or Verdict(
            state=State.UNKNOWN_LAYOUT,
            evidence="neither a family nor the rules for any layout read an article or a list",
        )
    )


def _is_believed(article: Article) -> bool:
    """Say whether an article is one by what was read, whatever words the page uses.

    A CMS's family reads what stands in the frame of an article. The rules for any layout read
    everything, so there an article has to be long, or to have a date and a title of its own.
    """
    is_dated = bool(article.published_text)
    if article.family not in {None, _ANY_LAYOUT}:
        return is_dated or not _is_message_title(article.title)
    is_message = _is_message_title(article.title)
    if is_dated:
        is_issued = _ISSUED.search(article.published_text or "") is not None
        has_own_title = is_issued or _OWN_TITLE.search(article.title) is not None
        return len(article.text) > _LONG_DATED or (has_own_title and not is_message)
    return len(article.text) > _LONG and not is_message


def _refused_body(article: Article) -> Verdict | None:
    """Return the verdict of an article whose body is only a message, or None.

    Only one short sentence counts, under a title that speaks of something else: an article may
    speak of anything.
    """
    text = article.text
    if len(squash(text[: 4 * _SENTENCE])) > _SENTENCE + 10 or ABOUT_ACCESS.search(article.title):
        return None
    sentence = _EDGES.sub("", squash(text).lower())
    if len(sentence) > _SENTENCE or _SENTENCE_END.search(sentence):
        return None
    if MESSAGES[State.INTRANET].search(sentence) and ABOUT_ACCESS.search(sentence):
        return Verdict(state=State.INTRANET, evidence=f"the body only says: {sentence}")
    if TITLES[State.NOT_FOUND].fullmatch(sentence):
        return Verdict(state=State.NOT_FOUND, evidence=f"the body only says: {sentence}")
    return None


def _is_message_title(title: str) -> bool:
    squashed = squash(title).lower()
    patterns = (*TITLES.values(), MESSAGE_TITLES)
    return len(squashed) <= _SENTENCE and any(p.fullmatch(squashed) for p in patterns)


def _marked(page: Page, face: Face) -> Verdict | None:
    found = mark_of(page, letters=len(face.visible))
    if found is None:
        return None
    return Verdict(state=found.state, evidence=f"{found.vendor}: {found.mark}")


def _titled(page: Page, face: Face) -> Verdict | None:
    """Return the verdict of a title that only messages have, or None."""
    if len(face.own) > _TITLED:
        return None
    for title in face.titles:
        for state, pattern in TITLES.items():
            if len(title) <= _SENTENCE and pattern.fullmatch(title):
                verdict = Verdict(state=state, evidence=f"title {page.title_text}")
                return _named(page, face, verdict)
    is_message = any(MESSAGE_TITLES.fullmatch(title) for title in face.titles)
    if not is_message or len(face.own) > _SMALL_PAGE:
        return None
    told = _worded(page, face, own=_SMALL_PAGE, visible=None)
    state = told.state if told else State.INTRANET
    said = f": {told.evidence}" if told else ""
    return Verdict(state=state, evidence=f"title {page.title_text}{said}")


def _gone(face: Face) -> Verdict | None:
    """Return the verdict of a page with a whole sentence that it is gone, whatever it offers."""
    if len(face.own) > _SMALL_PAGE:
        return None
    for piece in face.pieces:
        sentence = _EDGES.sub("", piece)
        if len(sentence) <= _SENTENCE and TITLES[State.NOT_FOUND].fullmatch(sentence):
            return Verdict(state=State.NOT_FOUND, evidence=f"message: {piece}")
    return None


def _told_beside_lists(page: Page, face: Face) -> Verdict | None:
    """Return the verdict of a message beside lists of other articles, or None.

    Lists that speak of logging in or of repairs are lists.
    """
    told = _worded(page, face, own=_WORDED, visible=None)
    vague = {State.LOGIN, State.SERVER_ERROR}
    return None if told is None or told.state in vague else told


def _worded(page: Page, face: Face, *, own: int, visible: int | None) -> Verdict | None:
    """Return the verdict of a page that says little but a message, or None."""
    if len(face.own) > own or (visible is not None and len(face.visible) > visible):
        return None
    for state, pattern in MESSAGES.items():
        if match := pattern.search(face.own):
            said = next((piece for piece in face.pieces if pattern.search(piece)), match.group())
            verdict = Verdict(state=state, evidence=f"message: {said[:_SAID]}")
            return _named(page, face, verdict)
    return None


def _named(page: Page, face: Face, verdict: Verdict) -> Verdict:
    """Return the verdict with the name of the firewall, where the page or its headers tell it."""
    if verdict.state not in _NEEDS_NAME:
        return verdict
    vendor = vendor_of(page, face.visible[:_TITLED] + "".join(face.titles))
    if vendor is None:
        return verdict
    return Verdict(state=verdict.state, evidence=f"{vendor}: {verdict.evidence}")


def _login(face: Face) -> Verdict | None:
    if not face.asks_password or len(face.own) > _SMALL_PAGE:
        return None
    title = next((title for title in face.titles if LOGIN_TITLES.fullmatch(title)), None)
    if title is None:
        return None
    return Verdict(state=State.LOGIN, evidence=f"a field for a password under the title {title}")


def _login_page(page: Page, face: Face) -> Verdict | None:
    """Return the verdict of a page that, where nothing else was read, is for logging in."""
    if len(face.visible) > _SMALL_PAGE:
        return None
    if any(LOGIN_TITLES.fullmatch(title) for title in face.titles):
        return Verdict(state=State.LOGIN, evidence=f"title {page.title_text}")
    if face.asks_password and len(face.own) <= _WORDED:
        return Verdict(state=State.LOGIN, evidence="a field for a password and little else")
    return None


def _empty_frame(page: Page) -> Verdict | None:
    """Return the verdict of an article's address with an empty frame: lists beside it are none."""
    family = next((one for one in readers_of(page) if one.article_key(page.url)), None)
    if family is None or not family.has_frame(page) or family.listing(page) is not None:
        return None
    evidence = f"the frame of an article of {family.name} without its content"
    return Verdict(state=State.EMPTY_SHELL, evidence=evidence)


def _listing(page: Page) -> Verdict | None:
    listing = listing_in(page)
    if listing is None:
        return None
    return Verdict(state=State.LISTING, evidence=f"a list of {len(listing.links)} links")


def _shell(page: Page, face: Face) -> Verdict | None:
    if page.tree.css_first(_APPLICATION) is not None and len(face.own) < _WORDED:
        evidence = "the frame of an application: its script writes the text (see `render`)"
        return Verdict(state=State.EMPTY_SHELL, evidence=evidence)
    if not face.visible:
        return Verdict(state=State.EMPTY_SHELL, evidence="no text at all")
    if family := next((one for one in readers_of(page) if one.has_frame(page)), None):
        evidence = f"the frame of an article of {family.name} without its content"
        return Verdict(state=State.EMPTY_SHELL, evidence=evidence)
    return None
