"""Pleas of people who were told of no warning lately: every duty officer is called at once, though no warning's ladder stands behind it."""

from collections.abc import Iterator
from datetime import datetime

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import WatchOpened, WatchSettled, Why
from tocsin.answer.replies import Reply, ReplyKept, WhyKept
from tocsin.answer.state import Watch
from tocsin.basis.marking import Role
from tocsin.flow.answer.silence import ONE_BY_ONE
from tocsin.flow.house import House
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.ladder import Kind, Ladder, Rung, Target

PATIENCE_S = 900

_OFFICERS = Target(to=Role.DUTY_OFFICER.value, kind=Kind.ROLE)
LADDER = Ladder(
    rungs=(
        Rung(to=_OFFICERS.to, kind=Kind.ROLE, after_s=0),
        Rung(to=Role.ADMINISTRATOR.value, kind=Kind.ROLE, after_s=PATIENCE_S, also=(_OFFICERS,)),
    ),
    repeat_s=PATIENCE_S,
)
"""Every duty officer; then the administrators with them, again and again. Where nobody is on duty, these at once."""


def rung_for(house: House, look: Look, kept: ReplyKept, now: datetime) -> Iterator[WatchOpened]:
    """Return what has somebody called about a plea, unless they are called about its giver already.

    Of very many givers, people are called about the first few each, and about all the others once: anyone may have a link sent.
    """
    untaken = look.all(Watch, why=Why.PLEA.value, settled_at=None, accepted_at=None)
    of = kept.person if len(untaken) < ONE_BY_ONE else kept.subject
    if any(one.of == kept.person or (of == kept.subject and _is_of_many(one)) for one in untaken):
        return
    giver = look.find(Person, kept.person)
    yield open_watch(
        house.store.new_id(),
        warning=kept.subject,
        of=of,
        why=Why.PLEA,
        ladder=LADDER,
        now=now,
        exercise=giver is not None and giver.exercise,
    )


def settled_by(look: Look, read: Reply, now: datetime) -> Iterator[WatchSettled]:
    """Settle what had somebody called about pleas, where a reply that has now been read was the last that nobody had."""
    if read.warnings:
        return
    watches = look.all(Watch, why=Why.PLEA.value, settled_at=None)
    if not watches:
        return
    unread = look.all(Reply, why=WhyKept.NO_WARNING.value, decided_at=None)
    left = [one for one in unread if not one.warnings and one.id != read.id]
    givers = {one.person for one in left}
    for watch in watches:
        is_over = not left if _is_of_many(watch) else watch.of == read.person and watch.of not in givers
        if is_over and (fact := settle(watch, "read", now)) is not None:
            yield fact


def _is_of_many(watch: Watch) -> bool:
    return watch.of == watch.warning
