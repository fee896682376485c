"""tocsin record adopt, resume and fsck: going on after a restore, and checking a published record from its files alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.cli.control import ASKS, ask_or_open, plain, taking
from tocsin.cli.record import DATA, JSON, record
from tocsin.cli.speak import NO, in_one_line, people, print_json
from tocsin.flow.record import adopt as steps
from tocsin.record import TILE_WIDTH, Audit
from tocsin.settings import load_settings
from tocsin.store.folder import FOLDER, Folder
from tocsin.store.ledger import CADENCE

LONG_S = 24 * 3_600
LONG = 1 << 17  # entries, from which on a bar is shown


class Adopting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which published folder to take over from: a whole path."""

    folder: str


def _adopt(app: App, asked: Adopting) -> dict[str, Any]:
    found, again = steps.adopt(app.house, app.publisher, Folder(Path(asked.folder)), app.clock.now())
    return {
        "adopted": [found.first, found.stop],
        "seals": found.seals,
        "lost": [msgspec.structs.asdict(one) for one in found.lost],
        "again": found.again,
        "unsealed": found.unsealed,
        "forgotten_again": again,
    }


def _resume(app: App) -> dict[str, Any]:
    return {"stood_in_the_way": steps.resume_alone(app.store, app.publisher, app.clock.now())}


def _published(app: App) -> dict[str, Any]:
    return {"folder": str(app.publisher.folder.root.absolute()), "vkeys": app.store.vkeys()}


ASKS["adopt"] = taking(Adopting, _adopt)
ASKS["resume"] = plain(_resume)
ASKS["published"] = plain(_published)


@record.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@DATA
@JSON
@in_one_line
def adopt(folder: Path, data: Path | None, as_json: bool) -> None:
    """Take over what the published record in FOLDER has beyond ours, so that it goes on and does not fork.

    For a directory that was restored from an older copy. What the entries stood for is not in them: it is lost, and listed.
    """
    found: dict[str, Any] = ask_or_open(data, "adopt", patience_s=LONG_S, folder=str(folder.absolute()))
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(_adopted(found)))


def _adopted(found: dict[str, Any]) -> Iterator[str]:
    first, stop = found["adopted"]
    if first == stop:
        yield f"The folder holds this record as it stands here, up to entry {stop}: there is nothing to take over."
    else:
        yield f"Entries {first} to {stop - 1} are taken over, {found['seals']} of them seals."
    if found["again"] or found["unsealed"]:
        yield f"{found['again']} entries of our own follow them; {found['unsealed']} seals are made again."
    if found["forgotten_again"]:
        yield f"Forgotten again, since an entry says so: {found['forgotten_again']}."
    if found["lost"]:
        yield "What these entries stood for is not known here any more:"
        yield from (
            f"  {one['number']}  {one['at']}  {one['kind']}  {one['subject']}".rstrip() for one in found["lost"]
        )
    yield "The record is signed again, unless a witness knows more."


@record.command()
@click.option(
    "--alone", is_flag=True, help="Nobody outside can be asked, or somebody has looked and found it in order."
)
@click.option("--yes", is_flag=True, help="I know that a second history under one name cannot be taken back.")
@DATA
@JSON
@in_one_line
def resume(alone: bool, yes: bool, data: Path | None, as_json: bool) -> None:
    """Sign the record again after a restore or an alarm, without having compared it."""
    if not (alone and yes):
        raise Refused(
            "This signs the record as it stands here. If others were shown a larger one, there will be two, and anyone can "
            "prove it. Where a published folder is left, say `tocsin record adopt FOLDER` instead; where none is, say "
            "`tocsin record resume --alone --yes`."
        )
    found = ask_or_open(data, "resume")
    if as_json:
        print_json(found)
    else:
        click.echo(f"The record is signed again. What stood in the way: {found['stood_in_the_way']}")


@record.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option(
    "--vkey", "vkeys", multiple=True, help="A verifier key of the record; without one, those of the data directory."
)
@DATA
@JSON
@in_one_line
def fsck(folder: Path | None, vkeys: tuple[str, ...], data: Path | None, as_json: bool) -> None:
    """Check a published record from its files alone: FOLDER, or that of the data directory. The exit code is 1 if it fails."""
    found = _audited(*_what(folder, vkeys, data), show=not as_json)
    if as_json:
        print_json({"ok": found.ok, "size": found.size, "root": found.root.hex(), "problems": found.problems})
    else:
        click.echo("\n".join(found.problems) or f"All {found.size} entries and their tiles lead to {found.root.hex()}.")
    if not found.ok:
        raise SystemExit(NO)


def _what(folder: Path | None, vkeys: tuple[str, ...], data: Path | None) -> tuple[Path, list[str]]:
    if folder is not None and vkeys:
        return folder, list(vkeys)
    if vkeys:
        settings = load_settings(data)
        return settings.record_folder or settings.data / FOLDER, list(vkeys)
    known = ask_or_open(data, "published")
    return folder or Path(known["folder"]), known["vkeys"]


def _audited(folder: Path, vkeys: list[str], *, show: bool) -> Audit:
    if not folder.is_dir():
        raise Refused(f"There is no published folder {folder}.")
    with _bar(folder, show=show) as watched:
        return watched.audit(vkeys, cadence=CADENCE, moments=True)


class _Watched(Folder):
    """A folder that tells how many of its files have been read."""

    def __init__(self, root: Path, bar: Progress) -> None:
        super().__init__(root)
        self._bar = bar
        self._task = bar.add_task("Checking", total=None)

    def read(self, name: str) -> bytes | None:
        self._bar.advance(self._task)
        return super().read(name)

    def expect(self, entries: int) -> None:
        self._bar.update(self._task, total=2 * -(-entries // TILE_WIDTH))


@contextmanager
def _bar(folder: Path, *, show: bool) -> Iterator[Folder]:
    size = _claimed(Folder(folder))
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=people, transient=True, disable=not show or size < LONG) as bar:
        watched = _Watched(folder, bar)
        watched.expect(size)
        yield watched


def _claimed(folder: Folder) -> int:
    """Return the size that the checkpoint states, for the bar alone; 0 where none can be read."""
    lines = (folder.checkpoint() or b"").split(b"\n")
    return int(lines[1]) if len(lines) > 1 and lines[1].isdigit() and len(lines[1]) < 20 else 0
