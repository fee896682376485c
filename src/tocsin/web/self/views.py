"""What someone sees who enrols themselves, and on their own page: one column, buttons as tall as a thumb."""

from datetime import datetime

from tocsin.web.answer.views import AnswerShell
from tocsin.web.pieces import View

Choice = tuple[str, str]
"""A value, and the word for it."""


class EnrolPage(View, frozen=True, kw_only=True):
    """The form. wrong: what is wrong with what was sent, if anything. wording: of the consent. numbers: they may be used."""

    shell: AnswerShell
    wording: str
    languages: tuple[Choice, ...]
    language: str
    numbers: bool
    wrong: str = ""


class SentPage(View, frozen=True, kw_only=True):
    """A link is on its way, if the address is right: the same page in every case."""

    shell: AnswerShell


class ConfirmPage(View, frozen=True, kw_only=True):
    """The question whose a contact point is. post_to: where the answer is sent; the field is called "do"."""

    shell: AnswerShell
    address: str
    wording: str
    post_to: str


class OwnContact(View, frozen=True, kw_only=True):
    """One contact point. stands: active, pending or paused. here: it is where the link was sent."""

    id: str
    address: str
    stands: str
    here: bool


class OwnThing(View, frozen=True, kw_only=True):
    """Something else that is kept: a place, a consent. do: what takes it away; nothing where that cannot be."""

    id: str
    text: str
    at: datetime
    do: str = ""


class OwnPage(View, frozen=True, kw_only=True):
    """Everything that is kept about someone.

    agreed: to be warned, in the words of wording. home, home_town: the country and the town they live in. towns: of one name,
    to choose their own from: where each is, and its name. done: whether something was just changed. joined: they enrolled, and were
    known by that address before. wrong: why it was not.
    """

    shell: AnswerShell
    post_to: str
    name: str
    contacts: tuple[OwnContact, ...]
    languages: tuple[Choice, ...]
    language: str
    needs: tuple[str, ...]
    countries: tuple[Choice, ...]
    home: str
    home_town: str
    towns: tuple[Choice, ...]
    things: tuple[OwnThing, ...]
    groups: tuple[str, ...]
    numbers: bool
    agreed: bool
    wording: str
    paused: bool
    paused_until: datetime | None = None
    done: bool = False
    joined: bool = False
    wrong: str = ""


class LeavePage(View, frozen=True, kw_only=True):
    """What a link in a letter ends. told: whether they are warned now. done: whether that was just said. wording: of the consent."""

    shell: AnswerShell
    told: bool
    done: bool
    wording: str
    post_to: str


class ErasedPage(View, frozen=True, kw_only=True):
    """Everything is erased."""

    shell: AnswerShell
