"""Advisories: written by one, let out by another; withdrawn; and which of them hold. Their reviews are in deadlines.py."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.warn import refuse_deaf_ladder, refuse_other_hand
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.advisory import decide
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.advisory.place import same_name
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.retraction import TakenBack


def stands_for(look: Look, country: str, region: str) -> Advisory | None:
    """Return the latest advisory for a country or a region of it, be it withdrawn or not in effect yet."""
    found = [one for one in look.all(Advisory, country=country, order="issued_at") if same_name(one.region, region)]
    return found[-1] if found else None


@once
def draft_advisory(house: House, draft: AdvisoryDrafted, *, by: Id, command: str, now: datetime) -> None:
    """Write a level, or write at one again that waits. What stands for its place is looked up, and how its region is spelt.

    Raises:
        Refused: another signs it, a second person could not approve it, or it was decided about already.
    """
    refuse_other_hand(draft.subject, draft.author, by)
    with house.store.look() as look:
        look.refuse_taken(Advisory, draft.subject)
        refuse_deaf_ladder(look, draft.subject, draft.ladder)
        before, seen = look.find(AdvisoryDraft, draft.subject), look.version(draft.subject)
        roles = look.get(Person, by).roles
        stands = stands_for(look, draft.country, draft.region)
    region = stands.region if stands is not None else " ".join(draft.region.split())
    written = replace(draft, region=region, before=stands.id if stands is not None else None)
    fact = decide.draft_advisory(written, before, roles, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={draft.subject: seen})


@once
def approve_advisory(house: House, advisory_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Let a draft go out, as a second person. Its delivery, and the date of its review, follow from that.

    Raises:
        Refused: it is no draft that waits, its approver wrote at it, or another level was set there meanwhile.
    """
    with house.store.look() as look:
        draft, seen = look.get(AdvisoryDraft, advisory_id), look.version(advisory_id)
        roles = look.get(Person, by).roles
        stands = stands_for(look, draft.country, draft.region)
        expect = {advisory_id: seen} | ({stands.id: look.version(stands.id)} if stands is not None else {})
    facts = decide.approve_advisory(draft, by, roles, now, stands=stands, days=house.deadlines.review_days)
    house.store.commit(facts, at=now, by=by, command=command, expect=expect)


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
    house: House, advisory_id: Id, wordings: Sequence[TakenBack], *, by: Id, command: str, now: datetime
) -> None:
    """Say that no level holds for a place any more; whoever got it is told so.

    wordings: why, as its readers are told; a language that is not named is the advisory's own.

    Raises:
        Refused: there is no such advisory, it was replaced or withdrawn already, or this person is no duty officer.
    """
    with house.store.look() as look:
        advisory, seen = look.find(Advisory, advisory_id), look.version(advisory_id)
        if advisory is None:
            raise Refused(f"There is no advisory {advisory_id} that has gone out. A draft is dropped instead.")
        roles = look.get(Person, by).roles
        newest = stands_for(look, advisory.country, advisory.region) or advisory
    said = [replace(one, language=one.language or advisory.language) for one in wordings]
    fact = decide.withdraw_advisory(advisory, by, roles, said, now, newest=newest.id)
    house.store.commit([fact], at=now, by=by, command=command, expect={advisory_id: seen})


def is_replaced(look: Look, advisory: Advisory, now: datetime) -> bool:
    """Say whether a later level has taken effect for the same place: then nobody need hear of this one any more."""
    later = look.all(Advisory, country=advisory.country, region=advisory.region, order="issued_at")
    return any(one.issued_at > advisory.issued_at and one.effective_at <= now for one in later)
