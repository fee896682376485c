"""The line of an institution: who there is told of a warning, one after the other. Telling them is deliver.py's matter."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.answer.facts import Why
from tocsin.answer.institution.decide import move_on
from tocsin.answer.institution.facts import ApproachBegun, ApproachEnded, ApproachMoved
from tocsin.answer.institution.state import Approach
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.people.state import Line, Person, Post
from tocsin.store.institutions import heard_from
from tocsin.store.look import Look


class Turns(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told instead of whom. facts: that say so. expect: the versions these rest on. left: who was not replaced."""

    facts: tuple[ApproachBegun | ApproachMoved | ApproachEnded, ...]
    persons: tuple[Id, ...]
    left: tuple[Id, ...] = ()
    expect: Mapping[Id, int] = {}


def lines(look: Look) -> dict[Id, Line]:
    """Return the lines that there are, by their organisation."""
    return {line.id: line for line in look.all(Line) if line.places}


def approached(look: Look, warning: Id) -> set[Id]:
    """Return the institutions whose first contact was written down for a warning."""
    return {one.of for one in look.all(Approach, warning=warning)}


def in_lines(look: Look, lines: Collection[Line]) -> dict[Id, tuple[Id, ...]]:
    """Return the people of each of some lines in their order, as its posts are held now; the organisation itself comes last.

    All of them are read at once.
    """
    posts = look.some(Post, list({place for line in lines for place in line.places}))
    held = look.each_holders(list(posts))
    found = {line.id: [one for place in line.places for one in held.get(place, [place])] for line in lines}
    known = look.some(Person, list({one for each in found.values() for one in each}))
    there = {id for id, one in known.items() if not one.forgotten}
    return {id: (*(one for one in dict.fromkeys(each) if one in there), id) for id, each in found.items()}


def begin(
    house: House,
    look: Look,
    warning: Id,
    persons: Sequence[Id],
    known: Mapping[Id, Line],
    channels: Sequence[str],
    addressed: Collection[Id],
    now: datetime,
    *,
    barred: Collection[Id] = (),
) -> Turns:
    """Put the first contact of each institution in its place.

    known: the lines there are. addressed: who is told of the warning anyway, and is passed over: nobody hears twice. barred:
    who is told nothing of it.
    """
    facts: list[ApproachBegun] = []
    told: list[Id] = []
    everyone = in_lines(look, [known[person] for person in persons if person in known])
    for person in persons:
        line = [one for one in everyone.get(person, (person,)) if one == person or one not in (*addressed, *barred)]
        usable = reachable(look, line, channels) if len(line) > 1 else {person}
        first = next((one for one in line if one in usable), person)
        if first != person:
            facts.append(
                ApproachBegun(
                    subject=house.store.new_id(),
                    occurred_at=now,
                    warning=warning,
                    of=person,
                    line=tuple(line),
                    to=first,
                    patience_s=known[person].patience_s,
                )
            )
        told.append(first)
    return Turns(facts=tuple(facts), persons=tuple(told))


def pass_over(
    look: Look, warning: Id, lost: Sequence[Id], channels: Sequence[str], now: datetime, barred: Collection[Id] = ()
) -> Turns:
    """Put the next in line in the place of contacts whom nothing reaches any more, unless their institution was heard.

    barred: who is told nothing of it.
    """
    by_contact = {turn: one for one in look.all(Approach, warning=warning) for turn in one.told}
    heard = heard_from(look, warning) if not by_contact.keys().isdisjoint(lost) else set()
    facts: list[ApproachMoved | ApproachEnded] = []
    persons: list[Id] = []
    left: list[Id] = []
    expect: dict[Id, int] = {}
    for person in lost:
        approach = by_contact.get(person)
        if approach is None or approach.ended_at is not None or approach.told[-1] != person:
            left.append(person)
            continue
        usable = reachable(look, approach.line, channels) - {*barred}
        fact = move_on(approach, usable, why=Why.FAILURE, heard=approach.of in heard, over=False, now=now)
        expect[approach.id] = look.version(approach.id)
        if isinstance(fact, ApproachMoved):
            persons.append(fact.to)
        elif fact is not None and fact.how != "heard":
            left.append(person)
        facts += [fact] if fact is not None else []
    return Turns(facts=tuple(facts), persons=tuple(persons), left=tuple(left), expect=expect)


def reachable(look: Look, persons: Sequence[Id], channels: Sequence[str]) -> set[Id]:
    """Return who of these people can be told."""
    return {address.person for _, address in look.addresses(persons) if address.channel in channels}
