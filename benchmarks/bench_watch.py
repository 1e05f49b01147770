"""How many documents a CPU second are held against a watch list of 10,000 words.

Documents of 2,000 characters and words of 2 to 6 of a fixed Zipf vocabulary of our own, so that
some words are met in most documents. Counted is the whole way of an event: folding its text,
finding the words, asking the watch. Beside it: a loop that asks each word in turn.

Then many people: SUBSCRIBERS with ten watches each, of every kind (some of the words, all of them
with others excluded, a query, one of a site), held against the same documents. Beside it: asking
every watch in turn, which has to meet the same.

Usage: python benchmarks/bench_watch.py [--words 10000] [--documents 2000] [--subscribers 1000]
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from measuring import table

from scheduler.meeting import View, Want, match, want, word_index
from scheduler.roster import Roster
from scheduler.watch import Watch
from storage.alert import EventKind, Subject
from storage.wording import folded, folded_word, holds

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BAR = 5_000
PEOPLE_TIMES = 10  # as fast as asking every watch in turn
CHARACTERS = 3_500  # as many as real news use


def letters(random_: random.Random) -> Callable[[int], str]:
    """Return a source of text whose characters are as unequal as those of real text."""
    alphabet = [chr(0x4E00 + n) for n in range(CHARACTERS)]
    random_.shuffle(alphabet)
    weights = [1 / (rank + 10) for rank in range(CHARACTERS)]
    return lambda length: "".join(random_.choices(alphabet, weights, k=length))


def document(text: Callable[[int], str], random_: random.Random) -> str:
    """Return about 2,000 characters in paragraphs, with marks and a few Latin words."""
    paragraphs = []
    while sum(map(len, paragraphs)) < 2_000:
        sentences = [text(random_.randint(8, 30)) for _ in range(random_.randint(2, 6))]
        paragraphs.append("，".join(sentences) + "。" + random_.choice(["", "2026年AI大会。"]))
    return "\n".join(paragraphs)[:2_000]


def subject(number: int, text: str) -> Subject:
    return Subject(
        event_id=number, uid=f"evt_{number}", kind=EventKind.NEW, change=None, backfill=False,
        occurred_at=NOW, detail=None, site="s", site_title=None, timezone="Asia/Shanghai",
        title=text[:30], text=text,
    )  # fmt: skip


def speed(hold: Callable[[Subject], object], subjects: Sequence[Subject]) -> float:
    """Return the documents a CPU second; the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for one in subjects:
            hold(one)
        best = min(best, time.process_time() - started)
    return len(subjects) / best


def watches_of(subscribers: int, words: Sequence[str], random_: random.Random) -> tuple[Want, ...]:
    """Return ten watches a subscriber, as people write them."""

    def some(least: int, most: int) -> tuple[str, ...]:
        return tuple(random_.sample(words, random_.randint(least, most)))

    watches: list[Watch] = []
    for number in range(subscribers):
        watches += [Watch(name=f"{number}-any{n}", any_of=some(3, 8)) for n in range(4)]
        watches += [
            Watch(name=f"{number}-all{n}", all_of=some(1, 2), none_of=some(1, 3)) for n in range(3)
        ]
        for n in range(2):
            one, other, without = some(3, 3)
            query = f'title:"{one}" | ("{other}" -"{without}")'
            watches.append(Watch(name=f"{number}-query{n}", query=query))
        watches.append(Watch(name=f"{number}-site", sites=(f"site{number % 500}",)))
    return tuple(map(want, watches))


def many_people(
    subscribers: int, words: Sequence[str], subjects: Sequence[Subject], random_: random.Random
) -> tuple[float, float, float]:
    """Return the documents a CPU second by the roster and in turn, and the alerts a document."""
    wants = watches_of(subscribers, words, random_)
    index, roster = word_index(wants), Roster(wants)

    def by_roster(one: Subject) -> list[int]:
        view = View(one, index)
        return [n for n in roster.candidates(view) if match(wants[n], view, since=NOW) is not None]

    def everybody(one: Subject) -> list[int]:
        view = View(one, index)
        return [n for n, asked in enumerate(wants) if match(asked, view, since=NOW) is not None]

    some = subjects[:20]
    if [by_roster(one) for one in some] != [everybody(one) for one in some]:
        raise SystemExit("the roster leaves somebody out")
    met = [len(by_roster(one)) for one in subjects]
    return speed(by_roster, subjects), speed(everybody, some), sum(met) / len(met)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=int, default=10_000)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--subscribers", type=int, default=1_000)
    options = parser.parse_args()
    random_ = random.Random(7)
    text = letters(random_)
    words: dict[str, None] = {}
    while len(words) < options.words:
        words[text(random_.choice((2, 2, 3, 3, 4, 5, 6)))] = None
    subjects = [subject(n, document(text, random_)) for n in range(options.documents)]
    started = time.process_time()
    ready = want(Watch(name="list", any_of=tuple(words)))
    index = word_index([ready])
    built = time.process_time() - started
    compared = [folded_word(word) for word in words]

    def together(one: Subject) -> object:
        return match(ready, View(one, index), since=NOW)

    def in_turn(one: Subject) -> object:
        whole = folded(one.text or "")
        return [word for word in compared if holds(whole, word)]

    met = [found.reasons for one in subjects if (found := together(one)) is not None]
    ours, loop = speed(together, subjects), speed(in_turn, subjects[:40])
    rows = [
        ("", "documents/CPU s", "bar"),
        ("in one pass", f"{ours:.0f}", BAR),
        ("word by word", f"{loop:.0f}", ""),
    ]
    print(table(rows))
    hits = sum(map(len, met)) / len(subjects)
    print(f"{len(words)} words made ready in {built * 1000:.0f} ms; {hits:.1f} of them a document")
    people, in_turn_, alerts = many_people(options.subscribers, list(words), subjects, random_)
    rows = [
        ("", "documents/CPU s", "bar"),
        (f"{options.subscribers} subscribers, by roster", f"{people:.0f}", ""),
        ("every watch in turn", f"{in_turn_:.0f}", ""),
    ]
    print(table(rows))
    print(f"{10 * options.subscribers} watches; {alerts:.1f} alerts a document")
    return 0 if ours >= BAR and people >= PEOPLE_TIMES * in_turn_ else 1


if __name__ == "__main__":
    sys.exit(main())
