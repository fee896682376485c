"""A case is handed out no further than its marks let it go: objects, references, words, counts, and who said it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.stix.published import faults
from tests.web.desk_case import READERS, Desk, at, incident, open_case, report
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.exchange.hand_out import Offer, Wish, hand_out, offer
from tocsin.flow.outcome import judge
from tocsin.flow.threat import cases, joining, weigh
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.report.facts import ReportRevised
from tocsin.stix import check
from tocsin.stix.extensions import Grade, Likelihood, Question, heard
from tocsin.stix.model import refs
from tocsin.stix.tlp import IDS
from tocsin.threat.facts import (
    Bearing,
    Confidence,
    NoIndicationStated,
    PartyAccused,
    ThreatAssessed,
    ThreatOpened,
)
from tocsin.threat.handed_out import HandedOut, Released

PLANTED = dict(zip(Mark, ("Cloudberry", "Greengage", "Amberjack", "Strictwort", "Quillwort"), strict=True))
READ = {Mark.RED: ("vale", "brandt")}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    open_case(desk, mark=Mark.GREEN)
    return desk


def plant(desk: Desk) -> None:
    """At each mark: a report, an incident that rests on it, a judgement and an accusation that rest on it and quote it."""
    for mark, word in PLANTED.items():
        name = mark.name.lower()
        report(
            desk, f"r-{name}", "partner", f"Heard of {word} at {word.upper()}-7", mark=mark, readers=READ.get(mark, ()),
            relays="first", credibility=2,
        )  # fmt: skip
        desk.do(weigh.link_evidence, "case", f"r-{name}", Bearing.FOR)
        if mark is not Mark.RED:
            incident(desk, f"i-{name}", f"Seen: {word}", at(6), f"r-{name}", mark=mark, point=(54.5, 36.2))
        desk.do(
            weigh.assess_threat, "case", likelihood=(0.55, 0.8), confidence=Confidence.LOW, grounds=f"They said {word}.",
            why="Asked", reports=(f"r-{name}",),
        )  # fmt: skip
        accused = PartyAccused(
            subject="case",
            occurred_at=desk.moment,
            party=f"The {word}s",
            accuser=f"A {word}",
            words=word,
            report=f"r-{name}",
        )
        desk.do(weigh.note_attribution, accused)
    # A judgement that names no report and quotes the strictest of them all the same.
    assessed(desk, f"Between us: {PLANTED[Mark.RED]}.")


def assessed(desk: Desk, grounds: str) -> None:
    desk.do(
        weigh.assess_threat, "case", likelihood=(0.2, 0.3), confidence=Confidence.LOW, grounds=grounds, why="", reports=()
    )  # fmt: skip


def offered(
    desk: Desk, mark: Mark, who: Id = "vale", to: tuple[Id, ...] = (), threat: Id = "case", **more: Any
) -> Offer:
    with desk.store.look() as look:
        wish = Wish(threat=threat, mark=mark, to=to, whom="The neighbours", **more)
        return offer(desk.house, look, wish, READERS[who], "handing", desk.moment)


def objects(made: Offer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(made.file)["objects"]
    return found


ALLOWED = [mark for mark in Mark if mark is not Mark.CLEAR]


@pytest.mark.parametrize("mark", ALLOWED)
@pytest.mark.parametrize("who", ["vale", "lindqvist"])
def test_no_word_planted_in_stricter_material_leaves(desk: Desk, mark: Mark, who: Id) -> None:
    plant(desk)
    text = offered(desk, mark, who, within=mark is Mark.AMBER_STRICT).file.decode()
    stricter = [PLANTED[one] for one in list(Mark)[list(Mark).index(mark) + 1 :]]
    # It is for nobody in particular, so for nobody of ours either.
    stricter += [PLANTED[Mark.RED], PLANTED[Mark.AMBER_STRICT]] if mark is Mark.RED else []
    for word in stricter:
        assert word.lower() not in text.lower(), word
    for id in ("vale", "lindqvist", "brandt", "r-green", "case"):
        assert f'"{id}"' not in text, "what we call things and people stays here"
    if mark is not Mark.RED:
        for other, id in IDS.items():
            if list(Mark).index(other) > list(Mark).index(mark):
                assert id not in text, "not even a mark tells that there is more"
    assert PLANTED[Mark.GREEN] in text


def test_no_word_of_what_was_split_off_leaves_with_the_case_that_it_came_out_of(desk: Desk) -> None:
    word = PLANTED[Mark.AMBER]
    report(desk, "strict", "partner", f"Heard of {word}", mark=Mark.AMBER, credibility=2)
    report(desk, "open", "press", "Vans at the gate", mark=Mark.GREEN, credibility=3)
    desk.do(weigh.link_evidence, "case", "strict", Bearing.FOR)
    desk.do(weigh.link_evidence, "case", "open", Bearing.FOR, why=f"It fits what {word} said.")
    desk.do(cases.raise_question, "case", "who", f"Is {word} alone?")
    off = ThreatOpened(subject="off", occurred_at=desk.moment, title="Another plan", zone="Europe/Moscow", owner="vale")
    desk.do(joining.split_case, "case", off, ["strict"], "They are two plans.")
    text = offered(desk, Mark.GREEN).file.decode()
    assert word.lower() not in text.lower()
    assert "Vans at the gate" in text


def test_no_word_of_what_stayed_where_a_case_came_out_of_leaves_with_it(desk: Desk) -> None:
    word = PLANTED[Mark.AMBER]
    report(desk, "strict", "partner", f"Heard of {word}", mark=Mark.AMBER, credibility=2)
    report(desk, "open", "press", "Vans at the gate", mark=Mark.GREEN, credibility=3)
    desk.do(weigh.link_evidence, "case", "strict", Bearing.FOR)
    desk.do(weigh.link_evidence, "case", "open", Bearing.FOR, why=f"It fits what {word} said.")
    off = ThreatOpened(subject="off", occurred_at=desk.moment, title="Another plan", zone="Europe/Moscow", owner="vale")
    desk.do(joining.split_case, "case", off, ["open"], "They are two plans.")
    with desk.store.look() as look:
        wish = Wish(threat="off", mark=Mark.GREEN, to=(), whom="The neighbours")
        text = offer(desk.house, look, wish, READERS["vale"], "handing", desk.moment).file.decode()
    assert word.lower() not in text.lower()
    assert "Vans at the gate" in text


def test_no_word_of_what_was_unlinked_leaves_with_what_was_written_before(desk: Desk) -> None:
    word = PLANTED[Mark.AMBER]
    report(desk, "strict", "partner", f"Heard of {word}", mark=Mark.AMBER, credibility=2)
    report(desk, "open", "press", "Vans at the gate", mark=Mark.GREEN, credibility=3)
    desk.do(weigh.link_evidence, "case", "strict", Bearing.FOR)
    desk.do(weigh.link_evidence, "case", "open", Bearing.FOR, why=f"It fits what {word} said.")
    desk.do(weigh.unlink_evidence, "case", "strict", "It was about something else.")
    text = offered(desk, Mark.GREEN).file.decode()
    assert word.lower() not in text.lower()
    assert "Vans at the gate" in text


def test_what_a_case_took_in_leaves_with_it_and_what_that_took_in(desk: Desk) -> None:
    for name in ("ford", "weir"):
        report(desk, f"r-{name}", "press", f"Seen at the {name}", mark=Mark.CLEAR, credibility=3)
        opened = ThreatOpened(
            subject=name, occurred_at=desk.moment, title=name, zone="Europe/Moscow", owner="vale", mark=Mark.GREEN
        )
        desk.do(weigh.open_threat, opened)
        desk.do(weigh.link_evidence, name, f"r-{name}", Bearing.FOR)
    desk.do(joining.merge_cases, "weir", "ford", "One plan")
    desk.do(joining.merge_cases, "ford", "case", "One plan")
    text = offered(desk, Mark.GREEN).file.decode()
    assert "Seen at the ford" in text
    assert "Seen at the weir" in text


@pytest.mark.parametrize("mark", ALLOWED)
def test_what_leaves_is_right_and_refers_to_nothing_that_stays(desk: Desk, mark: Mark) -> None:
    plant(desk)
    made = offered(desk, mark, within=mark is Mark.AMBER_STRICT)
    assert check(made.file) == []
    for said in objects(made):
        assert faults(said) == [], said
    ids = {said["id"] for said in objects(made)}
    assert {id for said in objects(made) for _, id in refs(said)} <= ids


def test_a_red_thing_goes_to_those_who_are_named_by_it_and_to_nobody_else(desk: Desk) -> None:
    plant(desk)
    word = PLANTED[Mark.RED]
    assert word in offered(desk, Mark.RED, to=("brandt",)).file.decode()
    for to in [("host",), ("brandt", "host"), ()]:
        assert word not in offered(desk, Mark.RED, to=to).file.decode(), to
    assert word not in offered(desk, Mark.AMBER_STRICT, to=("brandt",)).file.decode()
    assert word not in offered(desk, Mark.RED, "lindqvist", to=("brandt",)).file.decode(), (
        "they may not read it themselves"
    )


def test_whoever_may_not_read_a_report_does_not_see_that_it_stays(desk: Desk) -> None:
    plant(desk)
    shown = [one.item.key for one in offered(desk, Mark.GREEN, "temp").chosen]
    assert "report:r-green" in shown
    assert not [key for key in shown if "red" in key or "amber" in key]
    assert "report:r-red" in [one.item.key for one in offered(desk, Mark.GREEN, "vale").chosen]


def test_a_count_does_not_tell_how_much_stays(desk: Desk) -> None:
    report(desk, "open", "press", "Open", mark=Mark.GREEN)
    desk.do(weigh.link_evidence, "case", "open", Bearing.FOR)
    before = offered(desk, Mark.GREEN).file
    report(desk, "hidden", "partner", "Hidden", mark=Mark.RED, readers=("vale",))
    desk.do(weigh.link_evidence, "case", "hidden", Bearing.FOR)
    assert offered(desk, Mark.GREEN).file == before, "not one byte tells of it"


def test_the_case_itself_bounds_how_far_it_goes(desk: Desk) -> None:
    with pytest.raises(Refused, match="TLP:GREEN and may not go as TLP:CLEAR"):
        offered(desk, Mark.CLEAR)


@pytest.mark.parametrize("who", ["adeyemi", "sorel", "staff-1"])
def test_only_officers_hand_out(desk: Desk, who: Id) -> None:
    with pytest.raises(Refused, match="officer"):
        offered(desk, Mark.AMBER, who)


def test_words_of_stricter_material_stay_until_somebody_who_knows_them_lets_them_go(desk: Desk) -> None:
    report(desk, "told", "partner", "A cell near Karabulak", mark=Mark.AMBER)
    desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    assessed(desk, "We look at Karabulak.")
    kept = {one.item.key: one for one in offered(desk, Mark.GREEN).chosen}
    assert kept["assessment:2"].stays is Stays.WORDS
    assert kept["assessment:2"].words == ("karabulak",)
    let_go = (Released(key="assessment:2", why="It was in the news."),)
    assert "Karabulak" in offered(desk, Mark.GREEN, released=let_go).file.decode()
    assert "Karabulak" not in offered(desk, Mark.GREEN, "temp", released=let_go).file.decode(), "they may not judge it"
    with pytest.raises(Refused, match="Say why"):
        offered(desk, Mark.GREEN, released=(Released(key="assessment:2", why=" "),))


def judged(desk: Desk, **rests: Any) -> None:
    desk.do(
        weigh.assess_threat, "case", likelihood=(0.8, 0.95), confidence=Confidence.HIGH, grounds="It comes together.",
        why="Asked", **rests,
    )  # fmt: skip


def of_estimate(desk: Desk, mark: Mark = Mark.AMBER) -> Stays | None:
    within = mark is Mark.AMBER_STRICT
    return next(one.stays for one in offered(desk, mark, within=within).chosen if one.item.key == "assessment:2")


@pytest.mark.parametrize(
    ("linked", "bearing", "stays"),
    [
        pytest.param("told", Bearing.FOR, Stays.RESTS, id="a report that speaks for it"),
        pytest.param("told", Bearing.AGAINST, Stays.RESTS, id="one that speaks against it"),
        pytest.param("told", Bearing.CONTEXT, None, id="one that does neither"),
        pytest.param("strict", Bearing.FOR, Stays.RESTS, id="an incident"),
        pytest.param("open", Bearing.FOR, Stays.RESTS, id="what tells of an incident"),
    ],
)
def test_where_nobody_says_on_what_an_estimate_rests_it_goes_no_further_than_all_that_points_either_way(
    desk: Desk, linked: Id, bearing: Bearing, stays: Stays | None
) -> None:
    report(desk, "told", "partner", "A cell", mark=Mark.AMBER_STRICT)
    if linked == "told":
        desk.do(weigh.link_evidence, "case", "told", bearing)
    else:
        incident(desk, linked, "A raid", at(6), "told" if linked == "open" else "first",
                 mark=Mark.GREEN if linked == "open" else Mark.AMBER_STRICT)  # fmt: skip
    judged(desk)
    assert of_estimate(desk) is stays
    assert of_estimate(desk, Mark.AMBER_STRICT) is None


@pytest.mark.parametrize(
    ("rests", "stays"),
    [
        pytest.param({"reports": ()}, None, id="on nothing in particular"),
        pytest.param({"reports": ("open",)}, None, id="on what may go"),
        pytest.param({"reports": ("told",)}, Stays.RESTS, id="on what may not"),
        pytest.param({"reports": (), "incidents": ("seen",)}, Stays.RESTS, id="on what tells of an incident"),
    ],
)
def test_an_estimate_goes_no_further_than_what_it_is_said_to_rest_on(
    desk: Desk, rests: dict[str, tuple[Id, ...]], stays: Stays | None
) -> None:
    report(desk, "told", "partner", "A cell", mark=Mark.AMBER_STRICT)
    report(desk, "open", "press", "A cell", mark=Mark.GREEN)
    incident(desk, "seen", "A raid", at(6), "told", mark=Mark.GREEN)
    for id in ("told", "open", "seen"):
        desk.do(weigh.link_evidence, "case", id, Bearing.FOR)
    judged(desk, **rests)
    assert of_estimate(desk) is stays


def test_what_is_linked_after_an_estimate_holds_it_back_no_more(desk: Desk) -> None:
    judged(desk)
    report(desk, "told", "partner", "A cell", mark=Mark.AMBER_STRICT)
    desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    assert of_estimate(desk) is None


def test_an_estimate_of_before_that_named_nothing_rests_on_all_that_points_either_way(desk: Desk) -> None:
    report(desk, "told", "partner", "A cell", mark=Mark.AMBER_STRICT)
    desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    before = ThreatAssessed(
        subject="case", occurred_at=desk.moment, likelihood=(0.8, 0.95), confidence=Confidence.HIGH,
        grounds="It comes together.", why="Asked", assessor="vale",
    )  # fmt: skip
    desk.store.commit([before], at=desk.moment, by="vale", command="before")
    assert of_estimate(desk) is Stays.RESTS


def test_an_estimate_rests_on_nothing_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(Refused, match="There is no report nowhere"):
        judged(desk, reports=("nowhere",))
    with pytest.raises(Refused, match="There is no incident nowhere"):
        judged(desk, reports=(), incidents=("nowhere",))


def marks_of(made: Offer) -> dict[str, list[str]]:
    return {said["content"]: said["object_marking_refs"] for said in objects(made) if said["type"] == "note"}


def test_a_text_bears_the_mark_of_the_words_that_it_holds(desk: Desk) -> None:
    report(desk, "told", "partner", "A cell near Karabulak", mark=Mark.AMBER)
    report(desk, "open", "press", "A cell near Malgobek", mark=Mark.GREEN)
    for id in ("told", "open"):
        desk.do(weigh.link_evidence, "case", id, Bearing.FOR)
    assessed(desk, "We look at Karabulak.")
    assessed(desk, "We look at Malgobek.")
    marks = marks_of(offered(desk, Mark.AMBER_STRICT))
    assert marks["We look at Karabulak."] == [IDS[Mark.AMBER]]
    assert marks["We look at Malgobek."] == [IDS[Mark.GREEN]]


def test_a_text_that_somebody_let_go_bears_the_mark_of_that_file(desk: Desk) -> None:
    report(desk, "told", "partner", "A cell near Karabulak", mark=Mark.AMBER_STRICT)
    desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    assessed(desk, "We look at Karabulak.")
    let_go = (Released(key="assessment:2", why="It was in the news."),)
    for mark in (Mark.GREEN, Mark.AMBER):
        assert marks_of(offered(desk, mark, released=let_go))["We look at Karabulak."] == [IDS[mark]]


@pytest.mark.parametrize("mark", ALLOWED)
def test_what_bears_a_looser_mark_than_its_file_could_have_left_by_that_mark(desk: Desk, mark: Mark) -> None:
    order = list(Mark)
    plant(desk)
    for word in PLANTED.values():
        for text in (f"Look for {word}.", f"Look for {word} and {PLANTED[Mark.GREEN]}."):
            assessed(desk, text)
    for looser in order[1 : order.index(mark)]:
        allowed = [IDS[one] for one in order[: order.index(looser) + 1]]
        by_itself = {said["id"]: said for said in objects(offered(desk, looser))}
        found = [
            said
            for said in objects(offered(desk, mark, within=mark is Mark.AMBER_STRICT))
            if set(said.get("object_marking_refs", "-")) <= set(allowed)
        ]
        assert found
        assert [said for said in found if by_itself.get(said["id"]) != said and said["type"] != "grouping"] == [], (
            looser
        )


def test_a_question_goes_as_far_as_its_case_and_without_words_of_stricter_material(desk: Desk) -> None:
    report(desk, "told", "partner", "A cell near Karabulak", mark=Mark.AMBER)
    desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    for id, words in (("q1", "Who has the keys?"), ("q2", "Who is in Karabulak?"), ("q3", "Who rang?")):
        desk.do(cases.raise_question, "case", id, words)
    desk.do(cases.close_question, "case", "q3", "Somebody from Karabulak.")
    made = offered(desk, Mark.GREEN)
    kept = {one.item.key: one.stays for one in made.chosen if one.item.kind == "question"}
    assert kept == {"question:q1": None, "question:q2": Stays.WORDS, "question:q3": Stays.WORDS}
    assert [said["content"] for said in objects(made) if heard(said, Question)] == ["Who has the keys?"]
    assert check(made.file) == []


def test_a_source_is_named_only_for_what_it_published(desk: Desk) -> None:
    report(desk, "paper", "press", "In the paper", mark=Mark.GREEN, url="https://press.example/1")
    report(desk, "phone", "partner", "By telephone", mark=Mark.GREEN)
    for id in ("paper", "phone"):
        desk.do(weigh.link_evidence, "case", id, Bearing.FOR)
    text = offered(desk, Mark.GREEN).file.decode()
    assert "The press" in text
    assert "A partner service" not in text


def test_grades_and_likelihood_stand_in_extensions_and_never_in_a_number(desk: Desk) -> None:
    report(desk, "unknown", "press", "Who knows", mark=Mark.GREEN)
    desk.do(weigh.link_evidence, "case", "unknown", Bearing.AGAINST)
    found = objects(offered(desk, Mark.AMBER))
    assert not [said for said in found if "confidence" in said]
    grades = [grade for said in found if (grade := heard(said, Grade))]
    assert ("C", "6") in {(one.reliability, one.credibility) for one in grades}
    likely = [one for said in found if (one := heard(said, Likelihood))]
    assert [(one.low, one.high, one.word, one.confidence) for one in likely] == [
        (0.2, 0.45, "unlikely", "moderate"), (0.55, 0.8, "likely", "moderate"),
    ]  # fmt: skip


def test_those_who_repeat_one_voice_still_count_as_one_there(desk: Desk) -> None:
    for id in ("one", "two"):
        report(desk, id, "press", id, mark=Mark.GREEN, relays="first")
        desk.do(weigh.link_evidence, "case", id, Bearing.FOR)
    grades = [grade for said in objects(offered(desk, Mark.GREEN)) if (grade := heard(said, Grade))]
    assert len({one.origin for one in grades if one.origin}) < len(grades)


def test_what_became_of_it_leaves_too(desk: Desk) -> None:
    desk.do(
        judge.note_event,
        EventStruck(
            subject="case", occurred_at=at(22, 17), what="Attack on a concert hall", place="Crocus", point=(55.8, 37.4)
        ),
    )
    desk.until(at(23))
    judged = OutcomeJudged(
        subject="case", occurred_at=desk.moment, course=Course.CARRIED_OUT, time=Verdict.MISS, place=Verdict.MATCH,
        target=Verdict.MATCH, actor=Verdict.MATCH, judge="brandt", why="It came late.",
    )  # fmt: skip
    desk.do(judge.judge_outcome, judged, by="brandt")
    no_indication = NoIndicationStated(
        subject="case", occurred_at=desk.moment, party="A state", as_of=at(22), speaker="We", words="None."
    )
    desk.do(weigh.note_attribution, no_indication)
    made = offered(desk, Mark.AMBER)
    kinds = {said["type"] for said in objects(made)}
    assert {
        "campaign",
        "threat-actor",
        "report",
        "incident",
        "location",
        "sighting",
        "opinion",
        "note",
        "grouping",
        "relationship",
    } <= kinds
    assert check(made.file) == []
    assert [faults(said) for said in objects(made)] == [[]] * len(objects(made))


def hands(desk: Desk, handing: Id, mark: Mark = Mark.GREEN, **more: Any) -> bytes:
    wish = Wish(threat="case", mark=mark, whom="The neighbours", **more)
    return hand_out(desk.house, handing, wish, READERS["vale"], by="vale", command=f"hand:{handing}", now=desk.moment)


def test_that_it_went_is_written_down_with_exactly_what_went(desk: Desk) -> None:
    file = hands(desk, "h1")
    with desk.store.look() as look:
        [kept] = look.all(HandedOut, threat="case")
    assert (kept.by, kept.mark, kept.whom) == ("vale", Mark.GREEN, "The neighbours")
    ids = [said["id"] for said in json.loads(file)["objects"]]
    assert {one.id for one in kept.objects} <= set(ids)
    assert hands(desk, "h1") == file, "asked twice, it is handed out once"


def test_for_nobody_nothing_is_handed_out(desk: Desk) -> None:
    with pytest.raises(Refused, match="for whom"):
        hand_out(
            desk.house, "h1", Wish(threat="case", mark=Mark.GREEN), READERS["vale"], by="vale", command="h", now=desk.moment
        )  # fmt: skip


def test_what_was_said_before_keeps_its_version_and_what_changed_gets_a_new_one(desk: Desk) -> None:
    first = {said["id"]: said for said in json.loads(hands(desk, "h1", Mark.AMBER))["objects"]}
    desk.until(at(8))
    assessed(desk, "Again.")
    again = {said["id"]: said for said in json.loads(hands(desk, "h2", Mark.AMBER))["objects"]}
    changed = {said["type"] for id, said in again.items() if id in first and first[id] != said}
    assert changed == {"grouping"}
    group = next(said for said in again.values() if said["type"] == "grouping")
    assert group["created"] < group["modified"] == "2024-03-08T09:00:00.000Z"


def revised(desk: Desk, id: Id, text: str, mark: Mark) -> None:
    said = ReportRevised(
        subject=id, occurred_at=desk.moment, title=text, text=text, published_at=None, url=None, language="en", claims=(), mark=mark,
        readers=(),
    )  # fmt: skip
    desk.store.commit([said], at=desk.moment, by="vale", command=f"revised:{id}")


def test_what_was_written_of_a_report_before_its_source_said_it_anew_goes_no_further_than_it_did(desk: Desk) -> None:
    report(desk, "partners", "partner", "Heard of Amberjack", mark=Mark.AMBER, credibility=2)
    desk.do(weigh.link_evidence, "case", "partners", Bearing.FOR, why="They are sure.")
    desk.do(cases.raise_question, "case", "who", "Is Amberjack alone?")
    judged: dict[str, Any] = {"likelihood": (0.55, 0.8), "confidence": Confidence.LOW, "reports": ("partners",)}
    desk.do(weigh.assess_threat, "case", grounds="They are seldom wrong.", why="Asked", **judged)
    desk.moment += timedelta(minutes=5)
    revised(desk, "partners", "Heard of somebody", Mark.GREEN)
    desk.do(weigh.assess_threat, "case", grounds="They say less now.", why="Asked", **judged)
    text = offered(desk, Mark.GREEN).file.decode()
    assert "amberjack" not in text.lower()
    assert "They are sure." not in text
    assert "They are seldom wrong." not in text
    assert "Heard of somebody" in text
    assert "They say less now." in text
