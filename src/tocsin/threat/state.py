"""How actors and threats stand, and the only rules by which facts change that."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.threat.facts import (
    ActorAttributed,
    ActorDropped,
    ActorKind,
    ActorListed,
    AliasAdded,
    AliasTakenBack,
    Bearing,
    Confidence,
    EvidenceLinked,
    EvidenceUnlinked,
    IncidentDeclined,
    IncidentProposed,
    NextStepAnswered,
    NextStepSet,
    NoIndicationStated,
    OpenQuestionClosed,
    OpenQuestionRaised,
    PartyAccused,
    ThreatAssessed,
    ThreatClosed,
    ThreatDescribed,
    ThreatHandedOver,
    ThreatMarked,
    ThreatOpened,
    ThreatReopened,
)
from tocsin.threat.indicators import INDICATOR_FACTS, Checklist, fold_checklist, judged_again
from tocsin.threat.joined import JOINED_FACTS, Joined, ThreatMerged, ThreatSplit, fold_joined
from tocsin.threat.looked_after import Attribution, End, Marking, NextStep, OpenQuestion
from tocsin.threat.particulars import Particulars, Severity


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """Another name of an actor that was not in its listing, or was taken back: who says so, since when, and who put it down here."""

    name: str
    said_by: str
    since: datetime | None
    by: Id
    at: datetime | None
    taken_back_at: datetime | None = None
    taken_back_by: Id | None = None
    taken_back_why: str = ""


class Actor(State, frozen=True, kw_only=True):
    """A group or a listed person, under the name we use and the others it goes by.

    called: where the other names come from; those that it was listed with stand there only once they were taken back.
    """

    name: str
    aliases: tuple[str, ...]
    listed_by: str
    actor_kind: ActorKind = ActorKind.GROUP
    called: tuple[Alias, ...] = ()


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """One dated judgement by one named person: a version of the estimate, with what changed and why.

    reports, incidents: what it rests on; see assess.rests_on.
    """

    at: datetime
    assessor: Id
    likelihood: tuple[float, float]
    confidence: Confidence
    grounds: str
    why: str
    reports: tuple[Id, ...]
    severity: Severity | None = None
    confidence_why: str = ""
    changed: str = ""
    incidents: tuple[Id, ...] | None = None


# gc=False: a case may have thousands of them, and they form no circles.
class Evidence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """That an item bears on the threat. claim: which one of a report, counted from 0; None: all of it."""

    at: datetime
    item: Id
    item_kind: str
    bearing: Bearing
    claim: int | None = None
    why: str = ""


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """A published incident that fits the case. declined_*: who found that it does not belong to it after all.

    words: by which words, for each respect in which it fits; none where it fits by more than words in all of them.
    """

    at: datetime
    incident: Id
    fits: tuple[str, ...]
    words: tuple[str, ...] = ()
    declined_at: datetime | None = None
    declined_by: Id | None = None
    declined_why: str = ""


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
    """The case, as it stands. markings: how far it went, one after another; none: it was never marked anew."""

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
    unlinked: tuple[Id, ...] = ()
    accusations: tuple[Accusation, ...] = ()
    no_indications: tuple[NoIndication, ...] = ()
    particulars: Particulars = Particulars()
    attributions: tuple[Attribution, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    next_step: NextStep | None = None
    checklist: Checklist = Checklist()
    proposed: tuple[Proposed, ...] = ()
    joined: Joined = Joined()
    ended: End | None = None
    split_from: Id | None = None
    markings: tuple[Marking, ...] = ()

    @property
    def is_open(self) -> bool:
        """Say whether somebody looks after it here: nobody has ended it, and it is not looked after with another case."""
        return self.ended is None and self.joined.into is None

    @property
    def waiting(self) -> tuple[Proposed, ...]:
        """Return the incidents that were proposed to it and about which nobody has decided."""
        dealt_with = {one.item for one in self.evidence} | {item for one in self.joined.splits for item in one.items}
        return tuple(one for one in self.proposed if one.declined_at is None and one.incident not in dealt_with)

    @property
    def last(self) -> Assessment | None:
        """Return the estimate that stands."""
        return self.assessments[-1] if self.assessments else None


def fold_actor(state: Actor | None, fact: Fact) -> Actor:
    """Return how the actor stands after the fact."""
    match fact:
        case ActorListed():
            return Actor(
                id=fact.subject,
                name=fact.name,
                aliases=fact.aliases,
                listed_by=fact.listed_by,
                actor_kind=fact.actor_kind,
            )
        case AliasAdded():
            actor = standing(state, fact)
            said = Alias(name=fact.name, said_by=fact.said_by, since=fact.since, by=fact.by, at=fact.occurred_at)
            return replace(actor, aliases=(*actor.aliases, fact.name), called=(*actor.called, said))
        case AliasTakenBack():
            actor = standing(state, fact)
            return replace(
                actor,
                aliases=tuple(one for one in actor.aliases if one != fact.name),
                called=tuple(_without(actor.called, fact)),
            )
    raise TypeError(fact.kind())


def _without(called: tuple[Alias, ...], fact: AliasTakenBack) -> Iterator[Alias]:
    """Yield the other names of an actor, of which one is taken back; one that it was listed with stands at the end from then on."""
    named = [one for one in called if one.name == fact.name and one.taken_back_at is None]
    listed = Alias(name=fact.name, said_by="", since=None, by="", at=None)
    for one in (*called, *([] if named else [listed])):
        if one in named or one is listed:
            yield replace(one, taken_back_at=fact.occurred_at, taken_back_by=fact.by, taken_back_why=fact.why)
        else:
            yield one


def _opened(fact: ThreatOpened) -> Threat:
    step = None
    if fact.next_by is not None:
        owner = fact.next_owner or fact.owner
        step = NextStep(
            what=fact.next_step, owner=owner, by_when=fact.next_by, set_by=fact.owner, set_at=fact.occurred_at
        )
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
        particulars=fact.particulars,
        next_step=step,
        split_from=fact.split_from,
    )


def fold_threat(state: Threat | None, fact: Fact) -> Threat:
    """Return how the threat stands after the fact."""
    if isinstance(fact, ThreatOpened):
        return _opened(fact)
    threat = standing(state, fact)
    if isinstance(fact, INDICATOR_FACTS):
        return replace(threat, checklist=fold_checklist(threat.checklist, fact))
    if isinstance(fact, JOINED_FACTS):
        return _joined(threat, fact)
    for fold in (_fold_judged, _fold_evidence, _fold_said, _fold_looked_after):
        after = fold(threat, fact)
        if after is not None:
            return after
    raise TypeError(fact.kind())


def _joined(threat: Threat, fact: Fact) -> Threat:
    joined = fold_joined(threat.joined, fact)
    if isinstance(fact, ThreatSplit):
        gone = set(fact.items)
        return replace(threat, joined=joined, evidence=tuple(one for one in threat.evidence if one.item not in gone))
    # What it was to do next is done where it is looked after now; parted, it has it again, unless it was done meanwhile.
    lost = isinstance(fact, ThreatMerged) and not fact.keeps_step
    return replace(threat, joined=joined, next_step=None if lost else threat.next_step)


def _fold_judged(threat: Threat, fact: Fact) -> Threat | None:
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
                severity=fact.severity,
                confidence_why=fact.confidence_why,
                changed=fact.changed,
                incidents=fact.incidents,
            )
            return replace(threat, assessments=(*threat.assessments, judged), checklist=judged_again(threat.checklist))
        case ActorAttributed():
            others = tuple(one for one in threat.attributions if one.actor != fact.actor)
            said = Attribution(
                actor=fact.actor, confidence=fact.confidence, why=fact.why, by=fact.by, at=fact.occurred_at
            )
            actors = threat.actors if fact.actor in threat.actors else (*threat.actors, fact.actor)
            return replace(threat, actors=actors, attributions=(*others, said))
        case ActorDropped():
            return replace(
                threat,
                actors=tuple(one for one in threat.actors if one != fact.actor),
                attributions=tuple(one for one in threat.attributions if one.actor != fact.actor),
            )
    return None


def _fold_evidence(threat: Threat, fact: Fact) -> Threat | None:
    match fact:
        case EvidenceLinked():
            linked = Evidence(
                at=fact.occurred_at,
                item=fact.item,
                item_kind=fact.item_kind,
                bearing=fact.bearing,
                claim=fact.claim,
                why=fact.why,
            )
            return replace(threat, evidence=(*threat.evidence, linked))
        case EvidenceUnlinked():
            kept = tuple(one for one in threat.evidence if (one.item, one.claim) != (fact.item, fact.claim))
            return replace(threat, evidence=kept, unlinked=tuple(dict.fromkeys((*threat.unlinked, fact.item))))
        case IncidentProposed():
            proposed = Proposed(at=fact.occurred_at, incident=fact.incident, fits=fact.fits, words=fact.words)
            return replace(threat, proposed=(*threat.proposed, proposed))
        case IncidentDeclined():
            return replace(threat, proposed=tuple(_declined(one, fact) for one in threat.proposed))
    return None


def _declined(proposed: Proposed, fact: IncidentDeclined) -> Proposed:
    if proposed.incident != fact.incident or proposed.declined_at is not None:
        return proposed
    return replace(proposed, declined_at=fact.occurred_at, declined_by=fact.by, declined_why=fact.why)


def _fold_said(threat: Threat, fact: Fact) -> Threat | None:
    match fact:
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
    return None


def _fold_looked_after(threat: Threat, fact: Fact) -> Threat | None:
    match fact:
        case ThreatDescribed():
            places = fact.particulars.places
            return replace(
                threat,
                title=fact.title,
                zone=fact.zone or threat.zone,
                targets=fact.targets,
                host=fact.host,
                begins=fact.begins,
                ends=fact.ends,
                place=places[0].name if places else "",
                particulars=fact.particulars,
            )
        case OpenQuestionRaised():
            asked = OpenQuestion(id=fact.question, words=fact.words, asked_by=fact.by, asked_at=fact.occurred_at)
            return replace(threat, questions=(*threat.questions, asked))
        case OpenQuestionClosed():
            return replace(threat, questions=tuple(_closed(one, fact) for one in threat.questions))
        case NextStepSet():
            step = NextStep(
                what=fact.what,
                owner=fact.owner,
                by_when=fact.by_when,
                set_by=fact.by,
                set_at=fact.occurred_at,
                done=fact.done,
            )
            return replace(threat, next_step=step)
        case NextStepAnswered():
            return replace(threat, next_step=None)
        case ThreatHandedOver():
            # What its owner was to do next goes with the case; a step of somebody else's stays theirs.
            return replace(threat, owner=fact.owner, next_step=_handed_on(threat, fact.owner))
        case ThreatMarked():
            return _marked(threat, fact)
        case ThreatClosed():
            return replace(threat, ended=End(at=fact.occurred_at, by=fact.by, why=fact.why), next_step=None)
        case ThreatReopened():
            return replace(threat, ended=None)
    return None


def _marked(threat: Threat, fact: ThreatMarked) -> Threat:
    before = threat.markings or (Marking(at=threat.opened_at, mark=threat.mark, named=()),)
    # Whose case it became while it was RED has read it, too.
    was = replace(before[-1], named=(threat.owner, *threat.readers) if threat.mark is Mark.RED else ())
    now = Marking(at=fact.occurred_at, mark=fact.mark, named=(), by=fact.by, why=fact.why)
    step = threat.next_step
    return replace(
        threat,
        mark=fact.mark,
        readers=fact.readers,
        owner=fact.owner,
        next_step=replace(step, owner=fact.next_owner) if step is not None and fact.next_owner else step,
        markings=(*before[:-1], was, now),
    )


def _handed_on(threat: Threat, owner: Id) -> NextStep | None:
    step = threat.next_step
    return replace(step, owner=owner) if step is not None and step.owner == threat.owner else step


def _closed(question: OpenQuestion, fact: OpenQuestionClosed) -> OpenQuestion:
    if question.id != fact.question:
        return question
    return replace(question, answer=fact.answer, closed_by=fact.by, closed_at=fact.occurred_at)


FOLDINGS = (
    Folding(Actor, (ActorListed, AliasAdded, AliasTakenBack), fold_actor),
    Folding(
        Threat,
        (
            ThreatOpened,
            ThreatDescribed,
            ThreatAssessed,
            EvidenceLinked,
            EvidenceUnlinked,
            PartyAccused,
            NoIndicationStated,
            ActorAttributed,
            ActorDropped,
            OpenQuestionRaised,
            OpenQuestionClosed,
            NextStepSet,
            NextStepAnswered,
            ThreatHandedOver,
            ThreatMarked,
            ThreatClosed,
            ThreatReopened,
            IncidentProposed,
            IncidentDeclined,
            *INDICATOR_FACTS,
            *JOINED_FACTS,
        ),
        fold_threat,
    ),
)
