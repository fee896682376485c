"""tocsin lock and tocsin unlock: the desk closed at once, and opened again by somebody who answers for it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.marking import Role
from tocsin.basis.moment import rfc3339
from tocsin.cli.control import ASKS, ask_or_open, plain, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow.desk_lock import DeskLock, close_desk, desk_lock, open_desk


class Locking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the desk is closed."""

    why: str = ""


class Unlocking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who opens the desk."""

    name: str
    passphrase: str

    def __repr__(self) -> str:
        return "Unlocking()"


def _told(stands: DeskLock) -> dict[str, Any]:
    closed_at = None if stands.closed_at is None else rfc3339(stands.closed_at)
    return {"locked": stands.closed_at is not None, "closed_at": closed_at, "why": stands.why}


def _lock(app: App, asked: Locking) -> dict[str, Any]:
    return _told(close_desk(app.store, asked.why, app.clock.now()))


def _unlock(app: App, asked: Unlocking) -> dict[str, Any]:
    seen = desk_lock(app.store)
    by = identify(app, asked.name, asked.passphrase, Role.ADMINISTRATOR, Role.DUTY_OFFICER)
    open_desk(app.store, seen, by)
    return _told(desk_lock(app.store))


ASKS["desk"] = plain(lambda app: _told(desk_lock(app.store)))
ASKS["lock"] = taking(Locking, _lock)
ASKS["unlock"] = taking(Unlocking, _unlock)


@click.command()
@click.option("--why", default="", help="Why, in a sentence that names nobody; shown to whoever opens the desk again.")
@DATA
@JSON
@in_one_line
def lock(why: str, data: Path | None, as_json: bool) -> None:
    """Close the desk at once: every session ends and nobody signs in. Sending, ringing and answers go on."""
    found = ask_or_open(data, "lock", why=why)
    if as_json:
        print_json(found)
    else:
        click.echo(f"The desk has been closed since {_clock(found)}. Open it with: tocsin unlock --as NAME")


@click.command()
@click.option("--as", "name", required=True, help="The sign-in name of an administrator or duty officer.")
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def unlock(name: str, passphrase_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Open the desk again, as the administrator or duty officer NAME. Everyone signs in anew."""
    before = ask_or_open(data, "desk")
    found = before
    if before["locked"]:
        if not as_json:
            click.echo(f"The desk has been closed since {_clock(before)}. {before['why']}".rstrip(), err=True)
        passphrase = read_passphrase(name, passphrase_file)
        found = ask_or_open(data, "unlock", name=name, passphrase=passphrase)
    if as_json:
        print_json(found)
    else:
        click.echo("The desk is open. Everyone signs in anew." if before["locked"] else "The desk is open already.")


def _clock(found: dict[str, Any]) -> str:
    return f"{datetime.fromisoformat(found['closed_at']):%H:%M UTC on %d %B %Y}"
