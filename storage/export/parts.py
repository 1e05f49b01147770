"""How far an export came, written down beside its file, so that it can be gone on with."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from storage.errors import ExportError
from storage.export.order import ExportFormat, Order, Tally
from storage.whole_file import part_of, replace


@dataclass(slots=True, kw_only=True)
class Mark:
    """How far an export came: the last article, and the whole bytes of the file it stands in.

    `shard` counts from 0; `quota` is how many articles each shard but the last holds.
    """

    quota: int
    last_id: int = 0
    shard: int = 0
    in_shard: int = 0
    size: int = 0
    tally: Tally = field(default_factory=Tally)


def open_part(path: Path, *, size: int) -> IO[bytes]:
    """Open a file to be written behind its first `size` bytes; what stands there goes."""
    if not size:
        return path.open("wb")
    file = path.open("r+b")
    file.truncate(size)
    file.seek(size)
    return file


def mark_path(order: Order) -> Path:
    """Return where it is written down how far an export came."""
    out = order.out
    return (
        out / ".resume" if order.form is ExportFormat.TEXT else out.with_name(f".{out.name}.resume")
    )


def save_mark(order: Order, mark: Mark) -> None:
    """Write down how far an export came."""
    path = mark_path(order)
    part = part_of(path)
    kept = {"terms": order.terms(), "mark": mark}
    part.write_text(json.dumps(kept, default=_values), "utf-8")
    replace(part, path)


def kept_articles(order: Order) -> int:
    """Return how many articles an export that broke off has written for good; 0: none."""
    try:
        return int(json.loads(mark_path(order).read_text("utf-8"))["mark"]["tally"]["articles"])
    except (OSError, ValueError, LookupError, TypeError):
        return 0


def load_mark(order: Order) -> Mark | None:
    """Return how far this export came before; None: there is nothing to go on with.

    Raises:
        ExportError: it was another export, or its file is not as it was left.
    """
    path = mark_path(order)
    try:
        kept = json.loads(path.read_text("utf-8"))
        terms, mark = kept["terms"], _mark(kept["mark"])
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError) as error:
        raise ExportError(str(order.out), f"{path} cannot be read: leave out --resume") from error
    for name, asked in order.terms().items():
        if terms.get(name) != asked:
            was = terms.get(name)
            reason = f"what broke off was asked with {name} {was!r}, not {asked!r}"
            raise ExportError(str(order.out), f"{reason}: ask the same, or leave out --resume")
    if mark.size:
        part = part_of(order.paths()[mark.shard])
        if not part.is_file() or part.stat().st_size < mark.size:
            raise ExportError(str(order.out), f"{part} is not as it was left: leave out --resume")
    return mark


def _values(record: Mark | Tally) -> dict[str, Any]:
    return {one.name: getattr(record, one.name) for one in fields(record)}


def _mark(kept: Mapping[str, Any]) -> Mark:
    tally = kept["tally"]
    counted = {name: Counter(tally[name]) for name in ("sites", "remarks")}
    return Mark(**{**kept, "tally": Tally(**{**tally, **counted})})
