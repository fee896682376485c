"""Weighing a threat: opening the case, judging it again, and keeping what others say about who is behind it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from tocsin.answer.institution.facts import AnswerProposed
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, State
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people.on_duty import refuse_strangers
from tocsin.flow.report.proposing import proposals
from tocsin.flow.seen import SHOWS, refuse_stale
from tocsin.flow.threat.dates import after, dates_of
from tocsin.flow.threat.fitting import found_still, proposed_by_name, proposed_from_before
from tocsin.flow.threat.learnt import reach_duties
from tocsin.report.state import Incident, Report, Source
from tocsin.store.look import Look
from tocsin.threat import casework
from tocsin.threat.assess import assess, pointing
from tocsin.threat.casework import JUDGED, look_again, look_by, open_case, refuse_unlisted
from tocsin.threat.facts import (
    ActorListed,
    Bearing,
    Confidence,
    EvidenceLinked,
    EvidenceUnlinked,
    NoIndicationStated,
    PartyAccused,
    ThreatOpened,
)
from tocsin.threat.merge import answer_steps, as_one
from tocsin.threat.particulars import Severity
from tocsin.threat.state import Actor, Threat, fold_actor, fold_threat


@once
def list_actor(house: House, actor: ActorListed, *, by: Id, command: str, now: datetime) -> None:
    """Enter an actor.

    Raises:
        Refused: there is one of that id, or it is a person whom no official listing or charge names.
    """
    refuse_unlisted(actor)
    with house.store.look() as look:
        look.refuse_taken(Actor, actor.subject)
    house.store.commit([actor], at=now, by=by, command=command)


@once
def add_alias(
    house: House, actor_id: Id, name: str, said_by: str, since: datetime | None, *, by: Id, command: str, now: datetime
) -> None:
    """Let an actor go by another name; published incidents that name it so are proposed to its open cases.

    Raises:
        Refused: there is no such actor, or it goes by that name already, or the name, or who says so, is not said.
    """
    with house.store.look() as look:
        actor, seen = look.get(Actor, actor_id), look.version(actor_id)
        fact = casework.add_alias(actor, name, said_by, since, by, now)
        named = fold_actor(actor, fact)
        found, still = found_still(look, lambda look: proposed_by_name(look, named, fact.name, now))
    house.store.commit([fact, *found], at=now, by=by, command=command, expect={actor_id: seen}, still=still)


@once
def take_back_alias(house: House, actor_id: Id, name: str, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Let an actor not go by one of its other names. What was proposed by it still waits for a person.

    Raises:
        Refused: there is no such actor, it does not go by that name, or no reason is given.
    """
    with house.store.look() as look:
        actor, seen = look.get(Actor, actor_id), look.version(actor_id)
    fact = casework.take_back_alias(actor, name, why, by, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={actor_id: seen})


@once
def open_threat(house: House, threat: ThreatOpened, *, by: Id, command: str, now: datetime) -> None:
    """Open a case, with a first step by a date; published incidents that fit it are proposed to it.

    Raises:
        Refused: one of its actors is not in the actor book, its owner is nobody here, or it cannot be opened so.
    """
    opened = open_case(threat)
    with house.store.look() as look:
        look.refuse_taken(Threat, threat.subject)
        for actor in threat.actors:
            look.get(Actor, actor)
        refuse_strangers(look, [threat.owner, *([opened.next_owner] if opened.next_owner is not None else [])])
        stands = fold_threat(None, opened)
        dated, _none = dates_of(house, look, stands, "", by=by, why="", now=now)
        found, still = found_still(look, lambda look: proposed_from_before(look, stands, now))
    facts = [opened, *dated, *found]
    house.store.commit(facts, at=now, by=by, command=command, expect={threat.subject: 0}, still=still)


@once
def assess_threat(
    house: House,
    threat_id: Id,
    *,
    likelihood: tuple[float, float],
    confidence: Confidence,
    grounds: str,
    why: str,
    reports: Iterable[Id] | None = None,
    incidents: Iterable[Id] = (),
    by: Id,
    command: str,
    now: datetime,
    severity: Severity | None = None,
    confidence_why: str = "",
    changed: str = "",
    seen: int | None = None,
) -> None:
    """Judge a threat again. That does what an indicator asked for, and a step that said no more than to look at it again.

    Judged more likely than when it was refused to warn somebody of it, that is asked again.

    reports, incidents: what it rests on. reports are None: nobody says so, and it rests on all that points either way by now.
    seen: how often it had been judged when the assessor looked; None: however often.

    Raises:
        Refused: there is no such threat, the judgement is none, there is no such report or incident, or somebody else has
            judged it since.
    """
    with house.store.look() as look:
        refuse_stale(look, threat_id, seen, by, SHOWS["estimate"])
        threat, stood = look.get(Threat, threat_id), look.version(threat_id)
        if reports is None:
            reports, incidents = pointing(as_one(threat, lambda id: look.find(Threat, id)).evidence)
        else:
            reports, incidents = _known(look, Report, reports), _known(look, Incident, incidents)
        fact = assess(
            threat,
            likelihood=likelihood,
            confidence=confidence,
            grounds=grounds,
            why=why,
            assessor=by,
            reports=reports,
            incidents=incidents,
            now=now,
            severity=severity,
            confidence_why=confidence_why,
            changed=changed,
        )
        step = threat.next_step
        looked = threat.is_open and step is not None and step.what in JUDGED
        whole = as_one(threat, partial(look.find, Threat), now)
        next_look = look_by(whole.begins, whole.ends, now)
        facts: list[Fact] = [fact, *([look_again(threat, next_look, by, now, done=why)] if looked else [])]
        others = answer_steps(threat, partial(look.find, Threat), why, by, now, only=JUDGED)
        stands = after(threat, facts)
        dated, rests_on = dates_of(house, look, stands, "judged", others=others, by=by, why=why, now=now)
        again = reach_duties(look, threat, stands, by, now)
        expect = rests_on | {threat_id: stood} | {one.subject: look.version(one.subject) for one in (*others, *again)}
    house.store.commit([*facts, *others, *dated, *again], at=now, by=by, command=command, expect=expect)


