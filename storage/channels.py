"""How a row of the channels is read."""

from sqlalchemy import RowMapping

from storage.alert import KeptChannel, Origin


def kept_channel(row: RowMapping) -> KeptChannel:
    """Return the channel of a row."""
    return KeptChannel(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        origin=Origin(row["origin"]),
        options=row["options"],
        subscriber=row["subscriber"] or None,
    )
