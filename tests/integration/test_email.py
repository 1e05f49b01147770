"""E-mail against real servers on loopback, with TLS and without: what they say is understood."""

import email
import email.policy
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from crawler.errors import SettingError
from scheduler.channels import Receipt, Sending, kinds
from scheduler.mail_servers import login_advice
from scheduler.render import Message
from storage.alert import AttemptOutcome

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MESSAGE = Message(
    subject="【新文章】奖学金评定办法发布 - 云岭大学新闻网",
    text="【新文章】奖学金评定办法发布\n站点：云岭大学新闻网",
    payload={"id": "evt_7", "type": "article.new", "article": {"title": "奖学金评定办法发布"}},
)


@dataclass
class Mailbox:
    """A mail server that keeps what it got, or answers RCPT and DATA as it is told."""

    answer: str | None = None
    refuses: dict[str, str] = field(default_factory=dict)
    said: str = "250 OK"
    mails: list[EmailMessage] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 (the server's name)
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self.refuses.get(address, self.answer)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.receivers.append(list(envelope.rcpt_tos))
        return self.said

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"geheim", handled=False)


@contextmanager
def running(
    told: Mailbox, security: str = "none", certificate: trustme.LeafCert | None = None
) -> Iterator[Mailbox]:
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
    controller = Controller(
        told,
        hostname="127.0.0.1",
        port=_free_port(),
        authenticator=told.authenticate,
        auth_require_tls=False,
        ssl_context=context if security == "tls" else None,
        **({"tls_context": context, "require_starttls": True} if security == "starttls" else {}),
    )
    controller.start()
    told.port = controller.port
    yield told
    controller.stop()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running(Mailbox()) as told:
        yield told


def mail(
    mailbox: Mailbox,
    message: Message = MESSAGE,
    *,
    environ: dict[str, str] | None = None,
    allow_private: bool = True,
    **changed: Any,
) -> Receipt:
    options = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "none",
        "from": "闻讯 <wenxun@example.org>",
        "to": ["desk@example.org"],
    }
    sending = Sending(
        key="evt_7",
        now=NOW,
        allow_private_hosts=allow_private,
        environ=environ or {},
        user_agent="Wenxun/test",
    )
    channel = kinds()["email"]
    return channel.send(channel.parse(options | changed, "channel[0]"), message, sending)


def test_a_mail_reads_as_it_was_meant(mailbox: Mailbox) -> None:
    receipt = mail(mailbox)

    (got,) = mailbox.mails
    assert receipt.outcome is AttemptOutcome.SENT
    assert got["Subject"] == MESSAGE.subject
    assert got["Message-ID"] == "<evt_7@wenxun>"
    assert got["From"].addresses[0].display_name == "闻讯"
    assert got.get_body(("plain",)).get_content().strip() == MESSAGE.text


def test_a_mail_server_may_ask_for_a_login(mailbox: Mailbox) -> None:
    login = {"user": "wenxun", "password_env": "SMTP_PASSWORD"}

    good = mail(mailbox, environ={"SMTP_PASSWORD": "geheim"}, **login)
    bad = mail(mailbox, environ={"SMTP_PASSWORD": "falsch"}, **login)
    unset = mail(mailbox, **login)

    assert [good.outcome, bad.outcome, unset.outcome] == [
        AttemptOutcome.SENT,
        AttemptOutcome.RETRY,
        AttemptOutcome.RETRY,
    ]
    assert set(mailbox.logins) == {b"geheim", b"falsch"}
    assert "falsch" not in str(bad.detail)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 No such user", AttemptOutcome.DEAD),
        ("450 Try later", AttemptOutcome.RETRY),
    ],
)
def test_a_mail_that_is_refused_for_good_is_given_up(
    mailbox: Mailbox, answer: str, outcome: AttemptOutcome
) -> None:
    mailbox.answer = answer

    receipt = mail(mailbox)

    assert receipt.outcome is outcome
    assert "desk@example.org" in str(receipt.detail)


def test_a_mail_is_not_sent_in_the_clear_where_tls_is_wanted(mailbox: Mailbox) -> None:
    receipt = mail(mailbox, security="starttls")

    assert receipt.outcome is AttemptOutcome.RETRY
    assert mailbox.mails == []


def test_a_mail_server_at_a_private_address_is_refused_by_default(mailbox: Mailbox) -> None:
    receipt = mail(mailbox, allow_private=False)

    assert receipt.outcome is AttemptOutcome.RETRY
    assert "private address" in str(receipt.detail)
    assert mailbox.mails == []


