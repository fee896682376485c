"""The control socket: how a command reaches the server that holds the data lock. For the owner of the directory alone.

One JSON line asks, one JSON line answers: {"ask": "people forget", "with": {"person": ..., "why": ...}} ->
{"ok": true, "answer": ...} or {"ok": false, "error", "refused"}. What can be asked stands in ASKS; each command enters
its own.
"""

import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import click
import msgspec
import structlog

from tocsin.app import App, WallClock
from tocsin.basis.errors import Refused, TocsinError, Unreachable
from tocsin.basis.foreign import fitted, read_json
from tocsin.settings import load_settings
from tocsin.store.database import FILE
from tocsin.store.reconcile import reconcile

NAME = "control.sock"
LONGEST = 65_536  # bytes of one line
PATIENCE_S = 120

log = structlog.get_logger()

Arguments = Mapping[str, Any]
Handler = Callable[[App, Arguments], Any]
F = TypeVar("F", bound=msgspec.Struct)


class Bare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of an ask that takes nothing."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the socket, read."""

    ask: str
    with_: dict[str, Any] = msgspec.field(name="with", default_factory=dict)


class Reply(msgspec.Struct, frozen=True):
    """What the socket answers, read. answer: where it is ok; error: where it is not."""

    ok: bool
    answer: Any = None
    error: str = ""
    refused: bool = False


def taking(form: type[F], answer: Callable[[App, F], Any]) -> Handler:
    """Return a handler that is handed what it was asked with in this form, and nothing that does not fit it."""

    def handler(app: App, arguments: Arguments) -> Any:
        try:
            fitting = fitted(arguments, form)
        except msgspec.ValidationError as error:
            raise Refused(f"That cannot be asked like this: {error}.") from error
        return answer(app, fitting)

    return handler


def plain(answer: Callable[[App], Any]) -> Handler:
    """Return a handler for an ask that takes nothing."""
    return taking(Bare, lambda app, _: answer(app))


def _stand(app: App) -> dict[str, Any]:
    with app.store.look() as look:
        frontier = look.tree().frontier
        return {
            "facts": look.journal_size(),
            "record": {"size": frontier.size, "root": frontier.root().hex()},
            "trouble": app.engine.trouble or app.engine.chore_trouble or None,
            "alarm": app.publisher.alarm or None,
        }


def _checkpoint(app: App) -> dict[str, Any]:
    signed = app.publisher.publish(app.clock.now())
    if signed is None:
        raise Refused("The record is still empty, and so there is no checkpoint.")
    return {"checkpoint": signed.note.decode(), "verifier_key": app.store.verifier_key}


ASKS: dict[str, Handler] = {
    "stand": plain(_stand),
    "reconcile": plain(lambda app: reconcile(app.store)),
    "checkpoint": plain(_checkpoint),
}


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128  # with the five that are usual, a few who ask at once are turned away


