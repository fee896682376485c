"""Hands: processes that hand batches over, so that more than one core sends. They have no door to the store.

Orders go in and what became of them comes out, over pipes, in frames of msgpack with their length before them. A hand
whose giver is gone ends at once; what it had in flight is sent again by the next, under the same ids.

python -m tocsin.hands is such a process. It is started by Away alone: what it needs comes in its first frame, for keys
and passwords belong in no argument and no environment.
"""

import gc
import os
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import IO, Any, BinaryIO, cast

import msgspec
import structlog
from msgspec.structs import replace

from tocsin.carriers import carriers
from tocsin.flow.delivery.hand import Hand, Moment, Order, OwnHand, Said
from tocsin.locale import words_for
from tocsin.settings import Settings
from tocsin.store.sums import Sums, Tally

log = structlog.get_logger()

IN_PIPE = 64  # places whose fate a hand has told and not heard back about; the list that is told last comes on top
PIPE = 1 << 19  # bytes: an order for a thousand goes in at once
QUIET_MS = 250  # after so long without a word the giver is told of that, and can note what it has
_LENGTH = struct.Struct(">I")


class Start(msgspec.Struct, frozen=True, tag=True):
    """The first frame: how this installation sends. key: from which ids and answer links follow."""

    settings: Settings
    key: bytes
    loopback_only: bool

    # Keys belong in no log.
    def __repr__(self) -> str:
        return "Start()"


class Give(msgspec.Struct, frozen=True, tag=True):
    """An order."""

    order: Order
    in_flight: int


