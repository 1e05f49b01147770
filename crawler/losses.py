"""What an article lost against what it said before, or against what its site's articles say. Pure.

One article that lost something was edited, perhaps; several at once are a layout that is not read.
"""

from collections import Counter
from collections.abc import Sequence

from crawler.fields.blanks import squash
from storage.article import Article
from storage.crawl import Doubted
from storage.health import Past

_GRAM = 5  # letters
_KEPT = 0.3  # of what an article said: less is no edit
_WHOLE = 0.9
_SAYS_SOMETHING = 20  # letters of a body
_OF_ITS_OWN = 4  # letters of a line
_USUAL, _ENOUGH = 0.95, 10


def losses(doubted: Sequence[Doubted]) -> list[str | None]:
    """Return of each article that changed what it lost; None: nothing, it was edited."""
    titles = Counter(d.read.article.title for d in doubted if d.title != d.read.article.title)
    texts = Counter(d.read.article.text for d in doubted if d.text != d.read.article.text)
    gained = Counter(line for d in doubted for line in _gained(d))
    found = [_loss(d, titles=titles, texts=texts, gained=gained) for d in doubted]
    shorter = sum(_is_shorter(d) for d in doubted)
    part = "several articles lost a part of their text" if shorter > 1 else None
    return [
        loss or (part if _is_shorter(one) else None)
        for one, loss in zip(doubted, found, strict=True)
    ]


def lacks(article: Article, past: Past) -> str | None:
    """Return what a new article lacks that all articles of its site have, or None."""
    if past.articles < _ENOUGH:
        return None
    has_other = bool(article.attachments or article.images)
    if past.texted >= _USUAL * past.articles and not article.text and not has_other:
        return "no body, which the articles of this site have"
    if past.dated >= _USUAL * past.articles and article.published_text is None:
        return "no date, which the articles of this site have"
    return None


def _loss(
    doubted: Doubted, *, titles: Counter[str], texts: Counter[str], gained: Counter[str]
) -> str | None:
    article = doubted.read.article
    kept = _kept(doubted.text, article.text)
    if kept < _KEPT:
        return (
            f"the body has {len(squash(article.text))} letters, it had {len(squash(doubted.text))}"
        )
    if doubted.was_dated and not doubted.is_dated:
        return "the date is gone"
    if titles[article.title] > 1 and doubted.title != article.title:
        return f"several articles have the title {article.title}"
    if texts[article.text] > 1 and doubted.text != article.text:
        return "several articles have one same body"
    shared = next((line for line in _gained(doubted) if gained[line] > 1), None)
    return f"several articles gained the line {shared}" if shared else None


def _kept(before: str, now: str) -> float:
    """Return the share of what was said that still is; 1 where there was too little to tell."""
    old, new = squash(before), squash(now)
    if len(old) < _SAYS_SOMETHING:
        return 1.0
    said = {old[n : n + _GRAM] for n in range(len(old) - _GRAM + 1)}
    says = {new[n : n + _GRAM] for n in range(len(new) - _GRAM + 1)}
    return len(said & says) / len(said)


def _is_shorter(doubted: Doubted) -> bool:
    now = doubted.read.article.text
    return len(now) < len(doubted.text) and _kept(doubted.text, now) < _WHOLE


def _gained(doubted: Doubted) -> set[str]:
    before = set(doubted.text.split("\n"))
    lines = set(doubted.read.article.text.split("\n")) - before
    return {line for line in lines if len(line) >= _OF_ITS_OWN}
