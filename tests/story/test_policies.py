"""Escalation by policy: who is rung is whoever is on duty then, the steps repeat until a named person has it, quiet hours
hold for what is not grave, and what suffices to end a silence is said beforehand.

GoAlert's scenarios of the same things are told in test_peers_goalert_duty.py.
"""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.basis.moment import utc
from tocsin.flow.answer.told import Telling, tell
from tocsin.flow.answer.watched import somebody_watches
from tocsin.flow.people import on_duty, policies
from tocsin.people.rota import Hours
from tocsin.store.look import Look
from tocsin.testing.town import Officer, Town
from tocsin.warning.alert.state import Alert
from tocsin.warning.ladder import Quiet, Rung, Suffices, Which

QUIET = Quiet(begins="22:00", ends="07:00", zone="Europe/Vienna")
MINOR: dict[str, Any] = {"severity": "Minor", "urgency": "Future"}


@pytest.fixture
def night(town: Town) -> Town:
    """A town with two people who take turns at night, on a Monday evening."""
    for name in ("Ann", "Ben", "the warden"):
        town.person(name, roles=(Role.WATCH_OFFICER,))
    town.person("the miller")
    town.rota("the night rota", "Ann", "Ben", first="2031-05-05T20:00")
    return town


def at(town: Town, moment: str) -> None:
    town.pass_time(hours=(utc(moment) - town.now) / timedelta(hours=1))


def test_a_step_rings_whoever_is_on_duty_when_its_time_comes(night: Town) -> None:
    at(night, "2031-05-06T17:50:00Z")  # ten to eight in Vienna, where Ben follows Ann
    ladder = night.steps(("rota:the night rota", 5), ("rota:the night rota", 10), ("the warden", 30))
    night.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    night.pass_time(minutes=40)
    assert night.rung() == [("Ann", "06 19:55"), ("Ben", "06 20:05")]
    night.pass_time(minutes=10)
    assert night.rung()[2:] == [("the warden", "06 20:35")]


def test_a_step_at_which_nobody_is_on_duty_never_waits(night: Town) -> None:
    night.rota("the day rota", "Ann", hours=(Hours(days=(5,), begins="09:00", ends="10:00"),))
    ladder = night.steps(("rota:the day rota", 10), ("rota:the day rota", 20), ("the warden", 30))
    alert = night.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    night.pass_time(minutes=10)
    assert [call[0] for call in night.rung()] == ["the warden"]
    assert night.watches(alert, "silence")[0].step == 3


def test_steps_repeat_from_the_top_until_a_named_person_has_it(night: Town) -> None:
    ladder = night.steps(("Ann", 0), (["Ben", "the warden"], 10), repeat=20)
    alert = night.duty_officer.issues_alert(to=["the miller"], ladder=ladder, hours=None)
    night.pass_time(minutes=65)
    begun = night.now - timedelta(minutes=65)
    rung = [
        (call.to, (call.at - begun) // timedelta(minutes=1))
        for call in night.lines.calls
        if call.message.kind == "call"
    ]
    assert sorted(rung, key=lambda one: one[::-1]) == [
        *[("Ann", 0), ("Ben", 10), ("the warden", 10)],
        *[("Ann", 30), ("Ben", 40), ("the warden", 40)],
        ("Ann", 60),
    ]
    Officer(night, "Ben").takes_on(alert)
    night.pass_time(days=2)
    assert len(night.rung()) == 7


def test_of_several_at_one_step_one_who_cannot_be_called_hurries_nobody(night: Town) -> None:
    night.person("the deaf warden", roles=(Role.WATCH_OFFICER,), reached=False)
    ladder = night.steps((["the deaf warden", "Ann"], 0), ("Ben", 30))
    night.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    night.pass_time(minutes=29)
    assert [call[0] for call in night.rung()] == ["Ann"]
    night.pass_time(minutes=1)
    assert [call[0] for call in night.rung()] == ["Ann", "Ben"]


def test_once_nobody_of_a_step_could_be_called_the_next_is_rung_at_once(night: Town) -> None:
    for name in ("the deaf warden", "the mute warden"):
        night.person(name, roles=(Role.WATCH_OFFICER,), reached=False)
    ladder = night.steps((["the deaf warden", "the mute warden"], 0), ("Ben", 30))
    night.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    assert [call[0] for call in night.rung()] == ["Ben"]


# ---- over which channels


def test_a_step_calls_over_all_the_channels_it_names(night: Town) -> None:
    night.gets_a_radio("Ann")
    both = Rung(to=night.id("Ann"), after_s=0, channels=("mail", "webhook"))
    night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(("Ben", 60)).__class__(rungs=(both,)))
    assert night.phone("Ann").last_call.about == night.heard_by_radio("Ann").last_call.about == "the miller"