class Control:
    """Listens on the control socket of a data directory while it is open."""

    def __init__(self, app: App) -> None:
        """Listen for this app."""
        self._file = app.settings.data / NAME
        self._file.unlink(missing_ok=True)  # we hold the data lock: whoever left it is dead
        with _short(self._file) as path:
            before = os.umask(0o177)
            try:
                self._server = _Server(path, _handler(app))
            finally:
                os.umask(before)
        self._thread = threading.Thread(target=self._server.serve_forever, name="control", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._file.unlink(missing_ok=True)


@contextmanager
def _short(file: Path) -> Iterator[str]:
    """Name a socket by way of its open directory: a socket's own path may have 107 bytes, a directory's any number."""
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{directory}/{file.name}"
    finally:
        os.close(directory)


def _handler(app: App) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # who asked has gone away, or only looked whether anyone listens
                line = self.rfile.readline(LONGEST)
                if line:
                    self.wfile.write(msgspec.json.encode(_answer(app, line)) + b"\n")

    return Handler


def answer(app: App, what: str, arguments: Arguments) -> Any:
    """Answer an ask with an app that is open.

    Raises:
        Refused: there is no such ask, or it cannot be asked like that.
    """
    if what not in ASKS:
        raise Refused(f"The server does not know {what!r}. It knows {', '.join(sorted(ASKS))}.")
    return ASKS[what](app, arguments)


def _answer(app: App, line: bytes) -> dict[str, Any]:
    try:
        asked = _read(line)
        return {"ok": True, "answer": answer(app, asked.ask, asked.with_)}
    except TocsinError as error:
        return {"ok": False, "error": str(error), "refused": isinstance(error, Refused)}
    except Exception as error:  # noqa: BLE001  whoever asked is told; a stranger's own words may quote what is confidential
        log.error("control failed", kind=type(error).__name__)
        sentence = f"A mistake of Tocsin's own ({type(error).__name__}); look at it."
        return {"ok": False, "error": sentence, "refused": False}


def _read(line: bytes) -> Asked:
    try:
        asked: Asked = read_json(line, Asked)
    except Refused as error:
        sentence = f'Ask in one line of JSON, of {LONGEST} bytes at most: {{"ask": NAME, "with": {{...}}}}.'
        raise Refused(sentence) from error
    return asked


def listens(data: Path, patience_s: float = PATIENCE_S) -> bool:
    """Say whether a server listens in a data directory. A socket that a killed one left behind answers nobody."""
    try:
        with _short(data / NAME) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(patience_s)
            line.connect(path)
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    except OSError:
        return True  # there is one, and it is in trouble: asking it will say so
    return True


def ask(data: Path, what: str, *, patience_s: float = PATIENCE_S, **arguments: Any) -> Any:
    """Ask the server that runs on a data directory.

    patience_s: how long to wait for it to take the line, and for its answer to come.

    Raises:
        Unreachable: none answers there.
        Refused: it refuses.
    """
    request = msgspec.json.encode({"ask": what, "with": arguments}) + b"\n"
    if len(request) > LONGEST:
        raise Refused(f"That is too long to ask: {len(request)} bytes; {LONGEST} is the most. Say it shorter.")
    try:
        with _short(data / NAME) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(patience_s)
            line.connect(path)
            line.sendall(request)
            with line.makefile("rb") as reply:
                found: Reply = read_json(reply.read(), Reply)
    except (OSError, Refused) as error:
        raise Unreachable(f"The process that holds {data} does not answer. Stop it, or try again.") from error
    if not found.ok:
        raise (Refused if found.refused else Unreachable)(found.error)
    return found.answer


def ask_or_open(data: Path | None, what: str, *, patience_s: float = PATIENCE_S, **arguments: Any) -> Any:
    """Ask the server that runs on a directory; where none does, open the directory and answer it here.

    patience_s: how long to wait for a server's answer.

    Raises:
        Refused: there is no such directory, or it refuses.
    """
    with asking(data, what, patience_s=patience_s) as (asked, _):
        return asked(**arguments)


@contextmanager
def asking(
    data: Path | None, what: str, *, patience_s: float = PATIENCE_S
) -> Iterator[tuple[Callable[..., Any], bool]]:
    """Give what asks one thing of a directory, as often as wanted; and say whether it is a server that answers.

    Raises:
        Refused: there is no such directory.
    """
    settings = load_settings(data)
    if not (settings.data / FILE).exists():
        raise Refused(f"{settings.data} holds no data of Tocsin's. Name its directory with --data.")
    if listens(settings.data):
        yield lambda **arguments: ask(settings.data, what, patience_s=patience_s, **arguments), True
        return
    app = App(settings, clock=WallClock(), holder=_command() or what, base_url=settings.base_url, exercise=None)
    try:
        yield lambda **arguments: answer(app, what, arguments), False
    finally:
        app.close()


def _command() -> str:
    """Return the command that was typed, as the one who comes second is told it."""
    context = click.get_current_context(silent=True)
    return "" if context is None else context.command_path.partition(" ")[2]
