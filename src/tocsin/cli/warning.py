"""tocsin warning: see whom a warning is for, and what is or was in force; take a false alarm back, as one duty officer, alone and at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Reader, Role
from tocsin.basis.moment import rfc3339, utc
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.prove import id_of
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.delivery.state import Audience as Resolved
from tocsin.flow.delivery.deliver import ways
from tocsin.flow.warning import warn
from tocsin.flow.warning.audience import preview
from tocsin.flow.warning.public_words import Answers
from tocsin.people.state import Person
from tocsin.store.door import Door
from tocsin.store.issued import Held
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import RULE, changed_much
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import TakenBack


class Retracting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken back, why in each language ("" for the warning's own), and who says so."""

    id: str
    words: tuple[tuple[str, str], ...]
    name: str
    passphrase: str

    def __repr__(self) -> str:
        return f"Retracting({self.id})"


def _retract(app: App, asked: Retracting) -> dict[str, Any]:
    by = identify(app, asked.name, asked.passphrase, Role.DUTY_OFFICER)
    with app.store.look() as look:
        warning = id_of(app, look, asked.id)
        if _door(look, by).warning(warning) is None:
            raise Refused(f"There is no warning {asked.id} that you may read.")
    said = [TakenBack(language=language, words=words) for language, words in asked.words]
    # Nothing is shown here of what a word stands in, so nobody can answer for one: it is said otherwise, or at the desk.
    named, now = f"retract:{app.store.new_id()}", app.clock.now()
    warn.retract(app.house, warning, said, answers=Answers(), by=by, command=named, now=now)
    return {"id": asked.id, "state": "retracted"}


def _door(look: Look, by: str) -> Door:
    person = look.get(Person, by)
    return Door(look, Reader(person=by, roles=frozenset(person.roles), cleared_to=person.cleared_to))