def test_who_has_none_of_the_channels_that_a_step_names_is_called_all_the_same(night: Town) -> None:
    only = Rung(to=night.id("Ann"), after_s=0, channels=("webhook",))
    night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(("Ben", 60)).__class__(rungs=(only,)))
    assert night.phone("Ann").last_call.about == "the miller"


def test_a_call_that_fails_over_one_channel_and_arrives_over_the_other_has_arrived(night: Town) -> None:
    night.gets_a_radio("Ann")
    night.lines.refuses("Ann")
    both = Rung(to=night.id("Ann"), after_s=0, channels=("mail", "webhook"))
    last = Rung(to=night.id("Ben"), after_s=1_800)
    ladder = night.steps(("Ben", 60)).__class__(rungs=(both, last))
    night.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    night.pass_time(minutes=29)
    assert night.phone("Ben").calls == []
    night.radio.refuses("Ann")
    night.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    assert len(night.phone("Ben").calls) >= 1


# ---- quiet hours


def test_what_is_not_grave_waits_for_the_morning(night: Town) -> None:
    at(night, "2031-05-06T20:30:00Z")  # half past ten in Vienna
    ladder = night.steps(("the warden", 15), quiet=QUIET)
    alert = night.duty_officer.issues_alert(to=["the miller"], ladder=ladder, **MINOR)
    night.pass_time(hours=8)
    assert night.rung() == []
    assert night.watches(alert, "silence")[0].held_until == utc("2031-05-07T05:00:00Z")
    night.pass_time(minutes=30)
    assert night.rung() == [("the warden", "07 07:00")]


@pytest.mark.parametrize(
    "grave", [{"severity": "Severe", "urgency": "Future"}, {"severity": "Minor", "urgency": "Immediate"}]
)
def test_what_is_grave_rings_at_any_hour(night: Town, grave: dict[str, Any]) -> None:
    at(night, "2031-05-06T20:30:00Z")
    night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(("the warden", 15), quiet=QUIET), **grave)
    night.pass_time(minutes=15)
    assert night.rung() == [("the warden", "06 22:45")]


def test_whoever_needs_help_is_not_left_until_the_morning(night: Town) -> None:
    at(night, "2031-05-06T20:30:00Z")
    alert = night.duty_officer.issues_alert(
        to=["the miller"], ladder=night.steps(("the warden", 15), quiet=QUIET), **MINOR
    )
    night.answers("the miller", alert, "need_help")
    assert night.rung() == [("the warden", "06 22:30")]


def test_a_window_does_not_lapse_in_quiet_hours_with_nobody_asked(night: Town) -> None:
    at(night, "2031-05-06T19:30:00Z")
    alert = night.duty_officer.issues_alert(
        to=["the miller"], ladder=night.steps(("the warden", 15), quiet=QUIET), hours=6, **MINOR
    )
    night.answers("the miller", alert, "safe")
    at(night, "2031-05-07T01:00:00Z")  # half an hour before it ends
    assert [watch.why.value for watch in night.watches(alert) if watch.rings] == ["window"]


def test_escalated_by_hand_it_does_not_wait_for_the_morning(night: Town) -> None:
    at(night, "2031-05-06T20:30:00Z")
    alert = night.duty_officer.issues_alert(
        to=["the miller"], ladder=night.steps(("the warden", 15), quiet=QUIET), hours=None, **MINOR
    )
    night.pass_time(minutes=20)
    watch = night.watches(alert, "silence")[0]
    assert (watch.rings, watch.held_until) == ((), utc("2031-05-07T05:00:00Z"))
    policies.escalate(night.house, watch.id, by=night.duty_officer.id, command="hurry", now=night.now)
    night.work()
    assert night.rung() == [("the warden", "06 22:50")]


