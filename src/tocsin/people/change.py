"""What can be changed about someone, by themselves or for them. Pure: handed how they stand, each returns facts or refuses."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, State
from tocsin.basis.ids import Id
from tocsin.people import where
from tocsin.people.address import fitting
from tocsin.people.enter import WARNED
from tocsin.people.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactAdded,
    ContactChanged,
    ContactConfirmed,
    ContactMoved,
    ContactPaused,
    ContactRemoved,
    ContactResumed,
    GroupRuled,
    LanguagesSaid,
    LineSet,
    MemberAdded,
    MemberRemoved,
    NeedsSaid,
    PersonKind,
    PersonPaused,
    PersonRenamed,
    PersonResumed,
    PlaceKind,
    PlaceRemoved,
    PlaceSaid,
    PostLeft,
    PostNamed,
    PostTaken,
)
from tocsin.people.known import Known
from tocsin.people.listed import Need, languages, needs, spoken_first
from tocsin.people.rule import Rule, check
from tocsin.people.state import Contact, ContactStands, Person, Post, fold_contact
from tocsin.people.where import Where

SHORTEST_PATIENCE_S, LONGEST_PATIENCE_S = 60, 30 * 86_400
MOST = 50  # contact points, or places, of one person
LONGEST = 2_000  # characters of a name, or of the words of a consent

S = TypeVar("S", bound=State)
Facts = tuple[Fact, ...]


def refuse_forgotten(known: Known) -> None:
    """Stop anything from being written about somebody who was forgotten.

    Raises:
        Refused: they were.
    """
    if known.person.forgotten:
        raise Refused(f"{known.person.id} has been forgotten. There is nothing left to change.")


def _among(things: Sequence[S], id: Id, what: str) -> S:
    found = next((one for one in things if one.id == id), None)
    if found is None:
        raise Refused(f"They have no {what} {id}. `tocsin people show` prints what there is.")
    return found


def _short(text: str, what: str) -> str:
    said = text.strip()
    if not said or len(said) > LONGEST or "\0" in said:
        raise Refused(f"{what} has between 1 and {LONGEST} characters, and no NUL.")
    return said


# ---- contact points


def add_contact(known: Known, id: Id, channel: str, address: str, now: datetime, *, pending: bool = False) -> Facts:
    """Add a contact point, to be tried after the others, or before those that do not speak for whoever needs a voice. pending: whoever reads there is asked first whose it is.

    Raises:
        Refused: it is no address of that channel, they have it already, or they have very many.
    """
    own = fitting(channel, address)
    if any((one.channel, one.address) == (channel, own) for one in known.contacts):
        raise Refused("They have this contact point already.")
    if len(known.contacts) >= MOST:
        raise Refused(f"They have {len(known.contacts)} contact points; {MOST} is the most. Remove one first.")
    order = 1 + max((one.order for one in known.contacts), default=-1)
    added = ContactAdded(
        subject=id,
        occurred_at=now,
        person=known.person.id,
        channel=channel,
        address=own,
        order=order,
        pending=pending,
    )
    if Need.VOICE_FIRST not in needs_of(known):
        return (added,)
    return (added, *_spoken_first((*known.contacts, fold_contact(None, added)), now))


def confirm_contact(known: Known, contact: Id, how: str, now: datetime) -> Facts:
    """Note that whoever reads at a contact point said that it is theirs. Done again, it changes nothing.

    Raises:
        Refused: there is none, or it is paused.
    """
    one = _among(known.contacts, contact, "contact point")
    if one.stands is ContactStands.PAUSED:
        raise Refused("This contact point is paused. Use it again first.")
    if one.stands is ContactStands.ACTIVE and one.confirmed_at is not None:
        return ()
    return (ContactConfirmed(subject=contact, occurred_at=now, how=_short(how, "How it was confirmed")),)


def join_enrolled(known: Known, contact: Id, enrolled: Known, id: Id, now: datetime) -> Facts:
    """Let someone who is known have what they said as they enrolled: whose the address is, what they agree to, their language.

    contact: theirs, with that address. id: of the consent.
    """
    confirmed = ContactConfirmed(subject=contact, occurred_at=now, how="link")
    given = [
        fact
        for one in enrolled.consents[:1]
        for fact in give_consent(
            known,
            id,
            to=one.to,
            wording=one.wording,
            language=one.language,
            shown=one.shown,
            proof=str(one.proof),
            now=now,
        )
    ]
    said = tuple(dict.fromkeys((enrolled.person.languages[0], *known.person.languages)))
    return (confirmed, *given, *say_languages(known, " ".join(said), now))


def change_contact(known: Known, contact: Id, address: str, now: datetime) -> Facts:
    """Give a contact point another address, which nobody has confirmed.

    Raises:
        Refused: there is none, or it is no address of its channel.
    """
    one = _among(known.contacts, contact, "contact point")
    own = fitting(one.channel, address)
    if one.address == own:
        return ()
    return (ContactChanged(subject=contact, occurred_at=now, person=known.person.id, address=own),)


def order_contacts(known: Known, contacts: Sequence[Id], now: datetime) -> Facts:
    """Let contact points be tried in this order, and those that are not named after them, as they stood.

    Raises:
        Refused: one is none of theirs, or named twice.
    """
    if len(set(contacts)) < len(contacts):
        raise Refused("Name each contact point once.")
    first = [_among(known.contacts, one, "contact point") for one in contacts]
    rest = sorted((one for one in known.contacts if one.id not in contacts), key=lambda one: (one.order, one.id))
    return tuple(
        ContactMoved(subject=one.id, occurred_at=now, order=order)
        for order, one in enumerate([*first, *rest])
        if one.order != order
    )


def pause_contact(known: Known, contact: Id, now: datetime) -> Facts:
    """Send nothing to a contact point for now.

    Raises:
        Refused: there is none, or nobody has confirmed it yet.
    """
    one = _confirmed(known, contact)
    return () if one.stands is ContactStands.PAUSED else (ContactPaused(subject=contact, occurred_at=now),)


def resume_contact(known: Known, contact: Id, now: datetime) -> Facts:
    """Use a contact point again.

    Raises:
        Refused: there is none, or nobody has confirmed it yet.
    """
    one = _confirmed(known, contact)
    return () if one.stands is ContactStands.ACTIVE else (ContactResumed(subject=contact, occurred_at=now),)


def _confirmed(known: Known, contact: Id) -> Contact:
    one = _among(known.contacts, contact, "contact point")
    if one.stands is ContactStands.PENDING:
        raise Refused("Nobody has confirmed this contact point yet.")
    return one


def remove_contact(known: Known, contact: Id, now: datetime) -> Facts:
    """Take a contact point away.

    Raises:
        Refused: there is none.
    """
    _among(known.contacts, contact, "contact point")
    return (ContactRemoved(subject=contact, occurred_at=now),)


# ---- how, and whether, they are told


def rename(known: Known, name: str, now: datetime) -> Facts:
    """Give someone another name.

    Raises:
        Refused: it is none.
    """
    said = _short(name, "A name")
    return () if said == known.person.name else (PersonRenamed(subject=known.person.id, occurred_at=now, name=said),)


def say_languages(known: Known, text: str, now: datetime) -> Facts:
    """Say in which languages someone is to be told, the best first.

    Raises:
        Refused: one is no language tag.
    """
    said = languages(text)
    if said == known.person.languages:
        return ()
    return (LanguagesSaid(subject=known.person.id, occurred_at=now, languages=said),)


def say_needs(known: Known, text: str, now: datetime) -> Facts:
    """Say how someone must be told. Empty: as everybody. With a voice first, what speaks is tried first from then on.

    Raises:
        Refused: one is not known.
    """
    said = needs(text) if text.strip() else ""
    if said.split() == sorted(needs_of(known)):
        return ()
    is_new = Need.VOICE_FIRST in said.split() and Need.VOICE_FIRST not in needs_of(known)
    return (
        NeedsSaid(subject=known.person.id, occurred_at=now, needs=said),
        *(_spoken_first(known.contacts, now) if is_new else ()),
    )


def needs_of(known: Known) -> frozenset[str]:
    """Return what someone needs: words of Need."""
    said = known.needs.needs if known.needs else ""
    return frozenset(said.split()) if isinstance(said, str) else frozenset()


def _spoken_first(contacts: Sequence[Contact], now: datetime) -> Facts:
    """Let what speaks be tried first."""
    order = sorted(contacts, key=lambda one: (spoken_first(one.channel), one.order, one.id))
    return tuple(
        ContactMoved(subject=one.id, occurred_at=now, order=place)
        for place, one in enumerate(order)
        if one.order != place
    )


def pause(known: Known, until: datetime | None, now: datetime) -> Facts:
    """Leave someone alone, until a moment or until they say otherwise.

    Raises:
        Refused: the moment is past.
    """
    if until is not None and until <= now:
        raise Refused("The moment until which they want to be left alone is past.")
    return (PersonPaused(subject=known.person.id, occurred_at=now, until=until),)


def resume(known: Known, now: datetime) -> Facts:
    """Tell someone again."""
    return () if known.person.paused_at is None else (PersonResumed(subject=known.person.id, occurred_at=now),)


def is_paused(person: Person, now: datetime) -> bool:
    """Say whether someone wants to be left alone at a moment."""
    return person.paused_at is not None and (person.paused_until is None or now < person.paused_until)


# ---- places, consent


def say_place(
    known: Known,
    id: Id,
    kind: PlaceKind,
    place: Where,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Facts:
    """Say where someone is, lives, works, travels or is responsible. Of now and home there is one: it takes the other's place.

    Raises:
        Refused: it is nowhere, ends before it begins, a trip has no end, or there are very many.
    """
    if since is not None and until is not None and until <= since:
        raise Refused("It ends before it begins.")
    if kind is PlaceKind.TRIP and (since is None or until is None):
        raise Refused("A trip has a beginning and an end.")
    text = where.write(place)
    same = [one for one in known.places if one.place_kind is kind]
    if any((one.where, one.since, one.until) == (text, since, until) for one in same) and kind is not PlaceKind.NOW:
        return ()
    if len(known.places) >= MOST:
        raise Refused(f"They have {len(known.places)} places; {MOST} is the most. Remove one first.")
    subject = same[0].id if same and kind in (PlaceKind.NOW, PlaceKind.HOME) else id
    return (
        PlaceSaid(
            subject=subject,
            occurred_at=now,
            person=known.person.id,
            place_kind=kind,
            where=text,
            since=since,
            until=until,
        ),
    )


def remove_place(known: Known, place: Id, now: datetime) -> Facts:
    """Note that someone no longer has to do with a place.

    Raises:
        Refused: there is none.
    """
    _among(known.places, place, "place")
    return (PlaceRemoved(subject=place, occurred_at=now),)


def give_consent(
    known: Known, id: Id, *, to: str, wording: str, language: str, shown: str, proof: str = "", now: datetime
) -> Facts:
    """Note what someone agreed to, with its proof. What they agreed to before for the same stands no longer.

    Raises:
        Refused: it does not say what for, in which words, or how these were shown.
    """
    given = ConsentGiven(
        subject=id,
        occurred_at=now,
        person=known.person.id,
        to=_short(to, "What a consent is for"),
        wording=_short(wording, "The wording of a consent"),
        language=languages(language)[0],
        shown=_short(shown, "How a consent was asked for"),
        proof=proof.strip()[:LONGEST],
    )
    before = [one for one in known.consents if one.to == given.to]
    return (*(ConsentWithdrawn(subject=one.id, occurred_at=now, how="given anew") for one in before), given)


def withdraw_consent(known: Known, consent: Id, how: str, now: datetime) -> Facts:
    """Note that someone took back what they had agreed to.

    Raises:
        Refused: there is nothing of the kind.
    """
    _among(known.consents, consent, "consent")
    return (ConsentWithdrawn(subject=consent, occurred_at=now, how=_short(how, "How it was taken back")),)


def end_warnings(known: Known, how: str, now: datetime) -> Facts:
    """Take back what someone agreed to of being warned. Done again, it changes nothing. A danger to life still reaches them."""
    said = _short(how, "How it was taken back")
    ends = [one for one in known.consents if one.to == WARNED]
    return tuple(ConsentWithdrawn(subject=one.id, occurred_at=now, how=said) for one in ends)


def begin_warnings(
    known: Known, id: Id, *, wording: str, language: str, shown: str, proof: str, now: datetime
) -> Facts:
    """Note that someone agreed to be warned, once more. Whoever agrees already agrees."""
    if is_agreed(known):
        return ()
    return give_consent(known, id, to=WARNED, wording=wording, language=language, shown=shown, proof=proof, now=now)


def is_agreed(known: Known) -> bool:
    """Say whether someone has agreed to be warned."""
    return any(one.to == WARNED for one in known.consents)


# ---- posts and groups


def take_post(
    known: Known, organisation: Person, posts: Sequence[Post], name: str, new_id: Callable[[], Id], now: datetime
) -> Facts:
    """Let someone hold a post at an organisation. posts: that there are there; one that is not there yet is made.

    Raises:
        Refused: it is no organisation, or there is no name.
    """
    if organisation.person_kind is not PersonKind.ORGANISATION:
        raise Refused(f"{organisation.id} is no organisation. A post is held at one.")
    said = _short(name, "The name of a post")
    post = next((one.id for one in posts if one.name == said), None)
    if post is not None and any(one.post == post for one in known.tenures):
        return ()
    made: list[Fact] = []
    if post is None:
        post = new_id()
        made.append(PostNamed(subject=post, occurred_at=now, organisation=organisation.id, name=said))
    return (*made, PostTaken(subject=new_id(), occurred_at=now, post=post, person=known.person.id))


def set_line(known: Known, places: Sequence[Id], patience_s: int, now: datetime) -> Facts:
    """Say who at an organisation is told of a warning to it, one after the other. places: posts or people; none: itself.

    Raises:
        Refused: it is no organisation, somebody stands there twice or is itself, or the next one would be told at once.
    """
    if known.person.person_kind is not PersonKind.ORGANISATION:
        raise Refused(f"{known.person.id} is a person. Only an organisation is told through others.")
    if len(set(places)) < len(places) or known.person.id in places or len(places) > MOST:
        raise Refused(
            f"Name up to {MOST} different posts or people; the organisation's own address comes last by itself."
        )
    if not SHORTEST_PATIENCE_S <= patience_s <= LONGEST_PATIENCE_S:
        raise Refused("The next one is told after a minute at least, and thirty days at most.")
    return (LineSet(subject=known.person.id, occurred_at=now, places=tuple(places), patience_s=patience_s),)


def leave_post(known: Known, post: Id, now: datetime) -> Facts:
    """Let someone hold a post no longer.

    Raises:
        Refused: they do not hold it.
    """
    held = [one for one in known.tenures if one.post == post]
    if not held:
        raise Refused(f"They do not hold post {post}. `tocsin people show` prints what they hold.")
    return tuple(PostLeft(subject=one.id, occurred_at=now) for one in held)


def join(known: Known, group: Id, id: Id, now: datetime) -> Facts:
    """Let someone belong to a group."""
    if any(one.group == group for one in known.memberships):
        return ()
    return (MemberAdded(subject=id, occurred_at=now, group=group, person=known.person.id),)


def leave(known: Known, group: Id, now: datetime) -> Facts:
    """Let someone belong to a group no longer. Whoever fits its rule still does.

    Raises:
        Refused: they are not listed in it.
    """
    listed = [one for one in known.memberships if one.group == group]
    if not listed:
        raise Refused(f"They are not listed in group {group}.")
    return tuple(MemberRemoved(subject=one.id, occurred_at=now) for one in listed)


def rule_group(group: Id, rule: Rule, now: datetime) -> Facts:
    """Let who belongs to a group follow from a rule, besides those who are listed.

    Raises:
        Refused: the rule says nothing.
    """
    return (GroupRuled(subject=group, occurred_at=now, rule=check(rule)),)
