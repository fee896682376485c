"""Which level holds for a place: that of its country or of a region of it, and of those that overlap the strictest."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tocsin.basis.words import Words
from tocsin.places.geometry import encloses
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft

Point = tuple[float, float]


def has_effect(advisory: Advisory, at: datetime) -> bool:
    """Say whether an advisory had gone out and taken effect at a moment, be it replaced or withdrawn since."""
    return takes_effect(advisory) <= at and not never_held(advisory)


def takes_effect(advisory: Advisory) -> datetime:
    """Return from when on an advisory holds, if nothing came before that."""
    return max(advisory.issued_at, advisory.effective_at)


def never_held(advisory: Advisory) -> bool:
    """Say whether an advisory was planned for later and withdrawn before that: it replaces nothing."""
    planned, withdrawn_at = advisory.effective_at > advisory.issued_at, advisory.withdrawn_at
    return planned and withdrawn_at is not None and withdrawn_at <= advisory.effective_at


def stands(advisory: Advisory, every: Iterable[Advisory], at: datetime) -> bool:
    """Say whether an advisory holds at a moment or will, by what is decided until then: nobody withdrew or replaced it."""
    return advisory.withdrawn_at is None and not is_replaced(advisory, every, at)


def is_replaced(advisory: Advisory, every: Iterable[Advisory], at: datetime) -> bool:
    """Say whether a later one for the same place takes its place by a moment, or before it takes effect itself.

    Until a level that was planned takes effect, it replaces nothing; and an exercise never replaces what is meant.
    """
    by = max(at, advisory.effective_at)
    return any(
        one.place == advisory.place
        and (one.issued_at, one.id) > (advisory.issued_at, advisory.id)
        and has_effect(one, by)
        and not (one.exercise and not advisory.exercise)
        for one in every
    )


def replaced_by(advisory: Advisory, every: Iterable[Advisory]) -> Advisory | None:
    """Return which advisory takes its place first, by all that is decided, be that still to come; None: none does."""
    later = [one for one in every if is_replaced(advisory, [one], takes_effect(one))]
    return min(later, key=lambda one: (takes_effect(one), one.issued_at, one.id), default=None)


def would_replace(every: Iterable[Advisory], draft: AdvisoryDraft, now: datetime) -> Advisory | None:
    """Return the level that a draft changes if it goes out now: what holds for its place when it takes effect."""
    same = [one for one in every if one.exercise == draft.exercise and same_name(one.region, draft.region)]
    return next(iter(in_force(same, max(draft.effective_at or now, now))), None)


def in_force(advisories: Iterable[Advisory], at: datetime) -> tuple[Advisory, ...]:
    """Return what was in force at a moment: for each country and region the latest that had taken effect, unless withdrawn.

    What was issued later replaces what was issued earlier for a later date: a level that was planned never comes in between.
    What was planned and withdrawn before its date never was. An exercise holds only where nothing does that is meant.
    """
    latest: dict[tuple[str, str], Advisory] = {}
    meant: dict[tuple[str, str], Advisory] = {}
    for one in sorted(advisories, key=lambda one: (one.issued_at, one.id)):
        if has_effect(one, at):
            latest[one.place] = one
            if not one.exercise:
                meant[one.place] = one
    real = {place: one for place, one in meant.items() if _not_withdrawn(one, at)}
    return tuple(one for one in (latest | real).values() if _not_withdrawn(one, at))


def _not_withdrawn(one: Advisory, at: datetime) -> bool:
    return one.withdrawn_at is None or one.withdrawn_at > at


def over(held: Sequence[Advisory], country: str, point: Point | None = None, region: str = "") -> tuple[Advisory, ...]:
    """Return which of those in force hold for a place, the strictest first; of equal ones the region's.

    point: latitude and longitude. A region that is not drawn holds where it is named.
    """
    found = [one for one in held if one.country == country and _holds(one, point, region)]
    return tuple(sorted(found, key=lambda one: (-one.level, not one.region, one.region)))


def _holds(one: Advisory, point: Point | None, region: str) -> bool:
    if not one.region:
        return True
    named = bool(region) and same_name(one.region, region)
    return named or (point is not None and bool(one.polygon) and encloses(one.polygon, point))


def of_country(held: Iterable[Advisory], region: Advisory) -> Advisory | None:
    """Return, of those in force, that of the whole country in which a region lies; None: none is, or it is about no region."""
    return next(
        (
            one
            for one in held
            if region.region and not one.region and one.country == region.country and one.exercise <= region.exercise
        ),
        None,
    )


def what_holds(country: Advisory | None, _: Words) -> str:
    """Return the sentence that says what holds where a level was withdrawn. country: that of the whole country, if one does."""
    if country is None:
        return _("No level of ours holds there now. That is no all-clear.")
    return _(
        "The level of the whole country holds there now: %(level)s of 4. That is no all-clear.", level=country.level
    )


def strictest(held: Sequence[Advisory], country: str, point: Point | None = None, region: str = "") -> Advisory | None:
    """Return the advisory whose level wins for a place, or None."""
    return next(iter(over(held, country, point, region)), None)


def same_name(one: str, other: str) -> bool:
    """Say whether two names of regions are the same, however they are spaced and capitalised."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