def test_one_who_cannot_be_rung_about_holds_up_nobody_else(night: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first = night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(("Ann", 10)), hours=None)
    second = night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(("Ben", 10)), hours=None)
    found = on_duty.whom_at_last

    def breaks(look: Look, watch: Watch, *more: Any) -> list[str]:
        if watch.warning == night.id(first):
            raise ArithmeticError
        return found(look, watch, *more)

    monkeypatch.setattr(on_duty, "whom_at_last", breaks)
    with pytest.raises(ArithmeticError):
        night.pass_time(minutes=10)
    assert [len(night.watches(one, "silence")[0].rings) for one in (first, second)] == [0, 1]


def test_a_ladder_of_fifty_steps_is_asked_by_too(night: Town) -> None:
    steps = [("the warden", 10)] * 50
    alert = night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(*steps), hours=2)
    night.pass_time(minutes=100)
    assert any(watch.rings for watch in night.watches(alert, "window"))


def test_somebody_watches_where_a_call_would_reach_them(night: Town) -> None:
    night.person("the hermit", reached=False)
    night.rota("the day rota", "Ann", hours=(Hours(days=(5,), begins="09:00", ends="10:00"),))

    alert = night.duty_officer.issues_alert(to=["the miller"])

    def watched(*steps: tuple[str, int]) -> bool:
        with night.app.store.look() as look:
            warning = replace(look.get(Alert, night.id(alert)), ladder=night.steps(*steps))
            return somebody_watches(night.house, look, warning, night.now)

    assert watched(("the warden", 30))
    assert not watched(("the hermit", 30))
    assert watched(("the hermit", 30), ("the warden", 30))
    assert watched(("rota:the night rota", 30))
    assert watched(("rota:the day rota", 30)), "nobody has duty: every duty officer is rung"


# ---- which answers suffice


def test_one_of_three_hosts_suffices_where_the_policy_says_so(night: Town) -> None:
    hosts = [night.person(f"host {n}") for n in range(3)]
    ladder = night.steps(("the warden", 30), suffices=Suffices(which=Which.SOME, count=1))
    alert = night.duty_officer.issues_alert(to=hosts, ladder=ladder)
    night.answers("host 1", alert, "acting")
    (watch,) = night.watches(alert, "silence")
    assert watch.settled_how == "answered"
    night.pass_time(hours=2)
    assert night.rung() == []


def test_the_first_answer_silences_nobody_else_where_it_does_not(night: Town) -> None:
    hosts = [night.person(f"host {n}") for n in range(3)]
    alert = night.duty_officer.issues_alert(to=hosts, ladder=night.steps(("the warden", 30), repeat=600))
    night.answers("host 1", alert, "acting")
    night.pass_time(minutes=30)
    assert len(night.rung()) == 2
    silent = [night.named(w.of) for w in night.watches(alert, "silence") if w.settled_at is None]
    assert sorted(silent) == ["host 0", "host 2"]


def three_hosts(town: Town) -> list[str]:
    """Three institutions: two people are told one after the other in the first, and one in each of the others."""
    for name in ("Rees", "Holm", "Bern", "Cort"):
        town.person(name)
    town.institution("host A", line=("Rees", "Holm"), reached=False, patience=timedelta(minutes=30))
    town.institution("host B", line=("Bern",), reached=False)
    town.institution("host C", line=("Cort",), reached=False)
    return ["host A", "host B", "host C"]


def is_settled(town: Town, warning: str) -> bool:
    (watch,) = [one for one in town.watches(warning, "silence") if one.of == town.id(warning)]
    return watch.settled_how == "answered"


def test_two_people_of_one_host_are_not_two_of_three_hosts(night: Town) -> None:
    ladder = night.steps(("the warden", 300), suffices=Suffices(which=Which.SOME, count=2))
    alert = night.duty_officer.issues_alert(to=three_hosts(night), ladder=ladder)
    night.pass_time(minutes=40)
    night.answers("Rees", alert, "acting")
    night.answers("Holm", alert, "acting")
    assert not is_settled(night, alert)
    night.answers("Cort", alert, "acting")
    assert is_settled(night, alert)
    night.reconcile()


def test_what_an_officer_heard_from_a_host_counts_among_three(night: Town) -> None:
    ladder = night.steps(("the warden", 300), suffices=Suffices(which=Which.SOME, count=1))
    alert = night.duty_officer.issues_alert(to=three_hosts(night), ladder=ladder)
    night.says_in_public("host B", alert, "acting", "By telephone: we act")
    night.work()
    assert is_settled(night, alert)


