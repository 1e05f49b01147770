"""What a crawl saw, as one verdict of its site. Pure.

A list page that gave items and gives none, articles that lost what they had, a site that turns us
away: each is known after the first crawl that met it. What passes by itself (a 404, a 502, a
time-out) counts where it is all that was met, or where it stays. A list page that says that the
site is being repaired counts at once, and people are told of it if it stays. A site that publishes
nothing has nothing wrong with it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crawler.extract import Refusal
from crawler.fields.links import host_key, url_key
from crawler.wordings import State
from storage.health import Finding, Health, Past

_HEALTH_OF = {
    State.CHALLENGE: Health.CHALLENGE,
    State.WAF: Health.BLOCKED,
    State.BLOCKED: Health.BLOCKED,
    State.RATE_LIMITED: Health.BLOCKED,
    State.ROBOTS: Health.BLOCKED,
    State.INTRANET: Health.INTRANET,
    State.LOGIN: Health.INTRANET,
    State.NOT_ALLOWED: Health.INTRANET,  # its name leads to a private address
    State.TLS: Health.TLS,
    State.LINK_OUT: Health.MOVED,
    State.UNREACHABLE: Health.UNREACHABLE,
    State.UNRESOLVED: Health.UNREACHABLE,
    State.TIMEOUT: Health.UNREACHABLE,
    State.CUT_OFF: Health.UNREACHABLE,
    State.ROBOTS_UNREACHABLE: Health.UNREACHABLE,
}
# One page of many that answers so says nothing yet.
_PASSING = {State.NOT_FOUND, State.CHALLENGE, State.WAF, State.BLOCKED, State.RATE_LIMITED} | {
    state for state, health in _HEALTH_OF.items() if health is Health.UNREACHABLE
}
# A site is so for a night, or an hour: people are told of it if it stays. One that is being mended
# leads to a page elsewhere meanwhile.
_MAY_PASS = {
    Health.CHALLENGE, Health.BLOCKED, Health.INTRANET, Health.UNREACHABLE, Health.MOVED,
}  # fmt: skip
# What an article's page is where its layout is not read; all else says something of the way there.
LAYOUT_STATES = frozenset(
    {State.UNKNOWN_LAYOUT, State.EMPTY_SHELL, State.LISTING, State.WORSE, State.ERROR}
)
# A title of errors, and nothing that says what the error is: it is taken for one of access.
_UNTOLD = re.compile(r"title (?:error|message|[^:]*(?:出错|错误|失败|异常))[^:]*$", re.IGNORECASE)
_SERVER_ERROR, _UNAVAILABLE = 500, 503
_STAYS = 3  # looks in a row
_MANY = 3
FEW_REFUSED = 0.1
# Of findings that are as frequent the one that explains the others.
_ORDER = (
    Health.TLS, Health.MOVED, Health.CHALLENGE, Health.BLOCKED, Health.INTRANET,
    Health.UNREACHABLE, Health.LISTING_BROKEN, Health.LAYOUT_BROKEN,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a page.

    `is_passing`: on its own it says nothing of the site. `may_pass`: it says something of it, and
    that may be over in some minutes.
    """

    health: Health
    evidence: str
    url: str
    is_passing: bool = False
    may_pass: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSeen:
    """The first page of a column, as a crawl met it.

    `gave` is how many items it had at the last good look, None before the first one; `looks` how
    many looks before this one met trouble, in a row. `items` is None where it was not read.
    """

    column_id: int
    url: str
    gave: int | None
    looks: int
    items: int | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlesSeen:
    """The pages of articles that a crawl met: known ones, looked at again, and new ones.

    `bad` are those whose layout gave less than before (of new ones: than the site's articles
    give), `barred` those that could not be reached.
    """

    known_good: int = 0
    known_bad: tuple[Trouble, ...] = ()
    known_barred: tuple[Trouble, ...] = ()
    new_good: int = 0
    new_bad: tuple[Trouble, ...] = ()


