"""Wardens: people who look after others. Each is responsible for a group, or for some people by name."""

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id


class WardenNamed(Fact, frozen=True, kw_only=True):
    """Someone is responsible for a group, or for these people."""

    warden: Id
    group: Id | None = None
    persons: tuple[Id, ...] = ()


class WardenRelieved(Fact, frozen=True, kw_only=True):
    """They are responsible no longer."""


class Wardenship(State, frozen=True, kw_only=True):
    """Who looks after whom. held: still."""

    warden: Id
    group: Id | None
    persons: tuple[Id, ...]
    held: bool


def fold_wardenship(state: Wardenship | None, fact: Fact) -> Wardenship:
    """Return who looks after whom after the fact."""
    if isinstance(fact, WardenNamed):
        return Wardenship(id=fact.subject, warden=fact.warden, group=fact.group, persons=fact.persons, held=True)
    return replace(standing(state, fact), held=False)


FOLDINGS = (Folding(Wardenship, (WardenNamed, WardenRelieved), fold_wardenship),)
