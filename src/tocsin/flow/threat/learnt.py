"""What is learnt of a case reaches its duties to warn: what comes sooner has less time, and what was refused is asked again.

A refusal holds of what was known when it was agreed to, and so does that it was disrupted before they were told: once an indicator
is newly met, the case is judged more likely or is expected sooner, it is decided anew, by a deadline of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.flow.threat.dates import LIKELY
from tocsin.flow.threat.family import family, of_case
from tocsin.store.look import Look
from tocsin.threat.assess import middle
from tocsin.threat.state import Threat
from tocsin.warning.duty.decide import ask_anew, follow_case, is_sooner
from tocsin.warning.duty.facts import DutyReopened, DutyRetimed
from tocsin.warning.duty.hours import Row, expected
from tocsin.warning.duty.policy import POLICY, UNCHOSEN, DutyPolicy
from tocsin.warning.duty.state import BEEN_TOLD, LEFT_UNWARNED, Duty

SOONER = "The case was written down anew: it is expected sooner."
"""Why the deadlines of a duty come closer without anybody having looked at it."""

JOINED = "It became one with a case that has it sooner."
"""The same, where its case was merged."""

MET = "An indicator of the case was newly met since it {how}."
LIKELIER = "The case is judged more likely than it was when it {how}."
SOONER_SINCE = "It is expected sooner than when it {how}."
REFUSED, DISRUPTED = "was refused", "ended as disrupted"
"""How a duty came to its end without their being told."""


def hours_of(look: Look) -> Sequence[Row]:
    """Return the table of deadlines that holds."""
    return (look.find(DutyPolicy, POLICY) or UNCHOSEN).hours


def earliest(look: Look, threat: Threat, duties: Iterable[Duty], now: datetime) -> datetime | None:
    """Return when something is expected at the earliest: as a case has it, or one that became one with it, or an open duty of it.

    Only of whom nobody has told yet does a moment that is past still count: it may have begun.
    """
    asked = (
        one.event_at
        for one in duties
        if not one.over and one.event_at is not None and (one.event_at > now or one.stage not in BEEN_TOLD)
    )
    return min((one for one in (_written(look, threat, now), *asked) if one is not None), default=None)


def _written(look: Look, threat: Threat, now: datetime) -> datetime | None:
    """Return when something is expected first, as a case and all that became one with it have it."""
    cases = {**look.some(Threat, sorted(family(look, threat.id))), threat.id: threat}.values()
    found = (expected(one.begins, one.ends, now) for one in cases)
    return min((one for one in found if one is not None), default=None)


def reach_duties_of_both(
    look: Look, one: Threat, into: Threat, by: Id, now: datetime
) -> list[DutyRetimed | DutyReopened]:
    """Return what the duties of two cases that become one make of it that the other has it sooner."""
    has = [(of_case(look, case.id), _written(look, case, now)) for case in (one, into)]
    found: list[DutyRetimed | DutyReopened | None] = []
    hours = hours_of(look)
    for (duties, own), (_its, event_at) in (has, has[::-1]):
        if event_at is None or (own is not None and own <= event_at):
            continue
        for duty in duties:
            found.append(follow_case(duty, event_at, hours=hours, by=by, why=JOINED, now=now))
            if duty.left_unwarned and is_sooner(duty, event_at):
                found.append(ask_anew(duty, event_at, hours=hours, by=by, why=_said(SOONER_SINCE, duty), now=now))
    return [fact for fact in found if fact is not None]


def reach_duties(look: Look, before: Threat, stands: Threat, by: Id, now: datetime) -> list[DutyRetimed | DutyReopened]:
    """Return what the duties of a case, and of those that became one with it, make of how it stands now."""
    duties = of_case(look, stands.id)
    return [*_come_sooner(look, duties, before, stands, by, now), *_asked_again(look, duties, before, stands, by, now)]


def _come_sooner(
    look: Look, duties: Sequence[Duty], before: Threat, stands: Threat, by: Id, now: datetime
) -> list[DutyRetimed]:
    if not _is_moved(before, stands):
        return []
    event_at, hours = expected(stands.begins, stands.ends, now), hours_of(look)
    found = (follow_case(one, event_at, hours=hours, by=by, why=SOONER, now=now) for one in duties)
    return [one for one in found if one is not None]


def _asked_again(
    look: Look, duties: Sequence[Duty], before: Threat, stands: Threat, by: Id, now: datetime
) -> list[DutyReopened]:
    left = [one for one in duties if one.left_unwarned] if stands.is_open else []
    because = {one.id: _said(why, one) for one in left if (why := _why_again(one, before, stands, now))}
    if not because:
        return []
    event_at, hours = earliest(look, stands, duties, now), hours_of(look)
    found = (
        ask_anew(one, event_at, hours=hours, by=by, why=because[one.id], now=now) for one in left if one.id in because
    )
    return [one for one in found if one is not None]


def _why_again(duty: Duty, before: Threat, stands: Threat, now: datetime) -> str:
    """Say what was learnt on which a duty might not have come to its end; nothing, where there is nothing."""
    if set(stands.checklist.met) - set(before.checklist.met):
        return MET
    if len(stands.assessments) > len(before.assessments) and _is_likelier(duty, stands):
        return LIKELIER
    if _is_moved(before, stands) and is_sooner(duty, expected(stands.begins, stands.ends, now)):
        return SOONER_SINCE
    return ""


def _said(why: str, duty: Duty) -> str:
    return why.format(how=REFUSED if duty.stage in LEFT_UNWARNED else DISRUPTED)


def _is_likelier(duty: Duty, threat: Threat) -> bool:
    """Say whether a case is judged more likely than when a duty came to its end; where nobody had judged it then, whether it is likely."""
    stood = [one for one in threat.assessments if one.at <= duty.since]
    if threat.last is None:
        return False
    now_is = middle(threat.last.likelihood)
    return now_is > middle(stood[-1].likelihood) if stood else now_is >= LIKELY


def _is_moved(before: Threat, stands: Threat) -> bool:
    return (before.begins, before.ends) != (stands.begins, stands.ends)
