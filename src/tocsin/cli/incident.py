"""tocsin incident: note what happened and reports tell of, say that it was published since, and list what was noted. By an officer who signs in."""

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.basis.moment import rfc3339, utc
from tocsin.cli.control import ASKS, ask_or_open, taking
from tocsin.cli.identity import PASSPHRASE_FILE, identify, read_passphrase
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow.report import incidents as flow
from tocsin.people.state import Person
from tocsin.report.facts import IncidentNoted, IncidentPublished
from tocsin.report.state import Incident
from tocsin.store.door import Door
from tocsin.threat.proposed import stands_to, waits_at
from tocsin.threat.state import Threat

MARKS = {mark.value.removeprefix("TLP:"): mark for mark in Mark if mark is not Mark.RED}
MOST = 1_000
WHO = click.option("--as", "name", required=True, help="The sign-in name of the officer who does it.")


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that happened, as it is typed."""

    name: str
    passphrase: str
    words: str
    happened: str
    where: str = ""
    town: str = ""
    point: str = ""
    country: str = ""
    actor: str = ""
    published: str = ""
    by_host: bool = False
    reports: tuple[Id, ...] = ()
    mark: Mark = Mark.AMBER
    dry_run: bool = False

    # What happened, and who is at the terminal, belongs in no log.
    def __repr__(self) -> str:
        return "Note()"


class Publish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When what was noted was published since, as it is typed."""

    name: str
    passphrase: str
    incident: Id
    published: str
    by_host: bool = False
    reports: tuple[Id, ...] = ()
    dry_run: bool = False

    def __repr__(self) -> str:
        return "Publish()"


