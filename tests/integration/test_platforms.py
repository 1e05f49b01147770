"""Chat and push platforms, each played by a server that answers as its documentation says."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.errors import SettingError
from scheduler.channels import Receipt, Sending, kinds
from scheduler.render import Message
from storage.alert import AttemptOutcome

NOW = datetime(2026, 3, 1, 8, 0, 0, 123_000, tzinfo=UTC)
URL = "https://news.yunling.example/info/1033/20068.htm"
MESSAGE = Message(
    subject="【新文章】奖学金评定办法发布 - 云岭大学新闻网",
    text=f"【新文章】奖学金评定办法发布\n站点：云岭大学新闻网\n{URL}",
    payload={"id": "evt_7", "article": {"title": "奖学金评定办法发布", "url": URL}},
)
SECRET = "SEC0a1b2c"
Answer = tuple[int, dict[str, Any]]


@dataclass
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Platform:
    """A server that asks `answers` what to say to each request."""

    answers: Callable[[Asked], Answer] = lambda _: (200, {})
    asked: list[Asked] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def platform() -> Iterator[Platform]:
    told = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                path=parts.path,
                query={name: values[0] for name, values in parse_qs(parts.query).items()},
                headers={name.lower(): value for name, value in self.headers.items()},
                body=_object(self.rfile.read(int(self.headers["content-length"]))),
            )
            told.asked.append(asked)
            status, said = told.answers(asked)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said, ensure_ascii=False).encode())

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def _object(body: bytes) -> dict[str, Any]:
    return json.loads(body) if body.startswith(b"{") else {}


def send(kind: str, environ: dict[str, str], **options: Any) -> Receipt:
    channel = kinds()[kind]
    sending = Sending(
        key="evt_7", now=NOW, allow_private_hosts=True, environ=environ, user_agent="Wenxun/test"
    )
    return channel.send(channel.parse(options, "channel[0]"), MESSAGE, sending)


# 钉钉


def dingtalk(asked: Asked) -> Answer:
    stamp = asked.query["timestamp"]
    digest = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    late = abs(int(stamp) - NOW.timestamp() * 1000) > 3_600_000
    if late or asked.query["sign"] != base64.b64encode(digest).decode():
        return 200, {"errcode": 310000, "errmsg": "description:机器人发送签名不匹配"}
    return 200, {"errcode": 0, "errmsg": "ok"}


def test_dingtalk_takes_our_signature(platform: Platform) -> None:
    platform.answers = dingtalk
    environ = {"BOT": f"{platform.url}/robot/send?access_token=t", "KEY": SECRET}

    receipt = send("dingtalk", environ, url_env="BOT", secret_env="KEY", mention=["13800000000"])

    (asked,) = platform.asked
    assert receipt.outcome is AttemptOutcome.SENT
    assert asked.query["access_token"] == "t"
    assert asked.body["msgtype"] == "text"
    assert asked.body["text"]["content"] == f"{MESSAGE.text}\n@13800000000"
    assert asked.body["at"] == {"atMobiles": ["13800000000"], "isAtAll": False}


def test_a_refusal_of_dingtalk_inside_200_is_none_that_was_sent(platform: Platform) -> None:
    platform.answers = dingtalk
    environ = {"BOT": f"{platform.url}/robot/send?access_token=t", "KEY": "another"}

    receipt = send("dingtalk", environ, url_env="BOT", secret_env="KEY")

    assert receipt.outcome is AttemptOutcome.RETRY
    assert "310000" in str(receipt.detail)


@pytest.mark.parametrize(
    ("kind", "code", "wait"),
    [
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, timedelta(minutes=10)),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, timedelta(minutes=1)),
        ("feishu", {"code": 11232, "msg": "frequency limited"}, timedelta(minutes=1)),
    ],
)
def test_a_platform_that_is_asked_too_often_is_left_alone_for_its_time(
    platform: Platform, kind: str, code: dict[str, Any], wait: timedelta
) -> None:
    platform.answers = lambda _: (200, code)

    receipt = send(kind, {"BOT": f"{platform.url}/bot?key=k"}, url_env="BOT")

    assert (receipt.outcome, receipt.retry_after) == (AttemptOutcome.RETRY, wait)


@pytest.mark.parametrize("code", [False, "0", [], {}, 0.0, None, [0]], ids=repr)
@pytest.mark.parametrize(
    ("kind", "key"),
    [("wecom", "errcode"), ("dingtalk", "errcode"), ("feishu", "code"), ("serverchan", "code")],
)
def test_only_the_number_is_a_receipt(
    platform: Platform, kind: str, key: str, code: object
) -> None:
    platform.answers = lambda _: (200, {key: code})
    options = (
        {"key_env": "BOT", "server": platform.url} if kind == "serverchan" else {"url_env": "BOT"}
    )
    environ = {"BOT": "SCTx" if kind == "serverchan" else f"{platform.url}/bot?key=k"}

    receipt = send(kind, environ, **options)

    assert receipt.outcome is AttemptOutcome.RETRY


@pytest.mark.parametrize(
    "said",
    [
        {"ok": False, "parameters": []},
        {"ok": False, "parameters": {"retry_after": "soon"}},
        {"ok": False, "parameters": {"retry_after": True}, "description": ["odd"]},
        {"ok": 1, "result": {"message_id": 7}},
    ],
    ids=repr,
)
def test_an_odd_answer_of_telegram_is_a_failure(platform: Platform, said: dict[str, Any]) -> None:
    platform.answers = lambda _: (200, said)

    receipt = send("telegram", {"T": "1:a"}, token_env="T", chat="@news", server=platform.url)

    assert (receipt.outcome, receipt.retry_after) == (AttemptOutcome.RETRY, None)


@pytest.mark.parametrize(
    ("kind", "one", "same", "other"),
    [
        ("wecom", "https://a/send?key=1", "https://a/send?debug=1&key=1", "https://a/send?key=2"),
        ("dingtalk", "https://a/s?access_token=1", "https://b/s?access_token=1", "https://a/s?a=1"),
        ("feishu", "https://a/hook/1", "https://b/hook/1/", "https://a/hook/2"),
    ],
)
def test_a_bot_is_known_however_its_address_is_written(
    kind: str, one: str, same: str, other: str
) -> None:
    channel = kinds()[kind]
    options = channel.parse({"url_env": "BOT"}, "")
    assert channel.bot is not None

    bots = [channel.bot(options, {"BOT": url}) for url in (one, same, other)]

    assert bots[0] == bots[1] != bots[2]


# 飞书


def feishu(asked: Asked) -> Answer:
    key = f"{asked.body['timestamp']}\n{SECRET}".encode()
    expected = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    if asked.body["sign"] != expected:
        return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
    return 200, {"code": 0, "msg": "success", "data": {}, "StatusCode": 0}


@pytest.mark.parametrize(
    ("key", "outcome"), [(SECRET, AttemptOutcome.SENT), ("another", AttemptOutcome.RETRY)]
)
def test_feishu_is_signed_and_its_code_decides(
    platform: Platform, key: str, outcome: AttemptOutcome
) -> None:
    platform.answers = feishu
    environ = {"BOT": f"{platform.url}/open-apis/bot/v2/hook/x", "KEY": key}

    receipt = send("feishu", environ, url_env="BOT", secret_env="KEY")

    assert receipt.outcome is outcome
    assert platform.asked[0].body["content"] == {"text": MESSAGE.text}
    assert platform.asked[0].body["timestamp"] == str(int(NOW.timestamp()))


# 企业微信


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (200, {"errcode": 0, "errmsg": "ok"}, AttemptOutcome.SENT),
        (200, {"errcode": 93000, "errmsg": "invalid webhook url"}, AttemptOutcome.RETRY),
        (200, {"errcode": 44004, "errmsg": "empty content"}, AttemptOutcome.DEAD),
        (200, {}, AttemptOutcome.RETRY),
        (502, {"errcode": 0}, AttemptOutcome.RETRY),
    ],
)
def test_only_errcode_0_of_wecom_is_a_receipt(
    platform: Platform, status: int, said: dict[str, Any], outcome: AttemptOutcome
) -> None:
    platform.answers = lambda _: (status, said)

    receipt = send("wecom", {"BOT": f"{platform.url}/send?key=k"}, url_env="BOT", mention="@all")

    assert receipt.outcome is outcome
    assert platform.asked[0].body == {
        "msgtype": "text",
        "text": {"content": MESSAGE.text, "mentioned_mobile_list": ["@all"]},
    }


# Pushes


def test_ntfy_gives_an_id_for_what_it_took(platform: Platform) -> None:
    platform.answers = lambda asked: (200, {"id": "hwQ2", "topic": asked.body["topic"]})
    environ = {"TOPIC": "wenxun-7f", "TOKEN": "tk_1"}

    receipt = send("ntfy", environ, server=platform.url, topic_env="TOPIC", token_env="TOKEN")

    (asked,) = platform.asked
    assert receipt == Receipt(outcome=AttemptOutcome.SENT, detail="id hwQ2")
    assert asked.headers["authorization"] == "Bearer tk_1"
    assert asked.body == {
        "topic": "wenxun-7f",
        "title": MESSAGE.subject,
        "message": MESSAGE.text,
        "click": URL,
    }


def test_bark_gets_the_event_id_and_its_code_decides(platform: Platform) -> None:
    platform.answers = lambda asked: (
        (200, {"code": 200, "message": "success"})
        if asked.body["device_key"] == "ynJ5"
        else (400, {"code": 400, "message": "failed to get device token"})
    )

    sent = send("bark", {"KEY": "ynJ5"}, server=f"{platform.url}/", key_env="KEY")
    lost = send("bark", {"KEY": "other"}, server=platform.url, key_env="KEY")

    assert (sent.outcome, lost.outcome) == (AttemptOutcome.SENT, AttemptOutcome.RETRY)
    assert platform.asked[0].path == "/push"
    assert platform.asked[0].body["id"] == "evt_7"
    assert platform.asked[0].body["url"] == URL


@pytest.mark.parametrize(
    ("key", "path"), [("SCT1abc", "/SCT1abc.send"), ("sctp42tabc", "/send/sctp42tabc.send")]
)
def test_both_generations_of_serverchan_keys_find_their_address(
    platform: Platform, key: str, path: str
) -> None:
    platform.answers = lambda _: (200, {"code": 0, "message": "", "data": {"pushid": "1"}})

    receipt = send("serverchan", {"KEY": key}, server=platform.url, key_env="KEY")

    (asked,) = platform.asked
    assert receipt.outcome is AttemptOutcome.SENT
    assert asked.path == path
    assert len(asked.body["title"]) <= 32
    assert URL in asked.body["desp"]


def test_telegram_says_how_long_to_wait(platform: Platform) -> None:
    said = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    platform.answers = lambda _: (429, said)
    environ = {"TOKEN": "123:AB-c"}

    later = send("telegram", environ, server=platform.url, token_env="TOKEN", chat="@news")
    platform.answers = lambda _: (200, {"ok": True, "result": {"message_id": 5}})
    sent = send("telegram", environ, server=platform.url, token_env="TOKEN", chat="@news")

    assert (later.outcome, later.retry_after) == (AttemptOutcome.RETRY, timedelta(seconds=7))
    assert sent == Receipt(outcome=AttemptOutcome.SENT, detail="message 5")
    assert platform.asked[0].path == "/bot123:AB-c/sendMessage"
    assert platform.asked[0].body["chat_id"] == "@news"


# What holds for all


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("dingtalk", {"url_env": "V"}),
        ("feishu", {"url_env": "V"}),
        ("wecom", {"url_env": "V"}),
        ("ntfy", {"topic_env": "V"}),
        ("bark", {"key_env": "V"}),
        ("serverchan", {"key_env": "V"}),
        ("telegram", {"token_env": "V", "chat": "1"}),
        ("apprise", {"url_env": "V"}),
    ],
)
def test_a_secret_that_is_not_set_is_named_and_waited_for(
    kind: str, options: dict[str, str]
) -> None:
    receipt = send(kind, {}, **options)

    assert receipt.outcome is AttemptOutcome.RETRY
    assert str(receipt.detail).startswith("V is not set")


@pytest.mark.parametrize(
    ("kind", "options", "written"),
    [
        ("serverchan", {"key_env": "V"}, "SCT/../x"),
        ("telegram", {"token_env": "V", "chat": "1"}, "no token"),
        ("webhook", {"url": "https://h.example", "secret_env": "V"}, "whsec_$$$"),
    ],
)
def test_a_secret_of_another_form_is_told_and_never_shown(
    kind: str, options: dict[str, str], written: str
) -> None:
    receipt = send(kind, {"V": written}, **options)

    assert receipt.outcome is AttemptOutcome.RETRY
    assert str(receipt.detail).startswith("V is no")
    assert written not in str(receipt.detail)


@pytest.mark.parametrize("kind", ["dingtalk", "feishu", "wecom"])
def test_a_bot_that_cannot_be_reached_is_tried_again(kind: str) -> None:
    receipt = send(kind, {"BOT": "http://127.0.0.1:9/bot"}, url_env="BOT")

    assert receipt.outcome is AttemptOutcome.RETRY
    assert "cannot connect" in str(receipt.detail)


def test_an_address_of_a_bot_does_not_stand_in_the_file() -> None:
    with pytest.raises(SettingError, match=r"channel\[0\]\.url: unknown key"):
        kinds()["wecom"].parse({"url": "https://qyapi.weixin.qq.com/?key=k"}, "channel[0]")


def test_apprise_is_not_asked_where_its_word_is_known_to_be_wrong(platform: Platform) -> None:
    receipt = send("apprise", {"V": "dingtalk://token"}, url_env="V")

    assert receipt.outcome is AttemptOutcome.RETRY
    assert "kind = 'dingtalk'" in str(receipt.detail)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Apprise's own, on Python 3.11
@pytest.mark.parametrize(
    ("status", "outcome"), [(200, AttemptOutcome.SENT), (500, AttemptOutcome.RETRY)]
)
def test_apprise_tells_the_rest_and_says_whose_word_it_is(
    platform: Platform, status: int, outcome: AttemptOutcome
) -> None:
    platform.answers = lambda _: (status, {})

    receipt = send("apprise", {"V": platform.url.replace("http://", "form://")}, url_env="V")

    assert receipt.outcome is outcome
    assert str(receipt.detail).startswith("Apprise")
    assert len(platform.asked) == 1
