"""Sending a warning again to the silent: asked for in one fact, then written down in batches, which a crash may interrupt."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.delivery.again import SendingAgain, SendingAgainAsked
from tocsin.delivery.facts import Errand
from tocsin.delivery.plan import Plan, plan_deliveries
from tocsin.flow.delivery import deliver
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.threat.distrusted import barred_from
from tocsin.flow.warning.audience import Warned
from tocsin.people.state import Group
from tocsin.store.institutions import spoken_for, stands_for
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.window import HOLDS


@once
def send_again(
    house: House,
    warning_id: Id,
    of: Sequence[Id] = (),
    *,
    unless: Sequence[str] = (),
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Have a warning sent again to whoever has not answered it. of, unless: see SendingAgainAsked.

    Raises:
        Refused: it holds no longer, it has not gone out, or everyone has answered.
    """
    with house.store.look() as look:
        warning = deliver.find_warning(look, warning_id)
        _refuse_over(warning, now)
        if not whom(look, warning_id, of, unless):
            raise Refused(
                f"Nobody whom warning {warning_id} was sent to is silent; there is nobody to send it to again."
            )
        step = max((batch.step for batch in look.batches(warning_id) if batch.errand is Errand.WARNING), default=0) + 1
        seen = look.version(warning_id)
    asked = SendingAgainAsked(
        subject=house.store.new_id(),
        occurred_at=now,
        warning=warning_id,
        step=step,
        of=tuple(of),
        unless=tuple(unless),
        exercise=warning.exercise,
    )
    house.store.commit([asked], at=now, by=by, command=command, expect={warning_id: seen})


def _refuse_over(warning: Warned, now: datetime) -> None:
    window = None if isinstance(warning, Advisory) else warning.window
    if deliver.taken_back(warning) is not None:
        raise Refused(f"Warning {warning.id} was taken back. It is not sent again.")
    if window is not None and (window.stands not in HOLDS or window.ends <= now):
        raise Refused(f"Warning {warning.id} holds no longer. Issue a new one that follows it.")


def whom(look: Look, warning: Id, of: Sequence[Id], unless: Sequence[str]) -> list[Id]:
    """Return who of these was told of a warning and has not answered it, in the order of their ids."""
    silent = look.silent(warning, unless) - spoken_for(look, warning)
    silent -= barred_from(look, deliver.find_warning(look, warning))
    if not of:
        return sorted(silent)
    groups = [one for one in of if look.find(Group, one) is not None]
    contacts = [person for person, stands in stands_for(look, warning).items() if not set(of).isdisjoint(stands)]
    return sorted(silent & {*of, *contacts, *look.members(groups)})


def plan_again(house: House, again_id: Id, *, errand: int, now: datetime) -> None:
    """Write down to whom a warning goes again. Done again after a crash, whoever has been written down is left out."""
    with house.store.look() as look:
        again = look.get(SendingAgain, again_id)
        warning = deliver.find_warning(look, again.warning)
        wanted = whom(look, again.warning, again.of, again.unless)
        done = look.passed_on(again.warning, again.step - 1, wanted)
    left = [person for person in wanted if person not in done]
    for start in range(0, len(left), deliver.AT_ONCE):
        part = left[start : start + deliver.AT_ONCE]
        with house.store.look() as look:
            plan = _plan(house, look, warning, part)
        facts, lists = deliver.warning_batches(house, plan, warning, now, again.step)
        expect: dict[Id, int] = {}
        if plan.unreachable:
            more, expect = deliver.not_reached(house, warning, now)
            facts.extend(more)
        command = f"again:{again_id}:{house.store.new_id()}"
        house.store.commit(facts, at=now, by="tocsin", command=command, lists=lists, expect=expect)
    house.store.finish(errand)


def _plan(house: House, look: Look, warning: Warned, persons: Sequence[Id]) -> Plan:
    ways, size = deliver.ways(house, warning), deliver.size_of(warning)
    addresses, tried = look.addresses(persons), look.tried(warning.id, Errand.WARNING, persons)
    fresh = plan_deliveries(persons, addresses, ways, size, tried, house.avoid)
    over = plan_deliveries(fresh.unreachable, addresses, ways, size, avoid=house.avoid)
    return Plan(ranges=(*fresh.ranges, *over.ranges), unreachable=over.unreachable)
