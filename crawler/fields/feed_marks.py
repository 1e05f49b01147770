"""How a news feed is told from a page, by its first element. Pure."""

import re

_HEAD = 2048  # bytes in which the first element stands, behind declarations and comments
_FIRST = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_BEFORE = re.compile(
    rb"^\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>\s*)*", re.DOTALL
)


def is_feed(body: bytes) -> bool:
    """Say whether a body is a feed: RSS, RSS 1.0 (RDF) or Atom."""
    head = body[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    before = _BEFORE.match(head)
    return _FIRST.match(head, before.end() if before else 0) is not None
