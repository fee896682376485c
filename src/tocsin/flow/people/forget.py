"""Forgetting people: the fact first, then at once the key, so that whoever is told "forgotten" can rely on it.

Killed in between, the errand is still in the outbox, and the next start destroys the key.
"""

from datetime import datetime

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.people import decide
from tocsin.people.facts import PersonForgotten
from tocsin.people.state import Person
from tocsin.store.keys import NoKeys
from tocsin.store.look import Look
from tocsin.store.store import Errand

CONSOLE: Id = "console"
"""Who acts at a command line: whoever owns the data directory, and no person that we know by name."""


def forgotten(house: House, look: Look, person: Id, why: str, now: datetime) -> list[Fact]:
    """Return the facts that someone is forgotten, with all that hangs on them. The only place where they are made."""
    token = house.store.keys.token(person)
    gone = PersonForgotten(subject=person, occurred_at=now, why=decide.grounds(why), token=token)
    # What hangs on them is let go without being read: it needs no key.
    blind = Look(look.connection, NoKeys())
    things = [one for kind in decide.OF_A_PERSON for one in blind.all(kind, person=person)]
    return [gone, *decide.part(things, now)]


def forget(house: House, person: Id, *, why: str, by: Id, command: str, now: datetime) -> bool:
    """Forget someone, and return when their key is gone; False when they had been forgotten before.

    Raises:
        Refused: there is no such person, or they may not be forgotten (yet).
        Broken: the key is still there.
    """
    with house.store.look() as look:
        found = _find(look, person)
        at_desk = look.desk_people()
        # With the last but one administrator, the last must not go at the same moment.
        expect = {one: look.version(one) for one in {person, *(one.id for one in decide.administrators(at_desk))}}
        if not found.forgotten:
            decide.refuse_forgetting(found, at_desk)
        facts = [] if found.forgotten else forgotten(house, look, person, why, now)
    if facts:
        house.store.commit(facts, at=now, by=by, command=command, expect=expect)
    _destroy_now(house, person)
    return not found.forgotten


def destroy_key(house: House, errand: Errand) -> None:
    """Destroy the key of someone who was forgotten. Done twice, it is no harm."""
    house.store.keys.destroy(errand.subject)
    house.store.finish(errand.seq)


def _destroy_now(house: House, person: Id) -> None:
    for errand in house.store.errands():
        if (errand.errand, errand.subject) == ("destroy_key", person):
            destroy_key(house, errand)
    if house.store.keys.holds(person):
        raise Broken(
            f"{person} is forgotten, and their key is still there. Say it again; if it stays, look at keys.db."
        )


@once
def hold(house: House, person: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Keep someone from being forgotten while an inquiry needs them.

    Raises:
        Refused: there is no such person, there is nothing to keep, or this is not an auditor.
    """
    with house.store.look() as look:
        _refuse_others(look, by)
        fact = decide.hold(_find(look, person), why, now)
        seen = look.version(person)
    house.store.commit([fact], at=now, by=by, command=command, expect={person: seen})


@once
def release(house: House, person: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Say that one inquiry is over. Someone with another hold on them is still not forgotten.

    Raises:
        Refused: there is no such person, nobody holds them, or this is not an auditor.
    """
    with house.store.look() as look:
        _refuse_others(look, by)
        fact = decide.release(_find(look, person), why, now)
        seen = look.version(person)
    house.store.commit([fact], at=now, by=by, command=command, expect={person: seen})


def _find(look: Look, person: Id) -> Person:
    found = look.find(Person, person)
    if found is None:
        raise Refused(f"There is nobody {person} here. `tocsin people list` prints who there is.")
    return found


def _refuse_others(look: Look, by: Id) -> None:
    placed_by = look.find(Person, by)
    if by != CONSOLE and (placed_by is None or Role.AUDITOR not in placed_by.roles):
        raise Refused("A hold is an auditor's to place and to release.")
