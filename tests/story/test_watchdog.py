"""The watchdog finds whatever was let fall, and is silent where nothing was."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from tocsin.basis.errors import Unreachable
from tocsin.cli.stage import find_scenario, set_stage
from tocsin.flow.engine import Engine, Runner
from tocsin.flow.watchdog import OLD, Watchdog
from tocsin.scenario.read import read
from tocsin.store.loose import DANGER_WITHIN, LATE, Kind
from tocsin.testing.town import Town
from tocsin.web.site import Site


@pytest.fixture(name="fallen")
def _fallen(tmp_path: Path) -> Iterator[Town]:
    """A town in which something was let fall: it is not reconciled in the end."""
    with Town(tmp_path) as town:
        yield town


def found(town: Town, watchdog: Watchdog | None = None) -> list[tuple[str, str | None]]:
    """Return what is found, and the name of what it is about."""
    ends = (watchdog or Watchdog(town.app.store)).check(town.now).ends
    return [(one.kind.value, one.warning and town.named(one.warning)) for one in ends]


def tamper(town: Town, statement: str, *values: str) -> None:
    with town.app.store._write() as connection:
        assert connection.exec_driver_sql(statement, values).rowcount > 0


# ---- where nothing was let fall


def test_all_is_well_where_everything_went_its_way(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.person("Cy")
    town.person("the miller")
    town.person("the hermit", reached=False)
    watchdog = Watchdog(town.app.store)
    assert found(town, watchdog) == []
    town.lines.goes_down(times=3)
    town.lines.refuses("Cy")
    town.duty_officer.issues_alert(to=["Cy", "the hermit"], groups=["the street"], hours=1)
    town.duty_officer.issues_notice(to="the miller")
    town.sets_level("FR", 3, region="Upstream")
    for _ in range(40):
        town.pass_time(minutes=7)
        assert found(town, watchdog) == []
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.decides(alert, "withdraw")
    assert found(town, watchdog) == []


def test_nobody_is_to_ask_about_the_window_of_a_warning_that_another_follows(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.issues_alert(to=["Ann"], follows=alert)
    assert found(town) == []


# ---- each thing that can be let fall


def test_a_batch_whose_lease_vanished(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.lines.goes_down(times=1)
    alert = fallen.duty_officer.issues_alert(to=["Ann"])
    assert found(fallen) == []
    tamper(fallen, "DELETE FROM leases")
    assert found(fallen) == [("no_lease", alert)]


def test_a_batch_that_is_neither_in_hand_nor_due(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.lines.goes_down(times=1)
    alert = fallen.duty_officer.issues_alert(to=["Ann"])
    tamper(fallen, "UPDATE leases SET due = NULL")
    assert found(fallen) == [("no_lease", alert)]


def test_a_settled_batch_in_which_somebody_has_no_end(fallen: Town) -> None:
    fallen.group("the street", ["Ann", "Ben"])
    alert = fallen.duty_officer.issues_alert(groups=["the street"])
    assert found(fallen) == []
    with fallen.app.store._write() as connection:
        connection.exec_driver_sql("DROP TRIGGER notes_never_update")
        connection.exec_driver_sql(
            "UPDATE notes SET positions = (SELECT json_group_array(value) FROM json_each(positions) WHERE value <> 1)"
        )
    assert found(fallen) == [("no_end", alert)]


def test_a_warning_that_will_never_be_planned_nor_watched(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.lines.goes_down(times=0)
    name = fallen.drafts_alert(to=["Ann"])
    fallen.duty_officer.approves(name)
    work, fallen.work = fallen.work, lambda: None  # type: ignore[method-assign]
    fallen.duty_officer.issues(name)
    assert found(fallen) == []
    tamper(fallen, "DELETE FROM outbox")
    assert found(fallen) == [("not_planned", name), ("not_watched", name)]
    fallen.work = work  # type: ignore[method-assign]


def test_somebody_who_is_named_and_was_left_out(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.person("Ben")
    alert = fallen.duty_officer.issues_alert(to=["Ann", "Ben"])
    with fallen.app.store._write() as connection:
        connection.exec_driver_sql("DROP TRIGGER recipients_never_update")
        connection.exec_driver_sql("UPDATE recipients SET person = 'nobody' WHERE person = ?", (fallen.id("Ben"),))
    assert found(fallen) == [("left_out", alert)]


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        pytest.param(
            "UPDATE audience_states SET counts = '{\"named\": 3}'", 1, id="one more was found than written down"
        ),
        pytest.param('UPDATE audience_states SET counts = \'{"named": 3, "no_contact": 1}\'', 1, id="nobody is rung"),
        pytest.param('UPDATE audience_states SET counts = \'{"named": 2, "left_out": {"paused": 1}}\'', 0, id="paused"),
    ],
)
def test_who_was_found_is_held_against_who_was_written_down(fallen: Town, statement: str, ends: int) -> None:
    fallen.person("Ann")
    fallen.person("Ben")
    alert = fallen.duty_officer.issues_alert(to=["Ann", "Ben"])
    tamper(fallen, statement)
    assert found(fallen) == [("left_out", alert)] * ends


def test_a_false_alarm_that_somebody_will_not_be_told_of(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.person("Ben")
    alert = fallen.duty_officer.issues_alert(to=["Ann", "Ben"])
    fallen.duty_officer.retracts(alert)
    watchdog = Watchdog(fallen.app.store)
    assert found(fallen, watchdog) == []
    tamper(fallen, "UPDATE batch_states SET errand = 'call' WHERE errand = 'retraction'")
    assert found(fallen, watchdog) == [], "it was proven, and what was written down does not vanish"
    assert found(fallen) == [("not_taken_back", alert)]


@pytest.mark.parametrize(
    "due",
    [pytest.param("NULL", id="no timer"), pytest.param("'2099-01-01T00:00:00.000000Z'", id="a timer after its end")],
)
def test_an_open_window_that_would_lapse_in_silence(fallen: Town, due: str) -> None:
    alert = fallen.duty_officer.issues_alert(hours=2)
    tamper(fallen, f"UPDATE alert_states SET due = {due}")
    assert found(fallen) == [("window_untimed", alert)]


def test_a_watch_that_would_ring_nobody(fallen: Town) -> None:
    fallen.person("the miller")
    notice = fallen.duty_officer.issues_notice(to="the miller")
    tamper(fallen, "UPDATE watch_states SET due = NULL")
    assert found(fallen) == [("watch_untimed", notice)]


def test_timers_and_errands_that_nobody_minds(fallen: Town) -> None:
    fallen.person("Ann")
    name = fallen.drafts_alert(to=["Ann"], hours=4, patience=timedelta(minutes=1))
    fallen.duty_officer.approves(name)
    fallen.duty_officer.issues(name)
    town = fallen
    tamper(town, "INSERT INTO outbox (due, errand, subject) VALUES (?, 'plan', ?)", stamp(town), town.id(name))
    town.clock.advance(LATE)
    assert ("errand_late", name) not in found(town)
    town.clock.advance(timedelta(seconds=61))
    assert found(town) == [("watch_late", name), ("errand_late", name)]
    town.clock.advance(timedelta(hours=4))
    assert ("window_late", name) in found(town)


def stamp(town: Town) -> str:
    return town.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_batch_in_hand_of_which_nothing_comes(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.lines.goes_down(times=1)
    alert = fallen.duty_officer.issues_alert(to=["Ann"])
    tamper(fallen, "UPDATE leases SET owner = 'mail'")
    watchdog = Watchdog(fallen.app.store)
    assert found(fallen, watchdog) == []
    fallen.clock.advance(LATE + timedelta(seconds=1))
    assert found(fallen, watchdog) == [("stuck", alert)]
    assert found(fallen) == [], "another process has not seen it for so long"


def test_a_channel_over_which_nobody_sends(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.lines.goes_down(times=1)
    fallen.duty_officer.issues_alert(to=["Ann"])
    fallen.clock.advance(LATE + timedelta(seconds=20))
    assert found(fallen) == [("still", None)]


def test_an_immediate_danger_of_which_nothing_was_accepted(fallen: Town) -> None:
    fallen.person("Ann")
    fallen.lines.goes_down(times=1_000)
    alert = fallen.duty_officer.issues_alert(to=["Ann"], hours=24)
    tamper(fallen, "UPDATE alert_states SET urgency = 'Immediate'")
    watchdog = Watchdog(fallen.app.store)
    fallen.pass_time(minutes=DANGER_WITHIN.total_seconds() / 60)
    assert ("not_accepted", alert) not in found(fallen, watchdog)
    fallen.pass_time(minutes=1)
    assert ("not_accepted", alert) in found(fallen, watchdog)
    fallen.lines.goes_down(times=0)
    fallen.pass_time(minutes=60)
    assert found(fallen, watchdog) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_of_the_engine_that_died(town: Town) -> None:
    def dies() -> float:
        raise SystemExit  # no error of the kind that a round gets over

    runner = Runner("keeper", dies, threading.Event())
    runner.start()
    runner.stop()
    watchdog = Watchdog(town.app.store, threads=lambda: {runner.name: runner.lives, "publisher": True})
    (end,) = watchdog.check(town.now).ends
    assert (end.kind, end.subject) == (Kind.THREAD_DEAD, "keeper")


# ---- who watches the watchdog


def test_a_check_that_is_owed_and_not_done_is_trouble(town: Town) -> None:
    watchdog = Watchdog(town.app.store)
    assert watchdog.trouble(town.now) == "", "nobody has begun to check"
    watchdog.begin(town.now)
    town.clock.advance(OLD)
    assert watchdog.trouble(town.now) == ""
    town.clock.advance(timedelta(seconds=1))
    assert "never been completed" in watchdog.trouble(town.now)
    watchdog.check(town.now)
    assert watchdog.trouble(town.now) == ""
    town.clock.advance(OLD + timedelta(seconds=1))
    assert "was last completed 2031-05-06T08:03:01Z" in watchdog.trouble(town.now)


def test_a_check_that_fails_says_so_and_the_next_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    watchdog = Watchdog(town.app.store)
    with monkeypatch.context() as torn:
        torn.setattr("tocsin.flow.watchdog.loose_ends", failing(KeyError("a confidential word")))
        watchdog.mind(lambda: town.now)
    assert "KeyError" in watchdog.trouble(town.now)
    assert "confidential" not in watchdog.trouble(town.now)
    watchdog.mind(lambda: town.now)
    assert watchdog.trouble(town.now) == ""


def failing(error: Exception) -> Callable[..., None]:
    def fails(*_: object) -> None:
        raise error

    return fails


def test_what_was_found_is_logged_once_and_names_nobody(fallen: Town) -> None:
    fallen.person("the miller")
    fallen.lines.goes_down(times=1)
    fallen.duty_officer.issues_notice(to="the miller", what="The sluice keeper")
    tamper(fallen, "UPDATE leases SET due = NULL")
    watchdog = Watchdog(fallen.app.store)
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            watchdog.check(fallen.now)
    assert [line["event"] for line in lines] == ["loose end"]
    assert lines[0]["log_level"] == "error"
    assert "sluice" not in str(lines)
    assert "miller" not in str(lines)
    assert "sluice" not in watchdog.trouble(fallen.now)


# ---- the ping


class Outside:
    """A service that counts pings, and fails when told to."""

    def __init__(self) -> None:
        self.pings = 0
        self.error: Exception | None = None

    def __call__(self) -> None:
        if self.error:
            raise self.error
        self.pings += 1


def test_a_clean_check_pings_and_one_that_found_something_does_not(fallen: Town) -> None:
    outside = Outside()
    watchdog = Watchdog(fallen.app.store, ping=outside)
    watchdog.mind(lambda: fallen.now)
    assert outside.pings == 1
    alert = fallen.duty_officer.issues_alert(hours=2)
    tamper(fallen, "UPDATE alert_states SET due = NULL")
    watchdog.mind(lambda: fallen.now)
    assert outside.pings == 1
    assert found(fallen, watchdog) == [("window_untimed", alert)]


def test_an_engine_in_trouble_does_not_ping(town: Town) -> None:
    outside = Outside()
    Watchdog(town.app.store, ping=outside, trouble=lambda: "The disc is full.").mind(lambda: town.now)
    assert outside.pings == 0


@pytest.mark.parametrize("error", [Unreachable("It answered 503."), ValueError("https://secret.example/5a81")])
def test_a_ping_that_fails_is_shown_and_harms_nothing(town: Town, error: Exception) -> None:
    outside = Outside()
    outside.error = error
    watchdog = Watchdog(town.app.store, ping=outside)
    watchdog.mind(lambda: town.now)
    assert watchdog.pinged is not None
    assert watchdog.pinged.failed
    assert "secret" not in watchdog.pinged.failed
    assert watchdog.trouble(town.now) == ""
    outside.error = None
    watchdog.mind(lambda: town.now)
    assert (watchdog.pinged.at, watchdog.pinged.failed) == (town.now, "")


def test_the_engine_checks_by_itself(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = threading.Event()
    monkeypatch.setattr("tocsin.flow.engine.FIRST_AFTER", timedelta(0))
    engine = Engine(town.house, town.clock, town.app.publisher, ping=checked.set)
    engine.start()
    try:
        assert checked.wait(60)
    finally:
        engine.stop()
    assert engine.watchdog.last is not None
    assert engine.watchdog.last.ends == ()


# ---- a whole case


def test_the_moscow_case_leaves_no_loose_end_at_any_step() -> None:
    scenario = read(find_scenario("moscow-2024") / "scenario.yaml")
    with set_stage(scenario, None, "127.0.0.1", 0, "test") as stage:
        watchdog = Watchdog(stage.app.store)
        checks: list[tuple[str, object]] = []

        def check(_done: int, _of: int, step: str) -> None:
            checks.append((step, watchdog.check(stage.clock.now()).ends))

        stage.play(check)
        checks.append(("the end", watchdog.check(stage.clock.now()).ends))
    assert len(checks) > 20
    assert [(step, ends) for step, ends in checks if ends] == []


def test_what_was_let_fall_is_trouble_of_the_installation(fallen: Town) -> None:
    watchdog = fallen.app.watchdog
    watchdog.begin(fallen.now)
    watchdog.check(fallen.now)
    assert fallen.app.trouble == ""
    fallen.duty_officer.issues_alert(hours=2)
    tamper(fallen, "UPDATE alert_states SET due = NULL")
    watchdog.check(fallen.now)
    assert "has nobody who carries it on" in fallen.app.trouble
    with closing(Site(fallen.app)) as site:
        assert not site.ready()
        tamper(fallen, "UPDATE alert_states SET due = '2031-05-06T09:30:00.000000Z'")
        watchdog.check(fallen.now)
        assert site.ready()
