"""Enrolling oneself: a contact point is used only once whoever reads there has said that it is theirs.

Whoever asks learns nothing of who is known: the same is done, said and sent in every case, to that contact point alone.
The person of a contact point that enrolled itself follows from its address under the installation's own secret. Where it turns
out, once it is confirmed, to be the address of somebody on a list, it is theirs, and the one who enrolled is let go.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, keyed_id
from tocsin.flow.delivery.link import LASTS
from tocsin.flow.house import House
from tocsin.flow.people.forget import forget, forgotten
from tocsin.flow.people.person import change_person, find
from tocsin.people import change
from tocsin.people.address import fitting
from tocsin.people.enter import ENROLLED, WARNED
from tocsin.people.facts import ConsentGiven, ContactAdded, LinkAsked, PersonAdded, PersonKind
from tocsin.people.known import Known
from tocsin.people.listed import languages
from tocsin.people.state import Contact, ContactStands
from tocsin.store.look import Look

CHANNELS = ("mail", "sms")  # over which one can enrol oneself
AGAIN = timedelta(minutes=10)  # no second link to one contact point within
SELF: Id = "self"
"""Who acts behind a page that anyone may open."""


def channels(house: House) -> tuple[str, ...]:
    """Return over which channels one can enrol oneself here."""
    return tuple(channel for channel in CHANNELS if channel in house.carriers)


def ask(
    house: House,
    channel: str,
    address: str,
    *,
    language: str,
    wording: str,
    exercise: bool,
    command: str,
    now: datetime,
) -> None:
    """Enrol a contact point, or send whoever is enrolled with it a link to their page.

    wording: of the consent, as it was shown. It says nothing of which of the two it was, and takes as long.

    Raises:
        Refused: it is no address, or there is no such channel here.
    """
    if channel not in channels(house):
        raise Refused("There is no such way to be told here.")
    own = fitting(channel, address)
    tags = languages(language)
    with house.store.look() as look:
        person, contact, stands = _whose(house, look, channel, own)
        recent = stands is not None and _asked_at(look, contact) > now - AGAIN
        seen = {person: look.version(person), contact: look.version(contact)}
    if recent:
        return
    facts: list[Fact] = []
    if stands is None:
        facts = [
            PersonAdded(
                subject=person,
                occurred_at=now,
                person_kind=PersonKind.PERSON,
                name="",
                languages=tags,
                exercise=exercise,
            ),
            ContactAdded(subject=contact, occurred_at=now, person=person, channel=channel, address=own, pending=True),
            ConsentGiven(
                subject=house.store.new_id(),
                occurred_at=now,
                person=person,
                to=WARNED,
                wording=wording,
                language=tags[0],
                shown=ENROLLED,
                proof="the link that was sent",
            ),
        ]
    facts.append(LinkAsked(subject=contact, occurred_at=now))
    house.store.commit(facts, at=now, by=SELF, command=command, expect=seen)


def _whose(house: House, look: Look, channel: str, address: str) -> tuple[Id, Id, Contact | None]:
    """Return the person and the contact point that stand, or would, for an address that enrols itself.

    Whoever was forgotten or has moved to another address since is passed over: the next number is somebody new.
    """
    number = 0
    while True:
        names = (channel, address, str(number))
        person = keyed_id(house.store.secrets.links, "enrolled", *names)
        contact = keyed_id(house.store.secrets.links, "enrolled contact", *names)
        stands = look.find(Contact, contact)
        if stands is None:
            return person, contact, None
        if stands.address == address and stands.stands is not ContactStands.REMOVED:
            return person, contact, stands
        number += 1


def _asked_at(look: Look, contact: Id) -> datetime:
    """Return when a link was last on its way to a contact point."""
    return max((batch.planned_at for batch in look.batches(contact)), default=datetime.min.replace(tzinfo=UTC))


# ---- behind the link


def confirm(house: House, person: Id, contact: Id, *, command: str, now: datetime) -> Id:
    """Note that whoever came by the link says that the contact point is theirs; return the contact point as it is kept now.

    It is another one where somebody of a list has this address, and nobody else: then it is they who enrolled. They get a link
    to their page, for the one they came by leads nowhere any more.
    """
    with house.store.look() as look:
        enrolled, joins = find(house, look, person), None
        if len(enrolled.contacts) == 1 and enrolled.contacts[0].stands is ContactStands.PENDING:
            joins = _listed(house, look, enrolled)
        if joins is not None:
            known, own = joins
            facts = [
                *change.join_enrolled(known, own, enrolled, house.store.new_id(), now),
                LinkAsked(subject=own, occurred_at=now),
                *forgotten(house, look, person, "They are known by the same address.", now),
            ]
            seen = {id: look.version(id) for id in {known.person.id, *(fact.subject for fact in facts)}}
            house.store.commit(facts, at=now, by=known.person.id, command=command, expect=seen)
            return own
    change_person(
        house,
        person,
        lambda known: change.confirm_contact(known, contact, "link", now),
        by=person,
        command=command,
        now=now,
    )
    return contact


def _listed(house: House, look: Look, enrolled: Known) -> tuple[Known, Id] | None:
    """Return the one other person who has the address of somebody who enrolled, and their contact point; None: nobody, or several.

    Whoever works at the desk stays apart: a link in a letter is no way to what they are.
    """
    (asked,) = enrolled.contacts
    if enrolled.person.holds:
        return None
    others = dict(house.store.whose(look, asked.channel, str(asked.address)))
    if len(others) != 1:
        return None
    ((person, contact),) = others.items()
    known = find(house, look, person)
    is_free = known.person.person_kind is PersonKind.PERSON and not known.person.roles and not known.person.forgotten
    return (known, contact) if is_free else None


def add_contact(house: House, person: Id, channel: str, address: str, *, command: str, now: datetime) -> None:
    """Add a contact point, and ask there whose it is.

    Raises:
        Refused: it is no address, or they have it already.
    """
    if channel not in channels(house):
        raise Refused("There is no such way to be told here.")

    def decide(known: Known) -> tuple[Fact, ...]:
        added = change.add_contact(known, house.store.new_id(), channel, address, now, pending=True)
        asked = (fact.subject for fact in added if isinstance(fact, ContactAdded))
        return (*added, *(LinkAsked(subject=contact, occurred_at=now) for contact in asked))

    change_person(house, person, decide, by=person, command=command, now=now)


# ---- what was never confirmed


def forget_unconfirmed(house: House, now: datetime) -> None:
    """Let go of contact points that nobody confirmed in time, and of whoever has no other."""
    with house.store.look() as look:
        stale = list(_stale(look, now))
    for contact in stale:
        with house.store.look() as look:
            others = [one for one in look.all(Contact, person=contact.person) if one.confirmed_at is not None]
        command = f"unconfirmed:{contact.id}:{house.store.new_id()}"
        if others:
            decide = partial(change.remove_contact, contact=contact.id, now=now)
            change_person(house, contact.person, decide, by="tocsin", command=command, now=now)
            continue
        with suppress(Refused):  # an inquiry may hold them
            forget(house, contact.person, why="Nobody confirmed it.", by="tocsin", command=command, now=now)


def _stale(look: Look, now: datetime) -> Iterator[Contact]:
    for contact in look.all(Contact, stands=ContactStands.PENDING.value):
        asked = _asked_at(look, contact.id)
        if asked.year > 1 and asked <= now - LASTS:
            yield contact
