"""Looking after a case: opening it, saying what it is about and what is done next, and ending it.

No path leaves a case without an owner, a date or an end. Judging it is in assess.py, joining it with others in merge.py.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.threat.facts import (
    ActorAttributed,
    ActorDropped,
    ActorKind,
    ActorListed,
    AliasAdded,
    AliasTakenBack,
    Confidence,
    NextStepSet,
    OpenQuestionClosed,
    OpenQuestionRaised,
    ThreatClosed,
    ThreatDescribed,
    ThreatHandedOver,
    ThreatOpened,
    ThreatReopened,
)
from tocsin.threat.particulars import LONGEST, Particulars, refuse_particulars
from tocsin.threat.state import Actor, Threat

LOOK_AGAIN = timedelta(days=7)
"""By when a case is looked at again at the latest, where nobody says something sooner or later."""

A_DAY = timedelta(days=1)

FARTHEST = timedelta(days=366)
"""A date further away than this is no next step."""

LONGEST_NAME = 300  # characters of another name of an actor

FIRST_STEP = "Judge how likely it is, and what is done about it."
NEXT_LOOK = "Look at the case again."
JUDGED = (FIRST_STEP, NEXT_LOOK)
"""What is done once somebody has judged the case."""


def look_by(begins: datetime | None, ends: datetime | None, now: datetime) -> datetime:
    """Return by when a case is looked at again where nobody says: before half of what is left until its window begins has passed.

    In a week at the latest. What may have begun is looked at before half of what is left to its end; without one, within a day.
    """
    until = next((one for one in (begins, ends) if one is not None and one > now), None)
    if until is not None:
        return now + min((until - now) / 2, LOOK_AGAIN)
    return now + (A_DAY if begins is not None and ends is None else LOOK_AGAIN)


def refuse_unlisted(actor: ActorListed) -> None:
    """Stop a single person from being entered in the actor book on our word alone.

    Raises:
        Refused: it is a person, and no official listing or charge is named.
    """
    if not actor.name.strip():
        raise Refused("An actor has a name. Write down what it is called.")
    if actor.actor_kind is ActorKind.PERSON and not actor.listed_by.strip():
        raise Refused(
            "A person is entered as an actor only by an official listing or charge. Name it, or leave them out."
        )


def add_alias(actor: Actor, name: str, said_by: str, since: datetime | None, by: Id, now: datetime) -> AliasAdded:
    """Let an actor go by another name.

    Raises:
        Refused: it goes by it already, it is none, nobody is named who says so, or it is so called from a moment to come.
    """
    name, said_by = " ".join(name.split()), said_by.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Write the other name, in {LONGEST_NAME} characters.")
    if name.casefold() in {one.casefold() for one in (actor.name, *actor.aliases)}:
        raise Refused(f"{actor.name} goes by {name} already.")
    if not said_by:
        raise Refused("Say who calls it so: a source, a listing, or a report.")
    if since is not None and since > now:
        raise Refused("It cannot be called so from a day that is still to come.")
    return AliasAdded(subject=actor.id, occurred_at=now, name=name, said_by=said_by, since=since, by=by)


def take_back_alias(actor: Actor, name: str, why: str, by: Id, now: datetime) -> AliasTakenBack:
    """Let an actor not go by one of its other names.

    Raises:
        Refused: it does not go by it, or no reason is given.
    """
    if name not in actor.aliases:
        raise Refused(f"{actor.name} does not go by {name[:80]!r}, or it was taken back.")
    if not why.strip():
        raise Refused("Say why it does not go by that name.")
    return AliasTakenBack(subject=actor.id, occurred_at=now, name=name, why=why.strip(), by=by)


def open_case(threat: ThreatOpened) -> ThreatOpened:
    """Let a case be opened, with somebody who looks after it and a first step by a date.

    Raises:
        Refused: it has no title or no owner, its window ends before it begins, or its first step has no sensible date.
    """
    _refuse_untitled(threat.title)
    if not threat.owner:
        raise Refused(f"Threat {threat.subject} has no owner. Somebody looks after every case.")
    _refuse_window(threat.begins, threat.ends)
    refuse_particulars(threat.particulars, threat.targets)
    by_when = threat.next_by or look_by(threat.begins, threat.ends, threat.occurred_at)
    _refuse_date(by_when, threat.occurred_at)
    return replace(
        threat,
        next_step=threat.next_step.strip() or FIRST_STEP,
        next_owner=threat.next_owner or threat.owner,
        next_by=by_when,
    )


def describe(
    threat: Threat,
    *,
    title: str,
    targets: Sequence[str],
    host: Id | None,
    begins: datetime | None,
    ends: datetime | None,
    particulars: Particulars,
    zone: str = "",
    by: Id,
    why: str,
    now: datetime,
) -> ThreatDescribed:
    """Write down anew what a case is about.

    Raises:
        Refused: it is over, nothing has changed, or what is written cannot be.
    """
    refuse_over(threat)
    _refuse_untitled(title)
    _refuse_window(begins, ends)
    refuse_particulars(particulars, tuple(targets))
    fact = ThreatDescribed(
        subject=threat.id,
        occurred_at=now,
        title=title,
        targets=tuple(targets),
        host=host,
        begins=begins,
        ends=ends,
        particulars=particulars,
        by=by,
        why=why,
        zone="" if zone == threat.zone else zone,
    )
    before = (threat.title, threat.targets, threat.host, threat.begins, threat.ends, threat.particulars)
    if before == (fact.title, fact.targets, host, begins, ends, particulars) and not fact.zone:
        raise Refused("Nothing was changed, and so nothing was written down.")
    return fact


def attribute(threat: Threat, actor: Id, confidence: Confidence, by: Id, why: str, now: datetime) -> ActorAttributed:
    """Say how sure we are that an actor is behind it.

    Raises:
        Refused: the case is over, or no reason is given.
    """
    refuse_over(threat)
    _refuse_silent(why, "Say why you are as sure as that: who reads it has only these words.")
    return ActorAttributed(subject=threat.id, occurred_at=now, actor=actor, confidence=confidence, by=by, why=why)


def drop_actor(threat: Threat, actor: Id, by: Id, why: str, now: datetime) -> ActorDropped:
    """Take an actor off a case.

    Raises:
        Refused: it is not on it, the case is over, or no reason is given.
    """
    refuse_over(threat)
    if actor not in threat.actors:
        raise Refused(f"Actor {actor} is not on threat {threat.id}.")
    _refuse_silent(why, "Say why it is taken off the case.")
    return ActorDropped(subject=threat.id, occurred_at=now, actor=actor, by=by, why=why)


def raise_question(threat: Threat, question: Id, words: str, by: Id, now: datetime) -> OpenQuestionRaised:
    """Write down what is not known about a case.

    Raises:
        Refused: it says nothing, or the case is over.
    """
    refuse_over(threat)
    _refuse_silent(words, "A question asks something. Write it down.")
    return OpenQuestionRaised(subject=threat.id, occurred_at=now, question=question, words=words, by=by)


def close_question(threat: Threat, question: Id, answer: str, by: Id, now: datetime) -> OpenQuestionClosed:
    """Write down what was found out, or why it is asked no more.

    Raises:
        Refused: there is no such question, it was closed before, or nothing is said.
    """
    found = next((one for one in threat.questions if one.id == question), None)
    if found is None:
        raise Refused(f"Threat {threat.id} has no open question {question}.")
    if found.closed_at is not None:
        raise Refused(f"That question was closed at {found.closed_at:%Y-%m-%d %H:%M} UTC already.")
    _refuse_silent(answer, "Say what was found out, or why it is asked no more.")
    return OpenQuestionClosed(subject=threat.id, occurred_at=now, question=question, answer=answer, by=by)


def set_next_step(
    threat: Threat, what: str, owner: Id, by_when: datetime, *, done: str = "", by: Id, now: datetime
) -> NextStepSet:
    """Say what is done next, by whom and by when. done: what became of the step before, if it was due or is given up.

    Raises:
        Refused: the case is over, nothing is to be done or by nobody, or the date is none.
    """
    refuse_over(threat)
    _refuse_silent(what, "Say what is done next about the case.")
    if not owner:
        raise Refused(f"The next step of threat {threat.id} is nobody's. Name who takes it.")
    _refuse_date(by_when, now)
    return NextStepSet(subject=threat.id, occurred_at=now, what=what, owner=owner, by_when=by_when, done=done, by=by)


def hand_over(threat: Threat, owner: Id, by: Id, why: str, now: datetime) -> ThreatHandedOver:
    """Give a case another owner.

    Raises:
        Refused: it is over, or theirs already, or they are nobody.
    """
    refuse_over(threat)
    if not owner:
        raise Refused(f"Threat {threat.id} cannot be left to nobody. Name its next owner.")
    if owner == threat.owner:
        raise Refused(f"Threat {threat.id} is looked after by {owner} already.")
    return ThreatHandedOver(subject=threat.id, occurred_at=now, owner=owner, by=by, why=why)


def close(threat: Threat, by: Id, why: str, now: datetime) -> ThreatClosed:
    """End a case.

    Raises:
        Refused: it is over already, or no reason is given.
    """
    refuse_over(threat)
    _refuse_silent(why, "Say why the case is ended: somebody will ask.")
    return ThreatClosed(subject=threat.id, occurred_at=now, by=by, why=why)


def reopen(threat: Threat, by_when: datetime, by: Id, why: str, now: datetime) -> list[ThreatReopened | NextStepSet]:
    """Open a case again that had been ended. Its owner looks at it by a date.

    Raises:
        Refused: it is open, no reason is given, or the date is none.
    """
    if threat.ended is None:
        raise Refused(f"Threat {threat.id} has not been ended.")
    _refuse_silent(why, "Say why the case is opened again.")
    _refuse_date(by_when, now)
    reopened = ThreatReopened(subject=threat.id, occurred_at=now, by=by, why=why)
    return [reopened, *([] if threat.joined.into else [look_again(threat, by_when, by, now)])]


def look_again(threat: Threat, by_when: datetime, by: Id, now: datetime, done: str = "") -> NextStepSet:
    """Have the owner of a case look at it by a date."""
    return NextStepSet(
        subject=threat.id,
        occurred_at=now,
        what=NEXT_LOOK,
        owner=threat.owner,
        by_when=by_when,
        done=done,
        by=by,
    )


def look_sooner(threat: Threat, by: Id, now: datetime) -> NextStepSet | None:
    """Have a case looked at sooner that begins sooner than it seemed, where its next step is no more than to look at it."""
    step, by_when = threat.next_step, look_by(threat.begins, threat.ends, now)
    if not threat.is_open or step is None or step.what not in (FIRST_STEP, NEXT_LOOK) or step.by_when <= by_when:
        return None
    return NextStepSet(
        subject=threat.id, occurred_at=now, what=step.what, owner=step.owner, by_when=by_when, done="", by=by
    )


def refuse_over(threat: Threat) -> None:
    """Stop what can be done only to a case that is open.

    Raises:
        Refused: somebody has ended it, or it is looked after with another.
    """
    if threat.joined.into is not None:
        raise Refused(
            f"Threat {threat.id} is looked after as part of threat {threat.joined.into}. Go there, or part them."
        )
    if threat.ended is not None:
        raise Refused(f"Threat {threat.id} was ended at {threat.ended.at:%Y-%m-%d %H:%M} UTC. Open it again first.")


def _refuse_untitled(title: str) -> None:
    if not title.strip():
        raise Refused("A case has a title: one line that says what may happen.")


def _refuse_window(begins: datetime | None, ends: datetime | None) -> None:
    if begins is not None and ends is not None and ends <= begins:
        raise Refused(f"The window of a case cannot end at {ends:%Y-%m-%d %H:%M} UTC, before it begins.")


def _refuse_date(by_when: datetime, now: datetime) -> None:
    if by_when <= now:
        raise Refused(f"{by_when:%Y-%m-%d %H:%M} UTC has passed. Name a later date for the next step.")
    if by_when - now > FARTHEST:
        raise Refused(f"{by_when:%Y-%m-%d} is more than a year away. Name a date by which somebody looks at the case.")


def _refuse_silent(words: str, sentence: str) -> None:
    if not words.strip():
        raise Refused(sentence)
    if len(words) > LONGEST:
        raise Refused(f"That is {len(words)} characters. Say it in {LONGEST}.")
