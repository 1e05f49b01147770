"""What is to be exported, how, and what came of it. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from storage.articles import RECORD_FIELDS, StoredArticle


class ExportFormat(StrEnum):
    """What articles are written as."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Articles in the ascending order of their numbers: how many, and those behind a number."""

    count: Callable[[], int]
    after: Callable[[int], Iterator[StoredArticle]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to write. `out` is a folder for text, a file otherwise.

    `asked` is what an export that goes on must have in common with the one that broke off, beside
    what stands here.
    """

    form: ExportFormat
    out: Path
    fields: tuple[str, ...] = RECORD_FIELDS
    shards: int = 1
    resume: bool = False
    asked: Mapping[str, Any] = field(default_factory=dict)

    def terms(self) -> dict[str, Any]:
        """Return all that has to be the same for the rest of an export to fit its beginning."""
        return {
            "format": str(self.form),
            "fields": list(self.fields),
            "shards": self.shards,
            **self.asked,
        }

    def paths(self) -> tuple[Path, ...]:
        """Return the files to be written: `a.jsonl`, or `a-00001-of-00003.jsonl` and so on."""
        if self.shards == 1:
            return (self.out,)
        stem, suffix = self.out.stem, self.out.suffix
        return tuple(
            self.out.with_name(f"{stem}-{number:05}-of-{self.shards:05}{suffix}")
            for number in range(1, self.shards + 1)
        )


class Remark(StrEnum):
    """What has to be told about what was written. The values say it, behind a number."""

    REPLACED = "texts hold half a letter (a lone surrogate), which stands as U+FFFD"
    DEFUSED = "cells that a spreadsheet would take for formulas have an apostrophe in front"
    CONTINUED = 'cells are longer than a sheet allows and go on in the sheet "long texts"'
    SHEETS = "more sheets were begun because one was full"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was written so far. Days are local to the sites."""

    articles: int = 0
    undated: int = 0
    reposts: int = 0
    first_day: str | None = None
    last_day: str | None = None
    sites: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)

    def note(self, article: StoredArticle) -> None:
        """Count an article."""
        self.articles += 1
        self.sites[article.site] += 1
        self.reposts += len(getattr(article, "reposts", ()))
        day = article.published_day
        if day is None:
            self.undated += 1
            return
        self.first_day = min(self.first_day or day, day)
        self.last_day = max(self.last_day or day, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export came to. `resumed` of its articles were there before it went on."""

    files: tuple[Path, ...]
    tally: Tally
    resumed: int


class Writer(Protocol):
    """Writes the articles of one file."""

    def write(self, article: StoredArticle) -> None:
        """Add an article."""

    def size(self) -> int:
        """Return how many bytes of the file hold whole records; 0: it can only be begun anew."""

    def finish(self) -> None:
        """Write what is left and close the file. The file is whole then."""

    def give_up(self) -> None:
        """Close the file as it is. What it holds beside is removed."""
