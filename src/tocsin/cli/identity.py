"""Who is at the command line, where that matters: someone who signs in at the desk says so, with their passphrase."""

import sys
from pathlib import Path

import click

from tocsin.app import App
from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.web.desk.sign_in import LONGEST, Passphrases

PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Read the passphrase from this file, or from standard input (-), instead of asking for it.",
)

_passphrases = Passphrases()


def read_passphrase(name: str, file: Path | None) -> str:
    """Ask for a passphrase at the terminal; from a script, take it from a file or from standard input.

    Raises:
        Refused: what is there is no text, or is too long for a passphrase.
        Unreachable: the file cannot be read.
    """
    if file is None and sys.stdin.isatty():
        typed: str = click.prompt(f"Passphrase of {name}", hide_input=True, err=True)
        return typed
    most = 4 * LONGEST + 2  # bytes: UTF-8 takes four at most, and a line may end
    try:
        if file is None or str(file) == "-":
            raw = sys.stdin.buffer.read(most + 1)
        else:
            with file.open("rb") as source:
                raw = source.read(most + 1)
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise Unreachable(f"The passphrase cannot be read from {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused("What was given as a passphrase is not text in UTF-8.") from error
    if len(raw) > most:
        raise Refused(f"What was given as a passphrase is longer than any: {LONGEST} characters are the most.")
    return text


def identify(app: App, name: str, passphrase: str, *roles: Role) -> Id:
    """Return who this is, if they sign in by this name and passphrase and have one of these roles.

    Raises:
        Refused: they do not, or have not.
    """
    with app.store.look() as look:
        person = _passphrases.fitting(look.desk_people(), name, passphrase)
    if person is None:
        raise Refused("Name and passphrase do not fit. Check both and try again.")
    if not set(roles) & set(person.roles):
        wanted = " or ".join(role.value.replace("_", " ") for role in roles)
        raise Refused(f"That is for somebody else: it needs the role of {wanted}.")
    return person.id
