"""A warning is sent again to whoever is silent, by the next way they have, and to nobody else."""

from datetime import timedelta
from pathlib import Path

import pytest

from tocsin.basis.errors import Refused
from tocsin.flow.delivery import again
from tocsin.flow.work import work
from tocsin.people.facts import ContactRemoved
from tocsin.testing.town import Town

SOME_DAYS = timedelta(days=4)


def sends_again(town: Town, warning: str, *of: str, **more: tuple[str, ...]) -> None:
    ids = [town.id(one) for one in of]
    again.send_again(
        town.house,
        town.id(warning),
        ids,
        by=town.duty_officer.id,
        command=town.name_next("again"),
        now=town.now,
        **more,
    )
    town.work()


def test_the_silent_get_it_again_by_their_next_way_and_nobody_else(town: Town) -> None:
    town.group("the street", ["Ann", "Ben", "Cem"])
    town.gets_a_radio("Ben")
    alert = town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
    town.answers("Ann", alert, "safe")
    sends_again(town, alert)
    assert [len(town.phone(one).calls) for one in ("Ann", "Ben", "Cem")] == [1, 1, 2]
    assert len(town.heard_by_radio("Ben").calls) == 1
    ids = [call.id for call in town.phone("Cem").calls]
    assert ids[0] != ids[1]  # it is another message, about the same


def test_it_goes_to_one_alone_where_one_alone_is_named(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    alert = town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
    sends_again(town, alert, "Ann")
    assert [len(town.phone(one).calls) for one in ("Ann", "Ben")] == [2, 1]


def test_whoever_has_only_received_it_can_be_asked_again_whether_they_are_safe(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    alert = town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
    town.answers("Ann", alert, "received")
    town.answers("Ben", alert, "safe")
    sends_again(town, alert, unless=("safe", "need_help"))
    assert [len(town.phone(one).calls) for one in ("Ann", "Ben")] == [2, 1]


def test_once_everyone_has_answered_there_is_nobody_to_send_it_to(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.answers("Ann", alert, "safe")
    with pytest.raises(Refused, match="nobody to send it to again"):
        sends_again(town, alert)


@pytest.mark.parametrize("how", ["stand_down", "retracted", "over"])
def test_what_holds_no_longer_is_not_sent_again(town: Town, how: str) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=2)
    if how == "retracted":
        town.duty_officer.retracts(alert)
    elif how == "over":
        town.pass_time(hours=3)
    else:
        town.duty_officer.decides(alert, how)
    with pytest.raises(Refused, match=r"taken back|no longer"):
        sends_again(town, alert)


def test_killed_while_it_is_written_down_everyone_gets_it_once_more_and_once_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.flow.delivery.deliver.AT_ONCE", 3)
    street = [f"person {n}" for n in range(10)]
    with Town(tmp_path) as town:
        town.group("the street", street)
        alert = town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
        again.send_again(town.house, town.id(alert), by=town.duty_officer.id, command="again", now=town.now)
        commit, done = town.house.store.commit, 0

        def dies(*args: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done > 2:
                raise KeyboardInterrupt
            return commit(*args, **named)  # type: ignore[arg-type]

        with monkeypatch.context() as patched:
            patched.setattr(town.house.store, "commit", dies)
            with pytest.raises(KeyboardInterrupt):
                work(town.house, town.clock)
        memory, now = town.memory, town.now
    with Town(tmp_path, now, memory=memory) as after:
        after.work()
        calls = [call.to for call in (*town.lines.calls, *after.lines.calls)]
        assert {one: calls.count(one) for one in street} == dict.fromkeys(street, 2)
        again.send_again(after.house, after.id(alert), by="x", command="again", now=after.now)  # asked for before
        after.work()
        assert len(after.lines.calls) + len(town.lines.calls) == 20
        after.reconcile()


def test_sent_again_it_stands_as_the_journal_tells_and_is_counted_once(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    alert = town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
    sends_again(town, alert)
    with town.app.store.look() as look:
        count = look.counting.of(look.connection, town.id(alert), town.now)
    assert (count.people, sum(n for _, n in count.accepted)) == (2, 2)


def test_whoever_can_be_reached_no_more_is_told_to_a_person(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"], patience=SOME_DAYS)
    gone = ContactRemoved(subject=town.id("Ann's telephone"), occurred_at=town.now)
    town.says(gone)
    sends_again(town, alert)
    assert [watch.why.value for watch in town.watches(alert) if watch.rings] == ["failure"]


def test_whoever_was_lost_and_is_reached_when_it_is_sent_again_is_counted_then(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.lines.refuses("Ann")
    alert = town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)

    def reached() -> int:
        with town.app.store.look() as look:
            return sum(n for _, n in look.counting.of(look.connection, town.id(alert), town.now).accepted)

    assert reached() == 1
    town.gets_a_radio("Ann")
    sends_again(town, alert)
    assert len(town.heard_by_radio("Ann").calls) == 1
    assert reached() == 2
