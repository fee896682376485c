"""tocsin advisory: read what other governments advise."""

from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.cli.record import JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.report.others import OthersAdvice
from tocsin.sources.others import MOST_BYTES, Reading, Trouble, readers, together

WIDE = 160  # columns, where no terminal says how many it has


@click.group()
def advisory() -> None:
    """Standing levels, ours and other governments'."""


@advisory.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--from", "publisher", required=True, help="Whose they are, such as us, uk or ca.")
@JSON
@in_one_line
def read(files: tuple[Path, ...], publisher: str, as_json: bool) -> None:
    """Read another government's travel advice from FILEs: lists of levels, or pages, in JSON. Nothing is kept.

    The exit code is 0 if every row was read, 1 if one was not, or only in part, 2 if a file cannot be read at all.
    """
    found = read_files(files, publisher)
    if as_json:
        print_json(as_told(publisher, found))
    else:
        _show(found)
    if found.troubles:
        raise SystemExit(NO)


def read_files(files: tuple[Path, ...], publisher: str) -> Reading:
    """Read files of one government, and what they say together.

    Raises:
        Refused: there is no reader of that name, or one of the files cannot be read.
    """
    known = readers()
    if publisher not in known:
        raise Refused(f"There is no reader for {publisher[:40]!r}. There are: {', '.join(known)}.")
    return together([_read_one(file, known[publisher]) for file in files])


def _read_one(file: Path, reader: Any) -> Reading:
    try:
        with file.open("rb") as opened:
            found: Reading = reader.read(opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or 'no such file'}.") from error
    except Refused as error:
        raise Refused(f"{file}: {error}") from error
    return found


def as_told(publisher: str, found: Reading) -> dict[str, Any]:
    """Return a reading for programs."""
    return {
        "schema": "tocsin.others/1",
        "from": publisher,
        "rows": found.rows,
        "advices": [_told(one) for one in found.advices],
        "problems": [{"where": one.where, "sentence": one.sentence} for one in found.troubles],
    }


def _told(said: OthersAdvice) -> dict[str, Any]:
    return {
        "place": said.place,
        "countries": list(said.countries),
        "region": said.region or None,
        "level": said.level,
        "wording": said.wording,
        "reasons": [{"indicator": one.indicator, "words": one.words} for one in said.reasons],
        "published_at": rfc3339(said.published_at) if said.published_at else None,
        "address": said.address or None,
    }


def _show(found: Reading) -> None:
    table = Table()
    for name in ("place", "code", "region", "level", "their words", "reasons"):
        table.add_column(name, overflow="fold")
    for one in sorted(found.advices, key=lambda said: (said.place, said.region)):
        reasons = ", ".join(dict.fromkeys(reason.indicator for reason in one.reasons))
        level = "-" if one.level is None else str(one.level)
        table.add_row(one.place, " ".join(one.countries), one.region, level, one.wording, reasons)
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    console.print(table, markup=False)
    levels = Counter("no level" if one.level is None else f"level {one.level}" for one in found.advices)
    said = ", ".join(f"{count} with {name}" for name, count in sorted(levels.items()))
    click.echo(f"{found.rows} rows, {len(found.advices)} advices: {said}.")
    for trouble in found.troubles:
        click.echo(_line(trouble), err=True)


def _line(trouble: Trouble) -> str:
    return f"{trouble.where}: {trouble.sentence}"
