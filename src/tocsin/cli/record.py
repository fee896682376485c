"""tocsin record: what an administrator asks of the record, of a server that runs or of a directory at rest.

Proofs and openings stand in prove.py, what is done after a restore in record_repair.py.
"""

from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.moment import rfc3339
from tocsin.cli.control import ASKS, ask_or_open, plain, taking
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.flow.outcome import judge
from tocsin.flow.record.keys import note_record
from tocsin.outcome.score import score
from tocsin.record import RecordKey

DATA = click.option("--data", type=click.Path(path_type=Path), help="The data directory; else TOCSIN_DATA, else ./var.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")


def _scores(app: App) -> dict[str, Any]:
    with app.store.look() as look:
        found = score(judge.scored_cases(look))
    return {name: getattr(found, name) for name in found.__struct_fields__}


ASKS["scores"] = plain(_scores)


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


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do about the keys: "" (show), "rotate" or "retire"."""

    act: str = ""


def _keys(app: App, asked: Keys) -> dict[str, Any]:
    now = app.clock.now()
    if asked.act == "rotate":
        app.store.begin_rotation()
    elif asked.act == "retire":
        app.store.end_rotation()
    if asked.act:
        note_record(app.house, app.witnessing, now)
        app.publisher.publish(now)
    signing = [signer.vkey for signer in app.store.signers()]
    with app.store.look() as look:
        known = look.all(RecordKey, order="added_at")
    return {
        "origin": app.store.origin,
        "keys": [
            {
                "vkey": key.vkey,
                "state": "signs" if key.vkey in signing else "retired",
                "added_at": rfc3339(key.added_at),
                "retired_at": None if key.retired_at is None else rfc3339(key.retired_at),
            }
            for key in known
        ],
    }


ASKS["keys"] = taking(Keys, _keys)


@record.command()
@click.option("--rotate", "act", flag_value="rotate", help="Let a new key sign beside the present one.")
@click.option("--retire", "act", flag_value="retire", help="Let the new key sign alone; the old one is gone with that.")
@DATA
@JSON
@in_one_line
def keys(act: str | None, data: Path | None, as_json: bool) -> None:
    """Show the keys that sign the record, or change them.

    A rotation has two steps, with as much time between them as others need to take note of the new key: from --rotate on
    both sign, from --retire on the new one alone. Both steps are entered in the record.
    """
    found: dict[str, Any] = ask_or_open(data, "keys", act=act or "")
    if as_json:
        print_json(found)
        return
    for key in found["keys"]:
        until = f", retired {key['retired_at']}" if key["retired_at"] else ""
        click.echo(f"{key['vkey']}\n  {key['state']}, since {key['added_at']}{until}")


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
    by_side = {f"lead s, {side}": lead for side, lead in scores.pop("lead_by_side_s").items()}
    for name, value in (scores | by_side).items():
        click.echo(f"{name.replace('_', ' '):14} {'-' if value is None else value}")
