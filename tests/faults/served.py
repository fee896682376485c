"""Kills `tocsin serve` with its hands while 10,000 people are told: the server, one of its hands, or all at once.

python -m tests.faults.served KILLS [http|smtp] [SEED]

As `python -m tests.faults.served serve DATA BEGAN` it is that server. Its clock runs faster than the machine's, so that
what is tried again after a quarter of a minute need not be waited for.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Literal, Self

import msgspec

from tests.faults import sender
from tests.faults.processes import Outside, outside, session, started, wait_until
from tests.faults.sends import PEOPLE, Found, judged, prepared
from tocsin.app import App
from tocsin.cli import main as commands
from tocsin.cli import serve
from tocsin.cli.control import listens
from tocsin.flow.delivery.send import IN_FLIGHT
from tocsin.testing.sink import Kind, Sink

HANDS = 2
BOUND = HANDS * IN_FLIGHT
PACE = 30.0
KILLS_A_SEND = 60  # a hand's death is a failed try for all that it had been given; many more would use up their tries
say = partial(print, flush=True)

Victim = Literal["server", "hand", "all"]
IN_TURN: tuple[Victim, ...] = ("server", "hand", "all")


class Hurrying:
    """A clock that runs faster than the machine's, for every process from the same moment on."""

    def __init__(self, began: float) -> None:
        """Show the morning at this moment of the machine's monotonic clock."""
        self._began = began

    def now(self) -> datetime:
        """Return the moment."""
        return sender.MORNING + timedelta(seconds=PACE * (time.monotonic() - self._began))


class Fell(msgspec.Struct, frozen=True):
    """What fell how often, and how long it took at most until nothing of a killed server was left."""

    victims: Mapping[str, int]
    gone_after_s: float


class Server:
    """`tocsin serve` in a session of its own, with whatever processes it starts."""

    def __init__(self, home: Path, port: int, began: float) -> None:
        """Be ready to serve this directory. port: of the sink."""
        self._home = home
        self._command = [sys.executable, "-m", "tests.faults.served", "serve", str(home), str(began)]
        self._more = {
            "TOCSIN_MAIL_HOST": "127.0.0.1",
            "TOCSIN_MAIL_PORT": str(port),
            "TOCSIN_MAIL_SENDER": "bell@town.example",
            "TOCSIN_WEBHOOK_PRIVATE": "yes",
            "TOCSIN_SENDERS": str(HANDS),
        }
        self._stack = ExitStack()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def process(self) -> subprocess.Popen[str]:
        """Return the server, started if it does not run."""
        if self._process is None:
            self._process = self._stack.enter_context(started(self._command, self._more))
        return self._process

    def hands(self) -> list[int]:
        """Return its hands."""
        return [pid for pid in session(self.process.pid) if pid != self.process.pid]

    def is_gone(self) -> bool:
        """Say whether neither it nor any hand of it is left."""
        return not session(self.process.pid)

    def buried(self) -> str:
        """Return what it complained of, once all of it is gone."""
        process, self._process = self.process, None
        complaint = process.communicate()[1]
        self._stack.close()
        return complaint

    def ends(self) -> tuple[int, str]:
        """Ask it to end; return its exit code, and what it complained of."""
        process = self.process
        wait_until(lambda: listens(self._home), process)  # while it starts, it does not know yet how to end
        process.terminate()
        wait_until(self.is_gone)
        return process.wait(), self.buried()


class _Flights:
    """Counts what was in flight at a kill: what has arrived since the last one and is not noted as accepted."""

    def __init__(self, sink: Sink, look: Outside, places: Mapping[str, str]) -> None:
        self._sink, self._look, self._places = sink, look, places
        self._before: dict[str, int] = {}

    def count(self) -> int:
        """Count. Nobody may be noting meanwhile."""
        accepted = "SELECT json_group_array(batch || ':' || position) FROM results WHERE stands = 'accepted'"
        noted = set(msgspec.json.decode(self._look.ask(accepted), type=list[str]))
        came = self._sink.ids()
        fresh = [one for one, times in came.items() if times > self._before.get(one, 0)]
        self._before = came
        return sum(self._places.get(one) not in noted for one in fresh)


