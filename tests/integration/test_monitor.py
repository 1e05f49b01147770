"""The monitoring port says how the service is, and nothing else."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from storage.alert import AttemptOutcome
from storage.overview import Overview
from storage.slots import EndedSlot, SlotState
from storage.store import Store
from tests.integration.desk import Desk, article
from web.metrics import Metrics
from web.monitor import Monitor, PortInUseError, Watched

ENDED = EndedSlot(
    site="yunling", state=SlotState.RAN, outcome="ok", requests=7, articles_new=2,
    articles_changed=1, articles_withdrawn=0, failures=0,
)  # fmt: skip


@contextmanager
def monitor(
    store: Store, metrics: Metrics | None = None, beat_at: datetime | None = None
) -> Iterator[str]:
    watched = Watched(
        overview=Overview(store), metrics=metrics or Metrics(), beat_at=lambda: beat_at
    )
    running = Monitor("127.0.0.1", 0, watched)
    try:
        yield f"http://127.0.0.1:{running.port}"
    finally:
        running.close()


def get(url: str) -> tuple[int, str]:
    try:
        with urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def values(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_tell_what_flowed_and_what_stands(store: Store, desk: Desk) -> None:
    desk.begin()
    desk.column("zyxw")
    desk.save(desk.read(article()))
    desk.finish()
    metrics = Metrics()
    metrics.crawl_ended(ENDED)
    metrics.sent("webhook", AttemptOutcome.SENT)
    metrics.alerts_made(3)

    with monitor(store, metrics) as url:
        status, text = get(f"{url}/metrics")

    found = values(text)
    assert status == 200
    assert found["wenxun_crawls_total", ("ok",)] == 1
    assert found["wenxun_requests_total", ()] == 7
    assert found["wenxun_articles_found_total", ("new",)] == 2
    assert found["wenxun_delivery_attempts_total", ("webhook", "sent")] == 1
    assert found["wenxun_alerts_total", ()] == 3
    assert found["wenxun_articles", ("yunling",)] == 1
    assert found["wenxun_site_healthy", ("yunling",)] == 1
    assert found["wenxun_site_last_crawl_timestamp_seconds", ("yunling",)] == desk.now.timestamp()
    assert found["wenxun_deliveries", ("dead",)] == 0
    assert found["wenxun_oldest_due_delivery_age_seconds", ()] == 0


def test_health_follows_the_clock_of_the_service(store: Store) -> None:
    now = datetime.now(UTC)
    said = []
    for beat in (now, now - timedelta(minutes=2), None):
        with monitor(store, beat_at=beat) as url:
            status, body = get(f"{url}/healthz")
        said.append((status, json.loads(body)["alive"]))

    assert said == [(200, True), (503, False), (503, False)]


def test_readiness_follows_the_database(store: Store) -> None:
    with monitor(store) as url:
        ready = get(f"{url}/readyz")
        with store.write() as connection:
            connection.exec_driver_sql("ALTER TABLE events RENAME TO gone")
        try:
            not_ready = get(f"{url}/readyz")
        finally:
            with store.write() as connection:
                connection.exec_driver_sql("ALTER TABLE gone RENAME TO events")

    assert ready[0] == 200
    assert not_ready[0] == 503
    assert json.loads(not_ready[1])["ready"] is False


def test_any_other_address_is_none(store: Store) -> None:
    with monitor(store) as url:
        assert get(f"{url}/../wenxun.toml")[0] == 404


def test_a_port_that_is_taken_is_told(store: Store) -> None:
    watched = Watched(overview=Overview(store), metrics=Metrics(), beat_at=lambda: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortInUseError, match=f"cannot listen on 127.0.0.1:{port}"):
            Monitor("127.0.0.1", port, watched)
