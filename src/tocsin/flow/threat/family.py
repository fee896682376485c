"""A case and those that became one with it: they are looked after together, and their duties to warn are owed together."""

from tocsin.basis.ids import Id
from tocsin.store.look import Look
from tocsin.threat.free_text import borne_before, incidents_under, reports_under
from tocsin.threat.state import Threat
from tocsin.warning.duty.state import Duty


def family(look: Look, threat: Id, but: Id | None = None) -> set[Id]:
    """Return the ids under which a case is looked after: its own, and those of all that became one with it, over how many steps.

    but: the case that it is parted from: without that, and what is one with it by way of that alone.
    """
    seen = {threat}
    left = [threat]
    while left:
        found = look.find(Threat, left.pop())
        joined = found.joined if found is not None else None
        near = {*joined.took_in, *((joined.into,) if joined.into is not None else ())} if joined is not None else set()
        near.discard(but or "")
        left += near - seen
        seen |= near
    return seen


def looked_after_with(look: Look, threat: Threat) -> set[Id]:
    """Return a case and those that it took in, and that they took in: whoever ends it ends the looking after of them all."""
    seen = {threat.id}
    left = [threat]
    while left:
        found = look.some(Threat, [one for one in left.pop().joined.took_in if one not in seen])
        seen |= found.keys()
        left += found.values()
    return seen


def looked_after_in(look: Look, threat: Threat) -> Threat:
    """Return the case in which a case is looked after: itself, or what it became part of in the end."""
    while threat.joined.into is not None:
        threat = look.get(Threat, threat.joined.into)
    return threat


def split_between(look: Look, threat: Threat) -> set[Id]:
    """Return the reports and incidents that went off a case, and all that bear on those that it came out of, over how many steps.

    What was written before that may quote them, and why something bears on a case goes along with it.
    """
    found = borne_before(threat)
    for one in came_out_of(look, threat):
        found |= reports_under(one) | incidents_under(one) | borne_before(one)
    return found


def came_out_of(look: Look, threat: Threat) -> list[Threat]:
    """Return the cases that a case was part of before it was split off, over how many steps, the last one first."""
    found: dict[Id, Threat] = {}
    one = look.find(Threat, threat.split_from)
    while one is not None and one.id not in {threat.id, *found}:
        found[one.id] = one
        one = look.find(Threat, one.split_from)
    return list(found.values())


def split_kin(look: Look, threat: Id) -> set[Id]:
    """Return the cases that were split off from a case, and those it came out of, over how many steps; and of those that became one."""
    own = family(look, threat)
    seen, left = set(own), list(own)
    while left:
        one = look.find(Threat, left.pop())
        beside = {split.off for split in one.joined.splits} if one is not None else set()
        if one is not None and one.split_from is not None:
            beside.add(one.split_from)
        near = {each for id in beside for each in family(look, id)}
        left += near - seen
        seen |= near
    return seen - own


def of_case(look: Look, threat: Id) -> list[Duty]:
    """Return the duties of a case, and of those that became one with it."""
    return [duty for one in sorted(family(look, threat)) for duty in look.all(Duty, threat=one, order="opened_at")]
