"""Promise 1: no warning is lost. It is sent, or its failure is on a person's screen."""

from datetime import datetime

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.channels.channel import Parcel
from tocsin.flow.delivery.carrier import Message, Pack
from tocsin.store.log import Recipient
from tocsin.testing.town import Town


def places(town: Town, warning: str) -> list[tuple[Recipient, str]]:
    with town.app.store.look() as look:
        return [
            (recipient, look.stands(batch.id)[recipient.position].value)
            for batch in look.batches(town.id(warning))
            if batch.errand == "warning"
            for recipient in look.recipients(batch.id)
        ]


def test_a_line_that_is_down_is_tried_again_under_the_same_id(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=3)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert [stands for _, stands in places(town, alert)] == ["failed"]
    town.pass_time(minutes=10)
    assert [stands for _, stands in places(town, alert)] == ["accepted"]
    assert len({call.id for call in town.phone("Ann").calls}) == 1


def test_what_fails_for_good_rings_a_person(town: Town) -> None:
    town.person("Ann")
    town.lines.refuses("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert [stands for _, stands in places(town, alert)] == ["dead"]
    assert [watch.why.value for watch in town.watches(alert) if watch.rings] == ["failure"]


def test_whoever_cannot_be_reached_at_all_rings_a_person(town: Town) -> None:
    town.person("the hermit", reached=False)
    alert = town.duty_officer.issues_alert(to=["the hermit"])
    assert [watch.why.value for watch in town.watches(alert) if watch.rings] == ["failure"]


def test_a_warning_past_its_end_is_not_sent_any_more(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=100)
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=1)
    town.pass_time(hours=2)
    assert town.phone("Ann").calls == []
    assert [stands for _, stands in places(town, alert)] == ["dead"]


def test_someone_named_twice_hears_once(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.duty_officer.issues_alert(to=["Ann"], groups=["the street"])
    assert len(town.phone("Ann").calls) == 1


def test_an_exercise_says_so_in_everything_that_leaves(town: Town) -> None:
    town.person("Ann")
    town.duty_officer.issues_alert(to=["Ann"], hours=1)
    town.pass_time(hours=2)
    assert town.lines.calls
    assert all(call.message.exercise for call in town.lines.calls)


def test_a_red_notice_says_nothing_in_the_mail(town: Town) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller", what="The sluice keeper", mark=Mark.RED)
    call = town.phone("the miller").last_call
    assert "sluice" not in " ".join([call.message.subject, *call.message.lines])
    assert call.answer_url.startswith("http://town.example/a/")


def test_what_cannot_be_written_for_one_holds_up_nobody_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.group("the street", ["Ann", "Ben", "Cy"])
    layout = town.lines.layout

    def torn(message: Message, not_after: datetime) -> Pack:
        pack = layout(message, not_after)

        def torn_pack(parcel_id: str, address: str, answer_url: str, leave_url: str) -> Parcel:
            if address == "Ben":
                raise Refused("The letter cannot be written.")
            return pack(parcel_id, address, answer_url, leave_url)

        return torn_pack

    monkeypatch.setattr(town.lines, "layout", torn)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    assert sorted(stands for _, stands in places(town, alert)) == ["accepted", "accepted", "dead"]
    assert [watch.why.value for watch in town.watches(alert) if watch.rings] == ["failure"]


def test_a_channel_that_breaks_down_gives_the_batch_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.person("Ann")

    def breaks(*_: object) -> None:
        raise OSError("The cable is cut.")

    with monkeypatch.context() as broken:
        broken.setattr(town.lines, "send", breaks)
        alert = town.duty_officer.issues_alert(to=["Ann"])
        assert [stands for _, stands in places(town, alert)] == ["failed"]
    town.pass_time(minutes=1)
    assert len(town.phone("Ann").calls) == 1


def test_what_was_taken_back_is_not_sent_any_more(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=1)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.decides(alert, "withdraw")
    town.pass_time(hours=1)
    assert [one.message.kind for one in town.phone("Ann").calls] == ["follow_up"], "the first try may have arrived"
    assert [stands for _, stands in places(town, alert)] == ["withdrawn"]
    assert [watch.settled_how for watch in town.watches(alert, "silence")] == ["withdrawn"]


def test_what_was_extended_is_sent_until_its_new_end(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=5)
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=1 / 20)
    town.duty_officer.decides(alert, "extend", hours=24)
    town.pass_time(hours=1)
    assert [stands for _, stands in places(town, alert)] == ["accepted"]
