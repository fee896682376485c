"""A false alarm is taken back to all who got it or may have got it, ahead of everything else, where they got it."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.story.test_sending import stands
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.cap import MsgType, check, read
from tocsin.channels.channel import Limit, Parcel
from tocsin.delivery.facts import Errand
from tocsin.flow.delivery import send
from tocsin.flow.delivery.carrier import Pack
from tocsin.flow.warning import warn
from tocsin.flow.work import work
from tocsin.testing.town import Town
from tocsin.testing.town.lines import Call, Lines
from tocsin.warning.retraction import TakenBack
from tocsin.warning.window import WindowStands

TAKEN_BACK = "Taken back, a false alarm: Keep off the bridge"


def told(line: Lines, kind: str) -> list[str]:
    """Return whom a line told of a warning, or that it is taken back, in order."""
    return [call.to for call in line.calls if call.message.kind == kind]


def retractions(town: Town, person: str) -> list[Call]:
    return [call for call in town.phone(person).calls if call.message.kind == "retraction"]


def retract_at(town: Town, warning: str, calls: int) -> None:
    """Have a warning taken back while a batch is being sent, once a line has handed over so many messages."""

    def now() -> None:
        if len(town.lines.calls) == calls:
            said = [TakenBack(language="", words="A sensor was wet.")]
            warn.retract(town.house, town.id(warning), said, by=town.deputy.id, command="in hand", now=town.now)
            work(town.house, town.clock, sending=False)

    town.lines.before = now


# ---- who hears


def test_everyone_who_got_it_hears_that_it_was_false(town: Town) -> None:
    town.group("the street", ["Ann", "Ben", "Cy"])
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.deputy.retracts(alert, "A sensor was wet.")
    assert sorted(told(town.lines, "retraction")) == ["Ann", "Ben", "Cy"]
    call = town.phone("Ann").last_call
    assert call.message.subject == TAKEN_BACK
    assert call.message.lines == (
        "It was a false alarm. We take this warning back; you need not act on it any more.",
        "A sensor was wet.",
        "What we take back: “Keep off the bridge”, sent 2031-05-06 10:00 (Europe/Brussels).",
    )
    assert call.answer_url == "", "there is nothing to answer"
    assert call.message.exercise


def test_it_goes_out_under_an_id_of_its_own(town: Town) -> None:
    town.person("Ann")
    town.duty_officer.retracts(town.duty_officer.issues_alert(to=["Ann"]))
    warned, taken_back = town.phone("Ann").calls
    assert warned.id != taken_back.id


def test_who_was_not_reached_yet_is_not_told_anything(town: Town) -> None:
    town.group("the street", [f"person {n}" for n in range(10)])
    town.lines.limit = Limit(account="mail:1", per_s=1, burst=4)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    reached = told(town.lines, "alert")
    assert len(reached) == 4
    town.duty_officer.retracts(alert)
    town.pass_time(minutes=2)
    assert sorted(told(town.lines, "retraction")) == sorted(reached)
    assert told(town.lines, "alert") == reached
    assert Counter(stands(town, alert).values()) == {"accepted": 4, "withdrawn": 6}


def test_a_try_that_failed_may_have_arrived(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=1)
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert stands(town, alert) == {("Ann", "mail"): "failed"}
    town.duty_officer.retracts(alert)
    assert told(town.lines, "retraction") == ["Ann"]
    town.pass_time(hours=1)
    assert told(town.lines, "alert") == []


def test_a_batch_in_hand_is_taken_back_as_far_as_it_came(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "IN_HAND", 1)
    town.group("everyone", [f"person {n}" for n in range(20)])
    retract_at(town, "alert 1", 5)
    town.duty_officer.issues_alert(groups=["everyone"])
    reached = told(town.lines, "alert")
    assert len(reached) == 6, "the sixth was on its way"
    assert sorted(told(town.lines, "retraction")) == sorted(reached)


def test_each_hears_it_where_they_were_warned(town: Town) -> None:
    for person in ("Ann", "Ben", "Cy"):
        town.person(person)
        town.gets_a_radio(person)
    town.lines.refuses("Ann")
    town.lines.refuses("Ben")
    alert = town.duty_officer.issues_alert(to=["Ann", "Ben", "Cy"])
    assert told(town.radio, "alert") == ["Ann", "Ben"]
    town.duty_officer.retracts(alert)
    assert told(town.lines, "retraction") == ["Cy"]
    assert told(town.radio, "retraction") == ["Ann", "Ben"], "each once, though the telephone was tried before"
    town.pass_time(days=1)
    assert [w for w in town.watches(alert, "failure") if w.rings] == [], "all of them have heard"


def test_who_cannot_be_told_there_any_more_is_told_another_way(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert told(town.lines, "alert") == ["Ann"]
    town.lines.refuses("Ann")
    town.duty_officer.retracts(alert)
    assert told(town.radio, "retraction") == ["Ann"]


def test_who_cannot_be_told_at_all_rings_a_person(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.lines.refuses("Ann")
    town.duty_officer.retracts(alert)
    assert [watch.why.value for watch in town.watches(alert) if watch.settled_at is None and watch.rings] == ["failure"]
    assert "could be told that it is taken back" in town.phone("the deputy").last_call.message.subject


def test_it_is_sent_after_the_window_of_the_warning_has_ended(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=1)
    town.lines.goes_down(times=7)
    town.duty_officer.retracts(alert)
    town.pass_time(hours=3)
    assert told(town.lines, "retraction") == ["Ann"]


@pytest.mark.parametrize("hours", [pytest.param(None, id="no window"), pytest.param(1, id="ran out undecided")])
def test_it_needs_no_open_window(town: Town, hours: int | None) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=hours)
    town.pass_time(hours=2)
    town.duty_officer.retracts(alert)
    assert told(town.lines, "retraction") == ["Ann"]
    assert [watch for watch in town.watches(alert) if watch.settled_at is None] == []


def test_what_was_withdrawn_in_silence_can_still_be_taken_back(town: Town) -> None:
    """Hawaii, 13 January 2018: cancelled after some minutes, which told nobody; the correction came after 38."""
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.decides(alert, "withdraw")
    assert told(town.lines, "retraction") == []
    town.duty_officer.retracts(alert)
    assert told(town.lines, "retraction") == ["Ann"]


def test_nobody_is_told_twice(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.lines.limit = Limit(account="mail:1", per_s=1, burst=1)
    alert = town.duty_officer.issues_alert(to=["Ann"], groups=["the street"])
    town.pass_time(minutes=1)
    town.lines.goes_down(times=1)
    town.duty_officer.retracts(alert)
    town.pass_time(days=8)
    assert sorted(told(town.lines, "retraction")) == ["Ann", "Ben"]


def test_a_command_said_twice_takes_back_once(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    said = [TakenBack(language="en", words="It was a drill.")]
    for _ in range(2):
        warn.retract(town.house, town.id(alert), said, by=town.deputy.id, command="once", now=town.now)
    town.work()
    assert told(town.lines, "retraction") == ["Ann"]


# ---- ahead of everything else


def test_it_passes_whatever_waits(town: Town) -> None:
    town.group("everyone", [f"person {n}" for n in range(30)])
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.lines.limit = Limit(account="mail:1", per_s=1, burst=1)
    town.duty_officer.issues_alert(groups=["everyone"], headline="Roads will be salted")
    town.duty_officer.issues_alert(groups=["everyone"], headline="Get off the square", immediate=True)
    town.pass_time(minutes=0.1)
    before = len(town.lines.calls)
    town.duty_officer.retracts(alert)
    town.pass_time(minutes=2)
    assert [call.message.subject for call in town.lines.calls[before : before + 2]] == [
        TAKEN_BACK,
        "Get off the square",
    ]


def test_a_batch_in_hand_makes_way(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send, "IN_HAND", 1)
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.group("everyone", [f"person {n}" for n in range(20)])
    retract_at(town, alert, 5)
    town.duty_officer.issues_alert(groups=["everyone"], headline="Roads will be salted")
    subjects = [call.message.subject for call in town.lines.calls]
    assert subjects == [
        "Keep off the bridge",
        *["Roads will be salted"] * 5,
        TAKEN_BACK,
        *["Roads will be salted"] * 15,
    ]


# ---- a sender that dies


def test_what_was_in_flight_when_its_sender_died_may_have_arrived(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handed over, and nothing could be noted of it: it is not known to have arrived, and must be taken back."""
    town.group("the street", ["Ann", "Ben"])

    class Dead(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Dead

    with monkeypatch.context() as killed:
        killed.setattr(town.app.store, "add_results", dies)
        with pytest.raises(Dead):
            town.duty_officer.issues_alert(groups=["the street"])
    assert told(town.lines, "alert")
    assert stands(town, "alert 1") == {}
    town.duty_officer.retracts("alert 1")
    assert set(told(town.lines, "alert")) <= set(told(town.lines, "retraction"))


@pytest.mark.parametrize("nth", range(1, 12))
def test_killed_after_any_commit_on_the_way_everyone_hears_once(
    town: Town, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """From the word of the officer on, the n-th write is the last; then the town goes on."""
    town.group("the street", [f"person {n}" for n in range(5)])
    town.lines.limit = Limit(account="mail:1", per_s=1, burst=3)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    reached = sorted(told(town.lines, "alert"))

    class Dead(BaseException):
        pass

    writes = 0

    def deadly(write: Callable[..., object]) -> Callable[..., object]:
        def writing(*args: object, **named: object) -> object:
            nonlocal writes
            if writes >= nth:
                raise Dead
            done = write(*args, **named)
            writes += 1
            if writes == nth:
                raise Dead
            return done

        return writing

    with monkeypatch.context() as killed:
        for name in ("commit", "claim", "add_results", "release", "finish", "spend"):
            killed.setattr(town.app.store, name, deadly(getattr(town.app.store, name)))
        with pytest.raises(Dead):
            _take_back_and_wait(town, alert)
    for line in (town.lines.name, town.radio.name):
        town.app.store.release_all(line)  # as whoever opens the directory next does
    town.pass_time(minutes=5)
    heard = told(town.lines, "retraction")
    if nth > 1 or heard:
        assert set(heard) >= set(reached)
        assert set(told(town.lines, "alert")) <= set(heard)
    ids: dict[str, set[str]] = {}
    for call in town.lines.calls:
        if call.message.kind == "retraction":
            ids.setdefault(call.to, set()).add(call.id)
    assert all(len(one) == 1 for one in ids.values()), "a duplicate carries the same id"


def _take_back_and_wait(town: Town, alert: str) -> None:
    town.duty_officer.retracts(alert)
    town.pass_time(minutes=5)


# ---- what changes at the desk


def test_its_window_is_withdrawn_with_it(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.retracts(alert, "A sensor was wet.")
    window = town.alert(alert).window
    assert window is not None
    assert (window.stands, window.why) == (WindowStands.WITHDRAWN, "A sensor was wet.")


def test_silence_is_waited_for_no_more_and_a_need_for_help_stays(town: Town) -> None:
    town.person("Ann")
    town.person("Ben")
    alert = town.duty_officer.issues_alert(to=["Ann", "Ben"])
    town.answers("Ann", alert, "need_help")
    town.duty_officer.retracts(alert)
    assert sorted(watch.settled_how for watch in town.watches(alert, "silence")) == ["answered", "retracted"]
    assert [watch.settled_at for watch in town.watches(alert, "help")] == [None]
    town.deputy.takes_on(alert, "help")
    town.pass_time(days=3)
    assert town.watches(alert, "window") == []


def test_a_failure_of_the_false_alarm_itself_is_rung_about_no_more(town: Town) -> None:
    town.person("the hermit", reached=False)
    alert = town.duty_officer.issues_alert(to=["the hermit"])
    town.duty_officer.retracts(alert)
    assert [watch.settled_how for watch in town.watches(alert, "failure")] == ["retracted"]


# ---- in the reader's words


def test_each_reads_why_in_their_own_language(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.duty_officer.retracts(alert, "A sensor was wet.", de="Ein Fühler war nass.")
    cancel = read((town.alert(alert).retraction or pytest.fail("not taken back")).cap.encode())
    assert [(info.language, info.description) for info in cancel.infos] == [
        ("en", "A sensor was wet."),
        ("de", "Ein Fühler war nass."),
    ]


def test_the_cap_message_cancels_the_one_it_names(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    town.pass_time(minutes=3)
    town.duty_officer.retracts(alert)
    stands_now = town.alert(alert)
    assert stands_now.retraction is not None
    assert stands_now.cap is not None
    raw = stands_now.retraction.cap.encode()
    assert check(raw) == []
    cancel, issued = read(raw), read(stands_now.cap.encode())
    assert cancel.msg_type is MsgType.CANCEL
    assert cancel.references == (issued.reference,)
    assert cancel.identifier != issued.identifier
    assert cancel.infos[0].headline == TAKEN_BACK
    assert "EXERCISE" in (cancel.note or "")


# ---- notices


def test_a_notice_is_taken_back_with_its_recipient_alone(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", mark=Mark.GREEN)
    town.deputy.retracts(notice, "The man was a decorator.")
    call = retractions(town, "the miller")[-1]
    assert call.message.subject == "Taken back: our confidential notice to you"
    assert "The man was a decorator." in call.message.lines
    assert call.answer_url == ""


def test_why_a_red_notice_was_false_is_not_told_by_mail(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", mark=Mark.RED)
    town.duty_officer.retracts(notice, "The man was a decorator.")
    call = retractions(town, "the miller")[-1]
    assert "decorator" not in " ".join([call.message.subject, *call.message.lines])


# ---- refused


def _after(town: Town, decision: str) -> str:
    alert = town.duty_officer.issues_alert()
    town.duty_officer.decides(alert, decision)
    return alert


def _retracted(town: Town) -> str:
    alert = town.duty_officer.issues_alert()
    town.duty_officer.retracts(alert)
    return alert


def _long_ago(town: Town) -> str:
    alert = town.duty_officer.issues_alert(hours=1)
    town.pass_time(hours=1)
    town.deputy.takes_on(alert, "window")  # or somebody would be rung, every few minutes, for a week
    town.pass_time(days=8)
    return alert


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        pytest.param(lambda town: town.drafts_alert(), "has not gone out", id="a draft"),
        pytest.param(lambda town: _after(town, "stand_down"), "was stood down: it is over", id="stood down"),
        pytest.param(_retracted, "was taken back at", id="taken back before"),
        pytest.param(_long_ago, "and is over", id="ended long ago"),
        pytest.param(lambda town: town.sets_level("BE", 3), "There is no alert or notice", id="an advisory"),
    ],
)
def test_what_cannot_be_taken_back_is_refused_in_one_sentence(
    town: Town, prepare: Callable[[Town], str], sentence: str
) -> None:
    warning = prepare(town)
    with pytest.raises(Refused, match=sentence):
        town.duty_officer.retracts(warning)


def test_only_a_duty_officer_takes_back_and_says_why(town: Town) -> None:
    alert = town.duty_officer.issues_alert()
    with pytest.raises(Refused, match="for a duty officer to take back"):
        town.watch_officer.retracts(alert)
    with pytest.raises(Refused, match="Say in a sentence why"):
        town.duty_officer.retracts(alert, "  ")
    assert town.alert(alert).retraction is None


def test_its_author_may_take_it_back_alone(town: Town) -> None:
    alert = town.drafts_alert()
    town.duty_officer.approves(alert, break_glass=True)
    town.duty_officer.issues(alert)
    town.duty_officer.retracts(alert)
    assert town.alert(alert).retraction is not None


# ---- over the bulk


def test_a_street_of_thousands_is_taken_back_batch_by_batch(town: Town) -> None:
    street = [f"person {n}" for n in range(2_100)]
    town.group("the street", street)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.duty_officer.retracts(alert)
    with town.app.store.look() as look:
        planned = [batch.count for batch in look.batches(town.id(alert)) if batch.errand is Errand.RETRACTION]
    assert sorted(planned) == [100, 1_000, 1_000]
    assert sorted(told(town.lines, "retraction")) == sorted(street)
    assert len({call.id for call in town.lines.calls}) == len(street) * 2


def test_a_parcel_of_it_may_be_sent_for_a_week(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=1)
    seen: list[Parcel] = []
    layout = town.lines.layout
    monkeypatch.setattr(town.lines, "layout", lambda message, not_after: _noting(layout(message, not_after), seen))
    town.duty_officer.retracts(alert)
    assert [(parcel.not_after - town.now).days for parcel in seen] == [7]


def _noting(pack: Pack, seen: list[Parcel]) -> Pack:
    def packed(*said: str) -> Parcel:
        seen.append(pack(*said))
        return seen[-1]

    return packed
