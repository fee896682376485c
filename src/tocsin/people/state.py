"""How the people stand, and the only rules by which facts change that."""

from msgspec.structs import replace

from tocsin.basis.fact import Erased, Fact, Folding, Personal, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.people.facts import (
    ContactAdded,
    GroupNamed,
    MemberAdded,
    PersonAdded,
    PersonForgotten,
    PersonHeld,
    PersonKind,
    PersonReleased,
    SignInSet,
)


class Person(State, frozen=True, kw_only=True):
    """A person or organisation, as known now. holds: how many inquiries keep them from being forgotten."""

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


class Contact(State, frozen=True, kw_only=True):
    """One way to reach one person."""

    person_field = "person"

    person: Id
    channel: str
    address: Personal
    order: int


class Group(State, frozen=True, kw_only=True):
    """People who are warned together."""

    name: str


class Membership(State, frozen=True, kw_only=True):
    """That one person belongs to one group."""

    group: Id
    person: Id


def fold_person(state: Person | None, fact: Fact) -> Person:
    """Return how the person stands after the fact."""
    match fact:
        case PersonAdded():
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
            )
        case SignInSet():
            return replace(standing(state, fact), sign_in=fact.sign_in, secret_hash=fact.secret_hash)
        case PersonHeld():
            person = standing(state, fact)
            return replace(person, holds=person.holds + 1)
        case PersonReleased():
            person = standing(state, fact)
            return replace(person, holds=person.holds - 1)
        case PersonForgotten():
            gone = Erased()
            return replace(standing(state, fact), forgotten=True, roles=(), name=gone, sign_in=gone, secret_hash=gone)
    raise TypeError(fact.kind())


def fold_contact(state: Contact | None, fact: Fact) -> Contact:
    """Return how the contact point stands after the fact."""
    match fact:
        case ContactAdded():
            return Contact(
                id=fact.subject, person=fact.person, channel=fact.channel, address=fact.address, order=fact.order
            )
    raise TypeError(fact.kind())


def fold_group(state: Group | None, fact: Fact) -> Group:
    """Return how the group stands after the fact."""
    match fact:
        case GroupNamed():
            return Group(id=fact.subject, name=fact.name)
    raise TypeError(fact.kind())


def fold_membership(state: Membership | None, fact: Fact) -> Membership:
    """Return how the membership stands after the fact."""
    match fact:
        case MemberAdded():
            return Membership(id=fact.subject, group=fact.group, person=fact.person)
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(Person, (PersonAdded, SignInSet, PersonHeld, PersonReleased, PersonForgotten), fold_person),
    Folding(Contact, (ContactAdded,), fold_contact),
    Folding(Group, (GroupNamed,), fold_group),
    Folding(Membership, (MemberAdded,), fold_membership),
)
