"""Pages as they break: saved pages changed at random, the same for the same seed.

What happens to real pages: parts lost, wrapped, moved, doubled or cut off, tags in the wrong order,
other class names, bytes that are no letters, and sizes and depths that nobody expects.
"""

import random
import re
from collections.abc import Callable

from crawler.bounds import MOST_ATTRIBUTES, MOST_LINKS, MOST_OPTIONS, MOST_TAGS

_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_CLASS = re.compile(rb"(\b(?:class|id)\s*=\s*[\"']?)([\w-]+)")
_STRAY = (
    *(b"</div>", b"</div></div></div>", b"<table>", b"<tr><td>", b"<p><div>", b"<form>", b"</p>"),
    *(b"</body>", b"</html>", b"<!--", b"<script>", b"<svg>", b"<select>", b"<style>"),
    *(b"<frameset>", b"<plaintext>", b"<textarea>", b"<title>", b"<b><i></b>", b"&#0;&#xD800;"),
    *(b"\xff\xfe", b"\0" * 9),
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")
_NUMBERS = (b"9" * 5000, b"99999999999", b"0", b"-1", "１٣²".encode(), b"", b"1e9")
_DEEP, _LARGE = 10_000, 5 * 1024 * 1024
_PIECES = (
    "<li><a href='/info/1001/%d.htm'>云岭大学召开会议之%d</a>2021-01-02</li>",
    "<p><a href='/a/%d.htm'>云岭大学会议之%d</a><a href='/b/%d.htm'>更多</a></p>",
    "<a href='/list/%d.htm'>下一页</a>",
    "<p><a href='/a/%d.pdf'>附件%d：名单.pdf</a></p>",
    "<option value='/list/%d.htm'>第%d页</option>",
    "<tr><td>姓名</td><td>2021-01-01</td></tr>",
    "<p style='display:none'>发布时间：2021-01-01 作者：张三</p>",
    "<p>相关阅读</p><p>云岭大学今天召开会议，部署工作。</p>",
    "<h1>云岭大学召开会议</h1>",
    "<div class='v_news_content'>云岭大学，%d</div>",
    "<br />",
    "<span>",
    "<meta name='PubDate' content='2021-01-%d'>",
    "<script>createPageHTML(a, %d, 'index', 'htm')</script>",
)
_HUGE = (
    lambda body: body.replace(b"<body", b"<div>" * _DEEP + b"<body", 1),
    lambda body: _inside(body, b"<div><b>" * _DEEP),
    lambda body: _inside(body, b"<p>" + "本报讯，".encode() * (_LARGE // 12) + b"</p>"),
    lambda body: _inside(body, b"<li><a href='/x/1.htm'>a</a></li>" * (_LARGE // 34)),
    lambda body: _inside(body, b"<br />\n" * (_LARGE // 7)),
    lambda body: _inside(body, "\u3000 ".encode() * 1_000_000),
    lambda body: _inside(body, b"2021-01-01 " * 400_000),
    lambda body: _inside(body, "发布时间：作者：".encode() * 200_000),
    lambda body: _inside(body, b"<script>var a='" + b"ab12" * (_LARGE // 4) + b"'</script>"),
    *(lambda body, piece=piece: _inside(body, _as_many_as_read(piece)) for piece in _PIECES),
    lambda body: _inside(
        body, b"<p" + b"".join(b" a%d='b'" % at for at in range(MOST_ATTRIBUTES - 1)) + b">"
    ),
)
HUGE: tuple[Callable[[bytes], bytes], ...] = _HUGE


def mutated(body: bytes, seed: int) -> bytes:
    """Return a page changed in one to three ways."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 3)):
        body = rng.choice(_WAYS)(body, rng)
    return body


def broken(body: bytes, seed: int) -> bytes:
    """Return a page changed in one way that moves nothing into its article."""
    rng = random.Random(seed)
    return rng.choice(_IN_PLACE)(body, rng)


def _as_many_as_read(piece: str) -> bytes:
    """Repeat a piece, with numbers in it, as often as the bounds of a page allow it."""
    bounds = (("<", MOST_TAGS), ("<a ", MOST_LINKS), ("<option", MOST_OPTIONS))
    # A saved page has some of its own.
    most = min(int(0.9 * most) // piece.count(what) for what, most in bounds if what in piece)
    return "".join(piece.replace("%d", str(number)) for number in range(most)).encode()


def _inside(body: bytes, more: bytes) -> bytes:
    """Put something at a fixed place amid a page."""
    tags = [match.end() for match in _TAG.finditer(body)]
    at = tags[len(tags) // 2] if tags else len(body) // 2
    return body[:at] + more + body[at:]


def _element(body: bytes, rng: random.Random) -> tuple[int, int]:
    """Return where a random element begins and where the first end tag of its name closes it."""
    starts = [match for match in _TAG.finditer(body) if not match[1]]
    if not starts:
        return 0, 0
    start = rng.choice(starts)
    end = re.compile(rb"</" + start[2] + rb"\s*>", re.IGNORECASE).search(body, start.end())
    return start.start(), end.end() if end else start.end()


def _dropped(body: bytes, rng: random.Random) -> bytes:
    first, last = _element(body, rng)
    return body[:first] + body[last:]


def _doubled(body: bytes, rng: random.Random) -> bytes:
    first, last = _element(body, rng)
    return body[:last] + body[first:last] + body[last:]


def _moved(body: bytes, rng: random.Random) -> bytes:
    first, last = _element(body, rng)
    rest = body[:first] + body[last:]
    at = rng.choice([match.end() for match in _TAG.finditer(rest)] or [0])
    return rest[:at] + body[first:last] + rest[at:]


def _wrapped(body: bytes, rng: random.Random) -> bytes:
    first, last = _element(body, rng)
    tag = rng.choice([b"div", b"span", b"table", b"form", b"ul", b"noscript", b"template", b"a"])
    return body[:first] + b"<" + tag + b">" + body[first:last] + b"</" + tag + b">" + body[last:]


def _unclosed(body: bytes, rng: random.Random) -> bytes:
    tags = [match.span() for match in _TAG.finditer(body)]
    first, last = rng.choice(tags or [(0, 0)])
    return body[:first] + body[last:]


def _strayed(body: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(body) + 1)
    return body[:at] + rng.choice(_STRAY) + body[at:]


def _truncated(body: bytes, rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _renamed(body: bytes, rng: random.Random) -> bytes:
    return _CLASS.sub(lambda match: match[1] + b"c%d" % rng.randrange(1000), body)


def _renumbered(body: bytes, rng: random.Random) -> bytes:
    numbers = [match.span() for match in _NUMBER.finditer(body)]
    if not numbers:
        return body
    first, last = rng.choice(numbers)
    return body[:first] + rng.choice(_NUMBERS) + body[last:]


_IN_PLACE = (_dropped, _doubled, _wrapped, _unclosed, _strayed, _truncated, _renamed, _renumbered)
_WAYS = (*_IN_PLACE, _moved, _renumbered)  # there are many numbers on a page
