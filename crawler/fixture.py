"""Saved pages and their truth: read a case, replay it, record a new one.

A case is a folder `fixtures/<site>/<case>/` with `page.html` (the bytes as fetched), `page.json`
(address, status, headers, when) and one truth: `article.json`, `links.json` or `refused.json`.
The truth is read and corrected by hand; `record` writes only a draft, and never over another.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from crawler.discover import Listing
from crawler.errors import CrawlerError
from crawler.extract import Refusal, extract
from crawler.families import listing_in
from crawler.page import Page
from crawler.trimming import without_unread_markup
from crawler.vendor_marks import HEADERS, TELLING_HEADERS

MAX_BYTES = 100 * 1024
FIELDS_NOT_COMPARED = frozenset({"html"})  # it is the text with its markup; the text is compared
KEPT_HEADERS = tuple(
    sorted(
        {"content-type", "content-encoding", "content-disposition", "location", "refresh"}
        | {"retry-after", *(name for name, *_ in (*HEADERS, *TELLING_HEADERS))}
    )
)


class TruthKind(StrEnum):
    """What a page is to become; also the name of the file that says so."""

    ARTICLE = "article"
    LINKS = "links"
    REFUSED = "refused"


class FixtureError(CrawlerError):
    """A fixture cannot be read or written. Correct the folder that is named."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A saved page with what it has to become. `name` is `<site>/<case>`."""

    name: str
    page: Page
    kind: TruthKind
    truth: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDiff:
    """A field whose value is not the truth's. `field` of a list's item is `links[2].title`."""

    field: str
    expected: object
    found: object


def case_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders of all cases under `root` (or `root` itself), in order."""
    return tuple(sorted(path.parent for path in root.rglob("page.json")))


def load_case(folder: Path) -> Case:
    """Read a case.

    Raises:
        FixtureError: a file is missing or no JSON, or there is not exactly one truth.
    """
    kinds = [kind for kind in TruthKind if _truth_path(folder, kind).exists()]
    if len(kinds) != 1:
        raise FixtureError(folder, "needs one of article.json, links.json, refused.json")
    return Case(
        name=f"{folder.parent.name}/{folder.name}",
        page=_load_page(folder),
        kind=kinds[0],
        truth=_load_json(_truth_path(folder, kinds[0])),
    )


def replay_case(case: Case) -> tuple[FieldDiff, ...]:
    """Return the fields in which today's result differs from the truth, in their order."""
    kind, found = result_of(case.page)
    if kind is not case.kind:
        return (FieldDiff(field="kind", expected=case.kind.value, found=kind.value),)
    if kind is TruthKind.REFUSED:
        return _differences({"state": case.truth.get("state")}, {"state": found["state"]})
    return _differences(case.truth, found)


def fields_of(case: Case) -> tuple[str, ...]:
    """Return the fields of a case's truth that are compared."""
    return ("state",) if case.kind is TruthKind.REFUSED else tuple(case.truth)


def result_of(page: Page) -> tuple[TruthKind, dict[str, Any]]:
    """Return what today's code makes of a page, in the form of a truth."""
    result = extract(page)
    if not isinstance(result, Refusal):
        found = _plain(asdict(result))
        return TruthKind.ARTICLE, {k: v for k, v in found.items() if k not in FIELDS_NOT_COMPARED}
    listing = listing_in(page)
    if listing is not None:
        return TruthKind.LINKS, _plain(asdict(listing))
    return TruthKind.REFUSED, {"state": result.state.value, "reason": result.evidence}


def record(page: Page, folder: Path) -> TruthKind:
    """Write a page, trimmed, with a draft of its truth; return what the draft says it is.

    Raises:
        FixtureError: the folder has a case already, or the page is too large even when trimmed.
    """
    kept = _write_page(page, folder)
    kind, found = result_of(kept)
    _dump(_truth_path(folder, kind), found)
    return kind


