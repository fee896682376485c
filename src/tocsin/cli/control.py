"""The control socket: how a command reaches the server that holds the data lock. For the owner of the directory alone.

One JSON line asks, one JSON line answers: {"ask": "reconcile"} -> {"ok": true, "answer": ...} or {"ok": false, "error",
"refused"}.
"""

import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused, TocsinError, Unreachable
from tocsin.store.reconcile import reconcile

NAME = "control.sock"
LONGEST = 65_536  # bytes of one line
PATIENCE_S = 120


def _stand(app: App) -> dict[str, Any]:
    with app.store.look() as look:
        frontier = look.tree().frontier
        return {
            "facts": look.journal_size(),
            "record": {"size": frontier.size, "root": frontier.root().hex()},
            "trouble": app.engine.trouble or None,
        }


def _checkpoint(app: App) -> dict[str, Any]:
    return {"checkpoint": app.store.checkpoint().decode(), "verifier_key": app.store.verifier_key}


ASKS: dict[str, Callable[[App], Any]] = {
    "stand": _stand,
    "reconcile": lambda app: reconcile(app.store),
    "checkpoint": _checkpoint,
}


class Control:
    """Listens on the control socket of a data directory while it is open."""

    def __init__(self, app: App) -> None:
        """Listen for this app."""
        self._file = app.settings.data / NAME
        self._file.unlink(missing_ok=True)  # we hold the data lock: whoever left it is dead
        with _short(self._file) as path:
            before = os.umask(0o177)
            try:
                self._server = socketserver.ThreadingUnixStreamServer(path, _handler(app))
            finally:
                os.umask(before)
        self._server.daemon_threads = True
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
            self.wfile.write(msgspec.json.encode(_answer(app, self.rfile.readline(LONGEST))) + b"\n")

    return Handler


def _answer(app: App, line: bytes) -> dict[str, Any]:
    try:
        asked = msgspec.json.decode(line, type=dict[str, str]).get("ask", "")
        if asked not in ASKS:
            raise Refused(f"The server does not know {asked!r}. It knows {', '.join(sorted(ASKS))}.")
        return {"ok": True, "answer": ASKS[asked](app)}
    except TocsinError as error:
        return {"ok": False, "error": str(error), "refused": isinstance(error, Refused)}
    except msgspec.MsgspecError:
        return {"ok": False, "error": "That was no JSON object with an ask.", "refused": True}


def listens(data: Path) -> bool:
    """Say whether a server listens in a data directory. A socket that a killed one left behind answers nobody."""
    try:
        with _short(data / NAME) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE_S)
            line.connect(path)
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    except OSError:
        return True  # there is one, and it is in trouble: asking it will say so
    return True


def ask(data: Path, what: str) -> Any:
    """Ask the server that runs on a data directory.

    Raises:
        Unreachable: none answers there.
        Refused: it refuses.
    """
    try:
        with _short(data / NAME) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE_S)
            line.connect(path)
            line.sendall(msgspec.json.encode({"ask": what}) + b"\n")
            with line.makefile("rb") as reply:
                answer = msgspec.json.decode(reply.read())
    except (OSError, msgspec.MsgspecError) as error:
        raise Unreachable(f"The process that holds {data} does not answer. Stop it, or try again.") from error
    if not answer["ok"]:
        raise (Refused if answer["refused"] else Unreachable)(answer["error"])
    return answer["answer"]
