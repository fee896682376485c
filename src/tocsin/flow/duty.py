"""Whom a step of a ladder comes to now: people by name, holders of posts, whoever a rota has on duty, everyone of a role."""

from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.people.rota import Rota, on_duty
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.ladder import Kind, Ladder, Rung, Target
from tocsin.warning.notice.state import Notice

GRAVE_SEVERITY = frozenset({"Extreme", "Severe"})  # CAP 1.2, 3.2.2, severity
GRAVE_LEVEL = 4


def is_grave(warning: Alert | Notice | Advisory | Headcount) -> bool:
    """Say whether quiet hours count for nothing: someone may be in danger of their life."""
    match warning:
        case Alert():
            return warning.urgency == "Immediate" or warning.severity in GRAVE_SEVERITY
        case Advisory():
            return warning.level >= GRAVE_LEVEL
    return True  # whoever is told in confidence is in danger, or can avert it


def ladder_of(warning: Alert | Notice | Advisory | Headcount) -> Ladder:
    """Return by which ladder people are rung about a warning."""
    return warning.ladder.unmuted() if is_grave(warning) else warning.ladder


def whom(look: Look, rung: Rung, owner: Id | None, at: datetime) -> list[Id]:
    """Return the people whom a step comes to at a moment, each once; whoever has been forgotten is not among them.

    owner: of the case.
    """
    found = dict.fromkeys(one for target in rung.targets for one in _whom(look, target, owner, at))
    known = look.some(Person, tuple(found))
    return [one for one in found if one in known and not known[one].forgotten]


def _whom(look: Look, target: Target, owner: Id | None, at: datetime) -> list[Id]:
    match target.kind:
        case Kind.PERSON:
            return [target.to]
        case Kind.OWNER:
            return [] if owner is None else [owner]
        case Kind.POST:
            return look.holders([target.to])
        case Kind.ROLE:
            return [one.id for one in look.desk_people() if target.to in one.roles]
        case Kind.ROTA:
            rota = look.find(Rota, target.to)
            return [] if rota is None else list(on_duty(rota, at))


def everyone(look: Look, ladder: Ladder, owner: Id | None, at: datetime) -> list[Id]:
    """Return all whom a ladder would come to at a moment, each once."""
    return list(dict.fromkeys(one for rung in ladder.rungs for one in whom(look, rung, owner, at)))
