"""Records of crawls that brought nothing, and of planned crawls."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, delete, select
from sqlalchemy.orm import aliased

from storage.pruning.rule import Rule
from storage.schema import Base, Crawl, Slot
from storage.slots import OPEN

# The newest ones say how a site is: its last outcome, and how often it failed in a row.
_NEWEST = 20


def doomed_slots(site_id: int, _timezone: str, before: datetime) -> Select[int]:
    """Ask for old planned crawls that are over."""
    return select(Slot.id).where(
        Slot.site_id == site_id, Slot.due_at < before, Slot.state.not_in(OPEN)
    )


def remove_slots(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove these planned crawls."""
    connection.execute(delete(Slot).where(Slot.id.in_(numbers)))


def doomed_crawls(site_id: int, _timezone: str, before: datetime) -> Select[int]:
    """Ask for old crawls that nothing names: no version, event or response is theirs."""
    other = aliased(Crawl)
    newest = select(other.id).where(other.site_id == site_id).order_by(other.id.desc())
    question = select(Crawl.id).where(
        Crawl.site_id == site_id,
        Crawl.finished_at < before,
        Crawl.outcome.is_not(None),
        Crawl.id.not_in(newest.limit(_NEWEST)),
    )
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is Crawl.__table__:
                named = select(key.parent).where(key.parent.is_not(None))
                question = question.where(Crawl.id.not_in(named))
    return question


def remove_crawls(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove these crawls."""
    connection.execute(delete(Crawl).where(Crawl.id.in_(numbers)))


RULES = (
    Rule(
        name="planned crawls", setting="crawls", rank=1, doomed=doomed_slots, remove=remove_slots
    ),
    Rule(
        name="crawls that brought nothing", setting="crawls", rank=2, doomed=doomed_crawls,
        remove=remove_crawls,
    ),
)  # fmt: skip
