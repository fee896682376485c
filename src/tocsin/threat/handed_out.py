"""Handing a case out to somebody else's system: to whom, how far it may go, and exactly which objects went."""

from datetime import datetime

import msgspec

from tocsin.basis.fact import Fact, Folding, State
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark


class HandedObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object that went. id: as it is known outside. modified: the version that it says it is. digest: of all else it says."""

    id: str
    modified: str
    digest: str


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """A text that was held back for words of stricter material, and that somebody let go all the same. key: names the text."""

    key: str
    why: str


class CaseHandedOut(Fact, frozen=True, kw_only=True):
    """Somebody took a case away as a file, for others. mark: nothing stricter went. to: the people named as its readers.

    whom: whom it is for, in words. within: it stayed within this organisation; None: nothing hung on it, or it was before that
    was asked. sha256: of the file.
    """

    threat: Id
    mark: Mark
    to: tuple[Id, ...]
    whom: str
    by: Id
    objects: tuple[HandedObject, ...]
    sha256: str
    released: tuple[Released, ...] = ()
    within: bool | None = None


class HandedOut(State, frozen=True, kw_only=True):
    """One handing out, as it happened. within: see CaseHandedOut."""

    threat: Id
    at: datetime
    mark: Mark
    to: tuple[Id, ...]
    whom: str
    by: Id
    objects: tuple[HandedObject, ...]
    sha256: str
    released: tuple[Released, ...]
    within: bool | None = None


def fold_handed_out(state: HandedOut | None, fact: Fact) -> HandedOut:  # noqa: ARG001  it happens once
    """Return what was handed out."""
    match fact:
        case CaseHandedOut():
            return HandedOut(
                id=fact.subject,
                threat=fact.threat,
                at=fact.occurred_at,
                mark=fact.mark,
                to=fact.to,
                whom=fact.whom,
                by=fact.by,
                objects=fact.objects,
                sha256=fact.sha256,
                released=fact.released,
                within=fact.within,
            )
    raise TypeError(fact.kind())


FOLDINGS = (Folding(HandedOut, (CaseHandedOut,), fold_handed_out),)
