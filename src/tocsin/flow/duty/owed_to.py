"""Each of those to whom a duty to warn is owed, by themselves: whom a warning has reached, and who has answered it."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from tocsin.basis.ids import Id
from tocsin.flow.duty.words_read import behind_a_code, words_read
from tocsin.people.state import Group
from tocsin.store.account import arrivals
from tocsin.store.institutions import stands_for
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.state import Duty, ToldApart
from tocsin.warning.notice.state import Notice

SAID = ("dismissed", "disputed", "need_help", "acting", "safe", "received")
"""Of several who answered differently, whose word is kept: the gravest."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One of those to whom a duty is owed. who: a person, an institution or a group; or words, where it is nobody here yet.

    people: how many that is, and of these reached: how many a warning has reached, the last of them at; told: how many have had
    its words too, the last of them told_at; silent: how many have not answered what they know. answer: the gravest of theirs.
    early: that of who had pressed a button before they had the words, where these are behind a code. apart: how they were told by another way, if they were.
    """

    who: str
    in_words: bool = False
    people: int = 1
    reached: int = 0
    at: datetime | None = None
    told: int = 0
    told_at: datetime | None = None
    silent: int = 1
    answer: str = ""
    early: str = ""
    behind_a_code: bool = False
    apart: ToldApart | None = None


class _Known(msgspec.Struct):
    """What is known of single people: when a warning reached them, when they had its words, and what they answered."""

    at: dict[Id, datetime] = msgspec.field(default_factory=dict)
    told_at: dict[Id, datetime] = msgspec.field(default_factory=dict)
    said: dict[Id, set[str]] = msgspec.field(default_factory=dict)
    early: dict[Id, set[str]] = msgspec.field(default_factory=dict)
    behind_a_code: bool = False


def parts(look: Look, duty: Duty, warnings: Collection[Alert | Notice]) -> list[Part]:
    """Return each of those to whom a duty is owed. warnings: which of them tell them."""
    apart = {one.who: one for one in duty.apart}
    whom = {one: all_of(look, one) for one in duty.whom}
    known = _Known()
    for warning in warnings:
        _learn(look, warning, {person for people in whom.values() for person in people}, known)
    found = [_part(one, people, known, apart.get(one)) for one, people in whom.items()]
    return found + [Part(who=one, in_words=True, apart=apart.get(one)) for one in duty.in_words]


def _learn(look: Look, warning: Alert | Notice, everyone: set[Id], known: _Known) -> None:
    reached = arrived(look, warning.id, everyone)
    told = words_read(look, warning.id, everyone) if behind_a_code(warning) else None
    known.behind_a_code |= told is not None
    for found, moments in ((known.at, reached), (known.told_at, reached if told is None else told)):
        for person, moment in moments.items():
            found[person] = min(moment, found.get(person, moment))
    for (person, _), (at, answer) in _answers(look, warning.id, everyone).items():
        # Who has not had the words says with a button that a message came, and nothing of what it is about.
        knew = told is None or (person in told and told[person] <= at)
        (known.said if knew else known.early).setdefault(person, set()).add(answer)


def _part(who: Id, people: set[Id], known: _Known, apart: ToldApart | None) -> Part:
    reached = [known.at[one] for one in people if one in known.at]
    told = [known.told_at[one] for one in people if one in known.told_at]
    return Part(
        who=who,
        people=len(people),
        reached=len(reached),
        at=max(reached, default=None),
        told=len(told),
        told_at=max(told, default=None),
        silent=sum(one not in known.said for one in people),
        answer=gravest({answer for one in people for answer in known.said.get(one, ())}),
        early=gravest({answer for one in people for answer in known.early.get(one, ())}),
        behind_a_code=known.behind_a_code,
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


def _answers(look: Look, warning: Id, whom: set[Id]) -> dict[tuple[Id, Id], tuple[datetime, str]]:
    """Return what was last answered to a warning: by (whose answer it is, who gave it); an institution's, by its contacts."""
    contacts = stands_for(look, warning)
    said = [(row.at, row.person, str(row.answer)) for row in look.link_answers(warning)]
    said += [(one.said_at, one.recipient, one.answer.value) for one in look.answers(warning)]
    return {(one, by): (at, answer) for at, by, answer in sorted(said) for one in whom & {by, *contacts.get(by, ())}}
