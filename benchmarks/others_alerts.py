"""Measure how fast others' alerts are taken in, and what it costs to show what is in force of a season of them.

    python benchmarks/others_alerts.py [--messages 20000]

Everything is real: a feed on this machine, served by another process, that links to each alert; the folder; the push over
HTTP; SQLite with fsync. CPU seconds are those of the process that takes in.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from msgspec.structs import replace

from tocsin.app import App, WallClock
from tocsin.basis.words import ENGLISH
from tocsin.cap import Alert, Area, Info, MsgType, Scope, Status, write
from tocsin.cap.model import Category, Certainty, Severity, Urgency
from tocsin.flow.others.inlets import add_inlet, id_of, new_token, set_token
from tocsin.report.inlet import InletKind, InletTerms
from tocsin.settings import Settings
from tocsin.store import strangers
from tocsin.web.public.others import others_page
from tocsin.web.public.views import PublicShell
from tocsin.web.render import Pages
from tocsin.web.serving import start
from tocsin.web.site import Site

NOW = WallClock().now().replace(microsecond=0)
SQUARE = ((55.0, 37.0), (55.0, 38.0), (56.0, 38.0), (56.0, 37.0), (55.0, 37.0))
SERVER = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
home = Path(sys.argv[1])
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = (home / self.path.strip("/")).read_bytes()
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def alert(n: int, *, in_force: bool) -> Alert:
    """Return one of a season's: of each three, an Alert, an Update of it, a Cancel of that."""
    step, hours = n % 3, 0 if in_force else 24 * (1 + n // 3 % 90)
    sent = NOW - timedelta(hours=hours + 2) + timedelta(minutes=step)
    info = Info(
        language="en",
        categories=(Category.MET,),
        event="Flood",
        urgency=Urgency.EXPECTED,
        severity=Severity.SEVERE,
        certainty=Certainty.LIKELY,
        expires=sent + timedelta(hours=12),
        headline=f"Flood warning number {n} for the lower river",
        description="The river will rise over its banks. " * 12,
        instruction="Move what you value upstairs. " * 4,
        areas=(Area(area_desc=f"Lower river, stretch {n}", polygons=(SQUARE,)),),
    )
    first = Alert(
        identifier=f"2.49.0.0.999.0.{n}",
        sender="met@met.example",
        sent=sent,
        status=Status.ACTUAL,
        msg_type=MsgType.ALERT,
        scope=Scope.PUBLIC,
        infos=(info,),
    )
    if step == 0 or in_force:
        return first
    before = alert(n - 1, in_force=False)
    kind = MsgType.UPDATE if step == 1 else MsgType.CANCEL
    return replace(first, msg_type=kind, references=(before.reference,))


def rate(what: str, count: int, do: Callable[[], Any]) -> None:
    """Time one way of taking in."""
    began, cpu = time.perf_counter(), time.process_time()
    do()
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    print(f"| {what} | {count:,} | {seconds:.1f} s | {count / seconds:,.0f}/s | {1e3 * spent / count:.2f} ms |")


def cost(what: str, do: Callable[[], Any]) -> None:
    """Time something that is shown."""
    times, spent = [], []
    for _ in range(9):
        began, cpu = time.perf_counter(), time.process_time()
        do()
        times.append(time.perf_counter() - began)
        spent.append(time.process_time() - cpu)
    print(f"| {what} | {1e3 * median(times):.1f} ms | {1e3 * median(spent):.1f} ms |")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description="Measure how fast others' alerts are taken in.")
    asked.add_argument("--messages", type=int, default=20_000)
    messages = asked.parse_args().messages
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), messages)


def measure(home: Path, messages: int) -> None:
    """Take a season in, by each way some, and show what is in force of it."""
    pages = home / "pages"
    pages.mkdir()
    few = max(messages // 10, 3)
    by_feed = messages - 2 * few
    published(pages, by_feed)
    app = App(
        Settings(data=home / "data"), clock=WallClock(), holder="bench", base_url="http://127.0.0.1", exercise=True
    )
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(pages)], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline() if server.stdout else "")
        print("| taken in | messages | time | rate | CPU each |\n|---|---:|---:|---:|---:|")
        rate("by a feed that links to each", by_feed, lambda: follow(app, port, by_feed))
        lay(app, few, by_feed)
        rate("laid into a folder", few, lambda: watch(app, messages - few))
        rate("pushed one by one over one connection", few, lambda: push(app, few, messages - few))
        show(app)
    finally:
        server.terminate()
        server.wait()
        app.close()


