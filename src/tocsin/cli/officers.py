"""tocsin people officer ...: who works here, what each may do and read, and by what passphrase they sign in."""

import secrets
from pathlib import Path
from typing import Any

import click
import msgspec
from argon2 import PasswordHasher

from tocsin.app import App
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.cli.control import ASKS, ask_or_open, plain, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.people import WHY, people
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow.people import officers as steps
from tocsin.people.decide import may_sign_in
from tocsin.people.state import Person

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0 and 1, which are taken for one another
GROUPS, LONG = 5, 4  # 32 letters, 20 of them: 100 bits

ROLES = {one.value.replace("_", "-"): one for one in Role}
MARKS = {one.value.removeprefix("TLP:"): one for one in Mark}

AS = click.option(
    "--as", "name", required=True, help="Your sign-in name, as an administrator; the passphrase is asked for."
)
ROLE = click.option(
    "--role", "roles", multiple=True, type=click.Choice(list(ROLES)), help="What they do; may be said twice."
)
CLEARED = click.option(
    "--cleared-to",
    type=click.Choice(list(MARKS), case_sensitive=False),
    default="CLEAR",
    show_default=True,
    help="How far they may read what is for no one by name.",
)


# ---- answered where the data is


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody does here from now on. person: whom; empty: somebody new, called so. name, passphrase: who says so.

    another: also where somebody is called so already.
    """

    roles: tuple[Role, ...]
    cleared_to: Mark
    why: str
    name: str
    passphrase: str
    person: Id = ""
    called: str = ""
    another: bool = False

    def __repr__(self) -> str:
        return f"Given({self.person})"


class SigningIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to sign in by what. name, passphrase: who says so."""

    person: Id
    sign_in: str
    secret_hash: str
    name: str
    passphrase: str

    def __repr__(self) -> str:
        return f"SigningIn({self.person})"


def _give(app: App, asked: Given) -> dict[str, Any]:
    by = identify(app, asked.name, asked.passphrase, Role.ADMINISTRATOR)
    command = f"officer:{app.store.new_id()}"
    said: dict[str, Any] = {"by": by, "command": command, "now": app.clock.now()}
    person = asked.person or app.store.new_id()
    if asked.person:
        steps.set_roles(app.house, person, asked.roles, asked.cleared_to, asked.why, **said)
    else:
        said["another"] = asked.another
        steps.admit(app.house, person, asked.called, asked.roles, asked.cleared_to, asked.why, **said)
    return _one(app, person)


def _let_sign_in(app: App, asked: SigningIn) -> dict[str, Any]:
    by = identify(app, asked.name, asked.passphrase, Role.ADMINISTRATOR)
    command, now = f"officer:{app.store.new_id()}", app.clock.now()
    steps.set_sign_in(app.house, asked.person, asked.sign_in, asked.secret_hash, by=by, command=command, now=now)
    return _one(app, asked.person)


def _list(app: App) -> list[dict[str, Any]]:
    with app.store.look() as look:
        return [_line(one) for one in look.desk_people() if not one.forgotten]


def _one(app: App, person: Id) -> dict[str, Any]:
    with app.store.look() as look:
        return _line(look.get(Person, person))


def _line(person: Person) -> dict[str, Any]:
    return {
        "person": person.id,
        "name": str(person.name),
        "roles": [one.value for one in person.roles],
        "cleared_to": person.cleared_to.value,
        "sign_in": str(person.sign_in) if may_sign_in(person) else None,
    }


ASKS["people officer role"] = taking(Given, _give)
ASKS["people officer sign-in"] = taking(SigningIn, _let_sign_in)
ASKS["people officer list"] = plain(_list)


# ---- the commands


@people.group()
def officer() -> None:
    """Who works here: what they do, how far they may read, how they sign in."""


@officer.command()
@click.argument("called", metavar="NAME")
@ROLE
@CLEARED
@click.option("--another", is_flag=True, help="Somebody of that name works here already, and this is another.")
@WHY
@AS
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def new(
    called: str,
    *,
    roles: tuple[str, ...],
    cleared_to: str,
    another: bool,
    why: str,
    name: str,
    passphrase_file: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Enter somebody new, called NAME, who works here. Said again after it was cut off, it names whom it had entered."""
    if not roles:
        raise click.UsageError(f"Say what they do: --role {' or '.join(ROLES)}.")
    passphrase = read_passphrase(name, passphrase_file)
    said = {"why": why, "called": called, "another": another, "name": name, "passphrase": passphrase}
    _say(_ask(data, roles, cleared_to, **said), as_json)


@officer.command()
@click.argument("person", metavar="ID")
@ROLE
@CLEARED
@WHY
@AS
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def role(
    person: Id,
    roles: tuple[str, ...],
    cleared_to: str,
    why: str,
    name: str,
    passphrase_file: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Say what the person ID does here from now on, all of it; without --role: nothing any more.

    It holds at once: whoever is signed in may do at their next step what they may now.
    """
    passphrase = read_passphrase(name, passphrase_file)
    _say(_ask(data, roles, cleared_to, why=why, person=person, name=name, passphrase=passphrase), as_json)


def _ask(data: Path | None, roles: tuple[str, ...], cleared_to: str, **rest: Any) -> dict[str, Any]:
    given = [ROLES[one].value for one in roles]
    mark = MARKS[cleared_to.upper()].value
    found: dict[str, Any] = ask_or_open(data, "people officer role", roles=given, cleared_to=mark, **rest)
    return found


@officer.command("sign-in")
@click.argument("person", metavar="ID")
@click.argument("sign_in", metavar="NAME")
@AS
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def sign_in_(
    person: Id, sign_in: str, name: str, passphrase_file: Path | None, data: Path | None, as_json: bool
) -> None:
    """Let the person ID sign in as NAME, with a new passphrase that is printed this once, and kept nowhere.

    Whoever is signed in as that person is signed out.
    """
    passphrase = read_passphrase(name, passphrase_file)
    fresh = "-".join("".join(secrets.choice(LETTERS) for _ in range(LONG)) for _ in range(GROUPS))
    found = ask_or_open(
        data, "people officer sign-in",
        person=person, sign_in=sign_in, secret_hash=PasswordHasher().hash(fresh), name=name, passphrase=passphrase,
    )  # fmt: skip
    if as_json:
        print_json(found | {"passphrase": fresh})
    else:
        click.echo(f"{person} signs in as {found['sign_in']} with this passphrase, which is printed once: {fresh}")


@officer.command("list")
@DATA
@JSON
@in_one_line
def list_(data: Path | None, as_json: bool) -> None:
    """Print who works here: id, name, what they do, how far they may read, and whether they can sign in."""
    found = ask_or_open(data, "people officer list")
    if as_json:
        print_json({"officers": found})
        return
    for one in found:
        _say(one, as_json=False)


def _say(one: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(one)
        return
    does = ", ".join(role.replace("_", " ") for role in one["roles"]) or "nothing here any more"
    signs = f"signs in as {one['sign_in']}" if one["sign_in"] else "cannot sign in"
    shown = "".join(letter if letter.isprintable() else "?" for letter in one["name"])
    click.echo(f"{one['person']}  {shown}: {does}; may read {one['cleared_to']}; {signs}.")