class Audience(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose audience is asked for."""

    id: str


def _audience(app: App, asked: Audience) -> dict[str, Any]:
    """Return how many a warning is for: now, or as it was when it went out. It names nobody, and not what the warning says."""
    now = app.clock.now()
    with app.store.look() as look:
        id = id_of(app, look, asked.id)
        found = look.find(Alert, id) or look.find(Notice, id) or look.find(Advisory, id)
        if found is None:
            raise Refused(f"There is no alert, notice or advisory {asked.id}. Take its id from its page at the desk.")
        saw = found.saw if isinstance(found, Alert) else None
        resolved = look.all(Resolved, warning=id)
        if resolved:
            counts, ground = resolved[0].counts, resolved[0].ground
        else:
            shown = preview(look, found, ways(app.house, found), now)
            counts, ground = shown.counts, shown.ground
    return {
        "warning": asked.id,
        "exercise": found.exercise,
        "gone_out": bool(resolved),
        "at": rfc3339(resolved[0].resolved_at if resolved else now),
        "rule": resolved[0].rule if resolved else RULE,
        "ground": ground or None,
        "addressed": counts.addressed,
        "told": counts.told,
        "named": counts.named,
        "known": counts.known,
        "stale": counts.stale,
        "unknown": counts.unknown,
        "channels": counts.channels,
        "languages": counts.languages,
        "left_out": {"no_contact": counts.no_contact, **counts.left_out},
        "despite": counts.despite,
        "outside_m": [{"up_to": metres, "people": people} for metres, people in counts.outside],
        "approved_for": None if saw is None else saw.addressed,
        "changed_much": saw is not None and changed_much(saw, counts),
    }


class Moment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At which moment. None: now."""

    at: datetime | None = None


def _in_force(app: App, asked: Moment) -> dict[str, Any]:
    """Return which alerts were in force at a moment, by what had been decided until then. All of it is public."""
    at = asked.at or app.clock.now()
    with app.store.look() as look:
        found = look.in_force(at)
    return {"at": at, "count": len(found), "alerts": [_held(one) for one in found]}


def _held(one: Held) -> dict[str, Any]:
    return {
        "id": one.alert.id,
        "identifier": one.alert.identifier,
        "exercise": one.alert.exercise,
        "issued_at": one.alert.issued_at,
        "begins": one.alert.begins,
        "ends": one.ends,
        "headline": one.alert.wordings[0].headline,
        "area": ", ".join(dict.fromkeys(area.name for area in one.alert.areas)),
    }


ASKS["warning in-force"] = taking(Moment, _in_force)
ASKS["warning retract"] = taking(Retracting, _retract)
ASKS["warning audience"] = taking(Audience, _audience)


@click.group()
def warning() -> None:
    """See whom a warning is for and what was in force when, or take a false one back."""


@warning.command()
@click.argument("id")
@click.option("--words", required=True, help="Why it was false, as everyone who got it is told. The public reads it.")
@click.option(
    "--words-in", "others", nargs=2, multiple=True, metavar="LANGUAGE TEXT", help="The same in another language."
)
@click.option("--as", "name", required=True, help="The sign-in name of a duty officer. Any of them may, alone.")
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def retract(
    id: str,
    words: str,
    others: Sequence[tuple[str, str]],
    name: str,
    passphrase_file: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Take the warning ID back as a false alarm: whoever got it, or may have, is told so before anything else is sent."""
    said = [["", words], *(list(one) for one in others)]
    passphrase = read_passphrase(name, passphrase_file)
    found = ask_or_open(data, "warning retract", id=id, words=said, name=name, passphrase=passphrase)
    if as_json:
        print_json(found)
    else:
        click.echo(f"{id} is taken back. Whoever got it is told as long as `tocsin serve` runs.")


@warning.command("in-force")
@click.option("--at", help="At this moment, like 2024-03-07T18:00:00Z; now if nothing is said.")
@DATA
@JSON
@in_one_line
def in_force(at: str | None, data: Path | None, *, as_json: bool) -> None:
    """Show which of our alerts are in force, or were at any past moment, by what had been decided until then."""
    moment: dict[str, Any] = {"at": rfc3339(utc(at))} if at else {}
    found = ask_or_open(data, "warning in-force", **moment)
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['count']} in force")
    for one in found["alerts"]:
        meant = " [Exercise]" if one["exercise"] else ""
        click.echo(f"{one['id']}  {one['issued_at']}{meant}  {one['headline']}: {one['area']}")
        click.echo(f"    until {one['ends'] or 'somebody ends it'}")


LEFT_OUT = {
    "no_contact": "nothing leads to them",
    "paused": "asked to be left alone",
    "no_consent": "no consent",
    "forgotten": "forgotten",
}


@warning.command()
@click.argument("id", metavar="DRAFT")
@DATA
@JSON
@in_one_line
def audience(id: str, data: Path | None, as_json: bool) -> None:
    """Count whom the warning DRAFT is for, and who is left out and why; of one that went out, as it was then."""
    found = ask_or_open(data, "warning audience", id=id)
    if as_json:
        print_json(found)
        return
    for line in _said(found):
        click.echo(line)


def _said(found: dict[str, Any]) -> Iterator[str]:
    """Say an audience in lines. It names nobody."""
    yield f"{found['told']} would be told." if not found["gone_out"] else f"It went out to {found['told']}."
    yield _row("addressed", found["addressed"])
    for word, label in (("known", "known to be there"), ("named", "named"), ("stale", "may be there: a stale place"),
                        ("unknown", "may be there: of the country, whereabouts unknown")):  # fmt: skip
        if found[word]:
            yield _row(f"  {label}", found[word])
    for title, counts in (("by channel", found["channels"]), ("by language", found["languages"])):
        if counts:
            yield f"{title}: {', '.join(f'{name} {count}' for name, count in counts.items())}"
    for word, count in found["left_out"].items():
        if count:
            yield _row(f"left out: {LEFT_OUT[word]}", count)
    for word, count in found["despite"].items():
        yield _row(f"told all the same, in danger to life: {LEFT_OUT[word]}", count)
    for step in found["outside_m"]:
        yield _row(f"outside by up to {step['up_to']} m", step["people"])
    if found["changed_much"]:
        yield f"It was approved for {found['approved_for']}: that has changed by more than a tenth."


def _row(label: str, count: int) -> str:
    return f"{label:56}{count:>9}"
