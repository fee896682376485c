"""A line that many stand in: whatever has come while the last was being written is written next, all in one go."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Line(Generic[T, R]):
    """Hands what comes to one writer, in portions, and each who waits is told what became of theirs."""

    def __init__(self, write: Callable[[Sequence[T]], Sequence[R]], most: int = 1_000_000) -> None:
        """Be ready. write: makes some durable, in a thread, and returns what became of each. most: how many at once."""
        self._write = write
        self._most = most
        self._next: list[tuple[T, asyncio.Future[R]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, one: T) -> R:
        """Stand in line, and return what became of it.

        Raises:
            TocsinError: it could not be written.
        """
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._next.append((one, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        while self._next:
            batch, self._next = self._next[: self._most], self._next[self._most :]
            try:
                became = await asyncio.to_thread(self._write, [one for one, _ in batch])
            except Exception as error:  # noqa: BLE001  each who waits is told
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for (_, done), each in zip(batch, became, strict=True):
                    if not done.done():  # else whoever asked has gone
                        done.set_result(each)
