"""Settings: defaults, file, environment, and errors that name the key."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from storage.alert import Origin
from wenxun.config import Config, ConfigError, load_config, parse_config

TOML = Path("wenxun.toml")


def parsed(text: str, environ: Mapping[str, str] | None = None) -> Config:
    return parse_config(tomllib.loads(text), path=TOML, environ=environ or {})


def test_nothing_has_to_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    config = load_config(None, {})

    assert config == Config()
    assert config.database_url == "sqlite:///wenxun.db"
    assert [channel.name for channel in config.channels] == ["console"]
    assert config.channels[0].origin is Origin.BUILT_IN


def test_the_file_of_the_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    TOML.write_text('contact = "desk@example.org"\nevery = "1h30m"', "utf-8")

    config = load_config(None, {})

    assert config.contact == "desk@example.org"
    assert config.every == timedelta(minutes=90)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "missing.toml", {})


def test_the_environment_comes_before_the_file() -> None:
    config = parsed(
        'contact = "a@example.org"\nevery = "1h"\n[delivery]\nretry_delays_s = [5]',
        {
            "WENXUN_CONTACT": "b@example.org",
            "WENXUN_ALLOW_PRIVATE_HOSTS": "1",
            "WENXUN_MAX_CHILDREN": "4",
            "WENXUN_EVERY": "",
            "WENXUN_DELIVERY_RETRY_DELAYS_S": "0.1,0.5",
        },
    )

    assert config.contact == "b@example.org"
    assert config.allow_private_hosts is True
    assert config.max_children == 4
    assert config.every == timedelta(hours=1)
    assert config.retry_delays == (timedelta(seconds=0.1), timedelta(seconds=0.5))


def test_a_setting_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "database_url"
    secret.write_text("postgresql://user:secret@host/db\n", "utf-8")

    config = parsed("", {"WENXUN_DATABASE_URL_FILE": str(secret)})

    assert config.database_url == "postgresql://user:secret@host/db"


WATCH = '[[watch]]\nname = "a"\n'
LOG = '[[channel]]\nname = "log"\nkind = "file"\npath = "alerts.jsonl"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('colour = "red"', "wenxun.toml: colour: unknown key"),
        ('every = "soon"', 'wenxun.toml: every: must be a duration such as "90s"'),
        ("every = 30", "wenxun.toml: every: must be a duration"),
        ('every = "0s"', "wenxun.toml: every: must be a duration"),
        ("max_children = 0", "wenxun.toml: max_children: must be a whole number from 1 to 64"),
        ('lease = "1s"', "wenxun.toml: lease: must be from 2s to 1h"),
        ('workers = "far"', "wenxun.toml: workers: must be one of local, queue"),
        ("allow_private_hosts = 1", "wenxun.toml: allow_private_hosts: must be true or false"),
        ("[delivery]\nretries = 3", "wenxun.toml: delivery.retries: unknown key"),
        ("[delivery]\nretry_delays_s = [-1]", "delivery.retry_delays_s: must be a list of seconds"),
        ("[watch]\nname = 3", "wenxun.toml: watch: must be tables: [[watch]]"),
        (WATCH + "any_of = []", "wenxun.toml: watch[0].any_of: must not be empty"),
        (WATCH + WATCH, "wenxun.toml: watch[1].name: 'a' is there already"),
        (WATCH + 'channels = ["x"]', "watch[0].channels[0]: no channel 'x' (there are: console)"),
        (LOG + LOG, "wenxun.toml: channel[1].name: 'log' is there already"),
        (LOG + 'mode = "w"', "wenxun.toml: channel[0].mode: unknown key (known: path)"),
        ('[[channel]]\nname = "x"\nkind = "pigeon"', "channel[0].kind: unknown kind 'pigeon'"),
        ('[[channel]]\nname = "x"\nkind = "file"', "wenxun.toml: channel[0].path: is missing"),
    ],
)
def test_an_error_names_the_file_and_the_key(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        parsed(text)

    assert message in str(error.value)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"WENXUN_ALLOW_PRIVATE_HOSTS": "maybe"}, "WENXUN_ALLOW_PRIVATE_HOSTS: must be 1 or 0"),
        ({"WENXUN_EVERY": "soon"}, "WENXUN_EVERY: must be a duration"),
        ({"WENXUN_MAX_CHILDREN": "two"}, "WENXUN_MAX_CHILDREN: must be numbers"),
        ({"WENXUN_CONTACT_FILE": "/does/not/exist"}, "WENXUN_CONTACT_FILE: /does/not/exist: "),
    ],
)
def test_an_error_names_the_variable(environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        parsed("", environ)

    assert str(error.value).startswith(message)


def test_a_channel_of_the_file_stands_beside_the_console() -> None:
    config = parsed(LOG + WATCH + 'channels = ["log", "console"]')

    assert [(channel.name, channel.origin) for channel in config.channels] == [
        ("log", Origin.FILE),
        ("console", Origin.BUILT_IN),
    ]


def test_a_console_that_the_file_names_is_the_files() -> None:
    config = parsed('[[channel]]\nname = "console"\nkind = "console"')

    assert [(channel.name, channel.origin) for channel in config.channels] == [
        ("console", Origin.FILE)
    ]


WRONG = """\
contact = "desk@example.org"

[[watch]]
name = "admissions"
any_off = ["招生"]

[[channel]]
name = "bot"
  kind = "pigeon"

[[watch]]
name = "admissions"
query = "招生 (录取"
"""


def test_a_file_is_checked_as_a_whole_and_every_mistake_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    path.write_text(WRONG, "utf-8")

    with pytest.raises(ConfigError) as told:
        load_config(path, {})

    lines = str(told.value).splitlines()
    assert [line.removeprefix(f"{path}:").split(":", 2)[:2] for line in lines] == [
        ["9", "3"],
        ["5", "1"],
        ["13", "1"],
    ]
    assert "channel[0].kind: unknown kind 'pigeon'" in lines[0]
    assert "watch[0].any_off: unknown key" in lines[1]
    assert "watch[1].query: line 1, column 4: " in lines[2]


def test_a_wrong_setting_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "w.toml"
    path.write_text('contact = "a"\n\n[delivery]\nretry_delays_s = "soon"\n', "utf-8")

    with pytest.raises(ConfigError, match=rf"{path}:4:1: delivery\.retry_delays_s: must be"):
        load_config(path, {})


def test_words_may_stand_in_a_file(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\ufeff# 校领导\n卢青禾\n\n 董洋 \n", "utf-8")
    text = f'[[watch]]\nname = "w"\nany_of = ["江舟"]\nany_of_file = "{names}"'

    (watch,) = parsed(text).watches

    assert watch.any_of == ("江舟", "卢青禾", "董洋")


def test_a_word_file_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("# nothing\n", "utf-8")

    for name, reason in ((empty, "has no words"), (tmp_path / "no.txt", "cannot be read")):
        with pytest.raises(ConfigError, match=rf"watch\[0\]\.none_of_file: .*{reason}"):
            parsed(f'[[watch]]\nname = "w"\nnone_of_file = "{name}"')
