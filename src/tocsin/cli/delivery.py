"""tocsin delivery: watch a warning go out, take its account away, and check that nothing was let fall."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO

import click
import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from tocsin.app import App
from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.ids import Id
from tocsin.basis.marking import Reader, Role
from tocsin.basis.moment import rfc3339
from tocsin.cli.control import ASKS, ask_or_open, asking, plain, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.prove import id_of
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import NO, in_one_line, print_json
from tocsin.cli.speak import people as to_people
from tocsin.delivery.facts import Errand
from tocsin.delivery.pace import SHARES
from tocsin.delivery.state import DeliveryStands
from tocsin.flow.delivery.account import FORMATS, head, page, written
from tocsin.flow.delivery.afterwards import latest_follow_up
from tocsin.flow.delivery.deliver import kind_of
from tocsin.flow.warning.audience import unreached
from tocsin.people.state import Person
from tocsin.store.counts import Count
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill.checks import SAID
from tocsin.web.desk.fill.going import going_part
from tocsin.web.desk.views.going import GoingPart, GoingRow

ROWS = 10_000  # of an account, in one asking


@click.group()
def delivery() -> None:
    """Watch warnings go out, and check that none is let fall."""


# ---- watching


class Watched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which warning is watched."""

    id: str


def _watch(app: App, asked: Watched) -> dict[str, Any]:
    """Return how a warning goes out. It names nobody, and not what the warning says."""
    now = app.clock.now()
    accounts = {name: one.limits[0].account for name, one in app.house.carriers.items() if one.limits}
    with app.store.look() as look:
        id = id_of(app, look, asked.id)
        warning = _warning(look, id, asked.id)
        since = warning.sent_at if isinstance(warning, Notice) else warning.issued_at
        count = look.counting.of(look.connection, id, now)
        missed = unreached(look, id)
        back = look.counting.of(look.connection, id, now, Errand.RETRACTION)
        latest = latest_follow_up(look, id)
        since_then = None if latest is None else look.counting.of(look.connection, latest.id, now, Errand.FOLLOW_UP)
    return {
        "warning": asked.id,
        "kind": kind_of(warning),
        "exercise": warning.exercise,
        "at": rfc3339(now),
        "approved_at": None if since is None else rfc3339(since),
        **_told(going_part(count, missed, since, now, accounts), count),
        "retraction": _told(going_part(back, 0, None, now, accounts), back) if back.channels else None,
        "follow_up": _told(going_part(since_then, 0, None, now, accounts), since_then)
        if since_then is not None and since_then.channels
        else None,
    }


def _warning(look: Look, id: Id, name: str) -> Alert | Notice | Advisory:
    found = look.find(Alert, id) or look.find(Notice, id) or look.find(Advisory, id)
    if found is None:
        raise Refused(f"There is no alert, notice or advisory {name}. Take its id from its page at the desk.")
    return found


def _told(part: GoingPart, count: Count) -> dict[str, Any]:
    counts = {one.channel: one.counts for one in count.channels}
    whole = {stands: sum(one.get(stands, 0) for one in counts.values()) for stands in DeliveryStands}
    return {
        "people": part.people,
        "without_address": part.missed,
        "planned": part.planned,
        "total": _row(part.total, whole),
        "channels": [{"channel": row.channel, "account": row.account or None, **_row(row, counts[row.channel])}
                     for row in part.channels],
        "reach": {} if part.reach is None else {
            line.stage: {
                "people": line.reached.people,
                "share": round(line.reached.people / part.reach.people, 4),
                **{f"within_s_{share * 100:.0f}": None if after is None else int(after.total_seconds())
                   for share, after in zip(SHARES, line.took, strict=True)},
            }
            for line in part.reach.lines
        },
    }  # fmt: skip


def _row(row: GoingRow, counts: Mapping[DeliveryStands, int]) -> dict[str, Any]:
    moments = {"ends_at": row.pace.ends_at, "first_at": row.first, "last_at": row.last, "next_try_at": row.next_try}
    return {
        "planned": row.planned,
        "sent": row.sent,
        "accepted": row.accepted,
        "delivered": row.delivered,
        "stands": {stands.value: counts.get(stands, 0) for stands in DeliveryStands},
        "left": row.pace.left,
        "per_s": round(row.pace.per_s, 3),
        "per_s_in_all": round(row.pace.per_s_in_all, 3),
        "motion": row.pace.motion.value,
        **{name: None if moment is None else rfc3339(moment) for name, moment in moments.items()},
    }


