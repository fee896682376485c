"""tocsin advisory keep and held: what others advise is kept as it was read, and what of ours was in force on a day."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339, utc
from tocsin.cli.advisory import advisory, read_files
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow.others.advice import keep_advice
from tocsin.flow.people.forget import CONSOLE
from tocsin.report.others import OthersReading
from tocsin.sources.others import readers

__all__ = ["advisory"]

PATIENCE_S = 60.0  # a thousand regions take some seconds


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which files are kept, whose they are, and when they were fetched; empty: now."""

    publisher: str
    files: tuple[str, ...]
    seen: str = ""


def _keep(app: App, asked: Keeping) -> dict[str, Any]:
    now = app.clock.now()
    found = read_files(tuple(Path(one) for one in asked.files), asked.publisher)
    keep_advice(
        app.house,
        asked.publisher,
        found.advices,
        utc(asked.seen) if asked.seen else now,
        regions=found.regions,
        by=CONSOLE,
        command=f"advisory keep:{app.store.new_id()}",
        now=now,
    )
    with app.store.look() as look:
        reading = look.get(OthersReading, asked.publisher)
    return {
        "from": asked.publisher,
        "seen_at": rfc3339(reading.seen_at),
        "places": reading.places,
        "changed": reading.changed,
        "problems": len(found.troubles),
    }


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which day, as a moment; empty: now. country: of one alone."""

    at: str = ""
    country: str = ""


def _held(app: App, asked: Held) -> dict[str, Any]:
    at = utc(asked.at) if asked.at else app.clock.now()
    with app.store.look() as look:
        held = look.levels(at, asked.country.upper())
    return {
        "at": rfc3339(at),
        "levels": [
            {
                "id": one.id,
                "country": one.country,
                "region": one.region or None,
                "level": one.level,
                "since": rfc3339(one.effective_at),
                "review_by": rfc3339(one.review_at),
                "reasons": [risk.indicator.value for risk in one.because],
            }
            for one in held
        ],
    }


ASKS["advisory keep"] = taking(Keeping, _keep)
ASKS["advisory held"] = taking(Held, _held)


@advisory.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--from", "publisher", required=True, help="Whose they are, such as us, uk or ca.")
@click.option(
    "--seen", default="", metavar="MOMENT", help="When they were fetched, such as 2026-08-01T09:00:00Z; else now."
)
@DATA
@JSON
@in_one_line
def keep(files: tuple[Path, ...], publisher: str, seen: str, data: Path | None, as_json: bool) -> None:
    """Keep what another government advises, beside what it advised before. What has not changed leaves nothing.

    The desk shows it beside ours. Read it first: what cannot be read is left out here, and named there.
    """
    if publisher not in readers():
        raise Refused(f"There is no reader for {publisher[:40]!r}. There are: {', '.join(readers())}.")
    missing = next((one for one in files if not one.is_file()), None)
    if missing is not None:
        raise Refused(f"There is no file {missing}.")
    named = [str(one.absolute()) for one in files]
    found = ask_or_open(data, "advisory keep", patience_s=PATIENCE_S, publisher=publisher, files=named, seen=seen)
    if as_json:
        print_json(found)
    else:
        click.echo(f"{found['places']} places, of which {found['changed']} entries changed; as of {found['seen_at']}.")
        if found["problems"]:
            click.echo(f"{found['problems']} could not be read, or only in part: say tocsin advisory read.", err=True)


@advisory.command()
@click.option(
    "--on", "day", default="", metavar="DAY", help="Such as 2026-03-07: at the end of that day, UTC; else now."
)
@click.option("--country", default="", help="Of one country alone, by its two letters.")
@DATA
@JSON
@in_one_line
def held(day: str, country: str, data: Path | None, as_json: bool) -> None:
    """Say which levels of ours are in force, or were on a day."""
    at = _end_of(day) if day else ""
    found = ask_or_open(data, "advisory held", at=at, country=country)
    if as_json:
        print_json(found)
        return
    for one in found["levels"]:
        where = f"{one['country']} {one['region'] or ''}".strip()
        click.echo(f"{where}: level {one['level']} since {one['since']} ({', '.join(one['reasons'])})")
    click.echo(f"{len(found['levels'])} in force at {found['at']}.")


def _end_of(day: str) -> str:
    try:
        return rfc3339(datetime.combine(datetime.strptime(day, "%Y-%m-%d"), time(23, 59, 59), UTC))  # noqa: DTZ007
    except ValueError as error:
        raise Refused(f"{day[:40]!r} is no day. Write it like 2026-03-07.") from error
