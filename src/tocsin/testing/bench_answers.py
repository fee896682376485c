"""How fast answers are taken: forms posted to signed links over HTTP, each durable before its giver is thanked.

Everything is as in an installation that has just told a great many people: the web server, the database on the disc, and the
engine beside them, which takes the answers in meanwhile. Whoever answers sits in a process of its own. The peer is the same
server before an application that reads the form and replies with nothing (204).
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from tocsin.app import App
from tocsin.store.store import Store
from tocsin.testing.askers import Askers
from tocsin.testing.bench import Measured, Peer, in_turn, own_peak_mib
from tocsin.testing.bench_house import approved, begin, issue, opened, peopled, receipts
from tocsin.testing.sink import Sink
from tocsin.web.serving import start
from tocsin.web.site import Site

HOST = "127.0.0.1"
RUNS = 3
WITHIN_S = 10.0
TAKEN_WITHIN_S = 120.0


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much is done. people: who were told. kept, fresh: answers over connections that stay, and over a new one each."""

    people: int = 5_000
    kept: int = 20_000
    fresh: int = 10_000
    connections: int = 512


WHOLE = Sizes()


def bench_answers(sizes: Sizes = WHOLE) -> Measured:
    """Measure how many answers are taken in a second, over connections that stay and over a new one for each."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-bench-")))
        sink = stack.enter_context(Sink("http"))
        group = peopled(data, sink, sizes.people, "webhook", sink.url("/you"))
        app = stack.enter_context(opened(data, sink))
        tokens = _told(app, group, sizes.people)
        site = Site(app)
        stack.callback(site.close)
        serving = start(site, HOST, 0)
        stack.callback(serving.stop)
        peer = start(nothing, HOST, 0)
        stack.callback(peer.stop)
        askers = stack.enter_context(Askers())

        def work(port: int, count: int, *, keep: bool) -> Callable[[], float]:
            chosen = [tokens[n % len(tokens)] for n in range(count)]
            return lambda: askers.post(port, chosen, connections=sizes.connections, keep=keep)

        works = [work(one.port, n, keep=n is sizes.kept) for n in (sizes.kept, sizes.fresh) for one in (serving, peer)]
        times = in_turn(works, RUNS, WITHIN_S)
        given = (sizes.kept + sizes.fresh) * len(times[0])
        begun = time.perf_counter()
        taken = _taken_in(app.store, given)
        behind = time.perf_counter() - begun
        app.engine.stop()
    if taken != given:
        raise AssertionError(f"{given} were thanked, and {taken} answers were taken in.")
    return _measured(sizes, times, behind)


def _told(app: App, group: str, people: int) -> list[str]:
    """Tell everyone, and return the tokens of their answer links."""
    alert = approved(app, group)
    begin(app)
    issue(app, alert)
    while receipts(app, alert) < people:
        time.sleep(0.05)
    with app.store.look() as look:
        return app.store.links.tokens(list(look.rows_of(alert).values()))


def _taken_in(store: Store, given: int) -> int:
    """Wait until the engine has taken in what was given; return how many that are."""
    until = time.monotonic() + TAKEN_WITHIN_S
    while (taken := _taken(store)) < given and time.monotonic() < until:
        time.sleep(0.02)
    return taken


def _taken(store: Store) -> int:
    with store.look() as look:
        return look.answers_taken()


def _measured(sizes: Sizes, times: list[list[float]], behind: float) -> Measured:
    kept, kept_peer, fresh, fresh_peer = (
        count / median(seconds)
        for count, seconds in zip((sizes.kept, sizes.kept, sizes.fresh, sizes.fresh), times, strict=True)
    )
    return Measured(
        name="answers",
        n=sizes.kept,
        seconds=round(median(times[0]), 3),
        rate_per_s=round(kept),
        unit="answers",
        durable=True,
        runs=len(times[0]),
        peak_rss_mib=own_peak_mib(),
        peer=Peer(name="granian, an empty reply (204)", rate_per_s=round(kept_peer)),
        ratio=round(kept / kept_peer, 2),
        parts={
            "keep_alive_per_s": round(kept),
            "new_connection_per_s": round(fresh),
            "new_connection_peer_per_s": round(fresh_peer),
            "new_connection_ratio": round(fresh / fresh_peer, 2),
            "taken_in_after_s": round(behind, 2),
        },
    )


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """Read a form, and reply with nothing: the least that anybody who takes a form does."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
