"""A suggested likelihood: from the indicators of a case and the independent origins of what bears on it, term by term.

It is arithmetic to argue with, not a judgement: it is shown beside the form in which a person judges, is kept nowhere, and
never takes the place of what a person said. Each term multiplies the odds; all factors stand in this file.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import isfinite

import msgspec

from tocsin.basis.ids import Id
from tocsin.threat.facts import Bearing
from tocsin.threat.indicators import Checklist, Observed, Strength

START = 1 / 9
"""The odds before anything is known: one in ten. Most plans that are reported come to nothing."""

SEEN = {Strength.WEAK: 1.5, Strength.MEDIUM: 2.0, Strength.STRONG: 4.0}
"""By how much the odds rise with an indicator that is observed."""

NOT_SEEN = {Strength.WEAK: 0.9, Strength.MEDIUM: 0.8, Strength.STRONG: 0.6}
"""By how much they fall with one that was looked for and not observed: absence says less than presence."""

ORIGIN = {"A": 2.5, "B": 2.0, "C": 1.5, "D": 1.2, "E": 1.0, "F": 1.2}
"""What an independent origin that speaks for it multiplies the odds by, by the reliability of its source; against, divides.

F is a source that cannot be judged: that is a lack of knowledge and no bad mark, and so it counts for little, but for something.
"""

BELIEVED = {1: 1.0, 2: 1.0, 3: 0.75, 4: 0.4, 5: 0.0, 6: 0.5}
"""How much of that counts, by the credibility of what was said: 1 confirmed to 5 improbable, 6 cannot be judged."""

MANY = 4
"""Origins that count fully; each further one says half of what the one before it said."""

WIDEST, NARROWEST = 0.30, 0.06
"""How far the range reaches to both sides of its middle: with all indicators unknown, and with all known."""

NOT_CERTAIN = 0.97
"""Beyond this no arithmetic goes. Certainty is a person's to claim."""


class Because(StrEnum):
    """What a term comes from."""

    START = "start"
    SEEN = "seen"
    NOT_SEEN = "not_seen"
    ORIGIN_FOR = "origin_for"
    ORIGIN_AGAINST = "origin_against"


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """One independent origin of what bears on a case. title: how people know it.

    reliability, credibility: the best grades of what goes back to it. bearing: for or against.
    """

    id: Id
    title: str
    bearing: Bearing
    reliability: str
    credibility: int


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the arithmetic: the odds were multiplied by this factor, because of that."""

    because: Because
    what: str
    factor: float
    likelihood: float


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A suggested range, and how it came about. unknown: indicators of which nothing is known, of all."""

    likelihood: tuple[float, float]
    terms: tuple[Term, ...]
    unknown: int
    indicators: int


def suggest(checklist: Checklist, origins: Iterable[Origin]) -> Suggestion | None:
    """Suggest a likelihood; None where neither an indicator is known nor an origin speaks for or against."""
    odds, terms = START, [Term(because=Because.START, what="", factor=START, likelihood=_share(START))]
    steps = [*_of_indicators(checklist), *_of_origins(sorted(origins, key=lambda one: one.id))]
    if not steps:
        return None
    for because, what, factor in steps:
        odds *= factor
        terms.append(Term(because=because, what=what, factor=round(factor, 3), likelihood=_share(odds)))
    unknown = sum(one.stands is Observed.UNKNOWN for one in checklist.watched)
    return Suggestion(
        likelihood=_range(odds, unknown, len(checklist.watched)),
        terms=tuple(terms),
        unknown=unknown,
        indicators=len(checklist.watched),
    )


def _of_indicators(checklist: Checklist) -> list[tuple[Because, str, float]]:
    found = []
    for one in checklist.watched:
        strength, words = one.indicator.strength, one.indicator.words
        if one.stands is Observed.OBSERVED:
            found.append((Because.SEEN, words, SEEN[strength]))
        elif one.stands is Observed.NOT_OBSERVED:
            found.append((Because.NOT_SEEN, words, NOT_SEEN[strength]))
    return found


def _of_origins(origins: Sequence[Origin]) -> list[tuple[Because, str, float]]:
    found = []
    for bearing, because in ((Bearing.FOR, Because.ORIGIN_FOR), (Bearing.AGAINST, Because.ORIGIN_AGAINST)):
        weighed = [
            (1 + (ORIGIN[one.reliability] - 1) * BELIEVED[one.credibility], one)
            for one in origins
            if one.bearing is bearing
        ]
        strongest = sorted(weighed, key=lambda pair: -pair[0])
        for number, (factor, one) in enumerate(strongest):
            counted = 1 + (factor - 1) / 2 ** max(0, number + 1 - MANY)
            found.append((because, one.title, counted if bearing is Bearing.FOR else 1 / counted))
    return found


def _range(odds: float, unknown: int, all_of_them: int) -> tuple[float, float]:
    """Return a range in whole hundredths around a likelihood: the wider, the less is known."""
    share = unknown / all_of_them if all_of_them else 1.0
    half = NARROWEST + (WIDEST - NARROWEST) * share
    middle = _share(odds)
    # Near the ends there is less room for error than in the middle.
    reach = half * 4 * middle * (1 - middle)
    low, high = max(0.01, middle - max(reach, 0.02)), min(NOT_CERTAIN, middle + max(reach, 0.02))
    return round(min(low, NOT_CERTAIN), 2), round(max(high, low), 2)


def _share(odds: float) -> float:
    return min(NOT_CERTAIN, odds / (1 + odds)) if isfinite(odds) else NOT_CERTAIN
