"""Rules about institutions, as tables: who is told next, what is proposed, what may be quoted."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.answer.facts import Why
from tocsin.answer.institution.decide import move_on, owner_first, propose_answer
from tocsin.answer.institution.denial import denials
from tocsin.answer.institution.facts import ApproachBegun, ApproachEnded, ApproachMoved
from tocsin.answer.institution.rebuttal import Known, build, count_origins
from tocsin.answer.institution.state import fold_approach
from tocsin.basis.marking import Mark
from tocsin.report.facts import Reliability, ReportReceived
from tocsin.report.state import Report, Source, fold_report
from tocsin.threat.facts import Bearing, EvidenceLinked, ThreatOpened
from tocsin.threat.state import Threat, fold_threat
from tocsin.warning.ladder import Ladder, Rung

NOW = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
BEGUN = ApproachBegun(
    subject="a", occurred_at=NOW, warning="w", of="board", line=("rees", "holm", "board"), to="rees", patience_s=60
)


@pytest.mark.parametrize(
    ("reachable", "heard", "over", "expected"),
    [
        pytest.param({"rees", "holm", "board"}, False, False, "holm", id="the next"),
        pytest.param({"rees", "board"}, False, False, "board", id="whoever can be told"),
        pytest.param({"rees"}, False, False, "end_of_line", id="nobody else can"),
        pytest.param({"holm"}, True, False, "heard", id="something was heard"),
        pytest.param({"holm"}, False, True, "over", id="it is over"),
    ],
)
def test_who_is_told_next(reachable: set[str], heard: bool, over: bool, expected: str) -> None:
    fact = move_on(fold_approach(None, BEGUN), reachable, why=Why.SILENCE, heard=heard, over=over, now=NOW)
    assert isinstance(fact, ApproachMoved | ApproachEnded)
    assert (fact.to if isinstance(fact, ApproachMoved) else fact.how) == expected
    after = fold_approach(fold_approach(None, BEGUN), fact)
    assert (after.due is None) == isinstance(fact, ApproachEnded)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("It is open blackmail, he said", ("blackmail",), id="a word"),
        pytest.param("Это похоже на шантаж", ("шантаж",), id="in another language"),
        pytest.param("وصف التحذير بأنه ابتزاز", ("ابتزاز",), id="from right to left"),
        pytest.param("他说这是勒索", ("勒索",), id="without spaces"),
        pytest.param("A landscape of ten thousand sheep", (), id="not within another word"),
        pytest.param("ＢＬＡＣＫＭＡＩＬ", ("blackmail",), id="in wide letters"),
        pytest.param("He says that nobody told him", ("nobody told",), id="never told"),
        pytest.param("The advisories are an unfriendly act", ("unfriendly",), id="an affront"),
        pytest.param("This plays into the hands of terrorists", ("hands of terroris",), id="whom it is said to help"),
        pytest.param("There is no cause for alarm", ("no cause for",), id="played down"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_words_of_denial(text: str, found: tuple[str, ...]) -> None:
    assert denials(text) == found


def report(id: str, *, at: datetime = NOW, relays: str | None = None, source: str = "s") -> Report:
    received = ReportReceived(
        subject=id,
        occurred_at=at,
        source=source,
        title=f"{id}: a hoax",
        text="So it is",
        published_at=at,
        relays=relays,
    )
    return fold_report(None, received)


SOURCE = Source(
    id="s", name="The Gazette", source_kind="press", reliability=Reliability.C, why="", organisation="board"
)


@pytest.mark.parametrize(
    ("source", "after_s", "linked", "is_proposed"),
    [
        pytest.param(SOURCE, 1, False, True, id="its own, later, denying"),
        pytest.param(SOURCE, 0, False, False, id="at the same moment"),
        pytest.param(SOURCE, -1, True, False, id="before the warning"),
        pytest.param(
            Source(id="s", name="Other", source_kind="press", reliability=Reliability.C, why=""),
            1,
            True,
            False,
            id="nobody's",
        ),
    ],
)
def test_what_is_proposed(source: Source, after_s: int, linked: bool, is_proposed: bool) -> None:
    sent_at = NOW - timedelta(seconds=after_s)
    fact = propose_answer("p", report("r"), source, warning="w", sent_at=sent_at, of_the_case=linked, now=NOW)
    assert (fact is not None) == is_proposed
    if fact is not None:
        assert fact.delay_s == after_s


def case(*items: str) -> Threat:
    threat = fold_threat(None, ThreatOpened(subject="t", occurred_at=NOW, title="The bridge", zone="UTC", owner="ann"))
    for item in items:
        linked = EvidenceLinked(subject="t", occurred_at=NOW, item=item, item_kind="report", bearing=Bearing.FOR)
        threat = fold_threat(threat, linked)
    return threat


def test_five_that_repeat_one_voice_are_one_origin() -> None:
    reports = {"first": report("first")} | {f"r{n}": report(f"r{n}", relays="first") for n in range(5)}
    known = Known(threat=case(*reports), incidents=(), reports=reports, sources={"s": SOURCE})
    built = build(known, "board", Mark.RED, NOW - timedelta(hours=1), NOW)
    assert len(built) == 6
    assert count_origins(built) == 1


def test_the_owner_is_rung_before_the_ladder_and_the_ladder_at_once() -> None:
    ladder = Ladder(rungs=(Rung(to="deputy", after_s=900), Rung(to="chief", after_s=900)))
    assert [(rung.to, rung.after_s) for rung in owner_first(ladder, "ann").rungs] == [
        ("ann", 0),
        ("deputy", 0),
        ("chief", 900),
    ]
    assert [rung.to for rung in owner_first(ladder, "deputy").rungs] == ["deputy", "chief"]
    assert [rung.to for rung in owner_first(ladder, None).rungs] == ["deputy", "chief"]