def test_a_mail_has_a_text_and_html_that_fetches_nothing(mailbox: Mailbox) -> None:
    url = "https://news.yunling.example/info/1033/20068.htm?a=1&b=<2>"
    article = {"title": "奖学金 <b>评定</b>", "url": url, "snippet": "…发布 & 实施奖学金评定办法…"}
    message = Message(
        subject="【新文章】奖学金 <b>评定</b>",
        text=f"【新文章】奖学金 <b>评定</b>\n站点：云岭大学\n{url}\n命中：正文：“奖 学金”",
        payload={
            "id": "evt_7", "type": "article.new", "article": article,
            "matched": [{"wanted": "奖学金", "found": "奖学金", "where": "text"}],
        },
    )  # fmt: skip

    mail(mailbox, message)

    (got,) = mailbox.mails
    assert got.get_content_type() == "multipart/alternative"
    plain, html = [part.get_content() for part in got.iter_parts()]
    assert plain == message.text + "\n"
    assert "<script" not in html
    assert not re.search(r"<img|<link|src=|url\(|@import", html)
    assert "&lt;b&gt;评定&lt;/b&gt;" in html
    assert "<b>评定" not in html
    assert 'href="https://news.yunling.example/info/1033/20068.htm?a=1&amp;b=' in html
    assert re.findall(r"<b style=[^>]+>([^<]+)</b>", html) == ["奖学金", "奖 学金", "奖学金"]
    assert "发布 &amp; 实施" in html


@pytest.mark.parametrize(
    ("user", "host"),
    [
        ("me@qq.com", "smtp.qq.com"),
        ("me@foxmail.com", "smtp.qq.com"),
        ("me@163.com", "smtp.163.com"),
        ("me@126.com", "smtp.126.com"),
        ("me@aliyun.com", "smtp.aliyun.com"),
        ("me@139.com", "smtp.139.com"),
        ("me@189.cn", "smtp.189.cn"),
        ("me@GMAIL.com", "smtp.gmail.com"),
    ],
)
def test_a_known_mailbox_needs_user_password_and_to_only(user: str, host: str) -> None:
    options = {"user": user, "password_env": "P", "to": ["desk@example.org"]}

    parsed = kinds()["email"].parse(options, "")

    assert (parsed.host, parsed.port, parsed.security, parsed.sender) == (host, 465, "tls", user)


def test_an_unknown_mailbox_has_to_name_its_server() -> None:
    options = {"user": "me@yunling.example", "password_env": "P", "to": ["desk@example.org"]}

    with pytest.raises(SettingError, match=r"host: is missing \(known by the domain of `user`: qq"):
        kinds()["email"].parse(options, "channel[0]")
    with pytest.raises(SettingError, match="from: is missing"):
        kinds()["email"].parse({"host": "h", "to": ["desk@example.org"]}, "channel[0]")
    own = kinds()["email"].parse({**options, "host": "smtp.exmail.qq.com"}, "channel[0]")
    assert (own.port, own.security) == (465, "tls")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_goes_through_tls_that_is_checked(security: str, tmp_path: Path) -> None:
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(str(tmp_path / "ours.pem"))
    theirs.cert_pem.write_to_path(str(tmp_path / "theirs.pem"))
    login = {
        "user": "wenxun",
        "password_env": "P",
        "environ": {"P": "geheim"},
        "security": security,
    }

    with running(Mailbox(), security, ours.issue_cert("127.0.0.1")) as mailbox:
        good = mail(mailbox, ca_file=str(tmp_path / "ours.pem"), **login)
        untrusted = mail(mailbox, ca_file=str(tmp_path / "theirs.pem"), **login)
        by_default = mail(mailbox, **login)
        unread = mail(mailbox, ca_file=str(tmp_path / "none.pem"), **login)
    with running(Mailbox(), security, ours.issue_cert("mail.example.org")) as wrong:
        misnamed = mail(wrong, ca_file=str(tmp_path / "ours.pem"), **login)

    assert good.outcome is AttemptOutcome.SENT
    assert len(mailbox.mails) == 1
    assert wrong.mails == []
    for receipt in (untrusted, by_default, misnamed):
        assert receipt.outcome is AttemptOutcome.RETRY
        assert str(receipt.detail).startswith("the certificate of 127.0.0.1 is not trusted: ")
    assert "No such file" in str(unread.detail)


def test_tls_with_a_server_that_speaks_none_is_told_clearly(mailbox: Mailbox) -> None:
    receipt = mail(mailbox, security="tls")

    assert receipt.outcome is AttemptOutcome.RETRY
    assert "is `security` right?" in str(receipt.detail)


def test_a_refused_login_says_what_to_do(mailbox: Mailbox) -> None:
    receipt = mail(mailbox, environ={"P": "falsch"}, user="wenxun", password_env="P")

    assert "127.0.0.1 refuses the login (535 " in str(receipt.detail)
    assert "whether the mailbox may send by SMTP" in str(receipt.detail)
    assert "授权码" in login_advice("smtp.qq.com")


def test_who_of_several_is_refused_is_reported(mailbox: Mailbox) -> None:
    mailbox.refuses = {"gone@example.org": "550 No such user"}

    receipt = mail(mailbox, to=["desk@example.org", "gone@example.org"])

    assert receipt.outcome is AttemptOutcome.SENT
    assert receipt.problem == "refused for gone@example.org: 550 No such user"
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("554 DT:SPM", AttemptOutcome.DEAD), ("451 Busy", AttemptOutcome.RETRY)],
)
def test_what_the_server_says_of_the_text_decides(
    mailbox: Mailbox, said: str, outcome: AttemptOutcome
) -> None:
    mailbox.said = said

    receipt = mail(mailbox)

    assert (receipt.outcome, receipt.detail) == (outcome, said)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port