class Noted(msgspec.Struct, frozen=True, tag=True):
    """So many fates have been taken note of."""

    count: int


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Nothing more of the order may leave."""


class Sum(msgspec.Struct, frozen=True, tag=True):
    """A batch that is to be summed up. Without its people: they are those of the order before."""

    tally: Tally


class Told(msgspec.Struct, frozen=True, tag=True):
    """What became of some places. over: there is nothing more to tell of the order."""

    said: list[Said]
    over: bool = False


class Summed(msgspec.Struct, frozen=True, tag=True):
    """A batch that was summed up."""

    sums: Sums


Asked = Start | Give | Noted | Stop | Sum


def _write(pipe: BinaryIO, what: Any) -> None:
    raw = msgspec.msgpack.encode(what, enc_hook=str)  # a path in the settings
    left = memoryview(_LENGTH.pack(len(raw)) + raw)
    while left:
        left = left[pipe.write(left) :]
    pipe.flush()


def _read(pipe: BinaryIO) -> bytes | None:
    """Return the next frame, or None at the end."""
    head = _octets(pipe, _LENGTH.size)
    raw = _octets(pipe, _LENGTH.unpack(head)[0]) if head else b""
    return raw or None  # it may end within a frame


def _octets(pipe: BinaryIO, wanted: int) -> bytes:
    """Return so many octets; none, if they end before."""
    found = b""
    while len(found) < wanted:
        some = pipe.read(wanted - len(found))
        if not some:
            return b""
        found += some
    return found


def _places(said: Iterable[Said]) -> int:
    """Return of how many places something is said."""
    return sum(len(one.places) for one in said)


# ---- the giver's side


class Away:
    """Hands over in a process of its own, which is started when there is something to send, and again when it is gone."""

    def __init__(self, start: Start, own: Hand) -> None:
        """Be ready. own: who hands over while no process can be started."""
        self._start = start
        self._own = own
        self._process: subprocess.Popen[bytes] | None = None
        self._last: Order | None = None  # what this process was given last, as long as it lives

    def send(self, order: Order, moment: Moment, *, in_flight: int) -> Iterator[list[Said]]:
        """Hand an order over, as flow.hand.Hand says."""
        try:
            process = self._running()
            _write(_pipe(process.stdin), Give(order, max(in_flight - IN_PIPE, 1)))
            self._last = order
        except OSError as error:
            log.error("no hand could be started", kind=type(error).__name__, look=True)
            self.close()
            yield from self._own.send(order, moment, in_flight=in_flight)
            return
        done = False
        try:
            yield from self._told(process, order, moment)
            done = True
        finally:
            if not done:  # what it would still tell of this order must not be taken for the next one's
                self.close()

    def _told(self, process: subprocess.Popen[bytes], order: Order, moment: Moment) -> Iterator[list[Said]]:
        stopped = False
        heard: list[list[Said]] = []
        waits = select.poll()
        waits.register(_pipe(process.stdout), select.POLLIN)
        while True:
            # What is not read yet is still in the pipe: on this side nothing keeps any of it.
            raw = _read(_pipe(process.stdout)) if waits.poll(QUIET_MS) else _NOTHING_NEW
            if raw is None:  # it is gone, and took what it had in flight with it
                self.close()
                left = set(range(len(order.places))).difference(*(one.places for said in heard for one in said))
                yield [Said(sorted(left), "later", "The process that was sending ended.")] if left else []
                return
            told = _read_told(raw)
            if told.said:
                heard.append(told.said)
            yield told.said
            if told.over:
                return
            try:
                if not stopped and moment() > order.not_after:
                    stopped = True
                    _write(_pipe(process.stdin), Stop())
                if told.said:
                    _write(_pipe(process.stdin), Noted(_places(told.said)))
            except OSError:
                continue  # what it still told is read; then it is gone

    def sum_up(self, tally: Tally) -> Sums:
        """Sum a batch up, as flow.hand.Hand says."""
        try:
            process = self._running()
            knows = self._last is not None and self._last.sends_all(tally)
            _write(_pipe(process.stdin), Sum(replace(tally, persons=[], keys=[]) if knows else tally))
            self._last = None
            raw = _read(_pipe(process.stdout))
        except OSError:
            raw = None
        if raw is None:  # it is gone, and has done nothing that could not be done again
            self.close()
            return self._own.sum_up(tally)
        return _read_summed(raw).sums

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            command = [sys.executable, "-m", "tocsin.hands"]
            self._process = subprocess.Popen(  # noqa: S603  our own
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, pipesize=PIPE
            )
            _write(_pipe(self._process.stdin), self._start)
        return self._process

    def close(self) -> None:
        """Let the process end."""
        process, self._process, self._last = self._process, None, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what it had not read yet cannot be flushed to one that is gone
                _pipe(pipe).close()
        process.wait()


# Made once, before several threads read: see basis.foreign.learn.
_read_told = msgspec.msgpack.Decoder(Told).decode
_read_summed = msgspec.msgpack.Decoder(Summed).decode
_NOTHING_NEW = msgspec.msgpack.encode(Told([]))


def _pipe(pipe: IO[bytes] | None) -> BinaryIO:
    return cast("BinaryIO", pipe)  # we asked for one


# ---- the hand's side


class _Hand:
    """A hand at work: one order after the other."""

    def __init__(self, start: Start, out: BinaryIO) -> None:
        ways = carriers(start.settings, words_for, loopback_only=start.loopback_only)
        self._own = OwnHand(ways, start.key, os.urandom)
        self._out = out
        self._unheard = 0
        self._heard = threading.Condition()
        self._stopped = False

    def hand_over(self, give: Give) -> None:
        self._stopped = False
        for said in self._own.send(give.order, self._moment, in_flight=give.in_flight):
            with self._heard:
                self._unheard += _places(said)
            _write(self._out, Told(said))
            with self._heard:
                self._heard.wait_for(lambda: self._unheard < IN_PIPE)
        with self._heard:
            self._unheard = 0
        _write(self._out, Told([], over=True))

    def sum_up(self, tally: Tally) -> None:
        _write(self._out, Summed(self._own.sum_up(self._own.fill(tally))))

    def hear(self, noted: Noted | Stop) -> None:
        with self._heard:
            if isinstance(noted, Stop):
                self._stopped = True
            else:
                self._unheard = max(self._unheard - noted.count, 0)
            self._heard.notify()

    def _moment(self) -> datetime:
        return datetime.max.replace(tzinfo=UTC) if self._stopped else datetime.now(UTC)


def main() -> None:
    """Hand over what is asked on standard input, until that ends."""
    orders: SimpleQueue[Give | Sum] = SimpleQueue()
    first = _asked(sys.stdin.buffer)
    if not isinstance(first, Start):
        raise SystemExit("tocsin: python -m tocsin.hands is started by Tocsin itself.")
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # whatever prints must not write into the frames
    hand = _Hand(first, out)

    def listen() -> None:
        try:
            while (asked := _asked(sys.stdin.buffer)) is not None:
                if isinstance(asked, Give | Sum):
                    orders.put(asked)
                elif not isinstance(asked, Start):
                    hand.hear(asked)
        finally:
            os._exit(0)  # whoever gave the orders is gone, and nobody would note what comes of them

    gc.freeze()  # what is there by now stays: see flow.engine
    threading.Thread(target=listen, name="orders", daemon=True).start()
    while True:
        order = orders.get()
        if isinstance(order, Give):
            hand.hand_over(order)
        else:
            hand.sum_up(order.tally)


_read_asked = msgspec.msgpack.Decoder(Asked, dec_hook=lambda kind, text: kind(text)).decode


def _asked(pipe: BinaryIO) -> Asked | None:
    raw = _read(pipe)
    return None if raw is None else _read_asked(raw)


if __name__ == "__main__":
    main()
