"""A message as HTML for mail programs: one column, nothing fetched from anywhere. Pure.

It says what the text says, line by line: addresses can be clicked, what a watch met is marked. QQ
and Outlook drop style sheets and know few properties, so a paragraph carries all of its own.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from scheduler.render import Message
from storage.snippets import marked
from storage.wording import folded_word

_LINK = re.compile(r"https?://[!-~]+")
_BODY = (
    "margin:0;padding:16px;background:#ffffff;color:#222222;font-size:15px;line-height:1.6;"
    "font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',Arial,sans-serif;"
)
_WIDTH = "max-width:640px;width:100%;border-collapse:collapse;"
_HEADING = "margin:0 0 8px;font-size:18px;font-weight:bold;line-height:1.4;"
_SECTION = "margin:16px 0 4px;padding-top:8px;border-top:1px solid #dddddd;font-weight:bold;"
_TITLE = "margin:12px 0 0;font-weight:bold;"
_ROW = "margin:0;color:#444444;"
_QUOTE = "margin:8px 0;padding-left:8px;border-left:3px solid #cccccc;color:#444444;"
_MARK = "background-color:#fff2a8;color:#000000;"
_ANCHOR = "color:#0b57a4;word-break:break-all;"
_NUMBERED = re.compile(r"\d+\. ")


def html_of(message: Message) -> str:
    """Return the message as a whole HTML document."""
    words = tuple(_words(message.payload))
    heading, *lines = message.text.split("\n")
    rows = [f'<p style="{_HEADING}">{_line(heading, words)}</p>']
    rows += [row for line in lines if line.strip() for row in [_paragraph(line, words)]]
    article = message.payload.get("article") or {}
    if snippet := article.get("snippet"):
        rows.append(f'<p style="{_QUOTE}">{_line(str(snippet), words)}</p>')
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(message.subject)}</title></head>"
        f'<body style="{_BODY}"><table role="presentation" cellpadding="0" cellspacing="0" '
        f'style="{_WIDTH}"><tr><td>\n' + "\n".join(rows) + "\n</td></tr></table></body></html>\n"
    )


def _paragraph(line: str, words: tuple[str, ...]) -> str:
    style = _SECTION if line.startswith("■ ") else _TITLE if _NUMBERED.match(line) else _ROW
    return f'<p style="{style}">{_line(line, words)}</p>'


def _line(line: str, words: tuple[str, ...]) -> str:
    """Return a line with its addresses as links and the words marked, escaped."""
    pieces = []
    at = 0
    for link in _LINK.finditer(line):
        pieces += [_with_marks(line[at : link.start()], words), _anchor(link.group())]
        at = link.end()
    return "".join([*pieces, _with_marks(line[at:], words)])


def _with_marks(text: str, words: tuple[str, ...]) -> str:
    pieces = []
    at = 0
    for start, end in marked(text, words).marks if words else ():
        pieces += [escape(text[at:start]), f'<b style="{_MARK}">{escape(text[start:end])}</b>']
        at = end
    return "".join([*pieces, escape(text[at:])])


def _anchor(url: str) -> str:
    return f'<a href="{escape(url)}" style="{_ANCHOR}">{escape(url)}</a>'


def _words(payload: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words that were met, of a digest those of all its events."""
    for told in (payload, *(payload.get("events") or ())):
        for reason in told.get("matched") or ():
            if word := folded_word(str(reason.get("found") or "")):
                yield word
