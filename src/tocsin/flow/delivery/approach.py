"""Going down an institution's line: where nothing is heard from one contact, the next is told in time."""

from datetime import datetime

from tocsin.answer.facts import Why
from tocsin.answer.institution.decide import move_on
from tocsin.answer.institution.facts import ApproachMoved
from tocsin.answer.institution.state import Approach
from tocsin.basis.fact import Fact
from tocsin.delivery.plan import plan_deliveries
from tocsin.flow.delivery.deliver import find_warning, taken_back, warning_batches, ways
from tocsin.flow.delivery.line import reachable
from tocsin.flow.house import House
from tocsin.flow.threat.distrusted import barred_from
from tocsin.flow.warning.audience import Warned
from tocsin.store.institutions import handed_within, heard_from
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.window import HOLDS


def move_on_due(house: House, now: datetime) -> None:
    """Tell the next contact of each institution whose time has come; where something was heard, or all is over, nobody."""
    with house.store.look() as look:
        due = look.due(Approach, now)
    for approach in due:
        _move_on(house, approach.id, now)


def _move_on(house: House, approach_id: str, now: datetime) -> None:
    with house.store.look() as look:
        approach, seen = look.get(Approach, approach_id), look.version(approach_id)
        warning = find_warning(look, approach.warning)
        heard = approach.of in heard_from(look, approach.warning)
        handed = {to for to, _ in handed_within(look, approach.warning)}
        usable = reachable(look, approach.line, ways(house, warning)) - handed  # who has it already
        usable -= barred_from(look, warning)
        fact = move_on(approach, usable, why=Why.SILENCE, heard=heard, over=is_over(warning, now), now=now)
        told = (fact.to,) if isinstance(fact, ApproachMoved) else ()
        plan = plan_deliveries(told, look.addresses(told), ways(house, warning), 1, avoid=house.avoid)
    if fact is None:
        return
    facts, lists = warning_batches(house, plan, warning, now)
    every: list[Fact] = [fact, *facts]
    command = f"turn:{approach_id}:{len(approach.turns)}"
    house.store.commit(every, at=now, by="tocsin", command=command, expect={approach_id: seen}, lists=lists)


def is_over(warning: Warned, now: datetime) -> bool:
    """Say whether nobody else need be told of a warning: it was taken back, or holds no more."""
    window = None if isinstance(warning, Advisory) else warning.window
    ended = window is not None and (window.stands not in HOLDS or window.ends <= now)
    return taken_back(warning) is not None or ended