ASKS["delivery watch"] = taking(Watched, _watch)


@delivery.command()
@click.argument("warning")
@click.option("--once", is_flag=True, help="Say how it stands now, and end.")
@click.option(
    "--every", type=click.FloatRange(0.2, 3600), default=1.0, show_default=True, help="Seconds between two looks."
)
@DATA
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value a line, one for each look.")
@in_one_line
def watch(warning: str, once: bool, every: float, data: Path | None, as_json: bool) -> None:
    """Show how a warning goes out, until nothing is left to send.

    Where no server runs on the directory nothing goes out, and it is looked at once.
    """
    with asking(data, "delivery watch") as (asked, is_served):
        looks = _looks(lambda: asked(id=warning), every, once=once or not is_served)
        if as_json:
            for found in looks:
                print_json(found)
        elif once or not is_served:
            Console().print(_shown(next(looks)))
        else:
            with Live(console=Console(), auto_refresh=False) as live:
                for found in looks:
                    live.update(_shown(found), refresh=True)
        if not is_served:
            to_people.print("No server runs on this directory: nothing goes out now.")


def _looks(ask: Callable[[], dict[str, Any]], every: float, *, once: bool) -> Iterator[dict[str, Any]]:
    while True:
        found = ask()
        yield found
        parts = [found, *(found[part] for part in ("follow_up", "retraction") if found[part])]
        if once or all(part["planned"] and part["total"]["motion"] == "done" for part in parts):
            return
        sleep(every)


def _shown(found: dict[str, Any]) -> Group:
    tables = [_table("The warning", found)]
    if found["follow_up"]:
        tables.insert(0, _table("That it holds longer, or is over", found["follow_up"]))
    if found["retraction"]:
        tables.insert(0, _table("Taking it back", found["retraction"]))
    exercise = ["EXERCISE. This is not real."] if found["exercise"] else []
    planning = [] if found["planned"] else ["Still being planned."]
    return Group(*exercise, *tables, *_reached(found), *planning)


_COLUMNS = ("sent", "handed over", "delivered", "answered", "waiting", "given up", "a second", "ends")


def _table(title: str, part: dict[str, Any]) -> Table:
    table = Table(title=f"{title}: {part['people']:,} people, {part['without_address']:,} without an address")
    table.add_column("channel")
    table.add_column("")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    rows = part["channels"]
    for row in [*rows, *([{"channel": "all", "account": None, **part["total"]}] if len(rows) > 1 else [])]:
        stands = row["stands"]
        account = f" ({row['account']})" if row["account"] else ""
        lost = stands["dead"] + stands["expired"]
        numbers = (row["accepted"], row["delivered"], stands["answered"], stands["failed"], lost)
        table.add_row(
            f"{row['channel']}{account}",
            _bar(row),
            f"{row['sent']:,} of {row['planned']:,}",
            *(f"{number:,}" for number in numbers),
            f"{row['per_s']:,.1f}",
            _end(row),
        )
    return table


def _bar(row: dict[str, Any]) -> str:
    wide = 12
    full = int(wide * row["accepted"] / max(row["planned"], 1))
    return "█" * full + "░" * (wide - full)


def _end(row: dict[str, Any]) -> str:
    match row["motion"]:
        case "done":
            return "done"
        case "waiting":
            return f"next try {row['next_try_at'] or '-'}"
        case "moving":
            return str(row["ends_at"] or "not known")
    return "nothing moves"


def _reached(found: dict[str, Any]) -> list[str]:
    said = []
    for stage, word in (("accepted", "handed over"), ("delivered", "delivered"), ("answered", "answered")):
        line = found["reach"].get(stage, {})
        times = [f"{share} % within {line[name]} s" for share in ("50", "90", "99")
                 if line.get(name := f"within_s_{share}") is not None]  # fmt: skip
        if times:
            said.append(f"{word}: {', '.join(times)}")
    return said


# ---- the account


