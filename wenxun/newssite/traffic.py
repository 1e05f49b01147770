"""What was asked of the fixture site, and what it is told to do badly."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

# End points that count a visit: no crawler may call them.
_TRIP_WIRES = ("/datainput.jsp", "/addclicktimes.jsp", "/_visitcount")
_ARTICLES = ("/page.htm", "/page.psp")
_COUNTERS = (
    *("/dynclicks.jsp", "/dynclicksbatch.jsp", "/clicktimes.jsp", "/batchclicktimes.jsp"),
    "/_visitcountdisplay",
)
_ASSETS = (
    "/__local/",
    "/_vsl/",
    "/system/_content/",
    "/dfiles/",
    "/_sitegray/",
    "/system/resource/",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. `path` has its query; `at` is aware UTC."""

    path: str
    status: int
    at: datetime
    user_agent: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Slowness or a failure for the paths that contain `match`; `left` None means for ever."""

    match: str
    delay_s: float = 0.0
    status: int | None = None
    left: int | None = None


@dataclass(slots=True)
class Traffic:
    """The request log with its counts by kind, and the faults in force."""

    requests: list[Request] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: tuple[Fault, ...] = ()

    def note(self, request: Request) -> None:
        """Remember a request."""
        self.requests.append(request)
        self.counts[request.kind] += 1

    def reset(self) -> None:
        """Forget the requests."""
        self.requests, self.counts = [], Counter()

    def fault_of(self, path: str) -> tuple[float, int | None]:
        """Return the delay in seconds and the forced status for a path, using up a failure."""
        delay_s, status = 0.0, None
        for fault in self.faults:
            if fault.match not in path or path.startswith("/_control/"):
                continue
            delay_s += fault.delay_s
            if status is None and fault.status is not None and fault.left != 0:
                status = fault.status
                self._use_up(fault)
        return delay_s, status

    def _use_up(self, fault: Fault) -> None:
        if fault.left is not None:
            spent = replace(fault, left=fault.left - 1)
            self.faults = tuple(spent if f is fault else f for f in self.faults)


def kind_of(path: str) -> str:
    """Return what a request is for, by its path."""
    bare, _, query = path.partition("?")
    rules = (
        ("trip", bare.endswith(_TRIP_WIRES)),
        ("counter", bare.endswith(_COUNTERS)),
        ("robots", bare == "/robots.txt"),
        ("home", bare in {"/", "/index.htm", "/main.htm"}),
        ("asset", bare.startswith(_ASSETS)),
        ("data", bare.startswith("/_data/")),
        ("control", bare.startswith("/_control/")),
        ("article", _is_article(bare, query)),
        ("listing", bare.endswith((".htm", ".psp", "/list.jsp"))),
    )
    return next((kind for kind, holds in rules if holds), "other")


def _is_article(bare: str, query: str) -> bool:
    return bare.startswith("/info/") or "wbnewsid=" in query or bare.endswith(_ARTICLES)
