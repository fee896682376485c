"""What the read door shows to whom: marks, named readers, and that the unreadable is as if it did not exist."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from tests.web.desk_case import (
    READERS,
    Desk,
    alert,
    at,
    draft_alert,
    issue_alert,
    notice,
    open_case,
    people,
    report,
    sources,
)
from tocsin.answer.facts import AnswerKind
from tocsin.answer.institution.state import Proposal
from tocsin.answer.replies import Reply
from tocsin.basis.fact import Erased, State
from tocsin.basis.marking import PUBLIC, Mark, Reader, Role
from tocsin.flow.people.forget import CONSOLE, forget
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.flow.warning import warn
from tocsin.people.facts import SignInSet
from tocsin.report.state import Source
from tocsin.store.door import Door
from tocsin.store.door.record import OPEN, SHUT, AboutWarning, Marked
from tocsin.store.kinds import STATES
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import Bearing
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.made_public import MadePublic
from tocsin.warning.notice.facts import DutyTest

MARKS = list(Mark)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    people(desk)
    sources(desk)
    yield desk
    assert reconcile(desk.store) == []
    desk.store.close()


def sees(desk: Desk, reader: Reader) -> dict[str, object]:
    """Return what one reader finds of the case and its warnings."""
    with desk.store.look() as look:
        door = Door(look, reader)
        told = door.warning("notice")
        threat = door.threat("case")
        return {
            "case": threat is not None,
            "cases": len(door.threats()),
            "notice": told is not None,
            "warnings": len(list(door.warnings())),
            "about": len(door.warnings_about("case")),
            "watches": sum(watch.warning == "notice" for watch, _told in door.unsettled()),
            "reports": sorted(door.reports_about(threat)) if threat else [],
        }


ROLES = {
    "watch officer": Reader(person="w", roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.AMBER),
    "duty officer": Reader(person="d", roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER_STRICT),
    "auditor cleared to RED": Reader(person="a", roles=frozenset({Role.AUDITOR}), cleared_to=Mark.RED),
    "administrator cleared to RED": Reader(person="s", roles=frozenset({Role.ADMINISTRATOR}), cleared_to=Mark.RED),
    "cleared to GREEN": Reader(person="t", roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.GREEN),
    "the public": PUBLIC,
    "named": READERS["vale"],
    "rung by its ladder": READERS["marsh"],
}

REACH = {
    "watch officer": Mark.AMBER,
    "duty officer": Mark.AMBER_STRICT,
    "auditor cleared to RED": Mark.AMBER_STRICT,
    "administrator cleared to RED": Mark.AMBER_STRICT,
    "cleared to GREEN": Mark.GREEN,
    "the public": Mark.CLEAR,
    "named": Mark.RED,
    "rung by its ladder": Mark.RED,
}
"""The strictest mark of a notice that each of them may read. RED is for the named alone, whatever the clearance."""


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("notices"))
    people(desk)
    sources(desk)
    open_case(desk)
    for mark in Mark:
        notice(desk, id=f"notice-{mark.name}", mark=mark)
    yield desk
    desk.store.close()


@pytest.mark.parametrize("mark", MARKS, ids=[mark.name for mark in MARKS])
@pytest.mark.parametrize("who", ROLES)
def test_a_notice_is_read_as_far_as_its_mark_and_no_further(notices: Desk, who: str, mark: Mark) -> None:
    readable = MARKS.index(mark) <= MARKS.index(REACH[who])
    with notices.store.look() as look:
        door = Door(look, ROLES[who])
        told = door.warning(f"notice-{mark.name}")
        assert (told is not None) == readable
        assert (f"notice-{mark.name}" in {one.id for one in door.warnings()}) == readable
        assert (f"notice-{mark.name}" in {one.id for one in door.warnings_about("case")}) == readable
        at_desk = who != "the public"
        assert any(w.warning == f"notice-{mark.name}" for w, _told in door.unsettled()) == (readable and at_desk)


@pytest.mark.parametrize(
    ("mark", "reader", "seen"),
    [
        pytest.param(Mark.AMBER, "lindqvist", True, id="an AMBER case by the cleared"),
        pytest.param(Mark.AMBER, "temp", False, id="an AMBER case not by those cleared to GREEN"),
        pytest.param(Mark.RED, "lindqvist", False, id="a RED case not by those cleared to RED"),
        pytest.param(Mark.RED, "vale", True, id="a RED case by its owner"),
        pytest.param(Mark.GREEN, "staff-1", False, id="a GREEN case not by a recipient"),
    ],
)
def test_a_case_is_read_by_its_mark(desk: Desk, mark: Mark, reader: str, seen: bool) -> None:
    open_case(desk, mark)
    found = sees(desk, READERS[reader])
    assert found["case"] == seen
    assert found["cases"] == int(seen)


def test_a_report_is_left_out_of_a_case_by_its_own_mark(desk: Desk) -> None:
    open_case(desk)
    for mark in Mark:
        report(desk, f"said-{mark.name}", "partner", "Said", mark=mark)
        desk.do(weigh.link_evidence, "case", f"said-{mark.name}", Bearing.FOR)
    with desk.store.look() as look:
        door = Door(look, READERS["lindqvist"])
        threat = door.threat("case")
        assert threat is not None
        said = {id for id in door.reports_about(threat) if id.startswith("said")}
    assert said == {"said-CLEAR", "said-GREEN", "said-AMBER", "said-AMBER_STRICT"}


def test_a_decision_not_to_tell_is_read_like_its_notice(desk: Desk) -> None:
    open_case(desk)
    desk.do(
        warn.decide_duty,
        "notice",
        "case",
        tell=False,
        test=DutyTest(specific=False),
        why="Nothing that anyone could act on",
        ground_not_to="below_threshold",
        proposer="marsh",
        by="brandt",
    )
    assert sees(desk, READERS["brandt"])["notice"] is True
    assert sees(desk, READERS["marsh"])["notice"] is True
    assert sees(desk, READERS["vale"])["notice"] is False  # the owner of the case was not named


def test_a_draft_of_an_alert_goes_no_further_than_its_case(desk: Desk) -> None:
    open_case(desk)
    draft_alert(desk)
    found = {}
    for name in ("vale", "lindqvist", "temp"):
        with desk.store.look() as look:
            found[name] = Door(look, READERS[name]).warning("alert") is not None
    assert found == {"vale": True, "lindqvist": True, "temp": False}
    with desk.store.look() as look:
        assert Door(look, PUBLIC).warning("alert") is None
    issue_alert(desk)
    with desk.store.look() as look:
        assert Door(look, PUBLIC).warning("alert") is not None


def test_the_public_reads_no_delivery_no_answer_and_no_name_of_a_public_alert(desk: Desk) -> None:
    open_case(desk)
    alert(desk)
    desk.answer_by_link("alert", "staff-1", AnswerKind.SAFE)
    for reader in (PUBLIC, READERS["staff-1"]):
        with desk.store.look() as look:
            door = Door(look, reader)
            told = door.warning("alert")
            assert told is not None
            asked = (door.deliveries, door.missed, door.answers, door.watches, door.audience)
            assert [list(ask(told)) for ask in asked] == [[]] * len(asked)
            assert door.tallies(told, desk.moment) == ()
            assert door.people(["vale", "staff-1"]) == {}
            assert door.groups(["staff"]) == {}
            assert door.given_up(told) == set()


def test_the_desk_reads_each_delivery_once_and_calls_are_none(desk: Desk) -> None:
    open_case(desk)
    alert(desk)
    desk.answer_by_link("alert", "staff-1", AnswerKind.SAFE)
    desk.until(at(8, 12))  # by now vale has been called about the silent
    with desk.store.look() as look:
        door = Door(look, READERS["lindqvist"])
        told = door.warning("alert")
        assert told is not None
        stands = {one.person: one.stands.value for one in door.deliveries(told)}
        (tally,) = door.tallies(told, desk.moment)
        assert door.missed(told) == ("staff-6",)
    assert {one.value: count for one, count in tally.counts.items()} == Counter(stands.values())
    assert stands == {
        "staff-1": "answered",
        "staff-2": "accepted",
        "staff-3": "accepted",
        "staff-4": "accepted",
        "staff-5": "dead",
    }


def test_who_is_rung_about_what_they_may_not_read_learns_only_that_it_waits(desk: Desk) -> None:
    open_case(desk, owner="lindqvist")
    notice(desk, ends=desk.moment + timedelta(hours=40))
    desk.until(desk.moment + timedelta(hours=39))  # silence, and a window near its end: the owner is rung of both
    with desk.store.look() as look:
        owner, named = Door(look, READERS["lindqvist"]), Door(look, READERS["brandt"])
        calls = owner.calls()
        assert [call.taken for call in calls] == [False, False]
        assert owner.warning("notice") is None
        assert owner.unsettled() == []
        assert owner.may_take_on(calls[0].watch)
        assert named.calls() == []
        assert calls[0].watch in {watch.id for watch, _told in named.unsettled()}
        assert not Door(look, READERS["adeyemi"]).may_take_on(calls[0].watch)


def test_someone_forgotten_is_named_as_erased(desk: Desk) -> None:
    desk.do(receive.add_people, (SignInSet(subject="temp", occurred_at=desk.moment, sign_in="t", secret_hash="h"),))
    forget(desk.house, "temp", why="Asked", by=CONSOLE, command="forget", now=desk.moment)
    with desk.store.look() as look:
        assert Door(look, READERS["vale"]).people(["temp"])["temp"].name == str(Erased()) == "[erased]"


# ---- what may be counted


def blank(kind: type[State], **known: object) -> State:
    """Return a state of this kind of which only this much is known."""
    fields: dict[str, Any] = {one.name: None for one in msgspec.structs.fields(kind)}
    return kind(**fields | {"id": "it"} | known)


TELLING = [kind for kind in STATES if {"warning", "warnings"} & set(kind.__struct_fields__)]


@pytest.mark.parametrize("kind", TELLING, ids=[kind.__name__ for kind in TELLING])
def test_whatever_tells_of_a_red_notice_is_not_counted_for_whoever_may_not_read_it(
    notices: Desk, kind: type[State]
) -> None:
    field = "warnings" if "warnings" in kind.__struct_fields__ else "warning"
    about = blank(kind, **{field: "notice-RED" if field == "warning" else ("notice-CLEAR", "notice-RED")})
    with notices.store.look() as look:
        assert not Door(look, READERS["lindqvist"])._is_open(about)
        if kind not in {
            Proposal,
            Duty,
            MadePublic,
        }:  # they tell of a report, of a case, and of what a word stands in, too
            assert Door(look, READERS["vale"])._is_open(about)


def test_of_every_kind_of_state_it_is_said_who_may_know_of_it() -> None:
    said = [
        *get_args(AboutWarning),
        *get_args(Marked),
        *OPEN,
        *SHUT,
        Proposal,
        Reply,
        Headcount,
        Source,
        Duty,
        DistrustedHost,
    ]
    assert Counter(said) == Counter(STATES)


def test_a_kind_that_nobody_listed_is_not_counted_for_anyone(notices: Desk) -> None:
    class Unlisted(State, frozen=True, kw_only=True):
        warning: str

    with notices.store.look() as look:
        assert not any(
            Door(look, reader)._is_open(Unlisted(id="it", warning="notice-RED")) for reader in ROLES.values()
        )
