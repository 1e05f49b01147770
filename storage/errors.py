"""What can go wrong in the database. The class docstring is the message."""


class StorageError(Exception):
    """Something in the database is not as it should be."""


class DatabaseUnreachableError(StorageError):
    """The database cannot be opened. Check the address (--database, WENXUN_DATABASE_URL)."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"cannot open the database {url}: {_one_line(reason)}")
        self.url = url


class NoDatabaseAddressError(DatabaseUnreachableError):
    """This is no address of a database that Wenxun knows. Write one as in the examples."""

    def __init__(self, url: str) -> None:
        super().__init__(
            url, "write an address like sqlite:///wenxun.db or postgresql://user@host/wenxun"
        )


class DatabaseFailedError(StorageError):
    """The database did not do what it was asked. Look at the disk, the lock, the server.

    `passes` says that nothing was done, and that it may succeed when it is done again.
    """

    def __init__(self, url: str, reason: str, *, passes: bool = False) -> None:
        super().__init__(f"the database {url} failed: {_one_line(reason)}")
        self.url = url
        self.passes = passes


class SchemaTooOldError(StorageError):
    """The database was made by an older Wenxun. Run `wenxun migrate`, after a backup."""

    def __init__(self, url: str, found: str) -> None:
        super().__init__(
            f"{url} has the older schema {found}: back it up, then run `wenxun migrate`"
        )
        self.found = found


class SchemaTooNewError(StorageError):
    """The database was made by a newer Wenxun. Upgrade this one."""

    def __init__(self, url: str, found: str) -> None:
        super().__init__(
            f"{url} has the unknown schema {found}: a newer Wenxun made it, upgrade yours"
        )
        self.found = found


class SiteBusyError(StorageError):
    """Another crawl of this site is running. Wait for it, or stop it."""

    def __init__(self, site: str, holder: str) -> None:
        super().__init__(f"{site} is being crawled by {holder}: wait for it or stop it")
        self.site = site
        self.holder = holder


class LeaseLostError(StorageError):
    """This crawl no longer owns its site: another took over. Nothing more may be saved by it."""

    def __init__(self, site: str) -> None:
        super().__init__(f"the crawl of {site} lost its lease: another crawl took over")
        self.site = site


class SlotLostError(StorageError):
    """The planned crawl was given to somebody else before it began. Nothing is to be done."""

    def __init__(self, site: str) -> None:
        super().__init__(f"the planned crawl of {site} was given to another service")
        self.site = site


class NotFoundError(StorageError):
    """There is nothing of this name or number in the database."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"no {what} {name!r} in the database")
        self.what = what
        self.name = name


class NoSuchSiteError(NotFoundError):
    """The database holds no site of this name. Choose one of those it holds, or crawl it."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__("site", name)
        there_are = f"there are: {', '.join(known)}" if known else "it was never crawled"
        self.args = (f"{self.args[0]} ({there_are})",)


class ArchiveFailedError(StorageError):
    """The archive cannot be written or read. Look at the disk, the folder, its rights."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the archive {path} failed: {reason}")
        self.path = path


class RecordLostError(StorageError):
    """A kept response cannot be read back. Its file is elsewhere, was removed, or is damaged."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"the kept response of {url} cannot be read: {reason}")
        self.url = url
        self.reason = reason


class QueueNeedsServerError(StorageError):
    """Workers on several machines share a PostgreSQL database. Move to one, or do without them."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"several machines need PostgreSQL, and this is {url}: "
            'see `wenxun migrate --from`, or leave `workers` at "local"'
        )
        self.url = url


class WorkersMissingError(StorageError):
    """Crawls are handed to workers by procrastinate, which is not installed. Install the extra."""

    def __init__(self) -> None:
        super().__init__("workers need procrastinate: pip install 'wenxun[workers]'")


class QueueTooNewError(StorageError):
    """The queue's tables were made by another program, or a newer version of procrastinate."""

    def __init__(self, noted: str | None) -> None:
        super().__init__(
            f"the tables procrastinate_… of this database are of another version "
            f"({noted or 'not made by Wenxun'}): upgrade procrastinate here, or use a schema of "
            "one's own"
        )


class QueryError(StorageError):
    """What was asked for is no query. The message says where, and what to write instead.

    `line` and `column` count from 1.
    """

    def __init__(self, query: str, at: int, reason: str) -> None:
        before = query[:at]
        self.line = before.count("\n") + 1
        self.column = at - (before.rfind("\n") + 1) + 1
        self.reason = reason
        line = f"line {self.line}, " if "\n" in query.strip() else ""
        super().__init__(f"query, {line}column {self.column}: {reason}")


class ImportFailedError(StorageError):
    """A file of another tool cannot be taken. Name another, or repair it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"cannot import {path}: {_one_line(reason)}")
        self.path = path


class IndexUnfinishedError(StorageError):
    """Not everything is in the search index yet, and all was asked for. Run `wenxun migrate`."""

    def __init__(self) -> None:
        super().__init__("the search index is not whole yet: run `wenxun migrate` first")


class ExportError(StorageError):
    """The export cannot be written. Choose another path, or make room."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"cannot write {path}: {reason}")
        self.path = path


class BackupError(StorageError):
    """The backup cannot be made. Choose another file, or make room."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"cannot back up to {path}: {_one_line(reason)}")
        self.path = path


class BackupOfServerError(StorageError):
    """A PostgreSQL database is backed up by its own tool. Run the command that is named."""

    def __init__(self, url: str, path: str) -> None:
        address = url.replace("+psycopg", "")
        super().__init__(
            "PostgreSQL is backed up by its own tool, which needs no stop: "
            f"pg_dump --format=custom --file='{path}' '{address}'"
        )


class ParquetMissingError(StorageError):
    """Parquet is written by pyarrow, which is not installed. Install the extra."""

    def __init__(self) -> None:
        super().__init__("parquet needs pyarrow: pip install 'wenxun[parquet]'")


def _one_line(reason: str) -> str:
    return " ".join(reason.split())
