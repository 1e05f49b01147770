"""Send e-mail through an SMTP server.

Source: RFC 5321 (replies), RFC 5322 (Message-ID), RFC 3207 (STARTTLS), RFC 8314 (TLS).
"""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from enum import StrEnum

from crawler.errors import GuardError, SettingError
from crawler.hosts import allowed_addresses
from crawler.keys import Table, joined, only_known, required_text, text, texts, whole
from scheduler.channels import Kind, Receipt, SecretMissingError, Sending, secret
from scheduler.render import Message
from storage.alert import AttemptOutcome

_TIMEOUT_S = 15.0
_PERMANENT = 500
_KEYS = ("host", "port", "security", "user", "password_env", "from", "to")


class Security(StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOptions:
    """The server, and who writes to whom. The password is named by its variable."""

    host: str
    port: int
    security: Security
    user: str | None
    password_env: str | None
    sender: str
    to: tuple[str, ...]


def parse(table: Table, path: str) -> EmailOptions:
    """Return the options.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, _KEYS, path)
    security = _security(table, path)
    user, password_env = text(table, "user", path), text(table, "password_env", path)
    if (user is None) != (password_env is None):
        raise SettingError(joined(path, "password_env"), "user and password_env go together")
    to = texts(table, "to", path)
    if not to:
        raise SettingError(joined(path, "to"), "is missing")
    return EmailOptions(
        host=required_text(table, "host", path),
        port=whole(table, "port", path, default=_PORTS[security], least=1, most=65_535),
        security=security,
        user=user,
        password_env=password_env,
        sender=_checked(required_text(table, "from", path), joined(path, "from")),
        to=tuple(_checked(one, f"{joined(path, 'to')}[{i}]") for i, one in enumerate(to)),
    )


def send(options: EmailOptions, message: Message, sending: Sending) -> Receipt:
    """Hand the message to the server. What it refuses for good (5xx) is not tried again."""
    try:
        refused = _deliver(options, _mail(options, message, sending), sending)
    except (SecretMissingError, GuardError, smtplib.SMTPException, OSError) as error:
        return _receipt_of(error)
    detail = f"refused for {_named(refused)}" if refused else None
    return Receipt(outcome=AttemptOutcome.SENT, detail=detail)


class _PinnedSMTP(smtplib.SMTP):
    """Connects to the address that was checked; certificates are still those of the name."""

    def __init__(self, options: EmailOptions, address: str) -> None:
        self._address = address
        super().__init__(options.host, options.port, timeout=_TIMEOUT_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 (smtplib's signature)
        return socket.create_connection((self._address, port), timeout)


class _PinnedSMTPS(_PinnedSMTP):
    """The same, with TLS from the start."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _deliver(
    options: EmailOptions, mail: EmailMessage, sending: Sending
) -> dict[str, tuple[int, bytes]]:
    address = allowed_addresses(options.host, allow_private=sending.allow_private_hosts)[0]
    connect = _PinnedSMTPS if options.security is Security.TLS else _PinnedSMTP
    with connect(options, address) as server:
        if options.security is Security.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if options.user is not None and options.password_env is not None:
            server.login(options.user, secret(sending.environ, options.password_env))
        return server.send_message(mail)


def _mail(options: EmailOptions, message: Message, sending: Sending) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.subject.split())
    mail["From"] = _address(options.sender)
    mail["To"] = tuple(_address(one) for one in options.to)
    mail["Date"] = format_datetime(sending.now)
    mail["Message-ID"] = f"<{sending.key}@wenxun>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation answers
    mail.set_content(message.text + "\n", cte="base64")
    return mail


def _receipt_of(error: Exception) -> Receipt:
    outcome = AttemptOutcome.RETRY
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refusals = error.recipients
        is_final = all(code >= _PERMANENT for code, _ in refusals.values())
        outcome = AttemptOutcome.DEAD if is_final else outcome
        return Receipt(outcome=outcome, detail=f"refused for {_named(refusals)}")
    # A login that is refused can be repaired by a person while the plan of tries lasts.
    login = isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError)
    if isinstance(error, smtplib.SMTPResponseException):
        is_final = error.smtp_code >= _PERMANENT and not login
        outcome = AttemptOutcome.DEAD if is_final else outcome
        return Receipt(outcome=outcome, detail=f"{error.smtp_code} {_decoded(error.smtp_error)}")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        outcome = AttemptOutcome.UNKNOWN  # the server may have taken it before it went away
    return Receipt(outcome=outcome, detail=str(error) or type(error).__name__)


def _named(refused: dict[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{one}: {code} {_decoded(said)}" for one, (code, said) in refused.items())


def _decoded(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode("utf-8", "replace")


def _address(written: str) -> Address:
    name, address = parseaddr(written)
    user, _, domain = address.rpartition("@")
    return Address(display_name=name, username=user, domain=domain)


def _checked(written: str, key: str) -> str:
    address = parseaddr(written)[1]
    user, _, domain = address.rpartition("@")
    if not user or not domain or not address.isascii() or any(c in written for c in "\r\n"):
        raise SettingError(key, f"{written!r} is no e-mail address")
    return written


def _security(table: Table, path: str) -> Security:
    value = text(table, "security", path) or Security.STARTTLS
    if value not in set(Security):
        raise SettingError(joined(path, "security"), f"must be one of {', '.join(Security)}")
    return Security(value)


CHANNEL = Kind(name="email", parse=parse, send=send)
