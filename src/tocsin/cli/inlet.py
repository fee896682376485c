"""tocsin inlet: by which ways others' alerts come in, how it goes with each, and what of them is in force."""

import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec.structs import replace
from rich.table import Table

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339, utc
from tocsin.cap.xml import LARGE
from tocsin.cli.cap import SENDERS
from tocsin.cli.control import ASKS, ask_or_open, plain, taking
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.cli.speak import people as to_people
from tocsin.flow.others import inlets as ways_in
from tocsin.flow.others.inbox import folder_of
from tocsin.flow.others.intake import Came, take_many
from tocsin.flow.people.forget import CONSOLE
from tocsin.report.inlet import Inlet, InletKey, InletKind, InletTerms
from tocsin.store import inlets, strangers
from tocsin.store.look import Look
from tocsin.store.strangers import Stranger

MOST_SHOWN = 1_000


# ---- answered where the data is


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which inlet is meant."""

    name: str


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of an inlet is to be otherwise; what is None stays."""

    name: str
    publisher: str | None = None
    address: str | None = None
    every_s: int | None = None
    senders: tuple[str, ...] | None = None
    keys: tuple[InletKey, ...] | None = None
    signed: bool | None = None
    licence: str | None = None
    shown: bool | None = None
    is_on: bool | None = None
    private: bool | None = None
    plain: bool | None = None


class TokenAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose token is drawn anew, or taken away."""

    name: str
    revoke: bool = False


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files that are handed in by hand, by their whole paths."""

    name: str
    files: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Files({self.name})"


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When something was in force. as_known: by what had come by then."""

    at: datetime | None = None
    as_known: bool = False


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which message is meant: its identifier, or the beginning of its name."""

    message: str


def _add(app: App, terms: InletTerms) -> dict[str, Any]:
    command, now = f"inlet add:{app.store.new_id()}", app.clock.now()
    ways_in.add_inlet(app.house, terms, by=CONSOLE, command=command, now=now)
    found = _one(app, Named(terms.name))
    if terms.kind is InletKind.PUSH:
        found |= _token(app, TokenAsked(terms.name))
    return found


def _change(app: App, asked: Changes) -> dict[str, Any]:
    command, now = f"inlet change:{app.store.new_id()}", app.clock.now()
    with app.store.look() as look:
        one = ways_in.inlet_named(look, asked.name)
    said = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not None}
    ways_in.change_inlet(app.house, one.id, replace(one.terms, **said), by=CONSOLE, command=command, now=now)
    return _one(app, Named(asked.name))


def _token(app: App, asked: TokenAsked) -> dict[str, Any]:
    with app.store.look() as look:
        one = ways_in.inlet_named(look, asked.name)
    token = None if asked.revoke else ways_in.new_token(app.house)
    command, now = f"inlet token:{app.store.new_id()}", app.clock.now()
    ways_in.set_token(app.house, one.id, token, by=CONSOLE, command=command, now=now)
    return {"name": one.name, "token": token}


def _list(app: App) -> list[dict[str, Any]]:
    with app.store.look() as look:
        return [_told(app, look, one) for one in ways_in.inlets(look)]


def _one(app: App, asked: Named) -> dict[str, Any]:
    with app.store.look() as look:
        one = ways_in.inlet_named(look, asked.name)
        refused = inlets.refusals(look.connection, one.id, 20)
        return {
            **_told(app, look, one),
            "senders": list(one.senders),
            "keys": [{"sender": key.sender, "name": key.name} for key in one.keys],
            "licence": one.licence,
            "private": one.private,
            "plain": one.plain,
            "refusals": [{"at": each.at, "what": each.what, "sha256": each.sha256.hex(), "why": each.why} for each in refused],
        }  # fmt: skip


def _told(app: App, look: Look, one: Inlet) -> dict[str, Any]:
    stands, (listed, waiting) = inlets.stands(look.connection, one.id), inlets.items(look.connection, one.id)
    return {
        "name": one.name,
        "publisher": one.publisher,
        "kind": one.kind.value,
        "address": str(folder_of(app.store.data, one.name, one.address))
        if one.kind is InletKind.FOLDER
        else one.address,
        "on": one.is_on,
        "shown": one.shown,
        "signed": one.signed,
        "every_s": one.every_s,
        "due": stands.due,
        "asked_at": stands.asked_at,
        "heard_at": stands.heard_at,
        "failures": stands.failures,
        "trouble": stands.trouble or None,
        "newest_sent": stands.newest_sent,
        "kept": stands.kept,
        "refused": stands.refused,
        "listed": listed,
        "waiting": waiting,
    }


