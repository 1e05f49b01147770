"""What a crawl of a site must not bring back, if anything was ever forgotten."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, or_, select

from storage.schema import Forgetting, ForgottenKey

if TYPE_CHECKING:
    from storage.forgotten import Forgotten


def kept_out(connection: Connection, site_id: int) -> "Forgotten | None":
    """Return what must not be saved for a site; None where nothing was forgotten."""
    rows = connection.execute(
        select(ForgottenKey.digest, ForgottenKey.letters, ForgottenKey.hint, Forgetting.salt)
        .join(Forgetting, Forgetting.id == ForgottenKey.forgetting_id)
        .where(or_(ForgottenKey.site_id == site_id, ForgottenKey.site_id.is_(None)))
    ).all()
    if not rows:
        return None
    from storage.forgotten import Forgotten, ForgottenName  # noqa: PLC0415 (seldom needed)

    names = {
        ForgottenName(letters=row.letters, hint=row.hint, digest=row.digest)
        for row in rows
        if row.letters is not None
    }
    return Forgotten(
        salt=rows[0].salt,
        pages=frozenset(row.digest for row in rows if row.letters is None),
        names=tuple(sorted(names, key=lambda name: name.digest)),
    )
