"""What a reader sees of a page, in the measures by which messages are told from articles. Pure."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import squash
from crawler.page import Page, once

_UNSEEN = frozenset(["script", "style", "noscript", "template", "textarea"])
_ENOUGH = 2500  # letters: no message has more
_SCRIPT = 20_000  # letters of scripts in which messages are looked for
_NOTHING = 50  # letters
_SAID = re.compile(r"(?:\balert|document\.write(?:ln)?)\(\s*([\"'])(.*?)\1\s*\)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>|\\[nrt]")
_LED = frozenset(["a", "option", "button"])
# Between the parts of a title: the page's own, the column, the site.
_PARTS = re.compile(r"\s+[-–—]+\s*|[-–—]+\s+|(?<=[^\x00-\x7f])-|-(?=[^\x00-\x7f])|[_|»·]|\s::\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What is shown, without blanks and in small letters.

    `visible` is all of it, `own` what leads nowhere; both only so far that nobody would take the
    page for a message. `pieces` are those of `own`, as the markup has them. `titles` are `<title>`
    and its parts. `asks_password` says that there is a field for one.
    """

    visible: str
    own: str
    pieces: tuple[str, ...]
    titles: tuple[str, ...]
    asks_password: bool


@once
def face_of(page: Page) -> Face:
    """Return the face of a page."""
    body = page.tree.body
    visible, pieces = _texts(body) if body is not None else ("", ())
    if len(visible) < _NOTHING:
        said = _said_by_scripts(page)
        visible, pieces = visible + "".join(said), pieces + said
    return Face(
        visible=visible,
        own="".join(pieces),
        pieces=pieces,
        titles=titles_of(page),
        asks_password=asks_password(page),
    )


def asks_password(page: Page) -> bool:
    """Say whether there is a field for a password."""
    return page.tree.css_first("input[type=password i]") is not None


def titles_of(page: Page) -> tuple[str, ...]:
    """Return `<title>` and its parts, without blanks, in small letters; the whole comes first."""
    title = page.title_text or ""
    parts = (title, *_PARTS.split(title))
    return tuple(dict.fromkeys(part for part in map(_plain, parts) if part))


def _texts(body: LexborNode) -> tuple[str, tuple[str, ...]]:
    visible: list[str] = []
    own: list[str] = []
    left = _ENOUGH
    for node in body.traverse(include_text=True):
        if not node.is_text_node:
            continue
        raw = node.text_content
        if not raw or raw.isspace():
            continue
        parent = node.parent
        if parent is None or parent.tag in _UNSEEN:
            continue
        text = _plain(raw)
        visible.append(text)
        if text and not _is_led(parent):
            own.append(text)
            left -= len(text)
            if left < 0:
                break
    return "".join(visible), tuple(own)


def _said_by_scripts(page: Page) -> tuple[str, ...]:
    """Return what scripts of an empty page tell the reader: old systems give their messages so."""
    scripts = "\n".join(node.text() or "" for node in page.tree.css("script"))
    said = (_plain(_TAG.sub("", match.group(2))) for match in _SAID.finditer(scripts[:_SCRIPT]))
    return tuple(text for text in said if text)


def _is_led(node: LexborNode | None) -> bool:
    """Say whether a node stands within a link or a choice; three steps up are enough for menus."""
    for _ in range(3):
        if node is None or node.tag == "body":
            return False
        if node.tag in _LED:
            return True
        node = node.parent
    return False


def _plain(text: str) -> str:
    return squash(text).lower()
