"""A mail server that others wrote, running for the time of a test."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.faults.processes import wait_until


@contextmanager
def running(server: Controller) -> Iterator[None]:
    """Run it."""
    server.start()
    try:
        yield
        # Whom it still serves when it is stopped it leaves to the garbage collector, and that complains in another test.
        wait_until(lambda: not asyncio.all_tasks(server.loop))
    finally:
        server.stop()
