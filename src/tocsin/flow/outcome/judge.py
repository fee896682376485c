"""Judging what came of a threat: noting the blow, judging the outcome axis by axis, gathering what the scores need."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import DeliveryStands
from tocsin.flow.duty.must_warn import policy_of
from tocsin.flow.duty.owed_to import arrived
from tocsin.flow.duty.own_people import own_among
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.threat.dates import after, dates_of
from tocsin.flow.threat.family import looked_after_with
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged
from tocsin.outcome.forecast import forecast_of
from tocsin.outcome.score import Reached, ScoredCase
from tocsin.outcome.state import Outcome
from tocsin.people.state import Person
from tocsin.store import account
from tocsin.store.look import Look
from tocsin.threat.assess import middle
from tocsin.threat.facts import ThreatClosed
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty import after as duties
from tocsin.warning.duty.decide import propose_end
from tocsin.warning.duty.facts import DutyEnded, Ended, RefusalProposed
from tocsin.warning.duty.packs import pack_of
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty, Stage
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import Window, WindowStands

ENDS = {Course.CARRIED_OUT: Ended.EVENT, Course.DISRUPTED: Ended.DISRUPTED, Course.NOTHING: Ended.PASSED}
"""How the duties to warn of a case end by what became of it. Where that is unknown, they do not."""

NORMAL = 1
"""The level that asks for no more than normal precautions."""

ARRIVED = frozenset({DeliveryStands.ACCEPTED.value, DeliveryStands.DELIVERED.value})


@once
def note_event(house: House, event: EventStruck, *, by: Id, command: str, now: datetime) -> None:
    """Note that it happened.

    Raises:
        Refused: there is no such threat.
    """
    with house.store.look() as look:
        look.get(Threat, event.subject)
    house.store.commit([event], at=now, by=by, command=command)


@once
def judge_outcome(house: House, outcome: OutcomeJudged, *, by: Id, command: str, now: datetime) -> None:
    """Judge what became of a threat. That ends the case, and by a duty officer's word what it leaves of the duties to warn.

    Whoever has not been told, and would only not have been struck, is owed as before: to end that takes two. Where it was
    disrupted, this proposes to end it, and another agrees.

    Raises:
        Refused: there is no such threat.
    """
    with house.store.look() as look:
        threat, seen = look.get(Threat, outcome.subject), look.version(outcome.subject)
        ends = [ThreatClosed(subject=threat.id, occurred_at=now, by=by, why=outcome.why)] if threat.is_open else []
        dated, rests_on = dates_of(house, look, after(threat, ends), "judged", by=by, why=outcome.why, now=now)
        over = list(_duties_over(look, threat, outcome, look.get(Person, by).roles, now))
        expect = rests_on | {outcome.subject: seen} | {one.subject: look.version(one.subject) for one in over}
    house.store.commit([outcome, *ends, *dated, *over], at=now, by=by, command=command, expect=expect)


def _duties_over(
    look: Look, threat: Threat, outcome: OutcomeJudged, roles: Collection[Role], now: datetime
) -> Iterator[DutyEnded | RefusalProposed]:
    how = ENDS.get(outcome.course)
    if how is None or Role.DUTY_OFFICER not in roles:
        return
    why = outcome.why.strip() or "What became of the case was judged."
    for id in sorted(looked_after_with(look, threat)):
        for duty in look.all(Duty, threat=id, order="opened_at"):
            if duty.over:
                continue
            if duty.told_at is not None or how in duties.NOBODY_TOLD:
                yield duties.end(duty, how, outcome.judge, roles, why, now)
            elif how is Ended.DISRUPTED and duty.stage is not Stage.REVIEW:
                pack = pack_of(policy_of(look).pack)
                yield propose_end(duty, why, pack=pack, proposer=outcome.judge, roles=roles, now=now)


def scored_cases(look: Look) -> list[ScoredCase]:
    """Return every case with an outcome, as the scores need it."""
    threats = {threat.id: threat for threat in look.all(Threat)}
    return [scored_case(look, threats[outcome.id], outcome) for outcome in look.all(Outcome) if outcome.id in threats]


def scored_case(look: Look, threat: Threat, outcome: Outcome) -> ScoredCase:
    """Return one case as the scores need it."""
    last = forecast_of(threat, outcome)
    # A level says what is right for long, and names no time: where nothing came, it was no false alarm.
    came = outcome.course is not Course.NOTHING
    return ScoredCase(
        outcome=outcome,
        likelihood=middle(last.likelihood) if last else None,
        warned_at=first_arrival(look, threat.id, outcome.struck_at, levels=came),
        reached_at=reached_at(look, threat, outcome.struck_at),
    )


def first_arrival(look: Look, threat: Id, end: datetime | None = None, *, levels: bool = True) -> datetime | None:
    """Return when the first warning about a threat reached its first recipient, or a level began to hold; None: none did.

    end: when it struck. A warning that we had taken back or ended by then warned nobody of it. levels: whether these count.
    """
    stood = _stood(look, threat, end)
    batches = {b.id for w in stood for b in look.batches(w.id) if b.errand is Errand.WARNING}
    arrived = [row.at for w in stood for row in look.results_of(w.id) if row.batch in batches and row.stands in ARRIVED]
    holding = [one.effective_at for one in (_levels(look, threat, end) if levels else ())]
    return min([*arrived, *holding], default=None)


def reached_at(look: Look, threat: Threat, end: datetime | None = None) -> dict[Reached, datetime]:
    """Return when the first warning about a case reached each of those about whom an inquiry asks apart. end: as above.

    An alert tells the public, whomever else it names, and a level does, from when it holds. The host is who it is of the
    case, or whom a duty to it names; an institution is reached by any of its contacts, and by a second knock through whomever.
    """
    told = _stood(look, threat.id, end)
    of_case = look.all(Duty, threat=threat.id)
    host = {one for duty in of_case if duty.side is Side.HOST for one in duty.whom} | ({threat.host} - {None})
    found = [(Reached.PUBLIC, one.effective_at) for one in _levels(look, threat.id, end)]
    for one in told:
        if isinstance(one, Alert):
            at = account.first_arrival(look, [one.id])
            found += [(Reached.PUBLIC, at)] if at is not None else []
            continue
        own, for_host = own_among(look, one, of_case), one.knocks_at in host
        for who, at in arrived(look, one.id, set(one.recipients)).items():
            side = Reached.HOST if for_host or who in host else Reached.OWN if who in own else Reached.OTHERS
            found.append((side, at))
    return {side: min(at for whom, at in found if whom is side) for side in Reached if side in dict(found)}


def _stood(look: Look, threat: Id, end: datetime | None) -> list[Alert | Notice]:
    warnings: list[Alert | Notice] = [*look.all(Alert, threat=threat), *look.all(Notice, threat=threat)]
    return [one for one in warnings if not _ended_before(one.window, end)]


def _levels(look: Look, threat: Id, end: datetime | None) -> list[Advisory]:
    """Return the advisories about a case that asked for more than normal precautions, and were in force when it struck."""
    every = look.all(Advisory)
    about = [one for one in every if one.threat == threat and one.level > NORMAL]
    return about if end is None else [one for one in about if one.effective_at <= end and not _lifted(one, every, end)]


def _lifted(advisory: Advisory, every: Sequence[Advisory], end: datetime) -> bool:
    if advisory.withdrawn_at is not None and advisory.withdrawn_at <= end:
        return True
    later = [one for one in every if one.place == advisory.place and advisory.effective_at < one.effective_at <= end]
    return any(one.level <= NORMAL for one in later)


def _ended_before(window: Window | None, end: datetime | None) -> bool:
    if window is None or end is None or window.stands not in (WindowStands.WITHDRAWN, WindowStands.STOOD_DOWN):
        return False
    return window.decided_at is not None and window.decided_at <= end
