"""Taking in a row of a list: what it changes about someone. Pure: handed how they stand, it returns facts.

A column of the list is the whole truth of what it speaks of: what is not in the row is taken away. Of what the list has no
column for, nothing changes.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.people.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactAdded,
    ContactChanged,
    ContactMoved,
    ContactRemoved,
    LanguagesSaid,
    MemberAdded,
    MemberRemoved,
    NeedsSaid,
    PersonAdded,
    PersonKind,
    PersonRenamed,
    PlaceKind,
    PlaceRemoved,
    PlaceSaid,
    PostLeft,
    PostTaken,
)
from tocsin.people.known import Known
from tocsin.people.listed import Listed
from tocsin.people.state import ContactStands, Person, fold_person

WARNED = "be warned"
"""What a consent in a list is for."""
ENROLLED, BEHIND_A_LINK = "enrolment page", "the page behind a link of theirs"
"""How a consent was shown that somebody gave us themselves: no list takes it back."""


class Named(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The ids behind the names in a row. post: None where it names none."""

    groups: frozenset[Id] = frozenset()
    post: Id | None = None


class Entering(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row, and all that it is held against."""

    listed: Listed
    known: Known
    named: Named
    new_id: Callable[[], Id]
    now: datetime


def add(
    listed: Listed, person: Id, row: str, named: Named, new_id: Callable[[], Id], now: datetime
) -> tuple[Fact, ...]:
    """Enter somebody new. row: what their own key gives for this row."""
    added = PersonAdded(
        subject=person,
        occurred_at=now,
        person_kind=listed.person_kind,
        name=listed.name,
        languages=listed.languages or ("en",),
        row=row,
    )
    known = Known(person=fold_person(None, added))
    return (
        added,
        *(fact for _, fact in _differences(Entering(listed=listed, known=known, named=named, new_id=new_id, now=now))),
    )


def refuse_other_kind(listed: Listed, person: Person) -> None:
    """Stop a person from becoming an organisation, or the other way round.

    Raises:
        Refused: the row would have it so.
    """
    if "kind" in listed.columns and listed.person_kind is not person.person_kind:
        raise Refused(f"kind: this key is of {_AN[person.person_kind]}, and one never becomes the other.")


_AN = {PersonKind.PERSON: "a person", PersonKind.ORGANISATION: "an organisation"}


def change(
    listed: Listed, known: Known, named: Named, new_id: Callable[[], Id], now: datetime
) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
    """Hold a row against how someone stands; return the columns in which they differ, and the facts that follow."""
    found = list(_differences(Entering(listed=listed, known=known, named=named, new_id=new_id, now=now)))
    return tuple(dict.fromkeys(column for column, _ in found)), tuple(fact for _, fact in found)


def _differences(row: Entering) -> Iterator[tuple[str, Fact]]:
    for column in row.listed.columns:
        for fact in PARTS.get(column, _contacts)(row, column) if column != "kind" else ():
            yield column, fact


def _name(row: Entering, _: str) -> Iterator[Fact]:
    if row.listed.name != row.known.person.name:
        yield PersonRenamed(subject=row.known.person.id, occurred_at=row.now, name=row.listed.name)


def _languages(row: Entering, _: str) -> Iterator[Fact]:
    wanted = row.listed.languages or ("en",)
    if wanted != row.known.person.languages:
        yield LanguagesSaid(subject=row.known.person.id, occurred_at=row.now, languages=wanted)


def _needs(row: Entering, _: str) -> Iterator[Fact]:
    stands = row.known.needs.needs if row.known.needs else ""
    if row.listed.needs != stands:
        yield NeedsSaid(subject=row.known.person.id, occurred_at=row.now, needs=row.listed.needs)


def _contacts(row: Entering, channel: str) -> Iterator[Fact]:
    """Hold the contact points of one channel against those of the row. What nobody has confirmed yet is not ours to touch."""
    wanted = {address: order for order, (of, address) in enumerate(row.listed.contacts) if of == channel}
    stand = [one for one in row.known.contacts if one.channel == channel and one.stands is not ContactStands.PENDING]
    stand.sort(key=lambda one: (one.order, one.id))
    free = [one for one in stand if one.address not in wanted]
    for one in stand:
        if isinstance(one.address, str) and one.address in wanted and (order := wanted.pop(one.address)) != one.order:
            yield ContactMoved(subject=one.id, occurred_at=row.now, order=order)
    for address, order in wanted.items():
        if not free:
            yield ContactAdded(
                subject=row.new_id(),
                occurred_at=row.now,
                person=row.known.person.id,
                channel=channel,
                address=address,
                order=order,
            )
            continue
        one = free.pop(0)
        yield ContactChanged(subject=one.id, occurred_at=row.now, person=one.person, address=address)
        if one.order != order:
            yield ContactMoved(subject=one.id, occurred_at=row.now, order=order)
    for one in free:
        yield ContactRemoved(subject=one.id, occurred_at=row.now)


def _places(row: Entering, column: str) -> Iterator[Fact]:
    kind = PlaceKind(column)
    wanted = [where for of, where in row.listed.places if of is kind]
    stand = [one for one in row.known.places if one.place_kind is kind]
    free = [one for one in stand if one.where not in wanted]
    there = {one.where for one in stand}
    for where in wanted:
        if where in there:
            continue
        subject = free.pop(0).id if free else row.new_id()
        yield PlaceSaid(subject=subject, occurred_at=row.now, person=row.known.person.id, place_kind=kind, where=where)
    for one in free:
        yield PlaceRemoved(subject=one.id, occurred_at=row.now)


def _groups(row: Entering, _: str) -> Iterator[Fact]:
    stand = {one.group: one for one in row.known.memberships}
    for group in sorted(row.named.groups - stand.keys()):
        yield MemberAdded(subject=row.new_id(), occurred_at=row.now, group=group, person=row.known.person.id)
    for group in sorted(stand.keys() - row.named.groups):
        yield MemberRemoved(subject=stand[group].id, occurred_at=row.now)


def _post(row: Entering, _: str) -> Iterator[Fact]:
    for one in row.known.tenures:
        if one.post != row.named.post:
            yield PostLeft(subject=one.id, occurred_at=row.now)
    if row.named.post is not None and row.named.post not in {one.post for one in row.known.tenures}:
        yield PostTaken(subject=row.new_id(), occurred_at=row.now, post=row.named.post, person=row.known.person.id)


def _consent(row: Entering, _: str) -> Iterator[Fact]:
    agreed = row.listed.consent
    own = (ENROLLED, BEHIND_A_LINK)
    stand = [one for one in row.known.consents if one.to == WARNED and one.shown not in own]
    said = None if agreed is None else (agreed.wording, agreed.shown, agreed.proof)
    for one in stand:
        if (one.wording, one.shown, one.proof) != said:
            yield ConsentWithdrawn(subject=one.id, occurred_at=row.now, how="list")
    if agreed is not None and said not in [(one.wording, one.shown, one.proof) for one in stand]:
        yield ConsentGiven(
            subject=row.new_id(),
            occurred_at=agreed.at or row.now,
            person=row.known.person.id,
            to=WARNED,
            wording=agreed.wording,
            language=row.known.person.languages[0],
            shown=agreed.shown,
            proof=agreed.proof,
        )


PARTS: Mapping[str, Callable[[Entering, str], Iterator[Fact]]] = {
    "name": _name,
    "languages": _languages,
    "needs": _needs,
    "groups": _groups,
    "post": _post,
    "consent": _consent,
    **{kind.value: _places for kind in PlaceKind},
}
