"""A diff as people read it: [-cut-]{+added+}, in colour where the terminal has it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.text import Text

from storage.article import UNKNOWN
from storage.differing.paragraphs import Fate, Paragraph
from storage.differing.versions import FieldChange, ReadingDiff
from storage.differing.wording import Kind, Piece

_CUT, _ADDED, _FAINT = "red", "green", "dim"
_FEWEST = 12  # letters of what stays, so short that nothing of it is left out
_CONTEXT = 40  # letters around a change that are shown of a long title or paragraph


def pieces_text(pieces: Iterable[Piece]) -> Text:
    """Return pieces of a text in one line, what was cut and added marked."""
    text = Text()
    for piece in pieces:
        match piece.kind:
            case Kind.CUT:
                text.append(f"[-{piece.text}-]", _CUT)
            case Kind.ADDED:
                text.append(f"{{+{piece.text}+}}", _ADDED)
            case Kind.SAME:
                text.append(piece.text)
    return text


def short_pieces(pieces: Sequence[Piece]) -> Text:
    """Return pieces of a text with what is far from a change left out."""
    text = Text()
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        long = len(piece.text) > 2 * _CONTEXT + _FEWEST
        if piece.kind is not Kind.SAME or not long:
            text.append_text(pieces_text([piece]))
            continue
        head = piece.text[:_CONTEXT] if place else ""
        tail = piece.text[-_CONTEXT:] if place < last else ""
        text.append(f"{head}…{tail}")
    return text


def diff_lines(diff: ReadingDiff) -> Iterator[Text]:
    """Yield the lines of a diff: fields first, then the text by paragraphs."""
    for change in diff.fields:
        if change.field == "html" and diff.paragraphs:
            continue  # another text has another markup
        yield Text(change.field, "bold")
        for line in field_lines(change):
            yield Text("  ").append_text(line)
    if diff.paragraphs:
        yield Text("text", "bold")
        for line in paragraph_lines(diff.paragraphs):
            yield Text("  ").append_text(line)


def field_lines(change: FieldChange) -> Iterator[Text]:
    """Yield what a field said and says."""
    if change.field == "html":
        yield Text("the markup of the body became another", _FAINT)
    elif change.cut or change.added:
        yield from (Text(f"[-{shown(one)}-]", _CUT) for one in change.cut)
        yield from (Text(f"{{+{shown(one)}+}}", _ADDED) for one in change.added)
    elif change.pieces:
        yield pieces_text(change.pieces)
    else:
        line = Text(f"[-{shown(change.old)}-]", _CUT)
        yield line.append(f"{{+{shown(change.new)}+}}", _ADDED)


def paragraph_lines(paragraphs: Sequence[Paragraph]) -> Iterator[Text]:
    """Yield the paragraphs that changed; those that did not are counted."""
    same = 0
    for one in paragraphs:
        if one.fate is Fate.SAME:
            same += 1
            continue
        if same:
            yield _unchanged(same)
            same = 0
        yield Text(f"{_label(one)} ", _FAINT).append_text(short_pieces(one.pieces))
    if same:
        yield _unchanged(same)


def shown(value: Any) -> str:
    """Return the value of a field in one line; what is unknown is 未知."""
    if value is None or value in ([], ()):
        return UNKNOWN
    if isinstance(value, dict):
        told = (value.get(key) for key in ("source", "role", "kind", "name", "text", "alt"))
        parts = [str(one) for one in told if one]
        parts += [str(value[key]) for key in ("url", "at") if value.get(key)]
        return " ".join(parts)
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value)
    return str(value)


def _unchanged(count: int) -> Text:
    return Text(f"… {count} paragraph{'s' if count > 1 else ''} unchanged", _FAINT)


def _label(one: Paragraph) -> str:
    old, new = one.old.number if one.old else 0, one.new.number if one.new else 0
    match one.fate:
        case Fate.CUT:
            return f"¶{old} cut:"
        case Fate.ADDED:
            return f"¶{new} added:"
        case Fate.MOVED:
            return f"¶{new} moved from ¶{old}:"
    return f"¶{new}:" if old == new else f"¶{new} (was ¶{old}):"
