"""How a site is: one verdict with its evidence, and what a crawl says towards it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Health(StrEnum):
    """The one verdict of a site. HEALTHY and QUIET are good; whatever is else, people are told."""

    HEALTHY = "healthy"
    QUIET = "quiet"
    LISTING_BROKEN = "listing_broken"
    LAYOUT_BROKEN = "layout_broken"
    BLOCKED = "blocked"
    CHALLENGE = "challenge"
    INTRANET = "intranet"
    TLS = "tls"
    MOVED = "moved"
    UNREACHABLE = "unreachable"

    @property
    def is_good(self) -> bool:
        """Say whether nothing is wrong."""
        return self in {Health.HEALTHY, Health.QUIET}


PASSES_WITHIN = timedelta(minutes=10)  # a site that turns everybody away no longer is a moment's
_AS_USUAL = "as usual again"
# In words for people: English where a screen shows it, Chinese where a message says it.
WORDS = {
    Health.HEALTHY: "healthy",
    Health.QUIET: "quiet",
    Health.LISTING_BROKEN: "listing broken",
    Health.LAYOUT_BROKEN: "article layout broken",
    Health.BLOCKED: "blocked",
    Health.CHALLENGE: "challenge",
    Health.INTRANET: "intranet",
    Health.TLS: "TLS",
    Health.MOVED: "moved",
    Health.UNREACHABLE: "unreachable",
}
_SAID = {
    Health.LISTING_BROKEN: "列表页读不出",
    Health.LAYOUT_BROKEN: "文章页读不出",
    Health.BLOCKED: "访问被拒绝",
    Health.CHALLENGE: "要求浏览器验证",
    Health.INTRANET: "仅限校内或登录后访问",
    Health.TLS: "证书有问题",
    Health.MOVED: "已迁往别处",
    Health.UNREACHABLE: "无法连接",
}
ADVICE = {
    Health.LISTING_BROKEN: (
        "`wenxun sites repair {site}` looks for known items on its list pages and proposes rules; "
        "where a column moved, correct `start` in the site file; `wenxun sites evidence {site}` "
        "writes the page as a fixture"
    ),
    Health.LAYOUT_BROKEN: (
        "texts that were good are kept as they were; `wenxun sites repair {site}` proposes rules "
        "from articles that are known; if the articles are so for good, "
        "`wenxun crawl {site} --full --accept` believes them"
    ),
    Health.BLOCKED: "raise `delay_s`, set WENXUN_CONTACT, ask the site's webmaster for leave",
    Health.CHALLENGE: (
        "a browser that passed has cookies: copy them into the site file, see docs/adding-a-site.md"
    ),
    Health.INTRANET: "crawl it from inside that network, or with the cookies of a login",
    Health.TLS: (
        "wait until its certificate is renewed; `verify_tls = false` in the site file accepts it"
    ),
    Health.MOVED: "correct `start` in the site file; `wenxun sites add URL` finds its columns",
    Health.UNREACHABLE: "nothing: it is asked again by itself, at longer and longer intervals",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a crawl says of a site. `url_key` names the response of the crawl that it stands on.

    `is_passing`: it may well be over at the next look, so people are told of it if it is not.
    `is_unseen`: it is the verdict that stands, and the crawl did not look at what it stands on.
    """

    health: Health
    evidence: str | None = None
    url_key: str | None = None
    is_passing: bool = False
    is_unseen: bool = False

    @property
    def said(self) -> str:
        """The finding as a message has it."""
        named = f"{_SAID[self.health]}（{WORDS[self.health]}）"
        return f"{named}：{self.evidence}" if self.evidence else named


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """What a crawl saw of a column: `items` of its first page where it was read and is well."""

    column_id: int
    items: int | None
    trouble: Health | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of a site before a crawl.

    `standing` is its verdict, `looked_at` when a page of an article was looked at last. Of the
    newest `articles` (a hundred at most) `dated` print a date and `texted` have a body; `refused`
    is the share of the site's links that never gave an article.
    """

    standing: Finding = Finding(health=Health.HEALTHY)
    looked_at: datetime | None = None
    articles: int = 0
    dated: int = 0
    texted: int = 0
    refused: float = 0.0


def since_then(before: str | None, evidence: str | None, *, now: datetime) -> str | None:
    """Return what a good verdict says now: what was unusual and is no more stays told."""
    if evidence is not None or before is None:
        return evidence
    if before.startswith(_AS_USUAL):
        return before
    unusual = before.startswith("unusually")
    return f"{_AS_USUAL} since {now:%Y-%m-%d}; before: {before}" if unusual else None


def lasted(since: datetime, until: datetime) -> str:
    """Return how long something lasted, in two units at the most: `2 d 3 h`."""
    minutes = max(0, (until - since) // timedelta(minutes=1))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} d"] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes and not days else []
    return " ".join(parts) or "less than a minute"
