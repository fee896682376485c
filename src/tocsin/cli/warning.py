"""tocsin warning retract: one duty officer takes a false alarm back, alone and at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Reader, Role
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.prove import id_of
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow import warn
from tocsin.people.state import Person
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.retraction import TakenBack


class Retracting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken back, why in each language ("" for the warning's own), and who says so."""

    id: str
    words: tuple[tuple[str, str], ...]
    name: str
    passphrase: str

    def __repr__(self) -> str:
        return f"Retracting({self.id})"


def _retract(app: App, asked: Retracting) -> dict[str, Any]:
    by = identify(app, asked.name, asked.passphrase, Role.DUTY_OFFICER)
    with app.store.look() as look:
        warning = id_of(app, look, asked.id)
        if _door(look, by).warning(warning) is None:
            raise Refused(f"There is no warning {asked.id} that you may read.")
    said = [TakenBack(language=language, words=words) for language, words in asked.words]
    warn.retract(app.house, warning, said, by=by, command=f"retract:{app.store.new_id()}", now=app.clock.now())
    return {"id": asked.id, "state": "retracted"}


def _door(look: Look, by: str) -> Door:
    person = look.get(Person, by)
    return Door(look, Reader(person=by, roles=frozenset(person.roles), cleared_to=person.cleared_to))


ASKS["warning retract"] = taking(Retracting, _retract)


@click.group()
def warning() -> None:
    """Take a false warning back."""


@warning.command()
@click.argument("id")
@click.option("--words", required=True, help="Why it was false, as everyone who got it is told. The public reads it.")
@click.option(
    "--words-in", "others", nargs=2, multiple=True, metavar="LANGUAGE TEXT", help="The same in another language."
)
@click.option("--as", "name", required=True, help="The sign-in name of a duty officer. Any of them may, alone.")
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def retract(
    id: str,
    words: str,
    others: Sequence[tuple[str, str]],
    name: str,
    passphrase_file: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Take the warning ID back as a false alarm: whoever got it, or may have, is told so before anything else is sent."""
    said = [["", words], *(list(one) for one in others)]
    passphrase = read_passphrase(name, passphrase_file)
    found = ask_or_open(data, "warning retract", id=id, words=said, name=name, passphrase=passphrase)
    if as_json:
        print_json(found)
    else:
        click.echo(f"{id} is taken back. Whoever got it is told as long as `tocsin serve` runs.")