def judge(
    columns: Sequence[ColumnSeen],
    articles: ArticlesSeen,
    past: Past,
    *,
    columns_in_all: int,
    unseen_trouble: bool,
) -> Finding:
    """Return the verdict of a site after a crawl.

    `columns_in_all` counts those that were not due too; `unseen_trouble` says that one of these
    had trouble when it was looked at last.
    """
    return (
        _shut(columns, columns_in_all)
        or _broken_layout(articles, past)
        or _barred(articles)
        or _broken_columns(columns, columns_in_all)
        or _standing(articles, past, unseen_trouble=unseen_trouble)
        or Finding(health=Health.HEALTHY)
    )


def trouble_of(
    refusal: Refusal, *, url: str, status: int | None, asked: str | None = None
) -> Trouble:
    """Return what is wrong with a list page that was not read.

    `url` is where it came from, `asked` what was asked for.
    """
    state = refusal.state
    health = _HEALTH_OF.get(state, Health.LISTING_BROKEN)
    is_untold = state is State.INTRANET and _UNTOLD.search(refusal.evidence) is not None
    if is_untold:
        health = Health.LISTING_BROKEN
    may_pass = is_untold or state is State.SERVER_ERROR
    is_elsewhere = asked is not None and host_key(asked) != host_key(url)
    if health is Health.LISTING_BROKEN and is_elsewhere and not may_pass:
        evidence = f"redirected to {url}: {refusal.evidence}"
        return Trouble(health=Health.MOVED, evidence=evidence, url=url)
    is_down = state is State.SERVER_ERROR and (status or _SERVER_ERROR) >= _SERVER_ERROR
    if is_down or (status == _UNAVAILABLE and refusal.evidence.startswith("status")):
        health = Health.UNREACHABLE
    return Trouble(
        health=health,
        evidence=refusal.evidence,
        url=url,
        is_passing=state in _PASSING or is_down,
        may_pass=may_pass,
    )


def trouble_of_article(refusal: Refusal, *, url: str, status: int | None) -> Trouble | None:
    """Return what is wrong with the page of an article, or None: it says nothing of the site."""
    if refusal.state in LAYOUT_STATES:
        return Trouble(health=Health.LAYOUT_BROKEN, evidence=refusal.evidence, url=url)
    if refusal.state is State.SERVER_ERROR:
        return Trouble(health=Health.UNREACHABLE, evidence=refusal.evidence, url=url)
    if refusal.state in _HEALTH_OF:
        found = trouble_of(refusal, url=url, status=status)
        return None if found.health is Health.LISTING_BROKEN else found
    return None


def trouble_of_list(
    *, asked: str, came: str, gave: int | None, items: int, known: int, is_longer: bool
) -> Trouble | None:
    """Return what is wrong with a list page that was read, or None.

    `known` of its items stood in this column before; `is_longer`: the column has more pages now.
    Where none did, it is for the articles behind them to tell (`is_passing`).
    """
    if not gave:
        return None
    is_elsewhere = host_key(asked) != host_key(came)
    if items == 0:
        evidence = f"an empty list, it gave {gave} items before"
        return Trouble(health=Health.LISTING_BROKEN, evidence=evidence, url=came)
    if known == 0 and is_elsewhere:
        evidence = f"redirected to {came}, where nothing is that was listed before"
        return Trouble(health=Health.MOVED, evidence=evidence, url=came)
    if known == 0:
        evidence = f"none of its {items} items was listed before, and none of them is an article"
        return Trouble(health=Health.LISTING_BROKEN, evidence=evidence, url=came, is_passing=True)
    if gave >= 2 * _MANY and items * 3 <= gave and not is_longer:
        evidence = f"{items} items, it gave {gave} before"
        return Trouble(health=Health.LISTING_BROKEN, evidence=evidence, url=came)
    return None


def _shut(columns: Sequence[ColumnSeen], in_all: int) -> Finding | None:
    """Return the verdict of a site of which no list page was read, or None."""
    failing = [c for c in columns if c.trouble is not None]
    if not failing or len(failing) < len(columns):
        return None
    is_told = len(columns) == in_all or any(
        c.looks or not (c.trouble and c.trouble.is_passing) for c in failing
    )
    return _of_columns(failing, len(columns)) if is_told else None


