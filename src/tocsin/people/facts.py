"""What can happen to the people Tocsin knows. Names and addresses are Personal: kept under each person's own key."""

from enum import StrEnum

from tocsin.basis.fact import Fact, Personal
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role


class PersonKind(StrEnum):
    """A person can be forgotten; an organisation answers for itself and is not."""

    PERSON = "person"
    ORGANISATION = "organisation"


class PersonAdded(Fact, frozen=True, kw_only=True):
    """Someone can now be reached, or works here. person_kind tells a person from an organisation."""

    person_kind: PersonKind
    name: Personal
    languages: tuple[str, ...] = ("en",)
    roles: tuple[Role, ...] = ()
    cleared_to: Mark = Mark.CLEAR
    exercise: bool = False


class ContactAdded(Fact, frozen=True, kw_only=True):
    """A person has one more contact point. order: which is tried first, from 0."""

    person_field = "person"

    person: Id
    channel: str
    address: Personal
    order: int = 0


class GroupNamed(Fact, frozen=True, kw_only=True):
    """A group of people exists."""

    name: str


class MemberAdded(Fact, frozen=True, kw_only=True):
    """A person belongs to a group."""

    group: Id
    person: Id


class SignInSet(Fact, frozen=True, kw_only=True):
    """A person may sign in at the desk, by this name. secret_hash: Argon2id, never the passphrase."""

    sign_in: Personal
    secret_hash: Personal


class PersonForgotten(Fact, frozen=True, kw_only=True):
    """A person asked to be forgotten, or we no longer need them; the person's key is destroyed next.

    token: what that key gives for the word "forgotten", in hexadecimal. Without the key it says nothing of anyone; a
    restored backup that still has the key knows by it whom to forget again.
    """

    why: str
    token: str = ""


class PersonHeld(Fact, frozen=True, kw_only=True):
    """An inquiry needs what is kept about a person: they are not forgotten before this hold is released."""

    why: str


class PersonReleased(Fact, frozen=True, kw_only=True):
    """An inquiry is over, and one hold on a person with it."""

    why: str
