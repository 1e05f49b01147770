"""Does grouping into stories stay cheap as the database grows?

    bench_stories.py [--contents 20000] [--database URL]

Contents of 1,500 letters (a vocabulary with a Zipf tail, common phrases in one clause of twelve; of
a hundred 15 are reposts, half of them cut, and 15 are forms filled in anew) are grouped 2,000 at a
time. Fails if the last thousands cost more than twice the CPU time of the first.
"""

import argparse
import hashlib
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select

from storage.schema import Content, StoryKey, StoryLink, StoryMember
from storage.store import Store, open_store
from storage.story_groups import group_batch

_STEP = 2000
_LETTERS = 1500
_NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Writer:
    """Invents texts; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        letters = [chr(0x4E00 + number) for number in range(3000)]
        self._words = [
            "".join(self._zipf(letters, self._random.choice((1, 2, 2, 3)))) for _ in range(30_000)
        ]
        self._phrases = ["".join(self._zipf(self._words, 4)) for _ in range(300)]
        self._forms = [[self._clause() for _ in range(18)] for _ in range(20)]
        self._written: list[str] = []

    def texts(self) -> Iterator[str]:
        """Yield texts without end, no two the same."""
        seen: set[str] = set()
        while True:
            text = self._text()
            if text not in seen:
                seen.add(text)
                yield text

    def _text(self) -> str:
        share = self._random.random()
        if share < 0.7 or len(self._written) < 50:
            self._written.append(self._article())
            return self._written[-1]
        if share < 0.85:
            text = self._random.choice(self._written)
            cut = int(len(text) * self._random.choice((1, 1, 0.5, 0.35)))
            return f"本报讯{text[:cut]}。\n责编：{self._random.choice(self._words)}"
        form = self._random.choice(self._forms)
        filled = [
            c if i % 3 else f"{self._clause()}{self._random.randint(1, 3000)}年"
            for i, c in enumerate(form)
        ]
        return "，".join(filled)

    def _article(self) -> str:
        text = ""
        while len(text) < _LETTERS:
            clauses = [self._clause() for _ in range(self._random.randint(1, 5))]
            text += "，".join(clauses) + ("。\n" if self._random.random() < 0.25 else "。")
        return text.strip()

    def _clause(self) -> str:
        if self._random.random() < 1 / 12:
            return self._zipf(self._phrases, 1)[0]
        return "".join(self._zipf(self._words, self._random.randint(3, 8)))

    def _zipf(self, values: list[str], count: int) -> list[str]:
        weights = _WEIGHTS[: len(values)]
        return self._random.choices(values, cum_weights=weights, k=count)


_WEIGHTS = list(itertools.accumulate(1 / (place + 5) for place in range(30_000)))


def main() -> int:
    """Group, print a line for each step, compare the ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contents", type=int, default=20_000)
    parser.add_argument("--database", default=None, help="an empty one; default: a SQLite file")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(wanted.database or f"sqlite:///{folder}/stories.db")
        with store.write() as connection:
            connection.execute(delete(Content))
        texts = Writer(14).texts()
        costs = [_step(store, texts, start) for start in range(0, wanted.contents, _STEP)]
        _print_sizes(store)
        store.close()
    growth = costs[-1] / min(costs[:2])
    print(f"the last {_STEP} cost {growth:.2f} times the first")
    return int(growth > 2)


def _step(store: Store, texts: Iterator[str], start: int) -> float:
    """Save and group the next contents; return the CPU seconds of grouping."""
    rows = [
        {
            "id": start + number,
            "content_hash": f"1:{hashlib.sha256(text.encode()).hexdigest()}",
            "title": text[:20],
            "text": text,
            "created_at": _NOW,
        }
        for number, text in zip(range(1, _STEP + 1), texts, strict=False)
    ]
    with store.write() as connection:
        connection.execute(insert(Content), rows)
        connection.execute(insert(StoryMember), [{"content_id": row["id"]} for row in rows])
    wall, cpu = time.perf_counter(), time.process_time()
    while group_batch(store, now=_NOW):
        pass
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{start + _STEP:8,} contents: {_STEP / wall:6,.0f} a second, "
        f"{cpu / _STEP * 1000:.2f} ms CPU each",
        flush=True,
    )
    return cpu


def _print_sizes(store: Store) -> None:
    with store.read() as connection:
        keys = connection.scalar(select(func.count()).select_from(StoryKey))
        links = connection.scalar(select(func.count()).select_from(StoryLink))
        cores = connection.scalar(select(func.count(func.distinct(StoryMember.core_id))))
    print(f"{keys:,} keys, {links:,} links, {cores:,} stories")


if __name__ == "__main__":
    sys.exit(main())
