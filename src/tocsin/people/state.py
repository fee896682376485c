"""How the people stand, and the only rules by which facts change that."""

from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from tocsin.basis.fact import Erased, Fact, Folding, Personal, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.people.facts import (
    ConsentGiven,
    ConsentWithdrawn,
    ContactAdded,
    ContactChanged,
    ContactConfirmed,
    ContactFailed,
    ContactMoved,
    ContactPaused,
    ContactRemoved,
    ContactResumed,
    GroupNamed,
    GroupRuled,
    LanguagesSaid,
    LineSet,
    LinkAsked,
    MemberAdded,
    MemberRemoved,
    NeedsSaid,
    PersonAdded,
    PersonForgotten,
    PersonHeld,
    PersonKind,
    PersonPaused,
    PersonReleased,
    PersonRenamed,
    PersonResumed,
    PlaceKind,
    PlaceRemoved,
    PlaceSaid,
    PostLeft,
    PostNamed,
    PostTaken,
    RolesSet,
    RowTaken,
    SignInSet,
)
from tocsin.people.rule import Rule


class ContactStands(StrEnum):
    """Whether a contact point is used."""

    ACTIVE = "active"
    PENDING = "pending"  # nothing but the question whose it is goes there
    PAUSED = "paused"
    REMOVED = "removed"


class Person(State, frozen=True, kw_only=True):
    """A person or organisation, as known now.

    holds: how many inquiries keep them from being forgotten. row: see PersonAdded. paused_at: since when they want to be
    left alone; paused_until: until when, None: until they say otherwise.
    """

    person_kind: PersonKind
    name: Personal
    languages: tuple[str, ...]
    roles: tuple[Role, ...]
    cleared_to: Mark
    sign_in: Personal
    secret_hash: Personal
    forgotten: bool
    holds: int
    exercise: bool
    row: str = ""
    paused_at: datetime | None = None
    paused_until: datetime | None = None


class Contact(State, frozen=True, kw_only=True):
    """One way to reach one person. failed_at: since when nothing that is sent there arrives."""

    person_field = "person"

    person: Id
    channel: str
    address: Personal
    order: int
    stands: ContactStands = ContactStands.ACTIVE
    confirmed_at: datetime | None = None
    failed_at: datetime | None = None


class Needs(State, frozen=True, kw_only=True):
    """How one person must be told; its id is theirs."""

    needs: Personal


class Place(State, frozen=True, kw_only=True):
    """Where someone lives, works, is, travels or is responsible, as it was said last."""

    person_field = "person"

    person: Id
    place_kind: PlaceKind
    where: Personal
    since: datetime | None
    until: datetime | None
    said_at: datetime
    removed_at: datetime | None = None


class Consent(State, frozen=True, kw_only=True):
    """What someone agreed to, and what proves it."""

    person_field = "person"

    person: Id
    to: str
    wording: str
    language: str
    shown: str
    proof: Personal
    given_at: datetime
    withdrawn_at: datetime | None = None


class Post(State, frozen=True, kw_only=True):
    """What somebody does at an organisation, whoever it is."""

    organisation: Id
    name: str


class Tenure(State, frozen=True, kw_only=True):
    """That one person holds one post, or held it."""

    post: Id
    person: Id
    since: datetime
    left_at: datetime | None = None


class Line(State, frozen=True, kw_only=True):
    """Who at an organisation is told one after the other; its id is the organisation's."""

    places: tuple[Id, ...]
    patience_s: int


class Group(State, frozen=True, kw_only=True):
    """People who are warned together: those who were listed, and whoever fits the rule, if there is one."""

    name: str
    rule: Rule | None = None


class Membership(State, frozen=True, kw_only=True):
    """That one person belongs to one group, or did."""

    group: Id
    person: Id
    left_at: datetime | None = None


def fold_person(state: Person | None, fact: Fact) -> Person:
    """Return how the person stands after the fact."""
    match fact:
        case PersonAdded():
            return _added(fact)
        case PersonForgotten():
            return _bare(standing(state, fact))
        case SignInSet() | RolesSet() | PersonHeld() | PersonReleased():
            return _at_desk(standing(state, fact), fact)
    person = standing(state, fact)
    match fact:
        case PersonRenamed():
            return replace(person, name=fact.name)
        case LanguagesSaid():
            return replace(person, languages=fact.languages)
        case RowTaken():
            return replace(person, row=fact.row)
        case PersonPaused():
            return replace(person, paused_at=fact.occurred_at, paused_until=fact.until)
        case PersonResumed():
            return replace(person, paused_at=None, paused_until=None)
    raise TypeError(fact.kind())


def _at_desk(person: Person, fact: SignInSet | RolesSet | PersonHeld | PersonReleased) -> Person:
    match fact:
        case SignInSet():
            return replace(person, sign_in=fact.sign_in, secret_hash=fact.secret_hash)
        case RolesSet():
            # Whoever works here no more leaves the name free by which they signed in, and comes back by no old passphrase.
            left = person if fact.roles else replace(person, sign_in="", secret_hash="")
            return replace(left, roles=fact.roles, cleared_to=fact.cleared_to)
        case PersonHeld():
            return replace(person, holds=person.holds + 1)
    return replace(person, holds=person.holds - 1)


def _bare(person: Person) -> Person:
    """Return what is left of someone who was forgotten: that there was somebody."""
    gone = Erased()
    left = replace(person, forgotten=True, roles=(), languages=("en",), row="", paused_at=None, paused_until=None)
    return replace(left, name=gone, sign_in=gone, secret_hash=gone)


