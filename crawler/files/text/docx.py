"""The text of a Word document: paragraphs, tables a row a line, text boxes, notes.

Read off the XML: a library would build the whole document to give us its letters.
Source: ECMA-376, part 1, 17 (WordprocessingML).
"""

import re
from collections.abc import Iterator
from typing import IO

from crawler.files.text import UnreadableError
from crawler.files.text.containers import opened

_PARTS = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
_ROUND_TABS = re.compile(r" *\t *")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def pieces(body: bytes) -> Iterator[str]:
    """Yield the lines of a document.

    Raises:
        UnreadableError: it is damaged, encrypted, or unpacks to too much.
    """
    container = opened(body)
    parts = sorted(name for name in container.namelist() if _PARTS.fullmatch(name))
    if not parts:
        raise UnreadableError("damaged", "no word/document.xml in it")
    for name in parts:
        with container.open(name) as part:
            yield from _lines(part)


def _lines(part: IO[bytes]) -> Iterator[str]:
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415 (untyped; for a few)

    events = etree.iterparse(part, events=("start", "end"), resolve_entities=False)
    line: list[str] = []
    rows = 0  # how many table rows are open
    try:
        for event, node in events:
            name = str(node.tag).removeprefix(_W).removeprefix(_STRICT)
            if name == "tr":
                rows += 1 if event == "start" else -1
            if event == "start":
                continue
            if name == "t":
                line.append(node.text or "")
            elif name in _BREAKS:
                line.append(_BREAKS[name])
            elif name in {"p", "tc"} and rows:
                line.append(" " if name == "p" else "\t")
            elif name in {"p", "tr"}:
                yield _ROUND_TABS.sub("\t", "".join(line)).strip()
                line.clear()
                node.clear()
    except etree.XMLSyntaxError as error:
        raise UnreadableError("damaged", str(error)) from error
