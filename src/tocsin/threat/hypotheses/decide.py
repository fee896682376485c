"""What may be done to a matrix: opening it, putting hypotheses and rows into it, and judging how they go together.

Deception is a hypothesis of every matrix and cannot be set aside. "No indication as of" is no judgement against anything: it has
a date, and no weight. What all of it comes to is in score.py.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.threat.hypotheses.facts import (
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
    matrix_id,
)
from tocsin.threat.hypotheses.state import Hypothesis, Matrix, MatrixRow
from tocsin.threat.particulars import LONGEST

DECEPTION = "deception"
"""The key of the hypothesis that somebody wants us to believe one of the others."""

MOST_HYPOTHESES = 12
MOST_ROWS = 100


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement that somebody wants to make. seen: how many were made of that cell before, as they saw it; None: any."""

    row: str
    hypothesis: str
    consistency: Consistency
    as_of: datetime | None = None
    seen: int | None = None


def open_matrix(threat: Id, asks: Asks, by: Id, now: datetime) -> list[MatrixOpened | HypothesisStated]:
    """Open a matrix, in which deception stands from the first moment."""
    id = matrix_id(threat, asks)
    opened = MatrixOpened(subject=id, occurred_at=now, threat=threat, asks=asks, by=by)
    deception = HypothesisStated(
        subject=id,
        occurred_at=now,
        hypothesis=DECEPTION,
        words="",
        hypothesis_kind=HypothesisKind.DECEPTION,
        by=by,
    )
    return [opened, deception]


def state_hypothesis(
    matrix: Matrix, key: str, words: str, *, actor: Id | None = None, by: Id, now: datetime
) -> HypothesisStated:
    """Put a hypothesis beside the others.

    Raises:
        Refused: it says nothing, stands there already, or there would be too many.
    """
    said = _said(words, "A hypothesis says what may be so. Write it down.")
    if not key.strip() or matrix.hypothesis(key) is not None:
        raise Refused(f"There is a hypothesis {key!r} already. A new one needs a name of its own.")
    if any(one.words.casefold() == said.casefold() for one in matrix.hypotheses):
        raise Refused("That hypothesis stands there already. If it was set aside, take it up again.")
    if len(matrix.weighed) >= MOST_HYPOTHESES:
        raise Refused(f"More than {MOST_HYPOTHESES} hypotheses are weighed by nobody. Set one aside first.")
    return HypothesisStated(subject=matrix.id, occurred_at=now, hypothesis=key, words=said, actor=actor, by=by)


def set_aside(matrix: Matrix, key: str, why: str, by: Id, now: datetime) -> HypothesisSetAside:
    """Weigh a hypothesis no more.

    Raises:
        Refused: there is none, it is deception, it was set aside before, or no reason is given.
    """
    found = _hypothesis(matrix, key)
    if found.hypothesis_kind is HypothesisKind.DECEPTION:
        raise Refused("That somebody deceives us is never set aside. Judge what speaks against it instead.")
    if found.aside is not None:
        raise Refused("That hypothesis has been set aside already.")
    reason = _said(why, "Say why it is set aside: whoever comes back to it has only these words.")
    return HypothesisSetAside(subject=matrix.id, occurred_at=now, hypothesis=key, why=reason, by=by)


def take_up(matrix: Matrix, key: str, why: str, by: Id, now: datetime) -> HypothesisTakenUp:
    """Weigh a hypothesis again that had been set aside.

    Raises:
        Refused: there is none, it is weighed, there would be too many, or no reason is given.
    """
    if _hypothesis(matrix, key).aside is None:
        raise Refused("That hypothesis is not set aside.")
    if len(matrix.weighed) >= MOST_HYPOTHESES:
        raise Refused(f"More than {MOST_HYPOTHESES} hypotheses are weighed by nobody. Set one aside first.")
    reason = _said(why, "Say why it is taken up again.")
    return HypothesisTakenUp(subject=matrix.id, occurred_at=now, hypothesis=key, why=reason, by=by)


def enter_row(
    matrix: Matrix,
    key: str,
    *,
    item: Id | None = None,
    item_kind: str = "",
    claim: int | None = None,
    words: str = "",
    relevance: Weight = Weight.MEDIUM,
    credibility: Weight | None = None,
    by: Id,
    now: datetime,
) -> MatrixRowEntered:
    """Put something into a matrix: a report, one claim of it, an incident, or what we assume, in our own words.

    Raises:
        Refused: it is nothing, it stands there already, or there would be too many.
    """
    said = _said(words, "Name a report or an incident, or write down what is known or assumed.", needed=item is None)
    if not key.strip() or matrix.row(key) is not None:
        raise Refused(f"There is a row {key!r} already. A new one needs a name of its own.")
    if item is not None and any((one.item, one.claim) == (item, claim) for one in matrix.rows):
        raise Refused("That stands in the matrix already.")
    if item is None and any(one.item is None and one.words.casefold() == said.casefold() for one in matrix.rows):
        raise Refused("That stands in the matrix already: said twice it would count twice.")
    if len(matrix.rows) >= MOST_ROWS:
        raise Refused(f"More than {MOST_ROWS} rows are read by nobody. Take out those that tell nothing apart.")
    return MatrixRowEntered(
        subject=matrix.id,
        occurred_at=now,
        row=key,
        item=item,
        item_kind=item_kind,
        claim=claim,
        words=said,
        relevance=relevance,
        credibility=credibility,
        by=by,
    )


