"""Saved pages made smaller: what no extractor reads goes, byte for byte the same otherwise.

Styles, drawings, comments, inline data and scripts without values go.
"""

import re
import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, ParserRejectedMarkup, Tag, XMLParsedAsHTMLWarning

_SCRIPTS_READ = re.compile(
    r"_jsq_|DynClick|[cC]lickTimes|gotopage|showVsb|vsb_pdf|challenge|cookie|location|_ts=|refresh"
    r"|pubdata|createPage|laypage|Pager\(|var\s+\w+\s*=\s*['\"]"
)
_COMMENTS = re.compile(rb"<!--(?!Announced|\s*CustomerNO|#(?:begin|end)editable).*?-->", re.DOTALL)
_INLINE_DATA = re.compile(rb"(=\s*[\"']data:[\w/+.-]+;base64,)[A-Za-z0-9+/=\s]{64,}")


def without_unread_markup(body: bytes) -> bytes:
    """Return a page's bytes without what no extractor reads, in whatever encoding they are."""
    return _INLINE_DATA.sub(rb"\1", _COMMENTS.sub(b"", _without_dead_elements(body)))


def _without_dead_elements(body: bytes) -> bytes:
    """Cut elements out of the bytes; the tolerant parser only says where they begin.

    Nothing is written anew, so that broken markup stays broken. Latin-1 maps bytes to letters one
    to one, so places in the text are places in the bytes.
    """
    text = body.decode("latin-1")
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    kept, at = [], 0
    for tag in _dead_elements(text):
        begin = starts[(tag.sourceline or 1) - 1] + (tag.sourcepos or 0)
        end = re.compile(rf"</{tag.name}\s*>", re.IGNORECASE).search(text, begin)
        if begin >= at and end is not None:
            kept.append(text[at:begin])
            at = end.end()
    return "".join([*kept, text[at:]]).encode("latin-1")


def _dead_elements(text: str) -> Iterator[Tag]:
    with warnings.catch_warnings():
        # A list may be XML, which this parser finds worth a warning: places are all that is asked.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            soup = BeautifulSoup(text, "html.parser")
        except (ValueError, ParserRejectedMarkup):  # an entity of 5,000 digits: it stays whole
            return
    for tag in soup.find_all(["style", "svg", "script"]):
        is_read = tag.name == "script" and (
            tag.attrs.keys() & {"src", "name", "vurl"} or _SCRIPTS_READ.search(tag.get_text())
        )
        if not is_read:
            yield tag