def _added(fact: PersonAdded) -> Person:
    return Person(
        id=fact.subject,
        person_kind=fact.person_kind,
        name=fact.name,
        languages=fact.languages,
        roles=fact.roles,
        cleared_to=fact.cleared_to,
        sign_in="",
        secret_hash="",
        forgotten=False,
        holds=0,
        exercise=fact.exercise,
        row=fact.row,
    )


def fold_contact(state: Contact | None, fact: Fact) -> Contact:
    """Return how the contact point stands after the fact."""
    if isinstance(fact, ContactAdded):
        stands = ContactStands.PENDING if fact.pending else ContactStands.ACTIVE
        return Contact(
            id=fact.subject,
            person=fact.person,
            channel=fact.channel,
            address=fact.address,
            order=fact.order,
            stands=stands,
        )
    contact = standing(state, fact)
    match fact:
        case ContactConfirmed():
            return replace(contact, stands=ContactStands.ACTIVE, confirmed_at=fact.occurred_at, failed_at=None)
        case ContactFailed():
            return replace(contact, failed_at=contact.failed_at or fact.occurred_at)
        case LinkAsked():
            return contact
        case ContactChanged():
            return replace(contact, address=fact.address, confirmed_at=None, failed_at=None)
        case ContactMoved():
            return replace(contact, order=fact.order)
        case ContactPaused():
            return replace(contact, stands=ContactStands.PAUSED)
        case ContactResumed():
            return replace(contact, stands=ContactStands.ACTIVE)
        case ContactRemoved():
            return replace(contact, stands=ContactStands.REMOVED, address=Erased(), confirmed_at=None)
    raise TypeError(fact.kind())


def fold_needs(state: Needs | None, fact: Fact) -> Needs:
    """Return what a person needs after the fact."""
    match fact:
        case NeedsSaid():
            return Needs(id=fact.subject, needs=fact.needs)
    raise TypeError(fact.kind())


def fold_place(state: Place | None, fact: Fact) -> Place:
    """Return how the place stands after the fact."""
    match fact:
        case PlaceSaid():
            return Place(
                id=fact.subject,
                person=fact.person,
                place_kind=fact.place_kind,
                where=fact.where,
                since=fact.since,
                until=fact.until,
                said_at=fact.occurred_at,
            )
        case PlaceRemoved():
            return replace(standing(state, fact), where=Erased(), removed_at=fact.occurred_at)
    raise TypeError(fact.kind())


def fold_consent(state: Consent | None, fact: Fact) -> Consent:
    """Return how the consent stands after the fact."""
    match fact:
        case ConsentGiven():
            return Consent(
                id=fact.subject,
                person=fact.person,
                to=fact.to,
                wording=fact.wording,
                language=fact.language,
                shown=fact.shown,
                proof=fact.proof,
                given_at=fact.occurred_at,
            )
        case ConsentWithdrawn():
            return replace(standing(state, fact), withdrawn_at=fact.occurred_at)
    raise TypeError(fact.kind())


def fold_post(state: Post | None, fact: Fact) -> Post:
    """Return how the post stands after the fact."""
    match fact:
        case PostNamed():
            return Post(id=fact.subject, organisation=fact.organisation, name=fact.name)
    raise TypeError(fact.kind())


def fold_tenure(state: Tenure | None, fact: Fact) -> Tenure:
    """Return who holds the post after the fact."""
    match fact:
        case PostTaken():
            return Tenure(id=fact.subject, post=fact.post, person=fact.person, since=fact.occurred_at)
        case PostLeft():
            return replace(standing(state, fact), left_at=fact.occurred_at)
    raise TypeError(fact.kind())


def fold_line(state: Line | None, fact: Fact) -> Line:
    """Return who is told one after the other after the fact."""
    match fact:
        case LineSet():
            return Line(id=fact.subject, places=fact.places, patience_s=fact.patience_s)
    raise TypeError(fact.kind())


def fold_group(state: Group | None, fact: Fact) -> Group:
    """Return how the group stands after the fact."""
    match fact:
        case GroupNamed():
            return Group(id=fact.subject, name=fact.name)
        case GroupRuled():
            return replace(standing(state, fact), rule=fact.rule)
    raise TypeError(fact.kind())


def fold_membership(state: Membership | None, fact: Fact) -> Membership:
    """Return how the membership stands after the fact."""
    match fact:
        case MemberAdded():
            return Membership(id=fact.subject, group=fact.group, person=fact.person)
        case MemberRemoved():
            return replace(standing(state, fact), left_at=fact.occurred_at)
    raise TypeError(fact.kind())


_OF_A_PERSON = (
    PersonAdded,
    PersonRenamed,
    LanguagesSaid,
    RowTaken,
    PersonPaused,
    PersonResumed,
    SignInSet,
    RolesSet,
    PersonHeld,
    PersonReleased,
    PersonForgotten,
)
_OF_A_CONTACT = (
    ContactAdded,
    ContactConfirmed,
    ContactFailed,
    LinkAsked,
    ContactChanged,
    ContactMoved,
    ContactPaused,
    ContactResumed,
    ContactRemoved,
)

FOLDINGS = (
    Folding(Person, _OF_A_PERSON, fold_person),
    Folding(Needs, (NeedsSaid,), fold_needs),
    Folding(Contact, _OF_A_CONTACT, fold_contact),
    Folding(Place, (PlaceSaid, PlaceRemoved), fold_place),
    Folding(Consent, (ConsentGiven, ConsentWithdrawn), fold_consent),
    Folding(Post, (PostNamed,), fold_post),
    Folding(Tenure, (PostTaken, PostLeft), fold_tenure),
    Folding(Line, (LineSet,), fold_line),
    Folding(Group, (GroupNamed, GroupRuled), fold_group),
    Folding(Membership, (MemberAdded, MemberRemoved), fold_membership),
)
