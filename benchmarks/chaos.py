"""kill -9 of services and workers on one database while much happens on many sites.

Promised: everything that happens is told, exactly once by its id, on the wire again only where the
receiver did not answer or the sender was killed with this message in flight, one message a kill
and channel; every planned look is one crawl or one recorded miss. Half of the kills come at a
random moment, half while a receiver holds a message that it has not answered, which is the worst
moment there is.

    python benchmarks/chaos.py [--database sqlite|postgresql] [--kills 100] [--events 2000]
        [--sites 50] [--services 3] [--workers 3] [--seed 7]

SQLite has no workers: the services crawl themselves. Exit code 1 if a promise is broken.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chaos_receivers import Key, Ledger, receiver
from chaos_sites import Place, let_time_pass, places
from databases import DATABASES, new_database
from invariants import findings
from measuring import REPOSITORY
from sqlalchemy import Engine, text

from storage.engine import open_engine

_GIVE_UP_S = 300.0
_OPEN_AT_ONCE = 2.0  # things that nobody was told yet, for each site
_CHANNELS = ("steady", "moody")
_WALKED = "SELECT count(*) FROM columns WHERE walk_completed_at IS NOT NULL"
_HELD = "SELECT count(*) FROM events WHERE state = 'held'"
_UNSENT = "SELECT count(*) FROM deliveries WHERE state <> 'sent'"
# Each counts the rows that break a rule.
_RULES = {
    "a slot is one run or one recorded miss": (
        "SELECT count(*) FROM slots WHERE NOT ((state = 'ran' AND crawl_id IS NOT NULL)"
        " OR (state = 'missed' AND detail IS NOT NULL)"
        " OR (state = 'queued' AND crawl_id IS NULL))"  # still waits for its only run
    ),
    "a crawl is of one slot": (
        "SELECT count(*) FROM crawls c WHERE (SELECT count(*) FROM slots s"
        " WHERE s.crawl_id = c.id) <> 1"
    ),
    "a site is crawled by one crawl at a time": (
        "SELECT count(*) FROM crawls a JOIN crawls b ON a.site_id = b.site_id AND a.id < b.id"
        " AND b.started_at < a.finished_at"
    ),
    "nothing is given up or waits": _UNSENT,
    "what is unknown is sent again": (
        "SELECT count(*) FROM delivery_attempts a WHERE a.outcome = 'unknown' AND NOT EXISTS"
        " (SELECT 1 FROM delivery_attempts b WHERE b.delivery_id = a.delivery_id"
        " AND b.number = a.number + 1)"
    ),
    "a message is taken once": (
        "SELECT count(*) FROM deliveries d WHERE (SELECT count(*) FROM delivery_attempts a"
        " WHERE a.delivery_id = d.id AND a.outcome = 'sent') <> 1"
    ),
}
_UNKNOWN = (
    "SELECT count(*) FROM delivery_attempts a JOIN deliveries d ON d.id = a.delivery_id"
    " JOIN channels c ON c.id = d.channel_id WHERE c.name = 'group' AND a.outcome = 'unknown'"
)


class Crowd:
    """The processes, by name; a new one takes the place of each that is killed."""

    def __init__(self, folder: Path, environ: dict[str, str], commands: dict[str, str]) -> None:
        self._folder, self._environ, self._commands = folder, environ, commands
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: Counter[str] = Counter()
        for name in commands:
            self._start(name)

    def kill(self, name: str, ledger: Ledger) -> None:
        with ledger.lock:  # nothing is received between the kill and its entry
            self.processes[name].kill()
            self.processes[name].wait()
            ledger.happened.append(f"{name}.{self._started[name]}")
        self._start(name)

    def end(self) -> list[str]:
        """Stop all as a person would; return those that did not end well."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        # One that has not begun is ended by the signal itself.
        well = {0, -signal.SIGTERM}
        return [name for name, one in self.processes.items() if one.wait(120) not in well]

    def log(self) -> str:
        return (self._folder / "run.log").read_text("utf-8")

    def _start(self, name: str) -> None:
        self._started[name] += 1
        says = {"WENXUN_CONTACT": f"{name}.{self._started[name]}"}
        with (self._folder / "run.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "wenxun", self._commands[name]],
                cwd=self._folder, env=self._environ | says,
                stdout=log, stderr=log,
            )  # fmt: skip


