"""Weighing a threat: opening the case, judging it again, and keeping what others say about who is behind it."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.answer.institution.facts import AnswerProposed
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.proposing import proposals
from tocsin.report.state import Incident, Report, Source
from tocsin.threat.assess import assess
from tocsin.threat.facts import (
    ActorListed,
    Bearing,
    Confidence,
    EvidenceLinked,
    NoIndicationStated,
    PartyAccused,
    ThreatOpened,
)
from tocsin.threat.state import Actor, Threat


@once
def list_actor(house: House, actor: ActorListed, *, by: Id, command: str, now: datetime) -> None:
    """Enter an actor.

    Raises:
        Refused: there is one of that id.
    """
    with house.store.look() as look:
        look.refuse_taken(Actor, actor.subject)
    house.store.commit([actor], at=now, by=by, command=command)


@once
def open_threat(house: House, threat: ThreatOpened, *, by: Id, command: str, now: datetime) -> None:
    """Open a case.

    Raises:
        Refused: one of its actors is not in the actor book.
    """
    with house.store.look() as look:
        look.refuse_taken(Threat, threat.subject)
        for actor in threat.actors:
            look.get(Actor, actor)
    house.store.commit([threat], at=now, by=by, command=command)


@once
def assess_threat(
    house: House,
    threat_id: Id,
    *,
    likelihood: tuple[float, float],
    confidence: Confidence,
    grounds: str,
    why: str,
    reports: Iterable[Id],
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Judge a threat again.

    Raises:
        Refused: there is no such threat, or the judgement is none.
    """
    with house.store.look() as look:
        threat, seen = look.get(Threat, threat_id), look.version(threat_id)
    fact = assess(
        threat,
        likelihood=likelihood,
        confidence=confidence,
        grounds=grounds,
        why=why,
        assessor=by,
        reports=reports,
        now=now,
    )
    house.store.commit([fact], at=now, by=by, command=command, expect={threat_id: seen})


@once
def link_evidence(
    house: House, threat_id: Id, item: Id, bearing: Bearing, *, by: Id, command: str, now: datetime
) -> None:
    """Note that a report or an incident bears on a threat.

    Raises:
        Refused: there is no such threat, or the item is neither.
    """
    with house.store.look() as look:
        look.get(Threat, threat_id)
        proposed: list[AnswerProposed] = []
        report = look.find(Report, item)
        if report is not None:
            kind, source = "report", look.get(Source, report.source)
            proposed = proposals(house, look, report, source, now, (threat_id,))
        elif look.find(Incident, item) is not None:
            kind = "incident"
        else:
            raise Refused(f"{item} is neither a report nor an incident; only those bear on a threat.")
        seen = look.version(threat_id)
    fact = EvidenceLinked(subject=threat_id, occurred_at=now, item=item, item_kind=kind, bearing=bearing)
    expect = {threat_id: seen, **{one.subject: 0 for one in proposed}}
    house.store.commit([fact, *proposed], at=now, by=by, command=command, expect=expect)


@once
def note_attribution(
    house: House, fact: PartyAccused | NoIndicationStated, *, by: Id, command: str, now: datetime
) -> None:
    """Keep that someone was accused, or that nothing pointed to them.

    Raises:
        Refused: there is no such threat.
    """
    with house.store.look() as look:
        look.get(Threat, fact.subject)
    house.store.commit([fact], at=now, by=by, command=command)
