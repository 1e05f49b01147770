"""Send e-mail through an SMTP server: HTML and text.

Source: RFC 5321 (replies), RFC 5322 (Message-ID), RFC 3207 (STARTTLS), RFC 8314 (TLS), RFC 2046
(multipart/alternative: the best form comes last).
"""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from crawler.errors import GuardError, SettingError
from crawler.hosts import allowed_addresses
from crawler.keys import Table, joined, only_known, required_text, text, texts, whole
from scheduler.channels import Kind, Receipt, SecretMissingError, Sending, secret
from scheduler.mail_html import html_of
from scheduler.mail_servers import (
    PORTS,
    Security,
    known_domains,
    login_advice,
    security_of,
    server_of,
)
from scheduler.render import Message
from storage.alert import AttemptOutcome

_TIMEOUT_S = 15.0
_PERMANENT = 500
_KEYS = ("host", "port", "security", "ca_file", "user", "password_env", "from", "to")
Refused = Mapping[str, tuple[int, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOptions:
    """The server, and who writes to whom. The password is named by its variable.

    `ca_file`: the certificates that are trusted, of a server whose own are not known to all.
    """

    host: str
    port: int
    security: Security
    ca_file: str | None
    user: str | None
    password_env: str | None
    sender: str
    to: tuple[str, ...]


def parse(table: Table, path: str) -> EmailOptions:
    """Return the options. Whoever has a mailbox of a known provider gives user and password only.

    Raises:
        SettingError: a key is missing, unknown or wrong.
    """
    only_known(table, _KEYS, path)
    user, password_env = text(table, "user", path), text(table, "password_env", path)
    if (user is None) != (password_env is None):
        raise SettingError(joined(path, "password_env"), "user and password_env go together")
    to = texts(table, "to", path)
    if not to:
        raise SettingError(joined(path, "to"), "is missing")
    host = _host(table, user, path)
    security = _security(table, path, default=security_of(host))
    sender = text(table, "from", path) or (user if user and "@" in user else None)
    return EmailOptions(
        host=host,
        port=whole(table, "port", path, default=PORTS[security], least=1, most=65_535),
        security=security,
        ca_file=text(table, "ca_file", path),
        user=user,
        password_env=password_env,
        sender=_checked(sender or required_text(table, "from", path), joined(path, "from")),
        to=tuple(_checked(one, f"{joined(path, 'to')}[{i}]") for i, one in enumerate(to)),
    )


def send(options: EmailOptions, message: Message, sending: Sending) -> Receipt:
    """Hand the message to the server. What it refuses for good (5xx) is not tried again.

    Where it takes it for some, those whom it refuses for now (4xx) are tried again, without them.
    """
    try:
        password = options.password_env and secret(sending.environ, options.password_env)
        addresses = allowed_addresses(options.host, allow_private=sending.allow_private_hosts)
        server = _connected(options, addresses, password)
    except (SecretMissingError, GuardError) as error:
        return Receipt(outcome=AttemptOutcome.RETRY, detail=str(error))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Receipt(outcome=AttemptOutcome.RETRY, detail=_unconnected(options, error))
    try:
        mail = _mail(options, message, sending)
        refused = server.send_message(mail, to_addrs=_recipients(options, sending))
    except smtplib.SMTPRecipientsRefused as error:
        return _refusal(error.recipients, is_partly=bool(sending.left))
    except (smtplib.SMTPException, OSError) as error:
        return _receipt_of(error)
    finally:
        # It was taken or refused before: whatever QUIT is answered changes nothing.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()
    return _refusal(refused, is_partly=True) if refused else Receipt(outcome=AttemptOutcome.SENT)


class _PinnedSMTP(smtplib.SMTP):
    """Connects to an address that was checked; certificates are still those of the name."""

    def __init__(self, options: EmailOptions, addresses: tuple[str, ...]) -> None:
        self._addresses = addresses
        self._tls = None
        if options.security is not Security.NONE:
            self._tls = ssl.create_default_context(cafile=options.ca_file)
        self._wraps = options.security is Security.TLS
        super().__init__(options.host, options.port, timeout=_TIMEOUT_S)

    def protect(self) -> None:
        """Go on under TLS where it was not there from the start."""
        if self._tls is not None and not self._wraps:
            self.starttls(context=self._tls)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = _reached(self._addresses, port, timeout)
        if self._tls is None or not self._wraps:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise


def _reached(addresses: tuple[str, ...], port: int, timeout: float) -> socket.socket:
    """Connect to the first of the addresses that answers."""
    *others, last = addresses
    for address in others:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), timeout)
    return socket.create_connection((last, port), timeout)


