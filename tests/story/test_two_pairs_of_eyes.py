"""Promise 4: every decision to warn, or not to, is written down with its grounds, its decider and its time."""

import pytest

from tocsin.basis.errors import Refused
from tocsin.flow import warn
from tocsin.testing.town import Officer, Town
from tocsin.warning.notice.facts import DutyTest
from tocsin.warning.notice.state import NoticeStage


def test_nobody_approves_their_own_draft(town: Town) -> None:
    alert = town.drafts_alert()
    with pytest.raises(Refused, match="is none"):
        town.watch_officer.approves(alert)


def test_break_glass_lets_a_duty_officer_send_alone_and_says_so(town: Town) -> None:
    town.watch_officer = Officer(town, "the duty officer")
    alert = town.drafts_alert()
    with pytest.raises(Refused, match="cannot approve it"):
        town.duty_officer.approves(alert)
    town.duty_officer.approves(alert, break_glass=True)
    assert town.alert(alert).break_glass


def test_an_alert_nobody_approved_cannot_go_out(town: Town) -> None:
    alert = town.drafts_alert()
    with pytest.raises(Refused, match="only an approved alert"):
        town.duty_officer.issues(alert)


def test_not_telling_is_written_down_like_telling(town: Town) -> None:
    id = town.id("a notice")
    warn.decide_duty(
        town.house,
        id,
        town.id(town.case()),
        tell=False,
        test=DutyTest(),
        why="They know of it already.",
        ground_not_to="already aware",
        by=town.duty_officer.id,
        command="no",
        now=town.now,
    )
    notice = town.notice("a notice")
    assert (notice.stage, notice.ground_not_to, notice.decided_at) == (NoticeStage.WAIVED, "already aware", town.now)


def test_not_telling_without_a_ground_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="Name the ground"):
        warn.decide_duty(
            town.house,
            town.id("a notice"),
            town.id(town.case()),
            tell=False,
            test=DutyTest(),
            why="We would rather not.",
            by=town.duty_officer.id,
            command="no",
            now=town.now,
        )


def test_a_command_said_twice_is_done_once(town: Town) -> None:
    town.person("Ann")
    alert = town.drafts_alert(to=["Ann"])
    for _ in range(3):
        town.duty_officer.approves(alert)
        town.duty_officer.issues(alert)
    assert len(town.phone("Ann").calls) == 1


def test_who_decides_on_what_has_changed_meanwhile_is_told_so(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    with pytest.raises(Refused, match="has changed since you read it"):
        town.app.store.commit([], at=town.now, by="x", command="stale", expect={town.id(alert): 1})


def test_nobody_writes_in_anothers_name(town: Town) -> None:
    alert = town.drafts_alert()
    draft = town.draft_of(alert)
    with pytest.raises(Refused, match="Sign it yourself"):
        warn.draft_alert(town.house, draft, by=town.deputy.id, command="forged", now=town.now)


def test_nothing_new_takes_the_place_of_what_stands_there(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    draft = town.draft_of(alert)
    with pytest.raises(Refused, match="already"):
        warn.draft_alert(town.house, draft, by=draft.author, command="again", now=town.now)
    assert town.alert(alert).stage == "issued"
