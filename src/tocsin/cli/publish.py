"""tocsin publish: the public site as plain files, written by hand and looked after."""

from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.speak import DONE, NO, in_one_line, people, print_json
from tocsin.web.publishing import public_files

ASK = "publish"
PATIENCE_S = 3_600  # a large site, written anew


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do: write everything anew, or only look."""

    anew: bool = False
    check: bool = False


def _publish(app: App, wanted: Wanted) -> dict[str, Any]:
    files = public_files(app, zone=app.zone)
    done = files.check() if wanted.check else files.write(anew=wanted.anew)
    return {"ok": not done.wrong, "folder": str(files.folder), **msgspec.to_builtins(done)}


ASKS[ASK] = taking(Wanted, _publish)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="The data directory; else TOCSIN_DATA, else ./var.")
@click.option("--anew", is_flag=True, help="Write every file anew, not only those that are not as they should be.")
@click.option("--check", is_flag=True, help="Write nothing; say which files are not as they would be written now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
@in_one_line
def publish(data: Path | None, anew: bool, check: bool, as_json: bool) -> None:
    """Write the public site as plain files. A server that runs does so by itself after each change."""
    done = ask_or_open(data, ASK, patience_s=PATIENCE_S, anew=anew, check=check)
    if as_json:
        print_json(done)
    elif check:
        for name, what in done["wrong"].items():
            people.print(f"{name}: {what}")
        people.print(
            f"{done['files']} files should be in {done['folder']}; {len(done['wrong'])} are not as they should be."
        )
    else:
        people.print(
            f"{done['files']} files in {done['folder']}: {done['written']} written, {done['removed']} removed."
        )
    raise SystemExit(DONE if done["ok"] else NO)
