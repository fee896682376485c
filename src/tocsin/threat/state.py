"""How actors and threats stand, and the only rules by which facts change that."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.threat.facts import (
    ActorListed,
    Bearing,
    Confidence,
    EvidenceLinked,
    NoIndicationStated,
    PartyAccused,
    ThreatAssessed,
    ThreatOpened,
)


class Actor(State, frozen=True, kw_only=True):
    """A group, under the name we use and the others it goes by."""

    name: str
    aliases: tuple[str, ...]
    listed_by: str


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """One dated judgement by one named person."""

    at: datetime
    assessor: Id
    likelihood: tuple[float, float]
    confidence: Confidence
    grounds: str
    why: str
    reports: tuple[Id, ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """That an item bears on the threat."""

    at: datetime
    item: Id
    item_kind: str
    bearing: Bearing


class Accusation(msgspec.Struct, frozen=True, kw_only=True):
    """That someone said who is behind it."""

    at: datetime
    party: str
    accuser: str
    words: str
    report: Id | None


class NoIndication(msgspec.Struct, frozen=True, kw_only=True):
    """That nothing pointed to a party, as of a moment."""

    as_of: datetime
    stated_at: datetime
    party: str
    speaker: str
    words: str


class Threat(State, frozen=True, kw_only=True):
    """The case, as it stands."""

    title: str
    zone: str
    opened_at: datetime
    owner: Id
    actors: tuple[Id, ...]
    targets: tuple[str, ...]
    place: str
    host: Id | None
    begins: datetime | None
    ends: datetime | None
    mark: Mark
    readers: tuple[Id, ...]
    exercise: bool
    assessments: tuple[Assessment, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    accusations: tuple[Accusation, ...] = ()
    no_indications: tuple[NoIndication, ...] = ()


def fold_actor(state: Actor | None, fact: Fact) -> Actor:
    """Return how the actor stands after the fact."""
    match fact:
        case ActorListed():
            return Actor(id=fact.subject, name=fact.name, aliases=fact.aliases, listed_by=fact.listed_by)
    raise TypeError(fact.kind())


def _opened(fact: ThreatOpened) -> Threat:
    return Threat(
        id=fact.subject,
        title=fact.title,
        zone=fact.zone,
        opened_at=fact.occurred_at,
        owner=fact.owner,
        actors=fact.actors,
        targets=fact.targets,
        place=fact.place,
        host=fact.host,
        begins=fact.begins,
        ends=fact.ends,
        mark=fact.mark,
        readers=fact.readers,
        exercise=fact.exercise,
    )


def fold_threat(state: Threat | None, fact: Fact) -> Threat:
    """Return how the threat stands after the fact."""
    if isinstance(fact, ThreatOpened):
        return _opened(fact)
    threat = standing(state, fact)
    match fact:
        case ThreatAssessed():
            judged = Assessment(
                at=fact.occurred_at,
                assessor=fact.assessor,
                likelihood=fact.likelihood,
                confidence=fact.confidence,
                grounds=fact.grounds,
                why=fact.why,
                reports=fact.reports,
            )
            return replace(threat, assessments=(*threat.assessments, judged))
        case EvidenceLinked():
            linked = Evidence(at=fact.occurred_at, item=fact.item, item_kind=fact.item_kind, bearing=fact.bearing)
            return replace(threat, evidence=(*threat.evidence, linked))
        case PartyAccused():
            accused = Accusation(
                at=fact.occurred_at, party=fact.party, accuser=fact.accuser, words=fact.words, report=fact.report
            )
            return replace(threat, accusations=(*threat.accusations, accused))
        case NoIndicationStated():
            nothing = NoIndication(
                as_of=fact.as_of,
                stated_at=fact.occurred_at,
                party=fact.party,
                speaker=fact.speaker,
                words=fact.words,
            )
            return replace(threat, no_indications=(*threat.no_indications, nothing))
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(Actor, (ActorListed,), fold_actor),
    Folding(Threat, (ThreatOpened, ThreatAssessed, EvidenceLinked, PartyAccused, NoIndicationStated), fold_threat),
)
