"""Tell on the standard output: for a terminal, or a container's log."""

import sys
from dataclasses import dataclass

from crawler.keys import Table, only_known
from scheduler.channels import Kind, Receipt, Sending
from scheduler.render import Message
from storage.alert import AttemptOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """Nothing to choose."""


def parse(table: Table, path: str) -> ConsoleOptions:
    """Return the options.

    Raises:
        SettingError: any key is given.
    """
    only_known(table, (), path)
    return ConsoleOptions()


def send(_options: ConsoleOptions, message: Message, _sending: Sending) -> Receipt:
    """Print the text and an empty line, as one write so that two alerts never mix."""
    try:
        sys.stdout.write(f"{message.text}\n\n")
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        return Receipt(outcome=AttemptOutcome.RETRY, detail=f"standard output: {error}")
    return Receipt(outcome=AttemptOutcome.SENT)


CHANNEL = Kind(name="console", parse=parse, send=send)
