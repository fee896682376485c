"""What a receiver of CAP hears of one alert: that it was issued, extended, ended or taken back, each naming all before it."""

from datetime import datetime, timedelta

import pytest
from capvalidator import validate_cap_message
from msgspec.structs import replace

from tocsin.cap import Alert as Message
from tocsin.cap import MsgType, ResponseType, check, read
from tocsin.cap.chain import link_of
from tocsin.cap.profiles import PROFILES
from tocsin.cap.profiles.profile import Earlier
from tocsin.flow.messages import over_words
from tocsin.locale import words_for
from tocsin.testing.town import Town
from tocsin.warning.alert.facts import AlertWindowExtended


def messages(town: Town, alert: str) -> list[Message]:
    """Return the CAP messages of an alert as they were published; each must keep the standard, as a public checker sees it too."""
    stands = town.alert(alert)
    raw = [stands.cap or "", *(one.cap for one in stands.later)]
    raw += [stands.retraction.cap] if stands.retraction else []
    for one in raw:
        assert not [problem for problem in check(one.encode()) if problem.severity == "error"]
        assert validate_cap_message(one.encode(), strict=False).passed
    return [read(one.encode()) for one in raw]


def errors(message: Message, profile: str) -> list[str]:
    return [f"{one.rule}: {one.message}" for one in PROFILES[profile].problems(message) if one.severity == "error"]


@pytest.mark.parametrize("ending", ["stand_down", "withdraw", "retract"])
def test_whatever_we_publish_of_an_alert_is_without_fault_to_google(town: Town, ending: str) -> None:
    alert = town.duty_officer.issues_alert(hours=4)
    town.pass_time(hours=3)
    town.duty_officer.decides(alert, "extend", hours=6)
    if ending == "retract":
        town.duty_officer.retracts(alert)
    else:
        town.duty_officer.decides(alert, ending)
    published = messages(town, alert)
    assert len(published) == 3
    for one in published:
        assert errors(one, "google") == []
        assert [info.web for info in one.infos] == [f"{town.house.base_url}/alerts/{town.id(alert)}"] * len(one.infos)


def test_an_alert_for_later_takes_effect_later(town: Town) -> None:
    begins = town.now + timedelta(hours=2)
    now, later = town.duty_officer.issues_alert(hours=4), town.duty_officer.issues_alert(hours=4, begins=begins)
    (first,), (second,) = messages(town, now), messages(town, later)
    assert first.infos[0].effective == first.sent
    assert (second.infos[0].effective, second.infos[0].onset) == (begins, begins)


def expires(message: Message) -> datetime | None:
    return message.infos[0].expires


def missed(chain: list[Message]) -> list[str]:
    """Return what IPAWS misses among the references of some messages, all of one chain."""
    of = [
        Earlier(
            sender=one.sender,
            identifier=one.identifier,
            sent=one.sent,
            msg_type=one.msg_type or "",
            ends=link_of(one).ends,
        )
        for one in chain
    ]
    return [problem.message for one in chain for problem in PROFILES["ipaws"].in_chain(one, of)]


def test_an_extension_is_an_update_with_the_new_end_and_the_same_words(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=4)
    town.pass_time(hours=3)
    town.duty_officer.decides(alert, "extend", hours=6)
    first, second = messages(town, alert)
    assert (first.msg_type, second.msg_type) == (MsgType.ALERT, MsgType.UPDATE)
    assert second.identifier != first.identifier
    assert [one.identifier for one in second.references] == [first.identifier]
    assert [one.sent for one in second.references] == [first.sent]
    assert expires(second) == town.now + timedelta(hours=6)
    assert second.infos[0].instruction == first.infos[0].instruction
    assert second.infos[0].onset == first.infos[0].onset


@pytest.mark.parametrize(
    ("decision", "says", "clear"),
    [("stand_down", "All clear: ", [ResponseType.ALL_CLEAR]), ("withdraw", "Withdrawn: ", [])],
)
def test_what_ends_an_alert_cancels_every_message_of_it(
    town: Town, decision: str, says: str, clear: list[ResponseType]
) -> None:
    alert = town.duty_officer.issues_alert(hours=4)
    for _ in range(2):
        town.pass_time(hours=3)
        town.duty_officer.decides(alert, "extend", hours=4)
    town.duty_officer.decides(alert, decision)
    *before, last = messages(town, alert)
    assert last.msg_type is MsgType.CANCEL
    assert [one.identifier for one in last.references] == [one.identifier for one in before]
    assert len({one.identifier for one in (*before, last)}) == 4
    assert [(one.headline or "").startswith(says) for one in last.infos] == [True]
    assert list(last.infos[0].response_types) == clear
    assert "Keep off" not in (last.infos[0].instruction or "")


def test_what_is_said_after_it_ran_out_is_a_message_too(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=4)
    town.pass_time(hours=5)
    town.duty_officer.decides(alert, "stand_down")
    assert [one.msg_type for one in messages(town, alert)] == [MsgType.ALERT, MsgType.CANCEL]


def test_a_retraction_names_the_extensions_as_well_and_is_the_only_cancel(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=4)
    town.pass_time(hours=3)
    town.duty_officer.decides(alert, "extend", hours=4)
    town.duty_officer.retracts(alert)
    first, second, last = messages(town, alert)
    assert [one.identifier for one in last.references] == [first.identifier, second.identifier]
    assert last.msg_type is MsgType.CANCEL


