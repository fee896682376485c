"""What can happen to a threat and to the actors behind it."""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark


class Confidence(StrEnum):
    """How good the grounds are. It says nothing of how likely the thing is.

    Source: ICD 203, Analytic Standards, section D.6.e(2)(b).
    """

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Bearing(StrEnum):
    """Which way a report or an incident points."""

    FOR = "for"
    AGAINST = "against"
    CONTEXT = "context"


class ActorListed(Fact, frozen=True, kw_only=True):
    """A group was entered in the actor book. listed_by: the official listing or charge it rests on."""

    name: str
    aliases: tuple[str, ...] = ()
    listed_by: str = ""


class ThreatOpened(Fact, frozen=True, kw_only=True):
    """A case was opened. host: the organisation answerable for the place. zone: IANA, the case's own clock.

    readers: who, besides its owner, may read it if it is RED.
    """

    title: str
    zone: str
    owner: Id
    actors: tuple[Id, ...] = ()
    targets: tuple[str, ...] = ()
    place: str = ""
    host: Id | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    mark: Mark = Mark.AMBER
    readers: tuple[Id, ...] = ()
    exercise: bool = False


class ThreatAssessed(Fact, frozen=True, kw_only=True):
    """Someone judged the threat again. likelihood: low and high, each 0 to 1."""

    likelihood: tuple[float, float]
    confidence: Confidence
    grounds: str
    why: str
    assessor: Id
    reports: tuple[Id, ...] = ()


class EvidenceLinked(Fact, frozen=True, kw_only=True):
    """A report or an incident was found to bear on the threat."""

    item: Id
    item_kind: str
    bearing: Bearing


class PartyAccused(Fact, frozen=True, kw_only=True):
    """Someone said in public who is behind it. We keep that they said so, not that it is so."""

    party: str
    accuser: str
    words: str
    report: Id | None = None


class NoIndicationStated(Fact, frozen=True, kw_only=True):
    """As of a moment, there was no indication of a party. That is neither evidence against nor an acquittal."""

    party: str
    as_of: datetime
    speaker: str
    words: str
