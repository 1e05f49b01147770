"""The mail servers of known providers, and what their users have to do to send through them. Pure.

Source: what the providers' help pages say of SMTP clients. Outlook.com is left out: it takes OAuth
only, no passwords.
"""

from dataclasses import dataclass
from enum import StrEnum


class Security(StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_CODE = (
    "the password here is the 授权码 that the mailbox's web page gives under 设置 → POP3/SMTP/IMAP,"
    " where the SMTP service is switched on; not the one with which you log in"
)
_APP_PASSWORD = "the password here is an app password (https://myaccount.google.com/apppasswords)"  # noqa: S105
_OTHER = "check user and password, and whether the mailbox may send by SMTP"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A provider's server, all of them with TLS from the start; `login` says what a login needs."""

    host: str
    login: str = _CODE


_SERVERS = {
    "qq.com": MailServer(host="smtp.qq.com"),
    "vip.qq.com": MailServer(host="smtp.qq.com"),
    "foxmail.com": MailServer(host="smtp.qq.com"),
    "163.com": MailServer(host="smtp.163.com"),
    "126.com": MailServer(host="smtp.126.com"),
    "yeah.net": MailServer(host="smtp.yeah.net"),
    "aliyun.com": MailServer(host="smtp.aliyun.com"),
    "139.com": MailServer(host="smtp.139.com"),
    "189.cn": MailServer(host="smtp.189.cn"),
    "gmail.com": MailServer(host="smtp.gmail.com", login=_APP_PASSWORD),
}
# Of providers for domains of one's own, whose addresses do not tell them.
_HOSTS = {
    "smtp.exmail.qq.com": MailServer(host="smtp.exmail.qq.com"),
    "smtp.qiye.aliyun.com": MailServer(host="smtp.qiye.aliyun.com", login=_OTHER),
    **{server.host: server for server in _SERVERS.values()},
}


def known_domains() -> tuple[str, ...]:
    """Return the domains whose addresses need no host."""
    return tuple(_SERVERS)


def server_of(address: str) -> MailServer | None:
    """Return the server through which the owner of an address sends; None: it is not known."""
    return _SERVERS.get(address.rpartition("@")[2].lower())


def security_of(host: str) -> Security:
    """Return how a server is spoken to, unless it is said."""
    return Security.TLS if host.lower() in _HOSTS else Security.STARTTLS


def login_advice(host: str) -> str:
    """Return what to do where a server refuses a login."""
    known = _HOSTS.get(host.lower())
    return known.login if known else _OTHER
