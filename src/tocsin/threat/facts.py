"""What can happen to a threat and to the actors behind it."""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.threat.particulars import Particulars, Severity


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


class ActorKind(StrEnum):
    """What an actor is. A single person is in the book by an official listing or charge alone."""

    GROUP = "group"
    PERSON = "person"


class ActorListed(Fact, frozen=True, kw_only=True):
    """An actor was entered in the actor book. listed_by: the official listing or charge it rests on."""

    name: str
    aliases: tuple[str, ...] = ()
    listed_by: str = ""
    actor_kind: ActorKind = ActorKind.GROUP


class AliasAdded(Fact, frozen=True, kw_only=True):
    """Someone found that an actor goes by another name. said_by: who says so, in words. since: when it first did, where that is known."""

    name: str
    said_by: str
    by: Id
    since: datetime | None = None


class AliasTakenBack(Fact, frozen=True, kw_only=True):
    """Someone found that an actor does not go by one of its other names."""

    name: str
    why: str
    by: Id


class ThreatOpened(Fact, frozen=True, kw_only=True):
    """A case was opened. host: the organisation answerable for the place. zone: IANA, the case's own clock.

    targets: named, in words. readers: who, besides its owner, may read it if it is RED. next_step: what is to be done first,
    by whom and by when. split_from: the case that it was part of.
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
    particulars: Particulars = Particulars()
    next_step: str = ""
    next_owner: Id | None = None
    next_by: datetime | None = None
    split_from: Id | None = None


class ThreatDescribed(Fact, frozen=True, kw_only=True):
    """Someone wrote down anew what the case is about; all of it, as it stands from now on. zone: empty, as it was."""

    title: str
    targets: tuple[str, ...]
    host: Id | None
    begins: datetime | None
    ends: datetime | None
    particulars: Particulars
    by: Id
    why: str
    zone: str = ""


class ThreatAssessed(Fact, frozen=True, kw_only=True):
    """Someone judged the threat again. likelihood: low and high, each 0 to 1.

    why: it is judged again. changed: what is different from the time before. confidence_why: what makes the grounds as good
    as they are. severity: how bad it would be; None: not judged. reports, incidents: what it rests on; incidents are None in
    entries of before, in which nobody could say so.
    """

    likelihood: tuple[float, float]
    confidence: Confidence
    grounds: str
    why: str
    assessor: Id
    reports: tuple[Id, ...] = ()
    severity: Severity | None = None
    confidence_why: str = ""
    changed: str = ""
    incidents: tuple[Id, ...] | None = None


class EvidenceLinked(Fact, frozen=True, kw_only=True):
    """A report, one claim of it, or an incident was found to bear on the threat. claim: counted from 0; None: all of it."""

    item: Id
    item_kind: str
    bearing: Bearing
    claim: int | None = None
    why: str = ""


class EvidenceUnlinked(Fact, frozen=True, kw_only=True):
    """What had been linked to the threat was found not to bear on it, or otherwise than was thought."""

    item: Id
    claim: int | None
    by: Id
    why: str


class ActorAttributed(Fact, frozen=True, kw_only=True):
    """Someone said how sure we are that an actor is behind it."""

    actor: Id
    confidence: Confidence
    by: Id
    why: str


class ActorDropped(Fact, frozen=True, kw_only=True):
    """An actor was taken off the case."""

    actor: Id
    by: Id
    why: str


class OpenQuestionRaised(Fact, frozen=True, kw_only=True):
    """Someone wrote down what is not known about the case."""

    question: Id
    words: str
    by: Id


class OpenQuestionClosed(Fact, frozen=True, kw_only=True):
    """What had not been known was found out, or is asked no more. answer: which, in words."""

    question: Id
    answer: str
    by: Id


class NextStepSet(Fact, frozen=True, kw_only=True):
    """Someone said what is done next about the case, by whom and by when. done: what became of the step before."""

    what: str
    owner: Id
    by_when: datetime
    done: str
    by: Id


class NextStepAnswered(Fact, frozen=True, kw_only=True):
    """What was to be done next about the case was done or given up where it is looked after. done: what became of it."""

    done: str
    by: Id


class ThreatHandedOver(Fact, frozen=True, kw_only=True):
    """The case has another owner."""

    owner: Id
    by: Id
    why: str


class ThreatMarked(Fact, frozen=True, kw_only=True):
    """Someone said anew how far the case goes, and whose it is from then on.

    readers: who, besides its owner, may read it if it is RED. next_owner: who has its next step; None: whoever had it.
    """

    mark: Mark
    readers: tuple[Id, ...]
    owner: Id
    next_owner: Id | None
    by: Id
    why: str


class ThreatClosed(Fact, frozen=True, kw_only=True):
    """Someone ended the case: nobody looks at it again unless it is opened anew."""

    by: Id
    why: str


class ThreatReopened(Fact, frozen=True, kw_only=True):
    """A case that had been ended is open again."""

    by: Id
    why: str


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


class IncidentProposed(Fact, frozen=True, kw_only=True):
    """A published incident fits the case, as far as a program can say; nobody has looked at it. fits: in which respects.

    words: by which words of the incident or the case, for each respect; empty, where it fits by more. None at all: by
    more in every respect.
    """

    incident: Id
    fits: tuple[str, ...]
    words: tuple[str, ...] = ()


class IncidentDeclined(Fact, frozen=True, kw_only=True):
    """Someone found that a proposed incident does not belong to the case."""

    incident: Id
    by: Id
    why: str
