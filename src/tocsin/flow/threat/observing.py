"""Indicators of a case: putting them on its checklist, and saying how each stands.

One that is newly met sets a date by which the case is judged again.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.errors import Refused, Stale
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.seen import STALE
from tocsin.flow.threat.cases import change
from tocsin.report.state import Incident, Report
from tocsin.store.look import Look
from tocsin.threat.casework import refuse_over
from tocsin.threat.indicators import Basis, Indicator, Observed, list_indicators, note_indicator
from tocsin.threat.state import Threat


@once
def put_on_checklist(
    house: House,
    threat_id: Id,
    indicators: Sequence[Indicator],
    *,
    checklist: str = "",
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Put indicators on a case's checklist. checklist: the one they come from; empty: somebody's own.

    Raises:
        Refused: there is no such case, it is over, one says nothing, or all of them are on it.
    """

    def decide(threat: Threat) -> list[Fact]:
        refuse_over(threat)
        fact = list_indicators(threat.checklist, threat.id, indicators, checklist, by, now)
        if fact is None:
            raise Refused("All of these are on the checklist already.")
        return [fact]

    change(house, threat_id, decide, by=by, command=command, now=now)


@once
def observe(
    house: House,
    threat_id: Id,
    key: str,
    stands: Observed,
    *,
    as_of: datetime,
    basis: Sequence[Basis] = (),
    words: str = "",
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say how an indicator stands, as of a moment, and on what that rests.

    seen: how often something had been said of it when whoever says so looked; None: however often.

    Raises:
        Refused: there is no such case, indicator, report, claim or incident, it is said of a moment to come, or somebody has said
            something else meanwhile.
    """

    def check(look: Look, threat: Threat) -> None:
        refuse_over(threat)
        listed = threat.checklist.find(key)
        if seen is not None and listed is not None and len(listed.notes) != seen:
            raise Stale(STALE)
        for one in basis:
            _refuse_nothing(look, one)

    def decide(threat: Threat) -> list[Fact]:
        said = note_indicator(
            threat.checklist, threat.id, key, stands, as_of=as_of, basis=basis, words=words, by=by, now=now
        )
        return [said]

    change(house, threat_id, decide, by=by, command=command, now=now, how="not_observed", check=check)


def _refuse_nothing(look: Look, basis: Basis) -> None:
    report = look.find(Report, basis.item)
    if report is None and look.find(Incident, basis.item) is None:
        raise Refused(f"{basis.item} is neither a report nor an incident; an observation rests on one of these.")
    if basis.claim is not None and (report is None or not 0 <= basis.claim < len(report.claims)):
        raise Refused(f"{basis.item} has no claim {basis.claim + 1}.")
