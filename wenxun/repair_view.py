"""How a repair is shown: what is read wrongly, the rules that mend it, and the proof."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.repairing.known import NEEDED, Field, Judged, Mark
from crawler.repairing.lists import ListJudged, ListRepair
from crawler.repairing.repair import Outcome, Repair
from crawler.site import Site
from wenxun.tables import plain_table

_COLOURS = {Mark.RIGHT: "green", Mark.CLOSE: "yellow", Mark.MISSING: "red", Mark.OTHER: "red"}
_MOST_LINES = 6
_SHOWN = 60  # letters of a paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A change of a site file that is not made yet; `after` is the text that it would have.

    `selectors` are all that it would have then; `unread` are pages that could not be looked at, and
    why.
    """

    site: Site
    repair: Repair
    lists: ListRepair
    selectors: Mapping[str, str]
    unread: tuple[str, ...]
    path: Path
    before: str
    after: str

    @property
    def outcome(self) -> Outcome:
        """What came of all of it: the worse of articles and lists."""
        lists_are_left = self.lists.is_needed and self.lists.selector is None
        if self.repair.outcome in {Outcome.NONE, Outcome.UNKNOWN}:
            return self.repair.outcome
        if lists_are_left:
            return Outcome.NONE
        return Outcome.FOUND if self.is_change else Outcome.RIGHT

    @property
    def is_change(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """The change, as `diff -u` shows it."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(unified_diff(before, after, f"{self.path}", f"{self.path} (proposed)"))

    def record(self) -> dict[str, object]:
        """Return it as JSON has it."""
        repair, lists = self.repair, self.lists
        return {
            "site": self.site.name,
            "outcome": self.outcome.value,
            "selectors": dict(self.selectors),
            "before": [_row(one) for one in repair.before],
            "learnt": [_row(one) for one in repair.learnt],
            "proof": [_row(one) for one in repair.proof],
            "lists": {
                "before": [_list_row(one) for one in lists.before],
                "after": [_list_row(one) for one in lists.after],
            },
            "unprinted_dates": repair.unprinted,
            "not_shown": list(repair.unshown),
            "not_read": list(self.unread),
            "file": str(self.path),
            "diff": self.diff,
        }


def print_offer(console: Console, offer: Offer) -> None:
    """Print what is wrong, what is proposed, and how it reads the known articles."""
    repair = offer.repair
    console.print(f"[bold]{escape(offer.site.name)}[/bold]  {escape(offer.site.title)}")
    for line in _summary(offer):
        console.print(escape(line))
    if repair.learnt:
        console.print()
        _print_proof(console, repair)
    elif any(not row.is_good for row in repair.before):
        console.print()
        _print_rows(console, repair.before, use="today")
    if offer.lists.before:
        console.print()
        _print_lists(console, offer.lists)
    if offer.is_change:
        console.print()
        console.print(escape(offer.diff.rstrip("\n")), highlight=False)


def _summary(offer: Offer) -> Iterator[str]:
    repair = offer.repair
    if repair.before:
        good = sum(row.is_good for row in repair.before)
        yield f"today {good} of {len(repair.before)} known articles are read right"
    if repair.outcome in {Outcome.FOUND, Outcome.NONE} and repair.proof:
        good = sum(row.is_good for row in repair.proof)
        others = {row.url for row in repair.proof}
        today = sum(row.is_good for row in repair.before if row.url in others)
        yield (
            f"{repair.outcome.value}: made from {len(repair.learnt)} of them; of the"
            f" {len(others)} others {good} are read right, today {today}"
        )
    else:
        yield f"articles: {repair.outcome.value}"
    if repair.unprinted:
        yield f"{repair.unprinted} pages print no date that is known"
    for url in repair.unshown:
        yield f"{url}: does not show the text that is known of it"
    yield from offer.unread


def _print_proof(console: Console, repair: Repair) -> None:
    table = _table()
    for use, rows in (("made from", repair.learnt), ("proof", repair.proof)):
        for row in rows:
            table.add_row(use, *_marks(row), escape(row.url))
    console.print(table)
    for row in (*repair.learnt, *repair.proof):
        for line in _differences(row):
            console.print(line)


def _print_rows(console: Console, rows: Sequence[Judged], *, use: str) -> None:
    table = _table()
    for row in rows:
        table.add_row(use, *_marks(row), escape(row.url))
    console.print(table)


def _table() -> Table:
    return plain_table("use", *(field.value for field in Field), "page", whole=("use",))


def _marks(row: Judged) -> list[str]:
    return [_coloured(row.marks[field], needed=field in NEEDED) for field in Field]


def _coloured(mark: Mark, *, needed: bool) -> str:
    colour = _COLOURS.get(mark) if needed or mark is Mark.RIGHT else None
    return f"[{colour}]{mark.value}[/{colour}]" if colour else mark.value


def _differences(row: Judged) -> Iterator[str]:
    if row.marks[Field.BODY] not in {Mark.CLOSE, Mark.OTHER}:
        if row.note:
            yield f"{escape(row.url)}: {escape(row.note)}"
        return
    yield f"{escape(row.url)}: {row.marks[Field.BODY].value}"
    for sign, lines in (("-", row.lost), ("+", row.added)):
        for line in lines[:_MOST_LINES]:
            yield f"  {sign} {escape(line[:_SHOWN])}{'…' if len(line) > _SHOWN else ''}"


def _print_lists(console: Console, lists: ListRepair) -> None:
    table = plain_table(
        "list", "known", "today", "then", "links", "next page",
        numbers=("known", "today", "then", "links"),
    )  # fmt: skip
    after = lists.after or (None,) * len(lists.before)
    for row, then in zip(lists.before, after, strict=True):
        now = then or row
        found = f"[{'green' if row.is_right else 'red'}]{row.found}[/]"
        table.add_row(
            escape(row.url), str(row.shown), found, str(then.found) if then else "–",
            str(now.links), escape(now.next_url or "–"),
        )  # fmt: skip
    console.print(table)


def _row(row: Judged) -> dict[str, object]:
    return {
        "url": row.url,
        **{field.value: mark.name.lower() for field, mark in row.marks.items()},
        "lost": list(row.lost),
        "added": list(row.added),
        "note": row.note,
    }


def _list_row(row: ListJudged) -> dict[str, object]:
    return {
        "url": row.url,
        "known": row.shown,
        "found": row.found,
        "dated": row.dated,
        "links": row.links,
        "next_url": row.next_url,
        "right": row.is_right,
    }
