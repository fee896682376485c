"""Everyone who should hear: what goes first, what waits, and which way is tried when one fails."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest

from tocsin.basis.errors import Broken
from tocsin.channels.channel import Limit
from tocsin.delivery.facts import LANES, Errand, Lane
from tocsin.delivery.state import Receipts
from tocsin.flow.delivery import deliver, send, settled
from tocsin.flow.delivery.hand import OwnHand
from tocsin.flow.delivery.turns import Turns
from tocsin.flow.warning import warn
from tocsin.flow.work import work
from tocsin.people.facts import NeedsSaid
from tocsin.store.look import Look
from tocsin.testing.town import Town


def stands(town: Town, alert: str) -> dict[tuple[str, str], str]:
    """Return how the deliveries of an alert stand, by person and channel."""
    with town.app.store.look() as look:
        return {
            (town.named(place.person), batch.channel): look.stands(batch.id)[place.position].value
            for batch in look.batches(town.id(alert))
            if batch.errand is Errand.WARNING
            for place in look.recipients(batch.id)
            if place.position in look.stands(batch.id)
        }


def failures(town: Town, alert: str) -> int:
    return len([watch for watch in town.watches(alert) if watch.why.value == "failure" and watch.rings])


# ---- the next way


def test_who_is_not_reached_one_way_is_reached_the_next_before_it_is_too_late(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.lines.goes_down(times=100)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=1)
    assert stands(town, alert) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "accepted"}
    assert len(town.heard_by_radio("Ann").calls) == 1
    assert failures(town, alert) == 0, "she has heard; nobody need be rung"


def test_what_is_refused_for_good_is_not_waited_for(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.lines.refuses("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, alert) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "accepted"}


def test_who_is_refused_goes_the_next_way_at_once_whoever_else_is_still_tried(town: Town) -> None:
    """They were written down together, and what one waits for is no other's matter."""
    town.group("the street", ["Ann", "Ben", "Cy"])
    for person in ("Ann", "Ben", "Cy"):
        town.gets_a_radio(person)
    town.lines.refuses("Ann")
    town.lines.is_busy("Ben", times=100)
    start = town.now
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.pass_time(minutes=10)
    told = [(call.to, (call.at - start).total_seconds()) for call in town.radio.calls]
    assert told == [("Ann", 0), ("Ben", 45)]
    assert failures(town, alert) == 0


def test_killed_before_the_batch_is_given_back_who_was_refused_still_goes_the_next_way_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.group("the street", ["Ann", "Ben"])
    for person in ("Ann", "Ben"):
        town.gets_a_radio(person)
    town.lines.refuses("Ann")
    town.lines.is_busy("Ben", times=100)
    start = town.now

    def killed(*_: object, **__: object) -> None:
        raise OSError("killed here")

    monkeypatch.setattr(town.app.store, "release", killed)
    with pytest.raises(OSError, match="killed here"):
        town.duty_officer.issues_alert(groups=["the street"])
    monkeypatch.undo()
    town.app.store.release_all("mail")  # as the next start does
    town.work()
    assert town.now == start
    assert [len(town.heard_by_radio(person).calls) for person in ("Ann", "Ben")] == [1, 0]


