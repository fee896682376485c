"""tocsin people show, pause, contact ...: see everything that is kept about someone, and change it for them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from tocsin.app import App
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id
from tocsin.basis.moment import rfc3339, utc
from tocsin.cli.control import ASKS, ask_or_open, plain, taking
from tocsin.cli.people import people
from tocsin.cli.record import DATA, JSON
from tocsin.cli.speak import in_one_line, print_json
from tocsin.flow.people import person as steps
from tocsin.flow.people.forget import CONSOLE
from tocsin.people import change, where
from tocsin.people.facts import PlaceKind
from tocsin.people.known import Known
from tocsin.people.rule import Rule
from tocsin.people.state import Group, Line, Post

HOW = "console"


# ---- answered where the data is


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom it is about, what to do, and with what: see DOING."""

    person: Id
    do: str = ""
    said: tuple[str, str] = ("", "")

    def __repr__(self) -> str:
        return f"Asked({self.person})"


class Ruled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which group, and its rule."""

    group: Id
    rule: Rule


def _show(app: App, asked: Asked) -> dict[str, Any]:
    with app.store.look() as look:
        known = steps.find(app.house, look, asked.person)
        posts = look.some(Post, [one.post for one in known.tenures])
        groups = look.some(Group, [one.group for one in known.memberships])
        line = look.find(Line, asked.person)
    return _everything(known, posts, groups, line)


def _everything(known: Known, posts: dict[Id, Post], groups: dict[Id, Group], line: Line | None) -> dict[str, Any]:
    person = known.person
    return {
        "person": person.id,
        "kind": person.person_kind.value,
        "name": str(person.name),
        "forgotten": person.forgotten,
        "languages": list(person.languages),
        "needs": str(known.needs.needs).split() if known.needs else [],
        "paused": None if person.paused_at is None else {"since": _text(person.paused_at), "until": _text(person.paused_until)},
        "contacts": [
            {"contact": one.id, "channel": one.channel, "address": str(one.address), "order": one.order,
             "stands": one.stands.value, "confirmed_at": _text(one.confirmed_at), "failed_at": _text(one.failed_at)}
            for one in sorted(known.contacts, key=lambda one: (one.order, one.id))
        ],
        "places": [
            {"place": one.id, "kind": one.place_kind.value, "where": _where(one.where), "said_at": _text(one.said_at),
             "since": _text(one.since), "until": _text(one.until)}
            for one in known.places
        ],
        "consents": [
            {"consent": one.id, "to": one.to, "wording": one.wording, "language": one.language, "shown": one.shown,
             "proof": str(one.proof), "given_at": _text(one.given_at)}
            for one in known.consents
        ],
        "line": list(line.places) if line else [],
        "line_patience_s": line.patience_s if line else None,
        "posts": [
            {"post": one.post, "organisation": posts[one.post].organisation, "name": posts[one.post].name,
             "since": _text(one.since)}
            for one in known.tenures
        ],
        "groups": [{"group": one.group, "name": groups[one.group].name} for one in known.memberships],
    }  # fmt: skip


def _text(moment: Any) -> str | None:
    return None if moment is None else rfc3339(moment)


def _where(kept: str | Erased) -> Any:
    return None if isinstance(kept, Erased) else msgspec.json.decode(kept)


def _until(text: str) -> Any:
    return utc(text) if text else None


def _day(text: str) -> Any:
    """Return a moment; of a day alone its first, in UTC."""
    return utc(f"{text}T00:00:00Z" if len(text) == len("2031-05-08") else text) if text else None


def _kind(text: str) -> PlaceKind:
    if text not in set(PlaceKind):
        raise Refused(f"A place is one of {', '.join(PlaceKind)}.")
    return PlaceKind(text)


Doing = Callable[[App, Known, str, str], tuple[Any, ...]]

DOING: dict[str, Doing] = {
    "name": lambda app, known, what, _: change.rename(known, what, app.clock.now()),
    "languages": lambda app, known, what, _: change.say_languages(known, what, app.clock.now()),
    "needs": lambda app, known, what, _: change.say_needs(known, what, app.clock.now()),
    "pause": lambda app, known, what, _: change.pause(known, _until(what), app.clock.now()),
    "resume": lambda app, known, _what, _: change.resume(known, app.clock.now()),
    "contact add": lambda app, known, channel, address: change.add_contact(
        known, app.store.new_id(), channel, address, app.clock.now()
    ),
    "contact change": lambda app, known, contact, address: change.change_contact(
        known, contact, address, app.clock.now()
    ),
    "contact first": lambda app, known, contact, _: change.order_contacts(known, [contact], app.clock.now()),
    "contact confirm": lambda app, known, contact, _: change.confirm_contact(known, contact, HOW, app.clock.now()),
    "contact pause": lambda app, known, contact, _: change.pause_contact(known, contact, app.clock.now()),
    "contact resume": lambda app, known, contact, _: change.resume_contact(known, contact, app.clock.now()),
    "contact remove": lambda app, known, contact, _: change.remove_contact(known, contact, app.clock.now()),
    "place add": lambda app, known, kind, text: change.say_place(
        known,
        app.store.new_id(),
        _kind(kind),
        (said := where.said(text))[0],
        app.clock.now(),
        since=_day(said[1]),
        until=_day(said[2]),
    ),
    "place remove": lambda app, known, place, _: change.remove_place(known, place, app.clock.now()),
    "consent withdraw": lambda app, known, consent, _: change.withdraw_consent(known, consent, HOW, app.clock.now()),
    "post leave": lambda app, known, post, _: change.leave_post(known, post, app.clock.now()),
    "group leave": lambda app, known, group, _: change.leave(known, group, app.clock.now()),
}
"""What can be done about someone by these words; what it is done with comes besides."""


def _change(app: App, asked: Asked) -> dict[str, Any]:
    said: dict[str, Any] = {"by": CONSOLE, "command": f"people {asked.do}:{app.store.new_id()}", "now": app.clock.now()}
    if asked.do == "post take":
        steps.take_post(app.house, asked.person, *asked.said, **said)
    elif asked.do == "line set":
        steps.set_line(app.house, asked.person, asked.said[0].split(), _minutes(asked.said[1]) * 60, **said)
    elif asked.do == "group join":
        steps.join(app.house, asked.person, asked.said[0], **said)
    elif asked.do in DOING:
        doing = DOING[asked.do]
        steps.change_person(app.house, asked.person, lambda known: doing(app, known, *asked.said), **said)
    else:
        raise Refused(f"That cannot be done about someone. There are: {', '.join(WORDS)}.")
    return _show(app, Asked(person=asked.person))


WORDS = sorted((*DOING, "post take", "group join", "line set"))


def _minutes(text: str) -> int:
    if not (text or "60").isascii() or not (text or "60").isdecimal() or len(text) > 6:
        raise Refused(f"{text!r} is no number of minutes. Write it like 60.")
    return int(text or "60")


def _rule(app: App, asked: Ruled) -> dict[str, Any]:
    command = f"people rule:{app.store.new_id()}"
    steps.rule_group(app.house, asked.group, asked.rule, by=CONSOLE, command=command, now=app.clock.now())
    with app.store.look() as look:
        return {"group": asked.group, "members": len(look.members([asked.group], app.clock.now()))}


def _groups(app: App) -> list[dict[str, Any]]:
    with app.store.look() as look:
        return [
            {"group": one.id, "name": one.name, "rule": msgspec.to_builtins(one.rule),
             "members": len(look.members([one.id], app.clock.now()))}
            for one in look.all(Group, order="name")
        ]  # fmt: skip


ASKS["people show"] = taking(Asked, _show)
ASKS["people change"] = taking(Asked, _change)
ASKS["people rule"] = taking(Ruled, _rule)
ASKS["people groups"] = plain(_groups)


# ---- the commands


@people.command()
@click.argument("person", metavar="ID")
@DATA
@JSON
@in_one_line
def show(person: Id, data: Path | None, as_json: bool) -> None:
    """Print everything that is kept about the person ID: on a terminal, or with --json."""
    if not as_json and not _on_terminal():
        raise Refused("What is kept about someone is printed on a terminal only, or with --json.")
    found = ask_or_open(data, "people show", person=person)
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        for line in _lines(name, value):
            click.echo(line)


def _lines(name: str, value: Any) -> list[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [
            f"{name[:-1]:12}" + ", ".join(f"{k} {_printable(v)}" for k, v in one.items() if v is not None)
            for one in value
        ]
    return [f"{name:12}{_printable(value)}"] if value not in (None, [], False, "") else []


def _printable(value: Any) -> str:
    """Return something without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))


