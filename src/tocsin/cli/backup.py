"""tocsin backup and tocsin restore: two archives that never lie together, and a directory out of them."""

import base64
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App, WallClock
from tocsin.basis.moment import rfc3339
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, people, print_json
from tocsin.flow.record.restore import Restored, Wanted
from tocsin.flow.record.restore import restore as bring_back
from tocsin.settings import load_settings
from tocsin.store.backup import back_up

LONG_S = 24 * 3_600  # a database may be large and a disc slow; whoever asks can always interrupt
PLACE = click.Path(path_type=Path, file_okay=False)
ARCHIVE = click.Path(path_type=Path)


class BackingUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to put the two archives: whole paths."""

    data_to: str
    keys_to: str


def _back_up(app: App, asked: BackingUp) -> dict[str, Any]:
    made = back_up(app.store, Path(asked.data_to), Path(asked.keys_to), app.clock.now)
    return {
        "data": str(made.data),
        "keys": str(made.keys),
        "made_at": rfc3339(made.made_at),
        "journal": made.journal,
        "record": {"size": made.size, "root": made.root},
    }


ASKS["backup"] = taking(BackingUp, _back_up)


@click.command()
@click.option(
    "--data-to", type=PLACE, required=True, help="A directory that is there, for the archive of the database."
)
@click.option("--keys-to", type=PLACE, required=True, help="Another one, best on another disc, for that of the keys.")
@DATA
@JSON
@in_one_line
def backup(data_to: Path, keys_to: Path, data: Path | None, as_json: bool) -> None:
    """Write an archive of the database and then one of the keys, whether a server runs or not.

    Whoever has both can read everything. Keep them apart, and destroy old archives of the keys: they still hold the keys of
    those who have been forgotten since.
    """
    where = {"data_to": str(data_to.absolute()), "keys_to": str(keys_to.absolute())}
    found: dict[str, Any] = ask_or_open(data, "backup", patience_s=LONG_S, **where)
    if as_json:
        print_json(found)
        return
    click.echo(f"Database: {found['data']}")
    click.echo(f"Keys:     {found['keys']}")
    click.echo(
        f"{found['journal']} facts and {found['record']['size']} entries of the record, as of {found['made_at']}."
    )


@click.command()
@click.argument("data_archive", type=ARCHIVE)
@click.argument("keys_archive", type=ARCHIVE)
@click.option("--data", "to", type=PLACE, required=True, help="The directory to make; empty, or not there.")
@click.option("--published", type=PLACE, multiple=True, help="A published folder, which tells who was forgotten since.")
@click.option("--later-keys", type=ARCHIVE, multiple=True, help="A later archive of the keys, which tells the same.")
@click.option(
    "--without-erasures-since", "without", is_flag=True, help="Go on though nobody knows who was forgotten since."
)
@JSON
@in_one_line
def restore(
    data_archive: Path,
    keys_archive: Path,
    to: Path,
    published: tuple[Path, ...],
    later_keys: tuple[Path, ...],
    without: bool,
    as_json: bool,
) -> None:
    """Make a data directory out of DATA_ARCHIVE and KEYS_ARCHIVE, in which whoever was forgotten stays so.

    It signs nothing before its record has been compared with what others know of it.
    """
    settings = load_settings(to)
    wanted = Wanted(
        data=data_archive,
        keys=keys_archive,
        to=to,
        published=published,
        later_keys=later_keys,
        without_erasures=without,
        record_keys=[base64.b64decode(key) for key in (settings.record_key, settings.record_next_key) if key],
    )
    with nullcontext() if as_json else people.status(f"Restoring {to} ..."):
        found = bring_back(wanted, os.urandom, WallClock().now())
    if as_json:
        print_json(_told(found, to))
    else:
        click.echo("\n".join(_lines(found, to)))


def _told(found: Restored, to: Path) -> dict[str, Any]:
    return {
        "data": str(to),
        "made_at": rfc3339(found.made_at),
        "journal": found.journal,
        "record": {"size": found.size},
        "forgotten_again": found.again,
        "published": [{"folder": one.folder, "size": one.size, "problem": one.why or None} for one in found.views],
        "erasures_unknown": found.unknown or None,
    }


def _lines(found: Restored, to: Path) -> list[str]:
    lines = [
        f"{to} is restored as of {rfc3339(found.made_at)}: {found.journal} facts, {found.size} entries of the record."
    ]
    lines += [f"{one.folder} was of little use. {one.why}" for one in found.views if one.why]
    if found.again:
        lines.append(f"Forgotten again, since they had been after the backup: {found.again}.")
    if found.unknown:
        lines.append(
            f"WHO WAS FORGOTTEN SINCE THE BACKUP IS NOT KNOWN ({found.unknown}): they are back. Forget them again."
        )
    beyond = max((one.size for one in found.views if not one.why), default=0) - found.size
    if beyond > 0:
        lines.append(
            f"The published record has {beyond} entries more. Take them over: tocsin record adopt FOLDER --data {to}"
        )
    lines.append(
        "It signs nothing before its record has been compared with what others know of it; warnings go out. "
        "docs/how-to/backup-and-restore.md tells how to go on."
    )
    return lines
