"""The service in numbers, as Prometheus has them.

What flows through this process is counted here; what stands in the database is read when it is
asked for, so that several services on one database say the same.
Source: https://prometheus.io/docs/practices/naming/ (base units, `_total`, few labels).
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from scheduler.observing import Observer
from storage.alert import AttemptOutcome
from storage.health import Health
from storage.overview import Overview, Standing
from storage.slots import EndedSlot

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics(Observer):
    """Counters of one process, and a registry that is asked for everything."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._crawls = self._counter("crawls", "Crawls that ended.", "outcome")
        self._requests = self._counter("requests", "Requests that crawls made.")
        self._articles = self._counter(
            "articles_found", "Articles that crawls found new, changed or withdrawn.", "event"
        )
        self._deliveries = self._counter(
            "delivery_attempts", "Tries to send a message.", "channel_kind", "outcome"
        )
        self._alerts = self._counter("alerts", "Alerts that watches made.")

    def crawl_ended(self, ended: EndedSlot) -> None:
        """Count a crawl and what it found."""
        self._crawls.labels(ended.outcome or "missed").inc()
        self._requests.inc(ended.requests)
        self._articles.labels("new").inc(ended.articles_new)
        self._articles.labels("changed").inc(ended.articles_changed)
        self._articles.labels("withdrawn").inc(ended.articles_withdrawn)

    def sent(self, channel_kind: str, outcome: AttemptOutcome) -> None:
        """Count a try to send."""
        self._deliveries.labels(channel_kind, str(outcome)).inc()

    def alerts_made(self, count: int) -> None:
        """Count alerts."""
        self._alerts.inc(count)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"wenxun_{name}", text, labels, registry=self.registry)


class Stored(Collector):
    """What stands in the database now."""

    def __init__(self, overview: Overview) -> None:
        self._standing = overview.standing()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        standing = self._standing
        yield from _sites(standing)
        deliveries = GaugeMetricFamily(
            "wenxun_deliveries", "Messages by their state.", labels=["state"]
        )
        for state, count in standing.deliveries.items():
            deliveries.add_metric([str(state)], count)
        yield deliveries
        yield GaugeMetricFamily(
            "wenxun_oldest_due_delivery_age_seconds",
            "How long the oldest message has waited that is due.",
            value=standing.oldest_due_s,
        )
        yield GaugeMetricFamily(
            "wenxun_unmatched_events", "Events no watch was held against yet.",
            value=standing.unmatched_events,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "wenxun_services", "Services that are alive.", value=standing.services
        )
        yield GaugeMetricFamily(
            "wenxun_workers", "Workers on any machine that are alive.", value=standing.workers
        )


def exposition(metrics: Metrics, overview: Overview) -> bytes:
    """Return all metrics in the text format."""
    stored = CollectorRegistry()
    stored.register(Stored(overview))
    return generate_latest(metrics.registry) + generate_latest(stored)


def _sites(standing: Standing) -> Iterator[GaugeMetricFamily]:
    articles = GaugeMetricFamily("wenxun_articles", "Articles of a site.", labels=["site"])
    healthy = GaugeMetricFamily(
        "wenxun_site_healthy", "1 where nothing is wrong with a site.", labels=["site"]
    )
    last = GaugeMetricFamily(
        "wenxun_site_last_crawl_timestamp_seconds",
        "When the last crawl of a site ended.",
        labels=["site"],
    )
    due = GaugeMetricFamily(
        "wenxun_site_next_look_timestamp_seconds", "When a site is looked at next.",
        labels=["site"],
    )  # fmt: skip
    verdict = GaugeMetricFamily(
        "wenxun_site_health", "1 for the verdict of a site.", labels=["site", "health"]
    )
    since = GaugeMetricFamily(
        "wenxun_site_health_since_timestamp_seconds", "When the verdict of a site was given.",
        labels=["site"],
    )  # fmt: skip
    for site in standing.sites:
        if site.health is not None:
            verdict.add_metric([site.site, site.health], 1)
        if site.health_since is not None:
            since.add_metric([site.site], site.health_since.timestamp())
        articles.add_metric([site.site], site.articles)
        healthy.add_metric([site.site], site.health is None or Health(site.health).is_good)
        if site.last_finished_at is not None:
            last.add_metric([site.site], site.last_finished_at.timestamp())
        if site.next_due_at is not None:
            due.add_metric([site.site], site.next_due_at.timestamp())
    yield from (articles, healthy, verdict, since, last, due)
