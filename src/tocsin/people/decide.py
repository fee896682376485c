"""Who may be forgotten, when a hold keeps them, and what they do at the desk. Pure: handed how the people stand, it returns facts or refuses."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, State
from tocsin.basis.marking import Mark, Role
from tocsin.people.facts import (
    ConsentWithdrawn,
    MemberRemoved,
    PersonHeld,
    PersonKind,
    PersonReleased,
    PlaceRemoved,
    PostLeft,
    RolesSet,
    SignInSet,
)
from tocsin.people.state import Consent, Membership, Person, Place, Tenure

OF_A_PERSON: tuple[type[State], ...] = (Place, Consent, Tenure, Membership)
"""What hangs on a person, besides what stands under their own id, and their contact points: these stay, with addresses
that nobody can read any more, so that what was planned for them is seen to be suppressed, and is no failure."""

LONGEST = 1_000  # characters of a reason
LONGEST_NAME = 100  # characters of a name


def grounds(why: str) -> str:
    """Return a reason as it is kept.

    Raises:
        Refused: it is empty, or longer than a reason is.
    """
    said = why.strip()
    if not said:
        raise Refused("Say why, in a sentence that names nobody.")
    if len(said) > LONGEST:
        raise Refused(f"The reason has {len(said)} characters; {LONGEST} is the most.")
    return said


def may_sign_in(person: Person) -> bool:
    """Say whether someone can come to the desk: they have a role, a name to sign in by, and a passphrase."""
    has_both = all(isinstance(kept, str) and kept for kept in (person.sign_in, person.secret_hash))
    return bool(person.roles) and not person.forgotten and has_both


def administrators(at_desk: Sequence[Person]) -> list[Person]:
    """Return the administrators who can sign in."""
    return [one for one in at_desk if Role.ADMINISTRATOR in one.roles and may_sign_in(one)]


def refuse_forgetting(person: Person, at_desk: Sequence[Person]) -> None:
    """Stop someone from being forgotten who may not be.

    at_desk: everyone who has a role here.

    Raises:
        Refused: it is an organisation, somebody on hold, or the last administrator who can sign in.
    """
    if person.person_kind is PersonKind.ORGANISATION:
        raise Refused(
            f"{person.id} is an organisation. It answers for itself: an institution's answers are not erased."
        )
    if person.holds:
        raise Refused(
            f"{person.id} is on hold: an inquiry needs what is kept about them. Ask again when it is released."
        )
    if [one.id for one in administrators(at_desk)] == [person.id]:
        raise Refused(f"{person.id} is the last administrator who can sign in. Let another one in first.")


def named(name: str) -> str:
    """Return a name as it is kept.

    Raises:
        Refused: it is empty, or longer than a name is.
    """
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME:
        raise Refused(f"A name has 1 to {LONGEST_NAME} characters.")
    return said


def is_new(name: str, at_desk: Sequence[Person]) -> bool:
    """Say that nobody is called so who works here. Capitals and spaces around it are none of a name.

    Raises:
        Refused: somebody is.
    """
    if there := [one.id for one in at_desk if same_name(one.name, named(name))]:
        raise Refused(
            f"Somebody of that name works here already: {', '.join(there)}. Say what they do by `tocsin people officer role`; if it "
            "is somebody else, say --another."
        )
    return True


def set_roles(
    person: Person, roles: Collection[Role], cleared_to: Mark, why: str, at_desk: Sequence[Person], now: datetime
) -> RolesSet:
    """Say what somebody does here, and how far they may read. at_desk: everyone who has a role here.

    Raises:
        Refused: it is an organisation, somebody forgotten, or the last administrator who can sign in; or no reason.
    """
    _refuse_stranger(person)
    if Role.ADMINISTRATOR not in roles and [one.id for one in administrators(at_desk)] == [person.id]:
        raise Refused(f"{person.id} is the last administrator who can sign in. Let another one in first.")
    said = tuple(one for one in Role if one in roles)
    return RolesSet(subject=person.id, occurred_at=now, roles=said, cleared_to=cleared_to, why=grounds(why))


def set_sign_in(person: Person, sign_in: str, secret_hash: str, at_desk: Sequence[Person], now: datetime) -> SignInSet:
    """Let somebody who works here sign in by a name and a passphrase. at_desk: everyone who has a role here.

    Raises:
        Refused: they have no role, or somebody else signs in by that name.
    """
    _refuse_stranger(person)
    name = named(sign_in)
    if not person.roles:
        raise Refused(f"{person.id} has no role here. Say first what they do: `tocsin people officer role`.")
    if any(one.id != person.id and same_name(one.sign_in, name) for one in at_desk):
        raise Refused("Somebody else signs in by that name. Choose another one.")
    return SignInSet(subject=person.id, occurred_at=now, sign_in=name, secret_hash=secret_hash)


def same_name(held: object, said: str) -> bool:
    """Say whether a sign-in name is the one that somebody has: capitals and spaces around it are none of it."""
    return isinstance(held, str) and bool(held) and held.strip().casefold() == said.strip().casefold()


def _refuse_stranger(person: Person) -> None:
    if person.person_kind is PersonKind.ORGANISATION:
        raise Refused(f"{person.id} is an organisation. Who works here is a person.")
    if person.forgotten:
        raise Refused(f"{person.id} has been forgotten.")


def hold(person: Person, why: str, now: datetime) -> PersonHeld:
    """Keep someone from being forgotten, for one inquiry.

    Raises:
        Refused: there is nothing to keep, or no reason.
    """
    if person.person_kind is PersonKind.ORGANISATION:
        raise Refused(f"{person.id} is an organisation, and is never forgotten. It needs no hold.")
    if person.forgotten:
        raise Refused(f"{person.id} has been forgotten. There is nothing left that a hold could keep.")
    return PersonHeld(subject=person.id, occurred_at=now, why=grounds(why))


def release(person: Person, why: str, now: datetime) -> PersonReleased:
    """Say that one inquiry about someone is over.

    Raises:
        Refused: nobody holds them, or there is no reason.
    """
    if not person.holds:
        raise Refused(f"{person.id} is not on hold.")
    return PersonReleased(subject=person.id, occurred_at=now, why=grounds(why))


def part(things: Sequence[State], now: datetime) -> Iterator[Fact]:
    """Take from someone who is being forgotten what hangs on them. things: of the kinds in OF_A_PERSON."""
    for one in things:
        match one:
            case Place() if one.removed_at is None:
                yield PlaceRemoved(subject=one.id, occurred_at=now)
            case Consent() if one.withdrawn_at is None:
                yield ConsentWithdrawn(subject=one.id, occurred_at=now, how="forgotten")
            case Tenure() if one.left_at is None:
                yield PostLeft(subject=one.id, occurred_at=now)
            case Membership() if one.left_at is None:
                yield MemberRemoved(subject=one.id, occurred_at=now)
