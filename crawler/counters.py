"""View counters of a VSB host: the requests that read them, and what the answers say.

Pure: builds addresses and reads bodies, fetches nothing. Only end points that read are ever built;
`is_incrementing` names those that count a visit, which the spider refuses to request. The end
points stand at the root of the host, also for sub-sites.

Source: the CMS's dynclicks.js (`dynclicks.jsp`, `dynclicksbatch.jsp`) and its older
`clicktimes.jsp`; other families' visit counters as named beside the patterns.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode, urlsplit

BATCH_SIZE = 50  # ids in one request: keeps the address far below any server's limit
_CLICK = "/system/resource/code/news/click/"
_NUMBER = re.compile(r"^\s*(\d{1,12})\s*$", re.ASCII)

_INCREMENTING_PATH = re.compile(
    r"/(?:datainput\.jsp"  # VSB `_jsq_`
    r"|addclicktimes\.jsp"  # VSB `_addDynClicks`
    r"|_visitcount"  # WebPlus; `_visitcountdisplay` only reads
    r"|(?:plus/)?count\.php"  # DedeCMS
    r"|content_view\.jspx"  # JEECMS
    r"|count/index)$",  # TRS: its effect is unknown, so it is left alone
    re.IGNORECASE,
)
_INCREMENTING_QUERY = re.compile(r"(?:^|&)addclick=1(?:&|$)", re.IGNORECASE)  # EmpireCMS


class CounterForm(StrEnum):
    """One way to ask a host for view counts, in the order in which they are tried."""

    BATCH = "batch"
    SINGLE = "single"
    OLD_JSON = "old_json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPlan:
    """Which form a host answers, as far as this crawl has seen.

    `form` is what to send next, None once every form failed: then no counter of this host is asked
    again in this crawl. `proven` says that the form has given a number; a proven form is kept,
    whatever single answers fail later.
    """

    form: CounterForm | None = CounterForm.BATCH
    proven: bool = False

    def after(self, counts: Iterable[int | None]) -> "CounterPlan":
        """Return the plan after an answer: any number proves the form, none at all gives it up."""
        if any(count is not None for count in counts):
            return self if self.proven else replace(self, proven=True)
        if self.proven or self.form is None:
            return self
        forms = list(CounterForm)
        rest = forms[forms.index(self.form) + 1 :]
        return CounterPlan(form=rest[0] if rest else None)


def chunks(ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the ids in portions of at most `BATCH_SIZE`, each id once, in order."""
    unique = tuple(dict.fromkeys(ids))
    for start in range(0, len(unique), BATCH_SIZE):
        yield unique[start : start + BATCH_SIZE]


def host_root(url: str) -> str:
    """Return scheme and host of an address: where the counters of its site stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def batch_url(host_root: str, owner: str, ids: Sequence[str]) -> str:
    """Return the address that gives the counts of up to `BATCH_SIZE` articles of one owner."""
    query = urlencode({"clickids": ",".join(ids), "owner": owner, "clicktype": "wbnews"}, safe=",")
    return f"{host_root}{_CLICK}dynclicksbatch.jsp?{query}"


def single_url(host_root: str, owner: str, article_id: str) -> str:
    """Return the address that gives one article's count as a bare number."""
    query = urlencode({"clickid": article_id, "owner": owner, "clicktype": "wbnews"})
    return f"{host_root}{_CLICK}dynclicks.jsp?{query}"


def old_json_url(host_root: str, owner: str, article_id: str) -> str:
    """Return the address that gives one article's count as JSON, on older installations."""
    query = urlencode({"wbnewsid": article_id, "owner": owner, "type": "wbnews", "randomid": "n"})
    return f"{host_root}{_CLICK}clicktimes.jsp?{query}"


def parse_batch(body: str, ids: Sequence[str]) -> dict[str, int | None]:
    """Return the count of each id, None for what is no number.

    An answer with another number of values than asked for cannot be assigned: all are None.
    """
    values = body.strip().strip(",").split(",")
    if len(values) != len(ids):
        return dict.fromkeys(ids)
    return {one: _number(value) for one, value in zip(ids, values, strict=True)}


def parse_single(body: str) -> int | None:
    """Return the count, or None if the body is anything but one number."""
    return _number(body)


def parse_old_json(body: str) -> int | None:
    """Return the count of `{"wbshowtimes": 123, …}`, or None if it is not there as a number."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    value = answer.get("wbshowtimes")
    return None if isinstance(value, bool) else _number(str(value))


def is_incrementing(url: str) -> bool:
    """Say whether requesting this address would count a visit, on any known CMS."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    path = re.sub(r"/{2,}", "/", parts.path).partition(";")[0].rstrip("/")
    if _INCREMENTING_PATH.search(path):
        return True
    return bool(_INCREMENTING_QUERY.search(parts.query))


def _number(text: str) -> int | None:
    match = _NUMBER.match(text)
    return int(match[1]) if match else None
