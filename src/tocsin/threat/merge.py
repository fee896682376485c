"""Merging cases that turn out to be one, parting them again, and splitting one that turns out to be several."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, not_beyond
from tocsin.threat.casework import look_again, look_by, open_case, refuse_over
from tocsin.threat.facts import EvidenceLinked, NextStepAnswered, ThreatOpened
from tocsin.threat.indicators import Checklist
from tocsin.threat.joined import ThreatLetGo, ThreatMerged, ThreatParted, ThreatSplit, ThreatTookIn
from tocsin.threat.looked_after import NextStep
from tocsin.threat.marked import as_stands
from tocsin.threat.particulars import ThreatKind
from tocsin.threat.state import Evidence, Threat

ALL_WOULD_GO = "All that bears on the case would go. Rename it instead, or leave something."


class Carried(StrEnum):
    """What a case that is split off is about like the one it comes out of, unless that is struck out."""

    WINDOW = "window"
    PLACES = "places"
    KIND = "kind"  # of threat, of target and of means
    TARGETS = "targets"
    WORDS = "words"  # what they want, and what else is known
    ACTORS = "actors"
    HOST = "host"


def merge(one: Threat, into: Threat, by: Id, why: str, now: datetime) -> list[ThreatMerged | ThreatTookIn]:
    """Have a case looked after as part of another. What it holds stays with it, and it can be parted again.

    Raises:
        Refused: they are the same, one of them is over, no reason is given, or whoever reads the other may not read this one.
    """
    if one.id == into.id:
        raise Refused(f"Threat {one.id} cannot be merged into itself.")
    for threat in (one, into):
        refuse_over(threat)
    _refuse_unexplained(why)
    if one.exercise != into.exercise:
        raise Refused("One of the two is an exercise, and the other is meant. They stay apart.")
    refuse_beyond(one, into)
    return [
        ThreatMerged(subject=one.id, occurred_at=now, into=into.id, by=by, why=why, keeps_step=True),
        ThreatTookIn(subject=into.id, occurred_at=now, other=one.id, by=by, why=why),
    ]


def part(one: Threat, into: Threat, by_when: datetime | None, by: Id, why: str, now: datetime) -> list[Fact]:
    """Undo a merging: the case stands by itself again, with what was to be done next about it.

    by_when: when its owner looks at it. None: as it stood, or as look_by() has it where what was to be done next was done meanwhile.

    Raises:
        Refused: it was not merged into that one, or no reason is given.
    """
    if one.joined.into != into.id:
        raise Refused(f"Threat {one.id} is not part of threat {into.id}.")
    _refuse_unexplained(why)
    parted = ThreatParted(subject=one.id, occurred_at=now, from_case=into.id, by=by, why=why)
    let_go = ThreatLetGo(subject=into.id, occurred_at=now, other=one.id, by=by, why=why)
    # One that had been ended before stays ended: parting says that they are two, not that it is open.
    looks = one.ended is None and (by_when is not None or one.next_step is None)
    return [
        parted,
        let_go,
        *([look_again(one, by_when or look_by(one.begins, one.ends, now), by, now)] if looks else []),
    ]


def split(
    threat: Threat, off: ThreatOpened, items: Sequence[Id], by: Id, why: str, strike: Collection[Carried] = ()
) -> list[Fact]:
    """Move some of what bears on a case into a case of its own. Merging that one back gives everything back.

    off: the new case, as it is to be opened; what it does not say is as it was. strike: what of that does not hold for it.

    Raises:
        Refused: the case is over, nothing would move, everything would, something does not bear on it, or no reason is given.
    """
    refuse_over(threat)
    _refuse_unexplained(why)
    moving = [one for one in threat.evidence if one.item in set(items)]
    strangers = set(items) - {one.item for one in moving}
    if strangers:
        raise Refused(f"{min(strangers)} does not bear on threat {threat.id}, and cannot be taken out of it.")
    if not moving:
        raise Refused("Name the reports and incidents that go into the new case.")
    if len(moving) == len(threat.evidence):
        raise Refused(ALL_WOULD_GO)
    now = off.occurred_at
    like = replace(_like(threat, off, strike), split_from=threat.id, mark=threat.mark, readers=threat.readers)
    opened = open_case(like)
    gone = ThreatSplit(
        subject=threat.id, occurred_at=now, off=off.subject, items=tuple(dict.fromkeys(items)), by=by, why=why
    )
    return [gone, opened, *(_linked(one, off.subject, now) for one in moving)]


def _like(threat: Threat, off: ThreatOpened, strike: Collection[Carried]) -> ThreatOpened:
    """Return a case that is split off, about the same as the one it comes out of, save what it says itself or is struck out."""
    left = set(Carried) - set(strike)
    was, own = threat.particulars, off.particulars
    if Carried.WINDOW in left and off.begins is None and off.ends is None:
        off = replace(off, begins=threat.begins, ends=threat.ends)
    if Carried.PLACES in left and not off.place and not own.places:
        off, own = replace(off, place=threat.place), replace(own, places=was.places)
    if Carried.KIND in left:
        kind = was.threat_kind if own.threat_kind is ThreatKind.OTHER else own.threat_kind
        classes, methods = own.target_classes or was.target_classes, own.methods or was.methods
        own = replace(own, threat_kind=kind, target_classes=classes, methods=methods)
    if Carried.WORDS in left:
        own = replace(own, intent=own.intent or was.intent, description=own.description or was.description)
    return replace(
        off,
        particulars=own,
        targets=off.targets or (threat.targets if Carried.TARGETS in left else ()),
        actors=off.actors or (threat.actors if Carried.ACTORS in left else ()),
        host=off.host or (threat.host if Carried.HOST in left else None),
    )


def _linked(one: Evidence, threat: Id, now: datetime) -> EvidenceLinked:
    return EvidenceLinked(
        subject=threat,
        occurred_at=now,
        item=one.item,
        item_kind=one.item_kind,
        bearing=one.bearing,
        claim=one.claim,
        why=one.why,
    )


def refuse_beyond(one: Threat, into: Threat) -> None:
    """Stop a case from being shown to people who may not read it.

    Raises:
        Refused: the other is marked less strictly, or has a reader who may not read this one.
    """
    if not not_beyond(one.mark, into.mark):
        raise Refused(
            f"Threat {one.id} is {one.mark}, and threat {into.id} is {into.mark}. Merge that one into this one instead."
        )
    named = {one.owner, *one.readers}
    if one.mark is Mark.RED and not {into.owner, *into.readers} <= named:
        raise Refused(f"Threat {into.id} is read by somebody who may not read threat {one.id}.")


def as_one(threat: Threat, find: Callable[[Id], Threat | None], now: datetime | None = None) -> Threat:
    """Return a case with what those hold that it took in, and that they took in: evidence, actors, places, what was said.

    Its window is the earliest of all. Its title, its estimates, its checklist and its next step are its own.
    now: a window that is past by then is the earliest of none.
    """
    others = list(_within(threat, find, {threat.id}))
    if not others:
        return threat
    every = [threat, *others]
    places = tuple(dict.fromkeys(place for one in every for place in one.particulars.places))
    begins, ends = _earliest(every, now)
    return replace(
        threat,
        begins=begins,
        ends=ends,
        targets=tuple(dict.fromkeys(target for one in every for target in one.targets)),
        place=next((one.place for one in every if one.place), ""),
        host=next((one.host for one in every if one.host is not None), None),
        particulars=replace(threat.particulars, places=places),
        actors=tuple(dict.fromkeys(actor for one in every for actor in one.actors)),
        evidence=tuple(_each(item for one in every for item in one.evidence)),
        accusations=tuple(said for one in every for said in one.accusations),
        no_indications=tuple(said for one in every for said in one.no_indications),
        # What was found out of another while that went less far is told at its own page alone.
        questions=tuple(question for one in (threat, *map(as_stands, others)) for question in one.questions),
    )


def _earliest(every: Sequence[Threat], now: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Return the window, of several cases, that comes first of those that are not past; if all are, the first case's own."""
    lie_ahead = [
        (one.begins or one.ends, one.begins, one.ends)
        for one in every
        if (one.begins is not None or one.ends is not None) and (now is None or one.ends is None or one.ends > now)
    ]
    first = min(lie_ahead, key=lambda one: one[0], default=None)  # type: ignore[arg-type, return-value]
    return first[1:] if first is not None else (every[0].begins, every[0].ends)


