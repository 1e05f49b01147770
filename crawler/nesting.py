"""Keep markup that opens elements without end from costing a parser minutes.

A standard parser carries every open `<b>` and `<font>` into each paragraph that follows, and looks
through the open elements at most tags, so that a page of 100 KB can cost it hours and all memory.
Here the start tags beyond a depth that no author reaches are dropped; their text stays. Pure.

Source: HTML §13.2.4.3 (formatting elements); browsers stop at a depth of 512 too.
"""

import re
from collections import Counter
from collections.abc import Iterable

# A page with fewer tags is not deep enough to cost anything: looking closer is for few pages.
_FEW_UNCLOSED, _FEW_CLOSED = 1000, 5000
_STYLES = frozenset(b"b big code em font i s small strike strong tt u".split())
# Elements that may stand in themselves; all others that may are counted as one.
_NESTED = frozenset(
    b"""article aside blockquote center details dir div dl fieldset figure footer form header ins
    label main menu nav object ol pre section span sub sup table ul""".split()
)
# Elements without an inside, and those that a sibling or their parent ends.
_NEVER_DEEP = frozenset(
    b"""a area base body br button col dd dt embed h1 h2 h3 h4 h5 h6 head hr html iframe img input
    li link meta nobr noscript option p param script select source style tbody td textarea tfoot th
    thead title tr track wbr""".split()
)
_STYLE, _OTHER = b"style", b"other"
_DEEPEST = 512
_DEEPEST_STYLE = 32  # less, since each of them is repeated in each paragraph that follows
_TAG_NAME = re.compile(rb"<(/?[A-Za-z][^\s/<>]*)")


def flattened(source: bytes, *, tags: int) -> bytes:
    """Return the source of a page, without start tags that lead deeper than an author would.

    `tags` is how many the source has.
    """
    if tags < _FEW_UNCLOSED:
        return source
    closed = source.count(b"</")
    if closed < _FEW_CLOSED and tags - 2 * closed < _FEW_UNCLOSED:
        return source
    names = Counter(_TAG_NAME.findall(source))
    opened: Counter[bytes] = Counter()
    for name, number in names.items():
        if not name.startswith(b"/"):
            opened[_kind(name)] += number
    deep = {kind for kind, number in opened.items() if kind and number > _limit(kind)}
    return _without_depth(source, names, deep) if deep else source


def _without_depth(source: bytes, names: Iterable[bytes], deep: set[bytes]) -> bytes:
    """Return the source without the start tags of these kinds that exceed their limits."""
    kinds = {name: _kind(name.lstrip(b"/")) for name in names}
    depth = dict.fromkeys(deep, 0)
    kept: list[bytes] = []
    place = 0
    for match in _TAG_NAME.finditer(source):
        name = match.group(1)
        kind = kinds[name]
        if kind not in deep:
            continue
        if name.startswith(b"/"):
            depth[kind] = max(0, depth[kind] - 1)
        elif depth[kind] < _limit(kind):
            depth[kind] += 1
        elif match.start() >= place:
            kept.append(source[place : match.start()])
            place = source.find(b">", match.end()) + 1 or len(source)
    return b"".join((*kept, source[place:]))


def _kind(name: bytes) -> bytes:
    """Return what an element counts as, b"" for those that are never deep."""
    name = name.lower()
    if name in _NEVER_DEEP:
        return b""
    if name in _NESTED:
        return name
    return _STYLE if name in _STYLES else _OTHER


def _limit(kind: bytes) -> int:
    return _DEEPEST_STYLE if kind == _STYLE else _DEEPEST
