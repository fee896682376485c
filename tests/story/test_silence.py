"""Promise 2: no warning is ignored in silence."""

from tocsin.testing.town import Town


def test_silence_for_fifteen_minutes_rings_the_deputy(town: Town) -> None:
    town.report("Water over the Mill Lane bridge")
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=15)
    assert town.phone("the deputy").last_call.about == "the miller"


def test_an_answer_in_time_rings_nobody(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=14)
    town.answers("the miller", notice, "acting")
    town.pass_time(hours=24)
    assert town.watches(notice, "silence")[0].rings == ()


def test_silence_rings_person_after_person_until_one_takes_it_on(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(hours=1)
    assert len(town.phone("the deputy").calls) == 1
    assert len(town.phone("the duty officer").calls) == 3
    town.duty_officer.takes_on(notice)
    town.pass_time(days=2)
    assert len(town.phone("the duty officer").calls) == 3
    watch = town.watches(notice, "silence")[0]
    assert (town.named(watch.accepted_by or ""), watch.settled_at) == ("the duty officer", None)


def test_a_late_answer_still_settles_what_someone_took_on(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(minutes=15)
    town.deputy.takes_on(notice)
    town.pass_time(days=12)
    town.answers("the miller", notice, "received")
    assert town.watches(notice, "silence")[0].settled_how == "answered"


def test_a_group_is_silent_until_its_last_member_has_answered(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.answers("Ann", alert, "safe")
    town.pass_time(minutes=15)
    assert [town.named(w.of) for w in town.watches(alert, "silence") if w.rings] == ["the street"]
    town.answers("Ben", alert, "safe")
    assert town.watches(alert, "silence")[0].settled_at == town.now


def test_a_denial_rings_at_once_and_ends_nothing(town: Town) -> None:
    town.person("the mayor")
    notice = town.duty_officer.issues_notice(to="the mayor")
    town.pass_time(minutes=5)
    town.says_in_public("the mayor", notice, "dismissed", "Scaremongering", ordered="Watch the bridge")
    assert [w.why.value for w in town.watches(notice) if w.rings] == ["denial"]
    assert town.phone("the deputy").last_call.about == "the mayor"
    window = town.notice(notice).window
    assert window is not None
    assert window.stands == "open"


def test_someone_who_needs_help_rings_at_once(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.answers("Ann", alert, "need_help")
    assert town.phone("the deputy").last_call.about == "Ann"
