"""Stored articles without a database: what an export is given, with odd values."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage.articles import StoredArticle
from storage.export import Exported, ExportFormat, Order, export
from storage.export.order import Source

LONG = "长" * 50_000 + "😀" * 25_000 + "文" * 25_000
PLAIN = StoredArticle(
    id=1, site="yunling", timezone="Asia/Shanghai", url="http://n.example/1", content_hash="1:ab",
    title="标题", subtitle=None, text="正文", html=None, empty_reason=None,
    published_text="日期：2026-02-28", published_at=datetime(2026, 2, 27, 16, tzinfo=UTC),
    published_precision="day", published_day="2026-02-28", dates=(), views=None, views_at=None,
    source=None, section=None, language=None, credits=(), attachments=(), images=(), flags=(),
    first_seen_at=datetime(2026, 3, 1, 1, 2, 3, tzinfo=UTC),
    last_seen_at=datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=UTC), withdrawn_at=None, version=1,
    sightings=1,
)  # fmt: skip
DATE = {
    "source": "printed", "text": "日期：2026-02-28", "at": "2026-02-27T16:00:00+00:00",
    "precision": "day", "doubt": None,
}  # fmt: skip
ODD = [
    PLAIN,
    replace(
        PLAIN, id=2, title="=1+1", text="第一行\n第二行\r\n\t“引号\",逗号", views=0, subtitle="'-x",
        views_at=datetime(2026, 3, 1, tzinfo=UTC), published_precision="minute",
        published_at=datetime(2026, 2, 28, 1, 28, tzinfo=UTC),
    ),
    replace(PLAIN, id=3, title="\u2028行\u2029\x85", text="", empty_reason="images"),
    replace(PLAIN, id=4, title="😀\x00\x07_x0041_", text=LONG),
    replace(
        PLAIN, id=5, title="\ud83d半", dates=(DATE, {**DATE, "at": None}),
        credits=({"role": "author", "name": "江舟", "printed": "作者：江\ud800"},),
        attachments=({"kind": "file", "name": None, "url": "http://n.example/a"},),
        images=({"url": "http://n.example/b", "alt": ""},), flags=("date_conflict",),
    ),
    replace(
        PLAIN, id=6, title="无日期", published_text=None, published_at=None, published_day=None,
        published_precision=None, timezone="America/New_York", url="＝http", html="@x",
    ),
]  # fmt: skip


def order(form: ExportFormat, out: Path, **more: Any) -> Order:
    return Order(form=form, out=out, **more)


def written(
    articles: list[Any],
    form: ExportFormat,
    out: Path,
    *,
    progress: Any = lambda _: None,
    **more: Any,
) -> Exported:
    """Export these articles, which stand in the order of their numbers."""

    def after(last_id: int) -> Iterator[Any]:
        return (one for one in articles if one.id > last_id)

    source = Source(count=lambda: len(articles), after=after)
    return export(source, order(form, out, **more), progress=progress)
