"""View counters of a host: how they are asked and in which forms, whatever CMS counts.

Pure: builds requests and reads answers by what a family states, fetches nothing. Only end points
that read are ever built; `is_incrementing` names those that count a visit, which the spider
refuses to request.

Source of the patterns: the visit counters of the families, named beside each.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

BATCH_SIZE = 50  # ids in one request: keeps the address far below any server's limit

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterForm:
    """One way to ask a host for view counts.

    `url` builds the request's address out of the host's root, the owner and the article ids, of
    which it takes `size` at most. `method` is GET, or POST with an empty body. `read` returns the
    count of each id, None where the answer gives no number. `name` is stored with the site.
    """

    name: str
    size: int
    url: Callable[[str, str, Sequence[str]], str]
    read: Callable[[str, Sequence[str]], Mapping[str, int | None]]
    method: str = "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterProtocol:
    """How one CMS counts: `kind` is that of its `Counter`s, `forms` are tried in their order."""

    kind: str
    forms: tuple[CounterForm, ...]

    def plan(self, *, known: str | None) -> "CounterPlan":
        """Return the plan of a host that answered the form of this name before (None: unknown)."""
        names = [form.name for form in self.forms]
        return CounterPlan(forms=self.forms[names.index(known) if known in names else 0 :])


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPlan:
    """Which forms a host may answer, as far as this crawl has seen.

    The first of `forms` is sent next; there is none once every form failed: then no counter of
    this host is asked again in this crawl. `proven` says that the form has given a number; a
    proven form is kept, whatever single answers fail later.
    """

    forms: tuple[CounterForm, ...]
    proven: bool = False

    @property
    def form(self) -> CounterForm | None:
        """What to send next, None once every form failed."""
        return self.forms[0] if self.forms else None

    def after(self, counts: Iterable[int | None]) -> "CounterPlan":
        """Return the plan after an answer: any number proves the form, none at all gives it up."""
        if any(count is not None for count in counts):
            return self if self.proven else replace(self, proven=True)
        if self.proven or not self.forms:
            return self
        return CounterPlan(forms=self.forms[1:])


def chunks(ids: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Yield the ids in portions of at most `size`, each id once, in order."""
    unique = tuple(dict.fromkeys(ids))
    for start in range(0, len(unique), size):
        yield unique[start : start + size]


def host_root(url: str) -> str:
    """Return scheme and host of an address: where the counters of its site stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


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
