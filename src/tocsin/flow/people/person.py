"""Changing one person: what hangs on them is read, what follows is decided, and it is committed if nobody was faster."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.people import change
from tocsin.people.known import Known
from tocsin.people.rule import Rule
from tocsin.people.state import Group, Person, Post
from tocsin.store.listed import known
from tocsin.store.look import Look

Decide = Callable[[Known], tuple[Fact, ...]]
"""One of the decisions in tocsin.people.change, about to be handed how someone stands."""


def find(house: House, look: Look, person: Id) -> Known:
    """Return someone with all that hangs on them.

    Raises:
        Refused: there is nobody of that id.
    """
    found = known(look.connection, house.store.keys, [person]).get(person)
    if found is None:
        raise Refused(f"There is nobody {person} here. `tocsin people list` prints who there is.")
    return found


@once
def change_person(house: House, person: Id, decide: Decide, *, by: Id, command: str, now: datetime) -> None:
    """Change something about someone.

    Raises:
        Refused: there is nobody of that id, they were forgotten, or it cannot be.
    """
    with house.store.look() as look:
        stands = find(house, look, person)
        change.refuse_forgotten(stands)
        facts = decide(stands)
        seen = {id: look.version(id) for id in {person, *(fact.subject for fact in facts)}}
    if facts:
        house.store.commit(facts, at=now, by=by, command=command, expect=seen)


@once
def take_post(house: House, person: Id, organisation: Id, name: str, *, by: Id, command: str, now: datetime) -> None:
    """Let someone hold a post at an organisation; one that is not there yet is made.

    Raises:
        Refused: there is no such person or organisation.
    """
    with house.store.look() as look:
        at, posts = look.get(Person, organisation), look.all(Post, organisation=organisation)

    def decide(stands: Known) -> tuple[Fact, ...]:
        return change.take_post(stands, at, posts, name, house.store.new_id, now)

    change_person(house, person, decide, by=by, command=command, now=now)


@once
def set_line(
    house: House, organisation: Id, places: Sequence[Id], patience_s: int, *, by: Id, command: str, now: datetime
) -> None:
    """Say who at an organisation is told one after the other.

    Raises:
        Refused: there is no such organisation, post or person, or the line cannot be.
    """
    with house.store.look() as look:
        for place in places:
            if look.find(Post, place) is None and look.find(Person, place) is None:
                raise Refused(f"There is no post and nobody {place} here. `tocsin people show` prints the ids.")
    change_person(
        house, organisation, lambda stands: change.set_line(stands, places, patience_s, now),
        by=by, command=command, now=now,
    )  # fmt: skip


@once
def join(house: House, person: Id, group: Id, *, by: Id, command: str, now: datetime) -> None:
    """Let someone belong to a group.

    Raises:
        Refused: there is no such person or group.
    """
    with house.store.look() as look:
        look.get(Group, group)
    change_person(
        house, person, lambda stands: change.join(stands, group, house.store.new_id(), now),
        by=by, command=command, now=now,
    )  # fmt: skip


@once
def rule_group(house: House, group: Id, rule: Rule, *, by: Id, command: str, now: datetime) -> None:
    """Let who belongs to a group follow from a rule.

    Raises:
        Refused: there is no such group, or the rule says nothing.
    """
    with house.store.look() as look:
        look.get(Group, group)
        seen = look.version(group)
    house.store.commit(change.rule_group(group, rule, now), at=now, by=by, command=command, expect={group: seen})