def record_with_truth(page: Page, folder: Path, truth: Listing | dict[str, Any]) -> TruthKind:
    """Write a page, trimmed, with what it has to give: a list, or the fields of an article.

    Raises:
        FixtureError: the folder has a case already or cannot be written, or the page is too large
            even when trimmed.
    """
    _write_page(page, folder)
    kind = TruthKind.LINKS if isinstance(truth, Listing) else TruthKind.ARTICLE
    _dump(_truth_path(folder, kind), _plain(asdict(truth) if isinstance(truth, Listing) else truth))
    return kind


def _write_page(page: Page, folder: Path) -> Page:
    if (folder / "page.json").exists():
        raise FixtureError(folder, "holds a case already; choose another name or remove it")
    kept = trimmed(page)
    if len(kept.body) > MAX_BYTES:
        raise FixtureError(folder, f"the trimmed page has {len(kept.body)} bytes, over {MAX_BYTES}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "page.html").write_bytes(kept.body)
    except OSError as error:
        raise FixtureError(folder, f"cannot be written: {error.strerror or error}") from error
    headers = {name: kept.headers[name] for name in KEPT_HEADERS if name in kept.headers}
    about = {"url": kept.url, "status": kept.status, "headers": headers}
    _dump(folder / "page.json", about | {"fetched_at": kept.fetched_at.isoformat()})
    return kept


def update_truth(folder: Path) -> None:
    """Write today's result over the truth of a case: the diff is to be reviewed.

    Raises:
        FixtureError: the case cannot be read.
    """
    case = load_case(folder)
    kind, found = result_of(case.page)
    if kind is TruthKind.REFUSED and case.kind is kind:
        found["reason"] = case.truth.get("reason")
    _truth_path(folder, case.kind).unlink()
    _dump(_truth_path(folder, kind), found)


def trimmed(page: Page) -> Page:
    """Return the page without what no extractor reads; whole if the result were another for it."""
    smaller = Page(
        url=page.url,
        status=page.status,
        headers=page.headers,
        body=without_unread_markup(page.body),
        fetched_at=page.fetched_at,
        timezone=page.timezone,
        selectors=page.selectors,
    )
    return smaller if result_of(smaller) == result_of(page) else page


def _load_page(folder: Path) -> Page:
    saved = _load_json(folder / "page.json")
    try:
        return Page(
            url=saved["url"],
            status=saved["status"],
            headers=saved["headers"],
            body=(folder / "page.html").read_bytes(),
            fetched_at=datetime.fromisoformat(saved["fetched_at"]),
        )
    except KeyError as error:
        raise FixtureError(folder / "page.json", f"lacks {error}") from error
    except OSError as error:
        raise FixtureError(folder / "page.html", error.strerror or "cannot be read") from error


def _load_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FixtureError(path, error.strerror or "cannot be read") from error
    except ValueError as error:
        raise FixtureError(path, f"is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise FixtureError(path, "must hold one object")
    return value


def _dump(path: Path, value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(f"{text}\n", "utf-8")


def _truth_path(folder: Path, kind: TruthKind) -> Path:
    return folder / f"{kind.value}.json"


def _differences(
    expected: dict[str, Any], found: dict[str, Any], *, at: str = ""
) -> tuple[FieldDiff, ...]:
    """Compare two objects field by field; lists of equal length item by item."""
    diffs: list[FieldDiff] = []
    for name in sorted(expected.keys() | found.keys()):
        diffs += _compared(f"{at}{name}", expected.get(name), found.get(name))
    return tuple(diffs)


def _compared(field: str, expected: object, found: object) -> tuple[FieldDiff, ...]:
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return tuple(d for n, (e, f) in pairs for d in _compared(f"{field}[{n}]", e, f))
    if isinstance(expected, dict) and isinstance(found, dict):
        return _differences(expected, found, at=f"{field}.")
    return () if expected == found else (FieldDiff(field=field, expected=expected, found=found),)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
