"""Ending warnings from a letter, by one click: who may, whom a link belongs to, and what it does.

It takes back what somebody agreed to. A warning that rests on that reaches them no more, at any of their addresses; a danger to
life still does. So a machine that presses buttons in letters takes nothing away from anyone that saves them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.house import House
from tocsin.flow.people.person import Decide, change_person, find
from tocsin.flow.warning.audience import ground_of
from tocsin.people import change
from tocsin.people.enter import BEHIND_A_LINK
from tocsin.people.known import Known
from tocsin.store.look import Look

PREFIX = "/leave/"
HOW = "the link in a letter"


def may_leave(look: Look, batch: Batch, persons: Sequence[Id]) -> Collection[Id]:
    """Return who of a batch's recipients may end such warnings: those who get it because they agreed.

    Nobody, where it is a danger to life, a notice, a call or an answer to a question: these do not rest on anyone's consent.
    """
    if batch.channel != "mail" or batch.errand is not Errand.WARNING or ground_of(find_warning(look, batch.warning)):
        return ()
    return look.agreed(persons)


def behind(house: House, look: Look, token: str) -> Known | None:
    """Return who ends warnings by a link; None where it leads nowhere (any more). It does not grow old."""
    row = house.store.links.leaving(token)
    recipient = None if row is None else look.recipient(row)
    if recipient is None:
        return None
    known = find(house, look, recipient.person)
    return None if known.person.forgotten else known


def end(house: House, person: Id, *, command: str, now: datetime) -> None:
    """Take back that somebody agreed to be warned. Done again, it changes nothing."""
    _decide(house, person, partial(change.end_warnings, how=HOW, now=now), command=command, now=now)


def begin(house: House, person: Id, *, wording: str, language: str, command: str, now: datetime) -> None:
    """Note that somebody agreed to be warned once more. wording: of the consent, as it was shown."""
    agree = partial(
        change.begin_warnings, id=house.store.new_id(), wording=wording, language=language,
        shown=BEHIND_A_LINK, proof=HOW, now=now,
    )  # fmt: skip
    _decide(house, person, agree, command=command, now=now)


def _decide(house: House, person: Id, decide: Decide, *, command: str, now: datetime) -> None:
    try:
        change_person(house, person, decide, by=person, command=command, now=now)
    except Refused:  # they were changed at the same moment: of two clicks at once both have their answer
        change_person(house, person, decide, by=person, command=command, now=now)
