"""What others told to this organisation alone leaves it in no file: no object, no name, no word, no reference, no mark."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.flow.test_brought import comes, green, told
from tests.flow.test_hand_out import objects, offered, revised
from tests.web.desk_case import READERS, Desk, at, incident, open_case, people, report, sources
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.exchange.hand_out import Wish, hand_out
from tocsin.flow.outcome import judge
from tocsin.flow.report import receive
from tocsin.flow.threat import cases, hypothesize, weigh
from tocsin.flow.threat.observing import observe, put_on_checklist
from tocsin.outcome.facts import EventStruck
from tocsin.report.facts import Reliability, SourceListed
from tocsin.report.foreign import ForeignObject
from tocsin.stix import check
from tocsin.stix.extensions import Grade, said_by
from tocsin.stix.model import refs
from tocsin.stix.tlp import IDS
from tocsin.threat.facts import ActorListed, Bearing, Confidence, PartyAccused, ThreatOpened
from tocsin.threat.handed_out import CaseHandedOut, HandedOut, Released, fold_handed_out
from tocsin.threat.hypotheses.facts import Asks, matrix_id
from tocsin.threat.indicators import Basis, Indicator, Observed

STRICT, RED = Mark.AMBER_STRICT, Mark.RED
ACTOR = green("threat-actor", mark=STRICT, name="The Strictworts", aliases=["Buckthorns"])
TELLS = {
    **told(ACTOR, extensions=said_by(Grade(reliability="B", credibility="2", origin="Spindlevoice"))),
    "name": "Heard of Quillwort", "description": "They meet at Hawkweed-7.", "object_marking_refs": [IDS[STRICT]],
}  # fmt: skip
MARKERS = ("quillwort", "hawkweed", "strictwort", "buckthorn", "spindlevoice", "redcurrant", TELLS["id"], ACTOR["id"])

WITHIN = {
    "AMBER+STRICT, and it is said that it stays": (STRICT, (), True),
    "RED, for one of ours": (RED, ("brandt",), None),
}
BEYOND: dict[str, tuple[Mark, tuple[Id, ...], bool | None]] = {
    "AMBER+STRICT, and it is said that it goes": (STRICT, (), False),
    "AMBER+STRICT, and nothing is said": (STRICT, (), None),
    "RED, for somebody who is not of ours": (RED, ("host",), None),
    "RED, for one of ours and one who is not": (RED, ("brandt", "host"), None),
    "RED, for nobody": (RED, (), None),
}
HOW = {**WITHIN, **BEYOND}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    open_case(desk, mark=STRICT)
    return desk


def arrives(desk: Desk) -> Id:
    """Take in what a partner sent to us alone, link it, and return its report."""
    comes(desk, ACTOR, TELLS, links=(TELLS,))
    with desk.store.look() as look:
        [kept] = look.all(ForeignObject, foreign_id=TELLS["id"])
    assert kept.report is not None
    return kept.report


def judged(desk: Desk, grounds: str, *reports: Id) -> None:
    desk.do(
        weigh.assess_threat, "case", likelihood=(0.2, 0.3), confidence=Confidence.LOW, grounds=grounds, why="",
        reports=reports,
    )  # fmt: skip


def says_all(desk: Desk, theirs: Id) -> None:
    """Say of the case all that can be said of one: of each kind what rests on what they sent, or quotes it."""
    report(desk, "red", "press", "Once more", mark=RED, readers=("vale", "brandt", "host"), relays=theirs)
    desk.do(weigh.link_evidence, "case", "red", Bearing.FOR, why="It fits Quillwort.")
    listed = ActorListed(subject="one", occurred_at=desk.moment, name="Redcurrant")
    desk.do(weigh.list_actor, listed)
    incident(desk, "seen", "A barge lay at Hawkweed-7", at(6), theirs, mark=STRICT, actor="one", country="RU")
    judged(desk, "It comes together.", theirs)
    judged(desk, "It comes together here.", "red", theirs)
    judged(desk, "Between us: Quillwort.")
    for key, words in (("q1", "Who has the keys?"), ("q2", "Who is Quillwort?"), ("q3", "Who rang?")):
        desk.do(cases.raise_question, "case", key, words)
    desk.do(cases.close_question, "case", "q3", "One of the Strictworts.")
    desk.do(put_on_checklist, "case", (Indicator(key="vans", words="Vans wait"),))
    desk.do(observe, "case", "vans", Observed.OBSERVED, as_of=desk.moment, basis=(Basis(item=theirs),), words="Two")
    desk.do(observe, "case", "vans", Observed.OBSERVED, as_of=desk.moment, words="Quillwort has two")
    accused = PartyAccused(
        subject="case", occurred_at=desk.moment, party="They", accuser="We", words="So", report=theirs
    )
    desk.do(weigh.note_attribution, accused)
    desk.do(hypothesize.open_matrix, "case", Asks.WHO)
    desk.do(hypothesize.enter_row, matrix_id("case", Asks.WHO), "theirs", item=theirs)
    struck = EventStruck(
        subject="case", occurred_at=desk.moment, what="It burnt", place="There", point=(48.2, 16.4), reports=(theirs,)
    )
    desk.do(judge.note_event, struck)


def goes(desk: Desk, how: str, **more: Any) -> Any:
    mark, to, within = HOW[how]
    return offered(desk, mark, to=to, within=within, **more)


def test_what_was_told_to_us_alone_goes_no_further_than_us(desk: Desk) -> None:
    theirs = arrives(desk)
    says_all(desk, theirs)
    only_us = {f"report:{theirs}", "incident:seen"}
    rests = {"assessment:2", "assessment:3", "accused:0", "event", "matrix:who", "noted:0:vans"}
    words = {"assessment:4", "question:q2", "question:q3", "noted:1:vans"}
    ours = {"case", "report:first", "assessment:0", "question:q1", "indication:vans"}
    for how in HOW:
        made = goes(desk, how)
        stays = {one.item.key: one.stays for one in made.chosen}
        came = {one.item.title: one.stays for one in made.chosen if one.item.kind == "came"}
        assert {stays[key] for key in ours} == {None}, how
        if how in WITHIN:
            left = {key for key in (*only_us, *rests, *words) if stays[key] is None}
            assert left >= {*only_us, *words, *(rests - {"assessment:3"})}, how
            assert came == {"The Strictworts": None}, how
            assert TELLS in objects(made)
            assert ACTOR in objects(made)
            continue
        nobody = {Stays.READERS} if how == "RED, for nobody" else set()  # what is RED is for nobody in particular
        assert {stays[key] for key in only_us} == {Stays.ONLY_US}, how
        assert {stays[key] for key in words} == {Stays.WORDS}, how
        assert {stays[key] for key in rests if key in stays} == {Stays.RESTS, *nobody}, how
        assert came in ({}, {"The Strictworts": Stays.ONLY_US}), how
        text = made.file.decode().lower()
        assert [word for word in MARKERS if word in text] == [], how
        assert check(made.file) == []
        there = {said["id"] for said in objects(made)}
        assert {id for said in objects(made) for _, id in refs(said)} <= there, how
        assert ("Once more" in made.file.decode()) == (
            how == "RED, for somebody who is not of ours" or "one who" in how
        )


@pytest.mark.parametrize("how", [how for how in BEYOND if how.startswith("AMBER")])
def test_not_one_byte_of_a_file_for_others_tells_that_there_is_something_for_us_alone(desk: Desk, how: str) -> None:
    before = goes(desk, how).file
    theirs = arrives(desk)
    incident(desk, "seen", "A barge lay at Hawkweed-7", at(6), theirs, mark=STRICT)
    judged(desk, "It comes together.", theirs)
    assert goes(desk, how).file == before


@pytest.mark.parametrize("mark", [Mark.AMBER, Mark.GREEN])
@pytest.mark.parametrize("within", [True, False, None])
def test_at_a_laxer_mark_it_stays_whatever_is_said(tmp_path: Path, mark: Mark, within: bool | None) -> None:
    desk = Desk(tmp_path)
    people(desk)
    sources(desk)
    open_case(desk, mark=Mark.GREEN)
    theirs = arrives(desk)
    made = offered(desk, mark, within=within)
    assert (made.within, {one.item.key: one.stays for one in made.chosen}[f"report:{theirs}"]) == (
        None,
        Stays.MARK,
    )
    assert "quillwort" not in made.file.decode().lower()
    desk.store.close()


def test_a_file_for_others_is_no_newer_version_of_one_that_stayed(desk: Desk) -> None:
    arrives(desk)
    groups = [[one["id"] for one in objects(goes(desk, how)) if one["type"] == "grouping"] for how in HOW]
    assert len({str(one) for one in groups}) == len(HOW) - 1, "only nothing said and said to go are the same"


def test_of_a_red_case_its_reader_from_elsewhere_gets_nothing_that_was_told_to_us_alone(desk: Desk) -> None:
    readers = ("brandt", "host")
    opened = ThreatOpened(
        subject="red-case", occurred_at=desk.moment, title="A plan", zone="Europe/Moscow", owner="vale", mark=RED,
        readers=readers,
    )  # fmt: skip
    desk.do(weigh.open_threat, opened)
    theirs = arrives(desk)
    desk.do(weigh.link_evidence, "red-case", theirs, Bearing.FOR)
    desk.do(cases.raise_question, "red-case", "who", "Who is Quillwort?")
    for to in (("host",), readers, ("brandt",)):
        made = offered(desk, RED, to=to, threat="red-case")
        assert made.within is (to == ("brandt",))
        assert "A plan" in made.file.decode()
        assert ("quillwort" in made.file.decode().lower()) == (to == ("brandt",)), to


def test_what_was_told_to_us_alone_at_first_stays_when_it_is_said_anew_for_more(desk: Desk) -> None:
    report(desk, "partners", "partner", "Heard of Quillwort", mark=STRICT)
    desk.do(weigh.link_evidence, "case", "partners", Bearing.FOR, why="They are sure.")
    desk.do(cases.raise_question, "case", "who", "Is Quillwort alone?")
    desk.moment += timedelta(minutes=5)
    revised(desk, "partners", "Heard of somebody", Mark.AMBER)
    for within in (True, False):
        text = offered(desk, STRICT, within=within).file.decode()
        assert "Heard of somebody" in text
        assert ("quillwort" in text.lower()) == ("They are sure." in text) == within


def test_who_is_named_by_something_of_ours_too_goes_with_that(desk: Desk) -> None:
    theirs = arrives(desk)
    desk.do(weigh.list_actor, ActorListed(subject="one", occurred_at=desk.moment, name="Redcurrant"))
    incident(desk, "seen", "A barge", at(6), theirs, mark=STRICT, actor="one")
    assert "Redcurrant" not in offered(desk, STRICT).file.decode()
    desk.do(hypothesize.open_matrix, "case", Asks.WHO)
    desk.do(hypothesize.state_hypothesis, matrix_id("case", Asks.WHO), "them", "It was done", actor="one")
    made = offered(desk, STRICT)
    assert "Redcurrant" in made.file.decode()
    assert "A barge" not in made.file.decode()


def called(desk: Desk, title: str, **more: Any) -> None:
    """Open another case, on what was sent to us alone."""
    opened = ThreatOpened(
        subject="other", occurred_at=desk.moment, title=title, zone="Europe/Moscow", owner="vale", mark=STRICT, **more
    )
    desk.do(weigh.open_threat, opened)
    desk.do(weigh.link_evidence, "other", arrives(desk), Bearing.FOR)


@pytest.mark.parametrize("more", [
    pytest.param({"title": "The plan of Quillwort"}, id="its title"),
    pytest.param({"title": "It", "place": "Hawkweed-7"}, id="its place"),
    pytest.param({"title": "It", "actors": ("one",)}, id="an actor of it"),
])  # fmt: skip
def test_a_case_that_is_called_by_what_was_told_to_us_alone_stays_until_somebody_lets_it_go(
    desk: Desk, more: dict[str, Any]
) -> None:
    desk.do(weigh.list_actor, ActorListed(subject="one", occurred_at=desk.moment, name="x", aliases=("Quillwort",)))
    called(desk, **more)
    [held] = offered(desk, STRICT, threat="other").chosen
    assert (held.item.key, held.stays) == ("case", Stays.WORDS)
    assert {"quillwort", "hawkweed-7"} & set(held.words)
    wish = Wish(threat="other", mark=STRICT, whom="The neighbours")
    with pytest.raises(Refused, match="called by words that came to this organisation alone"):
        hand_out(desk.house, "h", wish, READERS["vale"], by="vale", command="h", now=desk.moment)
    with desk.store.look() as look:
        assert look.all(HandedOut) == []
    let_go = (Released(key="case", why="They say it themselves."),)
    made = offered(desk, STRICT, threat="other", released=let_go)
    assert TELLS["id"] not in made.file.decode()
    assert any(word in made.file.decode().lower() for word in ("quillwort", "hawkweed-7"))
    assert offered(desk, STRICT, threat="other", within=True).file


def test_who_told_us_alone_is_named_by_a_case_that_stays_within(desk: Desk) -> None:
    listed = SourceListed(
        subject="harrow", occurred_at=desk.moment, name="Harrow", source_kind="person", reliability=Reliability.B
    )
    desk.do(receive.list_source, listed)
    report(desk, "heard", "harrow", "It is soon", mark=STRICT)
    opened = ThreatOpened(
        subject="other",
        occurred_at=desk.moment,
        title="What Harrow said",
        zone="Europe/Moscow",
        owner="vale",
        mark=STRICT,
    )
    desk.do(weigh.open_threat, opened)
    desk.do(weigh.link_evidence, "other", "heard", Bearing.FOR)
    assert "What Harrow said" in offered(desk, STRICT, threat="other", within=True).file.decode()
    [held] = offered(desk, STRICT, threat="other").chosen
    assert held.words == ("harrow",)


def test_that_it_stayed_or_went_is_written_down(desk: Desk) -> None:
    for n, (mark, to, within) in enumerate(HOW.values()):
        wish = Wish(threat="case", mark=mark, to=to, within=within, whom="The neighbours")
        hand_out(desk.house, f"h{n}", wish, READERS["vale"], by="vale", command=f"h{n}", now=desk.moment)
    with desk.store.look() as look:
        kept = {one.id: one.within for one in look.all(HandedOut)}
    assert kept == {f"h{n}": how in WITHIN for n, how in enumerate(HOW)}
    before = CaseHandedOut(
        subject="h",
        occurred_at=desk.moment,
        threat="case",
        mark=STRICT,
        to=(),
        whom="They",
        by="vale",
        objects=(),
        sha256="",
    )
    assert fold_handed_out(None, before).within is None, "of before that was asked"


@pytest.mark.parametrize("mark", [STRICT, RED])
def test_what_stays_within_names_no_reader_who_is_not_of_us(desk: Desk, mark: Mark) -> None:
    with pytest.raises(Refused, match="name a reader who is not of it"):
        offered(desk, mark, to=("brandt", "host"), within=True)
