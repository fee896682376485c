"""Somebody who publishes alerts: a small web server on this machine that says whatever a test has it say."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from tocsin.cap import Alert, write


class Page(NamedTuple):
    body: bytes = b""
    status: int = 200
    heads: Mapping[str, str] = {}


class Asked(NamedTuple):
    path: str
    heads: Mapping[str, str]


class Publisher:
    """What stands at each path, and who asked for what."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: dict[str, Page | Callable[[Asked], Page]] = {}
        self.asked: list[Asked] = []
        self.asked_at_once = 0
        self.most_at_once = 0
        self.lock = threading.Lock()

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def says(self, path: str, body: bytes | str, status: int = 200, **heads: str) -> None:
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(raw, status, {name.replace("_", "-"): value for name, value in heads.items()})

    def atom(self, *links: str, path: str = "/feed", stamp: str = "2024-03-07T18:00:00Z", within: bytes = b"") -> None:
        """Publish a feed that links to these."""
        entries = "".join(
            f'<entry><id>{one}</id><updated>{stamp}</updated><link type="application/cap+xml" href="{one}"/></entry>'
            for one in links
        )
        head = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Alerts</title>'
        self.says(path, head.encode() + entries.encode() + within + b"</feed>")

    def publishes(self, *alerts: Alert, path: str = "/feed") -> None:
        """Publish alerts, and a feed that links to each."""
        for one in alerts:
            self.says(f"/{one.identifier}.cap", write(one))
        self.atom(*(f"{self.url}/{one.identifier}.cap" for one in alerts), path=path)


@contextmanager
def publisher() -> Iterator[Publisher]:
    """Open one for a test."""
    found: list[Publisher] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # a head and its body are written apart: the second waited 40 ms for the first

        def do_GET(self) -> None:
            here = found[0]
            with here.lock:
                here.asked_at_once += 1
                here.most_at_once = max(here.most_at_once, here.asked_at_once)
            asked = Asked(self.path, dict(self.headers.items()))
            here.asked.append(asked)
            page = here.pages.get(self.path, Page(b"no", 404))
            body, status, heads = page if isinstance(page, Page) else page(asked)
            with here.lock:
                here.asked_at_once -= 1
            self.send_response(status)
            for name, value in heads.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status != 304:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.append(Publisher(f"http://127.0.0.1:{server.server_address[1]}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
