"""tocsin stix export, tocsin stix import: hand a case out, take a bundle in, or say what would become of each item."""

from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.ids import Id, keyed_id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.cli.stix import stix
from tocsin.flow.exchange.hand_out import Wish, hand_out, offer
from tocsin.flow.exchange.listed import items
from tocsin.flow.exchange.take import Arrival, take_in
from tocsin.flow.report import receive
from tocsin.people.state import Person
from tocsin.report.facts import Reliability, SourceListed
from tocsin.stix import LIMITS
from tocsin.store.door import Door
from tocsin.threat.handed_out import Released

PATIENCE_S = 300.0
LONGEST_NAME = 200
MARKS = {mark.value.removeprefix("TLP:"): mark for mark in Mark}
WHO = click.option("--as", "name", required=True, help="The sign-in name of the officer who does it.")
MARK = click.Choice(list(MARKS), case_sensitive=False)


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    passphrase: str
    dry_run: bool = False

    def __repr__(self) -> str:
        return type(self).__name__ + "()"


class HandOut(_Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A case to hand out; see Wish."""

    threat: Id
    mark: Mark
    whom: str = ""
    to: tuple[Id, ...] = ()
    within: bool | None = None
    released: tuple[Released, ...] = ()


class TakeIn(_Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file to take in, by its path; see Arrival."""

    file: str
    source: Id
    unmarked: Mark = Mark.AMBER
    readers: tuple[Id, ...] = ()


class ListSender(_Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who sends us things, to be listed as a source."""

    sender: str
    kind: str
    reliability: Reliability
    why: str = ""


def _who(app: App, asked: _Signed) -> Reader:
    by = identify(app, asked.name, asked.passphrase, Role.WATCH_OFFICER, Role.DUTY_OFFICER)
    with app.store.look() as look:
        person = look.get(Person, by)
    return Reader(person=by, roles=frozenset(person.roles), cleared_to=person.cleared_to)


def _export(app: App, asked: HandOut) -> dict[str, Any]:
    reader, now, handing = _who(app, asked), app.clock.now(), app.store.new_id()
    wish = Wish(
        threat=asked.threat,
        mark=asked.mark,
        whom=asked.whom,
        to=asked.to,
        within=asked.within,
        released=asked.released,
    )
    with app.store.look() as look:
        made = offer(app.house, look, wish, reader, handing, now)
    told = {
        "handing": None,
        "sha256": made.sha256,
        "mark": wish.mark,
        "within": made.within,
        "items": items(made),
        "bundle": None,
    }
    if asked.dry_run:
        return told
    by = str(reader.person)
    file = hand_out(app.house, handing, wish, reader, by=by, command=f"stix export:{handing}", now=now)
    return {**told, "handing": handing, "bundle": file.decode()}


def _import(app: App, asked: TakeIn) -> dict[str, Any]:
    reader = _who(app, asked)
    arrival = Arrival(file=_read(Path(asked.file)), source=asked.source, unmarked=asked.unmarked, readers=asked.readers)
    command = f"stix import:{app.store.new_id()}"
    now, by = app.clock.now(), str(reader.person)
    found = take_in(app.house, arrival, reader, by=by, command=command, now=now, dry_run=asked.dry_run)
    plain: dict[str, Any] = msgspec.to_builtins(found)
    return plain


def _source(app: App, asked: ListSender) -> dict[str, Any]:
    by, now, called = str(_who(app, asked).person), app.clock.now(), " ".join(asked.sender.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise Refused(f"Name the source: in one line of at most {LONGEST_NAME} characters.")
    id = keyed_id(app.store.secrets.links, "source", called.casefold())  # said twice, it is one
    listed = SourceListed(
        subject=id, occurred_at=now, name=called, source_kind=asked.kind, reliability=asked.reliability, why=asked.why
    )
    if not asked.dry_run:
        receive.list_source(app.house, listed, by=by, command=f"stix source:{app.store.new_id()}", now=now)
    return {"source": id, "name": called, "kind": asked.kind, "reliability": asked.reliability.value}


def _sources(app: App, asked: _Signed) -> list[dict[str, Any]]:
    reader = _who(app, asked)
    with app.store.look() as look:
        return [
            {"source": one.id, "name": one.name, "kind": one.source_kind, "reliability": one.reliability.value}
            for one in Door(look, reader).all_sources()
        ]


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as source:
            return source.read(LIMITS.bytes + 1)
    except OSError as error:
        raise Unreachable(f"{file} cannot be read: {error.strerror}.") from error


ASKS["stix export"] = taking(HandOut, _export)
ASKS["stix import"] = taking(TakeIn, _import)
ASKS["stix source"] = taking(ListSender, _source)
ASKS["stix sources"] = taking(_Signed, _sources)


@stix.command("export")
@click.argument("case")
@click.option("--mark", type=MARK, required=True, help="How far it may go: nothing stricter leaves.")
@click.option("--for", "whom", default="", help="For whom it is; that is written down with what went.")
@click.option(
    "--reader", "to", multiple=True, metavar="ID", help="Who will have it, by id. RED goes to its named readers alone."
)
@click.option(
    "--within",
    is_flag=True,
    help="It stays within our organisation; asked at AMBER+STRICT. Without it, what came to us at that mark stays.",
)
@click.option(
    "--release",
    "released",
    multiple=True,
    metavar="KEY=WHY",
    help="Let a text go that holds words of stricter material.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would leave and what would stay.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; without it, the bundle is printed.")
@WHO
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def export(case: Id, mark: str, dry_run: bool, out: Path | None, as_json: bool, **more: Any) -> None:
    """Hand CASE out as a STIX bundle, no further than --mark lets it go. That it went is written down."""
    if out is not None and out.exists():
        raise Refused(f"{out} is there already. Name a file that is not.")
    found = ask_or_open(
        more["data"],
        "stix export",
        patience_s=PATIENCE_S,
        name=more["name"],
        passphrase=read_passphrase(more["name"], more["passphrase_file"]),
        threat=case,
        mark=MARKS[mark.upper()].value,
        whom=more["whom"],
        to=list(more["to"]),
        within=more["within"] or None,
        released=[_released(one) for one in more["released"]],
        dry_run=dry_run,
    )
    bundle = found.pop("bundle")
    if out is not None and bundle is not None:
        out.write_text(bundle, encoding="utf-8")
    if as_json:
        print_json({**found, "file": str(out) if out else None, **({} if out else {"bundle": bundle})})
        return
    for one in found["items"] if dry_run or out else []:
        click.echo(f"{'leaves' if one['stays'] is None else 'STAYS '}  {one['key']}  {one['title']}{_because(one)}")
    if bundle is not None and out is None:
        click.echo(bundle, nl=False)


def _because(one: dict[str, Any]) -> str:
    return f"  ({one['why']}{': ' + ', '.join(one['words']) if one['words'] else ''})" if one["stays"] else ""


def _released(said: str) -> dict[str, str]:
    key, equals, why = said.partition("=")
    if not equals or not why.strip():
        raise Refused(f"Write --release like assessment:2=WHY, with why it may go; {key[:80]!r} says none.")
    return {"key": key, "why": why}


@stix.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, metavar="ID", help="Who sent it, by the id of a listed source.")
@click.option("--unmarked", type=MARK, default="AMBER", show_default=True, help="How far goes what nobody has marked.")
@click.option("--reader", "readers", multiple=True, metavar="ID", help="Who besides you may read what is RED in it.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would become of each object.")
@WHO
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def import_(file: Path, unmarked: str, dry_run: bool, as_json: bool, **more: Any) -> None:
    """Take in the STIX bundle in FILE: what says something becomes a report, and everything is kept whole."""
    found = ask_or_open(
        more["data"],
        "stix import",
        patience_s=PATIENCE_S,
        name=more["name"],
        passphrase=read_passphrase(more["name"], more["passphrase_file"]),
        file=str(file.absolute()),
        source=more["source"],
        unmarked=MARKS[unmarked.upper()].value,
        readers=list(more["readers"]),
        dry_run=dry_run,
    )
    if as_json:
        print_json({**found, "dry_run": dry_run})
        return
    for fate in found["fates"]:
        why = f"  {fate['why']}" if fate["why"] else ""
        click.echo(f"{fate['became']:10}  {fate['foreign_id'] or '(no id)'}  {fate['mark']}{why}")
    for problem in found["problems"]:
        click.echo(f"  {problem['severity']}  {problem['rule']}  {problem['where']}  {problem['message']}", err=True)
    counts = Counter(fate["became"] for fate in found["fates"])
    said = ", ".join(f"{count} {word}" for word, count in sorted(counts.items())) or "nothing in it"
    click.echo(f"{said}.{' Nothing was written: this was a dry run.' if dry_run else ''}")


@stix.command("source")
@click.argument("sender", metavar="NAME")
@click.option("--kind", default="partner", show_default=True, help="What it is, in a word: partner, press, service.")
@click.option(
    "--reliability",
    type=click.Choice(list(Reliability), case_sensitive=False),
    default=Reliability.F,
    show_default=True,
    help="How far it can be relied on, by the Admiralty code; F: that cannot be judged yet.",
)
@click.option("--why", default="", help="Why so.")
@WHO
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def source(sender: str, as_json: bool, **more: Any) -> None:
    """List NAME as a source, so that what they send can be taken in."""
    found = ask_or_open(
        more["data"],
        "stix source",
        name=more["name"],
        passphrase=read_passphrase(more["name"], more["passphrase_file"]),
        sender=sender,
        kind=more["kind"],
        reliability=more["reliability"].upper(),
        why=more["why"],
    )
    if as_json:
        print_json(found)
    else:
        click.echo(f"{found['name']} is listed. Take in what they send with: --source {found['source']}")


@stix.command("sources")
@WHO
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def sources(as_json: bool, **more: Any) -> None:
    """Print the sources that are listed, with the ids by which --source names them."""
    found = ask_or_open(
        more["data"],
        "stix sources",
        name=more["name"],
        passphrase=read_passphrase(more["name"], more["passphrase_file"]),
    )
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one['source']}  {one['reliability']}  {one['kind']}  {one['name']}")
