"""How commands speak, and how they end: results on standard output, everything else on standard error, errors in one line."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec

import click
import msgspec
import structlog
from rich.console import Console

from tocsin.basis.errors import Refused, TocsinError

P = ParamSpec("P")

DONE, NO, ASKED_WRONGLY = 0, 1, 2

people = Console(stderr=True)


def print_json(value: Any) -> None:
    """Print one JSON value."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def log_to_standard_error() -> None:
    """Keep the log's lines out of what a command prints for a program."""
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


class Terminated(KeyboardInterrupt):
    """We were told to end by SIGTERM, and leave as for Ctrl-C: with everything closed and nothing left behind."""


def _terminate(*_: object) -> None:
    raise Terminated


def in_one_line(command: Callable[P, None]) -> Callable[P, None]:
    """Say what went wrong in one line and leave with its exit code: 2 asked wrongly, 1 it could not be done."""

    @wraps(command)
    def guarded(*args: P.args, **named: P.kwargs) -> None:
        before = signal.signal(signal.SIGTERM, _terminate)
        try:
            command(*args, **named)
        except TocsinError as error:
            click.echo(f"tocsin: {error}", err=True)
            raise SystemExit(ASKED_WRONGLY if isinstance(error, Refused) else NO) from error
        except OSError as error:
            click.echo(f"tocsin: {error.strerror or error}{f': {error.filename}' if error.filename else ''}.", err=True)
            raise SystemExit(NO) from error
        except KeyboardInterrupt as error:
            click.echo("Stopped.", err=True)
            number = signal.SIGTERM if isinstance(error, Terminated) else signal.SIGINT
            raise SystemExit(128 + number) from error
        finally:
            signal.signal(signal.SIGTERM, before)

    return guarded


@contextmanager
def ends_between_steps() -> Iterator[Callable[[], None]]:
    """Hold back what interrupts or ends this process; yield what lets it through, to be called where nothing is half done.

    Raised in the middle of whatever runs, it may be swallowed there, or complained of. Asked twice, we end at once.
    """
    asked: list[KeyboardInterrupt] = []

    def note(number: int, _frame: object) -> None:
        asked.append(Terminated() if number == signal.SIGTERM else KeyboardInterrupt())
        if len(asked) > 1:
            raise asked[0]

    def let_through() -> None:
        if asked:
            raise asked[0]

    before = [(number, signal.signal(number, note)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield let_through
    finally:
        for number, handler in before:
            signal.signal(number, handler)
    let_through()


def listen_for_the_end() -> Callable[[], None]:
    """Note from now on that someone interrupts or ends this process; return what waits for it."""
    # An Event would be set while whoever waits holds its lock, in the same thread, and wait for itself for ever.
    over: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: over.put(number))

    def wait() -> None:
        while True:  # a signal that comes to another thread interrupts no wait of this one
            with suppress(Empty):
                over.get(timeout=0.5)
                return

    return wait
