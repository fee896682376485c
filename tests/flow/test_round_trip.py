"""What came in, what a case says of it, and what others then make of that: a round trip loses nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stix.objects import EVERYTHING, bundle, id_of, one
from tests.web.desk_case import READERS, Desk, at, incident, people, report, sources
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.hand_out import Wish, hand_out
from tocsin.flow.exchange.take import Arrival, take_in
from tocsin.flow.outcome import judge
from tocsin.flow.threat import cases, hypothesize, weigh
from tocsin.flow.threat.observing import observe, put_on_checklist
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.report.corroborate import origins
from tocsin.report.foreign import ForeignObject
from tocsin.report.state import Report
from tocsin.stix import check
from tocsin.stix.extensions import Claim, Grade, Indication, Likelihood, Matrix, Question, heard, said_by
from tocsin.stix.model import Said
from tocsin.stix.tlp import IDS
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import Bearing, Confidence, PartyAccused, ThreatOpened
from tocsin.threat.hypotheses.decide import Said as Cell
from tocsin.threat.hypotheses.facts import Asks, Consistency, matrix_id
from tocsin.threat.indicators import Basis, Indicator, Observed

GREEN = [IDS[Mark.GREEN]]


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[list[Desk]]:
    found = []
    for name in ("here", "there", "beyond"):
        (tmp_path / name).mkdir()
        found.append(desk := Desk(tmp_path / name))
        people(desk)
        sources(desk)
        desk.moment = at(4, 8)
    yield found
    for desk in found:
        assert reconcile(desk.store) == []
        desk.store.close()


def takes(desk: Desk, file: bytes) -> None:
    """Take a file in, and open a case to which every report of it belongs."""
    arrival = Arrival(file=file, source="partner", unmarked=Mark.GREEN)
    found = take_in(desk.house, arrival, READERS["vale"], by="vale", command="take", now=desk.moment)
    opened = ThreatOpened(subject="case", occurred_at=desk.moment, title="The mill", zone="Europe/Moscow", owner="vale",
                          actors=("group",), place="The city", mark=Mark.GREEN)  # fmt: skip
    desk.do(weigh.open_threat, opened)
    for fate in found.fates:
        if fate.report:
            desk.do(weigh.link_evidence, "case", fate.report, Bearing.CONTEXT)


def hands(desk: Desk) -> bytes:
    wish = Wish(threat="case", mark=Mark.GREEN, whom="The next")
    return hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="hand", now=desk.moment)


def objects(file: bytes) -> dict[str, Said]:
    return {said["id"]: said for said in json.loads(file)["objects"]}


def kept(desk: Desk) -> dict[str, Said]:
    with desk.store.look() as look:
        return {one.foreign_id: json.loads(one.said) for one in look.all(ForeignObject)}


def judged(desk: Desk, rests_on: Id) -> None:
    """Say of the case all that can be said of one."""
    report(desk, "own", "press", "Heard at the ford", mark=Mark.GREEN, relays=rests_on, url="https://press.example/1",
           credibility=2)  # fmt: skip
    desk.do(weigh.link_evidence, "case", "own", Bearing.FOR, why="It fits")
    incident(desk, "fire", "The ford burnt", at(4, 6), "own", mark=Mark.GREEN, point=(54.5, 36.2))
    desk.do(weigh.assess_threat, "case", likelihood=(0.55, 0.8), confidence=Confidence.LOW, grounds="Two voices.",
            why="Asked", reports=("own", rests_on))  # fmt: skip
    desk.do(put_on_checklist, "case", (Indicator(key="vans", words="Vans wait at the ford"),))
    for stands, basis in ((Observed.NOT_OBSERVED, ()), (Observed.OBSERVED, (Basis(item="own"),))):
        desk.do(observe, "case", "vans", stands, as_of=desk.moment, basis=basis, words=stands.value)
    desk.do(hypothesize.open_matrix, "case", Asks.WHO)
    who = matrix_id("case", Asks.WHO)
    desk.do(hypothesize.state_hypothesis, who, "them", "The brothers did it", actor="group")
    for key, item, claim in (("theirs", rests_on, 0), ("ours", "fire", None)):
        desk.do(hypothesize.enter_row, who, key, item=item, claim=claim)
        nothing = Cell(row=key, hypothesis="deception", consistency=Consistency.NO_INDICATION, as_of=desk.moment)
        fits = Cell(row=key, hypothesis="them", consistency=Consistency.CONSISTENT)
        desk.do(hypothesize.judge, who, [fits, nothing], why="Asked")
    accused = PartyAccused(subject="case", occurred_at=desk.moment, party="The brothers", accuser="The miller",
                           words="It was them", report="own")  # fmt: skip
    desk.do(weigh.note_attribution, accused)
    for words in ("Who has the keys?", "Who rang?"):
        desk.do(cases.raise_question, "case", words, words)
    desk.do(cases.close_question, "case", "Who rang?", "The sexton did.")
    struck = EventStruck(
        subject="case", occurred_at=at(5, 7), what="The mill burnt", place="The mill", point=(48.2, 16.4)
    )
    desk.do(judge.note_event, struck)
    desk.until(at(6))
    outcome = OutcomeJudged(
        subject="case", occurred_at=desk.moment, course=Course.CARRIED_OUT, time=Verdict.MISS, place=Verdict.MATCH,
        target=Verdict.MATCH, actor=Verdict.UNKNOWN, judge="brandt", why="It came late.",
    )  # fmt: skip
    desk.do(judge.judge_outcome, outcome, by="brandt")


def test_what_came_in_and_what_was_said_of_it_reach_a_third_desk_by_way_of_a_second(desks: list[Desk]) -> None:
    here, there, beyond = desks
    grade = Grade(reliability="B", credibility="2", claims=(Claim(text="It rang", credibility="1"),), origin="a voice")
    graded = {**one("report", 2, name="The bell rang", published="2024-03-07T18:00:00.000Z",
                    object_refs=[id_of("campaign"), id_of("indicator"), "x-bell--00000000-0000-4000-8000-000000000001"]),
              "extensions": said_by(grade)}  # fmt: skip
    bell = one("x-bell", sound={"loud": [1, 2.5, None, True]}, object_marking_refs=GREEN)
    sign = one("indicator", pattern="[file:name = 'a']", pattern_type="stix", valid_from="2024-03-07T18:00:00.000Z")
    theirs = [{**said, "object_marking_refs": GREEN} for said in (*EVERYTHING, graded, sign)] + [bell]
    takes(here, bundle(*theirs))
    with here.store.look() as look:
        rests_on = next(each.id for each in look.all(Report) if each.title == "The bell rang")
    judged(here, rests_on)

    first = hands(here)
    assert {said["id"]: objects(first).get(said["id"]) for said in theirs} == {said["id"]: said for said in theirs}
    takes(there, first)
    second = hands(there)
    takes(beyond, second)

    said, got = objects(first), kept(beyond)
    # Who made our objects is marked by nobody, and bears further the mark at which it is held.
    unmarked = {id for id, each in said.items() if each["type"] == "identity" and "object_marking_refs" not in each}
    assert [id for id, each in said.items() if id not in unmarked and got.get(id) != each] == []
    assert all({**said[id], **got[id]} == got[id] for id in unmarked)
    assert not [problem for problem in check(second) if problem.severity == "error"]
    assert {problem.message for problem in check(second)} <= {problem.message for problem in check(first)}

    likely = [(found.low, found.high, found.confidence) for each in got.values() if (found := heard(each, Likelihood))]
    assert likely == [(0.55, 0.8, "low")]
    asked = {each["content"]: form for each in got.values() if (form := heard(each, Question))}
    assert {words: (form.answer, form.closed_at is None) for words, form in asked.items()} == {
        "Who has the keys?": ("", True), "Who rang?": ("The sexton did.", False),
    }  # fmt: skip
    vans = {of.stands: each["content"] for each in got.values() if (of := heard(each, Indication))}
    assert vans == {None: "Vans wait at the ford", "not_observed": "not_observed", "observed": "observed"}
    [matrix] = [whole for each in got.values() if (whole := heard(each, Matrix))]
    assert [(got[row.item_ref]["name"], row.claim) for row in matrix.rows] == [
        ("The bell rang", 0),
        ("The ford burnt", None),
    ]
    assert [[one.consistency for one in row.judgements] for row in matrix.rows] == [["C", "no_indication"]] * 2
    with beyond.store.look() as look:
        told = {each.title: each for each in look.all(Report)}
    bell_rang, at_the_ford = told["The bell rang"], told["Heard at the ford"]
    assert (
        "1. The bell rang: It rang – B C, A no indication as of 2024-03-04 08:00 UTC" in told["Who is behind it?"].text
    )
    assert bell_rang.claims[0].text == "It rang"
    assert at_the_ford.url == "https://press.example/1"
    assert {each.mark for each in told.values()} == {Mark.GREEN}
    assert len(origins([bell_rang.id, at_the_ford.id], {each.id: each for each in told.values()})) == 1, "one voice"
