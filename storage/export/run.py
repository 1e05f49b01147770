"""Run an export from its beginning, or from where it broke off, to its end.

How far it came is written down every 500 articles: an export that is killed, or whose disk is
full, goes on from there.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

from storage.errors import ExportError, ParquetMissingError
from storage.export.documents import DocumentWriter
from storage.export.order import Exported, ExportFormat, Order, Source, Writer
from storage.export.parts import (
    Mark,
    load_mark,
    mark_path,
    open_part,
    save_mark,
)
from storage.whole_file import is_straight, part_of, replace

Progress = Callable[[int], None]
_MARK_EVERY = 500
_CONTINUED = (ExportFormat.JSONL, ExportFormat.CSV)  # files that can be written on at any record


def export(source: Source, order: Order, *, progress: Progress) -> Exported:
    """Write the articles; `progress` is told how many are written.

    Raises:
        ExportError: `out` cannot be written, or what broke off there does not fit the order.
    """
    try:
        mark = _begin(source, order)
        resumed = mark.tally.articles
        for path in order.paths()[mark.shard :]:
            _write_file(source, order, mark, path, progress)
        _forget_mark(order)
    except BrokenPipeError:
        raise  # the reader has enough: no failure
    except OSError as error:
        raise ExportError(str(order.out), error.strerror or str(error)) from error
    return Exported(files=order.paths(), tally=mark.tally, resumed=resumed)


def _begin(source: Source, order: Order) -> Mark:
    if order.resume:
        if order.form is not ExportFormat.TEXT and any(map(is_straight, order.paths())):
            raise ExportError(str(order.out), "only an ordinary file can be written on")
        if mark := load_mark(order):
            return mark
    elif order.form is ExportFormat.TEXT:
        order.out.mkdir(parents=True, exist_ok=True)
    _forget_mark(order)
    return Mark(quota=-(-source.count() // order.shards) if order.shards > 1 else 0)


def _forget_mark(order: Order) -> None:
    path = mark_path(order)
    if path.exists():  # never beside a device
        path.unlink()


def _write_file(source: Source, order: Order, mark: Mark, path: Path, progress: Progress) -> None:
    is_last = mark.shard == order.shards - 1
    articles = source.after(mark.last_id)
    with _opened(order, mark, path) as writer:
        for article in articles if is_last else islice(articles, mark.quota - mark.in_shard):
            writer.write(article)
            mark.tally.note(article)
            mark.last_id = article.id
            mark.in_shard += 1
            progress(mark.tally.articles)
            if mark.tally.articles % _MARK_EVERY == 0 and _is_continued(order, path):
                mark.size = writer.size()
                save_mark(order, mark)
    mark.shard, mark.in_shard, mark.size = mark.shard + 1, 0, 0
    if not is_last:
        save_mark(order, mark)


def _is_continued(order: Order, path: Path) -> bool:
    if order.form is ExportFormat.TEXT:
        return True
    return order.form in _CONTINUED and not is_straight(path)


@contextmanager
def _opened(order: Order, mark: Mark, path: Path) -> Iterator[Writer]:
    if order.form is ExportFormat.TEXT:
        yield DocumentWriter(path, mark.tally.remarks)
        return
    straight = is_straight(path)
    target = path if straight else part_of(path)
    writer = _writer(order, mark, target)
    try:
        yield writer
        writer.finish()
        if not straight:
            replace(target, path)
    except BaseException:
        writer.give_up()
        if not straight and not (_is_continued(order, path) and mark.size):
            target.unlink(missing_ok=True)
        raise


def _writer(order: Order, mark: Mark, target: Path) -> Writer:
    make = _writer_of(order.form)
    return make(open_part(target, size=mark.size), order.fields, mark.tally.remarks)


def _writer_of(form: ExportFormat) -> Callable[[IO[bytes], Sequence[str], Counter[str]], Writer]:
    """Return what writes a format; what only one needs is imported for it alone."""
    match form:
        case ExportFormat.JSONL:
            from storage.export.lines import JsonWriter  # noqa: PLC0415

            return JsonWriter
        case ExportFormat.CSV:
            from storage.export.lines import CsvWriter  # noqa: PLC0415

            return CsvWriter
        case ExportFormat.XLSX:
            from storage.export.workbook import WorkbookWriter  # noqa: PLC0415

            return WorkbookWriter
    try:
        from storage.export.columns import ParquetWriter  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ParquetMissingError from error
    return ParquetWriter
