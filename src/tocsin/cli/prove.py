"""tocsin record prove, verify and open: what the record holds, shown to someone who need not trust us."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.ids import Id, keyed_id
from tocsin.basis.moment import rfc3339
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.record import DATA, JSON, record
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.flow.warning import open as opening
from tocsin.record import Verified, verify_proof
from tocsin.scenario.play import SCENARIO
from tocsin.store.kinds import HOLDS
from tocsin.store.look import Look
from tocsin.store.prove import Prover
from tocsin.warning.notice.facts import NoticeSent

SUFFIX = ".tlog-proof"
LARGEST = 8 << 20  # bytes of a file that is read


# ---- answered where the data is


class Proving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to prove. id: a warning, or the number of an entry. person: whose receipt of it; answer: or whose answer."""

    id: str
    person: str = ""
    answer: bool = False


class OpenAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of a notice is to be shown. fields: nothing for all that was opened."""

    id: str
    fields: tuple[str, ...] = ()


def _prove(app: App, asked: Proving) -> dict[str, Any]:
    app.publisher.publish(app.clock.now())
    with app.store.look() as look:
        prover = Prover(app.store, look, app.publisher.folder)
        if asked.person:
            make = prover.answer if asked.answer else prover.receipt
            return {"proof": make(id_of(app, look, asked.id), id_of(app, look, asked.person)).decode()}
        if asked.id.isascii() and asked.id.isdigit() and len(asked.id) < 16:
            return {"proof": prover.entry(int(asked.id)).decode()}
        seq = look.last_fact(id_of(app, look, asked.id), *HOLDS)
        if seq is None:
            raise Refused(f"The record holds nothing of {asked.id!r}. Name a warning, or the number of an entry.")
        return {"proof": prover.fact(seq).decode()}


def _open(app: App, asked: OpenAsked) -> dict[str, Any]:
    app.publisher.publish(app.clock.now())
    with app.store.look() as look:
        notice = id_of(app, look, asked.id)
        fields = opening.shown_fields(look, notice, asked.fields)
        seq = look.last_fact(notice, NoticeSent)
        if seq is None:
            raise Refused(f"Notice {asked.id} was never sent.")
        return {"proof": Prover(app.store, look, app.publisher.folder).fact(seq, fields).decode()}


def id_of(app: App, look: Look, name: str) -> Id:
    """Return the id behind a name: in a replay the scenario's own names lead to theirs."""
    scenario = app.store.recall(SCENARIO)
    if scenario is None or look.version(name):
        return name
    return keyed_id(app.store.secrets.links, "scenario", scenario, name)


ASKS["prove"] = taking(Proving, _prove)
ASKS["open"] = taking(OpenAsked, _open)


# ---- the commands

OUT = click.option(
    "--out", type=click.Path(path_type=Path, allow_dash=True), help="Where to write it; - is standard output."
)


@record.command()
@click.argument("id")
@click.option("--receipt-of", help="Prove what came of it to this person.")
@click.option("--answer-of", help="Prove what this person answered by link.")
@OUT
@DATA
@JSON
@in_one_line
def prove(
    id: str, receipt_of: str | None, answer_of: str | None, out: Path | None, data: Path | None, as_json: bool
) -> None:
    """Write a proof that the record holds ID: a warning, or the number of an entry.

    Of a notice it shows that it was sealed, and nothing of what it says; for that it is opened first (tocsin record open).
    """
    if receipt_of and answer_of:
        raise Refused("Ask for the receipt or for the answer, one at a time.")
    person = receipt_of or answer_of or ""
    found = ask_or_open(data, "prove", id=id, person=person, answer=bool(answer_of))
    kind = "answer" if answer_of else "receipt" if receipt_of else "entry" if id.isdigit() else "warning"
    _write(found["proof"], out, f"{kind}-{id}{SUFFIX}", as_json)


@record.command("open")
@click.argument("id")
@click.option("--field", "fields", multiple=True, help="Show this of the notice; without it, all that was opened.")
@OUT
@DATA
@JSON
@in_one_line
def open_(id: str, fields: Sequence[str], out: Path | None, data: Path | None, as_json: bool) -> None:
    """Write a proof of what an opened notice said, which anyone can verify offline."""
    found = ask_or_open(data, "open", id=id, fields=list(fields))
    _write(found["proof"], out, f"notice-{id}{SUFFIX}", as_json)


def _write(proof: str, out: Path | None, name: str, as_json: bool) -> None:
    if as_json:
        print_json({"proof": proof})
    elif str(out) == "-":
        sys.stdout.write(proof)
    else:
        place = out or Path(name.replace("/", "_"))
        place.write_text(proof)
        click.echo(f"Written to {place}. Check it with: tocsin record verify {place} --policy FILE", err=True)


@record.command()
@click.argument("proof", type=click.Path(path_type=Path))
@click.option(
    "--policy", type=click.Path(path_type=Path), required=True, help="Whose signatures count (a C2SP tlog-policy)."
)
@click.option(
    "--payload", type=click.Path(path_type=Path), help="What is said to be in the record: an entry, or a CAP message."
)
@JSON
@in_one_line
def verify(proof: Path, policy: Path, payload: Path | None, as_json: bool) -> None:
    """Check PROOF offline, with nothing but these files."""
    named = None if payload is None else _read(payload)
    found = verify_proof(_read(proof), _read(policy), named, now=datetime.now(UTC))
    if as_json:
        print_json(_shown(found))
    else:
        for line in _lines(found):
            click.echo(line)
    if not found.ok:
        raise SystemExit(NO)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            raw = source.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise Refused(f"There is no file {file}.") from error
    except OSError as error:
        raise Unreachable(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > LARGEST:
        raise Refused(f"{file} has more than {LARGEST >> 20} MiB; no proof, policy or payload is so long.")
    return raw


def _shown(found: Verified) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "size": found.size,
        "root": found.root,
        "problems": found.problems,
        "origin": found.origin,
        "witnessed": [{"name": name, "at": rfc3339(at)} for name, at in found.witnessed],
        "since": [{"name": name, "at": rfc3339(at)} for name, at in found.since],
        "entry": found.entry,
        "sealed_at": None if found.sealed_at is None else rfc3339(found.sealed_at),
        "shown": found.shown,
        "receipt": found.receipt,
    }


def _lines(found: Verified) -> list[str]:
    if not found.ok:
        return found.problems
    lines = [f"It is in the record {found.origin} of {found.size} entries."]
    lines += [f"Seen by {name} at {rfc3339(at)}." for name, at in found.witnessed]
    if found.sealed_at is not None:
        lines.append(f"Sealed at {rfc3339(found.sealed_at)}, by the record's own clock.")
    lines += [f"By then already seen by {name}: {rfc3339(at)}." for name, at in found.since]
    lines += [f"{name}: {value}" for name, value in (found.shown | (found.receipt or {})).items()]
    if found.entry is not None and found.sealed_at is None:
        lines += [f"{name}: {value}" for name, value in found.entry.items()]
    return lines
