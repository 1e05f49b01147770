"""Read a folder of documents, with the list of their addresses, and import it."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from crawler.fields.links import canonical_url
from crawler.imported import imported_article, imported_read
from storage.crawl import ArticleRead, Lease
from storage.document_form import NoDocumentError, read_document
from storage.importing import Imported, Imports

_BATCH = 200


class AddressesError(Exception):
    """The list of addresses is not as it should be. The message names the line."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A document's file, by its name in the folder, and its address where that is known."""

    path: Path
    name: str
    url: str | None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What importing a folder came to: how many files became what, and which are broken, why."""

    site: str
    files: int
    counts: Counter[Imported] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)

    def record(self) -> dict[str, object]:
        """Return it as `import --json` prints it."""
        counts = {str(kind): self.counts[kind] for kind in Imported}
        return {"site": self.site, "files": self.files, **counts, "broken": self.broken}


def documents_in(folder: Path, addresses: Mapping[str, str]) -> list[File]:
    """Return the `.txt` files of a folder and the folders in it, in the order of their names."""
    files = sorted(path for path in folder.rglob("*.txt") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    return [
        File(path=path, name=name, url=addresses.get(name))
        for path, name in zip(files, names, strict=True)
    ]


def read_addresses(path: Path, *, site: str) -> dict[str, str]:
    """Return the addresses by the names of files: a CSV or TSV of file, url and perhaps site.

    A first line that says `file` names the columns. Lines of other sites are left out.

    Raises:
        AddressesError: a line has no address, or names a file twice.
    """
    found: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter="\t" if "\t" in first else ",")
        for number, row in enumerate(rows, start=1):
            if not row or (number == 1 and row[0] == "file"):
                continue
            name, address, of = (*(cell.strip() for cell in row), "", "")[:3]
            if of and of != site:
                continue
            url = canonical_url(address)
            if url is None:
                raise AddressesError(path, number, f"{address!r} is no http(s) address")
            if name in found:
                raise AddressesError(path, number, f"{name} has an address already")
            found[name] = url
    return found


def import_files(
    imports: Imports, lease: Lease, files: Sequence[File], outcome: Outcome
) -> Iterator[int]:
    """Import files, a batch a transaction; yield how many are done after each.

    `outcome` is told of each file. What is imported when this is stopped stays; a second run goes
    on from there.

    Raises:
        LeaseLostError: somebody else took the site.
    """
    waiting, done = iter(files), 0
    while batch := list(islice(waiting, _BATCH)):
        now = datetime.now(UTC)
        reads = [read for file in batch if (read := _read(file, lease, outcome, now=now))]
        outcome.counts.update(imports.save(lease, reads, now=now))
        done += len(batch)
        yield done


def _read(file: File, lease: Lease, outcome: Outcome, *, now: datetime) -> ArticleRead | None:
    try:
        data = file.path.read_bytes()
        document = read_document(data)
    except NoDocumentError as error:
        outcome.broken[file.name] = str(error)
        return None
    except OSError as error:
        outcome.broken[file.name] = error.strerror or str(error)
        return None
    article = imported_article(document, name=file.name, url=file.url, now=now, zone=lease.timezone)
    return imported_read(article, data, now=now)
