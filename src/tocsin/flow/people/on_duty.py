"""Whom a step of a ladder comes to now: people by name, holders of posts, whoever a rota has on duty, everyone of a role."""

from datetime import datetime

from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.threat.distrusted import barred_about
from tocsin.people.rota import Rota, on_duty
from tocsin.people.state import Person, Post
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


def whom_at_last(look: Look, watch: Watch, owner: Id | None, at: datetime) -> list[Id]:
    """Return the people whom the next step of a watch comes to; every duty officer, where a whole ladder came to nobody.

    Whoever belongs to a host that is distrusted in its case is not rung about it.
    """
    out = barred_about(look, watch.warning)
    found = [one for one in whom(look, watch.ladder.rung(watch.step), owner, at) if one not in out]
    is_last = watch.ladder.begins_anew(watch.step + 1)
    if found or watch.at_step or not is_last:
        return found
    return [one.id for one in look.desk_people() if Role.DUTY_OFFICER in one.roles]


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


# ---- what may be named


def refuse_strangers(look: Look, people: list[Id]) -> None:
    """Stop somebody from being rung who is nobody here.

    Raises:
        Refused: there is no such person, or they have been forgotten.
    """
    known = look.some(Person, sorted(set(people)))
    for one in people:
        if one not in known or known[one].forgotten:
            raise Refused(f"There is nobody {one} here, or they have been forgotten.")


def refuse_unknown(look: Look, ladder: Ladder) -> None:
    """Stop a ladder that names what is not here.

    Raises:
        Refused: it does.
    """
    refuse_strangers(look, list(ladder.persons()))
    for target in (one for rung in ladder.rungs for one in rung.targets):
        if target.kind is Kind.ROTA:
            rota = look.find(Rota, target.to)
            if rota is None or rota.dropped_at is not None:
                raise Refused(f"There is no rota {target.to}, or it is no longer kept.")
        elif target.kind is Kind.POST and look.find(Post, target.to) is None:
            raise Refused(f"There is no post {target.to}.")
