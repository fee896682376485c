"""tocsin record propose-opening, consent-to-opening, approve-opening: a notice is opened by two people."""

from collections.abc import Callable, Sequence
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.marking import Role
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.prove import id_of
from tocsin.cli.record import DATA, JSON, record
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow.warning import open as opening

WHO = click.option("--as", "name", required=True, help="The sign-in name of an officer who may read the notice.")


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step towards opening a notice: "propose", "consent" or "approve", by someone who signs in at the desk."""

    id: str
    step: str
    name: str
    passphrase: str
    fields: tuple[str, ...] = ()
    originator: str = ""
    words: str = ""

    def __repr__(self) -> str:
        return f"Step({self.id}, {self.step})"


def _step(app: App, asked: Step) -> dict[str, Any]:
    by = identify(app, asked.name, asked.passphrase, Role.WATCH_OFFICER, Role.DUTY_OFFICER)
    with app.store.look() as look:
        notice = id_of(app, look, asked.id)
    command, now = f"opening:{app.store.new_id()}", app.clock.now()
    match asked.step:
        case "propose":
            opening.propose_opening(app.house, notice, asked.fields, asked.words, by=by, command=command, now=now)
        case "consent":
            opening.consent_to_opening(
                app.house, notice, asked.originator, asked.words, by=by, command=command, now=now
            )
        case _:
            opening.open_notice(app.house, notice, asked.fields, by=by, command=command, now=now)
    return {"id": asked.id, "step": asked.step}


ASKS["opening"] = taking(Step, _step)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """Give a step the options that each has."""
    for option in (JSON, DATA, PASSPHRASE_FILE, WHO):
        command = option(command)
    return command


@record.command("propose-opening")
@click.argument("id")
@click.option(
    "--field", "fields", multiple=True, required=True, help="What to open: what, where, when, who, begins, ..."
)
@click.option("--why", required=True, help="The reason; it is kept with the notice.")
@_common
@in_one_line
def propose(id: str, fields: Sequence[str], why: str, **common: Any) -> None:
    """Propose to open a notice. Another person has to open it."""
    _ask(common, id=id, step="propose", fields=list(fields), words=why)


@record.command("consent-to-opening")
@click.argument("id")
@click.option("--originator", required=True, help="Whose material the notice rests on, as the notice names it.")
@click.option("--words", required=True, help="How they agreed, and where that is written.")
@_common
@in_one_line
def consent(id: str, originator: str, words: str, **common: Any) -> None:
    """Record that whoever the grounds came from has agreed to the opening."""
    _ask(common, id=id, step="consent", originator=originator, words=words)


@record.command("approve-opening")
@click.argument("id")
@click.option("--field", "fields", multiple=True, required=True, help="What you have seen proposed, and agree to show.")
@_common
@in_one_line
def approve(id: str, fields: Sequence[str], **common: Any) -> None:
    """Open what another person has proposed. From then on anyone may be shown it (tocsin record open)."""
    _ask(common, id=id, step="approve", fields=list(fields))


def _ask(common: dict[str, Any], **asked: Any) -> None:
    name: str = common["name"]
    passphrase = read_passphrase(name, common["passphrase_file"])
    found = ask_or_open(common["data"], "opening", name=name, passphrase=passphrase, **asked)
    if common["as_json"]:
        print_json(found)
    else:
        click.echo(f"Done: {found['step']} {found['id']}.")
