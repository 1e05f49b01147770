"""Collect the counters that a crawl wants to know and plan their requests. Pure.

Many articles share one request where the host answers batches; what a form does not answer is
asked in the next form, and only what no form answers is a failure. Where each article costs a
request of its own, known counts are refreshed a few a crawl, the oldest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.counters import (
    BATCH_SIZE,
    CounterForm,
    CounterPlan,
    batch_url,
    chunks,
    old_json_url,
    parse_batch,
    parse_old_json,
    parse_single,
    single_url,
)
from storage.article import Counter

REFRESHED_SINGLY = 6  # known counts a crawl and host that are asked for one by one
_FIRST_QUESTIONS = 3  # before a form is proven: it may be the wrong one, or one article too old


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterAsk:
    """One request for counts: where, of whom, and in which form."""

    url: str
    root: str
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
        start = CounterForm(form) if form in set(CounterForm) else CounterForm.BATCH
        self._start = CounterPlan(form=start)
        self._plans: dict[str, CounterPlan] = {}
        self._waiting: dict[tuple[str, str], dict[str, None]] = {}
        self._known: dict[str, list[tuple[datetime, Counter]]] = {}
        self._asked: set[tuple[str, str, str]] = set()

    def want(self, root: str, counter: Counter) -> None:
        """Ask for this counter of this host, unless it was asked already."""
        if not self._enabled:
            return
        key = (root, counter.owner, counter.article_id)
        if key not in self._asked:
            self._asked.add(key)
            self._waiting.setdefault((root, counter.owner), {})[counter.article_id] = None

    def refresh(self, root: str, counter: Counter, *, counted_at: datetime | None) -> None:
        """Ask again for the counter of a known article, as far as that is cheap."""
        if counted_at is None or self._plan(root).form is CounterForm.BATCH:
            self.want(root, counter)
        elif self._enabled:
            self._known.setdefault(root, []).append((counted_at, counter))

    def take(self, *, rest: bool) -> tuple[list[CounterAsk], int]:
        """Return the requests to send now, and how many counters nobody can answer.

        Only full batches, unless `rest` asks for everything that waits.
        """
        asks: list[CounterAsk] = []
        unknown = 0
        if rest:
            self._take_known()
        for (root, owner), waiting in self._waiting.items():
            plan = self._plan(root)
            if plan.form is None:
                unknown += len(waiting)
                waiting.clear()
                continue
            while len(waiting) >= BATCH_SIZE or (rest and waiting):
                ids = next(iter(chunks(tuple(waiting))))
                if not plan.proven and plan.form is not CounterForm.BATCH:
                    ids = ids[:_FIRST_QUESTIONS]
                for article_id in ids:
                    del waiting[article_id]
                asks += _asks(root, owner, ids, form=plan.form)
                if not plan.proven:
                    break  # one question first: it may be the wrong form
        return asks, unknown

    def answer(self, ask: CounterAsk, *, body: str | None) -> Counted:
        """Read an answer (None: there was none); what it leaves open waits for the next form."""
        counts = _read(ask, body)
        plan = self._plan(ask.root)
        if any(views is not None for views in counts.values()) and not plan.proven:
            # A form that was given up for one bad answer has given a good one now.
            self._plans[ask.root] = plan = CounterPlan(form=ask.form, proven=True)
        elif ask.form == plan.form:
            self._plans[ask.root] = plan = plan.after(counts.values())
        open_ids = [one for one, views in counts.items() if views is None]
        retry = plan.form is not None and plan.form != ask.form
        if retry:
            waiting = self._waiting.setdefault((ask.root, ask.owner), {})
            waiting.update(dict.fromkeys(open_ids))
        views = tuple(
            (Counter(owner=ask.owner, article_id=one), count)
            for one, count in counts.items()
            if count is not None
        )
        return Counted(views=views, unknown=0 if retry else len(open_ids))

    def _plan(self, root: str) -> CounterPlan:
        return self._plans.get(root, self._start)

    def _take_known(self) -> None:
        for root, known in self._known.items():
            known.sort(key=lambda one: one[0])
            for _, counter in known[:REFRESHED_SINGLY]:
                self.want(root, counter)
        self._known.clear()

    @property
    def form(self) -> str | None:
        """Return the form that answered, None where none did (yet)."""
        return next((plan.form for plan in self._plans.values() if plan.proven), None)


def _asks(root: str, owner: str, ids: Sequence[str], *, form: CounterForm) -> list[CounterAsk]:
    if form is CounterForm.BATCH:
        url = batch_url(root, owner, ids)
        return [CounterAsk(url=url, root=root, owner=owner, ids=tuple(ids), form=form)]
    address = single_url if form is CounterForm.SINGLE else old_json_url
    return [
        CounterAsk(url=address(root, owner, one), root=root, owner=owner, ids=(one,), form=form)
        for one in ids
    ]


def _read(ask: CounterAsk, body: str | None) -> dict[str, int | None]:
    if body is None:
        return dict.fromkeys(ask.ids)
    if ask.form is CounterForm.BATCH:
        return parse_batch(body, ask.ids)
    read = parse_single if ask.form is CounterForm.SINGLE else parse_old_json
    return {ask.ids[0]: read(body)}
