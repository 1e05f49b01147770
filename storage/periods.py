"""Days, months and years as people write them become spans of days. Pure."""

import re
from calendar import monthrange
from datetime import date

Span = tuple[str | None, str | None]
_PERIOD = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_RANGE = re.compile(r"\.\.+|…|~|～|至")


def period(kind: str, written: str) -> Span | None:
    """Return the first and last day (YYYY-MM-DD, inclusive; None: open); None if it is no period.

    `kind` is `date` (a period, or two with `..` between, of which one may be left out), `after`
    (its first day or later) or `before` (its last day or earlier).
    """
    ends = _RANGE.split(written) if kind == "date" else [written]
    spans = [_span(end) if end else (None, None) for end in ends]
    if not any(ends) or len(ends) > 2 or None in spans:  # noqa: PLR2004 (two ends)
        return None
    first, last = spans[0], spans[-1]
    assert first is not None
    assert last is not None
    since, until = first[0], last[1]
    if since and until and since > until:
        return None
    return (since if kind != "before" else None, until if kind != "after" else None)


def _span(written: str) -> tuple[str, str] | None:
    match = _PERIOD.fullmatch(written)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        last_month = month or 12
        last = date(first.year, last_month, day or monthrange(first.year, last_month)[1])
    except ValueError:
        return None
    return first.isoformat(), last.isoformat()