class World:
    """Sites on which things happen, and what was told of them."""

    def __init__(self, made: list[Place], ledger: Ledger, chance: random.Random) -> None:
        self.places, self.ledger, self._chance = made, ledger, chance
        self.happened: list[Key] = []

    def go_on(self, most: int) -> None:
        """Note what was told, and let things happen."""
        told = self.ledger.told("steady")
        for place in self.places:
            place.open = {key: newsid for key, newsid in place.open.items() if key not in told}
        outstanding = sum(len(place.open) for place in self.places)
        while len(self.happened) < most and outstanding < _OPEN_AT_ONCE * len(self.places):
            place = self._chance.choice(self.places)
            if key := place.happen(self._chance, len(self.happened) + 1):
                self.happened.append(key)
            outstanding += 1

    def missing(self, channel: str) -> set[Key]:
        return {key for key in self.happened if _is_for(channel, key)} - self.ledger.told(channel)


def main() -> int:
    options = _options()
    chance = random.Random(options.seed)
    ledger = Ledger()
    ledger.may_answer.set()
    server = receiver(ledger, random.Random(options.seed + 1))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    with (
        tempfile.TemporaryDirectory() as name,
        new_database(options.database, Path(name)) as url,
        places(options.sites) as made,
    ):
        folder = Path(name)
        _configure(folder, made, server.server_port, options)
        engine = open_engine(url)
        crowd = Crowd(folder, _environ(url, server.server_port), _commands(options))
        try:
            world = World(made, ledger, chance)
            return _run(world, crowd, engine, chance, options)
        finally:
            for process in crowd.processes.values():
                process.kill()
                process.wait()
            engine.dispose()


def _run(
    world: World, crowd: Crowd, engine: Engine, chance: random.Random, options: argparse.Namespace
) -> int:
    _until(lambda: _count(engine, _WALKED) == options.sites, crowd, "the first walk of all sites")
    began, kills = time.monotonic(), 0
    deadline = began + _GIVE_UP_S
    while world.missing("steady") or len(world.happened) < options.events:
        told = len(world.happened)
        world.go_on(options.events)
        let_time_pass(engine, world.places)
        done = len(world.happened) - len(world.missing("steady"))
        if kills < options.kills and done >= kills * options.events / options.kills:
            _kill(crowd, world.ledger, chance, at_receipt=kills % 2 == 1)
            kills += 1
        time.sleep(0.5)
        if len(world.happened) > told or done == 0:
            deadline = time.monotonic() + _GIVE_UP_S
        if time.monotonic() > deadline:
            break
    with suppress(SystemExit):
        _until(lambda: _all_told(world, engine), crowd, "the last message")
    badly = crowd.end()
    print(f"{options.database}: {kills} kills in {time.monotonic() - began:.0f} s, "
          f"{crowd.log().count('crawl ended')} crawls ended")  # fmt: skip
    return _report(world, engine, kills, badly, crowd)


def _all_told(world: World, engine: Engine) -> bool:
    """Say whether everybody was told, and the services know it."""
    return not any(map(world.missing, (*_CHANNELS, "group"))) and _count(engine, _UNSENT) == 0


def _kill(crowd: Crowd, ledger: Ledger, chance: random.Random, *, at_receipt: bool) -> None:
    name = chance.choice(list(crowd.processes))
    if not at_receipt:
        time.sleep(chance.uniform(0.0, 1.0))
        crowd.kill(name, ledger)
        return
    ledger.received.clear()
    ledger.may_answer.clear()
    ledger.waits_for_receipt = True
    if ledger.received.wait(20):  # nothing may be on its way just now
        name = ledger.last_sender.partition(".")[0]
    ledger.waits_for_receipt = False
    crowd.kill(name, ledger)
    ledger.may_answer.set()


