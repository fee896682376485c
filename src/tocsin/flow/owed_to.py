"""Each of those to whom a duty to warn is owed, by themselves: whom a warning has reached, and who has answered it."""

from collections.abc import Collection, Iterator
from datetime import datetime

import msgspec

from tocsin.basis.ids import Id
from tocsin.flow.hear import answered_by
from tocsin.people.state import Group
from tocsin.store.account import arrivals
from tocsin.store.institutions import stands_for
from tocsin.store.look import Look
from tocsin.warning.duty.state import Duty, ToldApart

SAID = ("dismissed", "disputed", "need_help", "acting", "safe", "received")
"""Of several who answered differently, whose word is kept: the gravest."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One of those to whom a duty is owed. who: a person, an institution or a group; or words, where it is nobody here yet.

    people: how many that is, and of these reached: how many a warning has reached, the last of them at; silent: how many have
    not answered. answer: the gravest of theirs. apart: how they were told by another way, if they were.
    """

    who: str
    in_words: bool = False
    people: int = 1
    reached: int = 0
    at: datetime | None = None
    silent: int = 1
    answer: str = ""
    apart: ToldApart | None = None


def parts(look: Look, duty: Duty, warnings: Collection[Id]) -> list[Part]:
    """Return each of those to whom a duty is owed. warnings: which of them tell them."""
    apart = {one.who: one for one in duty.apart}
    at: dict[Id, datetime] = {}
    said: dict[Id, set[str]] = {}
    whom = {one: all_of(look, one) for one in duty.whom}
    everyone = {person for people in whom.values() for person in people}
    for warning in warnings:
        for person, moment in arrived(look, warning, everyone).items():
            at[person] = min(moment, at.get(person, moment))
        for person, answer in _answers(look, warning, everyone):
            said.setdefault(person, set()).add(answer)
    found = [_part(one, people, at, said, apart.get(one)) for one, people in whom.items()]
    return found + [Part(who=one, in_words=True, apart=apart.get(one)) for one in duty.in_words]


def _part(who: Id, people: set[Id], at: dict[Id, datetime], said: dict[Id, set[str]], apart: ToldApart | None) -> Part:
    reached = [at[one] for one in people if one in at]
    return Part(
        who=who,
        people=len(people),
        reached=len(reached),
        at=max(reached, default=None),
        silent=sum(one not in said for one in people),
        answer=gravest({answer for one in people for answer in said.get(one, ())}),
        apart=apart,
    )


def gravest(said: Collection[str]) -> str:
    """Return the gravest of some answers; nothing, where there is none."""
    return next((one for one in SAID if one in said), "")


def all_of(look: Look, group: Id) -> set[Id]:
    """Return the members of a group; of what is none, only itself."""
    members = set(look.members([group])) if look.find(Group, group) is not None else set()
    return members or {group}


def arrived(look: Look, warning: Id, whom: set[Id]) -> dict[Id, datetime]:
    """Return who of these a warning has reached, and when first; an institution, by any of its contacts."""
    contacts = {person: set(of) & whom for person, of in stands_for(look, warning).items()}
    found: dict[Id, datetime] = {}
    for person, at in arrivals(look, warning, whom | {one for one, of in contacts.items() if of}).items():
        for one in ({person} & whom) | contacts.get(person, set()):
            found[one] = min(at, found.get(one, at))
    return found


def _answers(look: Look, warning: Id, whom: set[Id]) -> Iterator[tuple[Id, str]]:
    """Yield what each of these answered to a warning; an institution, by any of its contacts."""
    contacts = stands_for(look, warning)
    for person, answer in answered_by(look, warning).items():
        for one in whom & {person, *contacts.get(person, ())}:
            yield one, answer.value
