"""tocsin record: what an administrator asks of the record, of a server that runs or of a directory at rest."""

from pathlib import Path
from typing import Any

import click

from tocsin.app import App, WallClock
from tocsin.basis.errors import Refused
from tocsin.cli.control import ASKS, ask, listens
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.flow import judge
from tocsin.outcome.score import score
from tocsin.settings import load_settings
from tocsin.store.database import FILE

DATA = click.option("--data", type=click.Path(path_type=Path), help="The data directory; else TOCSIN_DATA, else ./var.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")


def _scores(app: App) -> dict[str, Any]:
    with app.store.look() as look:
        found = score(judge.scored_cases(look))
    return {name: getattr(found, name) for name in found.__struct_fields__}


ASKS["scores"] = _scores


def ask_or_open(data: Path | None, what: str) -> Any:
    """Ask the server that runs on a directory; where none does, open the directory and answer it here.

    Raises:
        Refused: there is no such directory.
    """
    settings = load_settings(data)
    if not (settings.data / FILE).exists():
        raise Refused(f"{settings.data} holds no data of Tocsin's. Name its directory with --data.")
    if listens(settings.data):
        return ask(settings.data, what)
    app = App(settings, clock=WallClock(), holder=f"record {what}", base_url="", exercise=None)
    try:
        return ASKS[what](app)
    finally:
        app.close()


@click.group()
def record() -> None:
    """Check the record, and show it to others."""


@record.command()
@DATA
@JSON
@in_one_line
def reconcile(data: Path | None, as_json: bool) -> None:
    """Fold the journal again and compare it with the rows, the record and the logs."""
    problems: list[str] = ask_or_open(data, "reconcile")
    if as_json:
        print_json({"ok": not problems, "problems": problems})
    else:
        click.echo("\n".join(problems) or "Journal, rows, record and logs agree.")
    if problems:
        raise SystemExit(NO)


@record.command()
@DATA
@JSON
@in_one_line
def checkpoint(data: Path | None, as_json: bool) -> None:
    """Print the record as it stands, signed."""
    found: dict[str, str] = ask_or_open(data, "checkpoint")
    if as_json:
        print_json(found)
    else:
        click.echo(found["checkpoint"], nl=False)
        click.echo(f"Verifier key: {found['verifier_key']}", err=True)


@click.group()
def outcome() -> None:
    """How well was warned."""


@outcome.command()
@DATA
@JSON
@in_one_line
def report(data: Path | None, as_json: bool) -> None:
    """Print the warner's own scores over all judged cases."""
    scores: dict[str, Any] = ask_or_open(data, "scores")
    if as_json:
        print_json(scores)
        return
    for name, value in scores.items():
        click.echo(f"{name.replace('_', ' '):14} {'-' if value is None else value}")
