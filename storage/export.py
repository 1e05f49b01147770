"""Write articles out: documents, JSONL, CSV. Streams; a file appears whole or not at all.

What is no ordinary file (a pipe, a device, a link such as /dev/stdout) is written straight.
"""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO

from storage.article import document_name, document_of
from storage.articles import RECORD_FIELDS, StoredArticle
from storage.errors import ExportError

Progress = Callable[[int], None]


class ExportFormat(StrEnum):
    """What articles are written as."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"


def export(
    articles: Iterable[StoredArticle], *, form: ExportFormat, out: Path, progress: Progress
) -> int:
    """Write articles to `out` (a folder for `text`, a file otherwise); return how many.

    Raises:
        ExportError: `out` cannot be written.
    """
    write = {
        ExportFormat.TEXT: _write_documents,
        ExportFormat.JSONL: _write_jsonl,
        ExportFormat.CSV: _write_csv,
    }[form]
    try:
        return write(_counted(articles, progress), out)
    except BrokenPipeError:
        raise  # the reader has enough: no failure
    except OSError as error:
        raise ExportError(str(out), error.strerror or str(error)) from error


def stored_document(article: StoredArticle) -> str:
    """Return the document form of a stored article."""
    return document_of(
        title=article.title,
        published_text=article.published_text,
        views=article.views,
        text=article.text,
    )


def _counted(articles: Iterable[StoredArticle], progress: Progress) -> Iterator[StoredArticle]:
    for number, article in enumerate(articles, start=1):
        yield article
        progress(number)


def _write_documents(articles: Iterable[StoredArticle], out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    names: set[str] = set()
    for article in articles:
        name = document_name(published_day=article.published_day, content_hash=article.content_hash)
        if name in names:
            # The same content on another site: the day and hash agree, the article is another.
            stem, _, suffix = name.rpartition(".")
            name = f"{stem}_{article.id}.{suffix}"
        names.add(name)
        with _whole_file(out / name) as file:
            file.write(stored_document(article))
    return len(names)


def _write_jsonl(articles: Iterable[StoredArticle], out: Path) -> int:
    count = 0
    with _whole_file(out) as file:
        for article in articles:
            file.write(json.dumps(article.record(), ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_csv(articles: Iterable[StoredArticle], out: Path) -> int:
    count = 0
    # The mark at the start lets spreadsheets see that it is UTF-8.
    with _whole_file(out, encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=RECORD_FIELDS)
        writer.writeheader()
        for article in articles:
            writer.writerow({name: _cell(value) for name, value in article.record().items()})
            count += 1
    return count


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


@contextmanager
def _whole_file(path: Path, *, encoding: str = "utf-8", newline: str = "\n") -> Iterator[IO[str]]:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        with path.open("w", encoding=encoding, newline=newline) as file:
            yield file
        return
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("w", encoding=encoding, newline=newline) as file:
            yield file
        os.replace(unfinished, path)  # noqa: PTH105 (atomic, and the same call)
    finally:
        unfinished.unlink(missing_ok=True)
