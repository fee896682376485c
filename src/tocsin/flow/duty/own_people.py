"""No double standard: whoever tells our own people of a danger by a notice asks about the public with that.

Alerts and advisories tell the public themselves, whomever else they name.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.duty.must_warn import Asked, DutyDesk
from tocsin.flow.house import House
from tocsin.flow.people.ours import our_own
from tocsin.flow.threat.family import family
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.duty.decide import public_is_owed_beside
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.window import OVER


class AskedWith(msgspec.Struct, frozen=True, kw_only=True):
    """What asks about the public, and what its commit rests on; nothing, where it need not be asked."""

    facts: tuple[Fact, ...] = ()
    expect: Mapping[Id, int] = MappingProxyType({})
    still: Callable[[Look], bool] | None = None


def ask_about_public(house: House, look: Look, notice: Notice, by: Id, now: datetime) -> AskedWith:
    """Return what asks about the public, because a notice that goes out now tells our own people.

    Source: 7 FAM 052, Department of State: no double standard.
    """
    desk = DutyDesk(house, look, notice.threat, by, now)
    drill = notice.exercise and not desk.threat.exercise
    owed = public_is_owed_beside(own_among(look, notice, desk.duties.values()), desk.duties.values())
    if drill or not owed or _public_is_told(look, notice, now):
        return AskedWith()
    over = [one for one in desk.duties.values() if one.side is Side.PUBLIC]
    if not over:
        id = house.store.new_id()
        opened = desk.open(id, Asked(side=Side.PUBLIC), event_at=desk.expected, because_of=notice.id)
        return AskedWith(facts=tuple(opened), expect={id: 0}, still=desk.still)
    public = max(over, key=lambda one: one.since)
    # What was decided once they had been told was decided knowing that.
    if any(own_among(look, one, desk.duties.values()) for one in _sent_before(look, notice, public.since)):
        return AskedWith()
    seen = desk.expect[public.id]
    return AskedWith(facts=(desk.ask_again(public, desk.expected),), expect={public.id: seen})


def own_among(look: Look, notice: Notice, of_case: Iterable[Duty]) -> set[Id]:
    """Return whom of our own people a notice tells: who has a role here, and whom a duty to our own people names, in any case.

    Not who is told as the one in danger, or as who answers for them: that is a duty of its own, and tells nothing of others.
    """
    in_danger = {one for duty in of_case if duty.in_confidence for one in duty.whom}
    return (our_own(look) & set(notice.recipients)) - in_danger


def _public_is_told(look: Look, notice: Notice, now: datetime) -> bool:
    """Say whether an alert about the case tells the public now."""
    alerts = (one for threat in sorted(family(look, notice.threat)) for one in look.all(Alert, threat=threat))
    return any(_holds(one, now) and one.exercise <= notice.exercise for one in alerts)


def _holds(alert: Alert, now: datetime) -> bool:
    window = alert.window
    over = window is not None and (window.stands in OVER or window.ends <= now)
    return alert.stage is AlertStage.ISSUED and alert.retraction is None and not over


def _sent_before(look: Look, notice: Notice, at: datetime) -> list[Notice]:
    """Return the notices of the case that had gone out by then."""
    every = (one for threat in sorted(family(look, notice.threat)) for one in look.all(Notice, threat=threat))
    return [one for one in every if one.stage is NoticeStage.SENT and one.sent_at is not None and one.sent_at <= at]
