"""How two readings of an article differ, field by field: what it says and what is beside. Pure.

A reading is a mapping of the names of `FIELDS` and `text` to what is kept of them: texts, lists of
records, None for what the page does not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.article import comparable
from storage.differing.paragraphs import Fate, Paragraph, Span, paragraph_diff
from storage.differing.wording import Piece, word_diff

FIELDS = (
    "title", "subtitle", "published_text", "published_at", "published_precision", "source",
    "section", "credits", "attachments", "images", "language", "empty_reason", "dates", "flags",
    "html",
)  # fmt: skip
_WORDED = frozenset({"title", "subtitle", "published_text", "source", "section"})

Reading = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that says something else. `pieces` are its words, where it is made of words.

    Of a list, `cut` and `added` are the entries that are on one side only.
    """

    field: str
    old: Any
    new: Any
    pieces: tuple[Piece, ...] = ()
    cut: tuple[Any, ...] = ()
    added: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingDiff:
    """What differs between two readings; `paragraphs` is empty where the text is the same."""

    fields: tuple[FieldChange, ...]
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of all that differs."""
        names = tuple(change.field for change in self.fields)
        return (*names, "text") if self.paragraphs else names

    def record(self) -> dict[str, Any]:
        """Return it as programs are given it; offsets count letters, from 0."""
        return {
            "fields": [_field_record(change) for change in self.fields],
            "text": [_paragraph_record(one) for one in self.paragraphs],
        }


def reading_diff(old: Reading, new: Reading) -> ReadingDiff:
    """Return what differs. Layout blanks of title and text are nothing."""
    names = [name for name in changed_fields(old, new) if name != "text"]
    is_same_text = comparable(old["text"]) == comparable(new["text"])
    return ReadingDiff(
        fields=tuple(_field_change(name, old.get(name), new.get(name)) for name in names),
        paragraphs=() if is_same_text else paragraph_diff(old["text"], new["text"]),
    )


def changed_fields(old: Reading, new: Reading) -> list[str]:
    """Return the names of the fields that differ, `text` last; cheap."""
    names = [name for name in FIELDS if _differ(name, old.get(name), new.get(name))]
    return [*names, "text"] if _differ("text", old["text"], new["text"]) else names


def _differ(name: str, old: Any, new: Any) -> bool:
    if name in {"title", "text"}:
        return bool(old != new and comparable(old) != comparable(new))
    return bool(old != new)


def _field_change(name: str, old: Any, new: Any) -> FieldChange:
    if isinstance(old, Sequence) and not isinstance(old, str):
        cut = tuple(one for one in old if one not in new)
        added = tuple(one for one in new if one not in old)
        return FieldChange(field=name, old=old, new=new, cut=cut, added=added)
    worded = name in _WORDED and isinstance(old, str) and isinstance(new, str)
    pieces = word_diff(old, new) if worded else ()
    return FieldChange(field=name, old=old, new=new, pieces=pieces)


def _field_record(change: FieldChange) -> dict[str, Any]:
    record: dict[str, Any] = {"field": change.field, "old": change.old, "new": change.new}
    if change.pieces:
        record["pieces"] = [_piece_record(piece) for piece in change.pieces]
    if change.cut or change.added:
        record |= {"cut": list(change.cut), "added": list(change.added)}
    return record


def _paragraph_record(one: Paragraph) -> dict[str, Any]:
    record: dict[str, Any] = {"op": str(one.fate), "old": _span(one.old), "new": _span(one.new)}
    if one.fate is not Fate.SAME:
        record["pieces"] = [_piece_record(piece) for piece in one.pieces]
    return record


def _span(span: Span | None) -> dict[str, int] | None:
    if span is None:
        return None
    return {"paragraph": span.number, "start": span.start, "end": span.end}


def _piece_record(piece: Piece) -> dict[str, Any]:
    return {
        "op": str(piece.kind),
        "text": piece.text,
        "old": [piece.old, piece.old_end],
        "new": [piece.new, piece.new_end],
    }
