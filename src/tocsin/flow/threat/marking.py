"""Marking a case anew: what hangs on who may read it, its owner, its next step and who is rung about it, goes along in one commit."""

from collections.abc import Collection, Iterator
from datetime import datetime

from tocsin.answer.escalate import hurry, set_ladder
from tocsin.answer.facts import WatchHurried, WatchLadderSet
from tocsin.answer.state import Watch, fold_watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, may_read
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people import on_duty
from tocsin.flow.threat.cases import change
from tocsin.flow.threat.dates import after, ladder_of, shown_step
from tocsin.flow.warning.tear_line import door_of
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.threat.facts import ThreatMarked
from tocsin.threat.marked import bound_now, mark_anew, refuse_apart
from tocsin.threat.state import Threat
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.state import Duty


@once
def mark_case(
    house: House,
    threat_id: Id,
    mark: Mark,
    readers: Collection[Id] = (),
    *,
    owner: Id = "",
    next_owner: Id = "",
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say anew how far a case goes. readers: who may read it if it is RED, besides its owner.

    owner, next_owner: whose it is from then on, and whose its next step; empty: whoever had it.

    Raises:
        Refused: there is no such case that this person may read, nothing changes, no reason is given, somebody is named who is not
            here, or whoever marks it, owns it or has its next step may not read it then; or those may who may not read a case
            that is one with it.
    """

    def decide(threat: Threat) -> list[ThreatMarked]:
        return [mark_anew(threat, mark, readers, owner=owner, next_owner=next_owner, by=by, why=why, now=now)]

    def check(look: Look, threat: Threat) -> None:
        if door_of(look, by).threat(threat.id) is None:
            raise Refused(f"There is no case {threat.id}, or it is not for you to read.")
        on_duty.refuse_strangers(look, [one for one in (*readers, owner, next_owner) if one])
        stands = after(threat, decide(threat))
        joined = stands.joined
        refuse_apart(stands, look.find(Threat, joined.into), look.some(Threat, joined.took_in).values())
        _refuse_unread(look, stands, by)

    def also(look: Look, threat: Threat) -> list[WatchHurried | WatchLadderSet]:
        stands = after(threat, decide(threat))
        return [fact for one in watches_of(look, threat) for fact in _rung_anew(look, one, stands, by, now)]

    change(
        house,
        threat_id,
        decide,
        shows="mark",
        seen=seen,
        by=by,
        command=command,
        now=now,
        check=check,
        also=also,
    )


def reads(look: Look, person: Id, threat: Threat) -> bool:
    """Say whether somebody may read a case as it stands."""
    known, bound = look.find(Person, person), bound_now(threat)
    if known is None:
        return False
    reader = Reader(person=person, roles=frozenset(known.roles), cleared_to=known.cleared_to)
    return may_read(reader, bound.mark, bound.named)


def _refuse_unread(look: Look, stands: Threat, by: Id) -> None:
    """Stop a case from being left with somebody who may not read it.

    Raises:
        Refused: whoever marks it, its owner, or whoever has its next step may not.
    """
    if not reads(look, by, stands):
        raise Refused(
            f"You may not read what is marked {stands.mark}, and would not see the case again. Choose another mark, or have it "
            "marked by somebody who may."
        )
    if not reads(look, stands.owner, stands):
        raise Refused(f"Its owner may not read what is marked {stands.mark}. Name another owner, here as well.")
    step = stands.next_step
    if step is not None and not reads(look, step.owner, stands):
        raise Refused(
            f"Whoever has its next step may not read what is marked {stands.mark}. Give that to another, here as well."
        )


def watches_of(look: Look, threat: Threat) -> list[Watch]:
    """Return the watches over a case and over its duties to warn that are not settled."""
    about = [threat.id, *(one.id for one in look.all(Duty, threat=threat.id))]
    return [watch for id in about for watch in look.all(Watch, warning=id, settled_at=None)]


def _rung_anew(
    look: Look, watch: Watch, stands: Threat, by: Id, now: datetime
) -> Iterator[WatchHurried | WatchLadderSet]:
    """Yield what has others rung where somebody has taken on what they may not read any more, or has its next step no more."""
    if watch.accepted_by is not None and not reads(look, watch.accepted_by, stands):
        hurried = hurry(watch, by, now)
        watch = fold_watch(watch, hurried)
        yield hurried
    deadline = look.find(Deadline, watch.of)
    unread = any(not reads(look, one, stands) for one in watch.ladder.persons())
    if deadline is not None and unread and watch.accepted_by is None:
        yield set_ladder(watch, ladder_of(stands, shown_step(look, stands), deadline), by, now)
