"""Collect the counters that a crawl wants to know and plan their requests. Pure.

Many articles share one request where the host answers batches; what a form does not answer is
asked in the next form, and only what no form answers is a failure. Where each article costs a
request of its own, known counts are refreshed a few a crawl, the oldest first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.counters import BATCH_SIZE, CounterForm, CounterPlan, chunks
from crawler.families import counter_protocol
from storage.article import Counter

REFRESHED_SINGLY = 6  # known counts a crawl and host that are asked for one by one
_FIRST_QUESTIONS = 3  # before a form is proven: it may be the wrong one, or one article too old


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterAsk:
    """One request for counts: where, of whom, by which protocol, and in which form."""

    url: str
    root: str
    kind: str
    owner: str
    ids: tuple[str, ...]
    form: CounterForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What an answer came to: counts that are known, and how many stay unknown."""

    views: tuple[tuple[Counter, int], ...]
    unknown: int


class Counting:
    """The counters of one crawl. Each is asked once; none where the site switched them off."""

    def __init__(self, *, form: str | None, enabled: bool = True) -> None:
        self._enabled = enabled
        self._known_form = form
        self._plans: dict[tuple[str, str], CounterPlan] = {}
        self._waiting: dict[tuple[str, str, str], dict[str, None]] = {}
        self._known: dict[tuple[str, str], list[tuple[datetime, Counter]]] = {}
        self._asked: set[tuple[str, Counter]] = set()

    def want(self, root: str, counter: Counter) -> None:
        """Ask for this counter of this host, unless it was asked already."""
        if self._enabled and (root, counter) not in self._asked:
            self._asked.add((root, counter))
            key = (root, counter.kind, counter.owner)
            self._waiting.setdefault(key, {})[counter.article_id] = None

    def refresh(self, root: str, counter: Counter, *, counted_at: datetime | None) -> None:
        """Ask again for the counter of a known article, as far as that is cheap."""
        form = self._plan(root, counter.kind).form
        if counted_at is None or (form is not None and form.size > 1):
            self.want(root, counter)
        elif self._enabled:
            self._known.setdefault((root, counter.kind), []).append((counted_at, counter))

    def take(self, *, rest: bool) -> tuple[list[CounterAsk], int]:
        """Return the requests to send now, and how many counters nobody can answer.

        Only full batches, unless `rest` asks for everything that waits.
        """
        asks: list[CounterAsk] = []
        unknown = 0
        if rest:
            self._take_known()
        for (root, kind, owner), waiting in self._waiting.items():
            plan = self._plan(root, kind)
            if plan.form is None:
                unknown += len(waiting)
                waiting.clear()
                continue
            while len(waiting) >= BATCH_SIZE or (rest and waiting):
                ids = tuple(waiting)[:BATCH_SIZE]
                if not plan.proven and plan.form.size == 1:
                    ids = ids[:_FIRST_QUESTIONS]
                for article_id in ids:
                    del waiting[article_id]
                asks += _asks((root, kind, owner), ids, form=plan.form)
                if not plan.proven:
                    break  # one question first: it may be the wrong form
        return asks, unknown

    def answer(self, ask: CounterAsk, *, body: str | None) -> Counted:
        """Read an answer (None: there was none); what it leaves open waits for the next form."""
        counts = _read(ask, body)
        host = (ask.root, ask.kind)
        plan = self._plan(*host)
        if any(views is not None for views in counts.values()) and not plan.proven:
            # A form that was given up for one bad answer has given a good one now.
            self._plans[host] = plan = CounterPlan(forms=(ask.form,), proven=True)
        elif ask.form == plan.form:
            self._plans[host] = plan = plan.after(counts.values())
        open_ids = [one for one, views in counts.items() if views is None]
        retry = plan.form is not None and plan.form != ask.form
        if retry:
            waiting = self._waiting.setdefault((ask.root, ask.kind, ask.owner), {})
            waiting.update(dict.fromkeys(open_ids))
        views = tuple(
            (Counter(owner=ask.owner, article_id=one, kind=ask.kind), count)
            for one, count in counts.items()
            if count is not None
        )
        return Counted(views=views, unknown=0 if retry else len(open_ids))

    def _plan(self, root: str, kind: str) -> CounterPlan:
        if (root, kind) not in self._plans:
            protocol = counter_protocol(kind)
            # Of a kind that no family knows any more, nothing can be asked.
            start = protocol.plan(known=self._known_form) if protocol else CounterPlan(forms=())
            self._plans[root, kind] = start
        return self._plans[root, kind]

    def _take_known(self) -> None:
        for (root, _), known in self._known.items():
            known.sort(key=lambda one: one[0])
            for _, counter in known[:REFRESHED_SINGLY]:
                self.want(root, counter)
        self._known.clear()

    @property
    def form(self) -> str | None:
        """Return the name of the form that answered, None where none did (yet)."""
        proven = (plan.form for plan in self._plans.values() if plan.proven)
        return next((form.name for form in proven if form), None)


def _asks(
    place: tuple[str, str, str], ids: Sequence[str], *, form: CounterForm
) -> list[CounterAsk]:
    root, kind, owner = place
    return [
        CounterAsk(
            url=form.url(root, owner, few), root=root, kind=kind, owner=owner, ids=few, form=form
        )
        for few in chunks(ids, form.size)
    ]


def _read(ask: CounterAsk, body: str | None) -> Mapping[str, int | None]:
    return dict.fromkeys(ask.ids) if body is None else ask.form.read(body, ask.ids)
