"""Competing accounts of a case are weighed against what is known, by whoever may read it, and nobody's work is written over."""

from datetime import timedelta
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.threat import cases, hypothesize
from tocsin.store.door import Door
from tocsin.testing.town import Town
from tocsin.threat.hypotheses import decide
from tocsin.threat.hypotheses.decide import DECEPTION, Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, matrix_id
from tocsin.threat.hypotheses.grounds import pieces
from tocsin.threat.hypotheses.score import Removed, order, removals, score
from tocsin.threat.hypotheses.state import Matrix

C, I, II = Consistency.CONSISTENT, Consistency.INCONSISTENT, Consistency.VERY_INCONSISTENT  # noqa: E741


def opens(town: Town, asks: Asks = Asks.WHO) -> Id:
    threat = town.id(town.case())
    hypothesize.open_matrix(
        town.house, threat, asks, by=town.watch_officer.id, command=town.name_next("opens"), now=town.now
    )
    id = matrix_id(threat, asks)
    for key in ("smugglers", "rivals"):
        states(town, id, key)
    return id


def states(town: Town, matrix: Id, key: str) -> None:
    hypothesize.state_hypothesis(
        town.house, matrix, key, f"It was the {key}", by=town.watch_officer.id, command=f"{matrix}:{key}", now=town.now
    )


def enters(town: Town, matrix: Id, report: str) -> None:
    hypothesize.enter_row(
        town.house,
        matrix,
        report,
        item=town.id(report),
        by=town.watch_officer.id,
        command=f"enter:{report}",
        now=town.now,
    )


def judges(town: Town, matrix: Id, row: str, by: Id | None = None, command: str = "", **judged: Consistency) -> None:
    said = [Said(row=row, hypothesis=key, consistency=one) for key, one in judged.items()]
    hypothesize.judge(
        town.house,
        matrix,
        said,
        why="As it seems",
        by=by or town.watch_officer.id,
        command=command or town.name_next("judges"),
        now=town.now,
    )


def stands(town: Town, matrix: Id) -> Matrix:
    with town.app.store.look() as look:
        return look.get(Matrix, matrix)


def order_for(town: Town, matrix: Id, reader: Reader) -> tuple[tuple[frozenset[str], ...], int]:
    with town.app.store.look() as look:
        door = Door(look, reader)
        (found,) = [one for one in door.matrices(town.id(town.case())) if one.id == matrix]
        weighed = pieces(found, door.known_of(found))
        return order(score(weighed, [one.key for one in found.weighed])), len(weighed)


def reader(town: Town, cleared_to: Mark = Mark.AMBER) -> Reader:
    return Reader(person=town.watch_officer.id, roles=frozenset({Role.WATCH_OFFICER}), cleared_to=cleared_to)


def test_an_account_that_one_voice_alone_speaks_against_is_found_out(town: Town) -> None:
    matrix = opens(town)
    first = town.report("The smugglers were at sea")
    again = town.report("Smugglers all at sea, says the paper", by="the paper", relays=first)
    other = town.report("The rivals were seen at the ford", by="the miller")
    for report in (first, again, other):
        enters(town, matrix, report)
    judges(town, matrix, first, smugglers=II, rivals=C, deception=C)
    judges(town, matrix, other, smugglers=C, rivals=I, deception=C)
    before, _rows = order_for(town, matrix, reader(town))
    judges(town, matrix, again, smugglers=II, rivals=C, deception=C)
    after, _rows = order_for(town, matrix, reader(town))
    assert before == after == (frozenset({DECEPTION}), frozenset({"rivals"}), frozenset({"smugglers"}))
    with town.app.store.look() as look:
        found = stands(town, matrix)
        weighed = pieces(found, Door(look, reader(town)).known_of(found))
    (without,) = [
        one
        for one in removals(weighed, ["smugglers", "rivals"])
        if (one.removed, one.id) == (Removed.ORIGIN, town.id(first))
    ]
    assert without.first_changes
    assert without.rows == 2, "what repeats it falls with it"