def together(threat: Threat, find: Callable[[Id], Threat | None]) -> list[Threat]:
    """Return a case, and those that are looked after with it, over how many steps."""
    return [threat, *_within(threat, find, {threat.id})]


def steps(every: Iterable[Threat]) -> list[NextStep]:
    """Return what is done next about cases that are looked after together, the soonest first."""
    return sorted((one.next_step for one in every if one.next_step is not None), key=lambda one: one.by_when)


def newly_met(every: Sequence[Threat]) -> list[Checklist]:
    """Return the checklists of cases that are looked after together on which something is newly met, and not judged since.

    That of a case that was merged asks for an estimate where it is looked after now, until somebody has made one there.
    """
    first, *others = every
    judged = first.last.at if first.last is not None else None
    left = [one for one in others if judged is None or (one.joined.at is not None and judged <= one.joined.at)]
    return [one.checklist for one in (first, *left) if one.checklist.met_at is not None]


def answer_steps(
    threat: Threat,
    find: Callable[[Id], Threat | None],
    done: str,
    by: Id,
    now: datetime,
    only: Collection[str] | None = None,
) -> list[Fact]:
    """Note that what was to be done about the cases looked after with this one is done, or given up. only: what said just this."""
    return [
        NextStepAnswered(subject=one.id, occurred_at=now, done=done, by=by)
        for one in _within(threat, find, {threat.id})
        if one.next_step is not None and (only is None or one.next_step.what in only)
    ]


def _each(items: Iterable[Evidence]) -> list[Evidence]:
    return list({(one.item, one.claim, one.bearing): one for one in items}.values())


def _within(threat: Threat, find: Callable[[Id], Threat | None], seen: set[Id]) -> list[Threat]:
    found: list[Threat] = []
    for id in threat.joined.took_in:
        other = find(id)
        if other is not None and id not in seen:
            seen.add(id)
            found += [other, *_within(other, find, seen)]
    return found


def _refuse_unexplained(why: str) -> None:
    if not why.strip():
        raise Refused("Say why: whoever looks at the case next has only these words.")
