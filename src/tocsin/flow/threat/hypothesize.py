"""Competing hypotheses of a case: opening a matrix, putting hypotheses and rows into it, and judging how they go together.

Each step rests on the matrix as it was read: who was overtaken is told, and looks again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.seen import refuse_stale
from tocsin.report.state import Incident, Report
from tocsin.store.look import Look
from tocsin.threat.casework import refuse_over
from tocsin.threat.hypotheses import decide
from tocsin.threat.hypotheses.decide import Said
from tocsin.threat.hypotheses.facts import Asks, MatrixRowWeighed, Weight, matrix_id
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.state import Actor, Threat


@once
def open_matrix(house: House, threat_id: Id, asks: Asks, *, by: Id, command: str, now: datetime) -> None:
    """Open a matrix for a question of a case. Deception stands in it from the first moment.

    Raises:
        Refused: there is no such case, it is over, or has that matrix.
    """
    id = matrix_id(threat_id, asks)
    with house.store.look() as look:
        refuse_over(look.get(Threat, threat_id))
        look.refuse_taken(Matrix, id)
        seen = look.version(threat_id)
    facts = decide.open_matrix(threat_id, asks, by, now)
    house.store.commit(facts, at=now, by=by, command=command, expect={id: 0, threat_id: seen})


@once
def state_hypothesis(
    house: House,
    matrix_id: Id,
    key: str,
    words: str,
    *,
    actor: Id | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Put a hypothesis beside the others. actor: who of the actor book it is about.

    Raises:
        Refused: there is no such matrix or actor, it says nothing, or stands there already.
    """

    def decided(look: Look, matrix: Matrix) -> list[Fact]:
        if actor is not None:
            look.get(Actor, actor)
        return [decide.state_hypothesis(matrix, key, words, actor=actor, by=by, now=now)]

    _change(house, matrix_id, decided, by=by, command=command, now=now)


@once
def set_aside(house: House, matrix_id: Id, key: str, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Weigh a hypothesis no more.

    Raises:
        Refused: there is none, it is deception, it was set aside before, or no reason is given.
    """
    _change(house, matrix_id, lambda _, it: [decide.set_aside(it, key, why, by, now)], by=by, command=command, now=now)


@once
def take_up(house: House, matrix_id: Id, key: str, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Weigh a hypothesis again that had been set aside.

    Raises:
        Refused: there is none, it is weighed, or no reason is given.
    """
    _change(house, matrix_id, lambda _, it: [decide.take_up(it, key, why, by, now)], by=by, command=command, now=now)


@once
def enter_row(
    house: House,
    matrix_id: Id,
    key: str,
    *,
    item: Id | None = None,
    claim: int | None = None,
    words: str = "",
    relevance: Weight = Weight.MEDIUM,
    credibility: Weight | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Put a report, one claim of it, an incident, or our own words into a matrix. claim: counted from 0.

    Raises:
        Refused: there is no such matrix, item or claim, or it stands there already.
    """

    def decided(look: Look, matrix: Matrix) -> list[Fact]:
        kind = _kind(look, item, claim)
        entered = decide.enter_row(
            matrix,
            key,
            item=item,
            item_kind=kind,
            claim=claim,
            words=words,
            relevance=relevance,
            credibility=credibility,
            by=by,
            now=now,
        )
        return [entered]

    _change(house, matrix_id, decided, by=by, command=command, now=now)


@once
def weigh_row(
    house: House,
    matrix_id: Id,
    key: str,
    *,
    relevance: Weight,
    credibility: Weight | None,
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say anew how much a row weighs.

    seen: how often any had been weighed anew when whoever says so looked; None: however often.

    Raises:
        Refused: there is none, it weighs that already, no reason is given, or somebody has weighed it anew meanwhile.
    """

    def decided(look: Look, matrix: Matrix) -> list[Fact]:
        refuse_stale(look, matrix_id, seen, by, (MatrixRowWeighed,))
        return [decide.weigh_row(matrix, key, relevance, credibility, why, by, now)]

    _change(house, matrix_id, decided, by=by, command=command, now=now)


@once
def drop_row(house: House, matrix_id: Id, key: str, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Take a row out of a matrix.

    Raises:
        Refused: there is none, or no reason is given.
    """
    _change(house, matrix_id, lambda _, it: [decide.drop_row(it, key, why, by, now)], by=by, command=command, now=now)


@once
def judge(
    house: House, matrix_id: Id, said: Sequence[Said], *, why: str = "", by: Id, command: str, now: datetime
) -> None:
    """Judge how rows go with hypotheses.

    Raises:
        Refused: there is no such matrix, row or hypothesis, nothing changes, or another judged one of these meanwhile.
    """
    _change(house, matrix_id, lambda _, it: decide.judge(it, said, why, by, now), by=by, command=command, now=now)


def _change(
    house: House,
    matrix_id: Id,
    decided: Callable[[Look, Matrix], Sequence[Fact]],
    *,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    with house.store.look() as look:
        matrix, seen = look.get(Matrix, matrix_id), look.version(matrix_id)
        refuse_over(look.get(Threat, matrix.threat))
        facts = list(decided(look, matrix))
    house.store.commit(facts, at=now, by=by, command=command, expect={matrix_id: seen})


def _kind(look: Look, item: Id | None, claim: int | None) -> str:
    report = look.find(Report, item)
    if claim is not None and (report is None or not 0 <= claim < len(report.claims)):
        raise Refused(f"{item or 'A row in our own words'} has no claim {claim + 1}.")
    if item is None:
        return ""
    if report is None and look.find(Incident, item) is None:
        raise Refused(f"{item} is neither a report nor an incident; write it down in your own words.")
    return "report" if report is not None else "incident"