def _ask(app: App, asked: Named) -> dict[str, Any]:
    with app.store.look() as look:
        one = ways_in.inlet_named(look, asked.name)
    if one.kind is not InletKind.FEED or not one.is_on:
        raise Refused(f"{one.name!r} is no feed that can be asked" + ("." if one.is_on else ": it is off."))
    app.poller.ask_now(one)
    return _one(app, asked)


def _take(app: App, asked: Files) -> list[dict[str, Any]]:
    with app.store.look() as look:
        one = ways_in.inlet_named(look, asked.name)
    if not one.is_on:
        raise Refused(f"{one.name!r} is off, and takes nothing.")
    came = [_came(Path(file)) for file in asked.files]
    told = take_many(app.store, one, came, app.clock.now())
    return [
        {"file": each.what, "messages": [msgspec.to_builtins(message) for message in messages]}
        for each, messages in zip(came, told, strict=True)
    ]


def _came(file: Path) -> Came:
    try:
        with file.open("rb") as opened:
            return Came(raw=opened.read(LARGE.bytes + 1), what=file.name)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or 'no such file'}.") from error


def _in_force(app: App, asked: Moment) -> dict[str, Any]:
    at = asked.at or app.clock.now()
    with app.store.look() as look:
        known = at if asked.as_known else None
        count, found = strangers.in_force(look.connection, at, known_by=known, most=MOST_SHOWN)
        names = _names(look)
    return {"at": at, "count": count, "alerts": [_stranger(one, names) for one in found]}


def _chain(app: App, asked: Said) -> dict[str, Any]:
    with app.store.look() as look:
        found = strangers.names(look.connection, asked.message)
        if not found:
            raise Refused("No message of that identifier or name has come in.")
        one = strangers.find(look.connection, found[0])
        assert one is not None  # noqa: S101  it was just named
        chain, names = strangers.chain_of(look.connection, one.stranger.standing.number), _names(look)
    return {
        "message": {
            **_stranger(one.stranger, names),
            "received_at": one.received_at,
            "ok": one.ok,
            "signature": one.signature,
            "signed_by": one.signed_by,
            "problems": [msgspec.to_builtins(each) for each in one.problems],
        },
        "chain": [_stranger(each, names) for each in chain],
        "also": found[1:],
    }


def _names(look: Look) -> dict[str, str]:
    return {one.id: one.name for one in look.all(Inlet)}


def _stranger(one: Stranger, names: dict[str, str]) -> dict[str, Any]:
    first = one.gists[0] if one.gists else None
    return {
        "name": one.name,
        "sender": one.standing.sender,
        "identifier": one.standing.identifier,
        "sent": one.standing.sent,
        "msg_type": one.standing.msg_type,
        "status": one.standing.status,
        "scope": one.standing.scope,
        "begins": one.standing.begins,
        "ends": one.standing.ends,
        "event": first.event if first else "",
        "headline": first.headline if first else "",
        "area": first.area if first else "",
        "odd": list(one.standing.odd),
        "vanished_at": one.vanished,
        "inlets": [names.get(way.inlet, way.inlet) for way in one.ways],
    }


ASKS["inlet add"] = taking(InletTerms, _add)
ASKS["inlet change"] = taking(Changes, _change)
ASKS["inlet token"] = taking(TokenAsked, _token)
ASKS["inlet list"] = plain(_list)
ASKS["inlet show"] = taking(Named, _one)
ASKS["inlet ask"] = taking(Named, _ask)
ASKS["inlet take"] = taking(Files, _take)
ASKS["inlet in-force"] = taking(Moment, _in_force)
ASKS["inlet chain"] = taking(Said, _chain)


# ---- the commands


@click.group()
def inlet() -> None:
    """Take in others' alerts: feeds that are asked, programs that push, folders that files are laid into.

    What comes in is kept and shown as theirs. It issues, ends and raises nothing of ours.
    """


