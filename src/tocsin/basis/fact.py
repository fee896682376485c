"""What a fact is, what a state is, and how one changes the other.

A fact says that something happened: frozen, past tense, never rewritten. A state says how things stand. A room's
Folding names the only function by which facts of certain kinds change states of one kind. Keeping them is left to
the store.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the body of a fact as it was written in one version into the body of the next. Pure."""


class Erased(msgspec.Struct, frozen=True, tag="erased"):
    """What stands where a personal value stood, once the person's key has been destroyed."""

    def __str__(self) -> str:
        return "[erased]"


Personal = str | Erased
"""Something about a person. The store keeps it encrypted under that person's key; a fold may copy it, not read it."""


# gc=False: facts and states form no circles, and a bulk import that makes a million of them would have all looked through.
class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened, to one subject, at one moment.

    occurred_at: when it happened in the world; the store adds when it was recorded.
    """

    version: ClassVar[int] = 1
    upcasters: ClassVar[Mapping[int, Upcaster]] = {}
    person_field: ClassVar[str] = "subject"  # whose key encrypts the Personal fields

    subject: Id
    occurred_at: datetime

    @classmethod
    def kind(cls) -> str:
        """Return the name under which facts of this class are kept for ever."""
        return cls.__name__


class State(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one thing stands. The store keeps each kind of state as a table, each field as a column."""

    person_field: ClassVar[str] = "id"

    id: Id


S = TypeVar("S", bound=State)


class Folding(msgspec.Struct, frozen=True):
    """Which facts change one kind of state, and the only function that says how."""

    state: type[State]
    facts: tuple[type[Fact], ...]
    fold: Callable[[Any, Any], State]


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as the journal holds it: the envelope and what is in it."""

    seq: int
    id: Id
    v: int
    kind: str
    subject: Id
    occurred_at: datetime
    recorded_at: datetime
    by: Id
    command: str
    fact: Fact


def upcast(kind: type[Fact], v: int, body: dict[str, Any]) -> dict[str, Any]:
    """Bring a stored body of any earlier version to the present one.

    Raises:
        Refused: the body is of a later version than this program knows.
    """
    if v > kind.version:
        raise Refused(
            f"A {kind.kind()} of version {v} was written by a newer Tocsin; this one reads up to {kind.version}."
        )
    for step in range(v, kind.version):
        body = kind.upcasters[step](body)
    return body


def standing(state: S | None, fact: Fact) -> S:
    """Return the state a later fact speaks of.

    Raises:
        Refused: nothing of that id exists yet.
    """
    if state is None:
        raise Refused(f"{fact.kind()} speaks of {fact.subject}, which does not exist.")
    return state