def test_who_and_what_are_weighed_apart_and_each_is_opened_once(town: Town) -> None:
    who, what = opens(town), opens(town, Asks.WHAT)
    assert who != what
    with pytest.raises(Refused, match="already"):
        opens(town)
    assert [one.key for one in stands(town, what).weighed] == [DECEPTION, "smugglers", "rivals"]


def test_what_is_said_twice_is_done_once(town: Town) -> None:
    matrix = opens(town)
    heard = town.report("The smugglers were at sea")
    enters(town, matrix, heard)
    enters(town, matrix, heard)
    judges(town, matrix, heard, command="a double click", smugglers=II)
    judges(town, matrix, heard, command="a double click", smugglers=II)
    (row,) = stands(town, matrix).rows
    assert [len(one.judgements) for one in row.cells] == [1]


def test_nobodys_judgement_is_written_over_unseen(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = opens(town)
    heard = town.report("The smugglers were at sea")
    enters(town, matrix, heard)
    decided = decide.judge

    def overtaken(*args: Any) -> Any:
        monkeypatch.undo()
        judges(town, matrix, heard, by=town.deputy.id, smugglers=C)
        return decided(*args)

    monkeypatch.setattr(decide, "judge", overtaken)
    with pytest.raises(Refused):
        judges(town, matrix, heard, smugglers=II)
    (row,) = stands(town, matrix).rows
    assert [(one.by, one.consistency) for one in row.cells[0].judgements] == [(town.deputy.id, C)]


def test_a_row_that_may_not_be_read_is_in_no_score_that_its_reader_sees(town: Town) -> None:
    matrix = opens(town)
    secret = town.report("An agent saw the rivals", by="the agent", mark=Mark.RED, readers=("the deputy",))
    heard = town.report("The smugglers were at sea")
    for report in (secret, heard):
        enters(town, matrix, report)
    judges(town, matrix, heard, smugglers=I, rivals=C, deception=C)
    without, rows = order_for(town, matrix, reader(town))
    judges(town, matrix, secret, rivals=II, smugglers=C, deception=II)
    assert order_for(town, matrix, reader(town)) == (without, rows) == (without, 1)
    named = Reader(person=town.id("the deputy"), roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER)
    seen, rows = order_for(town, matrix, named)
    assert (seen[0], rows) == (frozenset({"smugglers"}), 2)


def test_whoever_may_not_read_a_case_finds_no_matrix_of_it(town: Town) -> None:
    matrix = opens(town)
    with town.app.store.look() as look:
        door = Door(look, reader(town, Mark.CLEAR))
        assert door.matrices(town.id(town.case())) == []
        assert not door._is_open(look.get(Matrix, matrix))


def test_nothing_is_weighed_that_is_not_there_and_nothing_once_the_case_is_over(town: Town) -> None:
    matrix = opens(town)
    heard = town.report("The smugglers were at sea")
    said = {"by": town.watch_officer.id, "now": town.now}
    with pytest.raises(Refused, match="no claim 1"):
        hypothesize.enter_row(town.house, matrix, "r", item=town.id(heard), claim=0, command="a", **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="neither a report"):
        hypothesize.enter_row(town.house, matrix, "r", item="nothing", command="b", **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="no actor"):
        hypothesize.state_hypothesis(town.house, matrix, "x", "They", actor="nobody", command="c", **said)  # type: ignore[arg-type]
    cases.close_case(town.house, town.id(town.case()), "It was a film", command="close", **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="was ended"):
        states(town, matrix, "others")


def test_no_indication_has_its_date_and_weighs_nothing(town: Town) -> None:
    matrix = opens(town)
    heard = town.report("Nobody has claimed it")
    enters(town, matrix, heard)
    as_of = town.now - timedelta(hours=3)
    nothing = Said(row=heard, hypothesis="rivals", consistency=Consistency.NO_INDICATION, as_of=as_of)
    hypothesize.judge(town.house, matrix, [nothing], by=town.watch_officer.id, command="nothing yet", now=town.now)
    found = stands(town, matrix)
    cell = found.rows[0].cell("rivals")
    assert cell is not None
    assert cell.latest.as_of == as_of
    order_now, _rows = order_for(town, matrix, reader(town))
    assert order_now == (), "nothing was held against any of them"
