"""Marking a case anew: how far it goes from then on, and how far goes what was said of it before.

What stands when a case is made laxer goes as far as the case does then: whoever makes it laxer has it before them, and says
it again. What stood no more by then stays as strict as the case was when it stood last.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from hashlib import sha256
from itertools import pairwise
from operator import and_

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound, Mark, not_beyond
from tocsin.threat.facts import ThreatMarked
from tocsin.threat.indicators import Note, Watched
from tocsin.threat.looked_after import Marking
from tocsin.threat.particulars import LONGEST
from tocsin.threat.state import Assessment, Threat


def mark_anew(
    threat: Threat,
    mark: Mark,
    readers: Collection[Id] = (),
    *,
    owner: Id = "",
    next_owner: Id = "",
    by: Id,
    why: str,
    now: datetime,
) -> ThreatMarked:
    """Say anew how far a case goes, also one that is over. Its owner and who has its next step change where others are named.

    readers: who may read it if it is RED, besides its owner.

    Raises:
        Refused: nothing changes, no reason is given, or whoever marks it, or has its next step, could not read it any more.
    """
    _refuse_unexplained(why)
    named = tuple(dict.fromkeys(readers)) if mark is Mark.RED else ()
    owner = owner or threat.owner
    step = threat.next_step
    had = None if step is None else owner if step.owner == threat.owner else step.owner
    doing = next_owner or had if step is not None else None
    if mark is Mark.RED:
        if by not in {owner, *named}:
            raise Refused("You would not see the case again. Name yourself among its readers, or have another mark it.")
        if doing is not None and doing not in {owner, *named}:
            raise Refused(
                "Whoever has the next step of the case would not read it any more. Name them among its readers, or give the step "
                "to somebody who is."
            )
    said_before = {*threat.readers} if threat.mark is Mark.RED else set[Id]()
    if (mark, {*named}, owner) == (threat.mark, said_before, threat.owner):
        raise Refused("Nothing was changed, and so nothing was written down.")
    return ThreatMarked(
        subject=threat.id,
        occurred_at=now,
        mark=mark,
        readers=named,
        owner=owner,
        next_owner=doing,
        by=by,
        why=why.strip(),
    )


def refuse_apart(threat: Threat, into: Threat | None, took_in: Iterable[Threat]) -> None:
    """Stop a case from being shown, by another that it is one with, to people who may not read it: see merge.refuse_beyond.

    threat: as it would stand. into: where it is looked after. took_in: what is looked after with it.

    Raises:
        Refused: that would come of it. Which case it is of is not said: whoever marks this one may not read that.
    """
    if into is not None and not _goes_along(threat, into):
        raise Refused(
            "It is looked after with another case, which more people read than would read this one. Mark that one first, or let "
            "this one stand by itself again."
        )
    if not all(_goes_along(one, threat) for one in took_in):
        raise Refused(
            "A case is looked after with it that fewer people may read than would read this one. Mark that one first, or let it "
            "stand by itself again."
        )


def _goes_along(one: Threat, with_other: Threat) -> bool:
    """Say whether everybody who reads a case may read another that is looked after with it."""
    if not not_beyond(one.mark, with_other.mark):
        return False
    return one.mark is not Mark.RED or bound_now(with_other).named <= bound_now(one).named


# ---- how far goes what was said of it


def bound_now(threat: Threat) -> Bound:
    """Return how far a case goes, and all that stands in it."""
    named = {threat.owner, *threat.readers} if threat.mark is Mark.RED else set[Id]()
    return Bound(mark=threat.mark, named=frozenset(named))


def marked_as(threat: Threat) -> str:
    """Return what tells whether a case goes as far as it did: of a RED one, to whom, and not by their names."""
    said = "\0".join((threat.mark.value, *sorted(bound_now(threat).named)))
    return sha256(said.encode()).hexdigest()[:16]


def bound_then(threat: Threat, until: datetime) -> Bound:
    """Return how far goes what stood at a case until a moment: no further than the case went then, nor than it goes now."""
    # At the very moment at which it was marked anew, it may have been either.
    then = (_bound_of(one) for one, after in pairwise(threat.markings) if one.at <= until <= after.at)
    return reduce(and_, then, bound_now(threat))


def bound_since(threat: Threat, at: datetime) -> Bound:
    """Return how far goes what was written at a case at a moment and stands there no more, where nobody knows until when it stood."""
    since = (_bound_of(one) for one, after in pairwise(threat.markings) if at <= after.at)
    return reduce(and_, since, bound_now(threat))


def _bound_of(marking: Marking) -> Bound:
    return Bound(mark=marking.mark, named=frozenset(marking.named))


def as_read(threat: Threat, may: Callable[[Bound], bool]) -> Threat:
    """Return a case without what stood at it while it went less far than somebody may read. What stands now is all there."""
    if not threat.markings:
        return threat

    def stays(until: datetime | None) -> bool:
        return until is None or may(bound_then(threat, until))

    watched = tuple(
        replace(one, notes=tuple(note for note, until in notes_until(one) if stays(until)))
        for one in threat.checklist.watched
    )
    before = [one for one, unread in zip(threat.markings, unread_times(threat, may), strict=False) if not unread]
    return replace(
        threat,
        assessments=tuple(one for one, until in assessments_until(threat.assessments) if stays(until)),
        questions=tuple(one for one in threat.questions if stays(one.closed_at)),
        checklist=replace(threat.checklist, watched=watched),
        markings=(*before, threat.markings[-1]),
    )


def unread_times(threat: Threat, may: Callable[[Bound], bool]) -> list[bool]:
    """Return of each time before the present one, in which a case went another way, whether somebody may not read it."""
    return [not may(_bound_of(one) & bound_now(threat)) for one in threat.markings[:-1]]


def as_stands(threat: Threat) -> Threat:
    """Return a case without what goes less far than it does."""
    return as_read(threat, lambda bound: bound == bound_now(threat))


def assessments_until(assessments: Sequence[Assessment]) -> Iterator[tuple[Assessment, datetime | None]]:
    """Yield each estimate with the moment until which it stood; None: it stands."""
    for at, one in enumerate(assessments):
        yield one, assessments[at + 1].at if at + 1 < len(assessments) else None


def notes_until(watched: Watched) -> Iterator[tuple[Note, datetime | None]]:
    """Yield each note on an indicator with the moment until which it stood; None: it stands. What was noted late never did."""
    for at, one in enumerate(watched.notes):
        newer = watched.notes[at + 1].at if at + 1 < len(watched.notes) else one.at
        yield one, None if one is watched.latest else newer


def _refuse_unexplained(why: str) -> None:
    if not why.strip():
        raise Refused("Say why it is marked so: whoever reads the case next has only these words.")
    if len(why) > LONGEST:
        raise Refused(f"That is {len(why)} characters. Say it in {LONGEST}.")