def published(pages: Path, count: int) -> None:
    """Write alerts and feeds that link to them, 5,000 each."""
    for n in range(count):
        (pages / f"{n}.cap").write_bytes(write(alert(n, in_force=n % 40 == 0)))
    for start_ in range(0, count, 5_000):
        links = "".join(
            f'<entry><id>{n}</id><updated>1</updated><link href="/{n}.cap"/></entry>'
            for n in range(start_, min(start_ + 5_000, count))
        )
        text = f'<feed xmlns="http://www.w3.org/2005/Atom">{links}</feed>'
        (pages / f"feed{start_ // 5_000}").write_text(text)


def kept(app: App) -> int:
    """Count what is kept."""
    with app.store.look() as look:
        return int(look.connection.exec_driver_sql("SELECT count(*) FROM received").scalar_one())


def opened(app: App, name: str, kind: InletKind, address: str = "") -> str:
    """Open an inlet; return its id."""
    terms = InletTerms(name=name, publisher="Met Office", kind=kind, address=address, shown=True)
    add_inlet(app.house, terms, by="bench", command=name, now=app.clock.now())
    return id_of(app.house, name)


def follow(app: App, port: int, count: int) -> None:
    """Follow the feeds until all is kept."""
    for number in range(-(-count // 5_000)):
        opened(app, f"feed-{number}", InletKind.FEED, f"http://127.0.0.1:{port}/feed{number}")
    while kept(app) < count:
        app.poller.round()
        time.sleep(0.05)


def lay(app: App, count: int, first: int) -> None:
    """Lay files into a folder, a while ago."""
    opened(app, "folder", InletKind.FOLDER)
    box = app.store.data / "inbox" / "folder"
    box.mkdir(parents=True)
    for n in range(first, first + count):
        (box / f"{n}.xml").write_bytes(write(alert(n, in_force=n % 40 == 0)))
        os.utime(box / f"{n}.xml", (NOW.timestamp() - 60,) * 2)


def watch(app: App, until: int) -> None:
    """Look into the folder until all is kept."""
    while kept(app) < until:
        app.watcher.round()


def push(app: App, count: int, first: int) -> None:
    """Push over one connection."""
    token = new_token(app.house)
    set_token(app.house, opened(app, "push", InletKind.PUSH), token, by="bench", command="t", now=app.clock.now())
    site = Site(app)
    serving = start(site, "127.0.0.1", 0)
    line = http.client.HTTPConnection("127.0.0.1", serving.port)
    for n in range(first, first + count):
        line.request("POST", "/api/v1/cap", write(alert(n, in_force=n % 40 == 0)), {"Authorization": f"Bearer {token}"})
        reply = line.getresponse()
        body = reply.read()
        if json.loads(body)["messages"][0]["became"] != "kept":
            raise SystemExit(f"It was not kept: {body[:200]!r}")
    line.close()
    serving.stop()
    site.close()


def show(app: App) -> None:
    """Say what it costs to show what is in force."""
    past = NOW - timedelta(days=30)
    pages = Pages(app.language)
    shell = PublicShell(exercise=True, organisation="x", now=NOW, zone="UTC")

    def asked(at: datetime, *, known: bool = False) -> int:
        with app.store.look() as look:
            return strangers.in_force(look.connection, at, known_by=at if known else None, most=100)[0]

    def public() -> str:
        with app.public.look() as look:
            return pages.render(others_page(look, shell, ["en"], 1, ENGLISH))

    print(f"\n{kept(app):,} messages, {asked(NOW):,} of them in force\n\n| shown | median | CPU |\n|---|---:|---:|")
    cost("what is in force now, the first 100 with their words", lambda: asked(NOW))
    cost("what was a month ago", lambda: asked(past))
    cost("what was a month ago, by what was known then", lambda: asked(past, known=True))
    cost("the public page, whole", public)


if __name__ == "__main__":
    main()
