"""View counters of a VSB host: the requests that read them, and what the answers say.

Pure. The end points stand at the root of the host, also for sub-sites.

Source: the CMS's dynclicks.js (`dynclicks.jsp`, `dynclicksbatch.jsp`) and its older
`clicktimes.jsp`.
"""

import json
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from crawler.counters import BATCH_SIZE, CounterForm, CounterProtocol

_CLICK = "/system/resource/code/news/click/"
_NUMBER = re.compile(r"^\s*(\d{1,12})\s*$", re.ASCII)


def batch_url(root: str, owner: str, ids: Sequence[str]) -> str:
    """Return the address that gives the counts of up to `BATCH_SIZE` articles of one owner."""
    query = urlencode({"clickids": ",".join(ids), "owner": owner, "clicktype": "wbnews"}, safe=",")
    return f"{root}{_CLICK}dynclicksbatch.jsp?{query}"


def single_url(root: str, owner: str, ids: Sequence[str]) -> str:
    """Return the address that gives one article's count as a bare number."""
    query = urlencode({"clickid": ids[0], "owner": owner, "clicktype": "wbnews"})
    return f"{root}{_CLICK}dynclicks.jsp?{query}"


def old_json_url(root: str, owner: str, ids: Sequence[str]) -> str:
    """Return the address that gives one article's count as JSON, on older installations."""
    query = urlencode({"wbnewsid": ids[0], "owner": owner, "type": "wbnews", "randomid": "n"})
    return f"{root}{_CLICK}clicktimes.jsp?{query}"


def parse_batch(body: str, ids: Sequence[str]) -> dict[str, int | None]:
    """Return the count of each id, None for what is no number.

    An answer with another number of values than asked for cannot be assigned: all are None.
    """
    values = body.strip().strip(",").split(",")
    if len(values) != len(ids):
        return dict.fromkeys(ids)
    return {one: _number(value) for one, value in zip(ids, values, strict=True)}


def parse_single(body: str, ids: Sequence[str]) -> dict[str, int | None]:
    """Return the count, None if the body is anything but one number."""
    return {ids[0]: _number(body)}


def parse_old_json(body: str, ids: Sequence[str]) -> dict[str, int | None]:
    """Return the count of `{"wbshowtimes": 123, …}`, None if it is not there as a number."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    value = answer.get("wbshowtimes") if isinstance(answer, dict) else None
    return {ids[0]: None if isinstance(value, bool) else _number(str(value))}


def _number(text: str) -> int | None:
    match = _NUMBER.match(text)
    return int(match[1]) if match else None


COUNTERS = CounterProtocol(
    kind="wbnews",
    forms=(
        CounterForm(name="batch", size=BATCH_SIZE, url=batch_url, read=parse_batch),
        CounterForm(name="single", size=1, url=single_url, read=parse_single),
        CounterForm(name="old_json", size=1, url=old_json_url, read=parse_old_json),
    ),
)
