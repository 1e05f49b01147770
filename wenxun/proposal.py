"""The site file that is proposed for a site that was tried. Pure."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.page import Page
from crawler.trial import Trial

_ENDINGS = re.compile(r"(?:\.(?:edu|gov|org|com|net|ac|mil))?\.[a-z]{2,}$")
_ADDRESS = re.compile(r"[\d.]+|\[[0-9a-f:]+\]", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s*[-_|—–]+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A site file that is not written yet. `columns` are (address, name of the column).

    `render` says that its pages are read as their scripts write them.
    """

    name: str
    title: str
    path: Path
    columns: tuple[tuple[str, str | None], ...]
    render: bool = False

    def record(self) -> dict[str, object]:
        """Return it as JSON has it."""
        start = [url for url, _ in self.columns]
        return {"site": self.name, "title": self.title, "start": start, "file": str(self.path)}


def proposed(page: Page, trial: Trial, *, name: str, folder: Path, render: bool) -> Proposal:
    """Return the file for what a trial found."""
    return Proposal(
        name=name,
        title=site_title(page) or name,
        path=folder / f"{name}.toml",
        columns=tuple((column.url, column.name) for column in trial.columns),
        render=render,
    )


def site_name(url: str) -> str:
    """Return a name for the site of an address: `news.yunling.edu.cn` is `yunling-news`."""
    host = (urlsplit(url).hostname or "site").removeprefix("www.")
    if _ADDRESS.fullmatch(host):
        return re.sub(r"[^0-9a-f]+", "-", host).strip("-")
    labels = [label for label in _ENDINGS.sub("", host).split(".") if label]
    return "-".join(reversed(labels)) or host.replace(".", "-")


def site_title(page: Page) -> str | None:
    """Return what a page calls its site: all of a home page's title, the end of another's."""
    parts = [part for part in _TITLE_PARTS.split(page.title_text or "") if part]
    if not parts:
        return None
    is_home = urlsplit(page.url).path.strip("/").count("/") == 0 and len(parts) == 1
    return parts[0] if is_home else parts[-1]


def site_file_text(proposal: Proposal) -> str:
    """Return the text of the site file; each column has its name behind it."""
    lines = [f"title = {_quoted(proposal.title)}", "start = ["]
    for url, name in proposal.columns:
        comment = f"  # {' '.join(name.split())}" if name else ""
        lines.append(f"    {_quoted(url)},{comment}")
    lines += ["]", *(["render = true"] if proposal.render else [])]
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    # A JSON string without escapes of letters is a TOML string too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
