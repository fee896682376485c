"""Alertmanager's acceptance scenarios, told in the town: exactly what was planned arrives, when it should, and no more.

Its tests say for each receiver what must come between which moments, and that nothing else may. So do these: each ends
with everything that arrived. What is over is reminded of no more is told in test_silence.py and test_delivery.py too,
who is named twice hears once in test_delivery.py, what waits for a line that is down in test_sending.py, and a send that
is killed in tests/faults.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults import sender, sends
from tests.faults.processes import wait_until
from tocsin.flow.delivery import deliver
from tocsin.testing.sink import Sink
from tocsin.testing.town import MORNING, Town
from tocsin.testing.town.lines import Call

SOME_DAYS = timedelta(days=4)  # nobody answers here, and nobody is rung about it


def came(calls: Sequence[Call], *, headline: bool = False) -> list[tuple[float, str]]:
    """Return everything that arrived: in which minute of the morning, and at whom, or under which headline."""
    return [((call.at - MORNING).total_seconds() / 60, call.message.subject if headline else call.to) for call in calls]


def test_whoever_fails_is_tried_again_and_the_others_hear_nothing_more(town: Town) -> None:
    """There: of two receivers one fails for a while; the other one must not get it again because of that."""
    town.group("the street", ["Ann", "Ben", "Cy"])
    town.lines.is_busy("Ben", times=3)
    town.duty_officer.issues_alert(groups=["the street"], patience=SOME_DAYS)
    town.pass_time(hours=24)
    assert sorted(came(town.lines.calls)) == [(0, "Ann"), (0, "Cy"), (1.75, "Ben")], "after 15, 30 and 60 seconds"


def test_a_crowd_in_batches_gets_as_many_messages_as_it_has_people(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """There: what belongs together goes out together, and the total is exact. Here some are in both groups, some fail."""
    monkeypatch.setattr(deliver, "RANGE", 10)
    crowd = [f"person {n}" for n in range(45)]
    town.group("the street", crowd)
    town.group("the choir", [])
    for name in crowd[20:30]:
        town.joins(name, "the choir")
    for name in crowd[::7]:
        town.lines.is_busy(name, times=2)
    town.duty_officer.issues_alert(groups=["the street", "the choir"], to=crowd[:3], patience=SOME_DAYS)
    town.pass_time(hours=24)
    assert Counter(came(town.lines.calls)) == Counter((0.75 if name in crowd[::7] else 0, name) for name in crowd)


def test_what_is_issued_while_another_waits_goes_beside_it_and_neither_goes_twice(town: Town) -> None:
    """There: alerts that come in while a group waits are sent with it once, and then not until they repeat."""
    town.group("the street", ["Ann", "Ben"])
    town.lines.goes_down(times=2)
    town.duty_officer.issues_alert(groups=["the street"], headline="First", patience=SOME_DAYS)
    town.pass_time(minutes=0.1)
    town.duty_officer.issues_alert(groups=["the street"], headline="Second", patience=SOME_DAYS)
    town.pass_time(hours=24)
    assert came(town.lines.calls, headline=True) == [(0.1, "Second")] * 2 + [(0.25, "First")] * 2


def test_a_reminder_comes_at_each_interval_until_somebody_takes_it_on(town: Town) -> None:
    """There: as long as an alert fires it is repeated at its interval. Here our own people are, who must act on silence."""
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(minutes=50)
    town.deputy.takes_on(notice)
    town.pass_time(hours=24)
    assert came(town.lines.calls) == [
        (0, "the miller"),
        (15, "the deputy"),
        (30, "the duty officer"),
        (45, "the duty officer"),
    ]


def test_when_it_is_over_nobody_is_reminded_any_more(town: Town) -> None:
    """There: what is resolved is said once, to whoever was told, and not repeated."""
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.pass_time(minutes=20)
    town.duty_officer.decides(alert, "withdraw")
    town.pass_time(hours=24)
    assert came(town.lines.calls) == [(0, "Ann"), (15, "the deputy"), (20, "Ann")]


def test_over_a_restart_nothing_is_told_again_and_the_interval_goes_on(tmp_path: Path) -> None:
    """There this is switched off, for what is sent is not kept: a restart would send it again, or not at all."""
    with Town(tmp_path) as town:
        town.person("the miller")
        town.duty_officer.issues_notice(to="the miller", hours=None)
        town.pass_time(minutes=20)
        assert came(town.lines.calls) == [(0, "the miller"), (15, "the deputy")]
    with Town(tmp_path, town.now, memory=town.memory) as again:
        again.work()
        again.pass_time(minutes=30)
        assert came(again.lines.calls) == [(30, "the duty officer"), (45, "the duty officer")]
        again.reconcile()


def test_two_senders_of_one_channel_tell_each_once(tmp_path: Path) -> None:
    """There: of several instances one sends. Here two threads take batches, with a process each that hands them over."""
    with Sink("http") as sink:
        places = sends.prepared(sender.opened(tmp_path, sink.port), sink.port, "http", 2_000)
        app = sender.opened(tmp_path, sink.port, senders=2)
        try:
            app.engine.start()
            wait_until(lambda: sender.is_settled(app))
        finally:
            app.close()
        found = sends.judged(sender.opened(tmp_path, sink.port), sink, places, [])
        assert sink.ids() == dict.fromkeys(places, 1)
        assert (found.lost, found.twice, found.strangers, found.amiss) == (0, 0, 0, [])
