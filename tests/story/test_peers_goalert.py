"""GoAlert's message scenarios, told in the town: no message twice, none begun anew, the urgent first, a failure passed on.

Told elsewhere, and not again here: an immediate danger passes a bulk send, also one that is in hand (test_sending.py); a
text message of which the provider calls back that it failed goes the next way (tests/web/test_callbacks.py); who has
answered is waited for no more and the others are (test_silence.py); a step of the ladder at which nobody can be called is
passed over (test_silence.py); whoever is named twice hears once (test_delivery.py).
"""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.story.real_ways import goes_by_real_ways, is_reached, twilio_at
from tests.story.test_sending import stands
from tocsin.basis.errors import Refused
from tocsin.channels.channel import Limit
from tocsin.flow.delivery import deliver
from tocsin.flow.delivery.send import send_due
from tocsin.flow.warning import warn
from tocsin.flow.work import next_due, work
from tocsin.report.state import Report
from tocsin.testing.mailbox import Mailbox
from tocsin.testing.phones import Phones
from tocsin.testing.town import Town

SOME_DAYS = timedelta(days=4)  # nobody answers here, and nobody is rung about it


# ---- deduplication


def test_the_same_report_of_a_thing_twice_and_the_same_decision_twice_warn_once(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    for _ in range(2):
        town.report("Water over the Mill Lane bridge")
    with town.app.store.look() as look:
        assert len(look.all(Report)) == 1
    alert = town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
    town.duty_officer.issues(alert)  # the button was pressed twice
    with pytest.raises(Refused, match="issued"):
        warn.issue_alert(town.house, town.id(alert), by=town.deputy.id, command="the deputy too", now=town.now)
    town.pass_time(hours=24)
    assert sorted(call.to for call in town.lines.calls) == ["Ann", "Ben"]


def test_an_engine_that_stood_still_over_several_reminders_sends_one_and_goes_on_from_there(town: Town) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller", hours=None)
    begun = town.now
    town.clock.set(town.now + timedelta(minutes=70))  # four were due meanwhile
    town.work()
    town.pass_time(minutes=40)
    rung = [(call.to, (call.at - begun).total_seconds() / 60) for call in town.lines.calls if call.to != "the miller"]
    assert rung == [("the deputy", 70), ("the duty officer", 85), ("the duty officer", 100)]


# ---- what is in progress


def test_what_is_being_sent_is_not_begun_again(town: Town) -> None:
    """In the middle of a batch everything comes round again: whoever else looks for work finds none of it."""
    street = [f"person {n}" for n in range(12)]
    town.group("the street", street)
    looked = 0

    def looks_for_work() -> None:
        nonlocal looked
        looked += 1
        if looked == 5:
            work(town.house, town.clock)
            assert not send_due(town.house, town.clock.now, "mail", "another")

    town.lines.before = looks_for_work
    town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
    town.pass_time(hours=24)
    assert sorted(call.to for call in town.lines.calls) == sorted(street)


def test_what_was_half_sent_is_gone_on_with_after_a_restart_and_not_begun_again(tmp_path: Path) -> None:
    street = [f"person {n}" for n in range(30)]
    with Town(tmp_path) as town:
        town.group("the street", street)
        town.lines.limit = Limit(account="mail:1", per_s=1, burst=10)
        town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
        town.pass_time(minutes=0.1)
        before = [call.to for call in town.lines.calls]
        assert 10 < len(before) < 20
    with Town(tmp_path, town.now, memory=town.memory) as again:
        again.pass_time(hours=24)
        after = [call.to for call in again.lines.calls]
        assert sorted(before + after) == sorted(street)
        again.reconcile()


# ---- a provider says no


def test_a_text_message_that_the_provider_refuses_goes_the_next_way_and_is_not_tried_again(tmp_path: Path) -> None:
    number, address = "+15005550006", "ann@town.example"
    with Phones() as phones, Mailbox() as mailbox, Town(tmp_path / "data") as town:
        goes_by_real_ways(town, sms=twilio_at(phones), mail_host="127.0.0.1", mail_port=mailbox.port)
        is_reached(town, "Ann", ("sms", number), ("mail", address))
        is_reached(town, "Ben", ("sms", "+15005550009"), ("mail", "ben@town.example"))
        phones.refuse(number, 21_614)  # it is no number of a mobile phone
        alert = town.duty_officer.issues_alert(to=["Ann", "Ben"], patience=SOME_DAYS)
        assert stands(town, alert) == {("Ann", "sms"): "dead", ("Ann", "mail"): "accepted", ("Ben", "sms"): "accepted"}
        phones.recover()  # were it tried again, it would arrive
        town.pass_time(hours=24)
        assert [message.to for message in phones.messages()] == ["+15005550009"]
        assert [letter.to for letter in mailbox.letters()] == [address]
        town.reconcile()


# ---- throttling


def test_an_accounts_limit_holds_over_restarts_and_for_all_its_senders_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten at once and then two a second, to the dot: neither does a restart fill it, nor does a second sender add to it."""
    monkeypatch.setattr(deliver, "RANGE", 10)
    street = [f"person {n}" for n in range(50)]
    with Town(tmp_path) as town:
        town.group("the street", street)
        start = town.now
        town.lines.limit = Limit(account="mail:1", per_s=2, burst=10)
        alert = town.drafts_alert(groups=["the street"], patience=SOME_DAYS)
        town.duty_officer.approves(alert)
        warn.issue_alert(town.house, town.id(alert), by=town.duty_officer.id, command="issue", now=town.now)
        _two_senders_work_for(town, seconds=5)
        calls = list(town.lines.calls)
    for _ in range(3):
        with Town(tmp_path, town.now, memory=town.memory) as town:
            town.lines.limit = Limit(account="mail:1", per_s=2, burst=10)
            _two_senders_work_for(town, seconds=6)
            calls += town.lines.calls
            town.reconcile()
    assert sorted(call.to for call in calls) == sorted(street)
    assert [(call.at - start).total_seconds() for call in calls] == [0] * 10 + [n / 2 for n in range(1, 41)]


def _two_senders_work_for(town: Town, seconds: float) -> None:
    until = town.now + timedelta(seconds=seconds)
    while (due := next_due(town.house)) is not None and due <= until:
        town.clock.set(due)
        work(town.house, town.clock, sending=False)
        for owner in ("1", "2"):
            send_due(town.house, town.clock.now, "mail", owner)
    town.clock.set(until)
