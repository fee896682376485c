"""What follows for duties to warn from a host being distrusted: a decision to warn it is made anew, and so is what rested on its being told."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.flow.threat.distrusted import insiders
from tocsin.flow.threat.family import family, of_case
from tocsin.flow.threat.learnt import earliest, hours_of
from tocsin.flow.warning.audience import named
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.duty.decide import ask_anew, ask_since_distrusted
from tocsin.warning.duty.facts import DutyReopened, HostDistrusted
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.state import Notice, NoticeStage

HOST_KNOWS = "The host had been told, and came to be distrusted since."
"""Why it is asked again whether others are warned who were not to be."""


def since_distrusted(look: Look, said: HostDistrusted, now: datetime) -> list[DutyReopened]:
    """Return which duties of a case are asked again because a host of it is distrusted.

    That to the host itself, where it has not been told. Where it has, that stays so; and whoever was left unwarned is asked about
    again: it was not known then that somebody knows of it who may be complicit, or leak.
    """
    threat, contacts = look.get(Threat, said.threat), insiders(look, said.host)
    duties, hours = of_case(look, said.threat), hours_of(look)
    event_at = earliest(look, threat, duties, now)
    again = [ask_since_distrusted(one, said, event_at, contacts=contacts, hours=hours, now=now) for one in duties]
    if _knows(look, threat, said.host, contacts, duties):
        others = [one for one in duties if said.host not in one.whom]
        by = said.distrusted_by
        again += [ask_anew(one, event_at, hours=hours, by=by, why=HOST_KNOWS, now=now) for one in others]
    return [one for one in again if one is not None]


def _knows(look: Look, threat: Threat, host: Id, contacts: Collection[Id], duties: Iterable[Duty]) -> bool:
    """Say whether a host, or who can be told there, has been told of a case, or was sent a notice about it."""
    if any(host in one.whom and (one.told_at is not None or one.apart) for one in duties):
        return True
    every = (one for case in sorted(family(look, threat.id)) for one in look.all(Notice, threat=case))
    sent = (one for one in every if one.stage is NoticeStage.SENT and one.exercise <= threat.exercise)
    return any(not {host, *contacts}.isdisjoint(named(look, one)) for one in sent)
