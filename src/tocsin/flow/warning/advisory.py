"""Advisories: written by one, let out by another; withdrawn; and which of them hold. Their reviews are in deadlines.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.warning.public_words import Answers, answer_for, for_public, taken_back
from tocsin.flow.warning.warn import refuse_deaf_ladder, refuse_other_hand
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.advisory import decide, place
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.advisory.place import same_name
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.retraction import TakenBack


def all_for(look: Look, country: str, region: str) -> list[Advisory]:
    """Return every advisory for a country or a region of it, however that is spelt, the latest last."""
    found = [one for one in look.all(Advisory, country=country) if same_name(one.region, region)]
    return sorted(found, key=lambda one: (one.issued_at, one.id))


def latest_of(every: Iterable[Advisory], *, exercise: bool) -> Advisory | None:
    """Return the latest for a place, be it withdrawn or not in effect yet; but not what was withdrawn before it held.

    every: as all_for returns them. exercise: of exercises, or of what is meant: a draft replaces its own kind.
    """
    found = [one for one in every if one.exercise == exercise and not place.never_held(one)]
    return found[-1] if found else None


def stands_instead(look: Look, advisory: Advisory, now: datetime) -> Advisory:
    """Return an advisory itself while it holds or will; else the latest for its place, if it was replaced by that."""
    every = all_for(look, advisory.country, advisory.region)
    if not place.is_replaced(advisory, every, now):
        return advisory
    holds = place.in_force(every, now)
    return holds[0] if holds else every[-1]


@once
def draft_advisory(
    house: House, draft: AdvisoryDrafted, *, seen: int | None = None, by: Id, command: str, now: datetime
) -> None:
    """Write a level, or write at one again that waits. What stands for its place is looked up, and how its region is spelt.

    seen: how many facts there were about it when its writer began; None: whatever there are now.

    Raises:
        Refused: another signs it, a second person could not approve it, it was decided about already, or somebody else wrote at
            it meanwhile.
    """
    refuse_other_hand(draft.subject, draft.author, by)
    with house.store.look() as look:
        look.refuse_taken(Advisory, draft.subject)
        refuse_deaf_ladder(look, draft.subject, draft.ladder)
        before, there = look.find(AdvisoryDraft, draft.subject), look.version(draft.subject)
        roles = look.get(Person, by).roles
        every = all_for(look, draft.country, draft.region)
    stands = latest_of(every, exercise=draft.exercise)
    region = every[-1].region if every else " ".join(draft.region.split())
    written = replace(draft, region=region, before=stands.id if stands is not None else None)
    fact = decide.draft_advisory(written, before, roles, now)
    expect = {draft.subject: there if seen is None else seen}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


@once
def approve_advisory(
    house: House,
    advisory_id: Id,
    *,
    answers: Answers | None = None,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Let a draft go out, as a second person. Its delivery, and the date of its review, follow from that.

    answers: for which words of stricter material its approver answers; None: a script vouches for what was let out then.
    seen: how many facts there were about it when its approver read it; None: whatever there are now.

    Raises:
        Refused: it is no draft that waits, its approver wrote at it, a word of stricter material is not answered for, it has
            changed since, or another level was set there meanwhile.
    """
    with house.store.look() as look:
        draft, there = look.get(AdvisoryDraft, advisory_id), look.version(advisory_id)
        roles = look.get(Person, by).roles
        every = all_for(look, draft.country, draft.region)
        stands = latest_of(every, exercise=draft.exercise)
        expect = {advisory_id: there if seen is None else seen}
        expect |= {stands.id: look.version(stands.id)} if stands is not None else {}
        held = place.would_replace(every, draft, now)
        days = house.deadlines.review_days
        facts = decide.approve_advisory(draft, by, roles, now, stands=stands, held=held, days=days)
        made_public, expect = answer_for(house, look, for_public(look, draft), answers, by, now, expect)
    seen_for_place = {one.id for one in every}

    def still(look: Look) -> bool:
        """Say whether no other went out for the place meanwhile: where nothing stood, there is no version to expect."""
        return {one.id for one in all_for(look, draft.country, draft.region)} == seen_for_place

    house.store.commit([*facts, *made_public], at=now, by=by, command=command, expect=expect, still=still)


@once
def drop_advisory(house: House, advisory_id: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Decide that a draft will not go out.

    Raises:
        Refused: it is no draft that waits, or no reason is given.
    """
    with house.store.look() as look:
        draft, seen = look.get(AdvisoryDraft, advisory_id), look.version(advisory_id)
        roles = look.get(Person, by).roles
    fact = decide.drop_advisory(draft, by, roles, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={advisory_id: seen})


@once
def withdraw_advisory(
    house: House,
    advisory_id: Id,
    wordings: Sequence[TakenBack],
    *,
    answers: Answers | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say that no level holds for a place any more; whoever got it is told so.

    wordings: why, as its readers are told; a language that is not named is the advisory's own.
    answers: for which words of stricter material they answer; None: a script vouches for what was said then.

    Raises:
        Refused: there is no such advisory, it was replaced or withdrawn already, this person is no duty officer, or a word of
            stricter material is not answered for.
    """
    with house.store.look() as look:
        advisory, seen = look.find(Advisory, advisory_id), look.version(advisory_id)
        if advisory is None:
            raise Refused(f"There is no advisory {advisory_id} that has gone out. A draft is dropped instead.")
        roles = look.get(Person, by).roles
        newest = stands_instead(look, advisory, now)
        said = [replace(one, language=one.language or advisory.language) for one in wordings]
        fact = decide.withdraw_advisory(advisory, by, roles, said, now, newest=newest.id)
        expect = {advisory_id: seen}
        made_public, expect = answer_for(house, look, taken_back(advisory, said), answers, by, now, expect)
    house.store.commit([fact, *made_public], at=now, by=by, command=command, expect=expect)


def is_replaced(look: Look, advisory: Advisory, now: datetime) -> bool:
    """Say whether a later level has taken effect for the same place: then nobody need hear of this one any more."""
    return place.is_replaced(advisory, look.all(Advisory, country=advisory.country, region=advisory.region), now)
