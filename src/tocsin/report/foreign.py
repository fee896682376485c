"""Objects that others' systems sent us: kept whole, as they came. Some of them say something, and became reports.

What they are in STIX is left to stix/; here they are somebody's words, with a version and a mark.
"""

from datetime import datetime

from tocsin.basis.fact import Fact, Folding, State
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark


class BundleTaken(Fact, frozen=True, kw_only=True):
    """A file of objects was taken in. sha256: of the file. count: of its objects. mark, readers: the strictest among them."""

    source: Id
    bundle_id: str
    sha256: str
    count: int
    by: Id
    mark: Mark
    readers: tuple[Id, ...] = ()


class ForeignObjectTaken(Fact, frozen=True, kw_only=True):
    """An object came from a source, or a newer version of it. said: all that it says, as it says it.

    foreign_id, foreign_type, said_version: as it calls itself. revoked: its maker has taken it back. report: what it became here;
    None: it is only kept. origin: equal in all that repeat one voice, where its maker says so.
    """

    source: Id
    bundle: Id
    foreign_id: str
    foreign_type: str
    said_version: str
    said: str
    mark: Mark
    readers: tuple[Id, ...] = ()
    revoked: bool = False
    report: Id | None = None
    origin: str = ""


class TakenBundle(State, frozen=True, kw_only=True):
    """A file that was taken in."""

    source: Id
    bundle_id: str
    sha256: str
    count: int
    by: Id
    taken_at: datetime
    mark: Mark
    readers: tuple[Id, ...]


class ForeignObject(State, frozen=True, kw_only=True):
    """The latest version of an object that a source sent."""

    source: Id
    bundle: Id
    foreign_id: str
    foreign_type: str
    said_version: str
    said: str
    mark: Mark
    readers: tuple[Id, ...]
    revoked: bool
    report: Id | None
    origin: str
    taken_at: datetime


def fold_bundle(state: TakenBundle | None, fact: Fact) -> TakenBundle:  # noqa: ARG001  it is taken in once
    """Return what was taken in."""
    match fact:
        case BundleTaken():
            return TakenBundle(
                id=fact.subject,
                source=fact.source,
                bundle_id=fact.bundle_id,
                sha256=fact.sha256,
                count=fact.count,
                by=fact.by,
                taken_at=fact.occurred_at,
                mark=fact.mark,
                readers=fact.readers,
            )
    raise TypeError(fact.kind())


def fold_foreign(state: ForeignObject | None, fact: Fact) -> ForeignObject:
    """Return the object as its latest version says it. What it once became here it stays."""
    match fact:
        case ForeignObjectTaken():
            return ForeignObject(
                id=fact.subject,
                source=fact.source,
                bundle=fact.bundle,
                foreign_id=fact.foreign_id,
                foreign_type=fact.foreign_type,
                said_version=fact.said_version,
                said=fact.said,
                mark=fact.mark,
                readers=fact.readers,
                revoked=fact.revoked,
                report=fact.report or (state.report if state else None),
                origin=fact.origin,
                taken_at=fact.occurred_at,
            )
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(TakenBundle, (BundleTaken,), fold_bundle),
    Folding(ForeignObject, (ForeignObjectTaken,), fold_foreign),
)
