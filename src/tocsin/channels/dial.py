"""Connects from inside an event loop, to where a connection may go and nowhere else."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from tocsin.channels.wire import Endpoint, Reach, resolve

T = TypeVar("T")


async def look_up(host: str, port: int, reach: Reach) -> list[Endpoint]:
    """Return where to connect, as wire.resolve does, without holding up the loop.

    Raises:
        Refused: any of its addresses lies beyond reach, or the name is none.
        Unreachable: it could not be looked up now.
    """
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return resolve(host, port, reach)  # a number: nobody is asked
    return await _elsewhere(lambda: resolve(host, port, reach))


async def _elsewhere(work: Callable[[], T]) -> T:
    """Do something slow in a thread of its own. Not in a pool: five names that hang would keep the sixth waiting."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(found: T | None, error: BaseException | None) -> None:
        if done.done():  # whoever asked has given up
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(found)  # type: ignore[arg-type]

    def run() -> None:
        found, error = None, None
        try:
            found = work()
        except BaseException as problem:  # noqa: BLE001  raised again where it was asked for
            error = problem
        with suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=run, name="tocsin-looking-up", daemon=True).start()
    return await done


async def connect(endpoints: Sequence[Endpoint], seconds: float) -> socket.socket:
    """Connect to the first endpoint that answers; one that does not cannot use up the time of the others.

    Raises:
        OSError: none did, in the time given for all of them.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    problem: OSError = OSError("There is nowhere to connect to.")
    for tried, (family, where) in enumerate(endpoints):
        connected = socket.socket(family, socket.SOCK_STREAM)
        try:
            connected.setblocking(False)
            async with asyncio.timeout_at(loop.time() + (until - loop.time()) / (len(endpoints) - tried)):
                await loop.sock_connect(connected, where)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:  # a TimeoutError is one
            connected.close()
            problem = error
        except BaseException:
            connected.close()
            raise
        else:
            return connected
    raise problem
