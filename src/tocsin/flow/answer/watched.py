"""Whether somebody watches for a call for help about a warning now: someone of its ladder whom a call would reach."""

from collections.abc import Collection
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.delivery.plan import plan_deliveries
from tocsin.flow.house import House
from tocsin.flow.people.on_duty import everyone, ladder_of, whom
from tocsin.flow.tend import owner_of
from tocsin.flow.threat.distrusted import barred_about
from tocsin.flow.warning.audience import Warned
from tocsin.store.look import Look


def somebody_watches(house: House, look: Look, warning: Warned, now: datetime) -> bool:
    """Say whether its ladder leads to somebody at this moment who has a way to be called."""
    ladder = ladder_of(warning)
    if not ladder.rungs:
        return False
    owner, out = owner_of(look, warning.id), barred_about(look, warning.id)
    if _reached(house, look, {*everyone(look, ladder, owner, now)} - out):
        return True
    # As it is rung: where a whole ladder comes to nobody, every duty officer is called.
    if set(whom(look, ladder.rungs[-1], owner, now)) - out:
        return False
    return _reached(house, look, {one.id for one in look.desk_people() if Role.DUTY_OFFICER in one.roles})


def _reached(house: House, look: Look, persons: Collection[Id]) -> bool:
    found = look.addresses(sorted(persons)) if persons else []
    return bool(plan_deliveries(persons, found, house.channels(confidential=False), avoid=house.avoid).ranges)
