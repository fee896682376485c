"""Who works here: what they do, how far they may read, and by what name they sign in. An administrator says so."""

from collections.abc import Callable, Collection
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.people import decide
from tocsin.people.facts import PersonAdded, PersonKind
from tocsin.people.state import Person, fold_person
from tocsin.store.look import Look


@once
def admit(
    house: House,
    person: Id,
    name: str,
    roles: Collection[Role],
    cleared_to: Mark,
    why: str,
    *,
    another: bool = False,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Enter somebody new who works here. another: also where somebody is called so who works here already.

    Raises:
        Refused: there is somebody of that id or, unless it is another, of that name; they have no name, or no reason is given.
    """
    # A command that is killed once it has entered them is said again, and must not enter them twice.
    still: Callable[[Look], bool] = lambda look: another or decide.is_new(name, look.desk_people())  # noqa: E731
    with house.store.look() as look:
        look.refuse_taken(Person, person)
        still(look)
        added = PersonAdded(subject=person, occurred_at=now, person_kind=PersonKind.PERSON, name=decide.named(name))
        given = decide.set_roles(fold_person(None, added), roles, cleared_to, why, look.desk_people(), now)
    house.store.commit([added, given], at=now, by=by, command=command, expect={person: 0}, still=still)


@once
def set_roles(
    house: House,
    person: Id,
    roles: Collection[Role],
    cleared_to: Mark,
    why: str,
    *,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say what somebody does here, and how far they may read. Whoever has no role any more is signed out at once.

    Raises:
        Refused: there is no such person, it is the last administrator who can sign in, or no reason is given.
    """
    with house.store.look() as look:
        at_desk = look.desk_people()
        fact = decide.set_roles(look.get(Person, person), roles, cleared_to, why, at_desk, now)
        expect = _with_the_administrators(look, person, at_desk)
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


@once
def set_sign_in(
    house: House, person: Id, sign_in: str, secret_hash: str, *, by: Id, command: str, now: datetime
) -> None:
    """Let somebody who works here sign in by a name and a new passphrase. Whoever is signed in by the old one no longer is.

    Raises:
        Refused: there is no such person, they have no role, or somebody else signs in by that name.
    """
    with house.store.look() as look:
        at_desk = look.desk_people()
        fact = decide.set_sign_in(look.get(Person, person), sign_in, secret_hash, at_desk, now)
        # Of two who want one name at the same moment, one is refused.
        expect = {one: look.version(one) for one in {person, *(one.id for one in at_desk)}}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


def _with_the_administrators(look: Look, person: Id, at_desk: Collection[Person]) -> dict[Id, int]:
    """Return the versions that a change of roles rests on: the last two administrators must not go at the same moment."""
    return {one: look.version(one) for one in {person, *(one.id for one in decide.administrators(list(at_desk)))}}
