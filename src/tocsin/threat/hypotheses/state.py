"""How a matrix stands, with everything that was judged in it before, and the only rules by which facts change that."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.threat.hypotheses.facts import (
    MATRIX_FACTS,
    Asks,
    Consistency,
    ConsistencyJudged,
    HypothesisKind,
    HypothesisSetAside,
    HypothesisStated,
    HypothesisTakenUp,
    MatrixOpened,
    MatrixRowDropped,
    MatrixRowEntered,
    MatrixRowWeighed,
    Weight,
)


class Aside(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody set a hypothesis aside, or took a row out, and why."""

    at: datetime
    by: Id
    why: str


class Hypothesis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One account among competing ones. key: names it within its matrix."""

    key: str
    words: str
    by: Id
    at: datetime
    hypothesis_kind: HypothesisKind = HypothesisKind.STATED
    actor: Id | None = None
    aside: Aside | None = None


class Weighing(msgspec.Struct, frozen=True, kw_only=True):
    """How much a row weighed from a moment on, who said so, and why."""

    at: datetime
    by: Id
    relevance: Weight
    credibility: Weight | None
    why: str


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody judged, at one moment, that a row goes with a hypothesis."""

    at: datetime
    by: Id
    consistency: Consistency
    as_of: datetime | None
    why: str


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """Where a row and a hypothesis meet: every judgement, oldest first."""

    hypothesis: str
    judgements: tuple[Judgement, ...]

    @property
    def latest(self) -> Judgement:
        """Return the judgement that stands."""
        return self.judgements[-1]


class MatrixRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is known or assumed. key: names it within its matrix."""

    key: str
    item: Id | None
    item_kind: str
    claim: int | None
    words: str
    weighings: tuple[Weighing, ...]
    cells: tuple[Cell, ...] = ()
    dropped: Aside | None = None

    @property
    def weighing(self) -> Weighing:
        """Return how much it weighs now."""
        return self.weighings[-1]

    def cell(self, hypothesis: str) -> Cell | None:
        """Return what was judged of it and a hypothesis; None where nobody has."""
        return next((one for one in self.cells if one.hypothesis == hypothesis), None)


class Matrix(State, frozen=True, kw_only=True):
    """The hypotheses about one question of a case, against what is known."""

    threat: Id
    asks: Asks
    opened_at: datetime
    opened_by: Id
    hypotheses: tuple[Hypothesis, ...] = ()
    entries: tuple[MatrixRow, ...] = ()

    @property
    def weighed(self) -> tuple[Hypothesis, ...]:
        """Return the hypotheses that are not set aside."""
        return tuple(one for one in self.hypotheses if one.aside is None)

    @property
    def rows(self) -> tuple[MatrixRow, ...]:
        """Return the rows that are in it."""
        return tuple(one for one in self.entries if one.dropped is None)

    def hypothesis(self, key: str) -> Hypothesis | None:
        """Return the hypothesis of that key."""
        return next((one for one in self.hypotheses if one.key == key), None)

    def row(self, key: str) -> MatrixRow | None:
        """Return the row of that key."""
        return next((one for one in self.entries if one.key == key), None)


def fold_matrix(state: Matrix | None, fact: Fact) -> Matrix:
    """Return how the matrix stands after the fact."""
    if isinstance(fact, MatrixOpened):
        return Matrix(
            id=fact.subject, threat=fact.threat, asks=fact.asks, opened_at=fact.occurred_at, opened_by=fact.by
        )
    matrix = standing(state, fact)
    match fact:
        case HypothesisStated() | HypothesisSetAside() | HypothesisTakenUp():
            return replace(matrix, hypotheses=_hypotheses(matrix.hypotheses, fact))
        case MatrixRowEntered():
            return replace(matrix, entries=(*matrix.entries, _entered(fact)))
        case MatrixRowWeighed() | MatrixRowDropped() | ConsistencyJudged():
            return replace(
                matrix, entries=tuple(_row(one, fact) if one.key == fact.row else one for one in matrix.entries)
            )
    raise TypeError(fact.kind())


def _hypotheses(
    before: tuple[Hypothesis, ...], fact: HypothesisStated | HypothesisSetAside | HypothesisTakenUp
) -> tuple[Hypothesis, ...]:
    if isinstance(fact, HypothesisStated):
        stated = Hypothesis(
            key=fact.hypothesis,
            words=fact.words,
            by=fact.by,
            at=fact.occurred_at,
            hypothesis_kind=fact.hypothesis_kind,
            actor=fact.actor,
        )
        return (*before, stated)
    aside = Aside(at=fact.occurred_at, by=fact.by, why=fact.why) if isinstance(fact, HypothesisSetAside) else None
    return tuple(replace(one, aside=aside) if one.key == fact.hypothesis else one for one in before)


def _entered(fact: MatrixRowEntered) -> MatrixRow:
    weighing = Weighing(at=fact.occurred_at, by=fact.by, relevance=fact.relevance, credibility=fact.credibility, why="")
    return MatrixRow(
        key=fact.row,
        item=fact.item,
        item_kind=fact.item_kind,
        claim=fact.claim,
        words=fact.words,
        weighings=(weighing,),
    )


def _row(row: MatrixRow, fact: MatrixRowWeighed | MatrixRowDropped | ConsistencyJudged) -> MatrixRow:
    match fact:
        case MatrixRowWeighed():
            weighing = Weighing(
                at=fact.occurred_at,
                by=fact.by,
                relevance=fact.relevance,
                credibility=fact.credibility,
                why=fact.why,
            )
            return replace(row, weighings=(*row.weighings, weighing))
        case MatrixRowDropped():
            return replace(row, dropped=Aside(at=fact.occurred_at, by=fact.by, why=fact.why))
    return replace(row, cells=_judged(row, fact))


def _judged(row: MatrixRow, fact: ConsistencyJudged) -> tuple[Cell, ...]:
    judgement = Judgement(at=fact.occurred_at, by=fact.by, consistency=fact.consistency, as_of=fact.as_of, why=fact.why)
    if row.cell(fact.hypothesis) is None:
        return (*row.cells, Cell(hypothesis=fact.hypothesis, judgements=(judgement,)))
    return tuple(
        replace(one, judgements=(*one.judgements, judgement)) if one.hypothesis == fact.hypothesis else one
        for one in row.cells
    )


FOLDINGS = (Folding(Matrix, MATRIX_FACTS, fold_matrix),)
