"""Indicators: what would be seen if the threat were real, put down as a checklist, and what was seen of it.

Each is observed, not observed or unknown, as of a date, with the claims it rests on. One that is newly met asks for the threat
to be judged again. The lists for each kind of threat are in checklists.py; what follows for the likelihood is in suggest.py.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id

MOST = 100
"""Indicators of one case."""


class Observed(StrEnum):
    """What is known of an indicator. Unknown is no sign either way."""

    OBSERVED = "observed"
    NOT_OBSERVED = "not_observed"
    UNKNOWN = "unknown"


class Strength(StrEnum):
    """How much an indicator says, once it is observed."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """An observable that should move the assessment. key: names it within its case."""

    key: str
    words: str
    strength: Strength = Strength.MEDIUM


class Basis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an observation rests on: a report, or one claim of it, counted from 0; or an incident."""

    item: Id
    claim: int | None = None


class IndicatorsListed(Fact, frozen=True, kw_only=True):
    """Indicators were put on the checklist of a case. checklist: the one they come from; empty: somebody's own."""

    indicators: tuple[Indicator, ...]
    checklist: str
    by: Id


class IndicatorNoted(Fact, frozen=True, kw_only=True):
    """Somebody said how an indicator stands. as_of: at what moment it stood so. older: something newer was known by then."""

    key: str
    stands: Observed
    as_of: datetime
    basis: tuple[Basis, ...]
    words: str
    by: Id
    older: bool = False


INDICATOR_FACTS = (IndicatorsListed, IndicatorNoted)


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """How an indicator stood at one moment, who said so, and on what it rests. older: something newer was known by then."""

    stands: Observed
    as_of: datetime
    at: datetime
    basis: tuple[Basis, ...]
    words: str
    by: Id
    older: bool = False


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator of a case, with everything that was said of it, oldest first."""

    indicator: Indicator
    checklist: str
    notes: tuple[Note, ...] = ()

    @property
    def latest(self) -> Note | None:
        """Return the newest that is known of it: what was said last, unless something newer had been said before."""
        return next((one for one in reversed(self.notes) if not one.older), None)

    @property
    def stands(self) -> Observed:
        """Return how it stands; unknown where nobody has said."""
        return self.latest.stands if self.latest is not None else Observed.UNKNOWN


class Checklist(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The indicators of a case. met: those that were newly met since the threat was last judged."""

    watched: tuple[Watched, ...] = ()
    met: tuple[str, ...] = ()
    met_at: datetime | None = None

    def find(self, key: str) -> Watched | None:
        """Return the indicator of that key."""
        return next((one for one in self.watched if one.indicator.key == key), None)


def fold_checklist(checklist: Checklist, fact: Fact) -> Checklist:
    """Return how the checklist stands after one of the facts above."""
    match fact:
        case IndicatorsListed():
            fresh = tuple(Watched(indicator=one, checklist=fact.checklist) for one in fact.indicators)
            return replace(checklist, watched=(*checklist.watched, *fresh))
        case IndicatorNoted():
            return _noted(checklist, fact)
    raise TypeError(fact.kind())


def _noted(checklist: Checklist, fact: IndicatorNoted) -> Checklist:
    note = Note(
        stands=fact.stands,
        as_of=fact.as_of,
        at=fact.occurred_at,
        basis=fact.basis,
        words=fact.words,
        by=fact.by,
        older=fact.older,
    )
    before = checklist.find(fact.key)
    watched = tuple(
        replace(one, notes=(*one.notes, note)) if one.indicator.key == fact.key else one for one in checklist.watched
    )
    if fact.older:
        return replace(checklist, watched=watched)
    newly = before is not None and fact.stands is Observed.OBSERVED and before.stands is not Observed.OBSERVED
    if newly:
        return Checklist(watched=watched, met=(*checklist.met, fact.key), met_at=checklist.met_at or fact.occurred_at)
    kept = tuple(key for key in checklist.met if key != fact.key or fact.stands is Observed.OBSERVED)
    return Checklist(watched=watched, met=kept, met_at=checklist.met_at if kept else None)


def judged_again(checklist: Checklist) -> Checklist:
    """Return the checklist once the threat has been judged: what was met has been taken account of."""
    return replace(checklist, met=(), met_at=None) if checklist.met else checklist


def list_indicators(
    checklist: Checklist, threat: Id, indicators: Sequence[Indicator], name: str, by: Id, now: datetime
) -> IndicatorsListed | None:
    """Put indicators on a case's checklist; those that are on it stay as they are. None: there is nothing new.

    Raises:
        Refused: one says nothing, or there would be too many.
    """
    have = {one.indicator.key for one in checklist.watched}
    fresh = tuple({one.key: one for one in indicators if one.key not in have}.values())
    for one in fresh:
        if not (one.key.strip() and one.words.strip()):
            raise Refused("An indicator says what would be seen. Write that down.")
    if len(have) + len(fresh) > MOST:
        raise Refused(f"{len(have) + len(fresh)} indicators are more than anybody watches. Keep {MOST} at most.")
    if not fresh:
        return None
    return IndicatorsListed(subject=threat, occurred_at=now, indicators=fresh, checklist=name, by=by)


def note_indicator(
    checklist: Checklist,
    threat: Id,
    key: str,
    stands: Observed,
    *,
    as_of: datetime,
    basis: Sequence[Basis] = (),
    words: str = "",
    by: Id,
    now: datetime,
) -> IndicatorNoted:
    """Say how an indicator stands. Of an earlier moment than what is known, it is kept, and the newer stands.

    Raises:
        Refused: the case has no such indicator, it is said of a moment to come, or it was seen and nothing says where.
    """
    listed = checklist.find(key)
    if listed is None:
        raise Refused(f"Threat {threat} has no indicator {key!r}. Put it on the checklist first.")
    if as_of > now:
        raise Refused(f"{as_of:%Y-%m-%d %H:%M} UTC is still to come; say how the indicator stood up to now.")
    if stands is Observed.OBSERVED and not (basis or words.strip()):
        raise Refused("Say where it was observed: name the report, claim or incident, or write it down.")
    return IndicatorNoted(
        subject=threat,
        occurred_at=now,
        key=key,
        stands=stands,
        as_of=as_of,
        basis=tuple(basis),
        words=words,
        by=by,
        older=listed.latest is not None and as_of < listed.latest.as_of,
    )
