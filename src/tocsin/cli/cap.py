"""tocsin cap: judge messages of the Common Alerting Protocol, and make the key that signs ours."""

import os
import sys
import tomllib
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec
from cryptography import x509
from rich.console import Console
from rich.table import Table

from tocsin.app import App, WallClock
from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.cap import Alert
from tocsin.cap.judge import Opened, judge_all, judged_in_chain
from tocsin.cap.problem import Problem
from tocsin.cap.profiles import DEFAULT, PROFILES
from tocsin.cap.profiles.profile import Earlier
from tocsin.cap.rules import source_of
from tocsin.cap.signature import Pinned, Pins
from tocsin.cap.xml import LARGE
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.files import bytes_of, each_of, shown_name
from tocsin.cli.speak import NO, in_one_line
from tocsin.flow.warning.cap_key import new_cap_key
from tocsin.store import chains

SENDERS = "senders.toml"
MOST_NAMED = 200  # references whose chains are looked for
WIDE = 200  # columns, where no terminal says how many it has


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages are named: sender, identifier, sent."""

    messages: tuple[tuple[str, str, datetime], ...]


def _chains(app: App, asked: Named) -> list[Earlier]:
    with app.store.look() as look:
        found = chains.chain_about(look.connection, asked.messages)
    return [Earlier(**{name: getattr(one, name) for name in Earlier.__struct_fields__}) for one in found]


ASK = "cap chains"
ASKS[ASK] = taking(Named, lambda app, asked: msgspec.to_builtins(_chains(app, asked)))


def _known(data: Path, alert: Alert) -> list[Earlier]:
    """Return what has come in of the chains that a message names."""
    if not alert.references:
        return []
    named = [(one.sender, one.identifier, rfc3339(one.sent)) for one in alert.references[:MOST_NAMED]]
    found: list[Earlier] = msgspec.convert(ask_or_open(data, ASK, messages=named), list[Earlier])
    return found


@click.group()
def cap() -> None:
    """Judge messages of the Common Alerting Protocol, and make the key that signs ours."""


@cap.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--profile", default=DEFAULT, show_default=True, help=f"By whose rules: {', '.join(PROFILES)}.")
@click.option("--require-signature", is_flag=True, help="Refuse what no pinned key has signed.")
@click.option("--keys", type=click.Path(path_type=Path), help=f"A directory of pinned certificates, with {SENDERS}.")
@click.option(
    "--chains",
    "data",
    type=click.Path(path_type=Path),
    help="A data directory: judge each message also by those of its chain that came in there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value a line, one line a file.")
@in_one_line
def check(
    files: tuple[str, ...], profile: str, require_signature: bool, keys: Path | None, data: Path | None, as_json: bool
) -> None:
    """Say of each FILE whether it keeps the standard; - is standard input, a directory all the files in it.

    The exit code is 0 if each is right, 1 if one is not, 2 if something was asked wrongly.
    """
    if profile not in PROFILES:
        raise Refused(f"There is no profile {profile[:80]!r}. There are: {', '.join(PROFILES)}.")
    pins = read_pins(keys) if keys is not None else {}
    right = True
    named = list(each_of(files))
    for given in named:
        raw, unreadable = bytes_of(given, LARGE.bytes)
        name = shown_name(given)
        found = _unread(unreadable) if raw is None else _judged(raw, profile, pins, require_signature=require_signature)
        if data is not None:
            found = judged_in_chain(found, profile, partial(_known, data))
        right &= found.ok
        if as_json:
            sys.stdout.write(msgspec.json.encode(_line(name, found)).decode() + "\n")
            sys.stdout.flush()
        else:
            _show(name, found)
    if not right:
        raise SystemExit(NO)


@cap.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="Tocsin", show_default=True, help="Whose it is, as the certificate says.")
@click.option("--years", type=click.IntRange(1, 30), default=10, show_default=True, help="How long that holds.")
@in_one_line
def key(file: Path, name: str, years: int) -> None:
    """Make a key that signs our CAP messages, with its certificate, in FILE; nobody else may read it."""
    made, fingerprint = new_cap_key(name, years, WallClock().now())
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise Refused(f"{file} is there already, and a key is never overwritten. Name another file.") from None
    with os.fdopen(handle, "wb") as into:
        into.write(made)
        into.flush()
        os.fsync(into.fileno())
    click.echo(f"{file} holds a new key. Set TOCSIN_CAP_KEY={file.resolve()} and start again.")
    click.echo(f"SHA-256 of its certificate: {fingerprint}")


def _judged(raw: bytes, profile: str, pins: Pins, *, require_signature: bool) -> Opened:
    """Judge the messages of one file. Should we fail in that, the other files are judged all the same."""
    try:
        return judge_all(raw, profile=profile, pins=pins, require_signature=require_signature)
    except Exception as problem:  # noqa: BLE001  (whatever a stranger's bytes make of us)
        return _unread(f"The file could not be judged, which is a fault of Tocsin's: {type(problem).__name__}")


def _unread(why: str) -> Opened:
    problem = Problem(rule="file", severity="error", message=why, where="/")
    return Opened(kind="file", ok=False, problems=(problem,), verdicts=())


def _line(name: str, found: Opened) -> dict[str, Any]:
    first = found.verdicts[0] if found.verdicts else None
    line = {
        "file": name,
        "ok": found.ok,
        "version": first.version if first else None,
        "identifier": first.identifier if first else None,
        "sender": first.sender if first else None,
        "problems": [{**msgspec.to_builtins(each), "source": source_of(each.rule)} for each in found.problems],
        "kind": found.kind,
    }
    if first and found.kind == "alert":
        line["signature"] = {"state": first.signed.state, "key": first.signed.key}
    elif found.kind != "file":
        line["messages"] = [
            {
                "ok": each.ok,
                "version": each.version,
                "identifier": each.identifier,
                "sender": each.sender,
                "signature": {"state": each.signed.state, "key": each.signed.key},
            }
            for each in found.verdicts
        ]
    return line


def _show(name: str, found: Opened) -> None:
    first = found.verdicts[0] if found.verdicts else None
    about = f"CAP {first.version}" if first and first.version else found.kind
    if found.kind not in {"alert", "file"}:
        about = f"{found.kind}, {len(found.verdicts)} messages"
    click.echo(f"{'right' if found.ok else 'WRONG'}  {name}  ({about})")
    if found.problems:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        for _ in range(4):
            table.add_column(overflow="fold")
        for each in found.problems:
            table.add_row(f"  {each.severity}", each.rule, each.where, each.message)
        Console(width=None if sys.stdout.isatty() else WIDE, markup=False, highlight=False).print(table)


def read_pins(folder: Path) -> Pins:
    """Read which certificates are pinned for which sender.

    Raises:
        Refused: senders.toml or a certificate that it names is missing or cannot be read.
    """
    place = folder / SENDERS
    try:
        named = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Refused(f"{place} cannot be read: {problem}.") from problem
    pins: dict[str, list[Pinned]] = {}
    for sender, files in named.items():
        if not isinstance(files, list) or not files or not all(isinstance(file, str) for file in files):
            raise Refused(f'{place}: after {sender!r} write a list of files, like ["2031.pem"].')
        pins[sender] = [Pinned(file, one) for file in files for one in _certificates(folder / file)]
    return pins


def _certificates(file: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as problem:
        raise Refused(f"{file} is no certificate in PEM.") from problem
