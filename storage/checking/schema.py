"""The tables, columns and indexes, held against the models."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index

from storage.checking.finding import Check, Found, Looking
from storage.schema import Base


def find(connection: Connection, _looking: Looking) -> Iterator[Found]:
    """Yield what is missing or other than it should be. What others added is nobody's business."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 (slow to import)
    from alembic.migration import MigrationContext  # noqa: PLC0415

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    for difference in compare_metadata(context, Base.metadata):
        # What differs in a column comes as a list, one entry an attribute.
        for one in difference if isinstance(difference, list) else [difference]:
            yield from _told(one)


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Make the indexes that are missing."""
    for one in found:
        one.key.create(connection)


def _told(difference: Any) -> Iterator[Found]:
    kind, subject = difference[0], difference[1]
    if kind.startswith("remove_"):
        return
    if kind == "add_index" and isinstance(subject, Index):
        yield Found(
            where=f"index {subject.name}",
            says="is missing: questions take long, and what must be unique may not be",
            repair="makes it",
            key=subject,
        )
    elif kind == "add_column":
        yield Found(where=f"column {difference[2]}.{difference[3].name}", says=_OTHER)
    elif kind.startswith("modify_"):
        yield Found(where=f"column {difference[2]}.{difference[3]}", says=f"{kind[7:]}: {_OTHER}")
    else:
        yield Found(where=f"{kind[4:]} {getattr(subject, 'name', subject)}", says=_OTHER)


_OTHER = "is missing or other than this version needs it: restore a backup, then `wenxun migrate`"
CHECK = Check(name="schema", rank=1, find=find, mend=mend)