def test_an_alert_that_follows_an_extended_one_replaces_both_messages(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=4)
    town.pass_time(hours=3)
    town.duty_officer.decides(alert, "extend", hours=4)
    newer = town.duty_officer.issues_alert(hours=9, follows=alert)
    before, (update,) = messages(town, alert), messages(town, newer)
    assert [one.identifier for one in update.references] == [one.identifier for one in before]


def test_an_extension_from_before_there_were_such_messages_is_still_read(town: Town) -> None:
    """Its fact says nothing of a message; the alert holds longer all the same."""
    alert = town.duty_officer.issues_alert(hours=4)
    ends = town.now + timedelta(hours=9)
    old = AlertWindowExtended(subject=town.id(alert), occurred_at=town.now, ends=ends, decided_by="x", why="")
    town.app.store.commit([old], at=town.now, by="x", command="old")
    assert town.alert(alert).later == ()
    assert [one.msg_type for one in messages(town, alert)] == [MsgType.ALERT]
    newer = town.duty_officer.issues_alert(hours=20, follows=alert)
    assert len(messages(town, newer)[0].references) == 1


def test_of_what_has_ended_there_is_nothing_to_update_or_cancel(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=4)
    town.duty_officer.decides(alert, "withdraw")
    newer = town.duty_officer.issues_alert(hours=9, follows=alert)
    (message,) = messages(town, newer)
    assert (message.msg_type, message.references) == (MsgType.ALERT, ())
    town.duty_officer.retracts(alert)
    first, _, last = messages(town, alert)
    assert [one.identifier for one in last.references] == [first.identifier]


def test_who_missed_the_one_between_still_hears_that_the_first_is_replaced(town: Town) -> None:
    first = town.duty_officer.issues_alert(hours=4)
    second = town.duty_officer.issues_alert(hours=6, follows=first)
    third = town.duty_officer.issues_alert(hours=8, follows=second)
    (message,) = messages(town, third)
    assert [one.identifier for one in message.references] == [town.alert(one).identifier for one in (first, second)]


@pytest.mark.parametrize(
    "decision",
    [
        pytest.param(["extend"], id="extended"),
        pytest.param(["extend", "extend"], id="extended twice"),
        pytest.param(["extend", "stand_down"], id="stood down"),
        pytest.param(["withdraw"], id="withdrawn"),
        pytest.param(["extend", "retract"], id="taken back"),
    ],
)
def test_who_missed_the_newer_alert_still_hears_what_becomes_of_it(town: Town, decision: list[str]) -> None:
    """They hold the alert that it follows, which has not expired and would stand beside the extension, or outlive the end."""
    older = town.duty_officer.issues_alert(hours=48)
    newer = town.duty_officer.issues_alert(hours=48, follows=older)
    for what in decision:
        town.pass_time(hours=1)
        if what == "retract":
            town.duty_officer.retracts(newer)
        else:
            town.duty_officer.decides(newer, what, hours=60 if what == "extend" else None)
    chain = [*messages(town, older), *messages(town, newer)]
    assert [one.identifier for one in chain[-1].references] == [one.identifier for one in chain[:-1]]
    assert missed(chain) == []


def test_an_extension_names_what_its_alert_took_the_place_of_though_that_was_taken_back_since(town: Town) -> None:
    older = town.duty_officer.issues_alert(hours=48)
    newer = town.duty_officer.issues_alert(hours=48, follows=older)
    town.duty_officer.retracts(older)
    town.pass_time(hours=1)
    town.duty_officer.decides(newer, "extend", hours=60)
    (first, _), (second, third) = messages(town, older), messages(town, newer)
    assert [one.identifier for one in third.references] == [first.identifier, second.identifier]
    assert missed([first, second, third]) == []


def test_what_was_ended_before_it_was_followed_is_named_by_no_extension(town: Town) -> None:
    first = town.duty_officer.issues_alert(hours=48)
    second = town.duty_officer.issues_alert(hours=48, follows=first)
    town.duty_officer.decides(second, "withdraw")
    third = town.duty_officer.issues_alert(hours=48, follows=second)
    town.duty_officer.decides(third, "extend", hours=60)
    begun, longer = messages(town, third)
    assert (begun.msg_type, begun.references) == (MsgType.ALERT, ())
    assert [one.identifier for one in longer.references] == [begun.identifier]


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        pytest.param(["en-GB"], ["en-GB"], id="ours"),
        pytest.param(["en-GB", "fr-CA"], ["en-GB", "fr-CA"], id="several"),
        pytest.param(["sw", "en-US"], ["en-US"], id="one that we do not speak"),
        pytest.param(["sw"], ["en"], id="none that we speak"),
    ],
)
def test_that_it_is_over_is_said_in_the_languages_that_we_speak(
    town: Town, languages: list[str], said: list[str]
) -> None:
    alert = town.alert(town.duty_officer.issues_alert(hours=4))
    spoken = replace(alert, wordings=tuple(replace(alert.wordings[0], language=one) for one in languages))
    words = over_words(spoken, "withdraw", lambda tag: words_for(tag, "en"))
    assert [one.language for one in words] == said
    assert all(one.words for one in words)