def test_who_has_no_way_left_is_rung_about_at_once_and_once_whoever_else_is_still_tried(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.lines.refuses("Ann")
    town.lines.is_busy("Ben", times=5)
    alert = town.duty_officer.issues_alert(groups=["the street"], patience=timedelta(days=1))
    assert stands(town, alert) == {("Ann", "mail"): "dead", ("Ben", "mail"): "failed"}
    assert failures(town, alert) == 1
    town.duty_officer.takes_on(alert, "failure")
    town.pass_time(hours=1)
    assert stands(town, alert)["Ben", "mail"] == "accepted"
    assert failures(town, alert) == 1


def test_who_went_the_next_way_in_vain_is_rung_about_once(town: Town) -> None:
    """Though their first batch is settled only after that, and asks again for whoever it did not reach."""
    town.group("the street", ["Ann", "Ben"])
    for person in ("Ann", "Ben"):
        town.gets_a_radio(person)
    town.lines.refuses("Ann")
    town.radio.refuses("Ann")
    town.lines.is_busy("Ben", times=2)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.duty_officer.takes_on(alert, "failure")
    town.pass_time(minutes=10)
    assert stands(town, alert)["Ben", "mail"] == "accepted"
    assert failures(town, alert) == 1


def test_a_provider_that_asks_for_an_hour_is_left_for_the_next_way(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.lines.asks_to_wait("Ann", 3_600)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, alert)["Ann", "webhook"] == "accepted"


def test_when_no_way_is_left_a_person_is_rung(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    town.lines.refuses("Ann")
    town.radio.refuses("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, alert) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "dead"}
    assert failures(town, alert) == 1


def test_who_has_one_way_alone_is_tried_there_for_longer(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=6)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(hours=1)
    assert stands(town, alert) == {("Ann", "mail"): "accepted"}


# ---- each at its own time


def test_one_who_must_wait_an_hour_keeps_nobody_else_waiting(town: Town) -> None:
    town.group("the street", ["Ann", "Ben", "Cy"])
    town.lines.asks_to_wait("Ann", 3_600)
    town.lines.before = lambda: None
    town.lines.goes_down(times=1)  # for Ben or Cy, whoever comes first
    alert = town.duty_officer.issues_alert(groups=["the street"])
    start = town.now
    town.pass_time(minutes=5)
    assert stands(town, alert) == {("Ann", "mail"): "failed", ("Ben", "mail"): "accepted", ("Cy", "mail"): "accepted"}
    town.pass_time(hours=2)
    assert town.phone("Ann").last_call.at == start + timedelta(hours=1)


# ---- as fast as the account allows


def test_an_account_that_may_send_two_a_second_sends_two_a_second(town: Town) -> None:
    street = [f"person {n}" for n in range(30)]
    town.group("the street", street)
    town.lines.limit = Limit(account="mail:1", per_s=2, burst=10)
    town.duty_officer.issues_alert(groups=["the street"])
    start, told = town.now, town.lines.calls
    assert len(told) == 10, "its burst goes at once"
    town.pass_time(minutes=1)
    assert sorted(call.to for call in told) == sorted(street)
    assert [call.at - start for call in told[10:]] == [timedelta(seconds=n / 2) for n in range(1, 21)]


def test_who_cannot_be_told_in_time_by_one_account_is_told_by_another_way_in_time(town: Town) -> None:
    street = [f"person {n}" for n in range(30)]
    for name in town.group("the street", street) and street:
        town.gets_a_radio(name)
    town.lines.limit = Limit(account="mail:1", per_s=1 / 120, burst=1)
    start = town.now
    town.duty_officer.issues_alert(groups=["the street"], hours=0.5, patience=timedelta(hours=2))
    town.pass_time(minutes=1)
    by_radio = {name for name in street if town.heard_by_radio(name).calls}
    assert 15 <= len(by_radio) <= 20, "all whom 1 in two minutes does not reach within three quarters of the time"
    town.pass_time(minutes=40)
    by_mail = {call.to: call.at - start for call in town.lines.calls if call.to in street}
    assert by_radio | by_mail.keys() == set(street)
    assert by_radio.isdisjoint(by_mail)
    assert max(by_mail.values()) < timedelta(minutes=30)


def test_whoever_still_waits_for_an_account_late_goes_another_way(town: Town) -> None:
    """It was not seen at first: what goes before it has come since, and takes what the account allows."""
    town.group("the street", ["Ann"])
    town.gets_a_radio("Ann")
    town.lines.limit = Limit(account="mail:1", per_s=1 / 60, burst=1)
    town.group("everyone", [f"person {n}" for n in range(60)])
    town.duty_officer.issues_alert(groups=["everyone"], immediate=True, hours=3, patience=timedelta(hours=4))
    start = town.now
    alert = town.duty_officer.issues_alert(groups=["the street"], hours=0.5, patience=timedelta(hours=4))
    town.pass_time(minutes=24)
    assert stands(town, alert) == {("Ann", "mail"): "expired", ("Ann", "webhook"): "accepted"}
    assert town.heard_by_radio("Ann").last_call.at < start + timedelta(minutes=24)


def test_killed_before_the_batch_is_given_back_whom_the_account_left_out_still_go_the_next_way_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    street = [f"person {n}" for n in range(10)]
    town.group("the street", street)
    for name in street:
        town.gets_a_radio(name)
    town.lines.limit = Limit(account="mail:1", per_s=1 / 600, burst=1)
    start = town.now

    def killed(*_: object, **__: object) -> None:
        raise OSError("killed here")

    monkeypatch.setattr(town.app.store, "release", killed)
    with pytest.raises(OSError, match="killed here"):
        town.duty_officer.issues_alert(groups=["the street"], hours=0.5, patience=timedelta(hours=2))
    assert not any(town.heard_by_radio(name).calls for name in street)
    monkeypatch.undo()
    town.app.store.release_all("mail")  # as the next start does
    town.work()
    assert town.now == start
    by_mail = {call.to for call in town.lines.calls}
    by_radio = {name for name in street if town.heard_by_radio(name).calls}
    assert len(by_radio) >= 7
    town.pass_time(minutes=30)
    by_mail |= {call.to for call in town.lines.calls if call.to in street}
    assert by_mail | by_radio == set(street)
    assert by_mail.isdisjoint(by_radio)


def test_what_is_too_late_takes_nothing_of_what_an_account_allows(town: Town) -> None:
    street = [f"person {n}" for n in range(30)]
    town.group("the street", street)
    town.lines.limit = Limit(account="mail:1", per_s=1 / 120, burst=1)
    alert = town.duty_officer.issues_alert(groups=["the street"], hours=0.5, patience=timedelta(hours=2))
    town.pass_time(minutes=31)
    told = sum(call.to in street for call in town.lines.calls)
    assert sorted(stands(town, alert).values()) == ["accepted"] * told + ["expired"] * (30 - told)
    assert failures(town, alert) == 1, "whom it did not reach is on a person's screen as soon as it is over"


def test_an_immediate_danger_passes_a_bulk_send(town: Town) -> None:
    town.group("everyone", [f"person {n}" for n in range(40)])
    town.lines.limit = Limit(account="mail:1", per_s=1, burst=1)
    bulk = town.duty_officer.issues_alert(groups=["everyone"], headline="Roads will be salted")
    town.pass_time(minutes=0.1)
    before = len(town.lines.calls)
    town.duty_officer.issues_alert(groups=["everyone"], headline="Get off the bridge", immediate=True)
    town.pass_time(minutes=2)
    subjects = [call.message.subject for call in town.lines.calls]
    assert subjects[before : before + 40] == ["Get off the bridge"] * 40
    assert subjects[before + 40 :] == ["Roads will be salted"] * (40 - before)
    assert set(stands(town, bulk).values()) == {"accepted"}


def test_a_batch_in_hand_makes_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The danger is issued while the batch is being sent: what is left of that comes after it."""
    monkeypatch.setattr(send, "IN_HAND", 1)
    street = [f"person {n}" for n in range(20)]
    town.group("everyone", street)
    told = town.lines.calls
    danger = town.drafts_alert(groups=["everyone"], headline="Get off the bridge", immediate=True)
    town.duty_officer.approves(danger)

    def at_the_fifth() -> None:
        if len(told) == 5:
            officer = town.duty_officer.id
            warn.issue_alert(town.house, town.id(danger), by=officer, command="at the fifth", now=town.now)
            work(town.house, town.clock, sending=False)

    town.lines.before = at_the_fifth
    town.duty_officer.issues_alert(groups=["everyone"], headline="Roads will be salted")
    subjects = [call.message.subject for call in told]
    assert subjects == ["Roads will be salted"] * 6 + ["Get off the bridge"] * 20 + ["Roads will be salted"] * 14


def test_a_batch_in_hand_makes_way_for_one_that_stands_ready(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another sender has taken the danger already, and waits for the hand: nothing of it is left to be seen in the store."""
    monkeypatch.setattr(send, "IN_HAND", 1)
    monkeypatch.setattr(send, "MANY", 1)
    town.group("everyone", [f"person {n}" for n in range(20)])
    alert = town.drafts_alert(groups=["everyone"])
    town.duty_officer.approves(alert)
    warn.issue_alert(town.house, town.id(alert), by=town.duty_officer.id, command="issued", now=town.now)
    work(town.house, town.clock, sending=False)
    told, turns = town.lines.calls, Turns()
    hand = OwnHand(town.house.carriers, town.app.store.secrets.links, town.app.store.randomness)

    def danger() -> None:
        with turns.turn(LANES.index(Lane.DANGER)):
            assert len(told) == 6

    with ThreadPoolExecutor(1) as other:
        ready: list[Future[None]] = []

        def at_the_fifth() -> None:
            if len(told) == 5:
                ready.append(other.submit(danger))
                while not turns.is_wanted_before(LANES.index(Lane.BULK)):
                    pass

        town.lines.before = at_the_fifth
        assert send.send_due(town.house, town.clock.now, "mail", hand=hand, turns=turns)
        ready[0].result(300)
    town.pass_time(minutes=1)
    assert sorted(call.to for call in told) == sorted(f"person {n}" for n in range(20))
    assert set(stands(town, alert).values()) == {"accepted"}


def test_what_is_withdrawn_while_it_is_sent_goes_no_further(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "IN_HAND", 1)
    town.group("everyone", [f"person {n}" for n in range(20)])
    told = town.lines.calls
    town.lines.before = lambda: town.duty_officer.decides("alert 1", "withdraw") if len(told) == 5 else None
    alert = town.duty_officer.issues_alert(groups=["everyone"])
    assert alert == "alert 1"
    assert len([one for one in told if one.message.kind == "alert"]) == 6
    found = list(stands(town, alert).values())
    assert (found.count("accepted"), found.count("withdrawn")) == (6, 14)
    town.pass_time(minutes=1)
    got, heard = ([one.to for one in told if one.message.kind == kind] for kind in ("alert", "follow_up"))
    assert sorted(heard) == sorted(got), "whoever got it hears that it is withdrawn, and nobody else"


# ---- a great audience


def test_a_great_audience_is_written_down_in_parts_and_nobody_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "AT_ONCE", 7)
    street = [f"person {n}" for n in range(30)]
    town.group("the street", street)
    commit, said = town.app.store.commit, 0

    def torn(*facts: object, command: str, **given: object) -> object:
        nonlocal said
        said += command.startswith("plan:")
        if said == 3:
            raise RuntimeError("killed while it was written down")
        return commit(*facts, command=command, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(town.app.store, "commit", torn)
    with pytest.raises(RuntimeError, match="killed"):
        town.duty_officer.issues_alert(groups=["the street"])
    monkeypatch.setattr(town.app.store, "commit", commit)
    town.work()
    assert sorted(call.to for call in town.lines.calls) == sorted(street)


def test_a_channel_that_breaks_down_at_once_is_given_up_in_the_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.group("the street", ["Ann", "Ben"])

    def broken(*_: object, **__: object) -> object:
        raise OSError("no such thing")

    monkeypatch.setattr(town.lines, "send", broken)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    assert set(stands(town, alert).values()) == {"failed"}
    town.pass_time(hours=3)
    assert set(stands(town, alert).values()) == {"dead"}
    assert failures(town, alert) == 1


def test_a_batch_that_cannot_be_read_keeps_no_other_warning_from_its_receipts(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows from many being settled is done at once; what fails of one is found out one by one."""
    town.person("Ann")
    work, town.work = town.work, lambda: None  # type: ignore[method-assign]
    broken = town.id(town.duty_officer.issues_alert(to=["Ann"], immediate=True))  # and so it is sent first
    sound = town.id(town.duty_officer.issues_alert(to=["Ann"]))
    town.work = work  # type: ignore[method-assign]
    find = deliver.find_warning

    def breaks(look: Look, warning: str) -> deliver.Warned:
        if warning == broken:
            raise Broken("It cannot be read.")
        return find(look, warning)

    town.lines.before = lambda: monkeypatch.setattr(settled, "find_warning", breaks)
    for _ in range(2):  # the second time both are settled
        with pytest.raises(Broken, match="cannot be read"):
            town.work()
    with town.app.store.look() as look:
        assert [one.warning for one in look.all(Receipts)] == [sound]
    assert [errand.errand for errand in town.app.store.errands()] == ["gather"]
    monkeypatch.undo()
    town.work()
    assert town.app.store.errands() == ()


def test_whoever_needs_large_letters_gets_them_and_nobody_else(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.says(NeedsSaid(subject=town.id("Ann"), occurred_at=town.now, needs="large_text"))
    town.duty_officer.issues_alert(groups=["the street"])
    assert [town.phone(name).last_call.message.large for name in ("Ann", "Ben")] == [True, False]