def weigh_row(
    matrix: Matrix, key: str, relevance: Weight, credibility: Weight | None, why: str, by: Id, now: datetime
) -> MatrixRowWeighed:
    """Say anew how much a row weighs.

    Raises:
        Refused: there is none, it weighs that already, or no reason is given.
    """
    weighs = _row(matrix, key).weighing
    if (weighs.relevance, weighs.credibility) == (relevance, credibility):
        raise Refused("It weighs that already.")
    reason = _said(why, "Say why it weighs otherwise now.")
    return MatrixRowWeighed(
        subject=matrix.id,
        occurred_at=now,
        row=key,
        relevance=relevance,
        credibility=credibility,
        why=reason,
        by=by,
    )


def drop_row(matrix: Matrix, key: str, why: str, by: Id, now: datetime) -> MatrixRowDropped:
    """Take a row out of a matrix.

    Raises:
        Refused: there is none, or no reason is given.
    """
    _row(matrix, key)
    reason = _said(why, "Say why it is taken out.")
    return MatrixRowDropped(subject=matrix.id, occurred_at=now, row=key, why=reason, by=by)


def judge(matrix: Matrix, said: Sequence[Said], why: str, by: Id, now: datetime) -> list[ConsistencyJudged]:
    """Judge how rows go with hypotheses. What is judged as before is left as it stands.

    Raises:
        Refused: a row or hypothesis is not there, nothing changes, somebody judged one meanwhile, or a date is missing.
    """
    if len(why) > LONGEST:
        raise Refused(f"That is {len(why)} characters. Say it in {LONGEST}.")
    facts = [fact for one in said if (fact := _judged(matrix, one, why.strip(), by, now)) is not None]
    if not facts:
        raise Refused("Nothing was judged otherwise than before, and so nothing was written down.")
    if len({(one.row, one.hypothesis) for one in facts}) < len(facts):
        raise Refused("One row was judged twice against one hypothesis. Say it once.")
    return facts


def _judged(matrix: Matrix, said: Said, why: str, by: Id, now: datetime) -> ConsistencyJudged | None:
    row, found = _row(matrix, said.row), _hypothesis(matrix, said.hypothesis)
    if found.aside is not None:
        raise Refused("That hypothesis is set aside. Take it up again before it is judged.")
    _refuse_undated(said, now)
    cell = row.cell(said.hypothesis)
    if cell is not None and (cell.latest.consistency, cell.latest.as_of) == (said.consistency, said.as_of):
        return None
    if said.seen is not None and said.seen != (len(cell.judgements) if cell else 0):
        raise Refused("Somebody judged one of these meanwhile. Look at the matrix again, and then say yours.")
    return ConsistencyJudged(
        subject=matrix.id,
        occurred_at=now,
        row=said.row,
        hypothesis=said.hypothesis,
        consistency=said.consistency,
        as_of=said.as_of,
        why=why,
        by=by,
    )


def _refuse_undated(said: Said, now: datetime) -> None:
    if said.consistency is not Consistency.NO_INDICATION:
        if said.as_of is not None:
            raise Refused("Only where there is no indication does it matter as of when.")
        return
    if said.as_of is None:
        raise Refused("Say as of when there was no indication: tomorrow there may be one.")
    if said.as_of > now:
        raise Refused(f"{said.as_of:%Y-%m-%d %H:%M} UTC is still to come; say how it stood up to now.")


def _hypothesis(matrix: Matrix, key: str) -> Hypothesis:
    found = matrix.hypothesis(key)
    if found is None:
        raise Refused(f"The matrix has no hypothesis {key!r}.")
    return found


def _row(matrix: Matrix, key: str) -> MatrixRow:
    found = matrix.row(key)
    if found is None or found.dropped is not None:
        raise Refused(f"The matrix has no row {key!r}.")
    return found


def _said(words: str, sentence: str, *, needed: bool = True) -> str:
    said = words.strip()
    if needed and not said:
        raise Refused(sentence)
    if len(said) > LONGEST:
        raise Refused(f"That is {len(said)} characters. Say it in {LONGEST}.")
    return said
