"""tocsin rota import: let a rota have the shifts of a calendar, or say what would become of each of its events."""

from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.foreign import fitted
from tocsin.basis.moment import zone
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.flow.people.forget import CONSOLE
from tocsin.flow.people.rota_calendar import Became, Fate, of_rota, take_calendar
from tocsin.people.rota import Rota, RotaSaved
from tocsin.people.rota_calendar import MOST_BYTES

PATIENCE_S = 60.0  # five thousand shifts take some seconds


# ---- answered where the data is


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rota, by its name, and where its calendar lies. zone: of a new one; empty: the desk's."""

    name: str
    file: str
    zone: str = ""
    dry_run: bool = False

    def __repr__(self) -> str:
        return "Asked()"


def _import(app: App, asked: Asked) -> dict[str, Any]:
    now = app.clock.now()
    with app.store.look() as look:
        named = [one for one in look.all(Rota, dropped_at=None) if one.name.casefold() == asked.name.strip().casefold()]
    if len(named) > 1:
        raise Refused(f"{len(named)} rotas have this name. Give each its own at the desk.")
    if named and asked.zone and asked.zone != named[0].zone:
        raise Refused("The rota has a zone of its own. Change it at the desk, or leave --zone away.")
    rota = of_rota(named[0], now) if named else _new(app, asked)
    fates = take_calendar(
        app.house,
        rota,
        _text(Path(asked.file)),
        by=CONSOLE,
        command=f"rota import:{app.store.new_id()}",
        now=now,
        dry_run=asked.dry_run,
    )
    return {"rota": rota.subject, "new": not named, "events": [msgspec.to_builtins(one) for one in fates]}


def _new(app: App, asked: Asked) -> RotaSaved:
    its_zone = zone(asked.zone or app.zone).key
    return RotaSaved(subject=app.store.new_id(), occurred_at=app.clock.now(), name=asked.name.strip(), zone=its_zone)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1).decode("utf-8-sig", "replace")
    except OSError as error:
        raise Refused(f"The calendar cannot be read: {error.strerror or 'no such file'}.") from error


ASKS["rota import"] = taking(Asked, _import)


# ---- the command


@click.group()
def rota() -> None:
    """Who is on duty when: take shifts from a calendar."""


@rota.command("import")
@click.argument("name", metavar="NAME")
@click.argument("file", metavar="FILE.ics", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would become of each event.")
@click.option("--zone", "zone_name", default="", help="Of a new rota, such as Europe/Vienna; otherwise the desk's.")
@DATA
@JSON
@in_one_line
def import_(name: str, file: Path, dry_run: bool, zone_name: str, data: Path | None, as_json: bool) -> None:
    """Let the rota NAME have the shifts of the calendar FILE.ics, in place of those it has. A new name makes a new rota.

    Each event is a shift of the person whose whole name is its title, or of those who are invited. Nothing is written where
    one event is refused. Exit code 0: all was taken; 1: an event was refused; 2: it cannot be read.
    """
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    found = ask_or_open(data, "rota import", patience_s=PATIENCE_S, name=name, file=str(file.absolute()),
                        zone=zone_name, dry_run=dry_run)  # fmt: skip
    fates = fitted(found["events"], list[Fate])
    counts = Counter(fate.became for fate in fates)
    written = not dry_run and not counts[Became.REFUSED]
    if as_json:
        print_json({**found, "written": written})
    else:
        _tell(fates, counts, written=written)
    if counts[Became.REFUSED]:
        raise SystemExit(NO)


def _tell(fates: list[Fate], counts: Counter[Became], *, written: bool) -> None:
    for fate in fates:  # without a name: whoever has the file finds the line
        click.echo(f"line {fate.line}: {fate.became.value}: {fate.why or f'{fate.shifts} shifts'}")
    said = ", ".join(f"{counts[became]} {became.value}" for became in Became)
    click.echo(f"{len(fates)} events: {said}.{'' if written else ' Nothing was written.'}")
