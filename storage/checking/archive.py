"""The archive: every file, every record and every byte of it is what the database says."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from storage.archive.verifying import problems
from storage.checking.finding import Check, Found, Looking
from storage.schema import Segment


def find(connection: Connection, looking: Looking) -> Iterator[Found]:
    """Yield what is missing or damaged: evidence, which only a backup can bring back."""
    total = int(connection.scalar(select(func.sum(Segment.size))) or 0)
    done = 0

    def advance(read: int) -> None:
        nonlocal done
        done += read
        looking.progress(done, total)

    for problem in problems(looking.store, on_progress=advance):
        about = f" ({problem.url})" if problem.url else ""
        known = "is not in the database" not in problem.what
        advice = "; take it from a backup" if known else ""
        yield Found(where=f"archive file {problem.file}{about}", says=f"{problem.what}{advice}")


CHECK = Check(name="archive", rank=11, find=find, slow=True)
