"""What the rows of a matrix rest on: grades, origins, sources, and what a reader may not read."""

from collections.abc import Mapping

import msgspec
import pytest

from tests.threat.cases import NOW
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.report.facts import Claim, Reliability
from tocsin.report.state import Incident, Report, Source
from tocsin.threat.hypotheses.decide import enter_row, open_matrix
from tocsin.threat.hypotheses.facts import Asks, Weight
from tocsin.threat.hypotheses.grounds import Known, pieces
from tocsin.threat.hypotheses.state import Matrix, fold_matrix

HIGH, MEDIUM, LOW = Weight.HIGH, Weight.MEDIUM, Weight.LOW


def report(id: Id, source: Id = "radio", credibility: int = 2, claim: int = 6) -> Report:
    return Report(
        id=id,
        source=source,
        title=id,
        text="",
        received_at=NOW,
        published_at=None,
        url=None,
        language="en",
        credibility=credibility,
        claims=(Claim(text="It is so", credibility=claim),),
        mark=Mark.AMBER,
        readers=(),
        relays=None,
        origin=None,
        exercise=False,
    )


def known(
    *reports: Report, origins: dict[Id, Id] | None = None, reliability: str = "B", **incidents: Incident
) -> Known:
    source = Source(id="radio", name="Radio", source_kind="radio", reliability=Reliability(reliability), why="")
    return Known(
        reports={one.id: one for one in reports},
        incidents=incidents,
        sources={"radio": source},
        origins={one.id: one.id for one in reports} | (origins or {}),
    )


def matrix(**rows: Mapping[str, object]) -> Matrix:
    found: Matrix | None = None
    for fact in open_matrix("case", Asks.WHO, "ann", NOW):
        found = fold_matrix(found, fact)
    assert found is not None
    for key, said in rows.items():
        found = fold_matrix(found, enter_row(found, key, by="ann", now=NOW, **said))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("reliability", "credibility", "claim", "weight"),
    [
        pytest.param("A", 1, 6, HIGH, id="A1"),
        pytest.param("B", 2, 6, HIGH, id="B2"),
        pytest.param("B", 3, 6, MEDIUM, id="B3"),
        pytest.param("C", 2, 6, MEDIUM, id="C2"),
        pytest.param("F", 6, 6, MEDIUM, id="F6: nobody can judge, which is no bad mark"),
        pytest.param("E", 1, 6, LOW, id="E1"),
        pytest.param("A", 5, 6, LOW, id="A5"),
        pytest.param("A", 1, 4, LOW, id="a doubtful claim of a good report"),
    ],
)
def test_a_row_is_believed_as_its_report_is_graded(
    reliability: str, credibility: int, claim: int, weight: Weight
) -> None:
    grades = known(report("it", credibility=credibility, claim=claim), reliability=reliability)
    (found,) = pieces(matrix(r={"item": "it", "item_kind": "report", "claim": 0}), grades)
    assert found.credibility is weight


def test_what_somebody_said_of_its_credibility_goes_before_the_grades() -> None:
    said = {"item": "it", "item_kind": "report", "credibility": LOW}
    (found,) = pieces(matrix(r=said), known(report("it")))
    assert found.credibility is LOW


def test_a_row_whose_report_may_not_be_read_is_not_weighed() -> None:
    both = matrix(r={"item": "it", "item_kind": "report"}, s={"item": "secret", "item_kind": "report"})
    assert [one.row for one in pieces(both, known(report("it")))] == ["r"]


def test_what_its_source_took_back_weighs_nothing() -> None:
    taken_back = msgspec.structs.replace(report("it"), taken_back_at=NOW)
    (found,) = pieces(matrix(r={"item": "it", "item_kind": "report"}), known(taken_back))
    assert found.strands == ()


def test_two_who_repeat_what_may_not_be_read_have_one_origin_still() -> None:
    both = matrix(r={"item": "one", "item_kind": "report"}, s={"item": "two", "item_kind": "report"})
    found = pieces(both, known(report("one"), report("two"), origins={"one": "secret", "two": "secret"}))
    assert {origin for one in found for origin in one.origins} == {"secret"}


def test_a_row_may_be_known_by_several_ways_or_by_none_but_itself() -> None:
    fire = Incident(
        id="fire",
        what="Fire",
        where="",
        happened_at=NOW,
        point=None,
        actor=None,
        reports=("one", "two", "secret"),
        published_at=None,
        published_by_host=False,
        mark=Mark.AMBER,
    )
    rows = matrix(
        told={"item": "fire", "item_kind": "incident"},
        ours={"words": "They have no boats"},
    )
    told, ours = pieces(rows, known(report("one"), report("two", source="paper"), fire=fire))
    assert told.origins == {"one", "two"}
    assert {source for one in told.strands for source in one.sources} == {"radio", "paper"}
    assert ours.origins == {"row:ours"}
