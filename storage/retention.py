"""How long things are kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How old each kind of row becomes; None: it is kept for ever.

    `view_counts` are thinned to one a month, never removed. `crawls` are records of crawls that
    brought nothing, and of planned crawls. `alerts` are messages that were sent. `articles` go
    with all their versions.
    """

    view_counts: timedelta | None = None
    crawls: timedelta | None = None
    alerts: timedelta | None = None
    articles: timedelta | None = None

    @property
    def is_for_ever(self) -> bool:
        """Say whether nothing ever goes."""
        return all(getattr(self, one.name) is None for one in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPlan:
    """What holds for all sites, and for those that are named."""

    everywhere: Retention = Retention()
    sites: Mapping[str, Retention] = field(default_factory=dict)

    def of(self, site: str) -> Retention:
        """Return what holds for a site."""
        return self.sites.get(site, self.everywhere)

    @property
    def is_for_ever(self) -> bool:
        """Say whether nothing ever goes."""
        return all(one.is_for_ever for one in (self.everywhere, *self.sites.values()))
