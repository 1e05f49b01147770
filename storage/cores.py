"""Which content is the core of each story. Pure.

A text is of the story of its core only if it was compared with the core itself and found the same:
that A is like B, and B like C, never makes A and C one story. The fullest text is the core, so cuts
of it that have nothing in common are one story. As this asks only what the texts are, the order in
which they came makes no difference.
Source: docs/decisions/0014-stories-have-a-core.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

Rank = tuple[int, str]


def rank(letters: int, content_hash: str) -> Rank:
    """Return what decides who is asked first to be a core: the fullest text; least first."""
    return -letters, content_hash


def cores(ranks: Mapping[int, Rank], links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the core of each content; a content that is like none is its own."""
    alike: dict[int, set[int]] = defaultdict(set)
    for one, other in links:
        alike[one].add(other)
        alike[other].add(one)
    found: dict[int, int] = {}
    for content in sorted(ranks, key=lambda content: ranks[content]):
        if content not in found:
            found |= {one: content for one in alike[content] if one not in found}
            found[content] = content
    return found


def groups(links: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Return the contents that links hold together, near and far."""
    found: dict[int, set[int]] = {}
    for one, other in links:
        mine, theirs = found.get(one, {one}), found.get(other, {other})
        together = mine | theirs
        found |= dict.fromkeys(together, together)
    return list({id(group): group for group in found.values()}.values())
