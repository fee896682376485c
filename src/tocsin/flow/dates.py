"""The dates of a case: its next step, and its next estimate once an indicator was newly met.

Each is asked about, missed in the open and rung about by the clockwork of deadlines, until somebody has done it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import WatchOpened, WatchSettled, Why
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.each import do_all
from tocsin.flow.house import House
from tocsin.store.look import Look
from tocsin.threat.casework import LOOK_AGAIN, look_again
from tocsin.threat.state import Threat, fold_threat
from tocsin.warning.deadline.decide import set_deadline
from tocsin.warning.deadline.facts import DeadlineKind, DeadlineMet, DeadlineMoved
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.ladder import Kind, Ladder, Rung

KINDS = frozenset({DeadlineKind.NEXT_STEP, DeadlineKind.JUDGE_AGAIN})

JUDGE_WITHIN = timedelta(hours=12)
"""Within what time a case is judged again once an indicator was newly met."""

ASKED_AHEAD = timedelta(hours=24)
"""How long before a date whoever has the step is asked, at the most: a quarter of the time there was, if that is less."""

HOUR_S = 3_600


def after(threat: Threat, facts: Sequence[Fact]) -> Threat:
    """Return how a case stands after facts, of those that are about it."""
    for fact in facts:
        if fact.subject == threat.id:
            threat = fold_threat(threat, fact)
    return threat


def wanted(threat: Threat) -> dict[DeadlineKind, datetime]:
    """Return by when what is to be done about a case, as it stands."""
    dates = {}
    if threat.is_open and threat.next_step is not None:
        dates[DeadlineKind.NEXT_STEP] = threat.next_step.by_when
    if threat.is_open and threat.checklist.met_at is not None:
        dates[DeadlineKind.JUDGE_AGAIN] = threat.checklist.met_at + JUDGE_WITHIN
    return dates


def dates_of(
    house: House, look: Look, threat: Threat, how: str, *, by: Id, why: str, now: datetime
) -> tuple[list[Fact], dict[Id, int]]:
    """Return what makes the dates of a case those that it has now, and the versions that rests on.

    threat: as it will stand. how: what became of a date that it has no more.
    """
    dates, facts, seen = wanted(threat), list[Fact](), dict[Id, int]()
    for held in look.all(Deadline, warning=threat.id, met_at=None):
        seen[held.id] = look.version(held.id)
        ends = dates.pop(held.deadline_kind, None)
        if ends is None:
            facts.append(DeadlineMet(subject=held.id, occurred_at=now, how=how, decided_by=by, why=why))
        elif ends != held.window.ends:
            facts.append(DeadlineMoved(subject=held.id, occurred_at=now, ends=ends, decided_by=by, why=why))
    for kind, ends in dates.items():
        ahead = min((ends - now) / 4, ASKED_AHEAD)
        facts.append(
            set_deadline(
                house.store.new_id(),
                threat.id,
                kind,
                begins=now,
                ends=ends,
                ahead=max(ahead, timedelta()),
                now=now,
                exercise=threat.exercise,
            )
        )
    return facts, seen


def date_cases(house: House, now: datetime) -> None:
    """Give each open case that has no next step one: it was opened by an earlier Tocsin. Done twice, it changes nothing."""
    with house.store.look() as look:
        left = [look.get(Threat, one) for one in look.undated_cases(DeadlineKind.NEXT_STEP.value)]

    def date_one(threat: Threat) -> None:
        with house.store.look() as look:
            seen = look.version(threat.id)
            step = [] if threat.next_step is not None else [look_again(threat, now + LOOK_AGAIN, threat.owner, now)]
            facts, _dated = dates_of(house, look, after(threat, step), "", by="tocsin", why="", now=now)
        command = f"date_case:{threat.id}:{seen}"
        house.store.commit([*step, *facts], at=now, by="tocsin", command=command, expect={threat.id: seen})

    do_all([partial(date_one, threat) for threat in left if threat.is_open])


# ---- ringing about them


def mind_date(house: House, deadline: Deadline, *, errand: int, now: datetime) -> None:
    """Ring whoever has the step when its date nears, and others too once it has passed; stop when it is done."""
    with house.store.look() as look:
        threat = look.get(Threat, deadline.warning)
        standing_by = [
            one
            for one in look.all(Watch, warning=threat.id, why=Why.CASE.value, settled_at=None)
            if one.of == deadline.id
        ]
        seen = {one: look.version(one) for one in (deadline.id, *(watch.id for watch in standing_by))}
    how = deadline.met_how or deadline.window.stands.value
    facts: list[WatchOpened | WatchSettled] = [fact for one in standing_by if (fact := settle(one, how, now))]
    if deadline.waits:
        facts.append(
            open_watch(
                house.store.new_id(),
                warning=threat.id,
                of=deadline.id,
                why=Why.CASE,
                ladder=ladder_of(threat, deadline),
                now=now,
                exercise=threat.exercise,
            )
        )
    house.store.commit(facts, at=now, by="tocsin", command=f"mind_deadline:{errand}", expect=seen, done=errand)


def ladder_of(threat: Threat, deadline: Deadline) -> Ladder:
    """Return whom to ring about a date: whoever has the step; once it has passed, the owner and every duty officer as well."""
    step = threat.next_step if deadline.deadline_kind is DeadlineKind.NEXT_STEP else None
    first = Rung(to="", kind=Kind.OWNER, after_s=0) if step is None else Rung(to=step.owner, after_s=0)
    if not deadline.missed:
        return Ladder(rungs=(first,))
    owner = Rung(to="", kind=Kind.OWNER, after_s=HOUR_S)
    duty = Rung(to=Role.DUTY_OFFICER.value, kind=Kind.ROLE, after_s=4 * HOUR_S)
    return Ladder(rungs=(first, duty) if step is None or step.owner == threat.owner else (first, owner, duty))