def _terms(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which an inlet is told."""
    options = (
        click.option("--publisher", help="Whose alerts they are; it stands beside each of them."),
        click.option("--every", "every_s", type=int, help="Ask the feed every so many seconds; 60 if nothing is said."),
        click.option(
            "--sender", "senders", multiple=True, help="Take only this sender's messages; may be said several times."
        ),
        click.option(
            "--keys",
            "pinned",
            type=click.Path(path_type=Path),
            help=f"A directory of pinned certificates, with {SENDERS}, as for `tocsin cap check`.",
        ),
        click.option("--require-signature/--no-signature", "signed", default=None, help="Take only what a pinned key has signed."),
        click.option("--licence", help="Under which they may be shown, or what their publisher asks to be said."),
        click.option("--shown/--hidden", "shown", default=None, help="Show them on the public site too, or at the desk alone."),
        click.option("--private/--public", "private", default=None, help="Let the feed lead to private networks, if TOCSIN_INLET_PRIVATE lets any."),
        click.option("--plain/--https", "plain", default=None, help="Let a feed under https link to alerts under http, which anybody on the way can alter."),
    )  # fmt: skip
    for option in (*reversed(options), JSON, DATA):
        command = option(command)
    return command


@inlet.command("add")
@click.argument("name")
@click.option("--feed", metavar="URL", help="Ask this address: Atom, RSS 2.0, a CAP index, EDXL-DE or an alert itself.")
@click.option("--push", is_flag=True, help="Let a program push, with a token that is printed once.")
@click.option("--folder", metavar="[PATH]", is_flag=False, flag_value="", help="Read what is laid into this folder; without PATH into inbox/NAME in the data directory.")  # fmt: skip
@_terms
@in_one_line
def add(name: str, feed: str | None, *, push: bool, folder: str | None, as_json: bool, data: Path | None, **said: Any) -> None:  # fmt: skip
    """Open a way in for others' alerts, called NAME: one of --feed, --push and --folder."""
    if sum((feed is not None, push, said_folder := folder is not None)) != 1:
        raise Refused("Say one of --feed URL, --push and --folder [PATH]: how the alerts come in.")
    kind = InletKind.FEED if feed is not None else InletKind.PUSH if push else InletKind.FOLDER
    address = feed or (folder if said_folder else "") or ""
    if not said["publisher"]:
        raise Refused("Say whose alerts they are, with --publisher: it stands beside each of them.")
    terms = {name: value for name, value in _given(said).items() if value is not None}
    asked = {"name": name, "kind": kind.value, "address": address, **terms}
    found = ask_or_open(data, "inlet add", **asked)
    if as_json:
        print_json(found)
        return
    click.echo(
        f"{name} is open. Its alerts are shown {'on the public site and ' if found['shown'] else ''}at the desk."
    )
    if token := found.get("token"):
        click.echo(f"Its token, which is not shown again:\n{token}")


@inlet.command("change")
@click.argument("name")
@click.option("--feed", "address", metavar="URL", help="Ask this address instead.")
@click.option("--on/--off", "is_on", default=None, help="Take in again, or nothing any more.")
@_terms
@in_one_line
def change(name: str, address: str | None, *, is_on: bool | None, as_json: bool, data: Path | None, **said: Any) -> None:  # fmt: skip
    """Change what an inlet is, or turn it off. What it did not take before is judged again."""
    asked = {"address": address, "is_on": is_on, **_given(said)}
    found = ask_or_open(
        data, "inlet change", name=name, **{one: value for one, value in asked.items() if value is not None}
    )
    if as_json:
        print_json(found)
    else:
        click.echo(f"Done: {name}.")


def _given(said: dict[str, Any]) -> dict[str, Any]:
    pinned, senders = said["pinned"], said["senders"]
    return {
        "publisher": said["publisher"],
        "every_s": said["every_s"],
        "senders": list(senders) or None,
        "keys": _keys(pinned) if pinned is not None else None,
        "signed": said["signed"],
        "licence": said["licence"],
        "private": said["private"],
        "plain": said["plain"],
        "shown": said["shown"],
    }


def _keys(folder: Path) -> list[dict[str, str]]:
    """Read which certificates are pinned for which sender.

    Raises:
        Refused: senders.toml or a certificate that it names cannot be read.
    """
    place = folder / SENDERS
    try:
        named = tomllib.loads(place.read_text(encoding="utf-8"))
        return [
            {"sender": sender, "name": str(file), "certificate": (folder / str(file)).read_text(encoding="ascii")}
            for sender, files in named.items()
            for file in (files if isinstance(files, list) else [files])
        ]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Refused(f"{place}, or a certificate that it names, cannot be read: {problem}.") from problem


@inlet.command("token")
@click.argument("name")
@click.option("--revoke", is_flag=True, help="Let nobody push any more.")
@DATA
@JSON
@in_one_line
def token(name: str, data: Path | None, *, revoke: bool, as_json: bool) -> None:
    """Draw a new token for an inlet that is pushed to, and print it once. The one before is worth nothing any more."""
    found = ask_or_open(data, "inlet token", name=name, revoke=revoke)
    if as_json:
        print_json(found)
    else:
        click.echo("Nobody can push any more." if revoke else found["token"])


@inlet.command("list")
@DATA
@JSON
@in_one_line
def list_(data: Path | None, *, as_json: bool) -> None:
    """Show each inlet and how it goes with it."""
    found = ask_or_open(data, "inlet list")
    if as_json:
        print_json(found)
        return
    table = Table("Inlet", "Whose", "How", "Last heard", "Newest alert", "Kept", "Refused", "Waiting", "Trouble")
    for one in found:
        how = one["kind"] if one["on"] else f"{one['kind']} (off)"
        times = [one[name] or "never" for name in ("heard_at", "newest_sent")]
        counts = [str(one[name]) for name in ("kept", "refused", "waiting")]
        table.add_row(one["name"], one["publisher"], how, *times, *counts, one["trouble"] or "")
    to_people.print(table)


@inlet.command("show")
@click.argument("name")
@DATA
@JSON
@in_one_line
def show(name: str, data: Path | None, *, as_json: bool) -> None:
    """Show one inlet, and what it did not take lately and why."""
    _print_one(ask_or_open(data, "inlet show", name=name), as_json=as_json)


@inlet.command("ask")
@click.argument("name")
@DATA
@JSON
@in_one_line
def ask(name: str, data: Path | None, *, as_json: bool) -> None:
    """Ask a feed now. The exit code is 1 if it could not be read."""
    found = ask_or_open(data, "inlet ask", patience_s=600, name=name)
    _print_one(found, as_json=as_json)
    if found["trouble"]:
        raise SystemExit(NO)


def _print_one(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if name != "refusals":
            click.echo(f"{name}: {value if value is not None else 'none'}")
    for one in found["refusals"]:
        click.echo(f"not taken, {one['at']}: {one['what']}: {one['why']}")


@inlet.command("take")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@DATA
@JSON
@in_one_line
def take(name: str, files: tuple[Path, ...], data: Path | None, *, as_json: bool) -> None:
    """Hand FILES in through an inlet by hand, a directory with all files in it. The exit code is 1 if nothing of one was taken."""
    every = [file for given in files for file in (sorted(given.rglob("*")) if given.is_dir() else [given])]
    named = [str(file.absolute()) for file in every if not file.is_dir()]
    refused = 0
    for start in range(0, len(named), 100):
        found = ask_or_open(data, "inlet take", name=name, files=named[start : start + 100])
        for one in found:
            fates = [each["became"] for each in one["messages"]]
            refused += all(fate == "refused" for fate in fates)
            if as_json:
                print_json(one)
            else:
                whys = " ".join(dict.fromkeys(f"{each['why']}." for each in one["messages"] if each["why"]))
                counts = ", ".join(f"{fates.count(fate)} {fate}" for fate in dict.fromkeys(fates))
                click.echo(f"{one['file']}: {counts}. {whys}".rstrip())
    if refused:
        raise SystemExit(NO)


@inlet.command("in-force")
@click.option("--at", help="At this moment, like 2024-03-07T18:00:00Z; now if nothing is said.")
@click.option("--as-known", is_flag=True, help="By what had come in by that moment, not by what is known now.")
@DATA
@JSON
@in_one_line
def in_force(at: str | None, data: Path | None, *, as_known: bool, as_json: bool) -> None:
    """Show which of others' alerts are in force, or were at any past moment."""
    moment: dict[str, Any] = {"at": rfc3339(utc(at))} if at else {}
    found = ask_or_open(data, "inlet in-force", as_known=as_known, **moment)
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['count']} in force")
    for one in found["alerts"]:
        _print_stranger(one)


def _print_stranger(one: dict[str, Any]) -> None:
    odd = "".join(f"\n    ! {each}" for each in one["odd"])
    gone = f"\n    ! gone from its feed since {one['vanished_at']}, which is no cancel" if one["vanished_at"] else ""
    meant = "" if one["status"] == "Actual" else f" [{one['status'] or 'no status'}]"
    click.echo(
        f"{one['name'][:12]}  {one['sent']}  {one['msg_type']}{meant}  {one['event'] or one['headline']}: {one['area']}"
    )
    click.echo(f"    {one['sender']}, {one['identifier']}; until {one['ends']}{odd}{gone}")


@inlet.command("chain")
@click.argument("message")
@DATA
@JSON
@in_one_line
def chain(message: str, data: Path | None, *, as_json: bool) -> None:
    """Show the chain of one of others' alerts, MESSAGE: its identifier, or at least eight digits of its name."""
    found = ask_or_open(data, "inlet chain", message=message)
    if as_json:
        print_json(found)
        return
    for one in found["chain"]:
        _print_stranger(one)
    this = found["message"]
    click.echo(f"{this['name'][:12]} came {this['received_at']}; signature: {this['signature']}")
    for each in this["problems"]:
        click.echo(f"    {each['severity']}: {each['rule']}: {each['message']}")
