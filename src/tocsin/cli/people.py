"""tocsin people: who is known here, whom to forget, and whom an inquiry keeps from being forgotten."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow.people import forget as steps
from tocsin.people.state import Person
from tocsin.store.keys import NoKeys
from tocsin.store.look import Look

WHY = click.option("--why", required=True, help="The reason, in a sentence that names nobody. It is kept.")


# ---- answered where the data is


class Forgetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to forget, and why."""

    person: Id
    why: str


class Holding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a hold is about, and why. name, passphrase: of the auditor whose hold it is; empty at the console."""

    person: Id
    why: str
    name: str = ""
    passphrase: str = ""

    def __repr__(self) -> str:
        return f"Holding({self.person})"


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """names: whether names are wanted, too."""

    names: bool = False


def _forget(app: App, asked: Forgetting) -> dict[str, Any]:
    now = app.clock.now()
    fresh = steps.forget(
        app.house, asked.person, why=asked.why, by=steps.CONSOLE, command=f"forget:{asked.person}", now=now
    )
    return {"person": asked.person, "state": "forgotten", "already": not fresh}


def _about_a_hold(word: str, step: Callable[..., None], app: App, asked: Holding) -> dict[str, Any]:
    """Answer `people WORD`: take the step, as the auditor or from the console, and say how the person stands then."""
    by = identify(app, asked.name, asked.passphrase, Role.AUDITOR) if asked.name else steps.CONSOLE
    command = f"{word}:{app.store.new_id()}"
    step(app.house, asked.person, why=asked.why, by=by, command=command, now=app.clock.now())
    with app.store.look() as look:
        return _line(look.get(Person, asked.person))


def _list(app: App, asked: Listing) -> list[dict[str, Any]]:
    with app.store.look() as look:
        # Where no name is wanted no key is even read.
        people = (look if asked.names else Look(look.connection, NoKeys())).all(Person)
        failing = look.failing()
    return [
        _line(person) | {"failing": failing.get(person.id, 0)} | ({"name": str(person.name)} if asked.names else {})
        for person in people
    ]


def _line(person: Person) -> dict[str, Any]:
    state = "forgotten" if person.forgotten else "on hold" if person.holds else "known"
    return {"person": person.id, "kind": person.person_kind.value, "state": state, "holds": person.holds}


ASKS["people forget"] = taking(Forgetting, _forget)
ASKS["people hold"] = taking(Holding, partial(_about_a_hold, "hold", steps.hold))
ASKS["people release"] = taking(Holding, partial(_about_a_hold, "release", steps.release))
ASKS["people list"] = taking(Listing, _list)


# ---- the commands


@click.group()
def people() -> None:
    """Who is known here; forget someone, or keep them from being forgotten."""


@people.command()
@click.argument("person", metavar="ID")
@WHY
@DATA
@JSON
@in_one_line
def forget(person: Id, why: str, data: Path | None, as_json: bool) -> None:
    """Forget the person ID, for good: when this returns, the key to everything personal about them is destroyed."""
    found = ask_or_open(data, "people forget", person=person, why=why)
    if as_json:
        print_json(found)
    elif found["already"]:
        click.echo(f"{person} had been forgotten already.")
    else:
        click.echo(f"{person} is forgotten. Their key is destroyed; copies of the keys kept elsewhere still hold it.")


def _hold_command(said: Callable[[Id, int], str]) -> click.Command:
    """Return the command of this name, which says this of the person and of how many holds on them stand then."""
    word = said.__name__

    @people.command(word, help=said.__doc__)
    @click.argument("person", metavar="ID")
    @WHY
    @click.option("--as", "name", default="", help="The auditor's sign-in name; the passphrase is asked for.")
    @PASSPHRASE_FILE
    @DATA
    @JSON
    @in_one_line
    def command(
        person: Id, why: str, name: str, passphrase_file: Path | None, data: Path | None, as_json: bool
    ) -> None:
        passphrase = read_passphrase(name, passphrase_file) if name else ""
        found = ask_or_open(data, f"people {word}", person=person, why=why, name=name, passphrase=passphrase)
        if as_json:
            print_json(found)
        else:
            click.echo(said(person, found["holds"]))

    return command


@_hold_command
def hold(person: Id, holds: int) -> str:
    """Keep the person ID from being forgotten while an inquiry needs what is known about them."""
    return f"{person} is on hold; {_holds(holds)}."


@_hold_command
def release(person: Id, holds: int) -> str:
    """Take back one hold on the person ID."""
    return f"One hold on {person} is released; {_holds(holds)}." if holds else f"{person} is on hold no more."


def _holds(count: int) -> str:
    return "one hold stands" if count == 1 else f"{count} holds stand"


@people.command("list")
@click.option("--names", is_flag=True, help="Names, too: on a terminal, or with --json.")
@DATA
@JSON
@in_one_line
def list_(names: bool, data: Path | None, as_json: bool) -> None:
    """Print who is known here: id, kind, whether they are known, on hold or forgotten, and whose addresses fail."""
    if names and not as_json and not _on_terminal():
        raise Refused("Names are printed on a terminal only, so that they do not end in a file by chance. Say --json.")
    found = ask_or_open(data, "people list", names=names)
    if as_json:
        print_json({"people": found})
        return
    for one in found:
        name = f"  {_printable(one['name'])}" if names else ""
        failing = f"  nothing arrives at {one['failing']} of their addresses" if one["failing"] else ""
        click.echo(f"{one['person']:26}  {one['kind']:12}  {one['state']:9}{name}{failing}".rstrip())


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def _printable(name: str) -> str:
    """Return a name without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