def _report(world: World, engine: Engine, kills: int, badly: list[str], crowd: Crowd) -> int:
    ledger, broken = world.ledger, []
    for channel in (*_CHANNELS, "group"):
        receipts, missing = ledger.receipts(channel), world.missing(channel)
        repeats, wrong = ledger.unexplained(channel)
        ids = {(one.key, one.id) for one in receipts}
        several = len(ids) - len({one.key for one in receipts})
        unasked = {one.key for one in receipts} - set(world.happened)
        unanswered = sum(not one.answered for one in receipts)
        print(f"{channel}: {len({one.key for one in receipts})} told, {len(missing)} lost, "
              f"{several} under several ids, {len(unasked)} never happened, on the wire again "
              f"{repeats} (not answered {unanswered}, killed {kills}), "
              f"without reason {len(wrong)}")  # fmt: skip
        if missing or several or unasked or wrong or repeats > kills + unanswered:
            broken.append(f"{channel}: lost {sorted(missing)[:3]} unasked {sorted(unasked)[:3]}")
    found = [*findings(engine), *_broken_rules(engine)]
    slots = _count(engine, "SELECT count(*) FROM slots WHERE state = 'ran'")
    missed = _count(engine, "SELECT coalesce(sum(looks), 0) FROM slots WHERE state = 'missed'")
    print(f"slots: {slots} ran, {missed} missed; group: {_count(engine, _UNKNOWN)} unknown; "
          f"held: {_count(engine, _HELD)}; ended badly: {badly or 'none'}")  # fmt: skip
    broken += found + badly
    print("\n".join(["BROKEN", *broken]) if broken else "kept")
    if broken:
        print(crowd.log()[-3000:], file=sys.stderr)
    return 1 if broken else 0


def _broken_rules(engine: Engine) -> list[str]:
    return [
        f"{rule}: {count} times not"
        for rule, question in _RULES.items()
        if (count := _count(engine, question))
    ]


def _count(engine: Engine, question: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(question)) or 0)


def _until(condition: Callable[[], bool], crowd: Crowd, what: str) -> None:
    deadline = time.monotonic() + _GIVE_UP_S
    while not _holds(condition):
        if time.monotonic() > deadline:
            print(crowd.log()[-3000:], file=sys.stderr)
            raise SystemExit(f"{what} did not come within {_GIVE_UP_S:.0f} s")
        time.sleep(0.2)


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except Exception:  # noqa: BLE001 (the tables may not stand yet)
        return False


def _configure(folder: Path, made: list[Place], port: int, options: argparse.Namespace) -> None:
    (folder / "sites").mkdir()
    for place in made:
        start = place.site.base + place.site.columns[0].path
        (folder / "sites" / f"{place.name}.toml").write_text(
            f'title = "{place.name}"\nstart = ["{start}"]\n'
            f'every = "{options.every}"\ndelay_s = 0\n',
            "utf-8",
        )
    hooks = "".join(
        f'[[channel]]\nname = "{name}"\nkind = "webhook"\nurl = "http://127.0.0.1:{port}/{name}"\n'
        for name in _CHANNELS
    )
    events = 'events = ["new", "changed", "withdrawn"]\n'
    (folder / "wenxun.toml").write_text(
        f'lease = "10s"\nmax_children = 1\nworkers = "{_who(options)}"\n'
        f"[delivery]\nretry_delays_s = {[1] * 60}\n"
        f'[[watch]]\nname = "all"\nchannels = ["steady", "moody"]\n{events}'
        f'[[watch]]\nname = "few"\nchannels = ["group"]\nsites = ["{made[0].name}"]\n{events}'
        f'{hooks}[[channel]]\nname = "group"\nkind = "wecom"\nurl_env = "GROUP_URL"\n',
        "utf-8",
    )


def _is_for(channel: str, key: Key) -> bool:
    return channel != "group" or key[1].startswith("site00")


def _environ(url: str, port: int) -> dict[str, str]:
    return os.environ | {
        "WENXUN_ALLOW_PRIVATE_HOSTS": "1",
        "WENXUN_DATABASE_URL": url,
        "GROUP_URL": f"http://127.0.0.1:{port}/group",
        "PYTHONPATH": str(REPOSITORY),
    }


def _commands(options: argparse.Namespace) -> dict[str, str]:
    workers = range(options.workers) if options.database == "postgresql" else ()
    services = {f"service{n}": "run" for n in range(options.services)}
    return services | {f"worker{n}": "worker" for n in workers}


def _who(options: argparse.Namespace) -> str:
    return "queue" if options.database == "postgresql" and options.workers else "local"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=DATABASES, default=DATABASES[-1])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--services", type=int, default=3)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--every", default="5s", help="how often each site is looked at")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
