"""tocsin people import, people trips: take in a list, or say what would become of each of its rows."""

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tocsin.app import App
from tocsin.basis.foreign import fitted
from tocsin.cli.control import ASKS, LONGEST, asking, taking
from tocsin.cli.people import people
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.cli.speak import people as to_people
from tocsin.flow.people.file import PeopleFile, Take, take_file
from tocsin.flow.people.forget import CONSOLE
from tocsin.flow.people.rows import Became, Fate, take_rows
from tocsin.flow.people.trips import take_trips
from tocsin.people.listed import Row
from tocsin.people.table import PEOPLE, Form, renaming
from tocsin.people.trips import TRIPS

MOST_BYTES = LONGEST - 4_096  # of the rows in one line to the server, which says some more


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some rows of a list. supposed: see take_rows."""

    rows: list[Row]
    supposed: list[str] = []
    dry_run: bool = False

    def __repr__(self) -> str:
        return "Rows()"


def _take(app: App, asked: Rows) -> list[Fate]:
    return take_rows(
        app.house, asked.rows, by=CONSOLE, now=app.clock.now(), dry_run=asked.dry_run, supposed=asked.supposed
    )


def _take_trips(app: App, asked: Rows) -> list[Fate]:
    return take_trips(app.house, asked.rows, by=CONSOLE, now=app.clock.now(), dry_run=asked.dry_run)


ASKS["people import"] = taking(Rows, _take)
ASKS["people trips"] = taking(Rows, _take_trips)


def _list_command(name: str, form: Form, *more: click.Option) -> Callable[[Callable[[], None]], click.Command]:
    """Return what makes a command that takes a list in. It says what the function below it says.

    more: options of its own, handed on to PeopleFile.
    """

    def made(said: Callable[[], None]) -> click.Command:
        @people.command(name, help=said.__doc__)
        @click.argument("file", type=click.Path(path_type=Path))
        @click.option("--dry-run", is_flag=True, help="Write nothing; say what would become of each row.")
        @click.option(
            "--map", "maps", multiple=True, metavar="THEIRS=OURS", help="What a heading of theirs is with us."
        )
        @click.option("--delimiter", default="", help="What stands between cells; otherwise it is found.")
        @click.option(
            "--encoding", default="", help="Of the text, such as windows-1252; otherwise as its mark says, or UTF-8."
        )
        @DATA
        @JSON
        @in_one_line
        def command(
            file: Path,
            dry_run: bool,
            maps: Sequence[str],
            delimiter: str,
            encoding: str,
            data: Path | None,
            as_json: bool,
            **own: str,
        ) -> None:
            source = PeopleFile(
                file,
                encoding=encoding,
                delimiter=delimiter.replace("\\t", "\t"),
                renamed=renaming(maps, form),
                form=form,
                **own,
            )
            with _taker(data, f"people {name}", dry_run=dry_run) as (take, most_bytes):
                _take_in(source, take, most_bytes, dry_run=dry_run, as_json=as_json)

        command.params.extend(more)
        return command

    return made


@_list_command("import", PEOPLE)
def import_() -> None:
    """Take in the people of FILE: a table (CSV) or vCards. The same list taken in again changes nothing.

    Exit code 0: every row was taken; 1: some were refused; 2: the file cannot be read, and nothing was written.
    """


@_list_command(
    "trips",
    TRIPS,
    click.Option(
        ["--person"], default="", metavar="KEY", help="Whose calendar it is: their key in the list of people."
    ),
    click.Option(
        ["--zone"], default="", help="Of days and hours that name none, such as Europe/Vienna; otherwise UTC."
    ),
)
def trips() -> None:
    """Take in the trips of FILE: a table (CSV), or somebody's calendar (iCalendar) of which each event is a trip.

    Exit code 0: every row was taken; 1: some were refused; 2: the file cannot be read, and nothing was written.
    """


def _take_in(source: PeopleFile, take: Take, most_bytes: int | None, *, dry_run: bool, as_json: bool) -> None:
    counts: Counter[Became] = Counter()
    gc.freeze()  # what is there by now stays; looking through it for garbage again and again takes a twentieth of the time
    with _bar() as bar:
        task = bar.add_task("Looking at" if dry_run else "Taking in", total=source.count)
        for fate in take_file(source, take, most_bytes=most_bytes):
            counts[fate.became] += 1
            bar.advance(task)
            if dry_run or fate.became is Became.REFUSED:
                _tell(fate, as_json=as_json)
    _sum_up(source, counts, dry_run=dry_run, as_json=as_json)
    if counts[Became.REFUSED]:
        raise SystemExit(NO)


@contextmanager
def _taker(data: Path | None, what: str, *, dry_run: bool) -> Iterator[tuple[Take, int | None]]:
    """Give what takes rows in: the server of the directory, or the directory itself. With it, how long a portion may be."""
    with asking(data, what) as (ask, is_served):

        def take(rows: Sequence[Row], supposed: Collection[str]) -> Sequence[Fate]:
            said: Any = ask(rows=msgspec.to_builtins(list(rows)), supposed=list(supposed), dry_run=dry_run)
            return fitted(said, list[Fate])

        yield take, MOST_BYTES if is_served else None


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=to_people, disable=not to_people.is_terminal, transient=True)


def _tell(fate: Fate, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(fate))
        return
    more = f": {fate.why}" if fate.why else f": {', '.join(fate.fields)}" if fate.fields else ""
    town = f" ({fate.town})" if fate.town else ""
    click.echo(f"line {fate.line}: {fate.became.value}{more}{town}")


def _as_json(fate: Fate) -> dict[str, Any]:
    said = {"line": fate.line, "became": fate.became.value, "fields": list(fate.fields), "why": fate.why or None}
    return said | ({"town": fate.town} if fate.town else {})


def _sum_up(source: PeopleFile, counts: Counter[Became], *, dry_run: bool, as_json: bool) -> None:
    each = {became.value: counts[became] for became in Became}
    if as_json:
        print_json({"rows": counts.total(), **each, "dry_run": dry_run, "columns_not_taken": list(source.untaken)})
        return
    said = ", ".join(f"{count} {word}" for word, count in each.items())
    click.echo(f"{counts.total()} rows: {said}.{' Nothing was written: this was a dry run.' if dry_run else ''}")
    if source.untaken:
        click.echo(
            f"Columns that Tocsin does not know were left alone: {', '.join(map(str, source.untaken))}.", err=True
        )
