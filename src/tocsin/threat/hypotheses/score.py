"""What a matrix comes to: what speaks against each hypothesis, which rows tell them apart, and on whom the order hangs.

A hypothesis is not proven by what fits it: the one stands first against which least speaks. What goes back to one origin counts
once for each hypothesis, by the gravest of it; a row with several origins is shared among them.

Source: Heuer (1999), Psychology of Intelligence Analysis, chapter 8; the weights are those of Good, Shrager, Stefik, Pirolli,
Card and Heuer (2004), A Tool for Analyzing Competing Hypotheses, PARC. That origins count once is ours.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from math import fsum, sqrt

import msgspec
from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.threat.hypotheses.facts import Consistency, Weight

WEIGHT = {Weight.HIGH: sqrt(2), Weight.MEDIUM: 1.0, Weight.LOW: 1 / sqrt(2)}
"""What credibility, and likewise relevance, multiplies an inconsistency by."""

AGAINST = {Consistency.INCONSISTENT: 1, Consistency.VERY_INCONSISTENT: 2}
"""What speaks against a hypothesis. Nothing speaks for one here, and no indication speaks for nothing."""

FITS = {
    Consistency.VERY_CONSISTENT: 2,
    Consistency.CONSISTENT: 1,
    Consistency.NEUTRAL: 0,
    Consistency.INCONSISTENT: -1,
    Consistency.VERY_INCONSISTENT: -2,
}
"""Where the judgements that can tell hypotheses apart lie beside each other."""


class Strand(msgspec.Struct, frozen=True, kw_only=True):
    """One way by which we know of a row: where it started, and the sources that it passed on its way to us."""

    origin: Id
    sources: frozenset[Id] = frozenset()


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it is weighed. strands: none left: it is not weighed."""

    row: str
    strands: tuple[Strand, ...]
    credibility: Weight
    relevance: Weight
    judged: Mapping[str, Consistency]

    @property
    def origins(self) -> frozenset[Id]:
        """Return where it started."""
        return frozenset(one.origin for one in self.strands)

    def against(self, hypothesis: str) -> float:
        """Return how much it says against a hypothesis, all its origins together."""
        judged = self.judged.get(hypothesis)
        return 0.0 if judged is None else AGAINST.get(judged, 0) * WEIGHT[self.credibility] * WEIGHT[self.relevance]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a hypothesis stands. place: 1 is the one against which least speaks; None: nothing was held against it yet.

    origins: how many of them speak against it. open: rows that nobody has judged it by.
    """

    hypothesis: str
    place: int | None
    inconsistency: float
    origins: int
    open: int


class Amount(StrEnum):
    """How much that is, in a word."""

    NOTHING = "nothing"
    LITTLE = "little"
    SOME = "some"
    MUCH = "much"


class Removed(StrEnum):
    """What is thought away."""

    ORIGIN = "origin"
    SOURCE = "source"


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """What the order would be without one origin or source. rows: how many would be weighed no more."""

    removed: Removed
    id: Id
    order: tuple[frozenset[str], ...]
    rows: int
    changes: bool
    first_changes: bool


def score(pieces: Sequence[Piece], hypotheses: Sequence[str]) -> tuple[Standing, ...]:
    """Say how the hypotheses stand, the one first against which least speaks; those of equal score share a place."""
    weighed = [one for one in pieces if one.strands]
    stand = [_standing(weighed, one) for one in hypotheses]
    tested = sorted({one.inconsistency for one in stand if one.place is not None})
    placed = [replace(one, place=_place(one, stand) if one.place else None) for one in stand]
    last = len(tested)
    return tuple(
        sorted(placed, key=lambda one: (one.place or last + len(placed) + 1, hypotheses.index(one.hypothesis)))
    )


def _place(one: Standing, stand: Iterable[Standing]) -> int:
    return 1 + sum(other.place is not None and other.inconsistency < one.inconsistency for other in stand)


def _standing(pieces: Sequence[Piece], hypothesis: str) -> Standing:
    strongest: dict[Id, float] = {}
    for piece in pieces:
        share = piece.against(hypothesis) / len(piece.origins)
        for origin in piece.origins:
            strongest[origin] = max(share, strongest.get(origin, 0.0))
    tested = any(piece.judged.get(hypothesis) in FITS for piece in pieces)
    return Standing(
        hypothesis=hypothesis,
        place=1 if tested else None,
        inconsistency=round(fsum(strongest.values()), 2),
        origins=sum(one > 0 for one in strongest.values()),
        open=sum(hypothesis not in piece.judged for piece in pieces),
    )


def order(standings: Iterable[Standing]) -> tuple[frozenset[str], ...]:
    """Return the hypotheses by their places, those that share one together; without those that nothing was held against."""
    found: dict[int, set[str]] = {}
    for one in standings:
        if one.place is not None:
            found.setdefault(one.place, set()).add(one.hypothesis)
    return tuple(frozenset(found[place]) for place in sorted(found))


def amount(inconsistency: float) -> Amount:
    """Return a word for a score: one middling origin against it is little, the weight of three of them some."""
    if inconsistency == 0:
        return Amount.NOTHING
    return Amount.LITTLE if inconsistency <= 1 else Amount.SOME if inconsistency <= 3 else Amount.MUCH


def diagnosticity(piece: Piece, hypotheses: Iterable[str]) -> int | None:
    """Return how well a row tells the hypotheses apart: 0, not at all, to 4; None: it was judged by fewer than two.

    What is consistent with all of them says nothing, however many say it.
    """
    fits = [FITS[judged] for one in hypotheses if (judged := piece.judged.get(one)) in FITS]
    return max(fits) - min(fits) if len(fits) > 1 else None


def without_origin(pieces: Iterable[Piece], origin: Id) -> list[Piece]:
    """Return the rows as they would be if we had never heard of one origin."""
    return _without(pieces, lambda strand: strand.origin == origin)


def without_source(pieces: Iterable[Piece], source: Id) -> list[Piece]:
    """Return the rows as they would be if we did not listen to one source."""
    return _without(pieces, lambda strand: source in strand.sources)


def _without(pieces: Iterable[Piece], gone: Callable[[Strand], bool]) -> list[Piece]:
    left = [replace(one, strands=tuple(strand for strand in one.strands if not gone(strand))) for one in pieces]
    return [one for one in left if one.strands]


def removals(pieces: Sequence[Piece], hypotheses: Sequence[str]) -> tuple[Removal, ...]:
    """Think each origin and each source away, and say what the order would be then."""
    weighed = [one for one in pieces if one.strands]
    strands = [strand for one in weighed for strand in one.strands]
    now = order(score(weighed, hypotheses))
    origins = sorted({one.origin for one in strands})
    sources = sorted({source for one in strands for source in one.sources})
    tried = [
        *((Removed.ORIGIN, one, without_origin(weighed, one)) for one in origins),
        *((Removed.SOURCE, one, without_source(weighed, one)) for one in sources),
    ]
    return tuple(_removal(kind, id, left, weighed, now, hypotheses) for kind, id, left in tried)


def _removal(
    kind: Removed,
    id: Id,
    left: Sequence[Piece],
    weighed: Sequence[Piece],
    now: tuple[frozenset[str], ...],
    hypotheses: Sequence[str],
) -> Removal:
    then = order(score(left, hypotheses))
    return Removal(
        removed=kind,
        id=id,
        order=then,
        rows=len(weighed) - len(left),
        changes=then != now,
        first_changes=then[:1] != now[:1],
    )