class Export(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The next rows of an account, for someone who signs in at the desk."""

    id: str
    name: str
    passphrase: str
    after: int = 0

    def __repr__(self) -> str:
        return f"Export({self.id}, {self.after})"


def _export(app: App, asked: Export) -> list[dict[str, Any]]:
    person = identify(app, asked.name, asked.passphrase, *Role)
    with app.store.look() as look:
        known, id = look.get(Person, person), id_of(app, look, asked.id)
    reader = Reader(person=person, roles=frozenset(known.roles), cleared_to=known.cleared_to)
    return page(app.store, reader, id, asked.after, ROWS)


ASKS["delivery export"] = taking(Export, _export)


@delivery.command()
@click.argument("warning")
@click.option("--as", "name", required=True, help="The sign-in name of somebody who may read the warning.")
@PASSPHRASE_FILE
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The file to write; it must not be there yet."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@DATA
@JSON
@in_one_line
def export(
    warning: str, name: str, passphrase_file: Path | None, out: Path, form: str, data: Path | None, as_json: bool
) -> None:
    """Write the account of a warning: what came of it at each contact of each person, with every moment.

    Names stand in it; the file is made for its owner alone.
    """
    passphrase = read_passphrase(name, passphrase_file)
    rows = 0
    with asking(data, "delivery export") as (asked, _), _fresh(out) as file:
        file.write(head(form))
        after = 0
        while found := asked(id=warning, name=name, passphrase=passphrase, after=after):
            file.write(written(found, form))
            rows, after = rows + len(found), found[-1]["row"]
    if as_json:
        print_json({"file": str(out), "rows": rows, "format": form})
    else:
        click.echo(f"{rows} rows in {out}.")


@contextmanager
def _fresh(out: Path) -> Iterator[BinaryIO]:
    """Give a file that nobody else can read, which has its name only once it is whole.

    Raises:
        Refused: there is one of that name.
        Unreachable: it cannot be written.
    """
    part = out.with_name(f"{out.name}.part")
    if out.exists():
        raise Refused(f"{out} is there already. Name another file.")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise Unreachable(f"{out} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


# ---- the check


def _check(app: App) -> dict[str, Any]:
    now, _ = app.clock.now(), app.language("en")
    checked, pinged = app.watchdog.check_anew(now), app.watchdog.pinged
    last = app.watchdog.last
    return {
        "at": rfc3339(checked.at),
        "took_s": round(checked.took_s, 3),
        "loose_ends": [
            {
                "kind": one.kind.value,
                "subject": one.subject,
                "warning": one.warning,
                "since": None if one.since is None else rfc3339(one.since),
                "of": one.said_of or None,
                "says": _(SAID[one.kind], of=one.said_of or one.subject),
            }
            for one in checked.ends
        ],
        "engine": app.engine.trouble or app.engine.chore_trouble or None,
        "watchdog": {
            "runs": app.watchdog.since is not None,
            "last_at": None if last is None else rfc3339(last.at),
            "overdue": app.watchdog.is_old(now),
            "failed": app.watchdog.failed or None,
        },
        "ping": None if pinged is None else {
            "at": None if pinged.at is None else rfc3339(pinged.at),
            "failed": pinged.failed or None,
        },
    }  # fmt: skip


ASKS["delivery check"] = plain(_check)


@delivery.command()
@DATA
@JSON
@in_one_line
def check(data: Path | None, as_json: bool) -> None:
    """Prove that nothing which went out, or should ring somebody, has been let fall.

    The server does so every minute; this does it again now, and looks whether the server did.
    """
    found: dict[str, Any] = ask_or_open(data, "delivery check")
    dog = found["watchdog"]
    ok = not (found["loose_ends"] or found["engine"] or dog["overdue"] or dog["failed"])
    if as_json:
        print_json({"ok": ok, **found})
    else:
        for one in found["loose_ends"]:
            click.echo(f"{one['says']} ({one['kind']} {one['warning'] or one['subject']}, since {one['since'] or '-'})")
        for what in (found["engine"], dog["failed"]):
            if what:
                click.echo(what)
        if dog["overdue"]:
            click.echo(f"The server's own check is overdue; it was last completed {dog['last_at'] or 'never'}.")
        if found["ping"] and found["ping"]["failed"]:
            click.echo(f"The ping fails: {found['ping']['failed']}")
        if ok:
            click.echo("Nothing was let fall.")
    if not ok:
        raise SystemExit(NO)
