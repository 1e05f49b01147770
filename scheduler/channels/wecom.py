"""Tell a 企业微信 (WeCom) group through its bot.

Source: https://developer.work.weixin.qq.com/document/path/91770 (text of at most 2,048 bytes, 20
messages a minute and bot) and path/90313 (error codes). `mention`: mobile numbers or `@all`.
"""

from datetime import timedelta

from scheduler.channels import Kind, Rate, Receipt, SecretError, Sending, secret
from scheduler.chat_bots import BotOptions, Codes, bot_by, judge, parse_unsigned
from scheduler.posting import post_json, without_secret
from scheduler.render import Message
from scheduler.splitting import Room

# Malformed, empty, too long: it never gets better.
_CODES = Codes(unwanted={40_058, 44_004, 45_002}, too_often={45_009})


def send(options: BotOptions, message: Message, sending: Sending) -> Receipt:
    """Post the text. Only `errcode` 0 is sent, whatever the status."""
    content: dict[str, object] = {"content": message.text}
    if options.mention:
        content["mentioned_mobile_list"] = list(options.mention)
    try:
        url = secret(sending.environ, options.url_env)
    except SecretError as error:
        return without_secret(error)
    return post_json(url, {"msgtype": "text", "text": content}, sending, judge(_CODES))


CHANNEL = Kind(
    name="wecom",
    parse=parse_unsigned,
    send=send,
    budget=(Rate(messages=20, within=timedelta(minutes=1)),),
    bot=bot_by("key"),
    room=Room(most=2_048),
)