def _on_terminal() -> bool:
    return sys.stdout.isatty()


@people.command("change")
@click.argument("person", metavar="ID")
@click.argument("words", nargs=-1, required=True)
@DATA
@JSON
@in_one_line
def change_(person: Id, words: tuple[str, ...], data: Path | None, as_json: bool) -> None:
    """Change something about the person ID: name TEXT, languages TAGS, needs WORDS, pause [UNTIL], resume;
    contact add CHANNEL ADDRESS, contact change CONTACT ADDRESS, contact first|confirm|pause|resume|remove CONTACT;
    place add KIND "WHERE [from DAY] [until DAY]", place remove PLACE; consent withdraw CONSENT; post take ORGANISATION NAME, post leave POST; group join|leave GROUP;
    line set "POST-OR-PERSON ..." [MINUTES]: who at an organisation is told one after the other, after how long of silence.

    What `tocsin people show` prints has the ids. An ADDRESS or NAME of - is asked for, and not shown.
    """  # noqa: D205  Click prints it as one paragraph
    do = words[0] if words[0] in DOING else " ".join(words[:2])
    rest = [_secret(one) for one in words[len(do.split()) :]]
    if len(rest) > 2:
        raise Refused("That is too much. What has spaces in it stands in quotes.")
    found = ask_or_open(data, "people change", person=person, do=do, said=(*rest, "", "")[:2])
    if as_json:
        print_json(found)
    else:
        click.echo(f"{person}: done.")