def _connected(
    options: EmailOptions, addresses: tuple[str, ...], password: str | None
) -> smtplib.SMTP:
    server = _PinnedSMTP(options, addresses)
    try:
        server.protect()
        if options.user is not None and password is not None:
            server.login(options.user, password)
    except (smtplib.SMTPException, OSError, ValueError):
        server.close()
        raise
    return server


def _mail(options: EmailOptions, message: Message, sending: Sending) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.subject.split())
    mail["From"] = _address(options.sender)
    mail["To"] = tuple(_address(one) for one in options.to)
    mail["Date"] = format_datetime(sending.now)
    mail["Message-ID"] = f"<{sending.key}@wenxun>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation answers
    mail.set_content(message.text + "\n", cte="base64")
    mail.add_alternative(html_of(message), subtype="html", cte="base64")
    return mail


def _recipients(options: EmailOptions, sending: Sending) -> list[str]:
    """Return who is to get the mail: those who are left, or all where nobody had it.

    All, too, where those who were left are no longer in `to`: rather twice than never.
    """
    everybody = [parseaddr(one)[1] for one in options.to]
    return [one for one in everybody if one in sending.left] or everybody


def _unconnected(options: EmailOptions, error: Exception) -> str:
    """Say why there is no connection. A person can repair it while the plan of tries lasts."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        said = f"{error.smtp_code} {_decoded(error.smtp_error)}"
        return f"{options.host} refuses the login ({said}): {login_advice(options.host)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message or error.reason
        return f"the certificate of {options.host} is not trusted: {reason}"
    if isinstance(error, ssl.SSLError):
        return f"no TLS with {options.host}:{options.port} ({error.reason}): is `security` right?"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    if isinstance(error, UnicodeError):
        return "user or password hold characters that SMTP cannot send"
    return f"cannot connect to {options.host}:{options.port}: {error or type(error).__name__}"


def _refusal(refused: Refused, *, is_partly: bool) -> Receipt:
    """Return the receipt where these do not get the mail; `is_partly`: others have it.

    Those refused for good are asked again with those refused for now, so that they stay named.
    """
    said = _refusals(refused)
    if not all(code >= _PERMANENT for code, _ in refused.values()):
        left = tuple(refused) if is_partly else ()
        return Receipt(outcome=AttemptOutcome.RETRY, detail=said, left=left)
    if is_partly:
        return Receipt(outcome=AttemptOutcome.SENT, problem=said)
    return Receipt(outcome=AttemptOutcome.DEAD, detail=said)


def _receipt_of(error: Exception) -> Receipt:
    if isinstance(error, smtplib.SMTPResponseException):
        is_final = error.smtp_code >= _PERMANENT
        said = f"{error.smtp_code} {_decoded(error.smtp_error)}"
        if isinstance(error, smtplib.SMTPSenderRefused):
            said += ": `from` has to be an address of `user`"
        outcome = AttemptOutcome.DEAD if is_final else AttemptOutcome.RETRY
        return Receipt(outcome=outcome, detail=said)
    # The connection broke: the server may have taken it before.
    return Receipt(outcome=AttemptOutcome.UNKNOWN, detail=str(error) or type(error).__name__)


def _refusals(refused: Refused) -> str:
    said = "; ".join(f"{one}: {code} {_decoded(words)}" for one, (code, words) in refused.items())
    return f"refused for {said}"


def _decoded(said: bytes | str) -> str:
    words = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return " ".join(words.split())


def _host(table: Table, user: str | None, path: str) -> str:
    host = text(table, "host", path)
    if host is not None:
        return host
    known = server_of(user or "")
    if known is None:
        domains = ", ".join(known_domains())
        raise SettingError(
            joined(path, "host"), f"is missing (known by the domain of `user`: {domains})"
        )
    return known.host


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


def _security(table: Table, path: str, *, default: Security) -> Security:
    value = text(table, "security", path) or default
    if value not in set(Security):
        raise SettingError(joined(path, "security"), f"must be one of {', '.join(Security)}")
    return Security(value)


CHANNEL = Kind(name="email", parse=parse, send=send)
