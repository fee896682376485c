"""A case and those that became one with it: they are looked after together, and their duties to warn are owed together."""

from tocsin.basis.ids import Id
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.duty.state import Duty


def family(look: Look, threat: Id) -> set[Id]:
    """Return the ids under which a case is looked after: its own, and those of all that became one with it, over how many steps."""
    seen = {threat}
    left = [threat]
    while left:
        found = look.find(Threat, left.pop())
        joined = found.joined if found is not None else None
        near = {*joined.took_in, *((joined.into,) if joined.into is not None else ())} if joined is not None else set()
        left += near - seen
        seen |= near
    return seen


def of_case(look: Look, threat: Id) -> list[Duty]:
    """Return the duties of a case, and of those that became one with it."""
    return [duty for one in sorted(family(look, threat)) for duty in look.all(Duty, threat=one, order="opened_at")]
