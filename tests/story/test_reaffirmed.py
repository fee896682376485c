"""Standing by a warning: the same advice once more, to the same people, with words why and a window of its own."""

from datetime import timedelta
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Role
from tocsin.cap import MsgType, read
from tocsin.flow.threat.cases import close_case
from tocsin.flow.warning.reaffirm import let_out, reaffirm
from tocsin.record.entry import read_entry
from tocsin.testing.town import Officer, Town
from tocsin.warning.alert.state import AlertStage
from tocsin.warning.notice.state import NoticeStage
from tocsin.warning.reaffirm import Upheld

WHY = "The mayor calls it a joke. We do not."


def stands_by(town: Town, warning: str, by: Officer, *, hours: float | None = 24, words: str = WHY) -> str:
    name = town.name_next("reaffirmation")
    ends = None if hours is None else town.now + timedelta(hours=hours)
    said = [Upheld(language="", words=words)]
    reaffirm(town.house, town.id(warning), town.id(name), said, ends=ends, by=by.id, command=name, now=town.now)
    return name


def lets_out(town: Town, warning: str, by: Officer) -> None:
    let_out(town.house, town.id(warning), by=by.id, command=f"{warning}:out", now=town.now)
    town.work()


def test_an_alert_is_stood_by_as_a_linked_update_to_the_same_people(town: Town) -> None:
    town.group("the mill", ["Ann", "Bell"])
    alert = town.duty_officer.issues_alert(groups=["the mill"], to=[town.person("Cob")], hours=48)
    town.says_in_public("Cob", alert, "dismissed", "A joke.")
    town.pass_time(hours=12)
    again = stands_by(town, alert, town.watch_officer)
    assert town.alert(again).stage is AlertStage.DRAFT
    lets_out(town, again, town.deputy)
    first, second = town.alert(alert), town.alert(again)
    message = read((second.cap or "").encode())
    assert message.msg_type is MsgType.UPDATE
    assert [one.identifier for one in message.references] == [first.identifier]
    assert message.infos[0].instruction == first.wordings[0].instruction
    assert WHY in (message.infos[0].description or "")
    assert message.infos[0].expires == town.now + timedelta(hours=24)
    for person in ("Ann", "Bell", "Cob"):
        told = town.phone(person).calls
        assert [one.message.about for one in told] == [first.id, second.id]
        assert WHY in told[-1].message.lines


def test_its_own_window_is_asked_about_and_the_earlier_one_no_more(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=48)
    town.pass_time(hours=37)
    assert [watch.settled_at for watch in town.watches(alert, "window")] == [None]
    again = stands_by(town, alert, town.watch_officer, hours=96)
    lets_out(town, again, town.deputy)
    assert [watch.settled_how for watch in town.watches(alert, "window")] == ["replaced"]
    rung = len(town.phone("the duty officer").calls)
    town.pass_time(hours=71)
    assert len(town.phone("the duty officer").calls) == rung
    town.pass_time(hours=2)
    assert town.watches(again, "window")
    assert len(town.phone("the duty officer").calls) > rung


def test_what_was_followed_while_it_held_is_noted_as_followed_and_runs_out_undecided_for_nobody(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=48)
    town.pass_time(hours=12)
    again = stands_by(town, alert, town.watch_officer, hours=24)
    lets_out(town, again, town.deputy)
    town.deputy.decides(again, "stand_down")
    town.pass_time(hours=40)
    town.publish()
    said = map(read_entry, dict(town.app.publisher.folder.all_entries()).values())
    told = [(one["kind"], one.get("followed_by")) for one in said if one.get("subject") == town.id(alert)]
    assert told == [("AlertIssued", None), ("AlertFollowed", town.id(again))]
    window = town.alert(alert).window
    assert window is not None
    assert (window.stands, window.ran_out_at, town.watches(alert, "window")) == ("open", None, [])
    town.reconcile()


def test_what_was_followed_keeps_no_case_open(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=48)
    again = stands_by(town, alert, town.watch_officer, hours=24)
    lets_out(town, again, town.deputy)
    case, by = town.id(town.case()), town.duty_officer.id
    with pytest.raises(Refused, match=f"Warning {town.id(again)} about this case holds until"):
        close_case(town.house, case, "It came to nothing", by=by, command="too early", now=town.now)
    town.deputy.decides(again, "stand_down")
    close_case(town.house, case, "It came to nothing", by=by, command="closed", now=town.now)


def test_who_may_not_read_what_keeps_a_case_open_is_not_told_until_when_it_holds(town: Town) -> None:
    town.person("the miller")
    town.person("a newcomer", roles=(Role.DUTY_OFFICER,))
    notice = town.duty_officer.issues_notice(to="the miller", hours=30, mark=Mark.RED)
    with pytest.raises(Refused, match=f"Warning {town.id(notice)} about this case holds until"):
        closes(town, town.duty_officer.id)
    with pytest.raises(Refused, match="not settled that you may not read") as refused:
        closes(town, town.id("a newcomer"))
    assert town.id(notice) not in str(refused.value)


