"""Make checks, one after the other, and mend what may be mended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from storage.care import note
from storage.checking.finding import Check, Finding, Found, Looking
from storage.errors import DatabaseFailedError
from storage.retrying import retried
from storage.store import Store

Progress = Callable[[str, int, int], None]


def look(
    store: Store,
    checks: Sequence[Check],
    *,
    quick: bool,
    repair: bool,
    now: datetime,
    progress: Progress,
) -> Iterator[Finding]:
    """Yield what the checks find; with `repair`, what can be mended is mended by then.

    Each check is one transaction: what it finds and how it mends that fit together, whoever writes
    meanwhile. `progress` is told the check, and how many of how many rows are done.
    """
    for check in checks:
        if quick and check.slow:
            continue
        progress(check.name, 0, 0)
        looking = Looking(store=store, now=now, quick=quick, progress=partial(progress, check.name))
        mends = repair and check.mend is not None
        try:
            yield from _mended(store, check, looking) if mends else _seen(store, check, looking)
        except DatabaseFailedError as error:
            says = f"cannot be looked at, it is damaged or out of reach: {error}"
            yield _finding(check, Found(where="the database", says=says))


def _seen(store: Store, check: Check, looking: Looking) -> Iterator[Finding]:
    with store.read() as connection:
        for found in check.find(connection, looking):
            yield _finding(check, found)


def _mended(store: Store, check: Check, looking: Looking) -> Iterator[Finding]:
    for one in _mend(store, check, looking):
        yield replace(_finding(check, one), mended=one.repair is not None)


@retried
def _mend(store: Store, check: Check, looking: Looking) -> list[Found]:
    with store.write() as connection:
        found = list(check.find(connection, looking))
        to_mend = [one for one in found if one.repair is not None]
        if check.mend is not None and to_mend:
            check.mend(connection, to_mend, looking.now)
            detail = {"check": check.name, "mended": [f"{f.where} {f.says}" for f in to_mend]}
            note(connection, kind="repair", detail=detail, now=looking.now)
    return found


def _finding(check: Check, found: Found) -> Finding:
    return Finding(
        check=check.name, where=found.where, says=found.says, repair=found.repair, mended=False
    )
