"""Deliveries: claim, send, check the receipt, try again by plan, give up loudly.

Each channel is served by one thread of its own, so one that hangs delays nobody else, and its
alerts leave in their order. At most one delivery a channel is on the wire, and only that one can
be repeated after a crash, under the same key.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from crawler.errors import SettingError
from scheduler.channels import Receipt, SecretError, Sending, kind_of, kinds
from scheduler.jobs import guarded, settled
from scheduler.messages import timetable_of
from scheduler.observing import NOBODY, Observer
from scheduler.plan import next_try
from scheduler.render import message_of
from scheduler.timetable import after_quiet, without_timetable
from storage.alert import AttemptOutcome, ClaimedDelivery, DeliveryState, KeptChannel
from storage.claiming import Budget
from storage.deliveries import Deliveries

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # far longer than any channel's own time limit


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSettings:
    """How to send. `max_senders` bounds the threads."""

    holder: str
    retry_delays: Sequence[timedelta]
    allow_private_hosts: bool
    environ: Mapping[str, str]
    user_agent: str
    max_senders: int = 16


class Outbox:
    """Sends what is due, in threads; `close()` it."""

    def __init__(
        self,
        deliveries: Deliveries,
        settings: OutboxSettings,
        *,
        clock: Callable[[], datetime],
        observer: Observer = NOBODY,
    ) -> None:
        self._observer = observer
        self._deliveries = deliveries
        self._settings = settings
        self._clock = clock
        self._senders: dict[int, threading.Thread] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def step(self) -> None:
        """Start a sender for every channel that has something due and none at work. Never waits."""
        for channel_id, kind in self._deliveries.due_channels(self._clock()).items():
            with self._lock:
                is_free = len(self._senders) < self._settings.max_senders
                if channel_id in self._senders or not is_free or self._closing.is_set():
                    continue
                sender = threading.Thread(
                    target=self._serve,
                    args=(channel_id, kind),
                    name=f"send-{channel_id}",
                    daemon=True,
                )
                self._senders[channel_id] = sender
            sender.start()

    def close(self, *, within: timedelta) -> bool:
        """Claim nothing more and wait for what is on the wire; False: something still was.

        What is left is sent again by the next service, under the same key.
        """
        self._closing.set()
        deadline = time.monotonic() + within.total_seconds()
        with self._lock:
            senders = tuple(self._senders.values())
        for sender in senders:
            sender.join(max(0.0, deadline - time.monotonic()))
        return not any(sender.is_alive() for sender in senders)

    def drain(self, *, within: timedelta) -> bool:
        """Send what is due now, then close; False: not all of it went out in time."""
        deadline = time.monotonic() + within.total_seconds()
        self.step()
        with self._lock:
            senders = tuple(self._senders.values())
        for sender in senders:
            sender.join(max(0.0, deadline - time.monotonic()))
        return self.close(within=timedelta(seconds=max(0.0, deadline - time.monotonic())))

    def _serve(self, channel_id: int, kind: str) -> None:
        try:
            guarded("deliver", lambda: self._send_due(channel_id, kind))()
        finally:
            with self._lock:
                del self._senders[channel_id]

    def _send_due(self, channel_id: int, kind: str) -> None:
        budget = _budget(kind)
        shared = self._of_one_bot(channel_id, kind) if budget else ()
        while not self._closing.is_set():
            claimed = self._deliveries.claim(
                channel_id,
                holder=self._settings.holder,
                now=self._clock(),
                lease=LEASE,
                budget=budget,
                shared=shared,
            )
            if claimed is None:
                return
            receipt = settled(
                f"the sender of {kind} failed id={claimed.idempotency_key}",
                partial(self._send, claimed),
                _failed,
            )
            self._record(claimed, receipt)

    def _of_one_bot(self, channel_id: int, kind: str) -> tuple[int, ...]:
        """Return the other channels that speak through the bot of this one, by their numbers."""
        bots = {channel.id: self._bot_of(channel) for channel in self._deliveries.channels_of(kind)}
        bot = bots.pop(channel_id, None)
        return tuple(sorted(n for n, other in bots.items() if bot is not None and other == bot))

    def _bot_of(self, channel: KeptChannel) -> str | None:
        kind = kinds()[channel.kind]
        if kind.bot is None:
            return None
        try:
            options = kind.parse(without_timetable(channel.options), "")
            return kind.bot(options, self._settings.environ)
        except (SettingError, SecretError):
            return None  # what it cannot do is said where it is sent

    def _send(self, claimed: ClaimedDelivery) -> Receipt:
        sending = Sending(
            key=claimed.idempotency_key,
            now=self._clock(),
            allow_private_hosts=self._settings.allow_private_hosts,
            environ=self._settings.environ,
            user_agent=self._settings.user_agent,
            left=tuple(claimed.message.get("left") or ()),
        )
        try:
            kind = kind_of(claimed.channel.kind, f"channel {claimed.channel.name}")
            own = without_timetable(claimed.channel.options)
            options = kind.parse(own, f"channel {claimed.channel.name}")
        except SettingError as error:
            return Receipt(outcome=AttemptOutcome.DEAD, detail=str(error))
        return kind.send(options, message_of(claimed.message), sending)

    def _record(self, claimed: ClaimedDelivery, receipt: Receipt) -> None:
        now = self._clock()
        again = next_try(
            claimed.step,
            now=now,
            delays=self._settings.retry_delays,
            retry_after=receipt.retry_after,
        )
        state = self._deliveries.record_attempt(
            claimed,
            holder=self._settings.holder,
            outcome=receipt.outcome,
            detail=receipt.problem or receipt.detail,
            is_partly=receipt.problem is not None,
            left=receipt.left,
            next_attempt_at=again and after_quiet(timetable_of(claimed.channel), again),
            now=now,
        )
        _log(claimed, receipt, state)
        self._observer.sent(claimed.channel.kind, receipt.outcome)


def _budget(kind: str) -> tuple[Budget, ...]:
    """Return what a kind of receiver takes; one that is not known any more takes nothing anyway."""
    found = kinds().get(kind)
    return tuple((rate.messages, rate.within) for rate in found.budget) if found else ()


def _failed(error: Exception) -> Receipt:
    """Return the receipt of a message whose sender broke off, maybe behind the sending."""
    detail = f"the sender failed ({type(error).__name__}), see the log"
    return Receipt(outcome=AttemptOutcome.UNKNOWN, detail=detail)


def _log(claimed: ClaimedDelivery, receipt: Receipt, state: DeliveryState | None) -> None:
    watch = claimed.watch or "(digest or report)"
    detail = receipt.problem or receipt.detail
    data = (claimed.idempotency_key, watch, claimed.channel.name, detail)
    if state is DeliveryState.SENT and receipt.problem is not None:
        logger.warning("alert sent, but not to all id=%s watch=%s channel=%s detail=%s", *data)
    elif state is DeliveryState.SENT:
        logger.info("alert sent id=%s watch=%s channel=%s detail=%s", *data)
    elif state is DeliveryState.PENDING:
        logger.warning("alert not sent, tried again id=%s watch=%s channel=%s detail=%s", *data)
    elif state is DeliveryState.DEAD:
        logger.error(
            "alert given up id=%s watch=%s channel=%s detail=%s: see `wenxun alerts list`", *data
        )
    else:
        logger.warning("alert was taken over id=%s watch=%s channel=%s detail=%s", *data)
