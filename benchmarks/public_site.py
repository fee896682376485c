"""How fast the public site is read from Tocsin's own server, beside granian handing out the same files by itself.

.venv/bin/python benchmarks/public_site.py [--seconds 5] [--times 3]

The Moscow case is played; each address is then asked for over 64 connections that stay, by a process of its own, from each of the
two servers in turn. Every reply must be whole and 200; of anything else it says so and stops. Prints one JSON value.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from tocsin.cli.stage import find_scenario, set_stage
from tocsin.scenario.read import read
from tocsin.web.publishing import public_files
from tocsin.web.serving import free_port

CONNECTIONS = 64
HOST = "127.0.0.1"
MOUNT = "/files"  # it serves nothing of a folder that stands at the root
ADDRESSES = ("/feeds/atom.xml", "/en/", "/feeds/alerts.geojson")


class Reader(asyncio.Protocol):
    """One connection: asks, waits until the reply is whole, and asks again until the time is over."""

    def __init__(self, request: bytes, until: float, over: "asyncio.Future[None]") -> None:
        self.request, self.until, self.over = request, until, over
        self.count = self.bytes = 0
        self.came, self.wanted, self.in_pieces = b"", 0, False

    def connection_made(self, transport: Any) -> None:
        """Ask for the first time."""
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Count a reply that is whole, and ask again."""
        self.came += data
        if not self.wanted and not self.in_pieces:
            head, end, _ = self.came.partition(b"\r\n\r\n")
            if not end:
                return
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.in_pieces = b"\r\ntransfer-encoding: chunked" in head.lower()
            if b" 200 " not in head[:20] or not (length or self.in_pieces):
                self._give_up(f"Not a page: {head[:200]!r}")
                return
            self.wanted = 0 if self.in_pieces else len(head) + 4 + int(length)
        if not self.came.endswith(b"\r\n0\r\n\r\n") if self.in_pieces else len(self.came) < self.wanted:
            return
        self.count, self.bytes = self.count + 1, self.bytes + len(self.came)
        self.came, self.wanted, self.in_pieces = b"", 0, False
        if time.monotonic() >= self.until:
            self.transport.close()
            self.over.set_result(None)
        else:
            self.transport.write(self.request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so where it was too early."""
        self._give_up(f"The connection ended: {exc}")

    def _give_up(self, why: str) -> None:
        if not self.over.done():
            self.over.set_exception(SystemExit(why))
            self.transport.close()


async def _read(port: int, path: str, seconds: float, accept: str) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    request = f"GET {path} HTTP/1.1\r\nHost: town.example\r\nAccept-Encoding: {accept}\r\n\r\n".encode()
    began = time.monotonic()
    readers = []
    for _ in range(CONNECTIONS):
        reader = Reader(request, began + seconds, loop.create_future())
        await loop.create_connection(lambda reader=reader: reader, HOST, port)  # type: ignore[misc]
        readers.append(reader)
    await asyncio.gather(*(reader.over for reader in readers))
    took = time.monotonic() - began
    return {
        "rate_per_s": sum(reader.count for reader in readers) / took,
        "bytes": readers[0].bytes / max(readers[0].count, 1),
    }


def measured(port: int, path: str, seconds: float, accept: str) -> dict[str, float]:
    """Read in a process of its own."""
    command = [sys.executable, __file__, "--read", f"{port}", path, f"{seconds}", accept]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    found: dict[str, float] = json.loads(done.stdout)
    return found


async def _nothing(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def static_server(folder: Path) -> int:
    """Let granian hand out a folder by itself; return the port."""
    port = free_port(HOST, 0)

    async def serve() -> None:
        await Server(
            _nothing, address=HOST, port=port, interface=Interfaces.ASGINL, http=HTTPModes.http1, websockets=False,
            backlog=1024, log_enabled=False, static_path_route=[MOUNT], static_path_mount=[folder], static_path_dir_to_file="index.html",
        ).serve()  # fmt: skip

    threading.Thread(
        target=lambda: asyncio.Runner(loop_factory=uvloop.new_event_loop).run(serve()), daemon=True
    ).start()
    time.sleep(1)
    return port


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--read", nargs=4)
    asked = parser.parse_args()
    if asked.read:
        port, path, seconds, accept = asked.read
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            print(json.dumps(runner.run(_read(int(port), path, float(seconds), accept))))
        return
    with set_stage(read(find_scenario("moscow-2024")), None, HOST, 0, "bench") as stage:
        stage.play(lambda *_: None)
        files = public_files(stage.app, zone=stage.app.zone)
        files.write()
        static, ours = static_server(files.folder), int(stage.app.house.base_url.rpartition(":")[2])
        found: dict[str, Any] = {}
        for path in ADDRESSES:
            runs: dict[str, list[float]] = {"ours": [], "packed": [], "static": []}
            size = 0.0
            for _ in range(asked.times):
                one = measured(ours, path, asked.seconds, "identity")
                size = one["bytes"]
                runs["ours"].append(one["rate_per_s"])
                runs["packed"].append(measured(ours, path, asked.seconds, "gzip")["rate_per_s"])
                runs["static"].append(measured(static, MOUNT + path, asked.seconds, "identity")["rate_per_s"])
            rates = {name: round(median(rates)) for name, rates in runs.items()}
            ratios = [mine / theirs for mine, theirs in zip(runs["ours"], runs["static"], strict=True)]
            found[path] = {**rates, "ratio": round(median(ratios), 2), "bytes": round(size)}
        print(json.dumps({"name": "public_site", "load": os.getloadavg()[0], "runs": asked.times, "addresses": found}))


if __name__ == "__main__":
    main()
