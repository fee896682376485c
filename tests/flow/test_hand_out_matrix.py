"""A matrix of hypotheses leaves whole or not at all: each row, what it rests on, and all that was judged."""

from typing import Any

import pytest

from tests.flow.test_hand_out import PLANTED, objects, offered, plant
from tests.stix.published import faults
from tests.web.desk_case import Desk, at, incident, open_case, report
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.exchange.listed import items
from tocsin.flow.threat import hypothesize, weigh
from tocsin.report.facts import Claim
from tocsin.stix import check
from tocsin.stix.extensions import Matrix, heard
from tocsin.stix.model import refs
from tocsin.threat.facts import ActorListed, Bearing
from tocsin.threat.handed_out import Released
from tocsin.threat.hypotheses.decide import DECEPTION, Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id

WHO = matrix_id("case", Asks.WHO)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    open_case(desk, mark=Mark.GREEN)
    claims = (Claim(text="Vans"), Claim(text="They paid in cash"))
    report(desk, "open", "press", "Vans at the gate", mark=Mark.GREEN, claims=claims)
    desk.do(hypothesize.open_matrix, "case", Asks.WHO)
    desk.do(hypothesize.state_hypothesis, WHO, "them", "It is the brothers", actor="group")
    row(desk, "vans", "open", claim=1)
    return desk


def row(desk: Desk, key: str, item: Id | None = None, **more: Any) -> None:
    """Enter a row, and judge it."""
    desk.do(hypothesize.enter_row, WHO, key, item=item, **more)
    desk.do(hypothesize.judge, WHO, [Said(row=key, hypothesis="them", consistency=Consistency.VERY_CONSISTENT)])


def sent(desk: Desk, mark: Mark = Mark.GREEN, who: Id = "vale", **more: Any) -> list[dict[str, Any]]:
    return [said for said in objects(offered(desk, mark, who, **more)) if heard(said, Matrix)]


def stays(desk: Desk, mark: Mark = Mark.GREEN, who: Id = "vale", **more: Any) -> Stays | None:
    [one] = [one for one in offered(desk, mark, who, **more).chosen if one.item.kind == "matrix"]
    return one.stays


def test_a_matrix_says_who_may_be_behind_it_by_what_and_how_each_was_judged(desk: Desk) -> None:
    none = Said(row="vans", hypothesis=DECEPTION, consistency=Consistency.NO_INDICATION, as_of=at(7))
    desk.do(hypothesize.judge, WHO, [none], why="Nobody gains by it.")
    desk.do(
        hypothesize.judge, WHO, [Said(row="vans", hypothesis="them", consistency=Consistency.INCONSISTENT)], why="Cash?"
    )
    desk.do(hypothesize.state_hypothesis, WHO, "nobody", "It is nobody")
    desk.do(hypothesize.set_aside, WHO, "nobody", "Somebody paid.")
    desk.do(hypothesize.weigh_row, WHO, "vans", relevance=Weight.HIGH, credibility=Weight.LOW, why="It is hearsay.")
    row(desk, "ours", words="They have done so before.")
    made = offered(desk, Mark.GREEN)
    [note] = [said for said in objects(made) if heard(said, Matrix)]
    form = heard(note, Matrix)
    assert form is not None
    assert form.asks == "who"
    assert [(one.words, one.deception, one.aside_why) for one in form.hypotheses] == [
        ("", True, ""), ("It is the brothers", False, ""), ("It is nobody", False, "Somebody paid."),
    ]  # fmt: skip
    ids = {said["id"]: said for said in objects(made)}
    assert ids[form.hypotheses[1].actor_ref]["name"] == "The group"
    vans, ours = form.rows
    assert (ids[vans.item_ref]["name"], vans.claim) == ("Vans at the gate", 1)
    assert [(one.relevance, one.credibility, one.why) for one in vans.weighings] == [
        ("medium", None, ""), ("high", "low", "It is hearsay."),
    ]  # fmt: skip
    assert [(one.hypothesis, one.consistency, one.as_of, one.why) for one in vans.judgements] == [
        (1, "CC", None, ""), (1, "I", None, "Cash?"), (0, "no_indication", "2024-03-07T09:00:00.000Z", "Nobody gains by it."),
    ]  # fmt: skip
    assert (ours.item_ref, ours.words) == ("", "They have done so before.")
    assert set(note["object_refs"]) == {said["id"] for said in ids.values() if said["type"] == "campaign"} | {
        vans.item_ref, form.hypotheses[1].actor_ref,
    }  # fmt: skip
    for line in (
        "A: Deception: somebody wants us to believe one of the others",
        "C: It is nobody (set aside: Somebody paid.)",
        "1. Vans at the gate: They paid in cash – B I, A no indication as of 2024-03-07 09:00 UTC",
        "2. They have done so before. – B CC",
    ):
        assert line in note["content"].splitlines()
    for who in ("vale", "them", "vans", "nobody", "ours"):
        assert f'"{who}"' not in made.file.decode(), "what we call things and people stays here"
    assert check(made.file) == []
    assert [faults(said) for said in objects(made)] == [[]] * len(objects(made))


