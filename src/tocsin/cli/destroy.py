"""tocsin destroy-keys: for an evacuation. It goes by no server's leave and no setting but the directory's name."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import click

from tocsin.app import WallClock
from tocsin.basis.errors import Refused, TocsinError
from tocsin.basis.moment import rfc3339
from tocsin.cli.control import ASKS, ask, listens, plain
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.settings import Settings
from tocsin.store.database import FILE
from tocsin.store.destroy import Destroyed, destroy_keys, holds_data, tombstone_of
from tocsin.store.lock import DataLock

ANSWERS_WITHIN_S = 1.0  # whoever holds the directory: later, we say that it does not
ENDS_WITHIN_S = 20.0  # once it has said that it will; the files are gone by then

GONE = (
    "names, addresses, sign-ins and passphrases",
    "the words of answers that came by link",
    "who an answer link belongs to; the links that were sent out lead nowhere",
    "what would sign the record in this installation's name",
)
STILL_READABLE = (
    "the texts of alerts, notices, advisories, statements, cases and reports",
    "the names of sources, of groups, and of those who spoke for an organisation, with the words that were written down",
    "the reasons that were given for what was decided",
    "how many were warned, when and by which channel, and what kind of answer came; people only by ids that name nobody",
)
ELSEWHERE = (
    "backups of the keys: destroy them where they lie. Without keys, copies of the database are as unreadable as this one",
    (
        "old blocks: on flash (SSD, memory cards) and where a disc copies on write, overwriting is not certain. Where that "
        "matters, destroy the medium"
    ),
    "what was printed, mailed, or swapped out of memory, and a key that was handed in by the environment",
)


def _stop() -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGTERM)  # as if somebody had pressed Ctrl-C: with everything closed behind it
    return {"stops": True}


ASKS["stop"] = plain(lambda _: _stop())


@click.command("destroy-keys")
@click.option(
    "--yes", "name", default="", metavar="NAME", help="The name of the directory, so that it is the right one."
)
@DATA
@JSON
@in_one_line
def destroy(name: str, data: Path | None, as_json: bool) -> None:
    """Destroy every key of the data directory NAME, for good, whether its server runs, hangs or is stopped."""
    place = _place(data, name)
    destroyed = destroy_keys(place, WallClock().now(), os.urandom)
    holder = DataLock.held_by(place)
    running = _end_server(place) if holder else ""
    if holder:  # with what it wrote meanwhile
        destroyed = _and(destroyed, destroy_keys(place, WallClock().now(), os.urandom))
    told = _told(place, destroyed, holder, running)
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(_lines(told)))
    if not told["ok"]:
        raise SystemExit(NO)


def _place(data: Path | None, name: str) -> Path:
    """Return the directory that is meant. No settings file is read: a mistake in one must not stand in the way.

    Raises:
        Refused: it is none of ours, or another than was named.
    """
    place = (data or Path(os.environ.get("TOCSIN_DATA") or Settings().data)).absolute()
    if not place.is_dir() or not holds_data(place, FILE):
        raise Refused(f"{place} holds no data of Tocsin's. Name its directory with --data.")
    if name not in (place.name, place.resolve().name) or name in ("", ".."):
        raise Refused(
            f"This destroys the keys of {place} for good. If you mean that directory, say --yes and its own name, "
            f"{place.resolve().name}."
        )
    return place


def _end_server(place: Path) -> str:
    """Tell the process that holds a directory to stop, and return its name if it still holds it a little later."""
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    asked = False
    while (holder := DataLock.held_by(place)) and time.monotonic() < deadline:
        if not asked and listens(place, ANSWERS_WITHIN_S):
            try:
                ask(place, "stop", patience_s=ANSWERS_WITHIN_S)
            except TocsinError:
                break
            asked = True
            deadline = time.monotonic() + ENDS_WITHIN_S
        time.sleep(0.02)
    return holder


def _and(first: Destroyed, second: Destroyed) -> Destroyed:
    # The second time the first's problems are tried again, so only what is left of them counts.
    return Destroyed(files=tuple(dict.fromkeys((*first.files, *second.files))), problems=second.problems)


def _told(place: Path, destroyed: Destroyed, holder: str, running: str) -> dict[str, Any]:
    stone = tombstone_of(place)
    at = stone.ended if stone else None
    return {
        "ok": not destroyed.problems and not running,
        "directory": str(place),
        "destroyed_at": rfc3339(at) if at else None,
        "files": list(destroyed.files),
        "problems": list(destroyed.problems),
        "server": {"state": "running" if running else "stopped" if holder else "none", "holder": running or holder},
        "gone": list(GONE),
        "still_readable": list(STILL_READABLE),
        "elsewhere": list(ELSEWHERE),
    }


def _lines(told: dict[str, Any]) -> list[str]:
    done = ", ".join(told["files"]) or "nothing was left to destroy"
    lines = [f"Keys of {told['directory']} destroyed: {done}.", *told["problems"]]
    server = told["server"]
    if server["state"] == "running":
        lines.append(
            f"{server['holder']} still runs, and may still have keys in its memory. End that process by its number, "
            "with kill -9, then say this again."
        )
    elif server["state"] == "stopped":
        lines.append(f"{server['holder']} has closed the directory, and ends.")
    for heading, said in (
        ("Can no longer be read by anyone", told["gone"]),
        ("What is still readable in the database", told["still_readable"]),
        ("Not reached from here", told["elsewhere"]),
    ):
        lines += ["", f"{heading}:", *(f"  - {one}" for one in said)]
    return lines
