"""Serving the site: granian in a thread with an event loop of its own, quiet, and stopped when asked."""

import asyncio
import errno
import random
import socket
import threading
import time
from contextlib import suppress
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from tocsin.basis.errors import Refused, Unreachable

BACKLOG = 1_024
STARTS_WITHIN_S = 60  # on a machine that starts everything at once
STOPS_WITHIN_S = 5
NOT_LENT = range(20_000, 32_768)
"""Ports that Linux lends to nobody who connects (net.ipv4.ip_local_port_range), so that one found free is free a moment later."""
TRIES = 20


class Serving:
    """A web server that runs. host, port: where it is reached."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        """Make it ready; nothing listens before begin."""
        self.host = host
        self.port = port
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: Server | None = None
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def begin(self) -> None:
        """Serve, and return when connections are taken.

        Raises:
            Unreachable: it did not start.
        """
        self._thread.start()
        deadline = time.monotonic() + STARTS_WITHIN_S
        is_late = False
        while not is_late and self._thread.is_alive():
            is_late = time.monotonic() > deadline  # before it is looked for: a machine may stand still, and it be up
            if self._server is not None and _listens(self.host, self.port):
                return
            time.sleep(0.01)
        raise Unreachable(f"The web server did not start on {self.host}, port {self.port}.") from self._failed

    def stop(self) -> None:
        """Finish what is being answered, and stop."""
        if self._loop is not None and self._server is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(STOPS_WITHIN_S)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001  told by begin, or too late to tell anyone
            self._failed = error

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = Server(
            self._app,
            address=self.host,
            port=self.port,
            interface=Interfaces.ASGINL,  # the site has nothing to do when a server starts or ends
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=BACKLOG,
            log_enabled=False,  # its access log would hold tokens
            log_access=False,
        )
        await self._server.serve()


def start(app: Any, host: str, port: int) -> Serving:
    """Serve an ASGI application, and return when it takes connections. port: 0 for one that is free.

    Raises:
        Refused: the port is taken, or not ours to take.
    """
    serving = Serving(app, host, free_port(host, port))
    serving.begin()
    return serving


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def free_port(host: str, port: int) -> int:
    """Return the port if nothing listens there, or for 0 one that is free.

    Asked first, because granian itself would share a taken port, or say so with a traceback.

    Raises:
        Refused: the port is taken, or not ours to take.
    """
    wanted = [port] if port else [*random.sample(NOT_LENT, TRIES), 0]
    for one in wanted[:-1]:
        with suppress(OSError):
            return _bound(host, one)
    try:
        return _bound(host, wanted[-1])
    except OSError as error:
        raise Refused(_why_not(error, host, port)) from error


def _bound(host: str, port: int) -> int:
    """Bind a port, let go of it, and return which it was."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Stop what listens there, or say --port N."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} is not ours to take. Say --port N with a number above 1023."
    return f"Nothing can listen on {host}: {error.strerror}. Name an address of this machine."


def _listens(host: str, port: int) -> bool:
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    with socket.socket(_family(reached), socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((reached, port)) == 0
