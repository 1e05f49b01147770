"""Read the labelled pairs; what they are says the README beside them."""

import json
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair:
    """Two texts as (title, text), and whether they are one story."""

    name: str
    first: tuple[str, str]
    second: tuple[str, str]
    same: bool
    half: str
    reason: str


def texts() -> dict[str, tuple[str, str]]:
    """Return title and text of every text by its id."""
    lines = (_HERE / "texts.jsonl").read_text("utf-8").splitlines()
    return {one["id"]: (one["title"], one["text"]) for one in map(json.loads, lines)}


def labelled_pairs() -> list[LabelledPair]:
    """Return all pairs, in the order of the file."""
    by_id = texts()
    lines = (_HERE / "pairs.jsonl").read_text("utf-8").splitlines()
    return [
        LabelledPair(
            name=f"{one['a']} {one['b']}",
            first=by_id[one["a"]],
            second=by_id[one["b"]],
            same=one["same"],
            half=one["half"],
            reason=one["reason"],
        )
        for one in map(json.loads, lines)
    ]