def _broken_columns(columns: Sequence[ColumnSeen], in_all: int) -> Finding | None:
    """Return the verdict of a site of which some list pages were not read, or None."""
    failing = [c for c in columns if c.trouble is not None]
    if len(failing) >= _MANY and 2 * len(failing) > in_all:
        return _of_columns(failing, len(columns))
    certain = [c for c in failing if _is_certain(c)]
    return _of_columns(certain, len(columns)) if certain else None


def _is_certain(column: ColumnSeen) -> bool:
    if column.trouble is None or (column.gave is None and column.trouble.is_passing):
        return False
    if column.looks + 1 >= _STAYS:
        return True
    return bool(column.gave) and not column.trouble.is_passing


def _of_columns(failing: Sequence[ColumnSeen], looked_at: int) -> Finding:
    health = _most([c.trouble.health for c in failing if c.trouble])
    such = [(c, c.trouble) for c in failing if c.trouble and c.trouble.health is health]
    # Where one of them stays, it is what is told.
    lasting = [(c, one) for c, one in such if not (one.is_passing or one.may_pass)]
    first, trouble = (lasting or such)[0]
    several = f"{len(failing)} of {looked_at} list pages: " if looked_at > 1 else ""
    before = f"; it gave {first.gave} items before" if first.gave else ""
    said = trouble.evidence + ("" if "before" in trouble.evidence else before)
    return Finding(
        health=health,
        evidence=f"{several}{said} ({first.url})",
        url_key=url_key(trouble.url),
        is_passing=health in _MAY_PASS or not lasting,
    )


def _broken_layout(articles: ArticlesSeen, past: Past) -> Finding | None:
    bad = [*articles.known_bad, *articles.new_bad]
    known, new = len(articles.known_bad), len(articles.new_bad)
    good = articles.known_good + articles.new_good
    is_known_bad = known > 1 and known > articles.known_good
    is_all_bad = len(bad) >= _MANY and good == 0 and known > 0
    usual = past.articles >= _MANY and past.refused <= FEW_REFUSED
    is_new_bad = new >= _MANY and articles.new_good * 4 < new and usual
    if not (is_known_bad or is_all_bad or is_new_bad):
        return None
    first = bad[0]
    which = f"{known} known and {new} new" if known and new else f"{len(bad)}"
    what = "known articles" if known and not new else "new articles" if not known else "articles"
    evidence = f"{which} {what} of {len(bad) + good} are not read: {first.evidence} ({first.url})"
    return Finding(health=Health.LAYOUT_BROKEN, evidence=evidence, url_key=url_key(first.url))


def _barred(articles: ArticlesSeen) -> Finding | None:
    """Return the verdict where no known article can be reached, though the lists can."""
    barred = articles.known_barred
    if len(barred) < _MANY or articles.known_good or articles.new_good:
        return None
    health = _most([one.health for one in barred])
    first = next(one for one in barred if one.health is health)
    evidence = f"{len(barred)} known articles: {first.evidence} ({first.url})"
    return Finding(health=health, evidence=evidence, url_key=url_key(first.url), is_passing=True)


def _standing(articles: ArticlesSeen, past: Past, *, unseen_trouble: bool) -> Finding | None:
    """Return the verdict that stands, where the crawl did not see that it has passed."""
    if past.standing.health.is_good:
        return None
    if unseen_trouble:
        return replace(past.standing, is_unseen=True)
    still = articles.known_bad or articles.known_barred
    seen_well = articles.known_good > 0 or (articles.new_good > 0 and not still)
    if past.standing.health is Health.LAYOUT_BROKEN and past.articles and not seen_well:
        return replace(past.standing, is_unseen=not still)
    return None


def _most(found: Iterable[Health]) -> Health:
    counts = Counter(found)
    return max(counts, key=lambda health: (counts[health], -_ORDER.index(health)))
