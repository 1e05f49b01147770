"""Blanks: which of them a reader sees, and which only lay out the source.

Pure. Source: the text rules of docs/architecture.md, read off the documents.
"""

import re
import unicodedata

# Zero-width characters, direction marks, soft hyphen, byte order mark.
_UNSEEN = "\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1b\x7f"
INVISIBLE = re.compile(f"[{_UNSEEN}]")
# All blanks but the usual one, as letters: looking for a set of letters is the quickest search.
_ODD = re.compile(
    f"[{_UNSEEN}\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
# The border of an inline element inside a line, where the line keeps them; `\s` matches it.
BORDER = "\x1f"
# Blanks between the letters of a spaced word, 作　者. What is not to match stands below 256: Python
# compiles a set that names U+3000 five times as slowly, and the tables of words hold hundreds.
GAP = r"[^\S\n-\r\x1c-\x1f\x85]*"

_CJK = (
    "\u00b7\u2014\u2018-\u201d\u2026\u2e80-\u30ff\u3105-\u312f\u31a0-\u4dbf\u4e00-\u9fff\ua000-\ua4cf"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
)
_ENDS_CJK = re.compile(f"[{_CJK}]$")
_IS_CJK = re.compile(f"[{_CJK}]")
# `\s{2,}|[^\S ]`, so that it begins with one set: such a pattern is found much quicker.
_RUN = re.compile(r"\s(?:\s+|(?<! ))")


def tidy(text: str) -> str:
    """Return one line of text: a run of blanks is one blank, and none stands at the edges.

    A run with a line break in it, between CJK characters, is a fold of the source and goes.
    """
    text = text.strip()
    # Nearly every line of a page. That all can be printed is said quickest, and nothing odd can.
    if "  " not in text and (text.isprintable() or not _ODD.search(text)):
        return _normal(text)
    text = _normal(INVISIBLE.sub("", text).replace(BORDER, "")).strip()
    return _RUN.sub(_blank, text)


def squash(text: str) -> str:
    """Return the text without any blank, for comparing."""
    text = "".join(text.split())
    return _normal(text if text.isprintable() else INVISIBLE.sub("", text))


def join_lines(first: str, second: str) -> str:
    """Return two lines of a title as one: a blank only where two narrow letters would touch."""
    if not first or not second:
        return first + second
    narrow = not _ENDS_CJK.search(first) and not _IS_CJK.match(second)
    return f"{first} {second}" if narrow else first + second


def is_padding(text: str) -> bool:
    """Say whether a blank text takes room on the page: it holds a blank that does not collapse."""
    if text.isascii():
        return False
    return "\xa0" in text or "\u3000" in text or "\u2003" in text or "\u2002" in text


def _normal(text: str) -> str:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def _blank(match: re.Match[str]) -> str:
    run = match.group()
    if "\n" not in run and "\r" not in run:
        return " "
    text, start, end = match.string, match.start(), match.end()
    return "" if _IS_CJK.match(text[start - 1]) and _IS_CJK.match(text[end]) else " "