def test_a_host_that_reads_it_back_counts_in_a_share_and_its_people_do_not_make_it_larger(night: Town) -> None:
    ladder = night.steps(("the warden", 300), suffices=Suffices(which=Which.SHARE, count=34))
    alert = night.duty_officer.issues_alert(to=three_hosts(night), ladder=ladder)
    night.pass_time(minutes=40)
    night.answers("Rees", alert, "acting")
    night.answers("Holm", alert, "acting")
    assert not is_settled(night, alert), "one of three, however many of it were told"
    night.watch_officer.takes_read_back("host B", alert)
    night.work()
    assert is_settled(night, alert)


def test_who_counts_is_who_would_end_a_silence_alone(night: Town) -> None:
    """Whatever is said in whatever order: so many of all have answered as would be found so where each is waited for."""
    hosts = [*three_hosts(night), night.person("Dora"), night.person("Emil")]
    chance = Random(8)
    for count in (1, 2, 3, 4, 5):
        ladder = night.steps(("the warden", 900), suffices=Suffices(which=Which.SOME, count=count))
        alert = night.duty_officer.issues_alert(to=hosts, ladder=ladder)
        night.pass_time(minutes=31)
        speak = ["Rees", "Holm", "Bern", "Cort", "Dora", "Emil", "host A", "host B"]
        chance.shuffle(speak)
        heard = set[str]()
        for one in speak:
            if one.startswith("host"):
                night.says_in_public(one, alert, "acting", "We act")
                night.work()
            else:
                night.answers(one, alert, "acting")
            heard.add({"Rees": "host A", "Holm": "host A", "Bern": "host B", "Cort": "host C"}.get(one, one))
            assert is_settled(night, alert) == (len(heard) >= count), (count, speak, one)


def test_sixty_per_cent_safe_or_in_need_of_help(night: Town) -> None:
    street = [f"person {n}" for n in range(5)]
    night.group("the street", street)
    suffices = Suffices(which=Which.SHARE, count=60, answers=("safe", "need_help"))
    alert = night.duty_officer.issues_alert(
        groups=["the street"], ladder=night.steps(("the warden", 30), suffices=suffices)
    )
    for name, answer in zip(street, ("safe", "received", "need_help"), strict=False):
        night.answers(name, alert, answer)

    def watch() -> Watch:
        return night.watches(alert, "silence")[0]

    assert watch().settled_at is None
    night.answers("person 1", alert, "safe")  # they had only received it
    assert watch().settled_how == "answered"


def test_whoever_tells_an_officer_something_better_counts_for_the_share(night: Town) -> None:
    street = [f"person {n}" for n in range(5)]
    night.group("the street", street)
    suffices = Suffices(which=Which.SHARE, count=60, answers=("safe",))
    alert = night.duty_officer.issues_alert(
        groups=["the street"], ladder=night.steps(("the warden", 30), suffices=suffices)
    )

    def tells(name: str, kind: AnswerKind) -> None:
        said = Telling(
            warning=night.id(alert),
            recipient=night.id(name),
            answer=kind,
            heard=Heard.TELEPHONE,
            speaker=name,
            words="By telephone",
            said_at=night.now,
        )
        tell(night.house, said, by=night.duty_officer.id, command=f"{name} {kind}", now=night.now)
        night.work()

    for name in street[:3]:
        tells(name, AnswerKind.RECEIVED)
    night.pass_time(minutes=1)
    for name in street[:3]:
        assert night.watches(alert, "silence")[0].settled_at is None
        tells(name, AnswerKind.SAFE)  # they had only received it
    assert night.watches(alert, "silence")[0].settled_how == "answered"


# ---- policies under a name, and what an officer does about a watch


def test_a_policy_saved_anew_holds_for_what_is_written_from_then_on(night: Town) -> None:
    policy = night.keeps_policy("nights", night.steps(("Ann", 10)))
    alert = night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(("Ann", 10)), hours=None)
    night.keeps_policy("nights", night.steps(("Ben", 10)))
    night.pass_time(minutes=10)
    assert [call[0] for call in night.rung()] == ["Ann"]
    watch = night.watches(alert, "silence")[0]
    policies.put_under(night.house, watch.id, policy, by=night.duty_officer.id, command="put", now=night.now)
    night.work()
    assert [call[0] for call in night.rung()] == ["Ann", "Ben"]


