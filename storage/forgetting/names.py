"""Forget a name: the mark stands in its place wherever texts are kept; bytes that tell it go.

All tables are walked, whatever they are: a table that is added later is not missed. Left alone
are keys, addresses of pages, and what people wrote themselves (watches, channels); where the name
stands in one of these, it is reported.
"""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, UniqueConstraint, select, update
from sqlalchemy import String as Letters
from sqlalchemy.types import TypeDecorator

from storage.archive.segments import Folder
from storage.errors import NotFoundError
from storage.forgetting import evidence
from storage.forgetting.articles import hold_sites
from storage.forgetting.contents import Contents
from storage.forgetting.hunting import Hunt
from storage.forgetting.purging import overwrite_deleted
from storage.forgetting.recording import Asked, block_name, record, salt_of, site_id_of
from storage.forgotten import MARK, Forgotten, bare_name, name_of, readings
from storage.retrying import retried
from storage.schema import Asset, AssetCopy, AssetText, Base, Crawl, Document, Version
from storage.store import Store

_CONTEXT = 10  # letters around a name, as they are shown before it goes
_MOST_PLACES = 30
_BY_PEOPLE = frozenset(["watches", "channels"])
_OWN_WAY = frozenset(["contents", "bodies", "forgettings", "forgotten_keys", "asset_texts"])
_ADDRESSES = ("url", "_key", "hash", "sha256", "uid", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForgotten:
    """What forgetting a name came to: rows changed or dropped, by table.

    `places` are some of the places in texts, with the letters around them. `left` are tables in
    which it still stands, in keys, addresses and what people wrote, with how many rows.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)


@retried
def forget_name(
    store: Store, name: str, asked: Asked, *, site: str | None = None, dry_run: bool = False
) -> NameForgotten:
    """Forget a name, on one site or on all.

    Raises:
        NotFoundError: there is no such site.
        SiteBusyError: one of the sites is being crawled.
    """
    with store.write() as connection:
        site_id = None if site is None else site_id_of(connection, site)
        if site is not None and site_id is None:
            raise NotFoundError("site", site)
        overwrite_deleted(connection)
        step = connection.begin_nested()
        done = _Walk(connection, store.folder, name, site_id).walk(asked, site=site)
        step.rollback() if dry_run else step.commit()
    return done


class _Walk:
    """One walk over all that is kept, within a transaction."""

    def __init__(
        self, connection: Connection, folder: Folder, name: str, site_id: int | None
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._site_id = site_id
        self._salt = salt_of(connection)
        self._name = name_of(name, salt=self._salt)
        self._forgotten = Forgotten(salt=self._salt, names=(self._name,))
        self._hunt = Hunt(bare_name(name))
        self._counts: Tally[str] = Tally()
        self._left: Tally[str] = Tally()
        self._places: dict[str, None] = {}

    def walk(self, asked: Asked, *, site: str | None) -> NameForgotten:
        """Do it, record it, and keep the name out from now on."""
        sites = None if self._site_id is None else [self._site_id]
        hold_sites(self._connection, sites, now=asked.at)
        self._drop_files()
        self._drop_responses()
        for table in Base.metadata.sorted_tables:
            if table.name not in _OWN_WAY:
                self._mend(table)
        contents = Contents(self._connection, self._forgotten, site_id=self._site_id)
        self._counts["contents"] = contents.mend(self._note)
        counts = {table: count for table, count in self._counts.items() if count}
        number = record(
            self._connection, asked, kind="name", site=site, counts=counts, salt=self._salt
        )
        block_name(self._connection, number, self._name, site_id=self._site_id)
        left = {table: count for table, count in self._left.items() if count}
        return NameForgotten(counts=counts, places=tuple(self._places), left=left)

    def _drop_responses(self) -> None:
        """Drop the evidence that tells the name: written over it would be none."""
        holding = evidence.Holding(self._connection, self._folder, site_id=self._site_id)
        told = holding.ids(self._tells, self._forgotten.in_address)
        self._counts["responses"] += evidence.drop(self._connection, told)
        self._left["responses"] += holding.lost

    def _tells(self, body: bytes) -> bool:
        return self._hunt.may_be_in_bytes(body) and self._forgotten.tells(body)

    def _drop_files(self) -> None:
        """Drop the files whose text or address tells the name: their bytes cannot be mended."""
        question = (
            select(Asset.id, Asset.url, AssetText.text)
            .join_from(Asset, AssetCopy, AssetCopy.asset_id == Asset.id, isouter=True)
            .join(AssetText, AssetText.sha256 == AssetCopy.sha256, isouter=True)
        )
        if self._site_id is not None:
            question = question.where(Asset.site_id == self._site_id)
        told = set()
        for row in self._connection.execute(question).all():
            in_text = self._note(row.text or "")
            if in_text or self._forgotten.in_address(row.url):
                told.add(row.id)
        evidence.drop_assets(self._connection, told, self._counts)

    def _mend(self, table: Table) -> None:
        """Put the mark into all texts of a table, and count what is left in its keys."""
        free, fixed = _texts_of(table)
        if not free and not fixed:
            return
        keys = list(table.primary_key.columns)
        question = select(*keys, *free, *fixed)
        if (ours := self._of_site(table)) is not None:
            question = question.where(ours)
        changes = []
        for row in self._connection.execute(question).all():
            values = row._mapping  # noqa: SLF001 (public, despite its name)
            if any(self._stands_in(values[column]) for column in fixed):
                self._left[table.name] += 1
            changed = self._changed(values, free)
            if changed:
                changes.append(([column == values[column] for column in keys], changed))
        for where, changed in changes:
            self._connection.execute(update(table).where(*where).values(changed))
        self._counts[table.name] += len(changes)

    def _changed(self, values: Mapping[Any, Any], columns: Sequence[Column[Any]]) -> dict[str, Any]:
        changed = {}
        for column in columns:
            before = values[column]
            after = self._mended(before)
            if after == MARK and column.nullable and column.name == "html":
                after = None  # tags part the letters of the name
            if after != before:
                changed[column.name] = after
        return changed

    def _mended(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._mended_text(value)
        if isinstance(value, dict):
            return {key: self._mended(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._mended(one) for one in value if not self._is_told_file(one)]
        return value

    def _mended_text(self, text: str) -> str:
        if "%" in text and "://" in text and self._forgotten.in_address(text):
            return MARK
        if not self._hunt.may_be_in(text):
            return text
        self._note(text)
        mended = self._forgotten.redacted(text)
        if "<" in mended and any(self._forgotten.spans(one) for one in readings(mended.encode())):
            return MARK
        return mended

    def _is_told_file(self, value: Any) -> bool:
        url = value.get("url") if isinstance(value, dict) else None
        return isinstance(url, str) and self._forgotten.in_address(url)

    def _stands_in(self, value: Any) -> bool:
        texts = value if isinstance(value, str) else str(value)
        return value is not None and self._forgotten.in_address(texts)

    def _note(self, text: str) -> bool:
        """Say whether the name stands in a text, and remember some of the places."""
        spans = self._forgotten.spans(text) if self._hunt.may_be_in(text) else []
        for start, end in spans:
            if len(self._places) < _MOST_PLACES:
                around = text[max(0, start - _CONTEXT) : end + _CONTEXT]
                self._places.setdefault(" ".join(around.split()))
        return bool(spans)

    def _of_site(self, table: Table) -> Any:
        """Return the condition of rows of the site; None: of all (messages are of no site)."""
        if self._site_id is None:
            return None
        documents = select(Document.id).where(Document.site_id == self._site_id)
        ours = {
            "document_id": documents,
            "version_id": select(Version.id).where(Version.document_id.in_(documents)),
            "asset_id": select(Asset.id).where(Asset.site_id == self._site_id),
            "crawl_id": select(Crawl.id).where(Crawl.site_id == self._site_id),
        }
        if table.name == "sites":
            return table.c.id == self._site_id
        if "site_id" in table.c:
            return table.c.site_id == self._site_id
        owner = next((name for name in ours if name in table.c), None)
        return None if owner is None else table.c[owner].in_(ours[owner])


def _texts_of(table: Table) -> tuple[list[Column[Any]], list[Column[Any]]]:
    """Return the columns with texts that may be changed, and those that may not."""
    unique = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        for column in constraint.columns
    }
    free, fixed = [], []
    for column in table.columns:
        kind = column.type
        kind = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
        if not isinstance(kind, Letters | JSON) or column.foreign_keys:
            continue
        is_key = column.primary_key or column.name in unique or column.name.endswith(_ADDRESSES)
        if table.name in _BY_PEOPLE or (is_key and not _is_said(table, column)):
            fixed.append(column)
        else:
            free.append(column)
    return free, fixed


def _is_said(table: Table, column: Column[Any]) -> bool:
    """Say whether a `name` is one that a page or server gave a file: no key of ours."""
    return column.name == "name" and table.name in {"version_assets", "asset_copies"}
