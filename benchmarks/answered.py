"""What a great many answers to one warning cost whoever looks: each page of the desk, once they have all come in.

.venv/bin/python benchmarks/answered.py [--people 1000000] [--times 3]

The people are told by a send to a sink in a process of its own, and each answers once; every hundredth writes something, and one
in a hundred thousand needs help. What is measured is the server's part: the page found out, filled and drawn.
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from argon2 import PasswordHasher

from tocsin.app import App
from tocsin.flow import tend
from tocsin.flow.answer import hear, silence
from tocsin.flow.work import work
from tocsin.people.facts import SignInSet
from tocsin.store.log import LinkAnswer
from tocsin.testing.bench import own_peak_mib
from tocsin.testing.bench_house import approved, begin, issue, opened, peopled, receipts
from tocsin.testing.sink import Sink
from tocsin.web.site import Site

WORDS = "water over the mill lane"
AT_ONCE = 4_000
PAGES = (
    "/desk",
    "/desk/warnings",
    "/desk/warnings/alert",
    "/desk/warnings/alert/going",
    "/desk/warnings/alert/deliveries",
)


def main() -> None:
    """Measure, and print one JSON value."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=1_000_000)
    asked.add_argument("--times", type=int, default=3)
    given = asked.parse_args()
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-answered-")))
        sink = stack.enter_context(Sink("http"))
        group = peopled(data, sink, given.people, "webhook", sink.url("/you"))
        app = stack.enter_context(opened(data, sink))
        found = _answered(app, group, given.people)
        site = Site(app)
        stack.callback(site.close)
        found["pages_ms"] = asyncio.run(_pages(site, given.times))
        found["load"] = round(os.getloadavg()[0], 1)
        found["peak_mib"] = own_peak_mib()
        print(json.dumps(found))


def _answered(app: App, group: str, people: int) -> dict[str, Any]:
    """Tell everyone, and let each answer; return how long it takes to take that in."""
    alert = approved(app, group)
    sign_in = SignInSet(
        subject="approver", occurred_at=app.clock.now(), sign_in="duty",
        secret_hash=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(WORDS),
    )  # fmt: skip
    app.store.commit([sign_in], at=app.clock.now(), by="bench", command="sign-in")
    begin(app)
    issue(app, alert)
    while receipts(app, alert) < people:
        time.sleep(0.1)
    app.engine.stop()
    for some in _given(app, alert):
        app.store.add_answers(some)
    begun = time.perf_counter()
    hear.take_answers(app.house, app.clock.now())
    taken = time.perf_counter() - begun
    begun = time.perf_counter()
    silence.settle_all(app.house, app.clock.now())
    settled = time.perf_counter() - begun
    begun = time.perf_counter()
    silence.settle_all(app.house, app.clock.now())
    again = time.perf_counter() - begun
    work(app.house, app.clock, sending=False)
    tend.ring_due(app.house, app.clock.now())
    return {
        "people": people,
        "taken_in_per_s": round(people / taken),
        "settled_ms": round(settled * 1_000),
        "nothing_new_ms": round(again * 1_000, 1),
    }


def _given(app: App, alert: str) -> Iterator[list[LinkAnswer]]:
    with app.store.look() as look:
        rows = sorted((row, person) for person, row in look.rows_of(alert).items())
    now = app.clock.now()
    for start in range(0, len(rows), AT_ONCE):
        yield [
            LinkAnswer(
                row=row,
                answer="need_help" if row % 100_000 == 7 else "safe" if row % 3 else "received",
                at=now,
                words=app.store.seal_words(row, person, "We are at the school.") if row % 100 == 0 else "",
            )
            for row, person in rows[start : start + AT_ONCE]
        ]


async def _pages(site: Site, times: int) -> dict[str, list[float]]:
    """Return for each page how long the first look took, and the median of some more, in milliseconds."""
    _, _, page = await _ask(site, "GET", "/desk/sign-in", "")
    token = re.search(rb'name="_csrf_token" value="([^"]+)"', page)
    if token is None:
        raise SystemExit("There is no form to sign in.")
    form = {"_csrf_token": token[1].decode(), "name": "duty", "password": WORDS}
    cookies = _cookies((await _ask(site, "GET", "/desk/sign-in", ""))[1])
    _, _, page = await _ask(site, "GET", "/desk/sign-in", cookies)
    again = re.search(rb'name="_csrf_token" value="([^"]+)"', page)
    form["_csrf_token"] = (again or token)[1].decode()
    status, headers, _ = await _ask(site, "POST", "/desk/sign-in", cookies, urlencode(form).encode())
    if status != 303:
        raise SystemExit(f"Nobody was let in: {status}.")
    cookies = "; ".join(filter(None, (cookies, _cookies(headers))))
    found = {}
    for path in PAGES:
        took = []
        for _ in range(times + 1):
            begun = time.perf_counter()
            status, _, _ = await _ask(site, "GET", path, cookies)
            took.append((time.perf_counter() - begun) * 1_000)
            if status != 200:
                raise SystemExit(f"{path}: {status}")
        found[path] = [round(took[0], 1), round(median(took[1:]), 1)]
    return found


def _cookies(headers: list[tuple[bytes, bytes]]) -> str:
    return "; ".join(value.decode().partition(";")[0] for name, value in headers if name.lower() == b"set-cookie")


async def _ask(
    site: Site, method: str, path: str, cookies: str, body: bytes = b""
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    said: list[dict[str, Any]] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    headers = [(b"host", b"town.example"), (b"content-type", b"application/x-www-form-urlencoded"),
               (b"content-length", str(len(body)).encode()), (b"cookie", cookies.encode()),
               (b"origin", b"https://town.example"), (b"sec-fetch-site", b"same-origin")]  # fmt: skip
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "https", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("town.example", 443), "state": {}, "extensions": {},
    }  # fmt: skip
    await site(scope, receive, send)
    return said[0]["status"], list(said[0]["headers"]), b"".join(one.get("body", b"") for one in said[1:])


if __name__ == "__main__":
    main()
