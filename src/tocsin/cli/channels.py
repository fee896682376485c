"""tocsin channels: how each channel stands, and whether its account is well. tocsin delivery bounce: mail that came back."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.table import Table

from tocsin.app import App
from tocsin.basis.errors import Refused, TocsinError, Unreachable
from tocsin.carriers import bounced
from tocsin.channels.mail.bounces import LARGEST
from tocsin.cli.control import ASKS, ask_or_open, plain, taking
from tocsin.cli.delivery import delivery
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.cli.speak import people as to_people
from tocsin.delivery.echo import Echo, Said
from tocsin.flow.delivery.channels import ChannelStands, check_channel, receiver_secrets
from tocsin.flow.delivery.channels import channels as stand
from tocsin.settings import load_settings

TRY_AGAIN = 75  # sysexits.h, EX_TEMPFAIL: a mail server that hands a mail to a command keeps it, and comes again


def _stand(app: App) -> list[dict[str, Any]]:
    with app.store.look() as look:
        return [_told(one) for one in stand(app.house, look, app.zone, app.clock.now())]


def _told(one: ChannelStands) -> dict[str, Any]:
    return {
        "channel": one.name,
        "avoided": one.avoided,
        "calls_back": one.calls_back,
        "today": msgspec.to_builtins(one.done),
        "limits": [
            {"account": a.account, "per_s": a.per_s, "burst": a.burst, "left": a.left, "per_day": a.a_day}
            for a in one.accounts
        ],
    }


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which channel is asked after."""

    name: str


def _check(app: App, asked: Named) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(check_channel(app.house, asked.name))
    return found


class Receiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose secret is asked after."""

    address: str

    def __repr__(self) -> str:
        return "Receiver()"


def _secrets(app: App, asked: Receiver) -> dict[str, Any]:
    return {"secrets": list(receiver_secrets(app.house, asked.address))}


class Heard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bounce says, as the command has read it."""

    message: str
    said: Said
    for_good: bool
    detail: str

    def __repr__(self) -> str:
        return f"Heard({self.said})"


def _hear(app: App, heard: Heard) -> None:
    now = app.clock.now()
    echo = Echo(
        channel="mail",
        message=heard.message,
        said=heard.said,
        for_good=heard.for_good,
        detail=heard.detail,
        at=now,
    )
    app.store.add_echoes([echo])
    app.wake()


ASKS["channels"] = plain(_stand)
ASKS["channels test"] = taking(Named, _check)
ASKS["channels secret"] = taking(Receiver, _secrets)
ASKS["delivery bounce"] = taking(Heard, _hear)


@click.group(invoke_without_command=True)
@DATA
@JSON
@click.pass_context
@in_one_line
def channels(context: click.Context, data: Path | None, *, as_json: bool) -> None:
    """Show each channel: what its account may send, and what it did today."""
    if context.invoked_subcommand is not None:
        return
    found = ask_or_open(data, "channels")
    if as_json:
        print_json(found)
        return
    table = Table("Channel", "May send", "Sent today", "Failed", "Arrived", "Lost after all")
    for one in found:
        name = f"{one['channel']} (avoided)" if one["avoided"] else one["channel"]
        today = one["today"]
        table.add_row(name, _limits(one["limits"]), *(str(today[w]) for w in ("sent", "failed", "arrived", "lost")))
    to_people.print(table)


def _limits(limits: list[dict[str, Any]]) -> str:
    told = [f"{one['per_day']} a day" if one["per_day"] is not None else f"{one['per_s']:g} a second" for one in limits]
    return ", ".join(told) or "no limit"


@channels.command("test")
@click.argument("name")
@DATA
@JSON
@in_one_line
def test(name: str, data: Path | None, *, as_json: bool) -> None:
    """Ask whether a channel's account is well. Nothing is sent."""
    found = ask_or_open(data, "channels test", name=name)
    if as_json:
        print_json(found)
    else:
        click.echo(found["sentence"])
    if not found["well"]:
        raise SystemExit(NO)


@channels.command("secret")
@click.argument("address")
@DATA
@JSON
@in_one_line
def secret(address: str, data: Path | None, *, as_json: bool) -> None:
    """Print the secret with which webhooks to ADDRESS are signed, to be handed to whoever receives them, and nobody else.

    ADDRESS is written as `tocsin people show` prints it; - is asked for, and not shown. During a change there are two
    secrets, the newest first.
    """
    said = str(click.prompt("Address", hide_input=True, err=True)) if address == "-" else address
    found = ask_or_open(data, "channels secret", address=said)
    if as_json:
        print_json(found)
        return
    for one in found["secrets"]:
        click.echo(one)


@delivery.command("bounce")
@click.option(
    "--to", "to", help="To whom the mail came; else what the mail server says (ORIGINAL_RECIPIENT, RECIPIENT)."
)
@DATA
@JSON
@in_one_line
def bounce(to: str | None, data: Path | None, *, as_json: bool) -> None:
    """Take in a mail that came back, from standard input: for a pipe in a mail server's aliases.

    What is no bounce of ours is let be, with exit code 0. With 75 the mail server is asked to come again.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    recipient = to or os.environ.get("ORIGINAL_RECIPIENT") or os.environ.get("RECIPIENT") or ""
    try:
        said = _taken(raw, recipient, data)
    except Unreachable as error:
        click.echo(f"tocsin: {error}", err=True)
        raise SystemExit(TRY_AGAIN) from error
    if as_json:
        print_json({"taken": not said, "why": said or None})
    elif said:
        click.echo(said, err=True)


def _taken(raw: bytes, to: str, data: Path | None) -> str:
    """Hand on what a mail says; return why there was nothing to hand on, if so."""
    settings = load_settings(data)
    try:
        echo = bounced(raw, settings.mail_sender, to, datetime.now(UTC))
    except Refused as error:
        return str(error)
    if echo is None:
        return "The mail says that the letter is still on its way."
    heard = Heard(message=echo.message, said=echo.said, for_good=echo.for_good, detail=echo.detail)
    try:
        ask_or_open(settings.data, "delivery bounce", **msgspec.to_builtins(heard))
    except TocsinError as error:  # whatever it is, it is not the mail's fault
        raise Unreachable(str(error)) from error
    return ""
