"""A case that goes further, or less far, than it did: who is rung about it, what is said of it outside, and what is one with it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.story.test_said_before import seen, tear_flags
from tests.story.test_tear_lines import flagged, release, send, write
from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.answer.hear import accept_watch
from tocsin.flow.people import officers
from tocsin.flow.threat import cases, joining, weigh
from tocsin.flow.threat.marking import mark_case
from tocsin.store.door import Door
from tocsin.testing.town import Town
from tocsin.threat.facts import Bearing, ThreatOpened
from tocsin.threat.particulars import Particulars
from tocsin.threat.state import Threat
from tocsin.warning.deadline.facts import DeadlineKind
from tocsin.warning.deadline.state import Deadline


@pytest.fixture
def told(town: Town) -> Town:
    """Give the town a RED case of its duty officer, and someone to tell."""
    town.person("the miller")
    opens(town, "the fair", mark=Mark.RED)
    return town


def opens(town: Town, name: str, **more: Any) -> Id:
    opened = ThreatOpened(
        subject=town.id(name), occurred_at=town.now, title=name, zone="Europe/Brussels", owner=town.duty_officer.id,
        exercise=True, **more,
    )  # fmt: skip
    does(town, weigh.open_threat, opened)
    return opened.subject


def does(town: Town, step: Any, *args: Any, by: str = "", **more: Any) -> None:
    command = town.name_next(step.__name__)
    step(town.house, *args, by=by or town.duty_officer.id, command=command, now=town.now, **more)
    town.work()


def marks(town: Town, name: str, mark: Mark, *readers: Id, **more: Any) -> None:
    does(town, mark_case, town.id(name), mark, readers, **{"why": "The partner asks for it", **more})


def case(town: Town, name: str = "the fair") -> Threat:
    with town.app.store.look() as look:
        return look.get(Threat, town.id(name))


def describes(town: Town, title: str, intent: str) -> None:
    does(
        town, cases.describe_case, town.id("the fair"), title=title, targets=(), host=None, begins=None, ends=None,
        particulars=Particulars(intent=intent), why="It is known better.",
    )  # fmt: skip


# ---- what is said of it outside


def test_a_word_that_was_written_while_it_was_red_leaves_in_no_notice_unless_somebody_lets_it(told: Town) -> None:
    describes(told, "Quillwort plans a fire", "Cloudberry shall burn")
    told.pass_time(minutes=5)
    describes(told, "Somebody plans a fire", "A barn shall burn")
    told.pass_time(minutes=5)
    marks(told, "the fair", Mark.GREEN)
    write(told, "notice", "Somebody plans a fire: Quillwort and Cloudberry", threat=told.id("the fair"))
    assert flagged(told, "notice") == ["Quillwort", "Cloudberry"]
    assert seen(told, "notice", told.watch_officer.id) == [], "who may not read it is not told that it stands there"
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice")
    release(told, "notice", *(one.key for one in tear_flags(told, "notice")))
    send(told, "notice")


def test_what_stood_when_it_was_made_laxer_may_be_said(told: Town) -> None:
    describes(told, "Quillwort plans a fire", "Cloudberry shall burn")
    told.pass_time(minutes=5)
    marks(told, "the fair", Mark.GREEN)
    write(told, "notice", "A fire by Quillwort: Cloudberry", threat=told.id("the fair"))
    assert flagged(told, "notice") == []


def test_a_notice_that_was_begun_before_it_was_made_stricter_is_held_against_the_stricter_case(told: Town) -> None:
    opens(told, "the mill", mark=Mark.AMBER, targets=("Quillwort Hall",))
    write(told, "notice", "They mean Quillwort Hall", threat=told.id("the mill"))
    assert flagged(told, "notice") == []
    marks(told, "the mill", Mark.RED)
    assert flagged(told, "notice") == ["Quillwort", "Hall"]
    assert told.notice("notice").mark is Mark.AMBER, "it keeps its own"
    with told.app.store.look() as look:
        other = Reader(person=told.deputy.id, roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER_STRICT)
        assert Door(look, other).warning(told.id("notice")) is None, (
            "and it goes no further than its case until it is sent"
        )
    with pytest.raises(Refused, match="stricter material alone"):
        send(told, "notice")


# ---- what is one with it


def test_a_case_is_made_laxer_only_as_far_as_what_it_took_in(told: Town) -> None:
    opens(told, "the mill", mark=Mark.AMBER)
    does(told, joining.merge_cases, told.id("the mill"), told.id("the fair"), "The same")
    with pytest.raises(Refused, match="fewer people may read"):
        marks(told, "the fair", Mark.GREEN)
    marks(told, "the fair", Mark.AMBER)
    with pytest.raises(Refused, match="more people read"):
        marks(told, "the mill", Mark.RED)
    marks(told, "the fair", Mark.RED)
    marks(told, "the mill", Mark.RED)
    with pytest.raises(Refused, match="fewer people may read"):
        marks(told, "the fair", Mark.RED, told.watch_officer.id)
    marks(told, "the mill", Mark.RED, told.watch_officer.id)
    marks(told, "the fair", Mark.RED, told.watch_officer.id)
    does(told, joining.part_cases, told.id("the mill"), "Two after all")
    marks(told, "the fair", Mark.GREEN)


def test_what_was_split_off_keeps_its_own_mark(told: Town) -> None:
    for text in ("Lights", "Boats"):
        told.report(text)
        does(told, weigh.link_evidence, told.id("the fair"), told.id(text), Bearing.FOR)
    off = ThreatOpened(
        subject=told.id("the boats"), occurred_at=told.now, title="Boats", zone="UTC", owner=told.duty_officer.id,
        exercise=True,
    )  # fmt: skip
    does(told, joining.split_case, told.id("the fair"), off, [told.id("Boats")], "Another")
    marks(told, "the fair", Mark.GREEN)
    assert case(told, "the boats").mark is Mark.RED


# ---- whose it is, and who is rung


def test_whoever_had_the_next_step_and_may_not_read_it_any_more_is_rung_no_more(told: Town) -> None:
    opens(told, "the mill", mark=Mark.AMBER)
    soon = told.now + timedelta(hours=2)
    does(told, cases.set_next_step, told.id("the mill"), "Ask the ferry", told.deputy.id, soon)
    told.pass_time(minutes=100)
    [watch] = watches(told, "the mill")
    assert watch.ladder.persons() == (told.deputy.id,)
    with pytest.raises(Refused, match="next step"):
        marks(told, "the mill", Mark.RED)
    marks(told, "the mill", Mark.RED, next_owner=told.duty_officer.id)
    [watch] = watches(told, "the mill")
    assert watch.ladder.persons() == (told.duty_officer.id,)
    assert watch.due is not None
    step = case(told, "the mill").next_step
    assert step is not None
    assert (step.what, step.owner, step.by_when) == ("Ask the ferry", told.duty_officer.id, soon)
    rung = len(told.phone(told.deputy.name).calls)
    told.pass_time(minutes=10)
    assert len(told.phone(told.deputy.name).calls) == rung
    assert dated(told, "the mill") == [soon]


def test_what_somebody_has_taken_on_who_may_not_read_it_any_more_rings_others(told: Town) -> None:
    opens(told, "the mill", mark=Mark.AMBER)
    told.pass_time(days=8)  # nobody has looked at it
    [watch] = watches(told, "the mill")
    does(told, accept_watch, watch.id, words="I look at it", by=told.deputy.id)
    assert watches(told, "the mill")[0].accepted_by == told.deputy.id
    marks(told, "the mill", Mark.RED, told.watch_officer.id)
    [watch] = watches(told, "the mill")
    assert watch.accepted_by is None
    assert watch.due is not None


def test_whoever_has_taken_it_on_and_may_read_it_still_keeps_it(told: Town) -> None:
    opens(told, "the mill", mark=Mark.AMBER)
    told.pass_time(days=8)
    [watch] = watches(told, "the mill")
    does(told, accept_watch, watch.id, words="I look at it", by=told.deputy.id)
    marks(told, "the mill", Mark.RED, told.deputy.id)
    assert watches(told, "the mill")[0].accepted_by == told.deputy.id


def test_nobody_who_may_not_read_it_marks_it(told: Town) -> None:
    with pytest.raises(Refused, match="not for you to read"):
        marks(told, "the fair", Mark.GREEN, by=told.deputy.id)
    assert case(told).mark is Mark.RED


def test_an_owner_whose_clearance_was_taken_away_meanwhile_is_not_left_with_it(told: Town) -> None:
    opens(told, "the mill", mark=Mark.GREEN)
    does(told, cases.hand_over, told.id("the mill"), told.deputy.id, "On leave")
    does(told, officers.set_roles, told.deputy.id, (Role.DUTY_OFFICER,), Mark.GREEN, "Less", by=told.duty_officer.id)
    with pytest.raises(Refused, match="Name another owner"):
        marks(told, "the mill", Mark.AMBER)
    marks(told, "the mill", Mark.AMBER, owner=told.duty_officer.id)
    assert case(told, "the mill").owner == told.duty_officer.id


def test_a_case_that_was_ended_is_marked_and_stays_ended(told: Town) -> None:
    does(told, cases.close_case, told.id("the fair"), "It came to nothing")
    marks(told, "the fair", Mark.GREEN)
    assert case(told).mark is Mark.GREEN
    assert not case(told).is_open
    assert dated(told, "the fair") == []


def watches(town: Town, name: str) -> list[Watch]:
    with town.app.store.look() as look:
        found = look.all(Watch, warning=town.id(name), settled_at=None)
        step = {
            one.id for one in look.all(Deadline, warning=town.id(name)) if one.deadline_kind is DeadlineKind.NEXT_STEP
        }
    return [one for one in found if one.why is Why.CASE and one.of in step]


def dated(town: Town, name: str) -> list[Any]:
    with town.app.store.look() as look:
        every = look.all(Deadline, warning=town.id(name), met_at=None)
    return [one.window.ends for one in every if one.deadline_kind is DeadlineKind.NEXT_STEP]
