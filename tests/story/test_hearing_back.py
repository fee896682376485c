"""What is heard back: that it arrived, that it did not, what follows, and what is not believed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.story.test_sending import failures, stands
from tocsin.channels.channel import Parcel
from tocsin.delivery.echo import Echo, Said
from tocsin.delivery.state import EchoIntake
from tocsin.flow.delivery.carrier import Message, Pack
from tocsin.flow.delivery.echo import INTAKE
from tocsin.people.facts import ContactChanged, ContactFailed
from tocsin.people.state import Contact
from tocsin.store.look import Look
from tocsin.store.reconcile import reconcile
from tocsin.testing.town import Town


def hears(town: Town, message: str, said: Said, *, for_good: bool = False, channel: str = "mail") -> None:
    town.app.store.add_echoes(
        [Echo(channel=channel, message=message, said=said, for_good=for_good, detail="It says so.", at=town.now)]
    )


def sent_to(town: Town, person: str) -> str:
    return town.phone(person).last_call.id


def counted(town: Town) -> dict[str, int]:
    with town.app.store.look() as look:
        found = look.find(EchoIntake, INTAKE)
    return found.counts if found else {}


def telephone(look: Look, town: Town, person: str) -> Contact:
    return look.get(Contact, town.id(f"{person}'s telephone"))


def test_that_it_arrived_is_seen(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, alert) == {("Ann", "mail"): "accepted"}
    hears(town, sent_to(town, "Ann"), "delivered")
    town.work()
    assert stands(town, alert) == {("Ann", "mail"): "delivered"}
    with town.app.store.look() as look:
        count = look.counting.of(look.connection, town.id(alert), town.now)
    assert [one.landed for one in count.channels] == [1]


def test_what_did_not_arrive_after_all_goes_the_next_way(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=3)
    hears(town, sent_to(town, "Ann"), "dead")
    town.work()
    assert stands(town, alert) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "accepted"}
    assert len(town.heard_by_radio("Ann").calls) == 1
    assert failures(town, alert) == 0
    with town.app.store.look() as look:
        assert telephone(look, town, "Ann").failed_at is None, "the next letter may arrive"


def test_when_the_last_way_did_not_reach_somebody_after_all_a_person_is_rung(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    hears(town, sent_to(town, "Ann"), "dead")
    town.work()
    assert failures(town, alert) == 1


def test_a_wrong_address_is_marked_and_tried_last_from_then_on(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.duty_officer.issues_alert(to=["Ann"])
    hears(town, sent_to(town, "Ann"), "dead", for_good=True)
    town.work()
    with town.app.store.look() as look:
        assert telephone(look, town, "Ann").failed_at == town.now
    second = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, second) == {("Ann", "webhook"): "accepted"}, "the way that works goes first"
    town.radio.refuses("Ann")
    third = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, third)["Ann", "mail"] == "accepted", "and no way is given up"


def test_said_again_and_out_of_order_changes_nothing(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    message = sent_to(town, "Ann")
    for said in ("delivered", "delivered", "dead", "delivered"):
        hears(town, message, said)
    town.work()
    hears(town, message, "dead", for_good=True)
    town.work()
    assert stands(town, alert) == {("Ann", "mail"): "delivered"}
    assert counted(town) == {"delivered": 1}
    with town.app.store.look() as look:
        assert telephone(look, town, "Ann").failed_at is None


def test_what_names_no_message_of_ours_changes_nothing(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    message = sent_to(town, "Ann")
    hears(town, "a" * 26, "dead")
    hears(town, "", "dead")
    hears(town, message[:25] + ("a" if message[25] != "a" else "b"), "dead")
    hears(town, message, "dead", channel="webhook")
    town.work()
    assert stands(town, alert) == {("Ann", "mail"): "accepted"}
    assert counted(town) == {}


def test_of_somebody_forgotten_nothing_is_noted(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    message = sent_to(town, "Ann")
    town.forgets("Ann")
    hears(town, message, "dead", for_good=True)
    town.work()
    assert stands(town, alert) == {("Ann", "mail"): "accepted"}
    assert counted(town) == {}


def test_a_month_later_nobody_remembers_the_message(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    message = sent_to(town, "Ann")
    town.clock.set(town.now + timedelta(days=31))
    hears(town, message, "delivered")
    town.work()
    assert stands(town, alert) == {("Ann", "mail"): "accepted"}


def test_a_provider_that_is_faster_than_our_own_note_is_heard_all_the_same(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    layout = town.lines.layout

    def quick(message: Message, not_after: datetime) -> Pack:
        pack = layout(message, not_after)

        def packed(id: str, address: str, *urls: str) -> Parcel:
            if message.kind == "alert":
                hears(town, id, "dead")
            return pack(id, address, *urls)

        return packed

    monkeypatch.setattr(town.lines, "layout", quick)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=1)
    assert stands(town, alert) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "accepted"}


def test_a_call_that_did_not_arrive_after_all_rings_the_next_at_once(town: Town) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=15)
    hears(town, sent_to(town, "the deputy"), "dead")
    town.work()
    assert town.phone("the duty officer").last_call.about == "the miller"


def test_a_retraction_that_did_not_arrive_after_all_goes_the_next_way(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.retracts(alert)
    hears(town, sent_to(town, "Ann"), "dead")
    town.work()
    assert "alert" not in {call.message.kind for call in town.heard_by_radio("Ann").calls}
    assert len(town.heard_by_radio("Ann").calls) == 1


def test_whoever_alters_what_was_heard_back_is_found_out(town: Town) -> None:
    town.person("Ann")
    town.duty_officer.issues_alert(to=["Ann"])
    hears(town, sent_to(town, "Ann"), "delivered")
    town.work()
    with town.app.store._write() as connection:
        connection.exec_driver_sql("DROP TRIGGER notes_never_update")
        connection.exec_driver_sql("UPDATE notes SET stands = 'dead' WHERE echo = 1")
    assert any("echoes in rows" in problem for problem in reconcile(town.app.store))
    with town.app.store._write() as connection:
        connection.exec_driver_sql("UPDATE notes SET stands = 'delivered' WHERE echo = 1")


# ---- channels that a host government controls


def avoiding(town: Town, *channels: str) -> None:
    town.app.house = replace(town.house, avoid=frozenset(channels))


def test_an_avoided_channel_is_used_for_nobody_who_has_another_way(town: Town) -> None:
    avoiding(town, "mail")
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.person("Bell")
    alert = town.duty_officer.issues_alert(to=["Ann", "Bell"])
    assert stands(town, alert) == {("Ann", "webhook"): "accepted", ("Bell", "mail"): "accepted"}


def test_no_notice_goes_by_an_avoided_channel_and_a_person_is_rung_instead(town: Town) -> None:
    avoiding(town, "mail")
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    assert not town.phone("the miller").calls
    assert failures(town, notice) == 1


# ---- and what is refused at once


def test_an_address_that_is_refused_at_once_as_wrong_is_tried_last_from_then_on(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.lines.refuses("Ann", wrong_address=True)
    first = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, first) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "accepted"}
    with town.app.store.look() as look:
        assert telephone(look, town, "Ann").failed_at == town.now
        assert look.failing() == {town.id("Ann"): 1}
        before = look.version(town.id("Ann's telephone"))
    second = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, second) == {("Ann", "webhook"): "accepted"}
    with town.app.store.look() as look:
        assert look.version(town.id("Ann's telephone")) == before


def test_what_is_refused_for_another_reason_says_nothing_of_the_address(town: Town) -> None:
    town.person("Ann")
    town.lines.refuses("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, alert) == {("Ann", "mail"): "dead"}
    with town.app.store.look() as look:
        assert telephone(look, town, "Ann").failed_at is None
        assert look.failing() == {}


def test_a_wrong_address_is_marked_once_however_often_it_is_refused(town: Town) -> None:
    """It has no other way, so it is tried with every warning: one fact says so, not one for each."""
    town.person("Ann")
    town.lines.refuses("Ann", wrong_address=True)
    versions = []
    for _ in range(3):
        town.duty_officer.issues_alert(to=["Ann"])
        with town.app.store.look() as look:
            versions.append(look.version(town.id("Ann's telephone")))
    assert len(set(versions)) == 1


def test_who_has_another_address_by_then_is_not_marked_for_the_one_that_was_refused(town: Town) -> None:
    town.person("Ann")
    town.lines.refuses("Ann", wrong_address=True)
    mended = ContactChanged(
        subject=town.id("Ann's telephone"), occurred_at=town.now, person=town.id("Ann"), address="Ann at the mill"
    )

    def mends_it() -> None:
        town.lines.before = lambda: None
        town.app.store.commit([mended], at=town.now, by=town.id("Ann"), command="another address")

    town.lines.before = mends_it
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, alert) == {("Ann", "mail"): "dead"}
    with town.app.store.look() as look:
        assert telephone(look, town, "Ann").address == "Ann at the mill"
        assert look.failing() == {}


def test_where_marking_it_fails_the_warning_still_goes_the_next_way(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.lines.refuses("Ann", wrong_address=True)
    commit = town.app.store.commit

    def fails_once(facts: Any, **said: Any) -> Any:
        if any(isinstance(fact, ContactFailed) for fact in facts):
            monkeypatch.undo()
            raise OSError("killed here")
        return commit(facts, **said)

    monkeypatch.setattr(town.app.store, "commit", fails_once)
    with pytest.raises(OSError, match="killed here"):
        town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=3)
    assert len(town.heard_by_radio("Ann").calls) == 1
    assert town.lines.calls == []
