"""What the service tells whoever counts it. Nobody does, unless somebody asks."""

from storage.alert import AttemptOutcome
from storage.slots import EndedSlot


class Observer:
    """Hears what happens in one service. Its methods must be short and never fail."""

    def crawl_ended(self, ended: EndedSlot) -> None:
        """Hear that a crawl of this service ended."""

    def sent(self, channel_kind: str, outcome: AttemptOutcome) -> None:
        """Hear that a message was tried on a channel of this kind."""

    def alerts_made(self, count: int) -> None:
        """Hear how many alerts watches made."""


NOBODY = Observer()
