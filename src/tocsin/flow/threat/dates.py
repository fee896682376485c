"""The dates of a case: its next step, its next estimate once an indicator was newly met, and when to ask whom to warn of it.

Each is asked about, missed in the open and rung about by the clockwork of deadlines, until somebody has done it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import WatchOpened, WatchSettled, Why
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Reader, Role, may_read
from tocsin.flow.each import do_all
from tocsin.flow.house import House
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.threat.assess import middle
from tocsin.threat.casework import look_again, look_by
from tocsin.threat.looked_after import NextStep
from tocsin.threat.merge import newly_met, steps, together
from tocsin.threat.state import Threat, fold_threat
from tocsin.warning.deadline.decide import set_deadline
from tocsin.warning.deadline.facts import DeadlineKind, DeadlineMet, DeadlineMoved
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.hours import Row, deadlines, expected
from tocsin.warning.duty.policy import POLICY, UNCHOSEN, DutyPolicy
from tocsin.warning.duty.state import Duty
from tocsin.warning.ladder import Kind, Ladder, Rung

KINDS = frozenset({DeadlineKind.NEXT_STEP, DeadlineKind.JUDGE_AGAIN, DeadlineKind.MUST_WARN})

JUDGE_WITHIN = timedelta(hours=12)
"""Within what time a case is judged again once an indicator was newly met, or in half of what is left until it begins, if that is less."""

ASKED_AHEAD = timedelta(hours=24)
"""How long before a date whoever has the step is asked, at the most: a quarter of the time there was, if that is less."""

HOUR_S = 3_600

LIKELY = 0.55
"""From what middle of an estimate on a case is likely. Source: ICD 203, section D.6.e(2)(a)."""

NEAR = timedelta(hours=72) - timedelta(seconds=1)
"""How long before a case begins somebody asks whom to warn of it, however unlikely: while the row under 72 hours holds."""


def after(threat: Threat, facts: Sequence[Fact]) -> Threat:
    """Return how a case stands after facts, of those that are about it."""
    for fact in facts:
        if fact.subject == threat.id:
            threat = fold_threat(threat, fact)
    return threat


class Date(msgspec.Struct, frozen=True):
    """From when on something is asked for, and by when it is to be done."""

    asked_at: datetime
    ends: datetime


def find_after(look: Look, facts: Sequence[Fact] = ()) -> Callable[[Id], Threat | None]:
    """Return what finds a case as it will stand after facts."""

    def find(id: Id) -> Threat | None:
        found = look.find(Threat, id)
        return after(found, facts) if found is not None else None

    return find


def wanted(every: Sequence[Threat], now: datetime) -> dict[DeadlineKind, Date]:
    """Return by when what is to be done about a case, as it stands, and from when on that is asked for.

    every: the case, and those looked after with it: the soonest step counts, and an indicator newly met in any.
    """
    threat, step, ends = every[0], next(iter(steps(every)), None), {}
    if threat.is_open and step is not None:
        ends[DeadlineKind.NEXT_STEP] = step.by_when
    met = min((one.met_at for one in newly_met(every) if one.met_at is not None), default=None)
    if threat.is_open and met is not None:
        ends[DeadlineKind.JUDGE_AGAIN] = min(met + JUDGE_WITHIN, *(look_by(one.begins, one.ends, met) for one in every))
    return {kind: Date(by - max(min((by - now) / 4, ASKED_AHEAD), timedelta()), by) for kind, by in ends.items()}


def must_warn_by(threat: Threat, hours: Sequence[Row], now: datetime) -> Date | None:
    """Return by when somebody is to ask whom to warn of a case; None: it is neither likely, nor does it say when it begins.

    Likely, that is asked for at once; else once less than 72 hours are left. There is as long as there is to decide.
    """
    if threat.ends is not None and threat.ends <= now:
        return None
    event_at = expected(threat.begins, threat.ends, now)
    if threat.last is not None and middle(threat.last.likelihood) >= LIKELY:
        return Date(now, deadlines(hours, event_at, now).decide_by)
    if event_at is None:
        return None
    near = max(event_at - NEAR, now)
    return Date(near, deadlines(hours, event_at, near).decide_by)


def _to_be_asked(look: Look, every: Sequence[Threat], now: datetime) -> Date | None:
    """Return by when somebody is to ask whom to warn of a case; None also where that has been asked, of it or of one in it.

    every: the case, and those looked after with it: the first of them that has it sooner counts.
    """
    if not every[0].is_open or any(look.all(Duty, threat=one.id) for one in every):
        return None
    hours = (look.find(DutyPolicy, POLICY) or UNCHOSEN).hours
    found = (must_warn_by(one, hours, now) for one in every)
    return min((one for one in found if one is not None), key=lambda one: one.ends, default=None)


def dates_of(
    house: House,
    look: Look,
    threat: Threat,
    how: str,
    *,
    others: Sequence[Fact] = (),
    by: Id,
    why: str,
    now: datetime,
) -> tuple[list[Fact], dict[Id, int]]:
    """Return what makes the dates of a case those that it has now, and the versions that rests on.

    threat: as it will stand. others: what will have come true of those looked after with it. how: what became of a date that it
    has no more.
    """
    every = together(threat, find_after(look, others))
    dates, facts, seen = wanted(every, now), list[Fact](), dict[Id, int]()
    to_be_asked = _to_be_asked(look, every, now)
    for held in look.all(Deadline, warning=threat.id, met_at=None):
        seen[held.id] = look.version(held.id)
        if held.deadline_kind is DeadlineKind.MUST_WARN and to_be_asked is not None:
            if held.window.ends <= to_be_asked.ends:  # nothing puts it off
                to_be_asked = None
                continue
            facts.append(DeadlineMet(subject=held.id, occurred_at=now, how="replaced", decided_by=by, why=why))
            continue
        date = dates.pop(held.deadline_kind, None)
        if date is None:
            facts.append(DeadlineMet(subject=held.id, occurred_at=now, how=how, decided_by=by, why=why))
        elif date.ends != held.window.ends:
            facts.append(DeadlineMoved(subject=held.id, occurred_at=now, ends=date.ends, decided_by=by, why=why))
    if to_be_asked is not None:
        dates[DeadlineKind.MUST_WARN] = to_be_asked
    for kind, date in dates.items():
        ahead = date.ends - date.asked_at
        facts.append(
            set_deadline(
                house.store.new_id(),
                threat.id,
                kind,
                # What is asked for at once is not asked before the middle of its time.
                begins=min(now, date.asked_at - ahead) if kind is DeadlineKind.MUST_WARN else now,
                ends=date.ends,
                ahead=ahead,
                now=now,
                exercise=threat.exercise,
            )
        )
    return facts, seen


def asked_for(look: Look, threat: Threat, by: Id, now: datetime) -> tuple[list[Fact], dict[Id, int]]:
    """Return what notes that it is asked whom to warn of a case, and the versions that rests on."""
    held = look.all(Deadline, warning=threat.id, deadline_kind=DeadlineKind.MUST_WARN.value, met_at=None)
    met: list[Fact] = [DeadlineMet(subject=one.id, occurred_at=now, how="asked", decided_by=by) for one in held]
    return met, {one.id: look.version(one.id) for one in held}


def date_cases(house: House, now: datetime) -> None:
    """Give each open case of an earlier Tocsin the dates that it lacks: a next step, and when to ask whom to warn of it.

    Done twice, it changes nothing.
    """
    with house.store.look() as look:
        stepless = look.undated_cases(DeadlineKind.NEXT_STEP.value)
        unasked = look.unasked_cases(DeadlineKind.MUST_WARN.value, LIKELY, now)
        left = [look.get(Threat, one) for one in dict.fromkeys([*stepless, *unasked])]

    def date_one(threat: Threat) -> None:
        with house.store.look() as look:
            seen = look.version(threat.id)
            step = (
                []
                if threat.next_step is not None
                else [look_again(threat, look_by(threat.begins, threat.ends, now), threat.owner, now)]
            )
            facts, _dated = dates_of(house, look, after(threat, step), "", by="tocsin", why="", now=now)
        command = f"date_case:{threat.id}:{seen}"
        if step or facts:
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
        step = shown_step(look, threat)
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
                ladder=ladder_of(threat, step, deadline),
                now=now,
                exercise=threat.exercise,
            )
        )
    house.store.commit(facts, at=now, by="tocsin", command=f"mind_deadline:{errand}", expect=seen, done=errand)


def shown_step(look: Look, threat: Threat) -> NextStep | None:
    """Return the soonest step of a case, if whoever has it may read where it is looked after."""
    step = next(iter(steps(together(threat, find_after(look)))), None)
    if step is None or step == threat.next_step:
        return step
    known = look.find(Person, step.owner)
    reader = Reader(person=known.id, roles=frozenset(known.roles), cleared_to=known.cleared_to) if known else None
    named = frozenset({threat.owner, *threat.readers})
    return step if reader is not None and may_read(reader, threat.mark, named) else None


def ladder_of(threat: Threat, step: NextStep | None, deadline: Deadline) -> Ladder:
    """Return whom to ring about a date: whoever has the step; once it has passed, the owner and every duty officer as well.

    That nobody asks whom to warn, every duty officer hears before that: after a quarter of the time there is.
    """
    step = step if deadline.deadline_kind is DeadlineKind.NEXT_STEP else None
    if deadline.deadline_kind is DeadlineKind.MUST_WARN:
        return _to_ask(deadline)
    first = Rung(to="", kind=Kind.OWNER, after_s=0) if step is None else Rung(to=step.owner, after_s=0)
    if not deadline.missed:
        return Ladder(rungs=(first,))
    owner = Rung(to="", kind=Kind.OWNER, after_s=HOUR_S)
    duty = Rung(to=Role.DUTY_OFFICER.value, kind=Kind.ROLE, after_s=4 * HOUR_S)
    return Ladder(rungs=(first, duty) if step is None or step.owner == threat.owner else (first, owner, duty))


def _to_ask(deadline: Deadline) -> Ladder:
    wait_s = max((deadline.window.ahead_s or HOUR_S) // 4, 60)
    rungs = (
        Rung(to="", kind=Kind.OWNER, after_s=0),
        Rung(to=Role.DUTY_OFFICER.value, kind=Kind.ROLE, after_s=0 if deadline.missed else wait_s),
    )
    again_s = max(wait_s, HOUR_S) if deadline.missed else wait_s
    return Ladder(rungs=rungs, repeat_s=again_s, slows=deadline.missed)
