"""The extractors that Wenxun is measured against, each behind one function of a page's text.

They are an optional group of dependencies (`pip install --group peers`); one that is not installed
is left out with its reason. Each gets decoded text, so that none is judged by its decoding.
"""

import contextlib
import importlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scoring import Answer

Read = Callable[[str], Answer]
URL = "http://news.example.com/2020/article.html"
_DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An extractor by the name of its distribution; `load` imports it and returns its reader."""

    name: str
    load: Callable[[], Read]


def _trafilatura() -> Read:
    trafilatura = importlib.import_module("trafilatura")

    def read(text: str) -> Answer:
        found = trafilatura.bare_extraction(text, url=URL, with_metadata=True)
        if found is None:
            return Answer()
        return Answer(title=found.title, day=_day(found.date), body=found.text)

    return read


def _readability() -> Read:
    document = importlib.import_module("readability").Document
    parse = importlib.import_module("lxml.html").fromstring

    def read(text: str) -> Answer:
        page = document(text)
        body = _text(parse(page.summary(html_partial=True)))
        return Answer(title=page.short_title(), body=body)

    return read


def _justext() -> Read:
    justext = importlib.import_module("justext")

    def read(text: str) -> Answer:
        # Chinese has no blanks between words: without a stop list, and with lengths of its own.
        parts = justext.justext(
            text.encode(), frozenset(), length_low=20, length_high=60,
            stopwords_low=0, stopwords_high=0, encoding="utf-8",
        )  # fmt: skip
        return Answer(body="\n".join(part.text for part in parts if not part.is_boilerplate))

    return read


def _newspaper() -> Read:
    article = importlib.import_module("newspaper").Article
    importlib.import_module("jieba").setLogLevel(60)

    def read(text: str) -> Answer:
        page = article(URL, language="zh")
        page.download(input_html=text)
        page.parse()
        return Answer(title=page.title, day=_day(page.publish_date), body=page.text)

    return read


def _gne() -> Read:
    extractor = importlib.import_module("gne").GeneralNewsExtractor()

    def read(text: str) -> Answer:
        found = extractor.extract(text)
        return Answer(title=found["title"], day=_day(found["publish_time"]), body=found["content"])

    return read


def _resiliparse() -> Read:
    plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree

    def read(text: str) -> Answer:
        page = tree.parse(text)
        return Answer(title=page.title, body=plain(page, main_content=True))

    return read


PEERS = (
    Peer(name="trafilatura", load=_trafilatura),
    Peer(name="readability-lxml", load=_readability),
    Peer(name="jusText", load=_justext),
    Peer(name="newspaper4k", load=_newspaper),
    Peer(name="gne", load=_gne),
    Peer(name="resiliparse", load=_resiliparse),
)


def quietly(read: Read) -> Read:
    """Return the reader with its errors as empty answers and without what it prints."""

    def answer(text: str) -> Answer:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                return read(text)
            except Exception:  # noqa: BLE001 (a peer that fails has no answer for this page)
                return Answer()

    return answer


def _day(value: object) -> str | None:
    match = _DAY.search(str(value or ""))
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else None


def _text(node: Any) -> str:
    return "\n".join(line for line in map(str.strip, node.itertext()) if line)