def _secret(word: str) -> str:
    return str(click.prompt("What", hide_input=True, err=True)) if word == "-" else word


@people.command()
@click.argument("group", metavar="GROUP")
@click.option("--post", "posts", multiple=True, help="Who holds a post of this name.")
@click.option("--organisation", "organisations", multiple=True, metavar="ID", help="Who holds a post there.")
@click.option("--language", "languages", multiple=True, help="Who is told in this language.")
@click.option("--country", "countries", multiple=True, help="Who has to do with this country: two letters.")
@DATA
@JSON
@in_one_line
def rule(
    group: Id,
    posts: tuple[str, ...],
    organisations: tuple[str, ...],
    languages: tuple[str, ...],
    countries: tuple[str, ...],
    data: Path | None,
    as_json: bool,
) -> None:
    """Let who belongs to GROUP follow from a rule: whoever fits each of what is said, and one of what is said twice."""
    said = Rule(posts=posts, organisations=organisations, languages=languages, countries=countries)
    found = ask_or_open(data, "people rule", group=group, rule=msgspec.to_builtins(said))
    if as_json:
        print_json(found)
    else:
        click.echo(f"{group}: {found['members']} members now.")


@people.command()
@DATA
@JSON
@in_one_line
def groups(data: Path | None, as_json: bool) -> None:
    """Print the groups: id, how many belong to each now, and its name."""
    found = ask_or_open(data, "people groups")
    if as_json:
        print_json({"groups": found})
        return
    for one in found:
        click.echo(f"{one['group']:26}  {one['members']:8}  {_printable(one['name'])}")