@pytest.mark.parametrize("mark", [one for one in Mark if one is not Mark.CLEAR])
def test_a_matrix_goes_no_further_than_its_strictest_row(desk: Desk, mark: Mark) -> None:
    plant(desk)
    for one, word in list(PLANTED.items())[: list(Mark).index(mark) + 1]:
        row(desk, word, f"r-{one.name.lower()}", words=f"They said {word}.")
    for told in [one for one in Mark if one is not Mark.CLEAR]:
        made = offered(desk, told, to=("brandt",) if told is Mark.RED else (), within=told is Mark.AMBER_STRICT)
        matrix = [said for said in objects(made) if heard(said, Matrix)]
        assert bool(matrix) == (list(Mark).index(told) >= list(Mark).index(mark)), told
        for stricter in list(Mark)[list(Mark).index(told) + 1 :]:
            assert PLANTED[stricter].lower() not in made.file.decode().lower()
        if matrix:
            assert {id for said in matrix for _, id in refs(said)} <= {said["id"] for said in objects(made)}
    if mark is not Mark.GREEN:
        assert stays(desk) is Stays.RESTS


def test_that_a_matrix_stays_is_said_with_the_reason(desk: Desk) -> None:
    row(desk, "first", "first")
    [one] = [each for each in items(offered(desk, Mark.GREEN)) if each["kind"] == "matrix"]
    assert (one["title"], one["stays"], one["why"]) == (
        "Who is behind it?",
        "rests",
        "rests on what may not go so far",
    )
    assert one["mark"] is None, "how strict it is would say more"


def test_whoever_may_not_read_a_row_lets_no_matrix_out(desk: Desk) -> None:
    report(desk, "red", "partner", "Between us", mark=Mark.RED, readers=("vale", "brandt"))
    row(desk, "red", "red")
    assert sent(desk, Mark.RED, "vale", to=("brandt",))
    assert stays(desk, Mark.RED, "lindqvist", to=("brandt",)) is Stays.RESTS
    assert stays(desk, Mark.RED, "vale", to=("host",)) is Stays.READERS


def test_an_incident_in_a_row_takes_with_it_the_reports_that_tell_of_it(desk: Desk) -> None:
    report(desk, "told", "partner", "They told us", mark=Mark.AMBER)
    incident(desk, "fire", "A fire", at(6), "told", mark=Mark.GREEN)
    row(desk, "fire", "fire")
    assert "A fire" not in offered(desk, Mark.GREEN).file.decode(), (
        "it goes no further than the report that tells of it"
    )
    assert stays(desk) is Stays.RESTS, "by whom it is known is part of what the rows come to"
    assert len(sent(desk, Mark.AMBER)) == 1


def test_a_row_whose_report_is_held_back_holds_the_matrix_back(desk: Desk) -> None:
    row(desk, "first", "first")
    assert stays(desk) is Stays.RESTS
    desk.do(hypothesize.drop_row, WHO, "first", "It tells nothing apart.")
    assert stays(desk) is None
    assert "It tells nothing apart" not in offered(desk, Mark.GREEN).file.decode()


@pytest.mark.parametrize("dropped", [True, False])
def test_words_of_stricter_material_hold_it_back_until_somebody_lets_them_go(desk: Desk, dropped: bool) -> None:
    report(desk, "told", "partner", "A cell near Karabulak", mark=Mark.AMBER)
    if dropped:
        row(desk, "told", "told")
        desk.do(hypothesize.drop_row, WHO, "told", "Too close.")
    else:
        desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    desk.do(hypothesize.judge, WHO, [Said(row="vans", hypothesis=DECEPTION, consistency=Consistency.INCONSISTENT)],
            why="They are from Karabulak.")  # fmt: skip
    assert stays(desk) is Stays.WORDS
    assert "Karabulak" not in offered(desk, Mark.GREEN).file.decode()
    let_go = (Released(key="matrix:who", why="It was in the news."),)
    assert len(sent(desk, released=let_go)) == 1
    assert sent(desk, who="temp", released=let_go) == [], "they may not judge it"


def test_an_actor_whom_only_a_hypothesis_names_goes_with_it(desk: Desk) -> None:
    desk.do(weigh.list_actor, ActorListed(subject="others", occurred_at=desk.moment, name="The Karabulak brigade"))
    desk.do(hypothesize.state_hypothesis, WHO, "others", "It is somebody else", actor="others")
    [note] = sent(desk)
    form = heard(note, Matrix)
    assert form is not None
    actors = {said["id"]: said["name"] for said in objects(offered(desk, Mark.GREEN)) if said["type"] == "threat-actor"}
    assert actors[form.hypotheses[2].actor_ref] == "The Karabulak brigade"
    row(desk, "first", "first")
    assert "Karabulak" not in offered(desk, Mark.GREEN).file.decode()
    report(desk, "told", "partner", "A cell near Karabulak", mark=Mark.AMBER_STRICT)
    desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    assert "Karabulak" not in offered(desk, Mark.AMBER).file.decode(), "a name that stands only in stricter material"


def test_no_score_is_sent_and_nothing_changes_that_nobody_changed(desk: Desk) -> None:
    [before] = sent(desk)
    desk.until(at(8))
    assert sent(desk) == [before]
    row(desk, "ours", words="They have done so before.")
    [after] = sent(desk)
    assert (after["id"], after["created"]) == (before["id"], before["created"])
    assert after["modified"] == "2024-03-08T09:00:00.000Z" > before["modified"]