def killed(home: Path, kills: int, kind: Kind, seed: int = 1, people: int = PEOPLE) -> tuple[Found, Fell]:
    """Send an alert to so many, with kills at so many points spread over the sending, and return what became of it.

    A server that was killed is started again, and one that lost a hand is not.
    """
    chance, turn = random.Random(seed), cycle(IN_TURN)
    in_flight: list[int] = []
    victims: Counter[str] = Counter()
    longest = 0.0
    began = time.monotonic()
    with Sink(kind) as sink, Server(home, sink.port, began) as server, outside(home) as look:
        places = prepared(opened(home, sink.port, began), sink.port, kind, people)
        flights = _Flights(sink, look, places)
        for number in range(kills):
            point = max(int(people * (number + chance.random()) / (kills + 1)), sink.tally().arrived + 1)
            if not wait_until(lambda: sink.tally().arrived >= point or _is_settled(look), server.process):  # noqa: B023
                raise AssertionError(f"The server ended by itself, with {server.process.poll()}: {server.buried()}")
            if _is_settled(look):
                break
            time.sleep(chance.random() * 0.002)
            victim = next(turn)
            victims[victim] += 1
            if victim == "hand" and (hands := server.hands()):
                in_flight.append(_lose_a_hand(server, chance.choice(hands), flights))
            else:
                longest = max(longest, _lose_the_server(server, victim))
                in_flight.append(flights.count())
        wait_until(lambda: _is_settled(look), server.process)
        code, complaint = server.ends()
        found = judged(opened(home, 1, began), sink, places, in_flight)
    if code != 0:
        found = msgspec.structs.replace(found, amiss=[*found.amiss, f"It ended with {code}: {complaint}"])
    return found, Fell(victims, longest)


def opened(home: Path, port: int, began: float) -> App:
    """Open the directory as a server would, with the clock of the servers that are started on it."""
    return sender.opened(home, port, Hurrying(began), exercise=False)


def _is_settled(look: Outside) -> bool:
    return bool(look.ask("SELECT count(*) = 0 FROM batch_states WHERE settled_at IS NULL"))


def _lose_a_hand(server: Server, hand: int, flights: _Flights) -> int:
    """Kill a hand; return how many were in flight. The server stands still meanwhile, so that they can be counted."""
    server.process.send_signal(signal.SIGSTOP)
    with suppress(ProcessLookupError):  # it ended by itself meanwhile
        os.kill(hand, signal.SIGKILL)
    wait_until(lambda: hand not in session(server.process.pid))  # until then it may go on sending
    in_flight = flights.count()
    server.process.send_signal(signal.SIGCONT)
    return in_flight


def _lose_the_server(server: Server, victim: Victim) -> float:
    """Kill the server, alone or with its hands; return after how many seconds nothing of it was left."""
    began = time.monotonic()
    if victim == "all":
        os.killpg(server.process.pid, signal.SIGKILL)
    else:
        server.process.kill()
    server.process.wait()
    wait_until(server.is_gone)
    server.buried()
    return time.monotonic() - began


def main(kills: int, kind: Kind, seed: int) -> int:
    """Kill, in one send after the other, and say what became of each until one did not go as it must; return 0 if all did."""
    each = [min(KILLS_A_SEND, kills - done) for done in range(0, kills, KILLS_A_SEND)]
    return 0 if all(_told(count, kind, seed + number) for number, count in enumerate(each)) else 1


def _told(kills: int, kind: Kind, seed: int) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tocsin-faults-") as directory:
        found, fell = killed(Path(directory) / "killed", kills, kind, seed)
    victims = ", ".join(f"{count} of {victim}" for victim, count in fell.victims.items())
    say(
        f"{len(found.in_flight)} kills ({victims}) of a server with {HANDS} hands while {PEOPLE:,} were told over {kind}, "
        f"in {time.monotonic() - began:.0f} s: {found.told(BOUND)}\n"
        f"Nothing of a killed server was left after {fell.gone_after_s:.2f} s at most."
    )
    return found.holds(BOUND)


def run(home: str, began: str) -> None:
    """Serve."""
    serve.WallClock = partial(Hurrying, float(began))  # type: ignore[attr-defined,assignment]
    commands.main(["serve", "--data", home, "--port", "0"], prog_name="tocsin")


if __name__ == "__main__":
    first, *rest = sys.argv[1:]
    if first == "serve":
        run(*rest)
    raise SystemExit(main(int(first), rest[0] if rest else "http", int(rest[1]) if len(rest) > 1 else 1))  # type: ignore[arg-type]