def test_an_officer_who_will_not_wait_has_the_next_rung_at_once(night: Town) -> None:
    alert = night.duty_officer.issues_alert(to=["the miller"], ladder=night.steps(("Ann", 10), ("Ben", 600)))
    night.pass_time(minutes=10)
    watch = night.watches(alert, "silence")[0]
    policies.note_watch(night.house, watch.id, "I rang twice.", by=night.duty_officer.id, command="note", now=night.now)
    policies.escalate(night.house, watch.id, by=night.duty_officer.id, command="hurry", now=night.now)
    policies.escalate(night.house, watch.id, by=night.duty_officer.id, command="hurry", now=night.now)
    night.work()
    assert [call[0] for call in night.rung()] == ["Ann", "Ben"]
    after = night.watches(alert, "silence")[0]
    assert ([one.words for one in after.notes], after.settled_at) == (["I rang twice."], None)


def test_whoever_took_it_on_and_forgot_it_has_it_no_more_once_it_is_escalated(night: Town) -> None:
    alert = night.duty_officer.issues_alert(
        to=["the miller"], ladder=night.steps(("Ann", 10), ("Ben", 600)), hours=None
    )
    night.pass_time(minutes=10)
    Officer(night, "Ann").takes_on(alert)
    night.pass_time(days=1)
    watch = night.watches(alert, "silence")[0]
    policies.escalate(night.house, watch.id, by=night.duty_officer.id, command="hurry", now=night.now)
    night.work()
    assert [call[0] for call in night.rung()] == ["Ann", "Ben"]
    assert night.watches(alert, "silence")[0].accepted_by is None
    night.answers("the miller", alert, "safe")
    with pytest.raises(Refused, match="settled"):
        policies.escalate(night.house, watch.id, by=night.duty_officer.id, command="again", now=night.now)


def test_what_a_policy_would_do_at_three_on_sunday_is_what_it_does(night: Town) -> None:
    night.rota("weekdays", "Ann", hours=(Hours(days=(0, 1, 2, 3, 4), begins="00:00", ends="00:00"),))
    ladder = night.steps(("rota:weekdays", 5), ("rota:the night rota", 10), ("the warden", 15), repeat=30)
    at(night, "2031-05-11T01:00:00Z")  # three on Sunday
    said = [
        (night.named(to), happens.at)
        for happens in policies.try_out(night.house, ladder, night.now)
        for to in happens.to
    ]
    night.duty_officer.issues_alert(to=["the miller"], ladder=ladder, hours=None)
    night.pass_time(hours=24)
    did = [(call.to, call.at) for call in night.lines.calls if call.message.kind == "call"]
    assert did == [one for one in said if one[1] <= night.now]
    assert did[0] == ("Ben", utc("2031-05-11T01:05:00Z"))


def test_somebody_who_was_forgotten_is_rung_no_more(night: Town) -> None:
    night.person("Cem")
    night.rota("the night rota", "Cem", first="2031-05-05T20:00")
    night.forgets("Cem")
    night.duty_officer.issues_alert(
        to=["the miller"], ladder=night.steps(("rota:the night rota", 0), ("the warden", 600))
    )
    assert [call[0] for call in night.rung()] == ["the warden"]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([("rota:the night rota", 5)], "last step"),
        ([("rota:nowhere", 5), ("the warden", 5)], "no rota"),
        ([("post:nowhere", 5), ("the warden", 5)], "no post"),
        ([("nobody", 5)], "nobody"),
    ],
)
def test_a_policy_that_may_lead_to_nobody_is_refused(night: Town, steps: list[tuple[str, int]], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        night.keeps_policy("bad", night.steps(*steps))


def test_a_rota_that_a_policy_rings_is_kept(night: Town) -> None:
    night.keeps_policy("nights", night.steps(("rota:the night rota", 5), ("the warden", 5)))
    with pytest.raises(Refused, match="nights"):
        policies.drop_rota(night.house, night.id("the night rota"), by="town", command="drop", now=night.now)


def test_policies_and_rotas_stand_as_the_journal_tells(night: Town) -> None:
    night.keeps_policy("nights", night.steps(("rota:the night rota", 5), ("the warden", 5), quiet=QUIET))
    name = night.stands_in("the night rota", "the warden", "2031-05-06T00:00:00Z", "2031-05-07T00:00:00Z", "Ann")
    policies.drop_stand_in(
        night.house, night.id("the night rota"), night.id(name), by="town", command="drop", now=night.now
    )
    night.reconcile()