def _known(look: Look, kind: type[State], ids: Iterable[Id]) -> tuple[Id, ...]:
    named = tuple(dict.fromkeys(ids))
    if missing := set(named) - look.some(kind, named).keys():
        raise Refused(f"There is no {kind.__name__.lower()} {min(missing)}; an estimate cannot rest on it.")
    return named


@once
def link_evidence(
    house: House,
    threat_id: Id,
    item: Id,
    bearing: Bearing,
    *,
    claim: int | None = None,
    why: str = "",
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Note that a report, one claim of it, or an incident bears on a threat. claim: counted from 0.

    What bore on it before, and otherwise, is taken to bear on it so from now on.

    Raises:
        Refused: there is no such threat, it is part of another case, the item is neither, or it has no such claim.
    """
    with house.store.look() as look:
        threat = look.get(Threat, threat_id)
        if threat.joined.into is not None:
            raise Refused(f"Threat {threat_id} is looked after as part of threat {threat.joined.into}. Link it there.")
        proposed: list[AnswerProposed] = []
        report = look.find(Report, item)
        if report is not None:
            if claim is not None and not 0 <= claim < len(report.claims):
                raise Refused(f"Report {item} has no claim {claim + 1}.")
            kind, source = "report", look.get(Source, report.source)
            proposed = proposals(house, look, report, source, now, (threat_id,))
        elif look.find(Incident, item) is not None:
            if claim is not None:
                raise Refused(f"{item} is an incident; only reports have claims.")
            kind = "incident"
        else:
            raise Refused(f"{item} is neither a report nor an incident; only those bear on a threat.")
        seen = look.version(threat_id)
    otherwise = any((one.item, one.claim) == (item, claim) and one.bearing is not bearing for one in threat.evidence)
    facts: list[EvidenceLinked | EvidenceUnlinked] = []
    if otherwise:
        facts.append(EvidenceUnlinked(subject=threat_id, occurred_at=now, item=item, claim=claim, by=by, why=why))
    facts.append(
        EvidenceLinked(
            subject=threat_id, occurred_at=now, item=item, item_kind=kind, bearing=bearing, claim=claim, why=why
        )
    )
    expect = {threat_id: seen, **{one.subject: 0 for one in proposed}}
    house.store.commit([*facts, *proposed], at=now, by=by, command=command, expect=expect)


@once
def unlink_evidence(
    house: House,
    threat_id: Id,
    item: Id,
    why: str,
    *,
    claim: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Note that something does not bear on a threat after all.

    Raises:
        Refused: there is no such threat, it did not bear on it, or no reason is given.
    """
    with house.store.look() as look:
        threat, seen = look.get(Threat, threat_id), look.version(threat_id)
    if (item, claim) not in {(one.item, one.claim) for one in threat.evidence}:
        raise Refused(f"{item} does not bear on threat {threat_id}.")
    if not why.strip():
        raise Refused("Say why it does not bear on the case after all.")
    fact = EvidenceUnlinked(subject=threat_id, occurred_at=now, item=item, claim=claim, by=by, why=why)
    house.store.commit([fact], at=now, by=by, command=command, expect={threat_id: seen})


@once
def note_attribution(
    house: House, fact: PartyAccused | NoIndicationStated, *, by: Id, command: str, now: datetime
) -> None:
    """Keep that someone was accused, or that nothing pointed to them. That may be long after the case is over.

    Raises:
        Refused: there is no such threat, it is part of another case, it is not said who said so of whom, that lies ahead, or
            there is no such report.
    """
    who, until = (fact.accuser, fact.occurred_at) if isinstance(fact, PartyAccused) else (fact.speaker, fact.as_of)
    if not fact.party.strip() or not who.strip():
        raise Refused("Say who said so, and of whom.")
    if max(until, fact.occurred_at) > now:
        raise Refused(
            "What was said, and up to when nothing was known, does not lie ahead. Write a moment that has been."
        )
    with house.store.look() as look:
        threat = look.get(Threat, fact.subject)
        if threat.joined.into is not None:
            raise Refused(f"Threat {threat.id} is looked after as part of threat {threat.joined.into}. Say it there.")
        if isinstance(fact, PartyAccused) and fact.report is not None:
            look.get(Report, fact.report)
    house.store.commit([fact], at=now, by=by, command=command)