def closes(town: Town, by: str) -> None:
    close_case(town.house, town.id(town.case()), "It is over.", by=by, command=town.name_next("close"), now=town.now)


def test_what_ran_out_can_be_stood_by(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=1)
    town.pass_time(hours=2)
    again = stands_by(town, alert, town.watch_officer)
    lets_out(town, again, town.deputy)
    assert [watch.settled_at is None for watch in town.watches(alert, "window")] == [False, False]
    window = town.alert(again).window
    assert window is not None
    assert window.begins == town.now


def test_nobody_lets_out_what_they_wrote(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    again = stands_by(town, alert, town.duty_officer)
    with pytest.raises(Refused, match="cannot approve"):
        lets_out(town, again, town.duty_officer)


def test_said_twice_it_is_written_once(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    said = [Upheld(language="", words=WHY)]
    for name in ("first", "second"):
        ends = town.now + timedelta(hours=4)
        by = town.watch_officer.id
        reaffirm(town.house, town.id(alert), town.id(name), said, ends=ends, by=by, command="one click", now=town.now)
    town.alert("first")
    with pytest.raises(Refused, match="no alert"):
        town.alert("second")


@pytest.mark.parametrize(
    ("ended_by", "sentence"),
    [
        pytest.param("withdraw", "ended by its issuer", id="withdrawn"),
        pytest.param("stand_down", "ended by its issuer", id="over"),
        pytest.param("retract", "taken back", id="false"),
        pytest.param("reaffirm", "Stand by that one", id="stood by already"),
        pytest.param("nothing said", "Say in a sentence", id="no words"),
        pytest.param("no end", "Say until when", id="no end"),
        pytest.param("past", "lies in the past", id="an end that is past"),
    ],
)
def test_what_cannot_be_stood_by(town: Town, ended_by: str, sentence: str) -> None:
    alert = town.duty_officer.issues_alert()
    words, hours = WHY, 24.0 if ended_by != "no end" else None
    if ended_by in ("withdraw", "stand_down"):
        town.duty_officer.decides(alert, ended_by)
    elif ended_by == "retract":
        town.duty_officer.retracts(alert)
    elif ended_by == "reaffirm":
        lets_out(town, stands_by(town, alert, town.watch_officer), town.deputy)
    elif ended_by == "nothing said":
        words = " "
    elif ended_by == "past":
        hours = -1
    with pytest.raises(Refused, match=sentence):
        stands_by(town, alert, town.watch_officer, hours=hours, words=words)


def test_a_draft_is_not_stood_by(town: Town) -> None:
    with pytest.raises(Refused, match="has not gone out"):
        stands_by(town, town.drafts_alert(), town.watch_officer)


@pytest.mark.parametrize("mark", [Mark.GREEN, Mark.RED])
def test_a_notice_is_stood_by_as_a_notice_to_the_same_recipient(town: Town, mark: Mark) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", mark=mark)
    town.says_in_public("the miller", notice, "disputed", "Never.")
    again = stands_by(town, notice, town.duty_officer)
    with pytest.raises(Refused, match="cannot approve"):
        lets_out(town, again, town.duty_officer)
    lets_out(town, again, town.deputy)
    first, second = town.notice(notice), town.notice(again)
    assert (second.stage, second.follows, second.tear_line) == (NoticeStage.SENT, first.id, first.tear_line)
    assert (second.mark, second.recipients) == (first.mark, first.recipients)
    told = town.phone("the miller").calls[-1].message
    assert told.about == second.id
    assert (WHY in told.lines) is (mark is Mark.GREEN)


def test_a_watch_officer_does_not_decide_to_tell_in_confidence_once_more(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    with pytest.raises(Refused, match="for a duty officer to decide"):
        stands_by(town, notice, town.watch_officer)


def test_a_notice_that_stands_by_another_is_approved_and_sent_in_one_step(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.person("the miller")
    again = stands_by(town, town.duty_officer.issues_notice(to="the miller"), town.duty_officer)
    commit = town.app.store.commit

    def cut_off(*args: Any, **named: Any) -> Any:
        commit(*args, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(town.app.store, "commit", cut_off)
    with pytest.raises(KeyboardInterrupt):
        lets_out(town, again, town.deputy)
    assert town.notice(again).stage is NoticeStage.SENT


def test_nobody_stands_by_a_notice_that_they_may_not_read(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", mark=Mark.RED)
    newcomer = Officer(town, town.person("the newcomer", roles=(Role.DUTY_OFFICER,)))
    with pytest.raises(Refused, match="Only an officer who may read"):
        stands_by(town, notice, newcomer)
