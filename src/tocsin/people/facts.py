"""What can happen to the people Tocsin knows. Names and addresses are Personal: kept under each person's own key."""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.fact import Fact, Personal
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.people.rule import Rule


class PersonKind(StrEnum):
    """A person can be forgotten; an organisation answers for itself and is not."""

    PERSON = "person"
    ORGANISATION = "organisation"


class PlaceKind(StrEnum):
    """What a place is to someone: they live there, work there, are there now, travel there, or answer for it."""

    HOME = "home"
    WORK = "work"
    NOW = "now"
    TRIP = "trip"
    RESPONSIBLE = "responsible"


class PersonAdded(Fact, frozen=True, kw_only=True):
    """Someone can now be reached, or works here. person_kind tells a person from an organisation.

    row: what an imported row said of them, as their own key hashes it; nothing where they came by another way.
    """

    person_kind: PersonKind
    name: Personal
    languages: tuple[str, ...] = ("en",)
    roles: tuple[Role, ...] = ()
    cleared_to: Mark = Mark.CLEAR
    exercise: bool = False
    row: str = ""


class PersonRenamed(Fact, frozen=True, kw_only=True):
    """A person has another name."""

    name: Personal


class LanguagesSaid(Fact, frozen=True, kw_only=True):
    """In which languages a person is to be told, the best first; BCP 47."""

    languages: tuple[str, ...]


class RowTaken(Fact, frozen=True, kw_only=True):
    """Another row of an imported list was taken in about a person. row: what it said, as their own key hashes it."""

    row: str


class PersonPaused(Fact, frozen=True, kw_only=True):
    """A person asked to be left alone, until a moment or until they say otherwise. A danger to life still reaches them."""

    until: datetime | None = None


class PersonResumed(Fact, frozen=True, kw_only=True):
    """A person is to be told again."""


class NeedsSaid(Fact, frozen=True, kw_only=True):
    """How a person must be told so that it reaches them. needs: words of Need, with spaces between; empty: no need."""

    needs: Personal


# ---- contact points


class ContactAdded(Fact, frozen=True, kw_only=True):
    """A person has one more contact point. order: which is tried first, from 0. pending: nobody has confirmed it yet."""

    person_field = "person"

    person: Id
    channel: str
    address: Personal
    order: int = 0
    pending: bool = False


class ContactConfirmed(Fact, frozen=True, kw_only=True):
    """Whoever reads what is sent to a contact point said that it is theirs. how: by which way."""

    how: str


class LinkAsked(Fact, frozen=True, kw_only=True):
    """Somebody asked for a link to the page of whoever reads at a contact point: it is sent there, and nowhere else."""


class ContactFailed(Fact, frozen=True, kw_only=True):
    """Nothing that is sent to a contact point arrives: the address is wrong. It is tried last, until it is changed.

    detail: how we know, in a sentence without the address.
    """

    detail: str


class ContactChanged(Fact, frozen=True, kw_only=True):
    """A contact point has another address, which nobody has confirmed."""

    person_field = "person"

    person: Id
    address: Personal


class ContactMoved(Fact, frozen=True, kw_only=True):
    """A contact point is tried earlier or later than before. order: from 0."""

    order: int


class ContactPaused(Fact, frozen=True, kw_only=True):
    """Nothing is to be sent to a contact point for now."""


class ContactResumed(Fact, frozen=True, kw_only=True):
    """A contact point is used again."""


class ContactRemoved(Fact, frozen=True, kw_only=True):
    """A contact point is gone, and its address with it."""


# ---- places


class PlaceSaid(Fact, frozen=True, kw_only=True):
    """Where someone is, lives, works, travels or is responsible. It was said when it occurred, and may be stale since.

    where: as tocsin.people.where writes it. since, until: when it holds; None: open on that side. Said again of the same
    subject, it takes the place of what was said before.
    """

    person_field = "person"

    person: Id
    place_kind: PlaceKind
    where: Personal
    since: datetime | None = None
    until: datetime | None = None


class PlaceRemoved(Fact, frozen=True, kw_only=True):
    """Someone no longer has to do with a place."""


# ---- consent


class ConsentGiven(Fact, frozen=True, kw_only=True):
    """Someone agreed to something, and this is the proof of it.

    to: what for, in a word. wording: the words that were agreed to, as they were shown. language: of these words, BCP 47.
    shown: how: on a page, on paper, by telephone. proof: what bears it out, such as the number of a form.
    """

    person_field = "person"

    person: Id
    to: str
    wording: str
    language: str
    shown: str
    proof: Personal = ""


class ConsentWithdrawn(Fact, frozen=True, kw_only=True):
    """Someone took back what they had agreed to. how: by which way."""

    how: str


# ---- posts: what people do at organisations


class PostNamed(Fact, frozen=True, kw_only=True):
    """An organisation has a post, such as its duty manager. A warning to it reaches whoever holds it then."""

    organisation: Id
    name: str


class PostTaken(Fact, frozen=True, kw_only=True):
    """A person holds a post from now on."""

    post: Id
    person: Id


class PostLeft(Fact, frozen=True, kw_only=True):
    """A person no longer holds a post."""


class LineSet(Fact, frozen=True, kw_only=True):
    """Who at an organisation is told of a warning to it, one after the other. places: posts or people; none: itself.

    patience_s: after how many seconds of silence the next one is told.
    """

    places: tuple[Id, ...]
    patience_s: int


# ---- groups


class GroupNamed(Fact, frozen=True, kw_only=True):
    """A group of people exists."""

    name: str


class GroupRuled(Fact, frozen=True, kw_only=True):
    """Who belongs to a group follows from a rule, besides those who were listed."""

    rule: Rule


class MemberAdded(Fact, frozen=True, kw_only=True):
    """A person belongs to a group."""

    group: Id
    person: Id


class MemberRemoved(Fact, frozen=True, kw_only=True):
    """A person no longer belongs to a group."""


# ---- the desk, and being forgotten


class SignInSet(Fact, frozen=True, kw_only=True):
    """A person may sign in at the desk, by this name. secret_hash: Argon2id, never the passphrase."""

    sign_in: Personal
    secret_hash: Personal


class RolesSet(Fact, frozen=True, kw_only=True):
    """What a person does here, and how far they may read, from now on. roles: none, if they work here no more, nor sign in."""

    roles: tuple[Role, ...]
    cleared_to: Mark
    why: str


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
