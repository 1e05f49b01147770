"""View counters of a WebPlus host: the requests that read them, and what the answers say.

Pure. The CMS's own script asks by POST with an empty body and leaves the placeholder of the page
as it is where the answer is empty, `0` or `<span>0</span>`: to it as to us that is no count.

Source: the CMS's jquery.sudy.wp.visitcount.js (`WPVisitCount`, `WPListVisitCount`).
"""

import json
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from crawler.counters import BATCH_SIZE, CounterForm, CounterProtocol

KIND = "webplus"
_DISPLAY = "/_visitcountdisplay"
_ARTICLE = "3"  # the type of an article's counter; 1 is a home page, 2 a column
_NUMBER = re.compile(r"^\s*(?:<span[^<>]*>)?\s*(\d{1,12})\s*(?:</span>)?\s*$", re.ASCII)


def batch_url(root: str, owner: str, ids: Sequence[str]) -> str:
    """Return the address that gives the counts of up to `BATCH_SIZE` articles as JSON."""
    query = {"articleIds": ",".join(ids), "siteId": owner, "type": _ARTICLE, "funType": "0"}
    return f"{root}{_DISPLAY}?{urlencode(query, safe=',')}"


def single_url(root: str, owner: str, ids: Sequence[str]) -> str:
    """Return the address that an article page names in its counter's `url`."""
    query = {"siteId": owner, "type": _ARTICLE, "articleId": ids[0]}
    return f"{root}{_DISPLAY}?{urlencode(query)}"


def parse_batch(body: str, ids: Sequence[str]) -> dict[str, int | None]:
    """Return the count of each id in `[{"articleId": 1, "count": 12}, …]`, None where it is not."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    counts: dict[str, int | None] = dict.fromkeys(ids)
    for one in answer if isinstance(answer, list) else []:
        if isinstance(one, dict) and str(one.get("articleId")) in counts:
            counts[str(one["articleId"])] = _number(str(one.get("count")))
    return counts


def parse_single(body: str, ids: Sequence[str]) -> dict[str, int | None]:
    """Return the count, None if the body is anything but one number above zero."""
    return {ids[0]: _number(body)}


def _number(text: str) -> int | None:
    match = _NUMBER.match(text)
    return (int(match[1]) or None) if match else None


COUNTERS = CounterProtocol(
    kind=KIND,
    forms=(
        CounterForm(
            name="webplus_batch", size=BATCH_SIZE, url=batch_url, read=parse_batch, method="POST"
        ),
        CounterForm(
            name="webplus_single", size=1, url=single_url, read=parse_single, method="POST"
        ),
    ),
)
