"""Reviews of advisories and open-by dates of notices: asked about ahead, missed in the open, rung about until taken on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import Dates
from tocsin.flow.warning.deadlines import keep_sealed, review, set_deadlines
from tocsin.testing.town import Officer, Town
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.notice.facts import NoticeSent
from tocsin.warning.window import WindowStands


def deadlines(town: Town, warning: str) -> list[Deadline]:
    with town.app.store.look() as look:
        return sorted(look.all(Deadline, warning=town.id(warning)), key=lambda one: one.window.ends)


def advisory(town: Town, name: str) -> Advisory:
    with town.app.store.look() as look:
        return look.get(Advisory, town.id(name))


def leap(town: Town, days: float) -> None:
    """Let so many days pass at once, as for a machine that slept."""
    town.clock.advance(timedelta(days=days))
    town.work()


def reviews(
    town: Town, name: str, by: Officer, *, days: float | None = None, why: str = "Nothing has changed."
) -> None:
    until = None if days is None else town.now + timedelta(days=days)
    command = town.name_next("review")
    review(town.house, town.id(name), why=why, until=until, by=by.id, command=command, now=town.now)
    town.work()


def keeps(town: Town, notice: str, by: Id) -> None:
    why, command = "The source still lives there.", town.name_next("keep")
    keep_sealed(town.house, town.id(notice), why=why, by=by, command=command, now=town.now)
    town.work()


def test_a_level_is_asked_about_a_month_ahead_and_rung_about_when_nobody_looked(town: Town) -> None:
    level = town.sets_level("FR", 3)
    (date,) = deadlines(town, level)
    assert date.window.ends == advisory(town, level).review_at
    leap(town, 151.9)
    assert town.watches(level, "deadline") == []
    leap(town, 0.2)
    assert len(town.watches(level, "deadline")) == 1
    town.duty_officer.takes_on(level, "deadline")
    leap(town, 31)
    assert deadlines(town, level)[0].missed
    asked, missed = town.watches(level, "deadline")
    assert (asked.settled_how, missed.settled_at) == ("ran_out_undecided", None)
    rung = len(missed.rings)
    assert rung
    town.pass_time(hours=1)
    assert len(town.watches(level, "deadline")[-1].rings) > rung
    town.deputy.takes_on(level, "deadline")
    rung = len(town.watches(level, "deadline")[-1].rings)
    leap(town, 3)
    assert len(town.watches(level, "deadline")[-1].rings) == rung


def test_a_month_ahead_the_owner_alone_is_rung_and_once_a_week(town: Town) -> None:
    level = town.sets_level("FR", 3)
    leap(town, 152)
    for _ in range(8):
        leap(town, 3.5)
    (asked,) = town.watches(level, "deadline")
    assert {ring.to for ring in asked.rings} == {town.watch_officer.id}, "who wrote the level, as it has no case"
    assert len(asked.rings) == 5
    for _ in range(3):
        leap(town, 1)
    missed = town.watches(level, "deadline")[-1]
    assert missed.id != asked.id
    assert {ring.to for ring in missed.rings} > {town.watch_officer.id}, "others too, now that nobody has looked"


def test_a_review_sets_the_next_one_even_when_it_comes_late(town: Town) -> None:
    level = town.sets_level("FR", 3)
    leap(town, 200)
    reviews(town, level, town.duty_officer)
    after = advisory(town, level)
    assert (after.level, after.reviewed_at, after.reviewed_by) == (3, town.now, town.duty_officer.id)
    assert after.review_at == town.now + timedelta(days=182)
    (date,) = deadlines(town, level)
    assert (date.window.ends, date.window.stands) == (after.review_at, WindowStands.EXTENDED)
    assert date.window.ran_out_at is not None
    assert all(watch.settled_at for watch in town.watches(level, "deadline"))
    leap(town, 153)
    assert town.watches(level, "deadline")[-1].settled_at is None


def test_no_level_goes_unlooked_at_longer_than_the_house_allows(town: Town) -> None:
    town.app.house = replace(town.house, deadlines=Dates(review_days=(90, 30), ahead=timedelta(days=7)))
    level = town.sets_level("FR", 3)  # 182 days, it says
    assert advisory(town, level).review_at == town.now + timedelta(days=30)
    reviews(town, level, town.duty_officer, days=400)
    assert advisory(town, level).review_at == town.now + timedelta(days=30)


def test_a_new_level_takes_the_date_of_the_old_one_away(town: Town) -> None:
    old = town.sets_level("FR", 3)
    leap(town, 160)
    assert town.watches(old, "deadline")[-1].settled_at is None
    new = town.sets_level("FR", 4)
    (date,) = deadlines(town, old)
    assert date.met_how == "replaced"
    assert town.watches(old, "deadline")[-1].settled_how == "replaced"
    assert len(deadlines(town, new)) == 1
    with pytest.raises(Refused, match="not in force"):
        reviews(town, old, town.duty_officer)


def test_a_level_in_force_is_reviewed_though_another_is_planned(town: Town) -> None:
    held = town.sets_level("FR", 4)
    leap(town, 1)
    planned = town.sets_level("FR", 2, effective_at=town.now + timedelta(days=300), review_at=None)
    leap(town, 160)
    assert town.watches(held, "deadline")[-1].settled_at is None
    reviews(town, held, town.duty_officer)
    assert deadlines(town, held)[0].met_how == ""
    leap(town, 141)
    set_deadlines(town.house, town.now)
    assert deadlines(town, held)[0].met_how == "replaced"
    assert deadlines(town, planned)[0].met_how == ""
    with pytest.raises(Refused, match=town.id(planned)):
        reviews(town, held, town.duty_officer)


@pytest.mark.parametrize(
    ("officer", "why", "sentence"),
    [
        pytest.param("the watch officer", "So.", "for a duty officer", id="no duty officer"),
        pytest.param("the duty officer", " ", "Say why", id="no reason"),
    ],
)
def test_who_may_not_review(town: Town, officer: str, why: str, sentence: str) -> None:
    level = town.sets_level("FR", 2)
    with pytest.raises(Refused, match=sentence):
        reviews(town, level, Officer(town, officer), why=why)


def test_a_sealed_notice_is_asked_about_before_its_open_by_date(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    assert deadlines(town, notice) == []
    town.pass_time(hours=2)
    (date,) = deadlines(town, notice)
    with town.app.store.look() as look:
        held = look.sealed_place(NoticeSent, town.id(notice))
    assert held is not None
    assert date.window.ends == held.open_by
    set_deadlines(town.house, town.now)
    assert len(deadlines(town, notice)) == 1, "asked again, it sets nothing twice"


def test_what_is_opened_has_no_date_any_more(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(hours=2)
    town.duty_officer.proposes_opening(notice, "what")
    town.publish()
    town.watch_officer.opens(notice)
    town.work()
    (date,) = deadlines(town, notice)
    assert date.met_how == "opened"


def test_who_may_not_read_it_does_not_decide_that_it_stays_sealed(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(hours=2)
    with pytest.raises(Refused, match="who may read"):
        keeps(town, notice, town.deputy.id)
    keeps(town, notice, town.watch_officer.id)
    assert deadlines(town, notice)[0].met_how == "kept"
