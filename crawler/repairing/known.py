"""What is known of an article, and how right a page of it is read: field by field. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from zoneinfo import ZoneInfo

from crawler.extract import Refusal, extract
from crawler.fields.blanks import squash
from crawler.fields.credits import read_credit_line
from crawler.page import Page
from storage.article import Article, comparable

_ALIKE = 0.9  # of two paragraphs that are one, edited
_LONGEST_COMPARED = 5000  # letters of a paragraph that is compared letter by letter


class Field(StrEnum):
    """A field of an article that rules are sought for."""

    TITLE = "title"
    DATE = "date"
    BODY = "body"
    SOURCE = "source"


NEEDED = (Field.TITLE, Field.DATE, Field.BODY)


class Mark(StrEnum):
    """How a field was read. `CLOSE`: but for credit lines or edited paragraphs; shown as such."""

    RIGHT = "right"
    CLOSE = "close"
    MISSING = "not found"
    OTHER = "other"
    UNKNOWN = "–"  # nothing is known to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article as it was read while its layout was known.

    `text` is in the document form, `published_at` aware UTC; `is_printed` says that the page itself
    printed the date.
    """

    url: str
    title: str
    text: str
    published_at: datetime | None = None
    is_printed: bool = True
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A page as it is today, and what is known of its article."""

    page: Page
    known: Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How the fields of one page were read; `lost` and `added` are paragraphs, `note` says why."""

    url: str
    marks: dict[Field, Mark]
    lost: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    note: str | None = None

    def is_right(self, field: Field) -> bool:
        """Say whether a field is as it should be, as far as that is known."""
        return self.marks[field] in {Mark.RIGHT, Mark.CLOSE, Mark.UNKNOWN}

    @property
    def is_good(self) -> bool:
        """Whether all that an article needs is right."""
        return all(self.is_right(field) for field in NEEDED)


def judged(sample: Sample) -> Judged:
    """Read a page by the rules that it carries, and compare."""
    known, found = sample.known, extract(sample.page)
    if isinstance(found, Refusal):
        marks = {field: Mark.MISSING if _value(known, field) else Mark.UNKNOWN for field in Field}
        note = f"{found.state.value}: {found.evidence}"
        return Judged(url=known.url, marks=marks, note=note)
    lost, added = paragraphs_between(known.text, found.text)
    marks = {
        Field.TITLE: _same(known.title, found.title),
        Field.DATE: _date_mark(known, found, sample.page.timezone),
        Field.BODY: body_mark(known.text, found.text),
        Field.SOURCE: _same(known.source, found.source),
    }
    return Judged(url=known.url, marks=marks, lost=tuple(lost), added=tuple(added))


def same_day(one: datetime | None, other: datetime | None, zone: str) -> bool:
    """Say whether two instants lie on one local day; no where one is unknown."""
    if one is None or other is None:
        return False
    home = ZoneInfo(zone)
    return one.astimezone(home).date() == other.astimezone(home).date()


def body_mark(known: str, found: str) -> Mark:
    """Compare two texts in the document form: blanks and blank lines are no difference.

    CLOSE never hides a lost paragraph, nor one that is no author's.
    """
    if comparable(known) == comparable(found):
        return Mark.RIGHT
    if not found:
        return Mark.MISSING
    lost, added = paragraphs_between(known, found)
    if not lost and not added:
        return Mark.OTHER  # in another order, or twice
    lost = [line for line in lost if not read_credit_line(line)]
    added = [line for line in added if not read_credit_line(line)]
    if len(lost) != len(added):
        return Mark.OTHER
    edited = all(map(_is_edited, lost, added))
    return Mark.CLOSE if edited else Mark.OTHER


def paragraphs_between(known: str, found: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs of the first text that the second lacks, and the reverse."""
    return _not_in(known, found), _not_in(found, known)


def _not_in(text: str, other: str) -> list[str]:
    whole = squash(other)
    return [line for line in text.split("\n") if line and squash(line) not in whole]


def _is_edited(before: str, after: str) -> bool:
    """Say whether a paragraph is the other one, edited: more at an end of it is no edit."""
    one, two = squash(before), squash(after)
    if one in two or two in one or max(len(one), len(two)) > _LONGEST_COMPARED:
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _ALIKE


def _same(known: str | None, found: str | None) -> Mark:
    if known is None:
        return Mark.UNKNOWN
    if found is None:
        return Mark.MISSING
    return Mark.RIGHT if comparable(known) == comparable(found) else Mark.OTHER


def _date_mark(known: Known, found: Article, zone: str) -> Mark:
    if known.published_at is None:
        return Mark.UNKNOWN
    if found.published_at is None or (known.is_printed and found.published_text is None):
        return Mark.MISSING
    return Mark.RIGHT if same_day(known.published_at, found.published_at, zone) else Mark.OTHER


def _value(known: Known, field: Field) -> object:
    values = {
        Field.TITLE: known.title,
        Field.DATE: known.published_at,
        Field.BODY: known.text,
        Field.SOURCE: known.source,
    }
    return values[field]


def wrong_fields(rows: Sequence[Judged]) -> list[Field]:
    """Return the fields that are wrong on some page."""
    return [field for field in Field if not all(row.is_right(field) for row in rows)]
