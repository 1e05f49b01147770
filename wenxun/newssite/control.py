"""The fixture site's switches for other processes: JSON over `/_control/`.

`POST /_control/<verb>` with the arguments of the method as JSON: publish, late, edit, withdraw,
restore, move, sticky, counter, relaunch, slow, fail, heal, reset, set. `GET /_control/state` tells
what was asked of the site and what a right crawl finds (`?truth=0` leaves the articles out).
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from wenxun.newssite.answers import Answer
from wenxun.newssite.state import Face, NewsSite
from wenxun.newssite.stories import SHANGHAI
from wenxun.newssite.truth import distinct_articles, truth_of, truths

Values = dict[str, Any]


def control(site: NewsSite, target: str, body: bytes) -> Answer:
    """Do what a control request asks for; 400 with the reason where it cannot be done."""
    path, _, query = target.partition("?")
    verb = path.removeprefix("/_control/")
    if verb == "state":
        return _json(_state(site, with_truth=query != "truth=0"))
    if verb not in _VERBS:
        return _json({"error": f"unknown verb {verb}, known: {', '.join(_VERBS)}"}, status=400)
    try:
        return _json(_VERBS[verb](site, json.loads(body or b"{}")))
    except (KeyError, TypeError, ValueError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, status=400)


def _state(site: NewsSite, *, with_truth: bool) -> Values:
    state: Values = {
        "requests": len(site.requests),
        "counts": dict(site.counts),
        "trips": site.trips,
        "documents": len(site.stories) - len(site.gone),
        "columns": {c.slug: site.base + c.path for c in site.columns},
    }
    if with_truth:
        state |= {"distinct_articles": distinct_articles(site), "articles": list(truths(site))}
    return state


def _publish(site: NewsSite, values: Values) -> Values:
    if "when" in values:
        values["when"] = datetime.fromisoformat(values["when"])
        if values["when"].tzinfo is None:
            values["when"] = values["when"].replace(tzinfo=SHANGHAI)
    return dict(truth_of(site, site.publish(**values)))


def _late(site: NewsSite, values: Values) -> Values:
    return dict(truth_of(site, site.publish_late(**values)))


def _edit(site: NewsSite, values: Values) -> Values:
    return dict(truth_of(site, site.edit(**values)))


def _counter(site: NewsSite, values: Values) -> Values:
    return {"views": site.count_views(**values)}


def _relaunch(site: NewsSite, values: Values) -> Values:
    site.relaunch(Face(values["face"]))
    return {"face": site.face.value}


def _set(site: NewsSite, values: Values) -> Values:
    """Switch `conditional` (304 on list pages) or `robots` (its text, null for none)."""
    for name in values.keys() & {"conditional", "robots"}:
        setattr(site, name, values[name])
    site.version += 1
    return {name: getattr(site, name) for name in ("conditional", "robots")}


def _doing(do: Callable[..., None]) -> Callable[[NewsSite, Values], Values]:
    def act(site: NewsSite, values: Values) -> Values:
        do(site, **values)
        return {"done": True}

    return act


_VERBS: dict[str, Callable[[NewsSite, Values], Values]] = {
    "publish": _publish,
    "late": _late,
    "edit": _edit,
    "counter": _counter,
    "set": _set,
    "relaunch": _relaunch,
    "withdraw": _doing(NewsSite.withdraw),
    "restore": _doing(NewsSite.restore),
    "move": _doing(NewsSite.move),
    "sticky": _doing(NewsSite.stick),
    "slow": _doing(NewsSite.go_slow),
    "fail": _doing(NewsSite.fail),
    "heal": _doing(NewsSite.heal),
    "reset": _doing(NewsSite.reset_log),
}


def _json(values: Values, *, status: int = 200) -> Answer:
    body = json.dumps(values, ensure_ascii=False).encode()
    return Answer(status=status, body=body, kind="application/json; charset=UTF-8")
