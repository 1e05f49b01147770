"""Stories: every content is in one or waits to be compared, and what leads a story is in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, update
from sqlalchemy.orm import aliased

from storage.checking.finding import Check, Found, Looking
from storage.schema import Content, StoryMember

_CORE = aliased(StoryMember)


def find(connection: Connection, _looking: Looking) -> Iterator[Found]:
    """Yield contents that no story has, and those whose story is another's."""
    known = exists().where(StoryMember.content_id == Content.id)
    for number in connection.scalars(select(Content.id).where(~known).order_by(Content.id)):
        yield Found(
            where=f"content {number}",
            says="is in no story and does not wait for one: reposts of it are not known",
            repair="lets it be compared",
            key=(number, True),
        )
    astray = (
        select(StoryMember.content_id, StoryMember.core_id)
        .join(_CORE, _CORE.content_id == StoryMember.core_id)
        .where(_CORE.core_id.is_distinct_from(_CORE.content_id))
        .order_by(StoryMember.content_id)
    )
    for number, core in connection.execute(astray):
        yield Found(
            where=f"content {number}",
            says=f"is in the story of content {core}, which is not in it",
            repair="lets it be compared anew",
            key=(number, False),
        )


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Let these contents wait to be compared: the service does it, or `wenxun stories`."""
    for one in found:
        number, is_new = one.key
        if is_new:
            connection.execute(insert(StoryMember).values(content_id=number))
        else:
            waits = update(StoryMember).where(StoryMember.content_id == number)
            connection.execute(waits.values(core_id=None))


CHECK = Check(name="stories", rank=9, find=find, mend=mend)