class Latest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many incidents are to be listed, for whom."""

    name: str
    passphrase: str
    most: int = 50

    def __repr__(self) -> str:
        return "Latest()"


def _who(app: App, asked: Note | Publish | Latest, *roles: Role) -> Reader:
    by = identify(app, asked.name, asked.passphrase, *roles)
    with app.store.look() as look:
        person = look.get(Person, by)
    return Reader(person=by, roles=frozenset(person.roles), cleared_to=person.cleared_to)


def _note(app: App, asked: Note) -> dict[str, Any]:
    reader, now = _who(app, asked, Role.WATCH_OFFICER, Role.DUTY_OFFICER), app.clock.now()
    where, point, country = flow.where_it_is(asked.where, asked.town, asked.point, asked.country.upper())
    noted = IncidentNoted(
        subject=app.store.new_id(),
        occurred_at=utc(asked.happened),
        what=" ".join(asked.words.split()),
        where=where,
        point=point,
        country=country,
        actor=_actor(app, reader, asked.actor) if asked.actor else None,
        reports=asked.reports,
        published_at=utc(asked.published) if asked.published else None,
        published_by_host=asked.by_host,
        mark=asked.mark,
    )
    cases = flow.would_reach(app.house, noted, reader, now)
    if not asked.dry_run:
        command = f"incident:{noted.subject}"
        flow.note(app.house, noted, reader, by=str(reader.person), command=command, now=now)
    return {
        "schema": "tocsin.incident/1",
        "incident": None if asked.dry_run else noted.subject,
        "where": where,
        "point": point,
        "country": country or None,
        "cases": _reached(cases),
        "dry_run": asked.dry_run,
    }


def _reached(cases: list[Threat]) -> list[dict[str, str]]:
    return [{"case": one.id, "title": one.title} for one in cases]


def _publish(app: App, asked: Publish) -> dict[str, Any]:
    reader, now = _who(app, asked, Role.WATCH_OFFICER, Role.DUTY_OFFICER), app.clock.now()
    published = IncidentPublished(
        subject=asked.incident, occurred_at=utc(asked.published), by_host=asked.by_host, reports=asked.reports
    )
    cases = flow.would_reach_now(app.house, published, reader, now)
    if not asked.dry_run:
        flow.publish(
            app.house, published, reader, by=str(reader.person), command=f"published:{app.store.new_id()}", now=now
        )
    return {
        "schema": "tocsin.incident/1",
        "incident": asked.incident,
        "cases": _reached(cases),
        "dry_run": asked.dry_run,
    }


def _actor(app: App, reader: Reader, said: str) -> Id:
    """Return the actor of that id, or of that name."""
    with app.store.look() as look:
        book = Door(look, reader).every_actor()
    named = said.casefold()
    found = [
        one.id for one in book if one.id == said or named in {each.casefold() for each in (one.name, *one.aliases)}
    ]
    if len(found) != 1:
        raise Refused(f"{'Several actors are' if found else 'No actor is'} called {said[:80]!r}. Write the id.")
    return found[0]


def _list(app: App, asked: Latest) -> list[dict[str, Any]]:
    reader = _who(app, asked, *Role)
    if not 0 < asked.most <= MOST:
        raise Refused(f"From 1 to {MOST} are listed at once.")
    with app.store.look() as look:
        door = Door(look, reader)
        found = door.latest_incidents(asked.most)
        named = door.cases_naming([one.id for one in found])
        actors = {one.id: one.name for one in door.actors(sorted({one.actor for one in found if one.actor}))}
        return [_told(door, one, named.get(one.id, []), actors) for one in found]


def _told(door: Door, one: Incident, cases: list[Threat], actors: dict[Id, str]) -> dict[str, Any]:
    return {
        "incident": one.id,
        "what": one.what,
        "where": one.where,
        "point": one.point,
        "country": one.country or None,
        "happened_at": rfc3339(one.happened_at),
        "published_at": rfc3339(one.published_at) if one.published_at else None,
        "by_host": one.published_by_host,
        "actor": actors.get(one.actor or ""),
        "mark": one.mark.value,
        "reports": [report for report in one.reports if door.report(report) is not None],
        "cases": list(_stands(one.id, cases)),
    }


def _stands(incident: Id, cases: list[Threat]) -> Iterator[dict[str, Any]]:
    for case in cases:
        stands, waits = stands_to(case, incident), waits_at(case, incident)
        if stands is not None:
            fits = list(waits.fits) if waits else []
            yield {"case": case.id, "title": case.title, "stands": stands.value, "fits": fits}


ASKS["incident note"] = taking(Note, _note)
ASKS["incident publish"] = taking(Publish, _publish)
ASKS["incident list"] = taking(Latest, _list)


@click.group()
def incident() -> None:
    """Note what happened and reports tell of. What was published is proposed to the open cases that it fits."""


@incident.command()
@click.argument("what")
@click.option("--happened", required=True, metavar="MOMENT", help="When it happened, such as 2024-03-03T04:30:00Z.")
@click.option("--where", default="", help="Where, as the reports call it.")
@click.option("--town", default="", help="A town, to be found on the map by its name, such as Karabulak.")
@click.option("--point", default="", metavar="LAT,LON", help="Its point, instead of a town.")
@click.option("--country", default="", metavar="CODE", help="The country, such as RU.")
@click.option("--actor", default="", help="Who did it, by the name or id in the actor book.")
@click.option("--published", default="", metavar="MOMENT", help="When it was first published; without, it was not.")
@click.option("--by-host", is_flag=True, help="The host itself published it: whoever is answerable for the place.")
@click.option("--report", "reports", multiple=True, metavar="ID", help="A report that it rests on.")
@click.option(
    "--mark",
    type=click.Choice(list(MARKS), case_sensitive=False),
    default="AMBER",
    show_default=True,
    help="How far it may be shared: no further than each of its reports.",
)
@click.option("--dry-run", is_flag=True, help="Note nothing; say to which cases it would be proposed.")
@WHO
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def note(what: str, mark: str, as_json: bool, reports: tuple[str, ...], **more: Any) -> None:
    """Note that WHAT happened, in one line. Whether it belongs to a case, a person decides at the desk."""
    data, file = more.pop("data"), more.pop("passphrase_file")
    found = ask_or_open(
        data,
        "incident note",
        passphrase=read_passphrase(more["name"], file),
        words=what,
        mark=MARKS[mark.upper()].value,
        reports=list(reports),
        **more,
    )
    if as_json:
        print_json(found)
        return
    click.echo(
        "Nothing was noted: this was a dry run." if found["dry_run"] else f"Incident {found['incident']} is noted."
    )
    _print_reached(found, published=bool(more["published"]))


@incident.command()
@click.argument("incident")
@click.option("--published", required=True, metavar="MOMENT", help="When it was first published.")
@click.option("--by-host", is_flag=True, help="The host itself published it: whoever is answerable for the place.")
@click.option("--report", "reports", multiple=True, metavar="ID", help="A report by which it was published.")
@click.option("--dry-run", is_flag=True, help="Note nothing; say to which cases it would be proposed.")
@WHO
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def publish(incident: str, as_json: bool, reports: tuple[str, ...], **more: Any) -> None:
    """Note that INCIDENT, which nobody had published, was published since. It is proposed to the open cases that it fits."""
    data, file = more.pop("data"), more.pop("passphrase_file")
    passphrase = read_passphrase(more["name"], file)
    asked = {"passphrase": passphrase, "incident": incident, "reports": list(reports), **more}
    found = ask_or_open(data, "incident publish", **asked)
    if as_json:
        print_json(found)
        return
    click.echo(
        "Nothing was noted: this was a dry run."
        if found["dry_run"]
        else f"Incident {found['incident']} is noted as published."
    )
    _print_reached(found, published=True)


def _print_reached(found: dict[str, Any], *, published: bool) -> None:
    for one in found["cases"]:
        click.echo(f"  {'would be proposed' if found['dry_run'] else 'proposed'} to {one['case']}  {one['title']}")
    if not found["cases"]:
        click.echo(
            "  You may read no open case that it fits." if published else "  Not published: proposed to no case."
        )


@incident.command("list")
@click.option("--most", type=int, default=50, show_default=True, help="How many, the latest first.")
@WHO
@PASSPHRASE_FILE
@DATA
@JSON
@in_one_line
def list_(most: int, as_json: bool, **more: Any) -> None:
    """Print the latest incidents that you may read, each with the cases to which it was proposed or linked."""
    passphrase = read_passphrase(more["name"], more["passphrase_file"])
    found = ask_or_open(more["data"], "incident list", name=more["name"], passphrase=passphrase, most=most)
    if as_json:
        print_json(found)
        return
    for one in found:
        host = ", by the host itself" if one["by_host"] else ""
        said = f"published {one['published_at']}{host}" if one["published_at"] else "not published"
        click.echo(
            f"{one['incident']}  {one['happened_at']}  {one['mark']}  {one['what']}  ({one['where'] or '-'}; {said})"
        )
        for case in one["cases"]:
            click.echo(f"  {case['stands']:8}  {case['case']}  {case['title']}")
